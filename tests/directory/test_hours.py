"""Opening times against a clock that is read minute by minute, and in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.directory.entry import Closure, Entry, Hours
from lintel.directory.hours import OpenState, spans, state_at, week_words
from lintel.directory.states import DAYS, BankHolidays, Day, Status
from lintel.kernel.clock import LONDON, bank_holidays

WEEKDAYS = list(DAYS[:5])
EVERY_DAY = list(DAYS)
NINE_TO_FIVE = Hours(days=WEEKDAYS, opens="09:00", closes="17:00")
NIGHTS = Hours(days=EVERY_DAY, opens="22:00", closes="06:00", bank_holidays=BankHolidays.OPEN)
FORWARD = date(2027, 3, 28)  # Clocks go forward that night, and
BACK = date(2026, 10, 25)  # back that one.


def london(text: str) -> datetime:
    """A London time such as "2026-11-23 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def entry(*hours: Hours, **more: object) -> Entry:
    """An entry with these hours."""
    return Entry(name="Invented", hours=list(hours), **more)


def state(found: Entry, text: str) -> OpenState:
    """The state at that London time."""
    return state_at(found, london(text))


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-23 09:00", "Open now until 5pm"),
        ("2026-11-23 16:59", "Open now until 5pm"),
        ("2026-11-23 17:00", "Closed now. Opens tomorrow (Tuesday) at 9am"),
        ("2026-11-23 08:59", "Closed now. Opens at 9am today"),
        ("2026-11-20 17:30", "Closed now. Opens Monday at 9am"),
        # Christmas Day is a Friday, and Monday the 28th stands in for Boxing Day.
        ("2026-12-25 11:00", "Closed today: bank holiday. Opens Tuesday at 9am"),
        ("2026-12-26 11:00", "Closed now. Opens Tuesday at 9am"),
    ],
)
def test_office_hours_in_words(when: str, words: str) -> None:
    """What a page says of an office with usual hours."""
    assert state(entry(NINE_TO_FIVE), when).words == words


def test_what_is_not_known_is_not_guessed() -> None:
    """No hours at all: neither open nor closed."""
    assert state(entry(), "2026-11-23 10:00") == OpenState(
        open=None, words="Opening times not known: ring first"
    )


def test_always_open() -> None:
    """Day and night, unless it says that it is shut."""
    assert state(entry(always_open=True), "2026-12-25 03:00").words == "Always open"
    shut = entry(
        always_open=True, closures=[Closure(first="2026-12-25", last="2026-12-25", why="Christmas")]
    )
    assert state(shut, "2026-12-25 03:00").words == (
        "Closed today: Christmas. Opens tomorrow (Saturday) at midnight"
    )
    assert state(shut, "2026-12-24 03:00").words == "Open now until midnight"
    daily = entry(
        Hours(days=EVERY_DAY, opens="00:00", closes="24:00", bank_holidays=BankHolidays.OPEN)
    )
    assert state(daily, "2026-12-25 03:00").words == "Always open"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.DEFUNCT, "Closed for good"),
        (Status.TEMPORARILY_CLOSED, "Closed for a time"),
        (Status.INACTIVE, "Not running at present"),
    ],
)
def test_a_service_that_does_not_run_is_shut(status: Status, words: str) -> None:
    """Its hours don't count, even if it is always open."""
    found = entry(NINE_TO_FIVE, always_open=True, status=status)
    assert state(found, "2026-11-23 10:00") == OpenState(open=False, words=words)
    assert spans(found, date(2026, 11, 23), date(2026, 11, 24)) == []


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    """Friday night goes on into Saturday; there is no Saturday night."""
    friday = entry(Hours(days=[Day.FR], opens="22:00", closes="06:00"))
    assert state(friday, "2026-11-28 05:59").words == "Open now until 6am"
    assert state(friday, "2026-11-27 23:00").words == "Open now until 6am tomorrow"
    assert state(friday, "2026-11-28 06:00").words == "Closed now. Opens Friday at 10pm"
    assert state(friday, "2026-11-28 23:00").open is False


def test_until_midnight() -> None:
    """24:00 and 00:00 are the same moment."""
    for closes in ("24:00", "00:00"):
        evening = entry(Hours(days=[Day.MO], opens="18:00", closes=closes))
        found = state(evening, "2026-11-23 20:00")
        assert found.words == "Open now until midnight"
        assert found.until == london("2026-11-24 00:00")


def test_a_night_across_a_change_of_the_clocks_is_real_hours() -> None:
    """Seven hours in spring, nine in autumn."""

    def hours(day: date) -> timedelta:
        ((start, end),) = spans(entry(NIGHTS), day, day)
        return end.astimezone(UTC) - start.astimezone(UTC)

    assert hours(FORWARD - timedelta(days=1)) == timedelta(hours=7)
    assert hours(BACK - timedelta(days=1)) == timedelta(hours=9)
    assert hours(date(2026, 11, 23)) == timedelta(hours=8)


