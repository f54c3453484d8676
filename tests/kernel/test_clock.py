"""Working time: the rule of 13:00, bank holidays, changes of the clocks, and words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintel.kernel import clock
from lintel.kernel.clock import Clock, Unit, WorkingCalendar

LONDON = ZoneInfo("Europe/London")
CAL = WorkingCalendar()


def at(text: str) -> datetime:
    """A London time, as "2026-11-20 16:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


times = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))
minutes = st.integers(0, 20_000).map(lambda m: timedelta(minutes=m))
clocks = st.builds(Clock, st.sampled_from(Unit), st.integers(0, 60))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-16 10:00", 1, "2026-11-17 10:00"),
        ("2026-11-16 13:00", 1, "2026-11-17 13:00"),
        ("2026-11-16 13:00:01", 1, "2026-11-18 09:00"),
        ("2026-11-16 06:30", 1, "2026-11-17 09:00"),
        ("2026-11-20 16:00", 2, "2026-11-25 09:00"),
        ("2026-11-21 11:00", 2, "2026-11-25 09:00"),
        ("2026-12-24 12:00", 2, "2026-12-30 12:00"),
        ("2026-12-24 15:00", 0, "2026-12-29 09:00"),
        # Clocks go back on 25 October and forward on 29 March: the time of day stays.
        ("2026-10-23 10:00", 1, "2026-10-26 10:00"),
        ("2027-03-25 10:00", 1, "2027-03-30 10:00"),
    ],
)
def test_a_clock_in_days_starts_by_the_rule_of_13_00(start: str, days: int, due: str) -> None:
    assert clock.add_working_days(at(start), days, CAL) == at(due)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-16 10:00", 4, "2026-11-16 14:00"),
        ("2026-11-16 15:00", 2, "2026-11-16 17:00"),
        ("2026-11-16 15:00", 3, "2026-11-17 10:00"),
        ("2026-11-20 16:30", 1, "2026-11-23 09:30"),
        ("2026-11-21 23:00", 0, "2026-11-23 09:00"),
        ("2026-11-16 09:00", 80, "2026-11-27 17:00"),
        ("2026-12-24 16:00", 2, "2026-12-29 10:00"),
    ],
)
def test_a_clock_in_working_hours_runs_only_in_them(start: str, hours: int, due: str) -> None:
    assert clock.add_working_hours(at(start), hours, CAL) == at(due)


def test_an_urgent_clock_runs_day_and_night_and_through_a_change_of_the_clocks() -> None:
    due = clock.due_at(Clock(Unit.HOURS, 2), at("2026-10-25 00:30"), CAL)
    assert due.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert due.time() == time(1, 30)


def test_bank_holidays_differ_between_the_countries() -> None:
    saint_andrew = date(2026, 11, 30)
    assert CAL.is_working_day(saint_andrew)
    assert not WorkingCalendar(region="SCT").is_working_day(saint_andrew)
    assert not WorkingCalendar(region="NIR").is_working_day(date(2026, 3, 17))
    with pytest.raises(ValueError, match="No bank holidays"):
        WorkingCalendar(region="France")


def test_the_area_may_close_on_days_of_its_own() -> None:
    closed = WorkingCalendar(closed=frozenset({date(2026, 11, 17)}))
    assert clock.add_working_days(at("2026-11-16 10:00"), 1, closed) == at("2026-11-18 10:00")


def test_region_closed_days_and_release_times_come_from_settings(settings: object) -> None:
    settings.LINTEL_REGION = "SCT"  # type: ignore[attr-defined]
    settings.LINTEL_CLOSED_DAYS = [date(2026, 12, 1)]  # type: ignore[attr-defined]
    settings.LINTEL_MASKED_RELEASE_TIMES = "15:30, 11:00"  # type: ignore[attr-defined]
    assert clock.due_at(Clock(Unit.WORKING_DAYS, 1), at("2026-11-27 10:00")) == at(
        "2026-12-02 10:00"
    )
    assert clock.next_release(at("2026-11-27 11:00")) == at("2026-11-27 15:30")


def test_a_calendar_that_never_opens_says_so() -> None:
    with pytest.raises(ValueError, match="no working day"):
        clock.add_working_days(at("2026-11-16 10:00"), 1, WorkingCalendar(weekdays=frozenset()))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.due_at(Clock(Unit.WORKING_DAYS, 1), datetime(2026, 11, 16, 10), CAL)


def test_a_clock_can_be_given_as_text_and_never_runs_backwards() -> None:
    assert Clock("working_days", 2).unit is Unit.WORKING_DAYS  # type: ignore[arg-type]
    assert str(Clock(Unit.WORKING_DAYS, 2)) == "2 working days"
    assert str(Clock(Unit.HOURS, 1)) == "1 hour"
    with pytest.raises(ValueError, match="backwards"):
        Clock(Unit.HOURS, -1)


