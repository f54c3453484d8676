"""Sharing on another basis than consent: writing it down, deciding, telling the person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.agencies import queries as agencies
from lintel.kernel import access
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.sharing import actions, policy, presenters, queries
from lintel.sharing import basis_words as words
from lintel.sharing.actions import Share
from lintel.sharing.forms_basis import AgainForm, BasisForm, ToldForm, WhyForm
from lintel.sharing.forms_consent import holds
from lintel.sharing.states import Basis, Purpose
from lintel.sharing.views.common import number
from lintel.web import rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest

MOST_OFFERED = 60


@require_safe
@never_cache
def of_person(request: LintelRequest, person_id: int) -> HttpResponse:
    """What is shared about one person without consent."""
    person = people.person(request.actor, person_id)
    found = queries.bases_of(request.actor, person_id)
    context = {
        "person": presenters.about(person),
        "bases": [words.row(one, request.now) for one in found],
    }
    return render(request, "sharing/bases_of_person.html", context)


@require_safe
@never_cache
def mine(request: LintelRequest) -> HttpResponse:
    """What waits to be authorised, whom nobody has told yet, and what is shared so now."""
    actor, now = request.actor, request.now
    context = {
        "waiting": [words.row(v, now) for v in queries.bases_to_authorise(actor, now=now)],
        "untold": [words.row(v, now) for v in queries.bases_untold(actor, now=now)],
        "now": [words.row(v, now) for v in queries.bases_mine(actor, now=now)],
        "answers": policy.may_answer_for_bases(actor),
    }
    return render(request, "sharing/bases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: LintelRequest, person_id: int) -> HttpResponse:
    """Write down what must be shared without consent, for a second worker to decide."""
    person = people.person(request.actor, person_id)
    team = _team(request)
    if team is None:
        return _choose(request, presenters.about(person))
    own = agencies.open_teams(request.now).filter(agency_id=request.actor.agency_id).first()
    held = holds(own.agency.kind) if own else ()
    form = BasisForm(
        request.POST or None,
        categories=held,
        workers=[
            (w.pk, f"{w.name}, {w.job_title}")
            for w in queries.members_of([team.pk], request.now).get(team.pk, ())
        ],
        initial=rescue.initial(request),
    )
    if request.method == "POST" and form.is_valid():
        share = _share(form.cleaned_data, team.pk)
        made = _attempt(
            form,
            lambda: actions.record_basis(
                request.actor,
                now=request.now,
                person_id=person_id,
                share=share,
                once_key=form.once_token,
            ),
        )
        if made is not None:
            messages.success(
                request, "It is written down. Nothing is shared until somebody else authorises it"
            )
            return redirect("sharing:basis", made)
    context = {"person": presenters.about(person), "form": form, "team": team}
    return render(request, "sharing/basis_new.html", context)


@require_safe
@never_cache
def one(request: LintelRequest, basis_id: int) -> HttpResponse:
    """One of them, and what can be done next. That it was opened is in the access record."""
    view = queries.basis(request.actor, basis_id)
    access.record(
        request.actor,
        AccessVerb.OPENED,
        now=request.now,
        person_id=view.person_id,
        owner_id=view.owner_id,
        categories=[Category.IDENTITY],
        why="the worker’s agency shares this without consent, or their team is told",
        purpose="sharing on another basis than consent",
        page="other basis",
    )
    seen = bool(people.names(request.actor, [view.person_id]))
    context = _context(request, view) | {"person_href": words.person_href(view) if seen else ""}
    return render(request, "sharing/basis.html", context)


def _context(request: LintelRequest, view: queries.BasisView) -> dict[str, Any]:
    mine = view.owner_id == request.actor.agency_id
    may_decide = mine and view.waits and _may_decide(request, view)
    return {
        "basis": view,
        "status": words.status(view, request.now),
        "rows": words.rows(view),
        "untold": view.untold,
        "age": words.age(view, request.now),
        "may_decide": may_decide,
        "may_tell": mine and view.told is None,
        "may_end": mine and view.authorised is not None and view.counts(request.now),
    }


def _may_decide(request: LintelRequest, view: queries.BasisView) -> bool:
    return view.id in {v.id for v in queries.bases_to_authorise(request.actor, now=request.now)}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def authorise(request: LintelRequest, basis_id: int) -> HttpResponse:
    """A second worker lets it be shared."""
    form = WhyForm(request.POST or None, initial=rescue.initial(request))
    form.fields["words"].label = "Why is it right to share this?"
    return _decide(request, basis_id, form, actions.authorise_basis, "Authorise it", "It is shared")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decline(request: LintelRequest, basis_id: int) -> HttpResponse:
    """A second worker decides that it is not shared."""
    form = WhyForm(request.POST or None, initial=rescue.initial(request))
    form.fields["words"].label = "Why is it not to be shared?"
    return _decide(
        request, basis_id, form, actions.decline_basis, "Don’t share it", "It is not shared"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end(request: LintelRequest, basis_id: int) -> HttpResponse:
    """It is not needed any more."""
    form = WhyForm(request.POST or None, initial=rescue.initial(request))
    form.fields["words"].label = "Why does it end?"
    return _decide(request, basis_id, form, actions.end_basis, "End it now", "It has ended")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def told(request: LintelRequest, basis_id: int) -> HttpResponse:
    """The person was told."""
    initial = {"told": timezone.localdate(request.now)} | rescue.initial(request)
    form = ToldForm(request.POST or None, initial=initial)
    return _decide(
        request, basis_id, form, actions.tell_basis, "They were told", "It is written down"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review(request: LintelRequest, basis_id: int) -> HttpResponse:
    """They still can't be told, and why."""
    form = AgainForm(request.POST or None, initial=rescue.initial(request))
    return _decide(
        request, basis_id, form, actions.review_basis, "Look at it again then", "It is written down"
    )