def test_a_time_that_does_not_exist_is_the_first_that_does() -> None:
    """The clock goes from 00:59 to 02:00."""
    ((start, end),) = spans(
        entry(Hours(days=EVERY_DAY, opens="01:30", closes="03:00")), FORWARD, FORWARD
    )
    assert start.astimezone(UTC) == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2027, 3, 28, 2, tzinfo=UTC)
    nothing = entry(Hours(days=EVERY_DAY, opens="01:15", closes="01:45"))
    assert spans(nothing, FORWARD, FORWARD) == []


def test_a_time_that_comes_twice_is_the_first() -> None:
    """Closing at 01:30 means the first time that the clock shows it."""
    late = entry(Hours(days=EVERY_DAY, opens="20:00", closes="01:30"))
    first = datetime(2026, 10, 25, 0, 29, tzinfo=UTC)  # 01:29 in summer time
    assert state_at(late, first).open is True
    assert state_at(late, first + timedelta(minutes=1)).open is False
    assert state_at(late, first + timedelta(hours=1)).open is False  # 01:29 again


def test_weeks_of_the_month() -> None:
    """First and third, and the last whatever its number."""
    rota = entry(Hours(days=[Day.TU], weeks=[1, 3], opens="10:00", closes="12:00"))
    assert state(rota, "2026-12-01 11:00").open is True
    assert state(rota, "2026-12-08 11:00").open is False
    assert state(rota, "2026-12-15 11:00").open is True
    last = entry(Hours(days=[Day.TU], weeks=[-1], opens="10:00", closes="12:00"))
    assert state(last, "2026-12-29 11:00").open is True
    assert state(last, "2026-12-22 11:00").open is False
    assert state(last, "2026-11-24 11:00").open is True


def test_hours_for_a_season() -> None:
    """Before and after it there are none; what comes in 60 days is said."""
    winter = entry(
        NINE_TO_FIVE.model_copy(
            update={"valid_from": date(2027, 1, 4), "valid_to": date(2027, 2, 26)}
        )
    )
    assert state(winter, "2026-11-23 11:00").words == (
        "Closed now. Opens on Monday 4 January 2027 at 9am"
    )
    assert state(winter, "2026-10-30 11:00").words == "Closed now. Ring to ask when it opens"
    assert state(winter, "2027-02-26 11:00").open is True
    assert state(winter, "2027-03-01 11:00").opens_next is None


def test_bank_holidays_of_the_region() -> None:
    """St Andrew's Day is one in Scotland. A service may open then, or then alone."""
    scots = london("2026-11-30 11:00")
    assert state_at(entry(NINE_TO_FIVE), scots, region="SCT").open is False
    assert state_at(entry(NINE_TO_FIVE), scots, region="ENG").open is True
    only = entry(
        Hours(days=EVERY_DAY, opens="10:00", closes="16:00", bank_holidays=BankHolidays.ONLY)
    )
    assert state(only, "2026-12-25 11:00").open is True
    assert state(only, "2026-12-24 11:00").words == ("Closed now. Opens tomorrow (Friday) at 10am")


def test_a_moment_without_a_zone_is_refused() -> None:
    """There is no telling what it means."""
    with pytest.raises(ValueError, match="time zone"):
        state_at(entry(NINE_TO_FIVE), datetime(2026, 11, 23, 9))


def test_the_week_as_a_table() -> None:
    """Several spans a day, seasons, weeks of the month, bank holidays and closures ahead."""
    found = entry(
        NINE_TO_FIVE,
        Hours(days=[Day.MO], opens="18:00", closes="20:00", note="drop-in"),
        Hours(days=[Day.SA], weeks=[1, -1], opens="10:00", closes="12:00"),
        Hours(days=[Day.SU], opens="22:00", closes="06:00", valid_to="2026-11-01"),
        closures=[
            Closure(first="2026-12-24", last="2027-01-03", why="Christmas"),
            Closure(first="2026-01-01", last="2026-01-01"),
        ],
    )
    rows = dict(week_words(found, date(2026, 11, 23)))
    assert rows["Monday"] == "9am to 5pm; 6pm to 8pm (drop-in)"
    assert rows["Saturday"] == "10am to midday (first and last Saturday of the month)"
    assert rows["Sunday"] == "Closed"
    assert rows["Bank holidays"] == "Closed"
    assert rows["Closed"] == "24 December 2026 to 3 January 2027: Christmas"
    assert len(week_words(found)) == 10
    season = entry(
        Hours(days=EVERY_DAY, opens="10:00", closes="12:00", valid_from="2026-10-01"),
        Hours(days=EVERY_DAY, opens="14:00", closes="15:00", bank_holidays=BankHolidays.ONLY),
        NIGHTS,
    )
    rows = dict(week_words(season, date(2026, 11, 23)))
    assert rows["Monday"] == "10am to midday; 10pm to 6am the next day"
    assert rows["Bank holidays"] == "2pm to 3pm; and some of the times above"
    assert dict(week_words(season))["Monday"].startswith("10am to midday (from 1 October 2026)")
    assert dict(week_words(entry(NIGHTS)))["Bank holidays"] == "As on other days"
    assert week_words(entry(always_open=True)) == [("Every day", "Open day and night")]
    assert week_words(entry()) == []


