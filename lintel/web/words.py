"""Dates, times and counts as people write them."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone


def _local(value: dt.datetime) -> dt.datetime:
    """`value` in the deployment's time zone."""
    return timezone.localtime(value) if timezone.is_aware(value) else value


def date_words(value: dt.date | dt.datetime | None, *, weekday: bool = False) -> str:
    """`3 May 2026`, or `Sunday 3 May 2026`; an empty text for None."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = _local(value).date()
    day = f"{value:%A} " if weekday else ""
    return f"{day}{value.day} {value:%B %Y}"


def time_words(value: dt.datetime | dt.time | None) -> str:
    """`4:45pm`, `9am`, `midday`, `midnight`."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = _local(value).time()
    if value.minute == 0 and value.hour in {0, 12}:
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'pm' if value.hour >= 12 else 'am'}"


def datetime_words(value: dt.datetime | None, *, now: dt.datetime | None = None) -> str:
    """`3 May at 4:45pm`; with the year when it isn't this one."""
    if value is None:
        return ""
    local = _local(value)
    today = _local(now or timezone.now())
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%B}{year} at {time_words(local)}"


def moment_words(value: dt.date | dt.datetime | None) -> str:
    """A date in words, or with its time where it has one."""
    return datetime_words(value) if isinstance(value, dt.datetime) else date_words(value)


def count_words(number: int, singular: str, plural: str = "") -> str:
    """`1 person`, `2 people`, `1,204 homes`; the plural is the singular and an s by default."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(items: Iterable[object], last: str = "and") -> str:
    """`a, b and c`."""
    words = [str(item) for item in items]
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def money_words(pence: int | None) -> str:
    """`£120.50 owed`, `£20.00 in credit`, `Nothing owed`; empty where money isn't in sight."""
    if pence is None:
        return ""
    if pence == 0:
        return "Nothing owed"
    return f"£{abs(pence) / 100:,.2f} {'owed' if pence > 0 else 'in credit'}"
