"""Opening times as iCalendar (RFC 5545): one repeating event for each rule of opening.

A repeating event repeats its exact length, so a night across a change of the clocks stands as an
event of its own, and so does a time that the change leaves out. Nothing is said beyond `last`:
bank holidays and closures are taken out up to there.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from lintel.directory.entry import Entry, Hours, Location
from lintel.directory.hours import DAY, closure_on, holds, rules_of, span_on
from lintel.directory.states import BankHolidays, Status
from lintel.kernel.clock import LONDON, bank_holidays

PRODUCT = "-//Lintel//Opening times//EN"
AHEAD = timedelta(days=731)


def calendar_of(
    entries: Iterable[tuple[UUID, Entry]],
    first: date,
    last: date | None = None,
    *,
    stamp: datetime,
    region: str = "ENG",
    name: str = "Opening times",
) -> bytes:
    """A calendar of the services (id and entry) from `first` to `last`: two years if not given.

    `stamp`: when it was made, an aware time. The same hours have the same UID in every calendar.
    Services that don't run, and those whose hours aren't known, have no event.
    """
    until = last or first + AHEAD
    found = Calendar()
    for label, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("x-wr-calname", name),
        ("x-wr-timezone", str(LONDON)),
    ):
        found.add(label, value)
    found.add_component(_london())
    for key, entry in entries:
        if entry.status is Status.ACTIVE:
            for event in _events(key, entry, first, until, region):
                event.add("dtstamp", stamp.astimezone(UTC))
                found.add_component(event)
    made: bytes = found.to_ical()
    return made


def _london() -> Timezone:
    """Europe/London since 1996, as tzdata has it."""
    zone = Timezone()
    zone.add("tzid", str(LONDON))
    hour = timedelta(hours=1)
    for part, begins, month, before, after, short in (
        (TimezoneDaylight(), "1996-03-31 01:00", 3, 0 * hour, hour, "BST"),
        (TimezoneStandard(), "1996-10-27 02:00", 10, hour, 0 * hour, "GMT"),
    ):
        part.add("dtstart", datetime.fromisoformat(begins))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", short)
        zone.add_component(part)
    return zone


def _events(key: UUID, entry: Entry, first: date, last: date, region: str) -> Iterator[Event]:
    for text, rule in {rule.model_dump_json(): rule for rule in rules_of(entry)}.items():
        begins = max(first, rule.valid_from or first)
        ends = min(last, rule.valid_to or last)
        if begins > ends:
            continue
        uid = uuid5(key, text)
        odd = _odd_days(entry, begins, ends, region)
        if rule.bank_holidays is not BankHolidays.ONLY:
            usual = rule.model_copy(update={"bank_holidays": BankHolidays.OPEN})
            start = _first(usual, begins, ends, odd)
            if start:
                out = [day for day in odd if day > start and holds(usual, day, region)]
                yield _repeating(_event(uid, entry, rule), usual, start, ends, out)
        for day in odd:
            if holds(rule, day, region) and not closure_on(entry, day):
                yield from _alone(_event(uuid5(uid, str(day)), entry, rule), rule, day)


def _first(rule: Hours, begins: date, ends: date, odd: list[date]) -> date | None:
    """The first day on which the rule holds and nothing is odd."""
    day = begins
    while day <= ends:
        if day not in odd and holds(rule, day, "ENG"):
            return day
        day += DAY
    return None


def _repeating(event: Event, rule: Hours, start: date, ends: date, out: list[date]) -> Event:
    days = [str(day) for day in rule.days]
    weeks = [week for week in rule.weeks if week]
    event.add("dtstart", _wall(start, rule.opens))
    event.add("dtend", _wall(start if rule.closes > rule.opens else start + DAY, rule.closes))
    repeats: dict[str, Any] = {
        "freq": "monthly" if weeks else "weekly",
        "until": _wall(ends, "23:59").astimezone(UTC),
        "byday": [f"{week}{day}" for week in weeks for day in days] or days,
    }
    event.add("rrule", repeats)
    if out:
        event.add("exdate", [_wall(day, rule.opens) for day in out])
    return event


def _alone(event: Event, rule: Hours, day: date) -> Iterator[Event]:
    if span := span_on(rule, day):
        event.add("dtstart", span[0].astimezone(LONDON))
        event.add("dtend", span[1].astimezone(LONDON))
        yield event


def _event(uid: UUID, entry: Entry, rule: Hours) -> Event:
    event = Event()
    event.add("uid", f"{uid}@lintel")
    event.add("summary", f"{entry.name}: open")
    # It is nobody's appointment: whoever takes it in stays free.
    event.add("transp", "TRANSPARENT")
    if rule.note:
        event.add("description", rule.note)
    if where := _where(entry, rule):
        event.add("location", where)
    if entry.url:
        event.add("url", entry.url)
    return event


def _where(entry: Entry, rule: Hours) -> str:
    places = [p for p in entry.locations if rule.location in (None, p.id)]
    return _address(places[0]) if len(places) == 1 else ""


def _address(place: Location) -> str:
    parts = (place.name, place.address_1, place.address_2, place.city, place.postcode)
    return ", ".join(part for part in parts if part)


def _wall(day: date, wall: str) -> datetime:
    if wall == "24:00":
        day, wall = day + DAY, "00:00"
    return datetime.combine(day, time.fromisoformat(wall), tzinfo=LONDON)


def _odd_days(entry: Entry, first: date, last: date, region: str) -> list[date]:
    """Days that may not be as the others: holidays, closures, nights of a change of the clocks."""
    shut = {
        day
        for closure in entry.closures
        for day in _days(max(first, closure.first), min(last, closure.last))
    }
    return sorted(shut | _odd_for_all(first, last, region))


@lru_cache(maxsize=64)
def _odd_for_all(first: date, last: date, region: str) -> frozenset[date]:
    years = range(first.year, last.year + 1)
    held = {day for year in years for day in bank_holidays(region, year)}
    changes = {
        day
        for day in _days(first - DAY, last + DAY)
        if _wall(day, "00:00").utcoffset() != _wall(day + DAY, "00:00").utcoffset()
    }
    odd = held | changes | {day - DAY for day in changes}
    return frozenset(day for day in odd if first <= day <= last)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))