# --- Against a clock that is read minute by minute ---------------------------------------------

CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
NEAR = st.sampled_from(
    [FORWARD, BACK, date(2026, 12, 25), date(2027, 1, 1), date(2027, 5, 3), date(2027, 2, 28)]
)
DATES = st.builds(lambda near, days: near + timedelta(days=days), NEAR, st.integers(-3, 3))
RULES = st.builds(
    Hours,
    days=st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True),
    opens=CLOCKS,
    closes=st.one_of(CLOCKS, st.just("24:00")),
    weeks=st.one_of(st.just([]), st.lists(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1)),
    bank_holidays=st.sampled_from(BankHolidays),
    valid_from=st.one_of(st.none(), DATES.filter(lambda day: day < date(2027, 2, 1))),
    valid_to=st.one_of(st.none(), DATES.filter(lambda day: day > date(2027, 2, 1))),
)
CLOSURES = st.lists(
    st.builds(
        lambda first, days: Closure(first=first, last=first + timedelta(days=days)),
        DATES,
        st.integers(0, 2),
    ),
    max_size=1,
)
ENTRIES = st.builds(lambda hours, shut: entry(*hours, closures=shut), st.lists(RULES), CLOSURES)


def rule_holds(found: Entry, rule: Hours, day: date) -> bool:
    """Said the long way round: the days of that name in the month, counted."""
    same = [
        date(day.year, day.month, n)
        for n in range(1, 32)
        if _exists(day, n) and date(day.year, day.month, n).weekday() == day.weekday()
    ]
    wanted = {same[w - 1] if w > 0 else same[w] for w in rule.weeks if w <= len(same)}
    holiday = day in bank_holidays("ENG", day.year)
    return (
        any(DAYS.index(d) == day.weekday() for d in rule.days)
        and (not rule.weeks or day in wanted)
        and (rule.valid_from or day) <= day <= (rule.valid_to or day)
        and {"closed": not holiday, "open": True, "only": holiday}[rule.bank_holidays]
        and not any(c.first <= day <= c.last for c in found.closures)
    )


def _exists(day: date, number: int) -> bool:
    return (date(day.year, day.month, 28) + timedelta(days=number - 28)).month == day.month


def naively(found: Entry, day: date) -> set[datetime]:
    """The quarters of hours at which it is open by the rules of `day` (UTC).

    Reads the clock on the wall from midnight on: a rule begins when the clock has first come to
    its opening time, and ends when it has first come to its closing time.
    """
    result: set[datetime] = set()
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)
    for rule in found.hours:
        if not rule_holds(found, rule, day):
            continue
        end_day = day if rule.closes > rule.opens else day + timedelta(days=1)
        begun = ended = False
        for step in range(53 * 4):
            now = midnight + timedelta(minutes=15 * step)
            wall = now.astimezone(LONDON)
            shown = (wall.date(), f"{wall:%H:%M}")
            begun = begun or shown >= (day, rule.opens)
            ended = ended or shown >= (
                (end_day + timedelta(days=1), "00:00")
                if rule.closes == "24:00"
                else (end_day, rule.closes)
            )
            if begun and not ended:
                result.add(now)
    return result


@settings(max_examples=150, deadline=None)
@given(ENTRIES, DATES)
def test_spans_are_what_the_clock_on_the_wall_shows(found: Entry, day: date) -> None:
    """Each quarter of an hour of each span, and no other; in order and apart."""
    made = spans(found, day, day)
    quarters: set[datetime] = set()
    ends: list[datetime] = []
    for start, end in made:
        now = start.astimezone(UTC)
        ends += [now, end.astimezone(UTC)]
        while now < end.astimezone(UTC):
            quarters.add(now)
            now += timedelta(minutes=15)
    assert quarters == naively(found, day)
    assert ends == sorted(set(ends))


@settings(max_examples=150, deadline=None)
@given(ENTRIES, DATES, st.integers(0, 24 * 4 - 1))
def test_the_state_is_what_the_clock_on_the_wall_shows(
    found: Entry, day: date, quarter: int
) -> None:
    """Open or shut, until when, and when it opens next, looking a week ahead."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)
    now = midnight + timedelta(minutes=15 * quarter)
    opened = set().union(*(naively(found, day + timedelta(days=n)) for n in range(-1, 8)))
    state = state_at(found, now)
    if not found.hours:
        assert state.open is None
        return
    assert state.open is (now in opened)
    later = [now + timedelta(minutes=15 * n) for n in range(1, 24 * 4 * 6)]
    changes = next((t for t in later if (t in opened) is not state.open), None)
    said = state.until if state.open else state.opens_next
    if changes:
        assert said is not None
        assert said.astimezone(UTC) == changes
    elif said:
        assert said.astimezone(UTC) > later[-1]
    assert state.words
