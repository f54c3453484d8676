"""Pages on which a worker leaves, and what relies on them is handed over."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from lintel.agencies import queries
from lintel.agencies.models import Worker
from lintel.config import leaving
from lintel.directory.actions import upkeep as directory
from lintel.directory.queries import own_choices
from lintel.kernel import access
from lintel.kernel.errors import Denied, Invalid
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.plans import actions as plans
from lintel.plans.queries import relied_on as circle_places
from lintel.requests import actions as requests
from lintel.sharing.queries import naming
from lintel.web import rescue
from lintel.web.fields import PlainDateField
from lintel.web.forms import Form
from lintel.web.http import LintelRequest
from lintel.web.lists import page_link, page_of
from lintel.web.words import count_words, date_words

NOBODY = "nobody"


class LeaveForm(Form):
    """When."""

    on = PlainDateField(
        label="First day out of post",
        prefers="future",
        help_text="For example today, or 3 May. From then on they can’t sign in.",
    )


class ToForm(Form):
    """To whom."""

    to = forms.ChoiceField(label="Who takes over?", widget=forms.Select)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]


@require_GET
def choose(request: LintelRequest) -> HttpResponse:
    """Whom the actor may see out: a lead the team's workers, a manager the agency's."""
    if not request.actor.lead_team_ids and not request.actor.has("manager"):
        raise Denied("Only the lead of a team, or a manager, can say that a worker leaves.")
    found = queries.seen_out_by(request.actor, request.now)
    words = request.GET.get("q", "").strip()[:100]
    page = page_of(request, found.filter(name__icontains=words) if words else found)
    rows = [
        [{"text": worker.name, "href": reverse("leaving", args=[worker.pk])}, worker.job_title]
        for worker in page
    ]
    context = {"rows": rows, "page": page, "page_link": page_link(request), "words": words}
    return render(request, "config/leaving_choose.html", context)


@require_http_methods(["GET", "POST"])
def leave(request: LintelRequest, worker_id: int) -> HttpResponse:
    """What relies on a worker, and the end, which waits until nothing does."""
    worker = leaving.leaver(request.actor, worker_id, request.now)
    form = LeaveForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        try:
            leaving.complete(request.actor, worker_id=worker_id, on=on, now=request.now)
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, f"{worker.name} is out of post from {date_words(on)}.")
            return redirect("leaving-choose")
    on = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    relying = leaving.relying(worker_id, on or timezone.localdate(request.now))
    context = {
        "form": form,
        "worker": worker,
        "tasks": _tasks(worker, relying),
        "links": relying.links,
        "roles": relying.roles,
        "named": relying.named,
        "is_clear": not relying,
    }
    return render(request, "config/leaving.html", context)


def _tasks(worker: Worker, relying: leaving.Relying) -> list[dict[str, Any]]:
    """The list of what is to be handed over, each with where that is done."""
    parts = (
        ("Patches", relying.patches, "patch", "patches", "people:hand-over"),
        ("People, as their named worker", relying.people, "person", "people", "people:hand-over"),
        ("Requests sent", relying.sent, "request", "requests", "leaving-sent"),
        ("Requests on the desk", relying.desk, "request", "requests", "leaving-desk"),
        ("Places in circles", relying.circles, "place", "places", "leaving-circles"),
        ("Entries of the directory", relying.entries, "entry", "entries", "leaving-entries"),
    )
    return [
        {
            "text": text,
            "href": reverse(page, args=[worker.pk]) if number else "",
            "status": count_words(number, one, many) if number else "Nothing left",
            "done": not number,
        }
        for text, number, one, many, page in parts
    ]


def sent(request: LintelRequest, worker_id: int) -> HttpResponse:
    """Hand over what the worker sent, so that its answers reach somebody."""

    def hand_over(to: str) -> int:
        return requests.hand_over_sent(
            request.actor, now=request.now, from_worker_id=worker_id, to_worker_id=int(to)
        )

    return _hand_over(request, worker_id, "Requests sent", hand_over, team="")


def desk(request: LintelRequest, worker_id: int) -> HttpResponse:
    """Hand over what is on the worker's desk, to a colleague or back to the team."""

    def hand_over(to: str) -> int:
        return requests.hand_over_desk(
            request.actor,
            now=request.now,
            from_worker_id=worker_id,
            to_worker_id=None if to == "team" else int(to),
        )

    return _hand_over(request, worker_id, "Requests on the desk", hand_over, team="The whole team")


