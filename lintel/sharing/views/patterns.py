"""How records are opened for safety: tables with copies, for information and partnership leads."""

from collections.abc import Iterator
from datetime import date

from dateutil.relativedelta import relativedelta
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.kernel import access
from lintel.kernel.states import AccessVerb
from lintel.sharing import policy, queries
from lintel.sharing import presenters_safety as words
from lintel.sharing.queries.patterns import DIMENSIONS
from lintel.sharing.words import tabs
from lintel.web import lists
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer

MONTHS = {"3": "Last 3 months", "12": "Last 12 months", "36": "Last 3 years"}
LINES_A_PAGE = 50
COUNTED = {
    "agency": "Agency of the worker",
    "holder": "Whose record",
    "reason": "Reason",
    "hour": "Time of day",
    "month": "Month",
    "outcome": "What the review found",
}


@require_safe
@never_cache
def home(request: LintelRequest) -> HttpResponse:
    """By worker, team, agency, reason, time, person or month; and what stands out."""
    found = _found(request)
    months = _months(request)
    page = lists.page_of(request, words.pattern_rows(found), LINES_A_PAGE)
    return render(
        request,
        "sharing/safety_patterns.html",
        {
            "tabs": tabs(request.actor, "safety-patterns"),
            "by": found.by,
            "months": months,
            "choices": [
                {"text": text, "href": f"?by={key}&months={months}", "current": key == found.by}
                for key, text in DIMENSIONS.items()
            ],
            "spans": [
                {"text": text, "href": f"?by={found.by}&months={key}", "current": key == months}
                for key, text in MONTHS.items()
            ],
            "total": found.total,
            "columns": [
                {"text": text, "numeric": n > 0}
                for n, text in enumerate(words.pattern_columns(found.by))
            ],
            "rows": page.object_list,
            "page": page,
            "page_link": lists.page_link(request),
            "stand_out": found.stand_out,
        },
    )


@require_safe
@never_cache
def copy(request: LintelRequest) -> HttpResponse:
    """The table as a file: it is written down that it was taken."""
    found = _found(request)
    access.record(
        request.actor,
        AccessVerb.EXPORTED,
        now=request.now,
        person_id=None,
        owner_id=request.actor.agency_id,
        categories=[],
        why="the worker is an information lead of the agency",
        page="patterns of overrides",
    )
    return csv_answer(
        f"overrides-by-{found.by}", words.pattern_columns(found.by), words.pattern_rows(found)
    )


@require_safe
@never_cache
def counts(request: LintelRequest) -> HttpResponse:
    """For the partnership lead: how often, in counts that are nobody."""
    policy.draft(request.actor)
    months = _months(request)
    found = _counted(request, months)
    return render(
        request,
        "sharing/safety_counts.html",
        {
            "tabs": tabs(request.actor, "safety-counts"),
            "total": words.few(found.get("all", [("", 0)])[0][1]),
            "months": months,
            "spans": [
                {"text": text, "href": f"?months={key}", "current": key == months}
                for key, text in MONTHS.items()
            ],
            "tables": [
                (text, [[value, words.few(times)] for value, times in found.get(key, [])])
                for key, text in COUNTED.items()
            ],
        },
    )


@require_safe
@never_cache
def counts_copy(request: LintelRequest) -> HttpResponse:
    """The counts as a file."""
    policy.draft(request.actor)
    found = _counted(request, _months(request))

    def lines() -> Iterator[tuple[str, str, str]]:
        for key, text in COUNTED.items():
            for value, times in found.get(key, []):
                yield text, value, words.few(times)

    return csv_answer("overrides-how-often", ("By", "What", "Times"), lines())


def _found(request: LintelRequest) -> queries.Patterns:
    return queries.patterns(
        request.actor,
        by=request.GET.get("by", ""),
        since=_first(request, _months(request)),
        now=request.now,
    )


def _counted(request: LintelRequest, months: str) -> dict[str, list[tuple[str, int | None]]]:
    return queries.counts(request.actor, first=_first(request, months), months=int(months))


def _months(request: LintelRequest) -> str:
    asked = request.GET.get("months", "")
    return asked if asked in MONTHS else "12"


def _first(request: LintelRequest, months: str) -> date:
    """The first day of the span: whole months, this one included."""
    this = timezone.localdate(request.now).replace(day=1)
    return this - relativedelta(months=int(months) - 1)
