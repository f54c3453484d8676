"""My day: what waits for the worker, the most pressing first, each with the way to it."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages as banner
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lintel.agencies.queries import in_post
from lintel.agencies.states import HEALTH_TEAMS
from lintel.config.middleware import who_asks
from lintel.config.navigation import sees_figures
from lintel.config.pages import day_words as words
from lintel.config.pages.people import NEWS_LASTS
from lintel.kernel import access, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.plans import queries as plans
from lintel.portal import queries as own_view
from lintel.records import presenters as records_words
from lintel.records import queries as records
from lintel.requests import queries as requests
from lintel.sharing import loop_words
from lintel.sharing import presenters_agreement as agreement_words
from lintel.sharing import queries as sharing
from lintel.sharing.policy import may_read_draft
from lintel.sharing.queries import agreement_signing as signing
from lintel.sharing.queries import held_by_me, my_loop, naming, safety_waiting, soonest
from lintel.sharing.queries import waiting as consent_to_confirm
from lintel.web.http import LintelRequest
from lintel.web.words import date_words

AT_MOST = 10
# How long before its review a note that is held back is brought to mind.
LOOK_AGAIN = dt.timedelta(days=14)


@require_safe
@never_cache
def my_day(request: LintelRequest) -> HttpResponse:
    """What waits for the worker today."""
    actor, now = request.actor, request.now
    day = requests.my_day(actor, now)
    request.inbox_counts = day.counts  # The navigation shows one of them.
    answers = requests.people_with_news(actor, now)
    written = people.newly_written(actor, since=now - NEWS_LASTS)
    asks = who_asks(request)
    request.sees_figures = asks is not None and sees_figures(asks)  # The navigation asks it too.
    lapse = soonest(my_loop(actor, now), now)
    return render(
        request,
        "config/my_day.html",
        {
            "today": date_words(timezone.localdate(now), weekday=True),
            "desk": words.desk_items(day, in_a_team=bool(actor.team_ids), kinds=_kinds(request)),
            "clocks": words.clocks(day, now),
            "waiting": [words.desk_row(row, now) for row in day.waiting],
            "waiting_first": words.is_late(day.waiting, now) and not words.is_late(day.mine, now),
            "waiting_count": day.counts.get("unassigned", 0),
            "answers": [words.sent_row(row, now) for row in day.news],
            "answer_count": day.news_count,
            "pending": [words.sent_row(row, now) for row in day.pending],
            "people": people_with_news(actor, answers, written, now),
            "people_count": len(answers | written),
            "asked_by_people": own_view.asks_count(actor),
            "safety": safety_waiting(actor, now=now),
            "circles_asked": plans.invitations_waiting(actor),
            "to_confirm": consent_to_confirm(actor, now=now),
            "ask_again": len({one.person_id for one in naming(actor, now)}),
            **about_sharing(actor, now),
            "loop_ends": loop_words.coming(lapse) if lapse else "",
            "asked_of_us": records_words.asked_of_us(records.waiting_for(actor, now=now), now),
            "held_back": held_by_me(actor, until=timezone.localdate(now) + LOOK_AGAIN)
            if HEALTH_TEAMS & set(_kinds(request))
            else [],
            "failed": undelivered(actor, now),
            "agreement_tasks": agreement_tasks(actor, now),
            "lead_links": words.lead_links(actor, figures=request.sees_figures),
            "first_steps": words.first_steps(),
            "more_steps": words.more_steps(),
        },
    )


def about_sharing(actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """Who is to be asked about sharing, what ends, what waits to be authorised, who is untold.

    By number only: the lists have pages of their own.
    """
    return {
        "to_ask": len(sharing.to_ask(actor, now=now)),
        "ending": len(sharing.ending_soon(actor, now=now)),
        "no_longer": len(sharing.no_longer(actor)),
        "to_authorise": len(sharing.bases_to_authorise(actor, now=now)),
        "untold": len(sharing.bases_untold(actor, now=now)),
    }


def agreement_tasks(actor: Actor, now: dt.datetime) -> list[dict[str, Any]]:
    """What the agreement waits for, for who signs or writes it. Accepting it is the loop's."""
    if not may_read_draft(actor):
        return []
    waits = signing.waits(actor, now)
    return agreement_words.tasks(actor, [one for one in waits if one.what != "accept"])


def _kinds(request: LintelRequest) -> Collection[str]:
    asks = who_asks(request)
    return asks.team_kinds if asks else ()


def people_with_news(
    actor: Actor, answers: set[int], written: set[int], now: dt.datetime
) -> list[dict[str, Any]]:
    """The people with something new, answers first; whoever is shown is recorded as listed."""
    ids = [*sorted(answers), *sorted(written - answers)][:AT_MOST]
    rows = people.rows_of(actor, ids)
    access.record_listed(
        actor,
        now=now,
        person_ids=[row.person.id for row in rows],
        categories=[Category.IDENTITY, Category.TENANCY],
        why="something new about a person whom the worker may see",
        page="home",
    )
    return [words.news_row(row, row.person.id in answers, row.person.id in written) for row in rows]


def looked_after(actor: Actor, now: dt.datetime) -> dict[int, str]:
    """The users whose undelivered messages the actor looks after, and who they are."""
    found: dict[int, str] = {}
    if actor.lead_team_ids:
        led = in_post(now).filter(
            memberships__team_id__in=actor.lead_team_ids, memberships__valid__contains=now
        )
        found = dict(led.values_list("user_id", "name"))
    return {**found, actor.user_id: "you"}


def undelivered(actor: Actor, now: dt.datetime) -> list[dict[str, Any]]:
    """Messages to the actor, or to the teams that the actor leads, that could not be sent."""
    who = looked_after(actor, now)
    return [
        {"id": m.id, "to": who[m.to_user_id], "when": m.created}
        for m in messages.failed(limit=AT_MOST, to_user_ids=list(who))
    ]


@require_POST
def send_again(request: LintelRequest, message_id: uuid.UUID) -> HttpResponse:
    """Try again to send a message that could not be sent."""
    who = looked_after(request.actor, request.now)
    mine = messages.failed(limit=1000, to_user_ids=list(who))
    if message_id not in {m.id for m in mine}:
        raise NotFound
    messages.resend(message_id, now=request.now)
    banner.success(request, "It is being sent again")
    return redirect("home")
