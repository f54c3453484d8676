"""Questions about who has looked: the person's own, and those that a lead answers."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F, Min, QuerySet
from django.utils import timezone

from lintel.agencies.models import Agency, Worker
from lintel.agencies.queries import in_post
from lintel.agencies.states import Role
from lintel.kernel.actor import Account, Actor
from lintel.kernel.errors import NotFound
from lintel.records import policy
from lintel.records.models import Question
from lintel.records.queries.keeping import copy_requests, due, erasures, holds
from lintel.records.states import REMIND_BEFORE, Asked
from lintel.sharing.queries import known


def may_look_up(actor: Actor, person_id: int) -> bool:
    """Whether the agency holds something about the person, so that its lead may look them up."""
    try:
        known(actor, person_id)
    except NotFound:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Late:
    """An agency that hasn't answered in time, for the partnership lead: nothing about anybody."""

    agency: str
    asked: dt.datetime
    due: dt.datetime


def own_questions(account: Account) -> QuerySet[Question]:
    """What was asked about the person's record, newest first; called as `lintel_person`."""
    return (
        Question.objects.filter(person_id=account.person_id)
        .annotate(agency=F("owner__name"))
        .order_by("-asked", "-pk")
    )


def to_answer(actor: Actor) -> QuerySet[Question]:
    """The questions to the actor's agency that wait, the most urgent first."""
    policy.answer_for(actor)
    return (
        Question.objects.filter(owner_id=actor.agency_id, answered__isnull=True)
        .select_related("worker")
        .order_by("due", "pk")
    )


def answered(actor: Actor, limit: int = 20) -> list[Question]:
    """The last ones that the actor's agency answered."""
    policy.answer_for(actor)
    found = Question.objects.filter(owner_id=actor.agency_id, answered__isnull=False)
    return list(found.order_by("-answered", "-pk")[:limit])


def question(actor: Actor, question_id: int) -> Question:
    """One question to the actor's agency. Raises NotFound."""
    policy.answer_for(actor)
    found = (
        Question.objects.filter(pk=question_id, owner_id=actor.agency_id)
        .select_related("worker", "answered_by")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def late_questions(actor: Actor) -> list[Late]:
    """Where questions are past their time, for the partnership lead; nothing for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT agency_id, asked, due FROM records_questions_late()")
        rows = cursor.fetchall()
    names = dict(Agency.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", "name"))
    return [Late(names.get(agency_id, ""), asked, due) for agency_id, asked, due in rows]


def partnership_leads(now: dt.datetime) -> list[Worker]:
    """The partnership's leads who are in post at `now`."""
    return list(
        in_post(now)
        .filter(roles_held__role=Role.PARTNERSHIP_LEAD, roles_held__valid__contains=now)
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for an information lead: how many, and when the first is due."""

    what: str
    count: int
    due: dt.datetime | dt.date | None


def waiting_for(actor: Actor, *, now: dt.datetime) -> list[Waits]:
    """What waits for the actor as an information lead; nothing, and no query, for others."""
    if not policy.may_answer_for(actor):
        return []
    questions = to_answer(actor).aggregate(count=Count("pk"), due=Min("due"))
    copies = copy_requests(actor).filter(done_on__isnull=True)
    asked = copies.aggregate(count=Count("pk"), due=Min("due_on"))
    erasing = (
        erasures(actor).filter(state=Asked.OPEN).aggregate(count=Count("pk"), due=Min("due_on"))
    )
    soon = timezone.localdate(now) + REMIND_BEFORE
    held = holds(actor).filter(lifted__isnull=True, review_on__lte=soon)
    reviews = held.aggregate(count=Count("pk"), due=Min("review_on"))
    found = [
        Waits("questions", questions["count"], questions["due"]),
        Waits("copies", asked["count"], asked["due"]),
        Waits("erasures", erasing["count"], erasing["due"]),
        Waits("holds", reviews["count"], reviews["due"]),
        Waits("due", due(actor).filter(decided="").count(), None),
    ]
    return [one for one in found if one.count]
