"""Entries of every kind, for hypothesis: all that a document may hold, sense or not."""

from datetime import date

from hypothesis import strategies as st

from lintel.directory import entry as e
from lintel.directory.states import (
    BankHolidays,
    CatchmentKind,
    Day,
    Need,
    ReferralRoute,
    RuleKind,
    Setting,
    Status,
)

# What PostgreSQL can hold: no NUL, no half of a pair.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
LINES = st.text(CHARACTERS, max_size=30)
LINKS = LINES | st.sampled_from(
    [
        "https://example.org/a?b=c#d",
        "http://example.org",
        "www.example.org",
        "javascript:alert(1)",
        "https://example.org/two words",
        "https://example.org/é",
        "https://user:secret@example.org/",
        "https://example.org/%zz",
        "http://[::1]/",
        "http://",
        "https://example.org/\n",
        "ftp://example.org/",
    ]
)
EMAILS = LINES | st.sampled_from(
    ["help@example.org", "help at example.org", "@", "a@b", "a@b@c.de"]
)
DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))
CLOCKS = st.sampled_from(["00:00", "09:00", "13:30", "23:59"])
AREAS = st.sampled_from(["E01000001", "e01000002", "W06000015", "QX-north"])
SHAPE = {"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [1, 52], [0, 51]]]}


def ordered(days):
    """Two days, or none, the earlier first."""
    return st.tuples(st.none() | DAYS, st.none() | DAYS).map(
        lambda two: sorted(two) if None not in two else list(two)
    )


@st.composite
def hours(draw, locations):
    first, last = draw(ordered(DAYS))
    return e.Hours(
        days=draw(st.lists(st.sampled_from(list(Day)), min_size=1, max_size=8)),
        opens=draw(CLOCKS),
        closes=draw(CLOCKS | st.just("24:00")),
        weeks=draw(st.lists(st.sampled_from([-1, 1, 2, 3, 4, 5]), max_size=3)),
        bank_holidays=draw(st.sampled_from(list(BankHolidays))),
        valid_from=first,
        valid_to=last,
        location=draw(st.none() | st.sampled_from([*locations, None])),
        note=draw(LINES),
    )


@st.composite
def pieces(draw):
    kind = draw(st.sampled_from(list(CatchmentKind)))
    return e.Piece(
        kind=kind,
        codes=draw(st.lists(AREAS | LINES, max_size=3)),
        shape=SHAPE if kind is CatchmentKind.DRAWN and draw(st.booleans()) else None,
        excluding=draw(st.booleans()),
        label=draw(LINES),
    )


@st.composite
def catchments(draw):
    first, last = draw(ordered(DAYS))
    held = draw(st.lists(pieces(), min_size=1, max_size=3))
    return e.Catchment(pieces=held, valid_from=first, valid_to=last, note=draw(LINES))


@st.composite
def closures(draw):
    first, last = sorted([draw(DAYS), draw(DAYS)])
    return e.Closure(first=first, last=last, why=draw(LINES))


@st.composite
def rules(draw):
    ages = sorted(draw(st.lists(st.integers(0, 130), min_size=2, max_size=2)))
    return e.Rule(
        kind=draw(st.sampled_from(list(RuleKind))),
        words=draw(LINES),
        minimum=draw(st.none() | st.just(ages[0])),
        maximum=draw(st.none() | st.just(ages[1])),
        needs=draw(st.lists(st.sampled_from(list(Need)), max_size=2)),
        settings=draw(st.lists(st.sampled_from(list(Setting)), max_size=2)),
        source=draw(LINES),
        source_url=draw(LINKS),
    )


def places():
    return st.builds(
        e.Location,
        id=st.uuids(version=4),
        at_id=st.uuids(version=4),
        type=st.sampled_from(["physical", "postal", "virtual"]),
        name=LINES,
        address_1=LINES,
        address_2=LINES,
        city=LINES,
        county=LINES,
        postcode=LINES,
        lon=st.none() | st.floats(-180, 180),
        lat=st.none() | st.floats(-90, 90),
        access=LINES,
    )


@st.composite
def entries(draw):
    held = draw(st.lists(places(), max_size=2))
    some = st.integers(0, 10_000)
    return e.Entry(
        name=draw(LINES.filter(str.strip)),
        summary=draw(LINES),
        description=draw(LINES),
        status=draw(st.sampled_from(list(Status))),
        emergency=draw(st.booleans()),
        url=draw(LINKS),
        email=draw(EMAILS),
        phones=draw(st.lists(st.builds(e.Phone, number=LINES, label=LINES), max_size=2)),
        fees=draw(LINES),
        languages=draw(st.lists(LINES, max_size=3)),
        needs=draw(st.lists(st.sampled_from(list(Need)), max_size=4)),
        terms=draw(
            st.lists(
                st.builds(e.Term, id=st.uuids(), taxonomy=LINES, name=LINES, code=LINES), max_size=3
            )
        ),
        locations=held,
        hours=draw(st.lists(hours([place.id for place in held]), max_size=3)),
        always_open=draw(st.booleans()),
        closures=draw(st.lists(closures(), max_size=2)),
        out_of_hours_words=draw(LINES),
        catchments=draw(st.lists(catchments(), max_size=2)),
        rules=draw(st.lists(rules(), max_size=3)),
        waiting=draw(
            st.none()
            | st.builds(e.Waiting, days=st.none() | st.integers(0, 3650), words=LINES, as_of=DAYS)
        ),
        capacity=draw(
            st.none()
            | st.builds(
                e.Capacity,
                unit=LINES,
                available=st.none() | some,
                maximum=st.none() | some,
                as_of=DAYS,
            )
        ),
        referral=draw(st.lists(st.sampled_from(list(ReferralRoute)), max_size=3)),
        how_to_ask=draw(LINES),
        assured_on=draw(st.none() | DAYS),
    )
