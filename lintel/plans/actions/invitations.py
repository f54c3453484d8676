"""Answers of a worker whom another agency asked into a circle (docs/adr/0007).

The answer is the worker's own: the database takes it from nobody else.
"""

import datetime as dt

from django.db import connection

from lintel.kernel import access, events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.plans import policy, queries
from lintel.plans.actions.words import LONGEST_WORDS
from lintel.plans.models import CircleMember

ANSWER_SQL = "SELECT circle_answer(%s, %s, %s, %s)"


def accept_circle(actor: Actor, *, now: dt.datetime, member_id: int) -> int:
    """Join the circle that the actor is asked into; the person's number.

    From now on those in it see the person and what was agreed, whichever agency of theirs holds
    it: the actor what the others hold, and they what the actor's agency holds. That is written
    into the access record. Raises NotFound, Denied, and Conflict when it was answered already.
    """
    asked = queries.invitation(actor, member_id)
    me = queries.worker(actor.worker_id, now=now)
    if me is None:
        raise NotFound
    policy.answer(me, now)
    _answer(member_id, now, yes=True)
    access.record(
        actor,
        AccessVerb.DISCLOSED,
        now=now,
        person_id=asked.person_id,
        owner_id=actor.agency_id,
        categories=[Category.IDENTITY, Category.PLAN],
        why=f"{me.name}, {me.agency.name}, joined the circle that the person agreed to",
        page="plans:accept",
    )
    _happened(actor, "plans.joined", now, asked)
    return asked.person_id


def decline_circle(actor: Actor, *, now: dt.datetime, member_id: int, words: str = "") -> None:
    """Say no to joining a circle. Who asked reads the words, if any.

    Raises NotFound, Invalid, and Conflict when it was answered already.
    """
    asked = queries.invitation(actor, member_id)
    if len(words) > LONGEST_WORDS:
        raise Invalid({"words": f"Write {LONGEST_WORDS} characters or fewer"})
    _answer(member_id, now, yes=False, words=words.strip())
    _happened(actor, "plans.declined", now, asked)


def withdraw_circle(actor: Actor, *, now: dt.datetime, person_id: int, member_id: int) -> None:
    """Take back the asking of somebody who hasn't answered; their name is no longer there to read.

    Raises NotFound, Denied, and Conflict when they answered in the meantime.
    """
    asked = queries.asked_row(actor, person_id, member_id)
    policy.withdraw(asked.added_by_id, actor)
    gone = CircleMember.objects.filter(
        pk=member_id, accepted__isnull=True, left__isnull=True
    ).update(left=now, asked_name="")
    if not gone:
        raise Conflict("They have answered already.")
    events.record(
        actor,
        "plans.withdrawn",
        now=now,
        subject=("circle", f"{person_id}:{asked.worker_id}"),
        person_id=person_id,
        owner_id=asked.owner_id,
        data={"worker": asked.worker_id},
    )


def _answer(member_id: int, now: dt.datetime, *, yes: bool, words: str = "") -> None:
    with connection.cursor() as cursor:
        cursor.execute(ANSWER_SQL, [member_id, yes, words, now])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise Conflict("This was answered already, or taken back.")


def _happened(actor: Actor, verb: str, now: dt.datetime, asked: queries.InvitationView) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("circle", f"{asked.person_id}:{actor.worker_id}"),
        person_id=asked.person_id,
        owner_id=actor.agency_id,
        data={
            "worker": actor.worker_id,
            "asked_by": asked.asked_by_id,
            "circle": str(asked.circle),
        },
    )
