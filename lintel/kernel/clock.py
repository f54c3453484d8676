"""Working time: what a clock of a request means, and how it is said.

Rules (docs/adr/0005-working-time.md):
- working time is 09:00 to 17:00, Monday to Friday, but for bank holidays and closed days;
- a clock in working days that starts after 13:00, or on a closed day, starts at 09:00 of the
  next working day, and falls due at the same time of day that many working days later;
- a clock in working hours runs only while working time does;
- an urgent clock is in plain hours, day and night.

Everything is pure: the time is passed in, always with its time zone. Results are in the
calendar's time zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

LONDON = ZoneInfo("Europe/London")
DAY_CLOCK_CUT_OFF = time(13, 0)
RELEASE_TIMES = "10:00,13:00,16:00"
REGIONS = {"ENG": "England", "WLS": "Wales", "SCT": "Scotland", "NIR": "Northern Ireland"}
LONGEST_CLOSURE = timedelta(days=400)


class Unit(StrEnum):
    """What a clock counts."""

    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"
    HOURS = "hours"


UNIT_WORDS = {
    Unit.WORKING_DAYS: "working day",
    Unit.WORKING_HOURS: "working hour",
    Unit.HOURS: "hour",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """An allowance of time, such as 2 working days. `unit` may be given as its text."""

    unit: Unit
    amount: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        if self.amount < 0:
            raise ValueError("A clock cannot run backwards.")

    def __str__(self) -> str:
        return _counted(self.amount, UNIT_WORDS[self.unit])


@lru_cache(maxsize=512)
def bank_holidays(region: str, year: int) -> frozenset[date]:
    """The bank holidays of one year, substitute days included. `region`: a key of `REGIONS`."""
    return frozenset(holidays.country_holidays("GB", subdiv=region, years=year))


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When the partnership works. `closed` are days off beyond the bank holidays."""

    region: str = "ENG"
    opens: time = time(9, 0)
    closes: time = time(17, 0)
    weekdays: frozenset[int] = frozenset(range(5))
    zone: ZoneInfo = LONDON
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.region not in REGIONS:
            raise ValueError(f"No bank holidays are known for {self.region!r}.")
        if not self.opens <= DAY_CLOCK_CUT_OFF < self.closes:
            raise ValueError("Working hours must include the cut-off of clocks in days.")

    def local(self, at: datetime) -> datetime:
        """`at` in the calendar's time zone. Raises ValueError for a time without a zone."""
        if at.tzinfo is None:
            raise ValueError("A time without a time zone means nothing here.")
        return at.astimezone(self.zone)

    def at(self, day: date, wall: time) -> datetime:
        """The instant when the clock on the wall shows `wall` on `day`."""
        return datetime.combine(day, wall, tzinfo=self.zone)

    def is_working_day(self, day: date) -> bool:
        """Whether any of the day is working time."""
        return (
            day.weekday() in self.weekdays
            and day not in self.closed
            and day not in bank_holidays(self.region, day.year)
        )

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`, never `day` itself."""
        limit = day + LONGEST_CLOSURE
        while day < limit:
            day += timedelta(days=1)
            if self.is_working_day(day):
                return day
        raise ValueError("The calendar has no working day within a year.")

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is working time. The closing minute itself still counts."""
        here = self.local(at)
        return self.is_working_day(here.date()) and self.opens <= here.time() <= self.closes

    def opening(self, at: datetime) -> datetime:
        """`at` itself in working time, else when working time next begins."""
        here = self.local(at)
        if self.is_open(here):
            return here
        day = here.date()
        if not (self.is_working_day(day) and here.time() < self.opens):
            day = self.next_working_day(day)
        return self.at(day, self.opens)


@lru_cache(maxsize=4)
def _calendar(region: str, closed: frozenset[date]) -> WorkingCalendar:
    return WorkingCalendar(region=region, closed=closed)


def calendar() -> WorkingCalendar:
    """The calendar of this deployment: settings `LINTEL_REGION` and `LINTEL_CLOSED_DAYS`."""
    return _calendar(
        getattr(settings, "LINTEL_REGION", "ENG"),
        frozenset(getattr(settings, "LINTEL_CLOSED_DAYS", ())),
    )


def release_times() -> tuple[time, ...]:
    """The times of day of setting `LINTEL_MASKED_RELEASE_TIMES`, such as "10:00,16:00"."""
    text = getattr(settings, "LINTEL_MASKED_RELEASE_TIMES", RELEASE_TIMES)
    return tuple(sorted(time.fromisoformat(part.strip()) for part in text.split(",")))


def add_working_time(
    start: datetime, amount: timedelta, cal: WorkingCalendar | None = None
) -> datetime:
    """When `amount` of working time has passed since `start`. Never in closed time."""
    cal = cal or calendar()
    if amount < timedelta(0):
        raise ValueError("A clock cannot run backwards.")
    here = cal.opening(start)
    while True:
        left_today = _between(here, cal.at(here.date(), cal.closes))
        if amount <= left_today:
            # Inside one working day no clock changes, so adding on the wall is exact.
            return here + amount
        amount -= left_today
        here = cal.at(cal.next_working_day(here.date()), cal.opens)


def add_working_hours(
    start: datetime, hours: float, cal: WorkingCalendar | None = None
) -> datetime:
    """When that many working hours have passed since `start`. Never in closed time."""
    return add_working_time(start, timedelta(hours=hours), cal)


def add_working_days(start: datetime, days: int, cal: WorkingCalendar | None = None) -> datetime:
    """The same time of day `days` working days after the clock starts.

    It starts at once up to 13:00 of a working day (at 09:00 if earlier), otherwise at 09:00 of
    the next working day. Source of the rule: the approved premises service of the Ministry of
    Justice (docs/adr/0005-working-time.md).
    """
    cal = cal or calendar()
    if days < 0:
        raise ValueError("A clock cannot run backwards.")
    here = cal.local(start)
    day, wall = here.date(), max(here.time(), cal.opens)
    if not cal.is_working_day(day) or wall > DAY_CLOCK_CUT_OFF:
        day, wall = cal.next_working_day(day), cal.opens
    for _ in range(days):
        day = cal.next_working_day(day)
    return cal.at(day, wall)


def working_minutes_between(
    start: datetime, end: datetime, cal: WorkingCalendar | None = None
) -> int:
    """Whole minutes of working time from `start` to `end`; negative if `end` is earlier."""
    cal = cal or calendar()
    if end < start:
        return -working_minutes_between(end, start, cal)
    first, last = cal.local(start), cal.local(end)
    total = timedelta(0)
    day = first.date()
    while day <= last.date():
        if cal.is_working_day(day):
            begins = max(first, cal.at(day, cal.opens))
            ends = min(last, cal.at(day, cal.closes))
            total += max(_between(begins, ends), timedelta(0))
        day += timedelta(days=1)
    return total // timedelta(minutes=1)


def working_days_between(start: date, end: date, cal: WorkingCalendar | None = None) -> int:
    """Working days after `start`, up to and including `end`; 0 if `end` is not later."""
    cal = cal or calendar()
    days = (end - start).days
    return sum(cal.is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


def due_at(clock: Clock, started: datetime, cal: WorkingCalendar | None = None) -> datetime:
    """When something started at `started` with the allowance `clock` falls due."""
    cal = cal or calendar()
    if clock.unit is Unit.WORKING_DAYS:
        return add_working_days(started, clock.amount, cal)
    if clock.unit is Unit.WORKING_HOURS:
        return add_working_hours(started, clock.amount, cal)
    return cal.local(started.astimezone(UTC) + timedelta(hours=clock.amount))


def next_release(
    after: datetime,
    times: Iterable[time] | None = None,
    cal: WorkingCalendar | None = None,
) -> datetime:
    """The first of the set `times` of a working day that is later than `after`.

    What must not betray the moment of a human answer is shown at these times only.
    """
    cal = cal or calendar()
    walls = sorted(times) if times is not None else release_times()
    here = cal.local(after)
    day = here.date()
    if cal.is_working_day(day):
        for wall in walls:
            if cal.at(day, wall) > here:
                return cal.at(day, wall)
    return cal.at(cal.next_working_day(day), walls[0])


def words_for_time(wall: time) -> str:
    """A time of day as GOV.UK writes it: 4pm, 9:30am, midday, midnight."""
    if (wall.hour, wall.minute) in {(0, 0), (12, 0)}:
        return "midday" if wall.hour else "midnight"
    minutes = f":{wall.minute:02d}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes}{'am' if wall.hour < 12 else 'pm'}"


def words_for_due(now: datetime, due: datetime, cal: WorkingCalendar | None = None) -> str:
    """How long is left, or by how much it is late, in a few words for a list."""
    cal = cal or calendar()
    here, then = cal.local(now), cal.local(due)
    if _between(then, here) > timedelta(0):
        return _words_for_overdue(here, then, cal)
    if here.date() == then.date():
        return f"due today by {words_for_time(then.time())}"
    if then.date() - here.date() == timedelta(days=1):
        return "due tomorrow"
    days = working_days_between(here.date(), then.date(), cal)
    if days < 2 and then.date() - here.date() < timedelta(days=7):
        return f"due on {then:%A}"
    return f"{_counted(days, 'working day')} left"


def _words_for_overdue(here: datetime, then: datetime, cal: WorkingCalendar) -> str:
    late = _between(then, here)
    if late < timedelta(hours=1):
        return f"overdue by {_counted(max(late // timedelta(minutes=1), 1), 'minute')}"
    if late < timedelta(days=1):
        return f"overdue by {_counted(late // timedelta(hours=1), 'hour')}"
    days = working_days_between(then.date(), here.date(), cal)
    return f"overdue by {_counted(days, 'working day')}" if days else f"overdue since {then:%A}"


def _between(start: datetime, end: datetime) -> timedelta:
    # Two times of one zone are subtracted on the wall by Python: go through UTC to be right
    # across a change of the clocks.
    return end.astimezone(UTC) - start.astimezone(UTC)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
