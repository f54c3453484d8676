"""A leaver's places in circles: a colleague is asked to take them, or they end.

Those in the circle are told who takes over, and so is the person, in their own view. It gives
nobody sight: the colleague is in the circle once they accept (docs/adr/0007).
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction

from lintel.agencies.models import Worker
from lintel.agencies.queries import colleagues, seen_out_by
from lintel.kernel import access, events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.plans import policy

HAND_OVER_SQL = "SELECT person, gathering, agency FROM circle_hand_over(%s, %s, %s, %s)"
NOBODY = "Nobody takes this place yet"


@dataclass(frozen=True, slots=True)
class Ended:
    """A place that a leaver had in a circle."""

    person_id: int
    circle: str
    owner_id: int


def hand_over_places(
    actor: Actor, *, now: dt.datetime, from_worker_id: int, to_worker_id: int | None
) -> int:
    """End a leaver's places in circles, and ask a colleague to take them; how many.

    Also of people whom the actor doesn't see: nobody is left with a worker who goes. `None`:
    nobody takes them, and those in the circles are told so. Raises NotFound, Denied, Invalid.
    """
    leaver = colleagues(actor, now).filter(pk=from_worker_id).first()
    if leaver is None:
        raise NotFound
    # Who may say that the worker leaves; a system never does it for somebody.
    mine_to_see_out = seen_out_by(actor, now).filter(pk=leaver.pk).exists()
    if actor.integration_id is not None or not mine_to_see_out:
        raise Denied("Only the lead of the worker’s team, or a manager, can do this.")
    taker = None if to_worker_id is None else _taker(actor, to_worker_id, leaver, now)
    said = f"{taker.name} takes over" if taker else NOBODY
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(HAND_OVER_SQL, [leaver.pk, taker.pk if taker else None, said, now])
            ended = [Ended(p, str(c), a) for p, c, a in cursor.fetchall()]
        for one in ended:
            if taker is not None:
                access.record(
                    actor,
                    AccessVerb.DISCLOSED,
                    now=now,
                    person_id=one.person_id,
                    owner_id=one.owner_id,
                    categories=[Category.IDENTITY],
                    why=f"{taker.name} is asked to take the place of {leaver.name}, who leaves",
                    page="leaving",
                )
            events.record(
                actor,
                "plans.handed_over",
                now=now,
                subject=("circle", f"{one.person_id}:{leaver.pk}"),
                person_id=one.person_id,
                owner_id=one.owner_id,
                data={
                    "worker": leaver.pk,
                    "to": taker.pk if taker else None,
                    "circle": one.circle,
                },
            )
    return len(ended)


def _taker(actor: Actor, worker_id: int, leaver: Worker, now: dt.datetime) -> Worker:
    found: Worker | None = colleagues(actor, now).filter(pk=worker_id).first()
    if found is None or found.pk == leaver.pk:
        raise Invalid({"to": "Choose another worker who is in post"})
    if not policy.in_loop(found, now):
        raise Invalid({"to": f"{found.name} is outside the confidentiality loop"})
    return found
