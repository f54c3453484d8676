"""Raising a request: a concern, a question without a name, a message to pass on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from lintel.agencies import queries as agencies
from lintel.kernel.errors import NotFound
from lintel.people import queries as people
from lintel.requests import actions
from lintel.requests.actions import About
from lintel.requests.forms import raising as forms
from lintel.requests.presenters import raising as words
from lintel.requests.views.common import attempt, form_page, show
from lintel.web import rescue
from lintel.web.forms import Form
from lintel.web.http import LintelRequest

View = Callable[..., HttpResponse]
ABOUT = {name: f"about_{name}" for name in ("name", "born", "address", "postcode")}
# The domain's names for fields, where the forms' differ.
NAMES = {**ABOUT, "team": "team_id"}


def my_teams(request: LintelRequest) -> list[tuple[int, str]]:
    """The worker's teams to choose from; empty for a worker of one, who has no choice."""
    if len(request.actor.team_ids) < 2:
        return []
    named = agencies.team_names(request.actor.team_ids)
    return sorted(named.items(), key=lambda team: team[1])


def perhaps_seen(request: LintelRequest, person_id: int | None) -> people.Row | None:
    """As `person_seen`; None where the page is about nobody listed."""
    return None if person_id is None else person_seen(request, person_id)


def person_seen(request: LintelRequest, person_id: int) -> people.Row:
    """The person as the worker sees them. Raises NotFound for one outside the worker's sight."""
    found = people.rows_of(request.actor, [person_id]) if person_id <= people.LARGEST_ID else []
    if not found:
        raise NotFound
    return found[0]


def with_person(name: str) -> Callable[[View], View]:
    """Send `?person=7` on to the address that names the person in its path.

    There a guess is noted like any other (`lintel.config.middleware`).
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def wrapped(
            request: LintelRequest, person_id: int | None = None, **rest: Any
        ) -> HttpResponse:
            asked = request.GET.get("person")
            if asked and person_id is None:
                query = request.GET.copy()
                del query["person"]
                to = reverse(name, args=[max(words.number(asked), 0)])
                return redirect(f"{to}?{query.urlencode()}" if query else to)
            return view(request, person_id, **rest)

        return wrapped

    return wrap


def about(form: Form, person: people.Row | None) -> About:
    """Whom the request is about: the listed person's own facts, or what was typed."""
    if person is not None:
        return About(**words.about_listed(person))
    return About(**{name: form.cleaned_data[field] for name, field in ABOUT.items()})


@form_page
@with_person("requests:concern-about")
def concern(request: LintelRequest, person_id: int | None) -> HttpResponse:
    """Raise a concern, about a person of the worker's own or somebody who isn't listed."""
    person = perhaps_seen(request, person_id)
    kind = forms.ListedConcernForm if person is not None else forms.UnlistedConcernForm
    form = kind(request.POST or None, initial=rescue.initial(request), teams=my_teams(request))
    conflict = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        outcome = attempt(
            form,
            lambda: actions.raise_concern(
                request.actor,
                now=request.now,
                person_id=person_id,
                about=about(form, person),
                signs=typed["signs"],
                seen=typed["seen"],
                done=typed["done"],
                asked_for=typed["asked_for"],
                urgency=typed["urgency"],
                person_knows=typed["person_knows"],
                once=form.once_token,
                team_id=form.team(),
            ),
            NAMES,
        )
        if outcome.answer is not None:
            return sent(request, outcome.answer.reference)
        conflict = outcome.conflict
    return show(
        request, "concern", {"form": form, **words.about_context(person)}, conflict=conflict
    )


@form_page
def advice(request: LintelRequest) -> HttpResponse:
    """Ask the one-stop shop about a situation, with no person in it."""
    form = forms.AdviceForm(
        request.POST or None, initial=rescue.initial(request), teams=my_teams(request)
    )
    conflict = ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        outcome = attempt(
            form,
            lambda: actions.ask_advice(
                request.actor,
                now=request.now,
                seen=typed["seen"],
                asked_for=typed["asked_for"],
                signs=typed["signs"],
                urgency=typed["urgency"],
                postcode=typed["postcode"],
                once=form.once_token,
                team_id=form.team(),
            ),
            NAMES,
        )
        if outcome.answer is not None:
            return sent(request, outcome.answer.reference)
        conflict = outcome.conflict
    return show(request, "advice", {"form": form}, conflict=conflict)


@form_page
@with_person("requests:message-about")
def message(request: LintelRequest, person_id: int | None) -> HttpResponse:
    """Leave a message to be passed on to whoever works with the person."""
    person = perhaps_seen(request, person_id)
    kind = forms.ListedMessageForm if person is not None else forms.UnlistedMessageForm
    form = kind(request.POST or None, initial=rescue.initial(request), teams=my_teams(request))
    conflict = ""
    if request.method == "POST" and form.is_valid():
        outcome = attempt(
            form,
            lambda: actions.pass_on_message(
                request.actor,
                now=request.now,
                person_id=person_id,
                about=about(form, person),
                words=form.cleaned_data["words"],
                once=form.once_token,
                team_id=form.team(),
            ),
            NAMES,
        )
        if outcome.answer is not None:
            return sent(request, outcome.answer.reference)
        conflict = outcome.conflict
    return show(
        request, "message", {"form": form, **words.about_context(person)}, conflict=conflict
    )


def sent(request: LintelRequest, reference: str) -> HttpResponse:
    """To the page of what was just sent."""
    messages.success(request, f"Sent. The reference is {reference}.")
    return redirect("requests:sent-one", reference)


@require_safe
@with_person("requests:start-about")
def start(request: LintelRequest, person_id: int | None) -> HttpResponse:
    """Which kind of request fits: the four, with when to use each."""
    person = perhaps_seen(request, person_id)
    return show(
        request,
        "start",
        {"choices": words.choices(person_id), **words.about_context(person)},
    )
