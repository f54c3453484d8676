"""The list of a ward in words."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from lintel.hospital.queries import Row
from lintel.web.words import count_words, date_words

COLUMNS = [
    {"text": "Who"},
    {"text": "Nights", "numeric": True},
    {"text": "Expected to leave"},
    {"text": "Home"},
    {"text": "To do"},
    {"text": "Works on it"},
]
EXPORTED = (
    "Name",
    "Born",
    "Ward",
    "Admitted",
    "Nights",
    "Expected to leave",
    "Housing need",
    "Ready since",
    "Steps to do",
    "Steps late",
    "Works on it",
)


def table(rows: Iterable[Row], now: datetime) -> list[list[Any]]:
    """The rows of the page."""
    return [
        [
            {"text": row.person, "href": reverse("hospital:stay", args=[row.stay_id])},
            str(row.days),
            _leaves(row, now),
            need_words(row),
            _steps(row),
            row.housing_worker or "Nobody",
        ]
        for row in rows
    ]


def exported(rows: Iterable[Row]) -> Iterator[list[object]]:
    """The rows of the file."""
    for row in rows:
        yield [
            row.person,
            row.born or "",
            row.ward,
            timezone.localdate(row.admitted),
            row.days,
            row.expected or "",
            need_words(row),
            row.ready_since or "",
            row.open_steps,
            row.late_steps,
            row.housing_worker,
        ]


def need_words(row: Row) -> str:
    """Whether there is a housing need, in a few words."""
    if not row.asked:
        return "Not asked yet"
    words = "Housing need" if row.need else "No need found"
    return f"{words}. Ready since {date_words(row.ready_since)}" if row.ready_since else words


def _leaves(row: Row, now: datetime) -> str:
    if row.ended:
        return f"Left {date_words(row.ended)}"
    if row.away:
        return row.away
    if row.expected is None:
        return "Not known"
    left = (row.expected - timezone.localdate(now)).days
    if left < 0:
        return f"{date_words(row.expected)}, passed"
    words = f"in {count_words(left, 'day')}" if left else "today"
    return f"{date_words(row.expected)} ({words})"


def _steps(row: Row) -> str:
    if not row.open_steps:
        return "Nothing"
    late = f", {row.late_steps} late" if row.late_steps else ""
    return f"{count_words(row.open_steps, 'step')}{late}"


def tabs(slug: str, *, past: bool) -> list[dict[str, Any]]:
    """On the ward now, or gone from it."""
    here = reverse("hospital:ward", args=[slug])
    return [
        {"text": "On the ward now", "href": here, "current": not past},
        {"text": "Left", "href": f"{here}?shown=past", "current": past},
    ]
