"""Opening times of a feed, as rules that this directory keeps.

A schedule is a rule of iCalendar in pieces (freq, interval, byday, opens_at, closes_at). What
can't be said as a rule here stands in words in the description: never a guess at when a door is
open.
"""

import re
from datetime import date
from typing import Any
from uuid import UUID

from lintel.directory.entry import Closure, Hours
from lintel.directory.feeds.mending import Mender
from lintel.directory.states import DAYS, BankHolidays, Day

Row = dict[str, Any]
CLOCK = re.compile(r"^(\d{1,2})[:.]?(\d{2})?(?:[:.](\d{2})(?:\.\d+)?)?\s*(am|pm|Z)?$", re.I)
BYDAY = re.compile(r"^([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)$")
NAMES = {day.label.upper() for day in Day} | {day.label.upper()[:3] for day in Day}
ALL_DAY = ("00:00", "24:00")
MOST = 100


def read_clock(value: object) -> str | None:
    """ "09:00:00", "9.30", "930", "9am" as "HH:MM"; None for what is no time of day."""
    found = CLOCK.match(value.strip()) if isinstance(value, str) else None
    if found is None or (found[2] is None and (found[4] or "").lower() not in {"am", "pm"}):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[4] or "").lower()
    if half in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute) == (24, 0):
        return "24:00"
    return f"{hour:02}:{minute:02}" if hour <= 23 and minute <= 59 else None


def read_days(value: object) -> tuple[list[Day], list[int]] | None:
    """Days, and which of the month ("1MO,-1FR"); None where any of it can't be read."""
    if isinstance(value, list):
        value = ",".join(str(one) for one in value[:14])
    if not isinstance(value, str) or len(value) > 100:
        return None
    found: set[tuple[int, Day]] = set()
    for part in re.split(r"[,;\s]+", value.strip().upper()):
        one = BYDAY.match(part[:2] if part in NAMES else part)
        if one is None:
            return None
        found.add((int(one[1] or 0), Day(one[2])))
    weeks, days = {week for week, _ in found}, {day for _, day in found}
    # "1MO,FR" would mean something else for each day: a rule here is every day of every week.
    if not days or len(found) != len(weeks) * len(days):
        return None
    if weeks == {0}:
        weeks = set()
    if not all(1 <= week <= 5 or week == -1 for week in weeks):
        return None
    return sorted(days, key=DAYS.index), sorted(weeks)


def hours_of(row: Row, location: UUID | None, mender: Mender) -> Hours | None:
    """One schedule as a rule; None, and a fault, for what is no rule."""
    where = mender.line(row.get("byday") or row.get("description"), "Schedule", 60)
    times = _times(row)
    days = _days(row, mender.today)
    if times is None and days is None and _is_words_only(row):
        mender.note("hours_in_words")
        return None
    if times is None or days is None:
        mender.note("bad_hours", where, f"{row.get('opens_at')} to {row.get('closes_at')}")
        return None
    first, last = mender.days(row.get("valid_from"), row.get("valid_to"), "Opening times")
    note = mender.line(row.get("notes") or row.get("description"), "Opening times")
    return Hours(
        days=days[0],
        weeks=days[1],
        opens=times[0],
        closes=times[1],
        valid_from=first,
        valid_to=last,
        location=location,
        bank_holidays=_on_bank_holidays(note),
        note=note,
    )


def _on_bank_holidays(note: str) -> BankHolidays:
    """Shut unless the note begins with our own words for something else (as open data has it)."""
    said = (one for one in BankHolidays if note.lower().startswith(one.label.lower()))
    return next(said, BankHolidays.CLOSED)


def _is_words_only(row: Row) -> bool:
    return bool(row.get("description")) and not (row.get("opens_at") or row.get("closes_at"))


def _times(row: Row) -> tuple[str, str] | None:
    opens, closes = read_clock(row.get("opens_at")), read_clock(row.get("closes_at"))
    if opens is None or closes is None or opens == "24:00":
        return None
    if closes == "00:00" or (opens == "00:00" and closes == "23:59"):
        closes = "24:00"  # Midnight at the end of the day.
    return (opens, closes) if opens != closes else None


def _days(row: Row, today: date) -> tuple[list[Day], list[int]] | None:
    freq = str(row.get("freq") or "WEEKLY").upper()
    if freq == "DAILY" and not row.get("byday"):
        found: tuple[list[Day], list[int]] | None = (list(DAYS), [])
    elif row.get("byday"):
        found = read_days(row["byday"])
    else:
        found = _day_of_start(row, freq)
    if found is None or not _every(row.get("interval")):
        return None
    if freq == "MONTHLY" and (not found[1] or row.get("bymonthday")):
        return None
    return found if freq in {"DAILY", "WEEKLY", "MONTHLY"} else None


def _day_of_start(row: Row, freq: str) -> tuple[list[Day], list[int]] | None:
    """RFC 5545: without BYDAY, a weekly rule is on the day of its start."""
    try:
        start = date.fromisoformat(str(row.get("dtstart"))[:10])
    except ValueError:
        return None
    return ([DAYS[start.weekday()]], []) if freq == "WEEKLY" else None


def _every(interval: object) -> bool:
    return interval in (None, "", 1, "1")


def is_always(hours: list[Hours]) -> bool:
    """Whether the rules say: round the clock, every day, for good."""
    always = [
        rule
        for rule in hours
        if (rule.opens, rule.closes) == ALL_DAY
        and not (rule.weeks or rule.valid_from or rule.valid_to or rule.location)
    ]
    return {day for rule in always for day in rule.days} == set(DAYS)


def closures_of(rows: list[Row], mender: Mender) -> list[Closure]:
    """Days on which it is shut (`holiday_schedules` of v1)."""
    found = []
    for row in rows:
        first, last = mender.days(row.get("start_date"), row.get("end_date"), "Closure")
        if first or last:
            day = first or last
            assert day is not None
            found.append(Closure(first=day, last=last or day))
    return found
