"""Consent: asking, a refusal, what was agreed, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lintel.agencies import queries as agencies
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.sharing import actions, presenters, queries
from lintel.sharing.actions import Line, Talk
from lintel.sharing.forms import (
    AnswersForm,
    Question,
    RefusalForm,
    TalkForm,
    WithdrawForm,
    holds,
)
from lintel.sharing.states import Explained, Purpose
from lintel.sharing.views.common import local_path, number
from lintel.web import rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest

if TYPE_CHECKING:
    from lintel.agencies.models import Team

MOST_TEAMS = 4
MOST_OWN = 3
MOST_OFFERED = 60


@require_safe
@never_cache
def history(request: LintelRequest, person_id: int) -> HttpResponse:
    """What the person said about sharing, the latest first."""
    person = people.person(request.actor, person_id)
    views = queries.consents_for(request.actor, person_id, now=request.now)
    context = {
        "person": presenters.about(person),
        "consents": presenters.history(request.actor, views, request.now),
        "overrides": queries.overrides_open(request.actor, now=request.now, person_id=person_id),
    }
    return render(request, "sharing/consents.html", context)


@require_safe
@never_cache
def waiting(request: LintelRequest) -> HttpResponse:
    """What waits for the worker's agency to confirm it."""
    found = queries.waiting(request.actor, now=request.now)
    return render(request, "sharing/waiting.html", {"waiting": found})


