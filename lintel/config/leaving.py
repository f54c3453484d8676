"""A worker leaves: what relies on them, and the end that waits until nothing does.

Here because it draws on people, requests and agencies; each hands over its own.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection, transaction
from django.utils import timezone

from lintel.agencies import actions as agencies
from lintel.agencies import policy, queries
from lintel.agencies.models import Worker
from lintel.directory.queries import own_choices
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, NotFound
from lintel.sharing.actions import hand_over_safety
from lintel.web.words import count_words, listed


@dataclass(frozen=True, slots=True)
class Relying:
    """What relies on a worker from a day on, counted whether or not the actor sees it.

    `circles`: places in circles. `named`: people whose consent names the worker: it ends with them
    and isn't handed over, so it must be asked for again; that holds nobody back.
    `entries`: of the directory, as their owner. `links`: sentences about link work and covers.
    `roles`: about what nobody else of the agency is.
    """

    patches: int
    people: int
    sent: int
    desk: int
    circles: int
    named: int
    entries: int
    links: list[str]
    roles: list[str]

    def __bool__(self) -> bool:
        """Whether anything is left."""
        counted = self.patches or self.people or self.sent or self.desk or self.circles
        return bool(counted or self.entries or self.links or self.roles)

    def words(self) -> str:
        """What is left, in a few words."""
        parts = [
            count_words(number, one, many)
            for number, one, many in (
                (self.patches, "patch", "patches"),
                (self.people, "person", "people"),
                (self.sent, "request sent", "requests sent"),
                (self.desk, "request on the desk", "requests on the desk"),
                (self.circles, "place in a circle", "places in circles"),
                (self.entries, "entry of the directory", "entries of the directory"),
                (len(self.links), "link to another team", "links to other teams"),
                (len(self.roles), "role that nobody else has", "roles that nobody else has"),
            )
            if number
        ]
        return listed(parts)


def leaver(actor: Actor, worker_id: int, now: datetime) -> Worker:
    """The worker, if the actor may see them out. Raises NotFound (also when they have left)."""
    worker = queries.colleagues(actor, now).filter(pk=worker_id).first()
    if worker is None or not policy.may_see_out(actor, worker, now):
        raise NotFound
    return worker


def relying(worker_id: int, on: date) -> Relying:
    """What relies on the worker from the day `on`. The bound actor must manage or lead them.

    Raises NotFound where the database doesn't answer: a worker who isn't the actor's to see out.
    """
    start = timezone.make_aware(datetime.combine(on, time.min))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM relying_on(%s, %s)", [worker_id, start])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    patches, people, sent, desk, circles, named = row
    entries, links = own_choices.relied_on(worker_id), queries.relied_on(worker_id, on)
    roles = queries.only_information_lead(worker_id, on)
    return Relying(patches, people, sent, desk, circles, named, entries, links, roles)


def complete(actor: Actor, *, worker_id: int, on: date, now: datetime) -> None:
    """The worker leaves; `on` is the first day out of post.

    Raises NotFound, Denied, Invalid, and Conflict while anything relies on them from that day.
    """
    with transaction.atomic():
        leaver(actor, worker_id, now)
        left = relying(worker_id, max(on, timezone.localdate(now)))
        if left:
            raise Conflict(f"Still to hand over: {left.words()}. Nobody has been let go.")
        if on <= timezone.localdate(now):
            # What is open for safety lasts some hours: nothing of it is left on a later day.
            hand_over_safety(actor, now=now, worker_id=worker_id)
        agencies.leave(actor, worker_id=worker_id, on=on, now=now)
