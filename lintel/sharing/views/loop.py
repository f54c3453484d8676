"""Am I in the loop? And who of those I look after isn't."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lintel.agencies.queries import information_leads, members_of_teams
from lintel.kernel import access
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.sharing import loop_words as words
from lintel.sharing import policy, queries
from lintel.sharing.views.common import number
from lintel.web.http import LintelRequest
from lintel.web.lists import page_link, page_of
from lintel.web.words import listed

ACCEPT_PAGE = "sharing:agreement-accept"


@require_safe
@never_cache
def mine(request: LintelRequest) -> HttpResponse:
    """Whether the worker is inside the loop, why, and what their levels give."""
    actor, now = request.actor, request.now
    state = queries.my_loop(actor, now)
    known = queries.versions_now(now)
    leads = [
        f"{one.name} (information lead)"
        for one in information_leads(actor.agency_id, now)
        if one.pk != actor.worker_id
    ]
    if queries.kept_by_nobody(now).filter(pk=actor.worker_id).exists():
        leads = ["the partnership lead"]
    levels = queries.my_levels(actor, now)
    of_all = [level for team in levels for level in team.levels]
    cells = queries.allowed_to(actor, of_all, now)
    context = {
        "state": state,
        "version": words.version_title(known),
        "agreement_href": words.page_if("sharing:agreement"),
        "tasks": words.conditions(state, known, leads, words.page_if(ACCEPT_PAGE)),
        "coming": [words.coming(one) for one in state.lapses],
        "levels": levels,
        "levels_rows": [
            {"key": team.team, "text": listed(str(level.label) for level in team.levels)}
            for team in levels
        ],
        "tables": [
            {
                "level": level.label,
                "words": words.LEVEL_WORDS[level],
                "rows": words.level_rows(c for c in cells if c.level == level),
            }
            for level in dict.fromkeys(of_all)
        ],
        "keeps_training": policy.may_keep_training(actor),
    }
    return render(request, "sharing/loop.html", context)


@require_safe
@never_cache
def outside(request: LintelRequest) -> HttpResponse:
    """Who is outside the loop, by team, with why and what is next."""
    policy.keep_training(request.actor)
    found = queries.outside_loop(request.actor, request.now)
    return _listed(
        request,
        found,
        "sharing/loop_outside.html",
        lambda one: [words.why_they(one), words.next_for(one)],
    )


@require_safe
@never_cache
def soon(request: LintelRequest) -> HttpResponse:
    """Who will soon be outside the loop, by team, with why."""
    policy.keep_training(request.actor)
    found = queries.soon_outside(request.actor, request.now)
    return _listed(
        request,
        found,
        "sharing/loop_soon.html",
        lambda one: [". ".join(words.coming_to(lapse) for lapse in one.lapses)],
    )


def _listed(
    request: LintelRequest,
    found: QuerySet[Any],
    template: str,
    cells: Callable[[queries.LoopState], list[str]],
) -> HttpResponse:
    """A page of workers, narrowed to a team if one is chosen, with two words about each."""
    team_id = number(request.GET.get("team", ""))
    if team_id is not None:
        found = found.filter(pk__in=members_of_teams([team_id], request.now).values("pk"))
    page = page_of(request, found)
    states = queries.loop_states(
        found.filter(pk__in=[one.pk for one in page]).order_by("name", "id"), request.now
    )
    shown = queries.training_rows(request.actor, list(page), request.now)
    teams_of = {row.worker_id: row.teams for row in shown}
    rows = [
        [
            {"text": one.name, "href": words.training_href(one.worker_id)},
            teams_of.get(one.worker_id) or "No team",
            *cells(one),
        ]
        for one in states
    ]
    context = {
        "rows": rows,
        "page": page,
        "page_link": page_link(request),
        "teams": queries.teams_kept(request.actor, request.now),
        "team_id": team_id,
    }
    return render(request, template, context)


@require_safe
@never_cache
def ask_again(request: LintelRequest) -> HttpResponse:
    """People whose consent named a worker who has left: whom to ask again."""
    named = queries.naming(request.actor, request.now)
    names = people.names(request.actor, sorted({one.person_id for one in named}))
    page = page_of(
        request, [(one, names[one.person_id]) for one in named if one.person_id in names]
    )
    access.record_listed(
        request.actor,
        now=request.now,
        person_ids=sorted({one.person_id for one, _ in page}),
        categories=[Category.IDENTITY],
        why="consent named a worker who has left",
        page="sharing:ask-again",
    )
    context = {"rows": page.object_list, "page": page, "page_link": page_link(request)}
    return render(request, "sharing/ask_again.html", context)
