"""Opening times: is it open now, until when, and when does it open next.

Pure: the moment is passed in, with its time zone. Rules:
- A span belongs to the day on which it opens; a closing time that isn't after the opening one is
  on the next day. Bank holidays, closures and dates of validity are asked of the day of opening.
- A time on the wall means the first moment at which the clock shows it *or later*: 01:30 on the
  night when the clocks go forward is 02:00, and on the night when they go back it is the first of
  the two. A span across a change is so many real hours as pass.
- `weeks` of the month as in iCalendar (RFC 5545, BYDAY): the first, second... such day of the
  month, -1 the last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from lintel.directory.entry import Closure, Entry, Hours
from lintel.directory.states import DAYS, BankHolidays, Day, Status
from lintel.kernel.clock import LONDON, bank_holidays, words_for_time
from lintel.web.words import date_words, listed

LOOK_AHEAD = timedelta(days=60)
DAY = timedelta(days=1)
NOT_KNOWN = "Opening times not known: ring first"
ALWAYS = "Always open"
DAY_AND_NIGHT = Hours(
    days=list(DAYS), opens="00:00", closes="24:00", bank_holidays=BankHolidays.OPEN
)
STATUS_WORDS = {
    Status.INACTIVE: "Not running at present",
    Status.DEFUNCT: "Closed for good",
    Status.TEMPORARILY_CLOSED: "Closed for a time",
}
# (start, end) in UTC: two times of one zone are compared on the wall by Python.
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a service is open at a moment, and what to say about it. Times are London's.

    `open`: None when its hours aren't known. `until`: when it closes, None if it is shut or never
    closes. `opens_next`: None when it is open, or doesn't open within 60 days.
    """

    open: bool | None
    until: datetime | None = None
    opens_next: datetime | None = None
    words: str = ""


def state_at(entry: Entry, when: datetime, *, region: str = "ENG") -> OpenState:
    """The state of `entry` at `when`, an aware time (ValueError otherwise).

    `region`: a key of `lintel.kernel.clock.REGIONS`, for its bank holidays.
    """
    if when.tzinfo is None:
        raise ValueError("A time without a time zone means nothing here.")
    if entry.status is not Status.ACTIVE:
        return OpenState(open=False, words=STATUS_WORDS[entry.status])
    rules = rules_of(entry)
    if not rules:
        return OpenState(open=None, words=NOT_KNOWN)
    if entry.always_open and not entry.closures:
        return OpenState(open=True, words=ALWAYS)
    now = when.astimezone(UTC)
    today = when.astimezone(LONDON).date()
    for start, end in _onwards(entry, rules, today - DAY, region):
        if end <= now:
            continue
        if start <= now:
            return _open_state(when.astimezone(LONDON), end)
        if start.astimezone(LONDON).date() - today <= LOOK_AHEAD:
            opens = start.astimezone(LONDON)
            return OpenState(
                open=False,
                opens_next=opens,
                words=f"{_why_closed(entry, rules, today, region)} {_opening_words(today, opens)}",
            )
        break
    words = f"{_why_closed(entry, rules, today, region)} Ring to ask when it opens"
    return OpenState(open=False, words=words)


def spans(entry: Entry, first: date, last: date, *, region: str = "ENG") -> list[Span]:
    """Times at which it is open, of the days from `first` to `last`: (start, end) in London time.

    In order, what touches made one. A span that goes on after midnight belongs to the day on
    which it began. Compare the ends in UTC: Python compares two London times on the wall.
    """
    if entry.status is not Status.ACTIVE:
        return []
    found = _merged(_raw(entry, rules_of(entry), first, last, region))
    return [(start.astimezone(LONDON), end.astimezone(LONDON)) for start, end in found]


def rules_of(entry: Entry) -> list[Hours]:
    """The entry's rules of opening; a service that is always open has one."""
    return [DAY_AND_NIGHT] if entry.always_open else entry.hours


