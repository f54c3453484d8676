"""Pages on which teams are renamed, moved, merged and split."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lintel.agencies import queries
from lintel.agencies import views as agency_pages
from lintel.agencies.models import Team
from lintel.config import reorganising, team_names, teams_moving
from lintel.config.forms_reorganising import ChangeForm, MergeForm, SplitForm
from lintel.config.models import Reorganisation, ReorganisationKind, ReorganisationState
from lintel.kernel.errors import Denied, Invalid
from lintel.people.models import Patch
from lintel.requests.queries import recorded
from lintel.web import lists, rescue
from lintel.web.http import LintelRequest
from lintel.web.words import count_words, datetime_words

PER_PAGE = 50
WHY = "hands a team over, with all that relies on it"


@require_GET
def choose(request: LintelRequest) -> HttpResponse:
    """The teams that the actor may plan for, and the plans that wait."""
    actor, words = request.actor, request.GET.get("q", "").strip()[:100]
    partnership, manager = actor.has("partnership_lead"), actor.has("manager")
    if not (partnership or manager or actor.lead_team_ids):
        raise Denied("Only the partnership lead, a manager or the lead of a team can do this.")
    found = queries.teams(actor, request.now, words=words)
    if not partnership:
        found = found.filter(agency_id=actor.agency_id) if manager else found.none()
    page = lists.page_of(request, found)
    waiting = Reorganisation.objects.filter(state=ReorganisationState.PLANNED)
    if not partnership:
        own = waiting.filter(team__in=list(actor.lead_team_ids))
        waiting = own | waiting.filter(team__agency=actor.agency_id) if manager else own
    context = {
        "words": words,
        "page": page,
        "page_link": lists.page_link(request),
        "may_plan": partnership or manager,
        "rows": [
            [
                {"text": team.name, "href": reverse("reorganising-team", args=[team.pk])},
                team.agency.name,
                team.get_kind_display(),
            ]
            for team in page
        ],
        "plans": [
            [
                {"text": _words(plan), "href": reverse("reorganising-plan", args=[plan.pk])},
                plan.planned_by.name,
                datetime_words(plan.planned_at),
            ]
            for plan in waiting.select_related("team", "into", "planned_by")
        ],
    }
    return render(request, "config/reorganising_choose.html", context)


@require_GET
def team(request: LintelRequest, team_id: int) -> HttpResponse:
    """What relies on a team, and what may become of it."""
    found = reorganising.team_to_plan(request.actor, team_id, request.now)
    counted = reorganising.relying(team_id, None, request.now)
    # Rounded, and not to be read as if it weren't.
    fewer = "" if reorganising.answers_for(team_id) else "fewer than "
    rows = [
        ("People whom it works with", "", counted.people),
        ("Open requests on the desk", fewer, counted.desk),
        ("Closed requests on the desk", fewer, counted.desk_over),
        ("Requests sent", "", counted.sent),
        ("Drafts, and requests withdrawn", "", counted.sent_over),
        ("People who agreed that it may be told something", "", counted.consents),
    ]
    context = {
        "team": found,
        "rows": [{"key": key, "text": f"{rough}{number:,}"} for key, rough, number in rows],
        "planned": Reorganisation.objects.filter(
            team=found, state=ReorganisationState.PLANNED
        ).first(),
    }
    return render(request, "config/reorganising_team.html", context)


@require_http_methods(["GET", "POST"])
def change(request: LintelRequest, team_id: int) -> HttpResponse:
    """Rename a team, or say where it is reached now."""
    found = reorganising.team_to_plan(request.actor, team_id, request.now)
    fields = ("name", "phone", "email", "description")
    initial = {name: getattr(found, name) for name in fields}
    form = ChangeForm(request.POST or None, initial={**initial, **rescue.initial(request)})
    if request.method == "POST" and form.is_valid():
        try:
            teams_moving.change(
                request.actor, team_id=team_id, now=request.now, **form.cleaned_data
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            messages.success(request, "Changed. Its workers and the other side’s are told.")
            return redirect("agencies:team", found.slug)
    return _form(request, found, form, "Rename or move", "Save and tell everybody", "change")


@require_http_methods(["GET", "POST"])
def merge(request: LintelRequest, team_id: int) -> HttpResponse:
    """Plan that a team becomes part of another."""
    found = reorganising.team_to_plan(request.actor, team_id, request.now)
    teams = [(one.pk, one.name) for one in reorganising.may_join(found, request.now)]
    form = MergeForm(request.POST or None, teams=teams, initial=rescue.initial(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            plan = reorganising.plan_merger(
                request.actor,
                team_id=team_id,
                into_id=values["into"],
                entries=values["entries"],
                now=request.now,
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            return redirect("reorganising-plan", plan.pk)
    return _form(request, found, form, "Make it part of another team", "Look at it first", "merge")


@require_http_methods(["GET", "POST"])
def split(request: LintelRequest, team_id: int) -> HttpResponse:
    """Plan that some of a team become a new team."""
    found = reorganising.team_to_plan(request.actor, team_id, request.now)
    members = queries.workers_of_team(found.pk, request.now)
    form = SplitForm(
        request.POST or None,
        workers=[(one.worker_id, f"{one.name}, {one.job_title}") for one in members],
        patches=[(one.pk, one.name) for one in Patch.objects.filter(team=found).order_by("name")],
        initial=rescue.initial(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            plan = reorganising.plan_split(
                request.actor,
                team_id=team_id,
                now=request.now,
                **{"patches": [], **form.cleaned_data},
            )
        except Invalid as wrong:
            form.take(wrong.errors)
        else:
            return redirect("reorganising-plan", plan.pk)
    return _form(request, found, form, "Split it in two", "Look at it first", "split")


@require_GET
def plan(request: LintelRequest, plan_id: int) -> HttpResponse:
    """What a plan would move, by name where the actor may see it; and the hand-over."""
    found = reorganising.visible(request.actor, plan_id)
    waits = found.state == ReorganisationState.PLANNED
    mine = waits and reorganising.answers_for(found.team_id)
    parts: list[team_names.Part] = []
    if waits:
        movers = None if found.kind == ReorganisationKind.MERGE else found.workers
        counted = reorganising.relying(found.team_id, movers, request.now)
        parts = team_names.parts(found, counted, mine, request.now)
    chosen = next((p for p in parts if p.key == request.GET.get("part")), None)
    context: dict[str, Any] = {
        "plan": found,
        "title": _words(found),
        "waits": waits,
        "mine": mine,
        "leads": [
            one.name for one in queries.workers_of_team(found.team_id, request.now) if one.leads
        ],
    }
    if chosen is not None:
        page = Paginator(range(chosen.named), PER_PAGE).get_page(request.GET.get("page"))
        first = page.start_index() - 1 if chosen.named else 0
        context |= {
            "part": _part(request, chosen, first, first + PER_PAGE, found.pk),
            "page": page,
            "page_link": lists.page_link(request),
        }
        return render(request, "config/reorganising_part.html", context)
    context["parts"] = [_part(request, one, 0, team_names.SHOWN, found.pk) for one in parts]
    return render(request, "config/reorganising_plan.html", context)


@require_POST
def carry_out(request: LintelRequest, plan_id: int) -> HttpResponse:
    """Hand the team over."""
    done = teams_moving.carry_out(request.actor, plan_id=plan_id, now=request.now)
    moved = ", ".join(
        count_words(number, one, many)
        for number, one, many in (
            (done.people, "person", "people"),
            (done.desk, "request on the desk", "requests on the desk"),
            (done.sent, "request sent", "requests sent"),
            (done.patches, "patch", "patches"),
        )
        if number
    )
    messages.success(request, f"Handed over to {done.into.name}: {moved or 'its workers'}.")
    return redirect("agencies:team", done.into.slug)


@require_POST
def call_off(request: LintelRequest, plan_id: int) -> HttpResponse:
    """Call a plan off."""
    reorganising.call_off(request.actor, plan_id=plan_id, now=request.now)
    messages.success(request, "Called off. Nothing was moved.")
    return redirect("reorganising")


@require_GET
def team_or_successor(request: LintelRequest, slug: str) -> HttpResponse:
    """A team's page; of a closed one, that of the team in whose place it stands now."""
    found = reorganising.successor(slug)
    if found is not None and found.slug != slug:
        messages.info(request, f"The team that you looked for is now part of {found.name}.")
        return redirect("agencies:team", found.slug)
    return agency_pages.team(request, slug)


