"""Asking about sharing: with whom and what for, then what the person said; or a form to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lintel.agencies import queries as agencies
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.sharing import actions, presenters, queries
from lintel.sharing.actions import Line, Talk
from lintel.sharing.forms_consent import (
    AnswersForm,
    Question,
    Recipient,
    RefusalForm,
    TalkForm,
    holds,
)
from lintel.sharing.states import ANY_PURPOSE, Explained, Purpose, purpose_words
from lintel.sharing.views.common import local_path, number
from lintel.web import rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest
from lintel.web.words import listed

MOST_RECIPIENTS = 4
MOST_OWN = 3
MOST_OFFERED = 60


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the conversation is about: who may be told, and what for."""

    recipients: Sequence[Recipient]
    purposes: Sequence[str]

    @property
    def names(self) -> str:
        """Who, in words."""
        return listed(r.name for r in self.recipients)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: LintelRequest, person_id: int) -> HttpResponse:
    """Record what the person said: yes, no or partly, for each purpose, recipient and thing."""
    person = people.person(request.actor, person_id)
    before = _before(request, person_id)
    chosen = _chosen(request, before)
    if not chosen.recipients or not chosen.purposes:
        return _choose(request, presenters.about(person), chosen)
    given = request.POST or None
    initial = presenters.from_before(before)
    initial |= {"given": timezone.localdate(request.now)} | rescue.initial(request)
    answers = AnswersForm(given, questions=_questions(request, chosen), initial=initial)
    form = TalkForm(given, initial=initial)
    if request.method == "POST" and answers.is_valid() and form.is_valid():
        made = _attempt(form, lambda: _record(request, person_id, answers, form))
        if made is not None:
            return _done(request, person_id, made, "What they said is written down")
    context = {
        "person": presenters.about(person),
        "form": form,
        "grid": answers.grid(),
        "who": answers.who(),
        "query": request.GET.urlencode(),
        "back": local_path(request),
    }
    return render(request, "sharing/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def refused(request: LintelRequest, person_id: int) -> HttpResponse:
    """They said no to everything: one short page; it is a no for every purpose."""
    person = people.person(request.actor, person_id)
    chosen = _chosen(request, ())
    if not chosen.recipients:
        return _choose(request, presenters.about(person), chosen)
    initial = {"given": timezone.localdate(request.now)} | rescue.initial(request)
    form = RefusalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data | {"lasts": "12"}
        lines = [
            _line(question, category, False)
            for question in _pairs(request, chosen)
            for category in (Category.IDENTITY, *question.categories)
        ]
        made = _attempt(
            form,
            lambda: actions.record_consent(
                request.actor,
                now=request.now,
                person_id=person_id,
                talk=_talk(request, typed, ANY_PURPOSE),
                lines=lines,
                once=form.once_token,
            ),
        )
        if made is not None:
            return _done(request, person_id, made, "Their no is written down. Nothing is shared")
    context = {"person": presenters.about(person), "form": form, "names": chosen.names}
    return render(request, "sharing/refused.html", context)


@require_safe
@never_cache
def paper_form(request: LintelRequest, person_id: int) -> HttpResponse:
    """A form to print, read together and sign: the same questions, with boxes to tick."""
    person = people.person(request.actor, person_id)
    chosen = _chosen(request, _before(request, person_id))
    if not chosen.recipients or not chosen.purposes:
        return _choose(request, presenters.about(person), chosen)
    answers = AnswersForm(questions=_questions(request, chosen))
    context = {
        "person": presenters.about(person),
        "born": person.born,
        "grid": answers.grid(),
        "worker": request.actor.name,
        "today": timezone.localdate(request.now),
        "large": "large" in request.GET,
        "query": request.GET.urlencode(),
    }
    return render(request, "sharing/paper_form.html", context)


# Parts ----------------------------------------------------------------------------------------


def _before(request: LintelRequest, person_id: int) -> tuple[queries.ConsentView, ...]:
    """The earlier conversation that is asked again (`?from=12`)."""
    asked = number(request.GET.get("from", ""))
    if asked is None:
        return ()
    return queries.conversation(request.actor, asked, person_id=person_id, now=request.now)


def _numbers(request: LintelRequest, name: str) -> set[int]:
    return {n for t in request.GET.getlist(name) if (n := number(t)) is not None}


def _chosen(request: LintelRequest, before: Sequence[queries.ConsentView]) -> Chosen:
    """Who and what for: those of the address, or of the earlier conversation."""
    teams, wide = _numbers(request, "team"), _numbers(request, "agency")
    purposes = [p for p in Purpose.values if p in request.GET.getlist("purpose")]
    mine = request.actor.agency_id
    if not teams and not wide:
        told = [li for view in before for li in view.lines if li.recipient_agency_id != mine]
        teams = {li.recipient_id for li in told if li.recipient_id is not None}
        wide = {li.recipient_agency_id for li in told if li.recipient_id is None}
    if not purposes:
        purposes = [p for p in Purpose.values if p in {view.purpose for view in before}]
        # A refusal of everything, asked again: about every purpose.
        if any(view.purpose == ANY_PURPOSE for view in before):
            purposes = list(Purpose.values)
    if len(teams) + len(wide) > MOST_RECIPIENTS:
        teams, wide = set(sorted(teams)[:MOST_RECIPIENTS]), set()
    found = list(agencies.open_teams(request.now).filter(pk__in=teams))
    whole = list(agencies.by_numbers(wide))
    own = any(t.agency_id == mine for t in found) or any(a.pk == mine for a in whole)
    if len(found) < len(teams) or len(whole) < len(wide) or own:
        raise NotFound
    workers = queries.members_of([t.pk for t in found], request.now)
    return Chosen(
        [
            *(Recipient(t.agency, t, workers.get(t.pk, ())) for t in found),
            *(Recipient(a) for a in whole),
        ],
        purposes,
    )


def _pairs(request: LintelRequest, chosen: Chosen) -> list[Question]:
    """For each recipient: what we may tell it, and what its agency may tell our teams."""
    places = agencies.open_teams(request.now).filter(
        pk__in=request.actor.team_ids, agency_id=request.actor.agency_id
    )
    own = list(places[:MOST_OWN])
    if not own:
        raise Denied("You are in no team, so there is nobody of yours who could be told.")
    mine = own[0].agency
    workers = queries.members_of([t.pk for t in own], request.now)
    found: dict[tuple[int, str], Question] = {}
    for recipient in chosen.recipients:
        asked = [Question("", mine, recipient, holds(mine.kind), ours=True)]
        for place in own:
            back = Recipient(place.agency, place, workers.get(place.pk, ()))
            theirs = holds(recipient.agency.kind)
            asked.append(Question("", recipient.agency, back, theirs, ours=False))
        for question in asked:
            # Two teams of one agency: what the agency may tell us is asked once.
            found.setdefault((question.giver.pk, question.recipient.key), question)
    return list(found.values())


def _questions(request: LintelRequest, chosen: Chosen) -> list[Question]:
    """The questions for each purpose, as far as the agreement lets them be asked."""
    agreed = queries.agreed(request.now)
    return [
        _allowed(request, agreed, question, purpose)
        for purpose in chosen.purposes
        for question in _pairs(request, chosen)
    ]


def _allowed(
    request: LintelRequest, agreed: queries.Agreed, question: Question, purpose: str
) -> Question:
    """The question with only what the agreement allows, and why the rest isn't asked."""
    giver, told = question.giver, question.recipient.agency
    unsigned = [a.name for a in (giver, told) if not queries.takes_part(a, request.now, agreed)]
    may = [
        c
        for c in question.categories
        if not unsigned and agreed.allows(purpose, giver.kind, told.kind, c)
    ]
    why_not = ""
    if unsigned:
        have = "has" if len(unsigned) == 1 else "have"
        why_not = f"{listed(unsigned)} {have} not signed the agreement, so nothing can be shared."
    elif len(may) < len(question.categories):
        rest = listed((str(c.label) for c in question.categories if c not in may), last="or")
        why_not = (
            f"Not asked {purpose_words(purpose)}: {rest}. The agreement between the services"
            " doesn’t allow it."
        )
    return Question(
        purpose,
        giver,
        question.recipient,
        tuple(may),
        question.ours,
        why_not,
        agreed.levels(purpose, giver.kind, told.kind, may),
    )


def _choose(request: LintelRequest, person: dict[str, Any], chosen: Chosen) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    teams = agencies.teams(request.actor, request.now, words=words).exclude(
        agency_id=request.actor.agency_id
    )
    offered = list(teams[: MOST_OFFERED + 1])
    ticked = {r.key for r in chosen.recipients}
    first = [r.team for r in chosen.recipients if r.team and r.team not in offered]
    shown = [*first, *offered[:MOST_OFFERED]]
    whole = {t.agency.pk: t.agency for t in shown}
    whole |= {r.agency.pk: r.agency for r in chosen.recipients if not r.team}
    tried = "chosen" in request.GET
    errors = []
    if tried and shown and not chosen.recipients:
        errors.append({"text": "Choose at least one team or agency", "href": "#teams"})
    if tried and not chosen.purposes:
        errors.append({"text": "Choose at least one thing that it is for", "href": "#purposes"})
    context = {
        "person": person,
        "q": words,
        "teams": shown,
        "agencies": sorted(whole.values(), key=lambda a: a.name),
        "ticked": ticked,
        "purposes": [(p.value, p.label, p.value in chosen.purposes) for p in Purpose],
        "more": len(offered) > MOST_OFFERED,
        "errors": errors,
        "next": local_path(request),
        "from": request.GET.get("from", ""),
    }
    return render(request, "sharing/choose.html", context)


def _line(question: Question, category: Category, answer: bool, worker: int | None = None) -> Line:
    team = question.recipient.team
    return Line(
        question.giver.pk,
        team.pk if team else None,
        category,
        answer,
        recipient_worker_id=worker,
        recipient_agency_id=None if team else question.recipient.agency.pk,
    )


def _talk(request: LintelRequest, typed: dict[str, Any], purpose: str) -> Talk:
    return Talk(
        given=presenters.given_moment(typed["given"], request.now),
        until=presenters.until_moment(typed["lasts"], typed.get("until"), typed["given"]),
        purpose=purpose,
        explained=Explained(typed["explained"]),
        explained_words=typed["explained_words"],
        persons_words=typed["persons_words"],
        language=typed.get("language", ""),
        interpreter=typed.get("interpreter", ""),
        others_present=typed.get("others_present", ""),
        said=typed.get("said", ""),
        capacity=typed.get("capacity", ""),
        capacity_words=typed.get("capacity_words") or "",
        capacity_by=typed.get("capacity_by") or "",
        capacity_on=typed.get("capacity_on"),
    )


def _record(request: LintelRequest, person_id: int, answers: AnswersForm, form: TalkForm) -> int:
    said: dict[str, list[Line]] = {}
    for question, category, answer in answers.answers():
        worker = answers.worker(question.recipient)
        said.setdefault(question.purpose, []).append(_line(question, category, answer, worker))
    first = next(iter(said), ANY_PURPOSE)
    return actions.record_conversation(
        request.actor,
        now=request.now,
        person_id=person_id,
        talk=_talk(request, form.cleaned_data, first),
        answers=said,
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