@require_safe
@never_cache
def one(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """One conversation and its answers."""
    return render(request, "sharing/consent.html", _shown(request, person_id, consent_id))


@require_safe
@never_cache
def summary(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """The same in plain words, to print and give to the person."""
    return render(request, "sharing/summary.html", _shown(request, person_id, consent_id))


def _shown(request: LintelRequest, person_id: int, consent_id: int) -> dict[str, Any]:
    person = people.person(request.actor, person_id)
    view = queries.consent(request.actor, consent_id, person_id=person_id, now=request.now)
    return {
        "person": presenters.about(person),
        "consent": view,
        "status": presenters.status(view, request.now),
        "pairs": presenters.pairs(view),
        "rows": presenters.conversation(view),
        "confirms": bool(queries.waits_for_me(request.actor, view)) and not view.withdrawn,
        "over": view.withdrawn is not None or view.until <= request.now,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: LintelRequest, person_id: int) -> HttpResponse:
    """Record what the person said: yes, no or partly, for each team and each thing."""
    person = people.person(request.actor, person_id)
    before = _before(request, person_id)
    teams = _teams(request, before)
    if not teams:
        return _choose(request, presenters.about(person))
    given = request.POST or None
    initial = presenters.from_before(before) if before else {}
    initial |= {"given": timezone.localdate(request.now)} | rescue.initial(request)
    answers = AnswersForm(given, questions=_questions(request, teams), initial=initial)
    form = TalkForm(given, initial=initial)
    if request.method == "POST" and answers.is_valid() and form.is_valid():
        talk = _talk(request, form.cleaned_data)
        made = _attempt(form, lambda: _record(request, person_id, answers, talk, form))
        if made is not None:
            return _done(request, person_id, made, "What they said is written down")
    context = {
        "person": presenters.about(person),
        "form": form,
        "grid": answers.grid(),
        "teams": teams,
        "query": request.GET.urlencode(),
        "back": local_path(request),
    }
    return render(request, "sharing/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def refused(request: LintelRequest, person_id: int) -> HttpResponse:
    """They said no to everything: one short page."""
    person = people.person(request.actor, person_id)
    teams = _teams(request, None)
    if not teams:
        return _choose(request, presenters.about(person))
    initial = {"given": timezone.localdate(request.now)} | rescue.initial(request)
    form = RefusalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data | {"purpose": Purpose.TENANCY_SUPPORT, "lasts": "12"}
        lines = [
            Line(q.giver.pk, q.recipient.pk, category, False)
            for q in _questions(request, teams)
            for category in (Category.IDENTITY, *q.categories)
        ]
        made = _attempt(
            form,
            lambda: actions.record_consent(
                request.actor,
                now=request.now,
                person_id=person_id,
                talk=_talk(request, typed),
                lines=lines,
                once=form.once_token,
            ),
        )
        if made is not None:
            return _done(request, person_id, made, "Their no is written down. Nothing is shared")
    context = {"person": presenters.about(person), "form": form, "teams": teams}
    return render(request, "sharing/refused.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """The person takes it back."""
    context = _shown(request, person_id, consent_id)
    form = WithdrawForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        actions.withdraw_consent(
            request.actor,
            now=request.now,
            person_id=person_id,
            consent_id=consent_id,
            words=form.cleaned_data["words"],
        )
        messages.success(request, "Taken back. Nobody sees anything by this consent any more")
        # The worker may have seen the person by this consent alone.
        seen = people.names(request.actor, [person_id])
        return redirect("sharing:consents", person_id) if seen else redirect("home")
    return render(request, "sharing/withdraw.html", {**context, "form": form})


@require_POST
def confirm(request: LintelRequest, person_id: int, consent_id: int) -> HttpResponse:
    """Confirm what another agency wrote down about one's own agency's record."""
    actions.confirm_answers(
        request.actor, now=request.now, person_id=person_id, consent_id=consent_id
    )
    messages.success(request, "Confirmed. The team can see what the person agreed to")
    return redirect("sharing:consent-one", person_id, consent_id)


# Parts ----------------------------------------------------------------------------------------


def _before(request: LintelRequest, person_id: int) -> queries.ConsentView | None:
    """The earlier conversation that is asked again (`?from=12`)."""
    asked = number(request.GET.get("from", ""))
    if asked is None:
        return None
    return queries.consent(request.actor, asked, person_id=person_id, now=request.now)


def _teams(request: LintelRequest, before: queries.ConsentView | None) -> list[Team]:
    """The teams asked about: those of the address, or of the earlier conversation."""
    asked = {n for t in request.GET.getlist("team") if (n := number(t)) is not None}
    if not asked and before:
        mine = request.actor.agency_id
        told = [li for li in before.lines if li.recipient_agency_id != mine]
        asked = {li.recipient_id for li in told if li.recipient_id is not None}
    found = list(agencies.open_teams(request.now).filter(pk__in=sorted(asked)[:MOST_TEAMS]))
    if len(found) < len(asked) or any(t.agency_id == request.actor.agency_id for t in found):
        raise NotFound
    return found


def _questions(request: LintelRequest, teams: list[Team]) -> list[Question]:
    """For each team: what we may tell it, and what its agency may tell ours."""
    places = agencies.open_teams(request.now).filter(
        pk__in=request.actor.team_ids, agency_id=request.actor.agency_id
    )
    own = list(places[:MOST_OWN])
    if not own:
        raise Denied("You are in no team, so there is nobody of yours who could be told.")
    mine = own[0].agency
    return [
        question
        for team in teams
        for question in (
            Question(mine, team, holds(mine.kind), ours=True),
            *(Question(team.agency, place, holds(team.agency.kind), ours=False) for place in own),
        )
    ]


def _choose(request: LintelRequest, person: dict[str, Any]) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    offered = agencies.teams(request.actor, request.now, words=words).exclude(
        agency_id=request.actor.agency_id
    )
    context = {
        "person": person,
        "q": words,
        "teams": list(offered[: MOST_OFFERED + 1]),
        "most": MOST_OFFERED,
        "next": local_path(request),
    }
    return render(request, "sharing/choose.html", context)


def _talk(request: LintelRequest, typed: dict[str, Any]) -> Talk:
    return Talk(
        given=presenters.given_moment(typed["given"], request.now),
        until=presenters.until_moment(typed["lasts"], typed.get("until"), typed["given"]),
        purpose=Purpose(typed["purpose"]),
        explained=Explained(typed["explained"]),
        explained_words=typed["explained_words"],
        persons_words=typed["persons_words"],
        language=typed.get("language", ""),
        others_present=typed.get("others_present", ""),
    )


def _record(
    request: LintelRequest, person_id: int, answers: AnswersForm, talk: Talk, form: TalkForm
) -> int:
    return actions.record_consent(
        request.actor,
        now=request.now,
        person_id=person_id,
        talk=talk,
        lines=[
            Line(question.giver.pk, question.recipient.pk, category, answer)
            for question, category, answer in answers.answers()
        ],
        once=form.once_token,
    )


def _attempt(form: Form, act: Callable[[], int]) -> int | None:
    """Do it; what the domain finds wrong goes beside the fields, and nothing is written."""
    try:
        with transaction.atomic():
            return act()
    except Invalid as wrong:
        form.take(wrong.errors)
        return None


def _done(request: LintelRequest, person_id: int, consent_id: int, said: str) -> HttpResponse:
    messages.success(request, said)
    to = local_path(request)
    return redirect(to) if to else redirect("sharing:consent-one", person_id, consent_id)
