"""The access record, for information leads."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.sharing import actions, policy, presenters, queries
from lintel.sharing.forms import FindForm, NarrowForm
from lintel.sharing.queries import Filters, RecordPage
from lintel.sharing.views.common import number
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer

COLUMNS = ("When", "Who", "What they did", "What they saw", "Why they could")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def home(request: LintelRequest) -> HttpResponse:
    """Find the person or the worker to look up. By POST: no name stands in an address."""
    policy.look_up(request.actor)
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "people": None, "workers": None}
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        context["people"] = queries.find_people(request.actor, words)
        context["workers"] = queries.find_workers(request.actor, words)
    return render(request, "sharing/record.html", context)


@require_safe
@never_cache
def person(request: LintelRequest, person_id: int) -> HttpResponse:
    """Who saw what of a person, and who sees it now."""
    policy.look_up(request.actor)
    known = queries.known(request.actor, person_id)
    form, filters = _narrow(request)
    page = actions.look_up_person(
        request.actor,
        now=request.now,
        person_id=person_id,
        filters=filters,
        before=number(request.GET.get("before", "")),
    )
    context = _listed(request, page, form, by_worker=False)
    context |= {
        "known": known,
        "watchers": queries.who_can_see(request.actor, person_id),
        "copy": _copy_href(request, "sharing:record-person-copy", person_id),
    }
    return render(request, "sharing/record_person.html", context)


@require_safe
@never_cache
def worker(request: LintelRequest, worker_id: int) -> HttpResponse:
    """Whom a worker saw."""
    policy.look_up(request.actor)
    found = queries.worker(request.actor, worker_id)
    form, filters = _narrow(request)
    page = actions.look_up_worker(
        request.actor,
        now=request.now,
        worker_id=worker_id,
        filters=filters,
        before=number(request.GET.get("before", "")),
    )
    context = _listed(request, page, form, by_worker=True)
    context |= {
        "worker": found,
        "copy": _copy_href(request, "sharing:record-worker-copy", worker_id),
    }
    return render(request, "sharing/record_worker.html", context)


@require_safe
@never_cache
def person_copy(request: LintelRequest, person_id: int) -> HttpResponse:
    """All of a person's look-up as a file."""
    _, filters = _narrow(request)
    page = actions.look_up_person(
        request.actor, now=request.now, person_id=person_id, filters=filters, copy=True
    )
    return _file(page)


@require_safe
@never_cache
def worker_copy(request: LintelRequest, worker_id: int) -> HttpResponse:
    """All of a worker's look-up as a file."""
    _, filters = _narrow(request)
    page = actions.look_up_worker(
        request.actor, now=request.now, worker_id=worker_id, filters=filters, copy=True
    )
    return _file(page)


def _narrow(request: LintelRequest) -> tuple[NarrowForm, Filters]:
    """The form, and what of it makes sense: a wrong date narrows nothing and says so."""
    typed = {key: request.GET.get(key, "") for key in ("since", "until", "verb")}
    form = NarrowForm(typed)
    form.is_valid()
    given = form.cleaned_data
    return form, Filters(given.get("since"), given.get("until"), given.get("verb", ""))


def _listed(
    request: LintelRequest, page: RecordPage, form: NarrowForm, *, by_worker: bool
) -> dict[str, Any]:
    columns = ["When", "About", *COLUMNS[2:]] if by_worker else list(COLUMNS)
    return {
        "form": form,
        "columns": [{"text": text} for text in columns],
        "rows": [presenters.record_cells(row, by_worker=by_worker) for row in page.rows],
        "older": presenters.query_of(request.GET.dict(), page.before) if page.before else "",
        "newest": "before" in request.GET,
        "first": presenters.query_of(
            {k: v for k, v in request.GET.dict().items() if k != "before"}, None
        ),
    }


def _copy_href(request: LintelRequest, name: str, number_of: int) -> str:
    kept = {k: v for k, v in request.GET.dict().items() if k in {"since", "until", "verb"}}
    query = presenters.query_of(kept, None)
    return f"{reverse(name, args=[number_of])}{'?' + query if query else ''}"


def _file(page: RecordPage) -> HttpResponse:
    rows = presenters.copied(page.rows, cut=page.before is not None)
    return csv_answer("access-record", presenters.COPY_COLUMNS, rows)