def _listed(request: LintelRequest, names: Mapping[int, str]) -> None:
    """In the access record: these people's names were shown."""
    if names:
        access.record_listed(
            request.actor,
            now=request.now,
            person_ids=sorted(names),
            categories=[Category.IDENTITY],
            why="a worker who leaves, and who relies on them",
            page="leaving",
        )


@require_http_methods(["GET", "POST"])
def circles(request: LintelRequest, worker_id: int) -> HttpResponse:
    """Ask a colleague to take the worker's places in circles: those in them are told."""
    worker = leaving.leaver(request.actor, worker_id, request.now)

    def hand_over(to: str) -> int:
        return plans.hand_over_places(
            request.actor,
            now=request.now,
            from_worker_id=worker_id,
            to_worker_id=None if to == NOBODY else int(to),
        )

    able = queries.colleagues(request.actor, request.now).filter(loop__contains=request.now)
    choices = [(str(c.pk), f"{c.name}, {c.job_title}") for c in able if c.pk != worker_id]
    choices.append((NOBODY, "Nobody yet: those in the circle are told"))
    seen = [person for person, _ in circle_places(request.actor, worker_id)]
    names = people.names(request.actor, sorted(set(seen)))
    _listed(request, names)
    return _form(
        request,
        worker,
        "Places in circles",
        choices,
        hand_over,
        ("place", "places"),
        names=sorted(names.values()),
        note="Each person agreed to a circle with this worker in it. Talk with them about who "
        "takes over. The colleague is asked, and sees nothing until they accept.",
    )


@require_GET
def consents(request: LintelRequest, worker_id: int) -> HttpResponse:
    """Whose consent names the worker: it ends with their post, and is asked for again."""
    worker = leaving.leaver(request.actor, worker_id, request.now)
    named = naming(request.actor, request.now, worker_ids=[worker_id])
    names = people.names(request.actor, sorted({one.person_id for one in named}))
    relying = leaving.relying(worker_id, timezone.localdate(request.now))
    _listed(request, names)
    context = {
        "worker": worker,
        "rows": [(one, names[one.person_id]) for one in named if one.person_id in names],
        "unseen": relying.named - len(names),
    }
    return render(request, "config/leaving_consents.html", context)


@require_http_methods(["GET", "POST"])
def entries(request: LintelRequest, worker_id: int) -> HttpResponse:
    """Hand over the entries of the directory that the worker owns: a manager may do this too."""
    worker = leaving.leaver(request.actor, worker_id, request.now)

    def hand_over(to: str) -> int:
        return directory.hand_over_all(
            request.actor, now=request.now, from_worker_id=worker_id, to_worker_id=int(to)
        )

    choices = [(str(number), words) for number, words in own_choices.takers(worker_id, request.now)]
    return _form(
        request, worker, "Entries of the directory", choices, hand_over, ("entry", "entries")
    )


@require_http_methods(["GET", "POST"])
def _hand_over(
    request: LintelRequest,
    worker_id: int,
    heading: str,
    hand_over: Callable[[str], int],
    *,
    team: str,
) -> HttpResponse:
    worker = leaving.leaver(request.actor, worker_id, request.now)
    if not request.actor.lead_team_ids:
        raise Denied("Only the lead of the team can hand over its requests.")
    colleagues = queries.members_of_teams(request.actor.lead_team_ids, request.now)
    choices = [(str(c.pk), f"{c.name}, {c.job_title}") for c in colleagues if c.pk != worker_id]
    if team:
        choices.insert(0, ("team", team))
    return _form(request, worker, heading, choices, hand_over, ("request", "requests"))


def _form(
    request: LintelRequest,
    worker: Worker,
    heading: str,
    choices: list[tuple[str, str]],
    hand_over: Callable[[str], int],
    things: tuple[str, str],
    *,
    names: Sequence[str] = (),
    note: str = "",
) -> HttpResponse:
    form = ToForm(request.POST or None, choices=choices, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            number = hand_over(form.cleaned_data["to"])
        except Invalid as wrong:
            form.take({"to": " ".join(wrong.errors.values())})
        else:
            messages.success(request, f"{count_words(number, *things)} handed over.")
            return redirect("leaving", worker.pk)
    context = {"form": form, "worker": worker, "heading": heading, "names": names, "note": note}
    return render(request, "config/leaving_hand_over.html", context)
