"""Opening times as iCalendar: read back and expanded, they are what the directory says."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from hypothesis import given, settings
from icalendar import Calendar

from lintel.directory.entry import Closure, Entry, Hours, Location
from lintel.directory.exports.calendar import calendar_of
from lintel.directory.hours import spans
from lintel.directory.states import DAYS, BankHolidays, Day, Status
from lintel.kernel.clock import LONDON
from tests.directory.test_hours import ENTRIES, EVERY_DAY, NIGHTS, NINE_TO_FIVE

KEY = UUID(int=7)
STAMP = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 1), date(2027, 6, 30)


def made(entry: Entry, first: date = FIRST, last: date | None = LAST) -> Calendar:
    """The entry's calendar, read back."""
    return Calendar.from_ical(calendar_of([(KEY, entry)], first, last, stamp=STAMP))


def expanded(calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """All that the events say, by dateutil, with exact lengths (RFC 5545, 3.8.5.3); merged."""
    found = []
    for event in calendar.walk("VEVENT"):
        start = event["dtstart"].dt
        length = event["dtend"].dt.astimezone(UTC) - start.astimezone(UTC)
        starts = [start]
        if "rrule" in event:
            out = event.get("exdate")
            left_out = {d.dt for d in out.dts} if out else set()
            rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=start)
            assert start in set(rule)
            starts = [s for s in rule if s not in left_out]
            assert left_out <= set(rule)
        found += [(s.astimezone(UTC), s.astimezone(UTC) + length) for s in starts]
    merged: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(found):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return merged


def said(entry: Entry, first: date = FIRST, last: date = LAST) -> list[tuple[datetime, datetime]]:
    """The same, as the directory says it."""
    return [(s.astimezone(UTC), e.astimezone(UTC)) for s, e in spans(entry, first, last)]


@pytest.mark.parametrize(
    "entry",
    [
        Entry(name="Office", hours=[NINE_TO_FIVE]),
        Entry(name="Nights", hours=[NIGHTS]),
        Entry(name="Always", always_open=True),
        Entry(
            name="Shut at Christmas",
            always_open=True,
            closures=[Closure(first="2026-12-25", last="2026-12-26")],
        ),
        Entry(
            name="Rota",
            hours=[
                Hours(days=[Day.TU, Day.FR], weeks=[1, 3, -1], opens="10:00", closes="12:30"),
                Hours(days=[Day.SU], opens="01:30", closes="01:45"),
                Hours(
                    days=EVERY_DAY,
                    opens="10:00",
                    closes="16:00",
                    bank_holidays=BankHolidays.ONLY,
                ),
            ],
            closures=[Closure(first="2026-12-01", last="2027-01-10", why="Building work")],
        ),
    ],
    ids=lambda entry: entry.name,
)
def test_the_events_are_the_opening_times(entry: Entry) -> None:
    """Each by itself."""
    assert expanded(made(entry)) == said(entry)


@settings(max_examples=60, deadline=None)
@given(ENTRIES)
def test_any_events_are_the_opening_times(entry: Entry) -> None:
    """Whatever the hours."""
    assert expanded(made(entry)) == said(entry)


def test_two_years_if_no_end_is_given() -> None:
    """Bank holidays are taken out for as long as something is said."""
    entry = Entry(name="Office", hours=[NINE_TO_FIVE])
    first = date(2026, 11, 22)
    assert expanded(made(entry, first, None)) == said(entry, first, first + timedelta(days=731))


def test_a_uid_stays_while_the_hours_do() -> None:
    """Whatever else changes; and other hours have another."""

    def uids(entry: Entry) -> set[str]:
        return {str(e["uid"]) for e in made(entry).walk("VEVENT")}

    before = Entry(name="Office", hours=[NINE_TO_FIVE])
    after = Entry(name="The office", hours=[NIGHTS, NINE_TO_FIVE, NINE_TO_FIVE])
    assert uids(before) < uids(after)
    assert len(list(made(after).walk("VEVENT"))) == len(uids(after))


def test_its_time_zone_is_its_own() -> None:
    """Read by a program that knows no zones but the file's."""
    text = calendar_of([(KEY, Entry(name="Nights", hours=[NIGHTS]))], FIRST, LAST, stamp=STAMP)
    zone = tzical(io.StringIO(re.sub(r"\r\n ", "", text.decode()))).get("Europe/London")
    for hours in range(24 * 400):
        moment = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(hours=hours)
        wall = moment.astimezone(LONDON)
        assert wall.replace(tzinfo=zone).utcoffset() == wall.utcoffset()
    assert text.count(b"BEGIN:VTIMEZONE") == 1
    assert b"DTSTAMP:20261122T090000Z" in text


def test_what_does_not_run_or_is_not_known_has_no_event() -> None:
    """No hours, hours long past, or closed for good."""
    for entry in (
        Entry(name="Unknown"),
        Entry(name="Gone", hours=[NINE_TO_FIVE], status=Status.DEFUNCT),
        Entry(name="Past", hours=[NINE_TO_FIVE.model_copy(update={"valid_to": date(2020, 1, 1)})]),
    ):
        assert not list(made(entry).walk("VEVENT"))


def test_where_and_words_are_escaped() -> None:
    """Commas, new lines and long names come back as they were."""
    place = Location(name="Hall, the; old", address_1="1 Wharf Lane", postcode="QX1 2AB")
    entry = Entry(
        name="Tea, talk; and\\more " * 8,
        hours=[Hours(days=list(DAYS), opens="10:00", closes="11:00", note="ring, first")],
        locations=[place],
    )
    (event,) = [e for e in made(entry).walk("VEVENT") if "rrule" in e]
    assert str(event["summary"]) == f"{entry.name}: open"
    assert str(event["location"]) == "Hall, the; old, 1 Wharf Lane, QX1 2AB"
    assert str(event["description"]) == "ring, first"