@given(times, minutes, minutes)
def test_working_time_adds_up(start: datetime, a: timedelta, b: timedelta) -> None:
    stepwise = clock.add_working_time(clock.add_working_time(start, a, CAL), b, CAL)
    assert stepwise == clock.add_working_time(start, a + b, CAL)


@given(times, st.integers(0, 40), st.integers(0, 40))
def test_working_days_add_up(start: datetime, a: int, b: int) -> None:
    stepwise = clock.add_working_days(clock.add_working_days(start, a, CAL), b, CAL)
    assert stepwise == clock.add_working_days(start, a + b, CAL)


@given(times, minutes, clocks)
def test_what_starts_later_is_never_due_earlier(
    start: datetime, later: timedelta, allowance: Clock
) -> None:
    first = clock.due_at(allowance, start, CAL)
    second = clock.due_at(allowance, start + later, CAL)
    assert first.astimezone(UTC) <= second.astimezone(UTC)


@given(times, clocks)
def test_more_time_is_never_due_earlier(start: datetime, allowance: Clock) -> None:
    more = Clock(allowance.unit, allowance.amount + 1)
    assert clock.due_at(allowance, start, CAL) < clock.due_at(more, start, CAL)
    assert clock.due_at(allowance, start, CAL).astimezone(UTC) >= start


@given(times, st.integers(0, 60), st.sampled_from([Unit.WORKING_DAYS, Unit.WORKING_HOURS]))
def test_a_working_clock_is_never_due_in_closed_time(
    start: datetime, amount: int, unit: Unit
) -> None:
    due = clock.due_at(Clock(unit, amount), start, CAL)
    assert CAL.is_working_day(due.date())
    assert time(9) <= due.time() <= time(17)


@given(times, minutes)
def test_counting_undoes_adding(start: datetime, amount: timedelta) -> None:
    due = clock.add_working_time(start, amount, CAL)
    counted = clock.working_minutes_between(start, due, CAL)
    assert counted == amount // timedelta(minutes=1)
    assert clock.working_minutes_between(due, start, CAL) == -counted


@given(times)
def test_a_release_is_the_next_set_time_of_a_working_day(after: datetime) -> None:
    walls = (time(10), time(13), time(16))
    release = clock.next_release(after, walls, CAL)
    assert after < release.astimezone(UTC)
    assert CAL.is_working_day(release.date())
    assert release.time() in walls
    just_before = release.astimezone(UTC) - timedelta(microseconds=1)
    assert clock.next_release(just_before, walls, CAL) == release


@given(times, clocks)
def test_words_can_always_be_found(now: datetime, allowance: Clock) -> None:
    due = clock.due_at(allowance, now, CAL)
    for moment in (now, due, due + timedelta(days=3)):
        assert clock.words_for_due(moment, due, CAL).startswith(("due", "overdue")) or (
            "working day" in clock.words_for_due(moment, due, CAL)
        )


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-11-16 10:00", "2026-11-16 16:00", "due today by 4pm"),
        ("2026-11-16 10:00", "2026-11-16 12:00", "due today by midday"),
        ("2026-11-16 10:00", "2026-11-16 16:30", "due today by 4:30pm"),
        ("2026-11-16 10:00", "2026-11-17 00:00", "due tomorrow"),
        ("2026-11-16 10:00", "2026-11-18 10:00", "2 working days left"),
        ("2026-11-20 10:00", "2026-11-23 10:00", "due on Monday"),
        ("2026-11-19 10:00", "2026-11-21 10:00", "due on Saturday"),
        ("2026-12-24 10:00", "2027-01-04 10:00", "4 working days left"),
        ("2026-11-16 10:00", "2026-11-16 10:00", "due today by 10am"),
        ("2026-11-16 10:01", "2026-11-16 10:00", "overdue by 1 minute"),
        ("2026-11-16 10:59", "2026-11-16 10:00", "overdue by 59 minutes"),
        ("2026-11-16 13:30", "2026-11-16 10:00", "overdue by 3 hours"),
        ("2026-11-19 13:30", "2026-11-16 10:00", "overdue by 3 working days"),
        ("2026-11-22 13:30", "2026-11-20 10:00", "overdue since Friday"),
        # The night in which the clocks go back has an hour more.
        ("2026-10-25 09:00", "2026-10-24 10:00", "overdue since Saturday"),
        ("2026-10-25 08:59", "2026-10-24 10:00", "overdue by 23 hours"),
    ],
)
def test_words_for_a_due_time(now: str, due: str, words: str) -> None:
    assert clock.words_for_due(at(now), at(due), CAL) == words


@pytest.mark.parametrize(
    ("wall", "words"),
    [
        (time(0, 0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(9, 0), "9am"),
        (time(12, 0), "midday"),
        (time(12, 30), "12:30pm"),
        (time(17, 0), "5pm"),
    ],
)
def test_words_for_a_time_of_day(wall: time, words: str) -> None:
    assert clock.words_for_time(wall) == words
