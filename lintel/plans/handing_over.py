"""What follows when a worker's part goes to another: the circle and the person are told.

Handlers run in jobs, after the commit, and are safe to repeat.
"""

import datetime as dt
from uuid import UUID

from django.db import connection

from lintel.agencies.models import Worker
from lintel.kernel.actor import as_system
from lintel.kernel.events import Happened
from lintel.kernel.sight.states import Category
from lintel.plans import actions
from lintel.plans.listening import copy_to_all
from lintel.plans.models import IfThingsGoWrong, Told
from lintel.web.words import date_words

SUBSCRIPTIONS = {
    "plans.handed_over": "place_handed_over",
    "people.involvement_handed_over": "involvement_handed_over",
    "people.patch_handed_over": "patch_handed_over",
}
PATCH_SQL = "SELECT relay_told_of_patch(%s, %s, %s, %s)"


def place_handed_over(event: Happened) -> None:
    """Tell those who remain in the circle who takes over, the taker, and the person."""
    person_id = event.person_id
    if person_id is None or event.actor_worker_id is None or event.owner_id is None:
        return
    with as_system():
        leaver, taker = _worker(event.data["worker"]), _worker(event.data["to"])
        if leaver is None:
            return
        contact = (
            f"{_who(taker)} was asked to take over"
            if taker
            else f"Nobody has taken over yet: ask {leaver.agency.name}"
        )
        line = IfThingsGoWrong(
            person_id=person_id,
            circumstances=f"{leaver.name} has left the circle"[: actions.LONGEST_WORDS],
            contact_words=contact[: actions.LONGEST_WORDS],
            written_by_id=event.actor_worker_id,
            written=event.at,
        )
        circle = {UUID(event.data["circle"])}
        copy_to_all(line, circle)
        actions.tell_circle(person_id, circle, now=event.at)
        words = f"{leaver.name} no longer works with you in your circle."
        if taker:
            actions.tell_worker(taker.pk, link=actions.invitations_link(), now=event.at)
            words += f" We have asked {taker.name} to take over."
        _tell(event, person_id, Category.PLAN, words)


def involvement_handed_over(event: Happened) -> None:
    """Tell the person in their own view who their worker is now, unless told otherwise."""
    if event.person_id is None or event.owner_id is None or not event.data.get("tell", False):
        return
    with as_system():
        words = _takes_over(event, f"your {event.data['role']}")
        if words:
            _tell(event, event.person_id, Category(event.data["category"]), words)


def patch_handed_over(event: Happened) -> None:
    """Tell the tenants of a patch, in their own view, who looks after their home now."""
    if not event.data.get("tell", False):
        return
    with as_system():
        words = _takes_over(event, "your housing officer")
        if words:
            with connection.cursor() as cursor:
                cursor.execute(PATCH_SQL, [int(event.subject_id), words, event.at, event.id])


def _takes_over(event: Happened, part: str) -> str:
    """For the person: who takes over from whom, from when, and how to reach them."""
    leaver, taker = _worker(event.data["from"]), _worker(event.data["to"])
    if leaver is None or taker is None:
        return ""
    on = date_words(dt.date.fromisoformat(event.data["on"]))
    words = f"From {on}, {taker.name} is {part}, in place of {leaver.name}."
    return words + (f" You can phone {taker.name} on {taker.phone}." if taker.phone else "")


def _tell(event: Happened, person_id: int, category: Category, words: str) -> None:
    Told.objects.bulk_create(
        [
            Told(
                person_id=person_id,
                owner_id=event.owner_id or 0,
                category=category,
                words=words[:500],
                told=event.at,
                event=event.id,
            )
        ],
        ignore_conflicts=True,
    )


def _worker(worker_id: int | None) -> Worker | None:
    return Worker.objects.filter(pk=worker_id or 0).select_related("agency").first()


def _who(worker: Worker) -> str:
    words = f"{worker.name}, {worker.job_title}"
    return f"{words}, {worker.phone}," if worker.phone else f"{words},"