def _words(plan: Reorganisation) -> str:
    if plan.kind == ReorganisationKind.MERGE and plan.into:
        return f"{plan.team.name} becomes part of {plan.into.name}"
    return f"{plan.team.name} is split: {plan.name} begins"


def _part(
    request: LintelRequest, part: team_names.Part, first: int, last: int, plan_id: int
) -> dict[str, Any]:
    """The part for the page; that people were listed is recorded."""
    rows, held = part.read(first, last)
    recorded.listed(request.actor, request.now, held, why=WHY, page="reorganising-plan")
    return {
        "key": part.key,
        "title": part.title,
        "what_happens": part.what_happens,
        "number": part.number,
        "unseen": part.unseen,
        "rough": "fewer than " if part.rough else "",
        "named": part.named,
        "columns": [{"text": text} for text in part.columns],
        "rows": rows,
        "more": f"{reverse('reorganising-plan', args=[plan_id])}?part={part.key}"
        if part.named > last
        else "",
    }


def _form(
    request: LintelRequest, found: Team, form: Any, heading: str, submit: str, kind: str
) -> HttpResponse:
    context = {
        "form": form,
        "team": found,
        "heading": heading,
        "submit": submit,
        "kind": kind,
    }
    return render(request, "config/reorganising_form.html", context)
