"""Whatever an entry holds, what is told of it keeps to the standard, and to our description."""

import json
import uuid
from datetime import UTC, date, datetime

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.directory.entry import (
    Capacity,
    Catchment,
    Closure,
    Entry,
    Hours,
    Location,
    Phone,
    Piece,
    Rule,
    Term,
    Waiting,
)
from lintel.directory.feeds import v3
from lintel.directory.oruk import checks, ids, places, shapes, times, vocabulary
from lintel.directory.states import BankHolidays, CatchmentKind, Day, Need, RuleKind
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


def areas_of(*pieces: Piece, **values) -> list[dict]:
    """The areas that are told of a catchment, without their ids."""
    found = full(catchments=[Catchment(pieces=list(pieces), **values)]).get("service_areas", [])
    return [{k: v for k, v in one.items() if k not in ("id", "service_id")} for one in found]


CODES = Piece(kind=CatchmentKind.AREAS, codes=["E01000001", "e01000002"])
DRAWN = Piece(kind=CatchmentKind.DRAWN, shape=SHAPE)
POSTCODES = Piece(kind=CatchmentKind.POSTCODES, codes=["QX1", "QX2 1"])


def test_areas_by_code_and_drawn():
    named, coded, drawn, post = areas_of(CODES, DRAWN, POSTCODES)
    assert named == {
        "name": "Nether Wallop 001A",
        "service_area": "Nether Wallop 001A",
        "extent": "E01000001",
        "extent_type": "text",
        "uri": "http://statistics.data.gov.uk/id/statistical-geography/E01000001",
    }
    assert coded["name"] == "E01000002"
    assert json.loads(drawn["extent"]) == SHAPE
    assert (drawn["name"], drawn["extent_type"]) == ("An area drawn on the map", "geojson")
    assert (post["name"], post["extent"]) == ("Postcodes QX1, QX2 1", "QX1, QX2 1")


def test_an_area_that_is_past_is_not_told():
    assert areas_of(DRAWN, valid_to=date(2026, 11, 21)) == []


def test_no_extent_says_more_than_is_so():
    out = Piece(kind=CatchmentKind.POSTCODES, codes=["QX7"], excluding=True)
    words = "Nether Wallop 001A, but not: Postcodes QX7, until 1 December 2026"
    found = areas_of(CODES, DRAWN, out, valid_to=date(2026, 12, 1))
    assert found[0] == {"name": words, "service_area": words}
    assert [set(one) for one in found] == [{"name", "service_area"}] * 3
    words = "An area drawn on the map, from 1 December 2026"
    assert areas_of(DRAWN, valid_from=date(2026, 12, 1)) == [{"name": words, "service_area": words}]


def test_what_is_drawn_out_of_an_area_is_cut_from_its_extent():
    hole = {"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [1, 51.5], [0, 51]]]}
    out = Piece(kind=CatchmentKind.DRAWN, shape=hole, excluding=True, label="the marsh")
    found = areas_of(DRAWN, out)[0]
    rest = shapely.from_geojson(found["extent"])
    assert rest.equals(shapely.Polygon([(0, 51), (1, 51.5), (1, 52)]))
    assert found["service_area"] == "An area drawn on the map, but not: the marsh"
    whole = Piece(kind=CatchmentKind.DRAWN, shape=SHAPE, excluding=True)
    assert "extent" not in areas_of(DRAWN, whole)[0]
    crossed = {"type": "Polygon", "coordinates": [[[0, 51], [1, 52], [1, 51], [0, 52], [0, 51]]]}
    assert areas_of(DRAWN, Piece(kind=CatchmentKind.DRAWN, shape=crossed, excluding=True))


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
        assert {fault.split(":")[0] for fault in found} == {where}


def test_our_own_reader_of_feeds_reads_it_back():
    at = Location(name="Hall", address_1="1 High St", city="Q", lon=-2.1, lat=53.1, access="Ramp")
    entry = Entry(
        name="Debt advice",
        description="We listen first.",
        url="https://example.org/",
        email="help@example.org",
        phones=[Phone(number="01632 960001", label="Front desk")],
        fees="Free",
        languages=["Polish"],
        needs=[Need.MONEY],
        terms=[Term(id=uuid.UUID(int=9), taxonomy="LGA", name="Budgeting", code="B1")],
        locations=[at],
        hours=[
            Hours(days=[Day.MO, Day.FR], opens="09:00", closes="17:00", location=at.id),
            Hours(days=[Day.SA], opens="22:00", closes="02:00", bank_holidays=BankHolidays.OPEN),
            Hours(days=[Day.TU], opens="10:00", closes="12:00", weeks=[-1, 1]),
        ],
        catchments=[Catchment(pieces=[CODES]), Catchment(pieces=[DRAWN])],
        rules=[Rule(kind=RuleKind.AGE, words="Adults", minimum=18, maximum=64)],
        waiting=Waiting(days=14, as_of=date(2026, 11, 1)),
        capacity=Capacity(available=2, maximum=9, as_of=date(2026, 11, 1)),
        assured_on=date(2026, 11, 2),
    )
    told = json.loads(json.dumps(shapes.full_service(card(entry), entry, NAMES, TODAY)))
    back = v3.read(told, today=TODAY)
    assert (back.id, back.faults, back.runner.name) == (SERVICE, [], "Shethern Mind")
    again = back.document.entry
    same = ("name", "status", "url", "email", "phones", "fees", "languages", "needs", "capacity")
    for name in (*same, "minimum_age", "maximum_age", "assured_on"):
        assert getattr(again, name) == getattr(entry, name), name
    assert [place.name for place in again.locations] == ["Hall"]
    assert (again.locations[0].lon, again.locations[0].lat) == (-2.1, 53.1)
    rules = ("days", "opens", "closes", "weeks", "bank_holidays", "location")
    assert {tuple(map(str, (getattr(one, r) for r in rules))) for one in again.hours} == {
        tuple(map(str, (getattr(one, r) for r in rules))) for one in entry.hours
    }
    codes = [code for area in again.catchments for code in area.pieces[0].codes]
    assert codes == ["E01000001", "E01000002"]
    assert shapely.from_geojson(json.dumps(again.catchments[-1].pieces[0].shape)).equals(
        shapely.from_geojson(json.dumps(SHAPE))
    )
    assert {term.id for term in again.terms} == {uuid.UUID(int=9), ids.need(Need.MONEY)}
    assert shapes.full_service(card(again), again, NAMES, TODAY)["attributes"] == told["attributes"]


def test_day_and_night_is_read_back_as_that():
    told = full(always_open=True)
    assert v3.read(told, today=TODAY).document.entry.always_open
