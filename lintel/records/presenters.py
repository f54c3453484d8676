"""The words and shapes of the pages for information leads."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from lintel.kernel import clock
from lintel.records.queries import Copy, Registers, Waits
from lintel.records.states import REMIND_BEFORE
from lintel.web.words import count_words, moment_words, money_words

if TYPE_CHECKING:
    from lintel.records.models import CopyRequest, Erasure, Question


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
    "copies": ("copy that somebody asked for", "copies that people asked for", "#copies"),
    "erasures": ("person asks to be erased", "people ask to be erased", "#copies"),
    "holds": ("legal hold to look at again", "legal holds to look at again", "#holds"),
    "due": ("entry kept long enough", "entries kept long enough", "#due"),
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


def month_row(row: CopyRequest | Erasure, done: bool, now: dt.datetime) -> dict[str, Any]:
    """A row of a register with a clock of a month, running unless `done`."""
    return {"row": row, "clock": None if done else _due_clock(row.due_on, now)}


def open_requests(found: Registers, now: dt.datetime) -> list[dict[str, Any]]:
    """Who waits for a copy or to be erased, the most urgent first."""
    rows: list[tuple[CopyRequest | Erasure, str]] = [
        *((one, "a copy") for one in found.copies),
        *((one, "to be erased") for one in found.erasures),
    ]
    return [
        {
            "person_id": one.person_id,
            "name": found.names.get(one.person_id, "Somebody"),
            "what": what,
            "asked_on": one.asked_on,
            "clock": _due_clock(one.due_on, now),
        }
        for one, what in sorted(rows, key=lambda pair: pair[0].due_on)
    ]


def holds(found: Registers, now: dt.datetime) -> list[dict[str, Any]]:
    """The legal holds, and which to look at again soon."""
    soon = timezone.localdate(now) + REMIND_BEFORE
    return [
        {
            "person_id": one.person_id,
            "name": found.names.get(one.person_id, "Somebody"),
            "review_on": one.review_on,
            "soon": one.review_on <= soon,
        }
        for one in found.holds
    ]


IN_PENCE = "Balance in pence (owed if above 0)"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?")


def sections(copy: Copy) -> list[dict[str, Any]]:
    """The copy for reading: dates in words."""
    return [
        {
            "title": section.title,
            "rows": [[_said(k, v) for k, v in row.items()] for row in section.rows],
        }
        for section in copy.sections
    ]


def looked_by_month(copy: Copy) -> list[dict[str, Any]]:
    """Who has looked, for reading: months in words."""
    return [
        {
            "who": row["Who"] or "A worker no longer known",
            "what": row["What"],
            "month": f"{dt.date.fromisoformat(row['Month'] + '-01'):%B %Y}",
            "times": row["Times"],
        }
        for row in copy.looked
    ]


def _said(heading: str, value: Any) -> tuple[str, str]:
    """A heading and its value, as people say them; the file for machines keeps pence."""
    if heading == IN_PENCE:
        return "Balance", money_words(int(value))
    return heading, _read(value)


def _read(value: Any) -> str:
    """A value in words; what isn't a date is as it was typed."""
    text = str(value)
    if not MOMENT.fullmatch(text):
        return text
    try:
        if "T" in text:
            return moment_words(dt.datetime.fromisoformat(text))
        return moment_words(dt.date.fromisoformat(text))
    except ValueError:
        return text
