"""Entries of feeds as documents of ours: what is taken, mended and kept out, rule by rule."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.directory.entry import Document
from lintel.directory.feeds import schedules, terms, v1, v3
from lintel.directory.feeds.mending import Mender
from lintel.directory.feeds.rules import KEPT_OUT, MENDED, RULES, KeptOut
from lintel.directory.states import BankHolidays, CatchmentKind, Day, Need, ReferralRoute, Status
from tests.support import shared

TODAY = date(2026, 11, 22)
KEY = str(UUID(int=12345))
BOW = [[-1.5, 53.0], [-1.4, 53.1], [-1.4, 53.0], [-1.5, 53.1], [-1.5, 53.0]]
SQUARE = [[-1.5, 53.0], [-1.4, 53.0], [-1.4, 53.1], [-1.5, 53.1], [-1.5, 53.0]]


def raw(**changes: Any) -> dict[str, Any]:
    """A faultless entry, with changes."""
    return {
        "id": KEY,
        "name": "Kiln Street Kitchen",
        "status": "active",
        "organization": {"id": KEY, "name": "The Kiln"},
        **changes,
    }


def read(**changes: Any) -> v3.Mapped:
    return v3.read(raw(**changes), today=TODAY)


def entry(**changes: Any) -> Any:
    return read(**changes).document.entry


def codes(**changes: Any) -> set[str]:
    """The codes of the faults; of the one that keeps it out, if any does."""
    try:
        return {fault.code for fault in read(**changes).faults}
    except KeptOut as out:
        return {out.fault.code}


def schedule(**changes: Any) -> dict[str, Any]:
    return {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "17:00", **changes}


FAULTY: list[tuple[dict[str, Any], str]] = [
    ({"id": None}, "no_id"),
    ({"id": {"a": 1}}, "no_id"),
    ({"id": True}, "no_id"),
    ({"id": "  "}, "no_id"),
    ({"id": 77}, "id_not_uuid"),
    ({"id": "x" * 9000}, "id_not_uuid"),
    ({"name": ""}, "no_name"),
    ({"name": None}, "no_name"),
    ({"name": "<p>&nbsp;</p>"}, "no_name"),
    ({"name": "\u202e\u200b\x00"}, "no_name"),
    ({"name": ["a"]}, "no_name"),
    ({"name": "n" * 5000}, "too_long"),
    ({"name": "<script>alert(1)</script>Warm room"}, "markup_in_name"),
    ({"name": "Warm\x00 room"}, "markup_in_name"),
    ({"name": "Warm \u202emoor"}, "markup_in_name"),
    ({"name": 12}, "wrong_type"),
    ({"organization": None}, "no_organisation"),
    ({"organization": "The Kiln"}, "no_organisation"),
    ({"organization": {"id": KEY, "name": " "}}, "no_organisation"),
    ({"email": ""}, "blank_email"),
    ({"email": "at home"}, "bad_email"),
    ({"email": "a@x.org."}, "email_mended"),
    ({"email": "mailto:a@x.org"}, "email_mended"),
    ({"email": "a@x.org; b@x.org"}, "email_mended"),
    ({"url": " "}, "blank_url"),
    ({"url": "www.x.org"}, "url_mended"),
    ({"url": "https://https://x.org"}, "url_mended"),
    ({"url": "Warmley Community Centre"}, "bad_url"),
    ({"url": "javascript:alert(1)"}, "bad_url"),
    ({"url": "https://me:word@x.org/"}, "bad_url"),
    ({"url": ["https://x.org"]}, "wrong_type"),
    ({"description": "d " * 30_000}, "too_long"),
    ({"status": "maybe"}, "unknown_status"),
    ({"status": ""}, "no_status"),
    ({"minimum_age": -3}, "bad_age"),
    ({"maximum_age": 999}, "bad_age"),
    ({"minimum_age": "18"}, "wrong_type"),
    ({"minimum_age": True}, "wrong_type"),
    ({"minimum_age": 60, "maximum_age": 16}, "ages_crossed"),
    ({"assured_date": "2026-02-30"}, "bad_date"),
    ({"assured_date": "1066-10-14"}, "bad_date"),
    ({"assured_date": "2031-01-01"}, "bad_date"),
    ({"assured_date": 20200101}, "wrong_type"),
    ({"schedules": [schedule(opens_at="noon")]}, "bad_hours"),
    ({"schedules": [schedule(byday="XX")]}, "bad_hours"),
    ({"schedules": [schedule(closes_at="09:00")]}, "bad_hours"),
    ({"schedules": [schedule(interval=2)]}, "bad_hours"),
    ({"schedules": [schedule(freq="MONTHLY", bymonthday="3")]}, "bad_hours"),
    ({"schedules": [schedule(valid_from="2026-09-01", valid_to="2026-01-01")]}, "bad_date"),
    ({"schedules": [{"description": "Most mornings"}]}, "hours_in_words"),
    ({"schedules": "nine to five"}, "wrong_type"),
    ({"contacts": [{"phones": [{"number": "ask at the desk"}]}]}, "bad_phone"),
    ({"phones": [{"number": "1"}]}, "bad_phone"),
    ({"service_areas": [{"name": "A", "extent": "{", "extent_type": "geojson"}]}, "bad_area"),
    ({"phones": [{"number": f"0163296{n:04}"} for n in range(99)]}, "too_many"),
    ({"closures": [{"start_date": "2026-12-26", "end_date": "2026-12-24"}]}, "bad_date"),
]
PLACED: list[tuple[dict[str, Any], str]] = [
    ({"latitude": -1.5, "longitude": 53.0}, "swapped_point"),
    ({"latitude": 0, "longitude": 0}, "bad_point"),
    ({"latitude": 100, "longitude": 101}, "bad_point"),
    ({"latitude": "53.0", "longitude": "-1.5"}, "wrong_type"),
    ({"location_type": "underground"}, "wrong_type"),
    ({"addresses": [{"postal_code": "ABC 1234"}]}, "bad_postcode"),
]


@pytest.mark.parametrize(("changes", "code"), FAULTY)
def test_each_fault_has_its_rule(changes: dict[str, Any], code: str) -> None:
    assert codes(**changes) >= {code}


@pytest.mark.parametrize(("location", "code"), PLACED)
def test_each_fault_of_a_place_has_its_rule(location: dict[str, Any], code: str) -> None:
    assert codes(service_at_locations=[{"location": location}]) == {code}


def test_every_rule_is_tried_somewhere() -> None:
    """What only a run finds is tried in test_feeds_merge.py and test_feeds_pages_of_feed.py."""
    tried = {code for _, code in FAULTY + PLACED}
    of_runs = {"not_an_entry", "unreadable", "repeated_id", "not_understood", "own_entry"}
    of_runs |= {"id_taken", "detail_missing", "area_in_words"}
    assert tried | of_runs == KEPT_OUT.keys() | MENDED.keys()


def test_a_faultless_entry_has_no_fault() -> None:
    assert codes() == set()


def test_names_and_descriptions_are_plain() -> None:
    assert entry(name="Food &amp; <b>Support</b>").name == "Food & Support"
    said = "<p>One</p><ul><li>a</li><li>b</li></ul><script>x()</script><p>Two&nbsp;three</p>"
    assert entry(description=said).description == "One\n\n- a\n- b\n\nTwo three"
    assert len(entry(name="n" * 5000).name) == 200


def test_links_and_addresses_are_mended() -> None:
    assert entry(url="www.X.org/a").url == "https://www.X.org/a"
    assert entry(url="http://x.org").url == "http://x.org"
    assert entry(url="Warmley Community Centre").url == ""
    assert entry(email="a@x.org\u00a0").email == "a@x.org"


def test_ages_and_their_words() -> None:
    assert [rule.words for rule in entry(minimum_age=16, maximum_age=25).rules] == ["Aged 16 to 25"]
    assert entry(minimum_age=18).minimum_age == 18
    assert entry(minimum_age=0, maximum_age=120).rules == []
    assert entry(minimum_age=60, maximum_age=16).rules == []


@pytest.mark.parametrize(
    ("said", "status"),
    [("Active", Status.ACTIVE), ("temporarily_closed", Status.TEMPORARILY_CLOSED),
     ("defunct", Status.DEFUNCT), ("maybe", Status.INACTIVE), (None, Status.ACTIVE)],
)  # fmt: skip
def test_statuses(said: str | None, status: Status) -> None:
    assert entry(status=said).status is status


@pytest.mark.parametrize(
    ("said", "clock"),
    [
        ("09:00", "09:00"),
        ("09:00:00", "09:00"),
        ("9:05", "09:05"),
        ("0930", "09:30"),
        ("9.30", "09:30"),
        ("9am", "09:00"),
        ("12am", "00:00"),
        ("12:30 PM", "12:30"),
        ("24:00", "24:00"),
        ("17:00Z", "17:00"),
        ("9", None),
        ("25:00", None),
        ("13pm", None),
        ("", None),
        (None, None),
        (900, None),
    ],
)
def test_times_of_day(said: Any, clock: str | None) -> None:
    assert schedules.read_clock(said) == clock


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("MO", (["MO"], [])),
        ("FR,TH", (["TH", "FR"], [])),
        ("Monday, Tue", (["MO", "TU"], [])),
        (["SA", "SU"], (["SA", "SU"], [])),
        ("1MO", (["MO"], [1])),
        ("-1FR", (["FR"], [-1])),
        ("1MO,3MO", (["MO"], [1, 3])),
        ("1MO,1TU", (["MO", "TU"], [1])),
        ("1MO,TU", None),
        ("1MO,2TU", None),
        ("9MO", None),
        ("", None),
        ("tomorrow", None),
    ],
)
def test_days(said: Any, days: Any) -> None:
    assert schedules.read_days(said) == days


def test_hours() -> None:
    (hours,) = entry(schedules=[schedule(opens_at="18:00:00", closes_at="00:00:00")]).hours
    assert (hours.days, hours.opens, hours.closes) == ([Day.MO], "18:00", "24:00")
    (hours,) = entry(schedules=[schedule(opens_at="22:00", closes_at="02:00")]).hours
    assert (hours.opens, hours.closes) == ("22:00", "02:00")
    (hours,) = entry(schedules=[schedule(byday=None, dtstart="2026-11-20")]).hours
    assert hours.days == [Day.FR]
    (hours,) = entry(schedules=[schedule(notes="Open on bank holidays too. Ring twice")]).hours
    assert hours.bank_holidays is BankHolidays.OPEN
    week = ",".join(Day)
    always = entry(schedules=[schedule(byday=week, opens_at="00:00", closes_at="23:59")])
    assert (always.always_open, always.hours) == (True, [])


def test_hours_in_words_stand_in_the_description() -> None:
    found = entry(description="Tea.", schedules=[{"description": "Most mornings"}])
    assert found.description == "Tea.\n\nOpening times: Most mornings"


def test_places() -> None:
    location = {
        "id": KEY,
        "name": "Kiln Hall",
        "latitude": 53.05,
        "longitude": -1.45,
        "addresses": [
            {"address_1": "PO Box 1", "address_type": "postal"},
            {
                "address_1": "1 Kiln Street",
                "city": "Shethernley",
                "state_province": "Shire",
                "postal_code": "qx12ab",
                "address_type": "physical",
            },
        ],
        "accessibility": [{"description": "Ramp"}, {"accessibility": "Loop"}],
        "schedules": [schedule(byday="TU")],
    }
    found = entry(
        service_at_locations=[{"id": "9", "location": location, "schedules": [schedule()]}],
        schedules=[schedule(byday="WE", service_at_location_id="9"), schedule(byday="SU")],
    )
    (place,) = found.locations
    assert (place.id, place.lat, place.lon) == (UUID(KEY), 53.05, -1.45)
    assert (place.address_1, place.postcode, place.access) == (
        "1 Kiln Street", "QX1 2AB", "Ramp\n\nLoop"
    )  # fmt: skip
    assert {hours.days[0]: hours.location for hours in found.hours} == {
        Day.MO: place.id, Day.TU: place.id, Day.WE: place.id, Day.SU: None
    }  # fmt: skip


def test_telephones_are_of_posts_not_of_people() -> None:
    found = entry(
        phones=[{"number": "01632 960 001", "description": "Desk"}],
        contacts=[
            {"name": "Ann Person", "title": "Manager", "phones": [{"number": "(01632) 960001"}]},
            {"name": "Bo Person", "title": "Duty", "phones": [{"number": 1632960002}]},
        ],
    )
    assert [(p.number, p.label) for p in found.phones] == [
        ("01632 960 001", "Desk"), ("1632960002", "Duty")
    ]  # fmt: skip
    assert "Person" not in Document(entry=found).model_dump_json()


def test_prices_that_hold_today() -> None:
    options = [
        {"option": "Over 60", "amount": 3.5, "amount_description": "a meal"},
        {"option": "Others", "amount": 5},
        {"option": "Last year", "amount": 1, "valid_to": "2025-12-31"},
        {"amount": 4, "currency": "EUR"},
    ]
    assert entry(cost_options=options).fees == "Over 60: £3.50 a meal; Others: £5; 4 EUR"
    assert entry(fees="Free", cost_options=options).fees == "Free"


def test_terms_are_kept_and_mean_needs_only_where_it_is_certain() -> None:
    def term(name: str, number: int) -> dict[str, Any]:
        return {"taxonomy_term": {"id": str(UUID(int=number)), "name": name, "taxonomy": "t"}}

    said = ["Carers ", "Low Income", "People>Older People", "Crisis", "Mental Health"]
    found = entry(attributes=[term(name, n) for n, name in enumerate(said)])
    assert [one.name for one in found.terms] == [name.strip() for name in said]
    assert found.needs == [Need.CARERS, Need.OLDER, Need.MENTAL_HEALTH]


def test_no_feed_makes_a_crisis_service() -> None:
    for name in ["Crisis", "Somebody is in crisis", "crisis intervention", *Need.labels]:
        assert Need.CRISIS not in terms.needs_of([name])
    assert entry(emergency=True).emergency is False
    assert Need.HOARDING in terms.needs_of([Need.HOARDING.label])


def test_areas() -> None:
    shape = json.dumps({"type": "Polygon", "coordinates": [SQUARE]})
    found = entry(
        service_areas=[
            {"name": "Town", "extent": shape, "extent_type": "geojson"},
            {"name": "Bristol", "uri": "http://x/E06000023"},
            {"name": "The valley", "extent": "E05001234, E05001235", "extent_type": "text"},
            {"name": "All about"},
            {},
        ]
    ).catchments
    pieces = [one.pieces[0] for one in found]
    assert [piece.kind for piece in pieces] == [CatchmentKind.DRAWN] + [CatchmentKind.AREAS] * 3
    assert [piece.codes for piece in pieces[1:]] == [
        ["E06000023"], ["E05001234", "E05001235"], []
    ]  # fmt: skip
    assert pieces[3].label == "All about"


@pytest.mark.parametrize(
    "extent",
    [
        {"type": "Polygon", "coordinates": [BOW]},
        {"type": "Point", "coordinates": [-1.5, 53.0]},
        {"type": "Polygon", "coordinates": [[[b, a] for a, b in SQUARE]]},
        {"type": "Polygon", "coordinates": [[[a * 1e5, b * 1e5] for a, b in SQUARE]]},
        {"type": "Polygon"},
        "nothing",
        '{"a":' * 5000,
    ],
)
def test_an_area_that_cant_be_used_is_shown_by_its_name(extent: Any) -> None:
    said = extent if isinstance(extent, str) else json.dumps(extent)
    found = read(service_areas=[{"name": "Town", "extent": said, "extent_type": "geojson"}])
    assert [fault.code for fault in found.faults] == ["bad_area"]
    (piece,) = found.document.entry.catchments[0].pieces
    assert (piece.kind, piece.codes, piece.label) == (CatchmentKind.AREAS, [], "Town")


def test_the_older_shape() -> None:
    found = v3.read(
        v1.to_v3(
            raw(
                pc_targetAudience=[{"id": "1", "audienceType": "Homeless "}],
                attending_access="Self referral",
                attending_type="Venue",
                pc_attendingAccess_additionalInfo="<p>Ring first</p>",
                regular_schedules=[{"byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}],
                eligibilitys=[{"minimum_age": 18, "eligibility": "Tenants"}],
                holiday_schedules=[
                    {"closed": True, "start_date": "2026-12-24", "end_date": "2026-12-28"}
                ],
                languages=[{"language": "Polish"}],
                service_taxonomys=[{"taxonomy": {"id": "x:1", "name": "Debt", "vocabulary": "v"}}],
                service_at_locations=[
                    {
                        "location": {
                            "id": KEY,
                            "physical_address": [{"address_1": "1 Rd", "postal_code": "QX12AB"}],
                            "accessibility_for_disabilities": [{"accessibility": "Ramp"}],
                        },
                        "regular_schedule": [{"weekday": "Friday", "opens_at": "9am",
                                              "closes_at": "1pm"}],
                    }
                ],
            )
        ),
        today=TODAY,
    )  # fmt: skip
    one = found.document.entry
    assert one.needs == [Need.MONEY, Need.HOMELESS]
    assert one.referral == [ReferralRoute.SELF]
    assert one.how_to_ask == "Self referral\n\nRing first"
    assert one.minimum_age == 18
    assert "Who it is for: Tenants" in one.description
    assert [hours.days for hours in one.hours] == [[Day.MO], [Day.FR]]
    assert one.closures[0].first == date(2026, 12, 24)
    assert one.languages == ["Polish"]
    assert (one.locations[0].postcode, one.locations[0].access) == ("QX1 2AB", "Ramp")
    assert {fault.code for fault in found.faults} == set()


def test_the_same_audience_is_the_same_term() -> None:
    def ids(number: str, words: str) -> Any:
        given = v1.to_v3(raw(pc_targetAudience=[{"id": number, "audienceType": words}]))
        return [term.id for term in v3.read(given, today=TODAY).document.entry.terms]

    assert ids("1", "Carers") == ids("977", "carers ")


@pytest.mark.parametrize("name", ["service_full.json", "service_list.json"])
def test_the_published_examples(name: str) -> None:
    given = json.loads(shared.needed("oruk", "examples", name).read_text())
    one = given["contents"][0] if "contents" in given else given
    found = v3.read(one, today=TODAY)
    assert found.document.entry.name == "Community Counselling"
    expected = {"bad_point", "bad_postcode", "bad_area"} if name == "service_full.json" else set()
    assert {fault.code for fault in found.faults} == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "name", "location", "addresses", "phones", "number", "taxonomy_term",
                 "latitude", "longitude", "byday", "opens_at", "closes_at", "extent"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)  # fmt: skip
KEYS = (
    *("description", "url", "email", "status", "fees", "minimum_age", "maximum_age", "alert"),
    *("assured_date", "schedules", "service_areas", "service_at_locations", "languages"),
    *("organization", "cost_options", "contacts", "phones", "attributes", "capacities"),
    *("pc_targetAudience", "eligibilitys", "regular_schedules", "holiday_schedules"),
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=8))
def test_no_value_of_any_type_breaks_it(changes: dict[str, Any]) -> None:
    """Whatever stands there, it is a document, or kept out: and JSON that the database takes."""
    given_ = {"id": KEY, "name": "N", **changes}
    for one in (given_, v1.to_v3(given_)):
        try:
            document = v3.read(one, today=TODAY).document
        except KeptOut:
            continue
        stored = json.dumps(document.stored(), allow_nan=False)
        assert "\\u0000" not in stored
        stored.encode()


def test_a_long_note_of_a_fault_is_cut() -> None:
    mender = Mender(TODAY)
    mender.note("bad_url", "Web address", "<b>x</b> " * 5000)
    assert len(mender.faults[0].words) < 500
    assert "<b>" not in mender.faults[0].words


def test_the_guide_lists_every_rule() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "feeds.md").read_text()
    for code, (words, kept_out) in RULES.items():
        assert f"| `{code}` | {words} | {'Kept out' if kept_out else 'Mended'} |" in guide
