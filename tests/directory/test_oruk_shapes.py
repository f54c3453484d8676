"""Whatever an entry holds, what is told of it keeps to the standard, and to our description."""

import json
import uuid
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.directory.entry import Catchment, Closure, Entry, Hours, Location, Piece, Term
from lintel.directory.oruk import checks, ids, places, shapes, times, vocabulary
from lintel.directory.states import CatchmentKind, Day, Need
from tests.directory.documents import EMAILS, LINES, LINKS, SHAPE, entries
from tests.directory.standard import faults, our_faults

TODAY = date(2026, 11, 22)
NAMES = {"E01000001": "Nether Wallop 001A"}
SERVICE = uuid.UUID(int=7)
RUNS = st.builds(
    shapes.Runs,
    id=st.uuids(),
    name=LINES,
    description=LINES,
    url=LINKS,
    email=EMAILS,
    logo=LINKS,
)


def card(entry: Entry, runs: shapes.Runs | None = None) -> shapes.Card:
    """What the directory would hold of the entry."""
    return shapes.Card(
        id=SERVICE,
        runs=runs or shapes.Runs(uuid.UUID(int=1), "Shethern Mind"),
        name=entry.name,
        modified=datetime(2026, 11, 1, 9, tzinfo=UTC),
        status=entry.status,
        summary=entry.summary,
        description=entry.description,
        url=entry.url,
        email=entry.email,
        fees=entry.fees,
        minimum_age=entry.minimum_age,
        maximum_age=entry.maximum_age,
        assured_on=entry.assured_on,
        closures=entry.closures,
        source="Another directory",
    )


def told(entry: Entry, runs: shapes.Runs | None = None) -> list[tuple[dict, str, str]]:
    """All that is told of it: what, the standard's name for its schema, and ours."""
    of = card(entry, runs)
    found = [
        (shapes.service(of, TODAY), "service_list", "Service"),
        (shapes.full_service(of, entry, NAMES, TODAY), "service", "WholeService"),
        (shapes.organisation(of.runs), "organization", "Organization"),
    ]
    for place in entry.locations:
        here = shapes.full_at(of, place, entry, NAMES, TODAY)
        found += [
            (shapes.at(of, place, TODAY), "service_at_location_list", "ServiceAtLocation"),
            (here, "service_at_location", "WholeServiceAtLocation"),
        ]
    for attribute in found[1][0].get("attributes", []):
        found.append((attribute["taxonomy_term"], "taxonomy_term", "TaxonomyTerm"))
    return found


@given(entries(), RUNS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_entered_our_description_holds(entry, runs):
    for what, _, name in told(entry, runs):
        assert our_faults(json.loads(json.dumps(what)), name) == []


@given(entries(), RUNS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_entered_the_published_schemas_hold(entry, runs):
    for what, name, _ in told(entry, runs):
        assert faults(json.loads(json.dumps(what)), name) == []


@given(entries())
@settings(max_examples=60, deadline=None)
def test_every_part_has_an_id_of_its_own_that_stays(entry):
    def parts(of: object) -> list[str]:
        if isinstance(of, dict):
            # A term is told wherever it is used, and so is an organisation.
            inside = [v for k, v in of.items() if k not in ("taxonomy_term", "organization")]
            own = [of["id"]] if "id" in of else []
            return own + [found for value in inside for found in parts(value)]
        return [found for one in of for found in parts(one)] if isinstance(of, list) else []

    whole = told(entry)[1][0]
    assert len(set(parts(whole))) == len(parts(whole))
    assert told(entry)[1][0] == whole


def full(**values) -> dict:
    entry = Entry(name="Floating support", **values)
    return shapes.full_service(card(entry), entry, NAMES, TODAY)


def test_nothing_is_told_of_what_has_no_value():
    assert set(full()) == {
        *("id", "organization_id", "name", "status", "last_modified", "organization", "source")
    }


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (
            Hours(days=[Day.MO, Day.FR], opens="09:00", closes="17:00"),
            ("WEEKLY", "MO,FR", "09:00", "17:00", "Monday and Friday, 9am to 5pm"),
        ),
        (
            Hours(days=[Day.SU], opens="22:00", closes="06:00"),
            ("WEEKLY", "SU", "22:00", "06:00", "Sunday, 10pm to 6am the next day"),
        ),
        (
            Hours(days=[Day.TU], opens="18:00", closes="24:00"),
            ("WEEKLY", "TU", "18:00", "23:59", "Tuesday, 6pm to midnight"),
        ),
        (
            Hours(days=[Day.TU], opens="00:00", closes="00:00"),
            ("WEEKLY", "TU", "00:00", "23:59", "Tuesday, all day and night"),
        ),
        (
            Hours(days=[Day.MO, Day.TH], opens="10:00", closes="12:00", weeks=[1, -1]),
            (
                *("MONTHLY", "1MO,1TH,-1MO,-1TH", "10:00", "12:00"),
                "First and last Monday and Thursday of the month, 10am to midday",
            ),
        ),
    ],
    ids=["days", "overnight", "24:00", "whole day", "weeks"],
)
def test_hours_as_schedules(hours, expected):
    found = full(hours=[hours])["schedules"][0]
    keys = ("freq", "byday", "opens_at", "closes_at", "description")
    assert tuple(found[key] for key in keys) == expected
    assert found["notes"] == "Closed on bank holidays"