# Parts ----------------------------------------------------------------------------------------


def _decide(
    request: LintelRequest,
    basis_id: int,
    form: Form,
    act: Callable[..., None],
    submit: str,
    said: str,
) -> HttpResponse:
    view = queries.basis(request.actor, basis_id)
    if view.owner_id != request.actor.agency_id:
        raise NotFound
    if request.method == "POST" and form.is_valid():

        def decide() -> bool:
            act(request.actor, now=request.now, basis_id=basis_id, **form.cleaned_data)
            return True

        done = _attempt(form, decide)
        if done is not None:
            messages.success(request, said)
            return redirect("sharing:basis", basis_id)
    context = _context(request, view) | {"form": form, "submit": submit}
    return render(request, "sharing/basis_decide.html", context)


def _attempt(form: Form, act: Callable[[], Any]) -> Any:
    try:
        with transaction.atomic():
            return act()
    except Invalid as wrong:
        form.take(wrong.errors)
        return None


def _team(request: LintelRequest) -> Any:
    asked = number(request.GET.get("team", ""))
    if asked is None:
        return None
    found = agencies.open_teams(request.now).filter(pk=asked).first()
    if found is None or found.agency_id == request.actor.agency_id:
        raise NotFound
    return found


def _choose(request: LintelRequest, person: dict[str, Any]) -> HttpResponse:
    typed = request.GET.get("q", "")[:100]
    offered = list(
        agencies.teams(request.actor, request.now, words=typed).exclude(
            agency_id=request.actor.agency_id
        )[: MOST_OFFERED + 1]
    )
    context = {
        "person": person,
        "q": typed,
        "teams": offered[:MOST_OFFERED],
        "more": len(offered) > MOST_OFFERED,
        "tried": "chosen" in request.GET,
    }
    return render(request, "sharing/basis_choose.html", context)


def _share(typed: dict[str, Any], team_id: int) -> Share:
    only = typed.get("recipient_worker") or ""
    return Share(
        recipient_id=team_id,
        recipient_worker_id=int(only) if only else None,
        categories=[Category(int(c)) for c in typed["categories"]],
        purpose=Purpose(typed["purpose"]),
        basis=Basis(typed["basis"]),
        statute=typed.get("statute") or "",
        words=typed["words"],
        until=datetime.combine(
            typed["until"], time(23, 59), tzinfo=timezone.get_current_timezone()
        ),
        told_words=typed.get("told_words") or "",
        not_told_words=typed.get("not_told_words") or "",
        tell_review=typed.get("tell_review"),
    )
