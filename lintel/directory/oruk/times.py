"""Opening hours as schedules, closures as an alert. Times are local: Europe/London."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any
from uuid import UUID

from lintel.directory.entry import Closure, Entry, Hours
from lintel.directory.hours import WEEKS
from lintel.directory.oruk import ids
from lintel.directory.oruk.checks import given
from lintel.directory.states import DAYS
from lintel.kernel.clock import words_for_time
from lintel.web.words import date_words, listed

DAYS_OF_THE_WEEK = ",".join(DAYS)
# "24:00" is read by few programs, and "00:00" by most as the morning before: a minute is lost so
# that nobody takes what is open for closed.
LAST_MINUTE = "23:59"


def schedules(service: UUID, entry: Entry) -> list[dict[str, Any]]:
    """Every rule of opening times, in the order in which they were written."""
    if entry.always_open:
        return [
            {
                "id": ids.part(service, "schedule", "always"),
                "service_id": str(service),
                "freq": "WEEKLY",
                "interval": 1,
                "byday": DAYS_OF_THE_WEEK,
                "opens_at": "00:00",
                "closes_at": LAST_MINUTE,
                "description": "Open day and night, every day",
            }
        ]
    at = {place.id: place.at_id for place in entry.locations}
    return [
        _schedule(service, number, hours, at.get(hours.location) if hours.location else None)
        for number, hours in enumerate(entry.hours)
    ]


def alert(closures: Iterable[Closure], today: date) -> str:
    """Which days it is closed, of those that are still to come; "" for none."""
    ahead = sorted(
        (one for one in closures if one.last >= today), key=lambda one: (one.first, one.last)
    )
    return " ".join(f"{_closure_words(one)}." for one in ahead)


def _schedule(service: UUID, number: int, hours: Hours, at: UUID | None) -> dict[str, Any]:
    weeks = [week for week in dict.fromkeys(hours.weeks) if week]
    return given(
        {
            "id": ids.part(service, "schedule", number),
            "service_id": str(service),
            "service_at_location_id": str(at) if at else None,
            "valid_from": hours.valid_from and hours.valid_from.isoformat(),
            "valid_to": hours.valid_to and hours.valid_to.isoformat(),
            "freq": "MONTHLY" if weeks else "WEEKLY",
            "interval": 1,
            "byday": ",".join(_by_day(hours, weeks)),
            "opens_at": hours.opens,
            "closes_at": LAST_MINUTE if _whole_day(hours) else hours.closes,
            "description": _words(hours, weeks),
            "notes": ". ".join(part for part in (hours.bank_holidays.label, hours.note) if part),
        }
    )


def _whole_day(hours: Hours) -> bool:
    """Whether it closes at the end of the day on which it opens."""
    return hours.closes == "24:00" or hours.opens == hours.closes == "00:00"


def _by_day(hours: Hours, weeks: list[int]) -> list[str]:
    """RFC 5545, BYDAY: "MO", or "2MO" for the second Monday of the month."""
    days = list(dict.fromkeys(hours.days))
    return [f"{week}{day}" for week in weeks for day in days] or [str(day) for day in days]


def _words(hours: Hours, weeks: list[int]) -> str:
    days = listed([str(day.label) for day in dict.fromkeys(hours.days)])
    if weeks:
        which = listed([WEEKS[week] for week in weeks])
        days = f"{which[0].upper()}{which[1:]} {days} of the month"
    if _whole_day(hours) and hours.opens == "00:00":
        return f"{days}, all day and night"
    after = hours.closes <= hours.opens and hours.closes != "00:00"
    times = f"{_wall(hours.opens)} to {_wall(hours.closes)}{' the next day' if after else ''}"
    return f"{days}, {times}"


def _wall(clock: str) -> str:
    return words_for_time(time.fromisoformat("00:00" if clock == "24:00" else clock))


def _closure_words(closure: Closure) -> str:
    days = f"Closed {date_words(closure.first)}"
    if closure.last != closure.first:
        days += f" to {date_words(closure.last)}"
    return days + (f": {closure.why.rstrip('.')}" if closure.why else "")
