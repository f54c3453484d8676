"""The wards of the worker's trust, who is on them, and admission."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.hospital import actions, policy, queries
from lintel.hospital.forms import AdmitForm
from lintel.hospital.presenters import wards as words
from lintel.hospital.queries import Row, WardView
from lintel.kernel import access
from lintel.kernel.errors import Conflict, Invalid
from lintel.kernel.sight.states import Category
from lintel.web import lists, rescue
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer

IN_THE_LIST = (Category.IDENTITY, Category.HOSPITAL_STAY)
WHY = "the worker works on the person's housing on the ward, or leads the ward"
FIELDS = {"housing_worker_id": "housing_worker"}


@require_safe
@never_cache
def all_wards(request: LintelRequest) -> HttpResponse:
    """The wards of the trust; whoever works on one alone goes straight there."""
    found = queries.wards(request.actor)
    mine = [w for w in found if w.team_id in request.actor.team_ids]
    if len(mine) == 1:
        return redirect("hospital:ward", mine[0].slug)
    return render(request, "hospital/wards.html", {"wards": found, "mine": mine})


@require_safe
@never_cache
def ward(request: LintelRequest, slug: str) -> HttpResponse:
    """Who is on a ward, of those in the worker's sight; or who has left it."""
    one = queries.ward(request.actor, slug)
    past = request.GET.get("shown") == "past"
    page = lists.page_of(
        request, queries.on_ward(request.actor, [one.team_id], now=request.now, past=past)
    )
    rows = _shown(request, one, list(page.object_list))
    return render(
        request,
        "hospital/ward.html",
        {
            "ward": one,
            "past": past,
            "page": page,
            "page_link": lists.page_link(request),
            "columns": words.COLUMNS,
            "rows": words.table(rows, request.now),
            "tabs": words.tabs(one.slug, past=past),
            "may_admit": one.team_id in request.actor.team_ids,
            "unasked": sum(not row.asked for row in rows) if not past else 0,
        },
    )


@require_safe
@never_cache
def export(request: LintelRequest, slug: str) -> HttpResponse:
    """Who is on the ward now, as a spreadsheet."""
    one = queries.ward(request.actor, slug)
    found = list(queries.on_ward(request.actor, [one.team_id], now=request.now))
    rows = _shown(request, one, found)
    return csv_answer(f"ward-{one.slug}", words.EXPORTED, words.exported(rows))


def _shown(request: LintelRequest, one: WardView, found: list[Any]) -> list[Row]:
    rows = queries.rows(found, request.now)
    access.record_listed(
        request.actor,
        now=request.now,
        person_ids=[row.person_id for row in rows],
        categories=IN_THE_LIST,
        why=WHY,
        owner_id=one.agency_id,
        page="hospital:ward",
    )
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def admit(request: LintelRequest, slug: str) -> HttpResponse:
    """Note an admission, then on to the housing questions."""
    one = queries.ward(request.actor, slug)
    policy.admit(request.actor, one.team_id)
    workers = queries.members(one.team_id, request.now)
    first = {"housing_worker": request.actor.worker_id, **rescue.initial(request)}
    form = AdmitForm(request.POST or None, workers=workers, initial=first)
    conflict = False
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                made = actions.admit(
                    request.actor,
                    now=request.now,
                    ward_team_id=one.team_id,
                    name=given["name"],
                    born=given["born"],
                    admitted=given["admitted"],
                    expected=given["expected"],
                    housing_worker_id=given["housing_worker"],
                    once=form.once_token,
                )
        except Invalid as wrong:
            form.take({FIELDS.get(name, name): said for name, said in wrong.errors.items()})
        except Conflict as moved_on:
            conflict = True
            form.take({"": moved_on.words})
        else:
            mine = given["housing_worker"] == request.actor.worker_id
            if mine or one.team_id in request.actor.lead_team_ids:
                messages.success(request, "Admitted. Ask about their home today, if you can")
                return redirect("hospital:questions", made)
            messages.success(request, "Admitted. The stay is with whom you chose, and not with you")
            return redirect("hospital:ward", slug)
    return render(
        request,
        "hospital/admit.html",
        {"ward": one, "form": form, "back": reverse("hospital:ward", args=[slug])},
        status=409 if conflict else 200,
    )
