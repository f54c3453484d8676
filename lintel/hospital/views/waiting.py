"""The delay board for the daily call, and one stay's waiting."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.hospital import forms_waiting as forms
from lintel.hospital.actions import waiting as acts
from lintel.hospital.presenters import waiting as words
from lintel.hospital.presenters.stays import parts
from lintel.hospital.queries import figures
from lintel.hospital.queries import waiting as queries
from lintel.kernel import access
from lintel.kernel.errors import Conflict, Invalid
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.sharing.actions import open_record
from lintel.web import lists, rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer

ON_BOARD = "the person waits to leave a ward that the worker sees"
PER_PAGE = 100
CAUSE = ("reason", "attribution", "council", "holder", "next_step", "next_by")


@require_safe
@never_cache
def board(request: LintelRequest) -> HttpResponse:
    """Everybody in the worker's sight who is ready and waits."""
    everybody = queries.board(request.actor, now=request.now)
    form, found = _kept(request, everybody)
    sort = lists.Sort.of(request, words.SORTS, "-days")
    page = lists.page_of(request, words.ordered(found, sort), PER_PAGE)
    _seen(request, list(page), AccessVerb.LISTED)
    chosen = form.chosen()
    query = request.GET.urlencode()
    request.sees_figures = figures.sees(request.actor)
    return render(
        request,
        "hospital/delays.html",
        {
            "filter": form,
            "selected": [
                {
                    "text": dict(form.fields[name].choices)[value],  # type: ignore[attr-defined]
                    "href": lists.without(request, name, value),
                }
                for name, value in chosen.items()
            ],
            "summary": words.summary(found),
            "anybody": bool(everybody),
            "columns": words.COLUMNS,
            "rows": words.board_cells(page),
            "sort": sort,
            "page": page,
            "page_link": lists.page_link(request),
            "query": f"?{query}" if query else "",
            "sees_figures": request.sees_figures,
            "now": request.now,
        },
    )


@require_safe
@never_cache
def copy(request: LintelRequest) -> HttpResponse:
    """The board as a file: it is written down who was in it."""
    _, found = _kept(request, queries.board(request.actor, now=request.now))
    _seen(request, found, AccessVerb.EXPORTED)
    return csv_answer("delays", words.CSV, words.board_lines(found))


@require_safe
@never_cache
def stay(request: LintelRequest, stay_id: int) -> HttpResponse:
    """What one person waits for, and waited for; corrections with what they corrected."""
    found = queries.of_stay(request.actor, stay_id, now=request.now)
    open_record(
        request.actor,
        person_id=found.person_id,
        purpose="ready and waiting",
        page="hospital-waiting:stay",
        now=request.now,
    )
    return render(
        request,
        "hospital/delays_stay.html",
        {
            "stay": found,
            "parts": parts(stay_id, "hospital-waiting:stay"),
            "mine": found.owner_id == request.actor.agency_id,
            "cost": words.pounds(found.pence),
            "night": words.pounds(found.night_pence),
            "lines": [
                (line, words.span_words(line), words.line_rows(line)) for line in found.lines
            ],
            "superseded": [
                (line, words.span_words(line), words.line_rows(line)) for line in found.superseded
            ],
        },
    )


@never_cache
def ready(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Note that somebody is ready and waits."""
    form = forms.ReadyForm(
        request.POST or None,
        initial=rescue.initial(request) or {"since": timezone.localdate(request.now)},
    )

    def act() -> None:
        acts.ready(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            since=form.cleaned_data["since"],
            cause=form.cause(),
            once=form.once_token,
        )

    return _page(request, stay_id, form, act, "Ready and waiting", "It is on the delay board")


@never_cache
def change(request: LintelRequest, stay_id: int) -> HttpResponse:
    """Another reason, next step, or who could act."""
    current = queries.of_stay(request.actor, stay_id, now=request.now).current
    form = forms.ChangeForm(
        request.POST or None,
        initial=rescue.initial(request)
        or {"on": timezone.localdate(request.now), **(_cause_of(current) if current else {})},
    )

    def act() -> None:
        acts.change_reason(
            request.actor,
            now=request.now,
            stay_id=stay_id,
            on=form.cleaned_data["on"],
            cause=form.cause(),
            once=form.once_token,
        )

    return _page(request, stay_id, form, act, "Change what they wait for", "Changed")


@never_cache
def end(request: LintelRequest, stay_id: int) -> HttpResponse:
    """No longer ready, or no longer waiting, and still here."""
    form = forms.EndForm(
        request.POST or None,
        initial=rescue.initial(request) or {"on": timezone.localdate(request.now)},
    )

    def act() -> None:
        acts.end_waiting(
            request.actor, now=request.now, stay_id=stay_id, on=form.cleaned_data["on"]
        )

    return _page(request, stay_id, form, act, "They don’t wait any more", "The waiting has ended")


@never_cache
def correct(request: LintelRequest, waiting_id: int) -> HttpResponse:
    """Put a line right, openly."""
    one, line = queries.one_waiting(request.actor, waiting_id, now=request.now)
    form = forms.CorrectForm(
        request.POST or None,
        initial=rescue.initial(request)
        or {"since": line.since, "until": line.until, **_cause_of(line)},
    )

    def act() -> None:
        given = form.cleaned_data
        acts.correct_waiting(
            request.actor,
            now=request.now,
            waiting_id=waiting_id,
            since=given["since"],
            until=given["until"],
            cause=form.cause(),
            why=given["why"],
            once=form.once_token,
        )

    return _page(request, one.pk, form, act, "Correct what was noted", "Corrected. Both lines stay")


def _cause_of(line: queries.WaitingView) -> dict[str, Any]:
    return {name: getattr(line, name) for name in CAUSE} | {"holder_words": line.holder_typed}


def _page(
    request: LintelRequest,
    stay_id: int,
    form: Form,
    act: Callable[[], None],
    heading: str,
    done: str,
) -> HttpResponse:
    """A form about a stay: what is wrong goes beside the fields, what is done leads back."""
    found = queries.of_stay(request.actor, stay_id, now=request.now)
    if request.method == "POST" and form.is_valid() and _did(form, act):
        messages.success(request, done)
        return redirect("hospital-waiting:stay", stay_id)
    return render(
        request,
        "hospital/delays_form.html",
        {"form": form, "stay": found, "heading": heading},
    )


def _did(form: Form, act: Callable[[], None]) -> bool:
    try:
        with transaction.atomic():
            act()
    except Invalid as wrong:
        form.take(wrong.errors)
    except Conflict as conflict:
        form.take({"": conflict.words})
    else:
        return True
    return False


def _kept(
    request: LintelRequest, rows: list[queries.BoardRow]
) -> tuple[forms.BoardFilter, list[queries.BoardRow]]:
    wards = sorted({(r.ward_id, r.ward) for r in rows}, key=lambda pair: pair[1])
    form = forms.BoardFilter(request.GET, wards=wards)
    return form, words.kept(rows, form.chosen())


def _seen(request: LintelRequest, rows: list[queries.BoardRow], verb: AccessVerb) -> None:
    for owner_id, people in queries.persons(rows).items():
        access.record_listed(
            request.actor,
            now=request.now,
            person_ids=people,
            categories=[Category.IDENTITY, Category.HOSPITAL_STAY],
            why=ON_BOARD,
            owner_id=owner_id,
            verb=verb,
            page="hospital-waiting:board",
        )