def test_a_service_that_is_always_open_says_so():
    found = full(always_open=True, hours=[Hours(days=[Day.MO], opens="09:00", closes="10:00")])
    assert len(found["schedules"]) == 1
    assert found["schedules"][0]["byday"] == "MO,TU,WE,TH,FR,SA,SU"


def test_closures_that_are_past_are_not_an_alert():
    days = [(1, 2, "Flood"), (24, 26, "Christmas."), (22, 22, "")]
    closures = [
        Closure(first=date(2026, 11, first), last=date(2026, 11, last), why=why)
        for first, last, why in days
    ]
    assert times.alert(closures, TODAY) == (
        "Closed 22 November 2026. Closed 24 November 2026 to 26 November 2026: Christmas."
    )


def test_areas_are_told_with_what_is_left_out_of_them():
    found = full(
        catchments=[
            Catchment(
                pieces=[
                    Piece(kind=CatchmentKind.AREAS, codes=["E01000001", "E01000002"]),
                    Piece(kind=CatchmentKind.DRAWN, shape=SHAPE),
                    Piece(kind=CatchmentKind.POSTCODES, codes=["QX1"], excluding=True),
                ],
                valid_from=date(2026, 12, 1),
            ),
            Catchment(pieces=[Piece(kind=CatchmentKind.WHOLE)], valid_to=date(2026, 11, 21)),
        ]
    )["service_areas"]
    assert [area["name"] for area in found] == [
        *("Nether Wallop 001A", "E01000002", "An area drawn on the map")
    ]
    assert found[0]["uri"].endswith("/E01000001")
    assert found[0]["service_area"] == (
        "Nether Wallop 001A, but not: Postcodes QX1, from 1 December 2026"
    )
    assert json.loads(found[2]["extent"]) == SHAPE
    assert found[2]["extent_type"] == "geojson"


def test_hours_of_another_location_are_not_told_here():
    here, there = Location(name="Here"), Location(name="There")
    hours = [
        Hours(days=[Day.MO], opens="09:00", closes="10:00", location=where)
        for where in (None, here.id, there.id)
    ]
    entry = Entry(name="Drop-in", locations=[here, there], hours=hours)
    found = shapes.full_at(card(entry), here, entry, {}, TODAY)["service"]["schedules"]
    assert [one.get("service_at_location_id") for one in found] == [None, str(here.at_id)]


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("https://example.org/a?b=c#d", True),
        ("https://user:secret@example.org/", False),
        ("javascript:alert(1)", False),
        ("https://example.org/\n", False),
        ("https://example.org/é", False),
        ("www.example.org", False),
        ("", False),
    ],
)
def test_links(typed, good):
    assert checks.link(typed) == (typed if good else None)


def test_a_need_has_the_same_id_in_every_area():
    # Others hold these ids: if this fails, it is the code that is wrong.
    assert str(ids.need(Need.CRISIS)) == NEED_OF_CRISIS
    assert str(ids.taxonomy(vocabulary.NEEDS_NAME)) == NEEDS_TAXONOMY


NEED_OF_CRISIS = "e46a1935-d929-5c6a-94f0-e68c14769fb5"
NEEDS_TAXONOMY = "648e1304-ddd1-53a5-8953-d87b85a4df05"


def test_our_needs_come_back_from_another_directory_as_ours():
    back = Term(id=ids.need(Need.MONEY), taxonomy="Theirs", name="Cash")
    other = Term(id=uuid.UUID(int=5), taxonomy="", name="", code="X1")
    found = full(needs=[Need.MONEY], terms=[back, other, other])["attributes"]
    assert [one["taxonomy_term"]["name"] for one in found] == ["Rent, debt and benefits", "X1"]
    assert found[1]["taxonomy_term"]["taxonomy"] == vocabulary.OTHER


def test_a_vocabulary_has_all_needs_and_each_term_once():
    theirs = vocabulary.Word(uuid.UUID(int=3), "LGA", "Advice")
    echo = vocabulary.Word(ids.need(Need.CRISIS), "LGA", "Crises")
    found = vocabulary.Vocabulary((theirs, echo))
    assert len(found.words) == len(Need) + 1
    assert [one["name"] for one in found.taxonomies.values()] == ["Lintel needs", "LGA"]
    assert found.of_taxonomy(ids.taxonomy("LGA")) == [theirs]


def test_a_place_without_an_address_has_none():
    assert "addresses" not in places.full_location(Location(type="virtual"))


@pytest.mark.parametrize(
    ("planted", "where"),
    [
        ({"id": "7"}, "$.id"),
        ({"url": "two words"}, "$.url"),
        ({"email": "nobody"}, "$.email"),
        ({"last_modified": "yesterday"}, "$.last_modified"),
        ({"status": "open"}, "$.status"),
    ],
)
def test_a_planted_fault_is_found(planted, where):
    for found in (
        faults(full() | planted, "service"),
        our_faults(full() | planted, "WholeService"),
    ):
        assert [fault.split(":")[0] for fault in found] == [where]
