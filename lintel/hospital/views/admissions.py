"""Admissions by worker and month, with what stands out; for information leads of the trust."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.hospital.queries import admissions
from lintel.kernel import access
from lintel.kernel.states import AccessVerb
from lintel.sharing import words as sharing
from lintel.web import lists, months
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer

LINES_A_PAGE = 50
COLUMNS = (
    "Worker",
    "Month",
    "Noted",
    "Known to the trust before",
    "Ended within a day",
    "Taken back as mistaken",
)


@require_safe
@never_cache
def home(request: LintelRequest) -> HttpResponse:
    """Who noted how many, what became of them, and what stands out."""
    span = months.chosen(request)
    found = admissions.noted(request.actor, since=months.first_day(request, span))
    page = lists.page_of(request, found.lines, LINES_A_PAGE)
    return render(
        request,
        "hospital/admissions.html",
        {
            "tabs": sharing.tabs(request.actor, "hospital:admissions"),
            "span": span,
            "spans": [
                {"text": text, "href": f"?months={key}", "current": key == span}
                for key, text in months.SPANS.items()
            ],
            "total": found.total,
            "stand_out": [
                {"text": one.words, "href": _record(one.worker_id)} for one in found.stand_out
            ],
            "columns": [{"text": text, "numeric": n > 1} for n, text in enumerate(COLUMNS)],
            "rows": [_cells(line) for line in page.object_list],
            "page": page,
            "page_link": lists.page_link(request),
        },
    )


@require_safe
@never_cache
def copy(request: LintelRequest) -> HttpResponse:
    """The table as a file: it is written down that it was taken."""
    found = admissions.noted(request.actor, since=months.first_day(request, months.chosen(request)))
    access.record(
        request.actor,
        AccessVerb.EXPORTED,
        now=request.now,
        person_id=None,
        owner_id=request.actor.agency_id,
        categories=[],
        why="the worker is an information lead of the agency",
        page="admissions by worker",
    )
    return csv_answer(
        "admissions-by-worker", COLUMNS, ([line.worker, *_rest(line)] for line in found.lines)
    )


def _cells(line: admissions.Line) -> list[Any]:
    return [
        {"text": line.worker, "href": _record(line.worker_id)},
        *(str(cell) for cell in _rest(line)),
    ]


def _rest(line: admissions.Line) -> list[Any]:
    month = f"{dt.date.fromisoformat(f'{line.month}-01'):%B %Y}"
    return [month, line.noted, line.known, line.short, line.mistaken]


def _record(worker_id: int) -> str:
    return reverse("sharing:record-worker", args=[worker_id])
