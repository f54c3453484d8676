"""Placements away: the group picture, and one person's."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.hospital import forms_placements as forms
from lintel.hospital.actions import placing as acts
from lintel.hospital.presenters import placements as words
from lintel.hospital.queries import figures
from lintel.hospital.queries import placements as queries
from lintel.kernel import access
from lintel.kernel.errors import Conflict, Invalid
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people.queries import person as person_of
from lintel.sharing.actions import open_record
from lintel.web import lists, rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer

PER_PAGE = 100


@require_safe
@never_cache
def board(request: LintelRequest) -> HttpResponse:
    """Who is placed away in the worker's sight, what it costs, and the picture of all."""
    rows = queries.placed(request.actor, now=request.now)
    _seen(request, rows, AccessVerb.LISTED)
    cells = words.cells(rows)
    page = lists.page_of(request, cells, PER_PAGE)
    request.sees_figures = figures.sees(request.actor)
    return render(
        request,
        "hospital/placements.html",
        {
            "picture": words.picture(rows),
            "anybody": bool(rows),
            "columns": words.COLUMNS,
            "rows": list(page),
            "page": page,
            "page_link": lists.page_link(request),
            "sees_figures": request.sees_figures,
            "now": request.now,
        },
    )


@require_safe
@never_cache
def copy(request: LintelRequest) -> HttpResponse:
    """The list as a file: it is written down who was in it."""
    rows = queries.placed(request.actor, now=request.now)
    _seen(request, rows, AccessVerb.EXPORTED)
    return csv_answer("placements-away", words.CSV, words.lines(rows))


@require_safe
@never_cache
def one(request: LintelRequest, placement_id: int) -> HttpResponse:
    """One placement."""
    found = queries.placement(request.actor, placement_id, now=request.now)
    _opened(request, found.person_id)
    return render(
        request,
        "hospital/placement.html",
        {
            "placement": found,
            "rows": words.card(found),
            "mine": found.owner_id == request.actor.agency_id and found.until is None,
        },
    )


@require_safe
@never_cache
def of_person(request: LintelRequest, person_id: int) -> HttpResponse:
    """A person's placements, those that ended too."""
    who = person_of(request.actor, person_id)
    _opened(request, person_id)
    rows = queries.placed(request.actor, now=request.now, person_id=person_id, past=True)
    return render(
        request,
        "hospital/placements_person.html",
        {"person": who, "cards": [(r, words.card(r)) for r in rows]},
    )


@never_cache
def add(request: LintelRequest, person_id: int) -> HttpResponse:
    """Note that somebody is placed away."""
    who = person_of(request.actor, person_id)
    acts.may_place(request.actor, person_id)
    form = forms.PlacementForm(request.POST or None, initial=rescue.initial(request))
    back = reverse("hospital-waiting:placements-person", args=[person_id])

    def act() -> None:
        acts.place(
            request.actor,
            now=request.now,
            person_id=person_id,
            given=form.placing(),
            once=form.once_token,
        )

    return _page(request, form, act, "Placed away", who.name, back, "Noted")


@never_cache
def change(request: LintelRequest, placement_id: int) -> HttpResponse:
    """Write what is known now."""
    found = queries.placement(request.actor, placement_id, now=request.now)
    form = forms.PlacementForm(
        request.POST or None, initial=rescue.initial(request) or forms.initial(found)
    )

    def act() -> None:
        acts.change(request.actor, now=request.now, placement_id=placement_id, given=form.placing())

    back = reverse("hospital-waiting:placement", args=[placement_id])
    return _page(request, form, act, "Change the placement", found.person, back, "Changed")


@never_cache
def end(request: LintelRequest, placement_id: int) -> HttpResponse:
    """They came home, or went elsewhere."""
    found = queries.placement(request.actor, placement_id, now=request.now)
    form = forms.EndForm(
        request.POST or None,
        initial=rescue.initial(request) or {"until": timezone.localdate(request.now)},
    )

    def act() -> None:
        acts.end(request.actor, now=request.now, placement_id=placement_id, **form.cleaned_data)

    back = reverse("hospital-waiting:placement", args=[placement_id])
    return _page(request, form, act, "End the placement", found.person, back, "It has ended")


def _page(
    request: LintelRequest,
    form: Form,
    act: Callable[[], None],
    heading: str,
    who: str,
    back: str,
    done: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                act()
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as conflict:
            form.take({"": conflict.words})
        else:
            messages.success(request, done)
            return redirect(back)
    context: dict[str, Any] = {"form": form, "heading": heading, "who": who, "back": back}
    return render(request, "hospital/placement_form.html", context)


def _opened(request: LintelRequest, person_id: int) -> None:
    open_record(
        request.actor,
        person_id=person_id,
        purpose="placements away",
        page="hospital-waiting:placement",
        now=request.now,
    )


def _seen(request: LintelRequest, rows: list[queries.PlacementView], verb: AccessVerb) -> None:
    by_owner: dict[int, set[int]] = {}
    for row in rows:
        by_owner.setdefault(row.owner_id, set()).add(row.person_id)
    for owner_id, people in by_owner.items():
        access.record_listed(
            request.actor,
            now=request.now,
            person_ids=people,
            categories=[Category.IDENTITY, Category.HOSPITAL_STAY],
            why="the person is placed away, in the worker’s sight",
            owner_id=owner_id,
            verb=verb,
            page="hospital-waiting:placements",
        )
    # Miles are from a home: its landlord's record says so.
    homes: dict[int, set[int]] = {}
    for row in rows:
        if row.home_owner_id is not None:
            homes.setdefault(row.home_owner_id, set()).add(row.person_id)
    for owner_id, people in homes.items():
        access.record_listed(
            request.actor,
            now=request.now,
            person_ids=people,
            categories=[Category.TENANCY],
            why="how far from their home the person is placed, in the worker’s sight",
            owner_id=owner_id,
            verb=verb,
            page="hospital-waiting:placements",
        )
