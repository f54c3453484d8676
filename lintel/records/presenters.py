"""The words and shapes of the pages for information leads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from lintel.kernel import clock
from lintel.records.queries import Waits
from lintel.web.words import count_words

if TYPE_CHECKING:
    from lintel.records.models import Question


def question_clock(question: Question, now: dt.datetime) -> dict[str, str]:
    """The clock of a question that waits."""
    found = _due_clock(question.due, now)
    assert found is not None
    return found


def question_row(question: Question, now: dt.datetime) -> dict[str, Any]:
    """A question in the lead's list."""
    return {
        "id": question.pk,
        "name": question.name,
        "worker": question.worker.name,
        "asked": question.asked,
        "clock": question_clock(question, now),
    }


# What waits for a lead: one, many, and where on which page.
WAITING = {
    "questions": ("question about who has looked", "questions about who has looked", "#questions"),
}


def asked_of_us(found: Iterable[Waits], now: dt.datetime) -> list[dict[str, Any]]:
    """What waits for an information lead, for My day."""
    return [
        {
            "text": count_words(one.count, *WAITING[one.what][:2]),
            "href": reverse("records:home") + WAITING[one.what][2],
            "clock": _due_clock(one.due, now),
        }
        for one in found
    ]


def _due_clock(due: dt.datetime | dt.date | None, now: dt.datetime) -> dict[str, str] | None:
    if due is None:
        return None
    if not isinstance(due, dt.datetime):
        due = clock.calendar().at(due, dt.time(17))
    return {
        "words": clock.words_for_due(now, due),
        "state": "late" if due < now else "running",
    }