def holds(rule: Hours, day: date, region: str) -> bool:
    """Whether the rule opens on that day, closures apart."""
    if DAYS[day.weekday()] not in rule.days:
        return False
    if (rule.valid_from and day < rule.valid_from) or (rule.valid_to and day > rule.valid_to):
        return False
    if rule.weeks and not _in_weeks(rule.weeks, day):
        return False
    if rule.bank_holidays is BankHolidays.OPEN:
        return True
    holiday = day in bank_holidays(region, day.year)
    return holiday == (rule.bank_holidays is BankHolidays.ONLY)


def closure_on(entry: Entry, day: date) -> Closure | None:
    """The closure that holds on that day, if any."""
    return next((c for c in entry.closures if c.first <= day <= c.last), None)


def span_on(rule: Hours, day: date) -> Span | None:
    """The rule's span of that day in UTC; None when a change of the clocks leaves nothing."""
    start = _moment(day, rule.opens)
    end = _moment(day if rule.closes > rule.opens else day + DAY, rule.closes)
    return (start, end) if start < end else None


def _moment(day: date, wall: str) -> datetime:
    """The first moment of `day` at which the clock shows `wall` or later, in UTC."""
    if wall == "24:00":
        day, wall = day + DAY, "00:00"
    here = datetime.combine(day, time.fromisoformat(wall), tzinfo=LONDON)
    found = here.astimezone(UTC)
    if found.astimezone(LONDON).replace(tzinfo=None) != here.replace(tzinfo=None):
        # The hour from 01:00 that is left out in spring: the clock goes straight to 02:00.
        found = datetime.combine(day, time(2), tzinfo=LONDON).astimezone(UTC)
    return found


