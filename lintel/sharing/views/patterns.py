"""How records are opened for safety: tables with copies, for information and partnership leads."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.kernel import access
from lintel.kernel.states import AccessVerb
from lintel.sharing import policy, queries
from lintel.sharing import presenters_safety as words
from lintel.sharing.queries.patterns import DIMENSIONS
from lintel.sharing.words import tabs
from lintel.web import lists, months
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer

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
    span = months.chosen(request)
    page = lists.page_of(request, words.pattern_rows(found), LINES_A_PAGE)
    return render(
        request,
        "sharing/safety_patterns.html",
        {
            "tabs": tabs(request.actor, "safety-patterns"),
            "by": found.by,
            "months": span,
            "choices": [
                {"text": text, "href": f"?by={key}&months={span}", "current": key == found.by}
                for key, text in DIMENSIONS.items()
            ],
            "spans": [
                {"text": text, "href": f"?by={found.by}&months={key}", "current": key == span}
                for key, text in months.SPANS.items()
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
    span = months.chosen(request)
    found = _counted(request, span)
    return render(
        request,
        "sharing/safety_counts.html",
        {
            "tabs": tabs(request.actor, "safety-counts"),
            "total": words.few(found.get("all", [("", 0)])[0][1]),
            "months": span,
            "spans": [
                {"text": text, "href": f"?months={key}", "current": key == span}
                for key, text in months.SPANS.items()
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
    found = _counted(request, months.chosen(request))

    def lines() -> Iterator[tuple[str, str, str]]:
        for key, text in COUNTED.items():
            for value, times in found.get(key, []):
                yield text, value, words.few(times)

    return csv_answer("overrides-how-often", ("By", "What", "Times"), lines())


def _found(request: LintelRequest) -> queries.Patterns:
    return queries.patterns(
        request.actor,
        by=request.GET.get("by", ""),
        since=months.first_day(request, months.chosen(request)),
        now=request.now,
    )


def _counted(request: LintelRequest, span: str) -> dict[str, list[tuple[str, int | None]]]:
    return queries.counts(request.actor, first=months.first_day(request, span), months=int(span))
