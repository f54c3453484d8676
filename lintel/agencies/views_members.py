"""Who belongs to a team: its lead or a manager adds and ends, and names a new lead."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from lintel.agencies import actions, policy, queries
from lintel.agencies.models import Team
from lintel.agencies.states import Side, TeamRole
from lintel.kernel.errors import Conflict, Denied, Invalid
from lintel.web import rescue
from lintel.web.forms import Form, PlainDateField
from lintel.web.http import LintelRequest
from lintel.web.words import date_words, listed

NOBODY = "Only the lead of the team, or a manager of its agency, can do this."


class AddForm(Form):
    """Who joins, as what, and for how long."""

    worker_id = forms.TypedChoiceField(label="Who?", coerce=int, widget=forms.Select)
    role = forms.ChoiceField(
        label="Part in the team",
        choices=TeamRole.choices,
        initial=TeamRole.MEMBER,
        widget=forms.RadioSelect,
    )
    first = PlainDateField(label="First day", prefers="future", help_text="For example today.")
    last = PlainDateField(label="Last day", future=True, required=False)

    def __init__(self, *args: Any, workers: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "Choose a worker"), *workers]
        self.fields["worker_id"].choices = choices  # type: ignore[attr-defined]


class EndForm(Form):
    """What ends, from which day."""

    role = forms.ChoiceField(label="What ends?", required=False, widget=forms.RadioSelect)
    on = PlainDateField(
        label="First day that it no longer holds", prefers="future", help_text="For example today."
    )

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        if len(parts) < 2:
            del self.fields["role"]
            self.fields["on"].label = "First day no longer in the team"
        else:
            choices = [("", "Their place in the team"), *((p, f"Only: {w}") for p, w in parts)]
            self.fields["role"].choices = choices  # type: ignore[attr-defined]


class LinkForm(Form):
    """Who links the team with the other side, and for how long."""

    worker_id = forms.TypedChoiceField(label="Who?", coerce=int, widget=forms.Select)
    towards = forms.ChoiceField(label="Link with", choices=Side.choices, widget=forms.RadioSelect)
    covers = forms.CharField(
        label="What for",
        max_length=200,
        required=False,
        help_text="For example young people. Leave it empty for everything.",
    )
    first = PlainDateField(label="First day", prefers="future", help_text="For example today.")
    last = PlainDateField(label="Last day", future=True, required=False)

    def __init__(self, *args: Any, workers: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "Choose a worker"), *workers]
        self.fields["worker_id"].choices = choices  # type: ignore[attr-defined]


class LinkEndForm(Form):
    """From which day the link work ends."""

    on = PlainDateField(
        label="First day no longer a link worker",
        prefers="future",
        help_text="For example today.",
    )


def _team(request: LintelRequest, slug: str) -> Team:
    team = queries.team_by_slug(request.actor, slug, request.now)
    if not policy.may_keep_members(request.actor, team):
        raise Denied(NOBODY)
    return team


@require_GET
def members(request: LintelRequest, slug: str) -> HttpResponse:
    """Who belongs to the team, now and later, with what can be changed."""
    team = _team(request, slug)
    rows = [
        [
            one.worker.name,
            one.get_role_display(),
            date_words(one.valid.lower),
            date_words(one.valid.upper) or "No end",
            ""
            if one.worker_id == request.actor.worker_id
            else {
                "text": f"End {one.worker.name}’s place",
                "href": reverse("agencies:member-end", args=[team.slug, one.worker_id]),
            },
        ]
        for one in queries.places_in(team.pk, request.now)
    ]
    context = {"team": team, "rows": rows, "links": _link_rows(request, team)}
    return render(request, "agencies/members.html", context)


def _link_rows(request: LintelRequest, team: Team) -> list[list[Any]]:
    """The team's link workers: for which side, until when, and who covers."""
    rows = []
    for one in queries.links_to_keep(team.pk, request.now):
        away = "Not away"
        if one.away is not None and one.away.upper > request.now:
            cover = one.cover.name if one.cover else "nobody"
            away = f"{date_words(one.away.lower)} to {date_words(one.away.upper)}: {cover} covers"
        mine = one.worker_id == request.actor.worker_id
        rows.append(
            [
                one.worker.name,
                one.get_towards_display(),
                date_words(one.valid.lower),
                date_words(one.valid.upper) or "No end",
                {"text": away, "href": reverse("agencies:away", args=[one.pk])}
                if policy.may_set_away(request.actor, one)
                else away,
                ""
                if mine
                else {
                    "text": f"End {one.worker.name}’s link work",
                    "href": reverse("agencies:link-end", args=[team.slug, one.pk]),
                },
            ]
        )
    return rows