def _in_weeks(weeks: list[int], day: date) -> bool:
    last = (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 in weeks or (last and -1 in weeks)


def _day(entry: Entry, rules: list[Hours], day: date, region: str) -> Iterator[Span]:
    if closure_on(entry, day):
        return
    for rule in rules:
        if holds(rule, day, region) and (span := span_on(rule, day)):
            yield span


def _raw(entry: Entry, rules: list[Hours], first: date, last: date, region: str) -> Iterator[Span]:
    """Each day's spans by their start: spans of a later day never start before them."""
    for number in range((last - first).days + 1):
        yield from sorted(_day(entry, rules, first + number * DAY, region))


def _merged(found: Iterator[Span]) -> Iterator[Span]:
    current: Span | None = None
    for start, end in found:
        if current is None:
            current = (start, end)
        elif start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            yield current
            current = (start, end)
    if current:
        yield current


def _onwards(entry: Entry, rules: list[Hours], first: date, region: str) -> Iterator[Span]:
    return _merged(_raw(entry, rules, first, first + LOOK_AHEAD + 2 * DAY, region))


def _open_state(here: datetime, end: datetime) -> OpenState:
    if end - here.astimezone(UTC) >= LOOK_AHEAD:
        return OpenState(open=True, words=ALWAYS)
    until = end.astimezone(LONDON)
    return OpenState(open=True, until=until, words=f"Open now until {_until(here.date(), until)}")


def _until(today: date, until: datetime) -> str:
    words = words_for_time(until.time())
    day = until.date() - DAY if words == "midnight" else until.date()
    if day == today:
        return words
    if day == today + DAY:
        return f"{words} tomorrow"
    return f"{words} on {_day_words(today, day)}"


def _opening_words(today: date, opens: datetime) -> str:
    at = words_for_time(opens.time())
    day = opens.date()
    if day == today:
        return f"Opens at {at} today"
    if day == today + DAY:
        return f"Opens tomorrow ({day:%A}) at {at}"
    return f"Opens {'' if (day - today).days < 7 else 'on '}{_day_words(today, day)} at {at}"


def _day_words(today: date, day: date) -> str:
    if (day - today).days < 7:
        return f"{day:%A}"
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def _why_closed(entry: Entry, rules: list[Hours], today: date, region: str) -> str:
    if closure := closure_on(entry, today):
        return f"Closed today: {closure.why.rstrip('.')}." if closure.why else "Closed today."
    usual = [r.model_copy(update={"bank_holidays": BankHolidays.OPEN}) for r in rules]
    if (
        today in bank_holidays(region, today.year)
        and not any(holds(rule, today, region) for rule in rules)
        and any(holds(rule, today, region) for rule in usual)
    ):
        return "Closed today: bank holiday."
    return "Closed now."


# --- The week, for a table -------------------------------------------------------------------

WEEKS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def week_words(entry: Entry, today: date | None = None) -> list[tuple[str, str]]:
    """Rows for a table: Monday to Sunday, then bank holidays and closures; empty if not known.

    With `today`, what has passed by then is left out.
    """
    rules = [rule for given in entry.hours if (rule := _ahead(given, today))]
    if entry.always_open:
        rows = [("Every day", "Open day and night")]
    elif rules:
        rows = [(day.label, _day_row(entry, rules, day)) for day in DAYS]
        rows += _holiday_rows(entry, rules)
    else:
        rows = []
    closures = sorted(entry.closures, key=lambda closure: closure.first)
    return rows + [
        ("Closed", _closure_words(c)) for c in closures if not (today and c.last < today)
    ]


def _ahead(rule: Hours, today: date | None) -> Hours | None:
    """The rule without a beginning that has passed; None when all of it has."""
    if today and rule.valid_to and rule.valid_to < today:
        return None
    if today and rule.valid_from and rule.valid_from <= today:
        return rule.model_copy(update={"valid_from": None})
    return rule


def _day_row(entry: Entry, rules: list[Hours], day: Day) -> str:
    of_day = [r for r in rules if day in r.days and r.bank_holidays is not BankHolidays.ONLY]
    of_day.sort(key=lambda rule: (rule.opens, rule.closes))
    return "; ".join(_rule_words(entry, rule, day) for rule in of_day) or "Closed"


def _rule_words(entry: Entry, rule: Hours, day: Day | None) -> str:
    named = {place.id: place.name or place.address_1 for place in entry.locations}
    notes = [
        f"{listed([WEEKS[w] for w in rule.weeks if w in WEEKS])} {day.label} of the month"
        if day and rule.weeks
        else "",
        f"from {date_words(rule.valid_from)}" if rule.valid_from else "",
        f"until {date_words(rule.valid_to)}" if rule.valid_to else "",
        f"at {named[rule.location]}" if rule.location and named.get(rule.location) else "",
        rule.note,
    ]
    said = ", ".join(note for note in notes if note)
    return _clock_words(rule) + (f" ({said})" if said else "")


def _clock_words(rule: Hours) -> str:
    opens = _wall_words(rule.opens)
    closes = _wall_words(rule.closes)
    if (rule.opens, rule.closes) in {("00:00", "24:00"), ("00:00", "00:00")}:
        return "all day and night"
    after = rule.closes <= rule.opens and rule.closes != "00:00"
    return f"{opens} to {closes}{' the next day' if after else ''}"


def _wall_words(wall: str) -> str:
    return words_for_time(time.fromisoformat("00:00" if wall == "24:00" else wall))


def _holiday_rows(entry: Entry, rules: list[Hours]) -> list[tuple[str, str]]:
    kinds = {rule.bank_holidays for rule in rules}
    only = [rule for rule in rules if rule.bank_holidays is BankHolidays.ONLY]
    said = dict.fromkeys(_rule_words(entry, rule, None) for rule in only)
    if BankHolidays.OPEN in kinds:
        said["as on other days" if len(kinds) == 1 else "and some of the times above"] = None
    words = "; ".join(said) or "Closed"
    return [("Bank holidays", words[0].upper() + words[1:])]


def _closure_words(closure: Closure) -> str:
    days = date_words(closure.first)
    if closure.last != closure.first:
        days += f" to {date_words(closure.last)}"
    return days + (f": {closure.why}" if closure.why else "")
