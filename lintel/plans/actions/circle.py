"""Writes of the circle: joining and leaving.

Whatever is written here was agreed with the person; the words of that agreement are obligatory.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection

from lintel.agencies.models import Worker
from lintel.kernel import access, events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.plans import policy, queries
from lintel.plans.actions.words import LONGEST_AGREED, LONGEST_ROLE, LONGEST_WORDS, once_only
from lintel.plans.models import CircleMember

# Without RETURNING: whoever adds another agency's worker sees that row only once it is there.
JOIN_SQL = """
INSERT INTO plans_circlemember (person_id, circle, owner_id, worker_id, role_words, reach_words,
    agreed_words, added_by_id, joined, accepted, asked_name, left_words)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '')
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a circle: whose, who takes it, and what was agreed."""

    person_id: int
    person: str
    circle: uuid.UUID
    worker: Worker
    role_words: str
    reach_words: str
    agreed_words: str


def add_to_circle(
    actor: Actor,
    *,
    now: dt.datetime,
    person_id: int,
    worker_id: int,
    role_words: str,
    reach_words: str,
    agreed_words: str,
    once: str | None = None,
) -> None:
    """Put a worker into the circle, as agreed with the person, or ask one of another agency.

    The worker of another agency is in it once they accept; until then neither sees anything of
    the other's. Who adds somebody else is put in as well (with their job title): those in a circle
    see each other. The person's name is given to the worker who is asked, so that is written into
    the access record. Raises NotFound, Denied, Invalid, and Conflict when the worker is in the
    circle, or was asked into it, already.
    """
    person = people.person(actor, person_id)
    sources = people.sources(actor, now=now, person_id=person_id).get(person_id, ())
    me = queries.worker(actor.worker_id, now=now)
    if me is None:
        raise NotFound
    policy.add(actor, sources, me, now)
    _check(
        {
            "role_words": (role_words, LONGEST_ROLE, "Say what their part is"),
            "reach_words": (reach_words, LONGEST_WORDS, "Say how to reach them"),
            "agreed_words": (agreed_words, LONGEST_AGREED, "Say what the person agreed to"),
        }
    )
    joins = me if worker_id == actor.worker_id else queries.worker(worker_id, now=now)
    if joins is None:
        raise Invalid({"worker": "Choose a worker"})
    policy.be_added(joins, people.is_worker(actor, person_id, joins.pk), now)

    def work() -> None:
        already = queries.circle(actor, person_id, now=now)
        policy.join(already.joined_unread(actor.agency_id))
        # Asked of what the actor sees alone: a circle that others gathered changes nothing here.
        circle = queries.circle_to_join(actor, person_id) or uuid.uuid4()

        def place(who: Worker, role: str, reach: str) -> Place:
            return Place(person_id, person.name, circle, who, role, reach, agreed_words)

        if joins.pk != me.pk and not already.me_in_it:
            _join(actor, now, place(me, me.job_title, me.phone or "Through Lintel"))
        added = not (joins.pk == me.pk and already.me_in_it) and _join(
            actor, now, place(joins, role_words, reach_words)
        )
        if not added:
            who = "You are" if joins.pk == me.pk else f"{joins.name} is"
            asked = "" if joins.agency_id == actor.agency_id else ", or was asked,"
            raise Conflict(f"{who} in the circle{asked} already.")

    once_only(actor, "plans.join", once, work)


def _join(actor: Actor, now: dt.datetime, place: Place) -> bool:
    """Write the place with its event, and in the access record; False if it is there already."""
    joins, ours = place.worker, place.worker.agency_id == actor.agency_id
    with connection.cursor() as cursor:
        cursor.execute(
            JOIN_SQL,
            [
                place.person_id,
                place.circle,
                joins.agency_id,
                joins.pk,
                place.role_words.strip(),
                place.reach_words.strip(),
                place.agreed_words.strip(),
                actor.worker_id,
                now,
                now if ours else None,
                "" if ours else place.person,
            ],
        )
        if cursor.rowcount == 0:
            return False
    if joins.pk != actor.worker_id:
        into = "is" if ours else "is asked to be"
        access.record(
            actor,
            AccessVerb.DISCLOSED,
            now=now,
            person_id=place.person_id,
            owner_id=actor.agency_id,
            categories=[Category.IDENTITY, Category.PLAN] if ours else [Category.IDENTITY],
            why=f"the person agreed that {joins.name}, {joins.agency.name}, {into} in their circle",
            page="plans:add",
        )
    events.record(
        actor,
        "plans.joined" if ours else "plans.asked",
        now=now,
        subject=("circle", f"{place.person_id}:{joins.pk}"),
        person_id=place.person_id,
        owner_id=joins.agency_id,
        data={"worker": joins.pk, "circle": str(place.circle)},
    )
    return True


def leave_circle(
    actor: Actor,
    *,
    now: dt.datetime,
    person_id: int,
    member_id: int,
    words: str = "",
    once: str | None = None,
) -> None:
    """Take somebody out of the circle: oneself, or another because the person asked or they left.

    What was agreed stays with those who remain. Raises NotFound, Denied, Invalid, Conflict.
    """
    member = queries.member(actor, person_id, member_id)
    leaving_myself = member.worker_id == actor.worker_id
    if len(words) > LONGEST_WORDS:
        raise Invalid({"words": f"Write {LONGEST_WORDS} characters or fewer"})
    if not leaving_myself and not words.strip():
        raise Invalid({"words": "Say why they leave the circle"})

    def work() -> None:
        policy.write_contacts(queries.circle(actor, person_id, now=now).me_in_it)
        # The event first: with the row goes the actor's own sight, when it is their own.
        events.record(
            actor,
            "plans.left",
            now=now,
            subject=("circle", f"{person_id}:{member.worker_id}"),
            person_id=person_id,
            owner_id=member.owner_id,
            data={"worker": member.worker_id, "circle": str(member.circle)},
        )
        gone = CircleMember.objects.filter(pk=member_id, left__isnull=True).update(
            left=now, left_words=words.strip()
        )
        if not gone:
            raise Conflict(f"{member.worker.name} has left the circle already.")

    once_only(actor, "plans.leave", once, work)


def _check(fields: dict[str, tuple[str, int, str]]) -> None:
    wrong = {}
    for name, (text, longest, missing) in fields.items():
        if not text.strip():
            wrong[name] = missing
        elif len(text) > longest:
            wrong[name] = f"Write {longest:,} characters or fewer"
    if wrong:
        raise Invalid(wrong)