@require_http_methods(["GET", "POST"])
def link(request: LintelRequest, slug: str) -> HttpResponse:
    """Name a link worker of the team."""
    team = _team(request, slug)
    workers = [
        (worker.pk, f"{worker.name}, {worker.job_title}")
        for worker in queries.members_of_teams([team.pk], request.now)
        if worker.pk != request.actor.worker_id
    ]
    form = LinkForm(request.POST or None, workers=workers, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_link_worker(
                request.actor, team_id=team.pk, now=request.now, **form.cleaned_data
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Named. They are told, and everybody finds them.")
            return redirect("agencies:members", team.slug)
    return _link_form(request, form, team, "Name a link worker", "Name them")


@require_http_methods(["GET", "POST"])
def link_end(request: LintelRequest, slug: str, link_id: int) -> HttpResponse:
    """A worker links the team no more from a day."""
    team = _team(request, slug)
    held = [one for one in queries.links_to_keep(team.pk, request.now) if one.pk == link_id]
    if not held:
        return redirect("agencies:members", team.slug)
    form = LinkEndForm(request.POST or None, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_link_work(
                request.actor,
                team_id=team.pk,
                link_id=link_id,
                now=request.now,
                **form.cleaned_data,
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as conflict:
            form.take({"": conflict.words})
        else:
            messages.success(request, "Ended. They are told.")
            return redirect("agencies:members", team.slug)
    name = held[0].worker.name
    return _link_form(request, form, team, f"End {name}’s link work", "End it")


def _link_form(
    request: LintelRequest, form: Form, team: Team, heading: str, submit: str
) -> HttpResponse:
    context = {"form": form, "team": team, "heading": heading, "submit": submit}
    return render(request, "agencies/link_form.html", context)


@require_http_methods(["GET", "POST"])
def add(request: LintelRequest, slug: str) -> HttpResponse:
    """Add a worker of the agency, or give a member another part: a new lead, duty."""
    team = _team(request, slug)
    workers = [
        (worker.pk, f"{worker.name}, {worker.job_title}")
        for worker in queries.colleagues(request.actor, request.now)
        if worker.pk != request.actor.worker_id
    ]
    form = AddForm(request.POST or None, workers=workers, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_member(request.actor, team_id=team.pk, now=request.now, **form.cleaned_data)
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Added. They and the lead of the team are told.")
            return redirect("agencies:members", team.slug)
    context = {
        "form": form,
        "team": team,
        "heading": "Add somebody, or name a lead",
        "worker": None,
    }
    return render(request, "agencies/member_form.html", context)


@require_http_methods(["GET", "POST"])
def end(request: LintelRequest, slug: str, worker_id: int) -> HttpResponse:
    """A worker belongs to the team no more from a day."""
    team = _team(request, slug)
    held = [p for p in queries.places_in(team.pk, request.now) if p.worker_id == worker_id]
    if not held:
        return redirect("agencies:members", team.slug)
    parts = list(dict.fromkeys((str(p.role), str(p.get_role_display())) for p in held))
    form = EndForm(request.POST or None, parts=parts, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_member(
                request.actor,
                team_id=team.pk,
                worker_id=worker_id,
                now=request.now,
                **form.cleaned_data,
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        except Conflict as conflict:
            form.take({"": conflict.words})
        else:
            messages.success(request, "Ended. They and the lead of the team are told.")
            return redirect("agencies:members", team.slug)
    worker = held[0].worker
    context = {
        "form": form,
        "team": team,
        "worker": worker,
        "heading": f"End {worker.name}’s place in the team",
        "parts": listed(p.get_role_display() for p in held),
    }
    return render(request, "agencies/member_form.html", context)
