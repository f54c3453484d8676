"""Reads of who was asked into a circle, and hasn't accepted."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from lintel.agencies.models import Worker
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.plans.models import CircleMember

# How long a no is shown to whoever asked.
NO_SHOWN = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class AskedView:
    """Somebody who was asked into the circle and isn't in it: no answer yet, or a no."""

    id: int
    name: str
    job_title: str
    agency: str
    role_words: str
    asked: dt.datetime
    asked_by: str
    by_me: bool
    declined: dt.datetime | None
    declined_words: str
    has_left_post: bool


@dataclass(frozen=True, slots=True)
class InvitationView:
    """What a worker is told who is asked into a circle: enough to answer, and nothing more."""

    id: int
    circle: uuid.UUID
    person_id: int
    person: str
    asked_by: str
    asked_by_id: int
    role_words: str
    agreed_words: str
    asked: dt.datetime


def worker_words(who: Worker) -> str:
    """`Amina Shah, care coordinator, Shethernley NHS trust`."""
    return f"{who.name}, {who.job_title}, {who.agency.name}"


def asked(actor: Actor, person_id: int, *, now: dt.datetime) -> list[AskedView]:
    """Whom the actor asked into the circle (or another asked of the actor's agency)."""
    found = (
        CircleMember.objects.filter(
            Q(left__isnull=True) | Q(declined__gt=now - NO_SHOWN),
            person_id=person_id,
            accepted__isnull=True,
        )
        .select_related("worker", "owner", "added_by__agency")
        .order_by("joined", "id")
    )
    today = now.date()
    return [
        AskedView(
            id=m.pk,
            name=m.worker.name,
            job_title=m.worker.job_title,
            agency=m.owner.name,
            role_words=m.role_words,
            asked=m.joined,
            asked_by=m.added_by.name,
            by_me=m.added_by_id == actor.worker_id,
            declined=m.declined,
            declined_words=m.left_words,
            has_left_post=m.worker.left_on is not None and m.worker.left_on <= today,
        )
        for m in found
    ]


def asked_row(actor: Actor, person_id: int, member_id: int) -> CircleMember:
    """One who was asked and hasn't answered, in sight. Raises NotFound."""
    found: CircleMember | None = CircleMember.objects.filter(
        pk=member_id, person_id=person_id, left__isnull=True, accepted__isnull=True
    ).first()
    if found is None:
        raise NotFound
    return found


def _mine_to_answer(actor: Actor) -> QuerySet[CircleMember]:
    return CircleMember.objects.filter(
        worker_id=actor.worker_id, accepted__isnull=True, left__isnull=True
    )


def invitations(actor: Actor) -> list[InvitationView]:
    """The circles that the actor is asked into, the longest waiting first."""
    found = _mine_to_answer(actor).select_related("added_by__agency").order_by("joined", "id")
    return [_invitation(row) for row in found]


def invitation(actor: Actor, member_id: int) -> InvitationView:
    """One that waits for the actor's answer. Raises NotFound."""
    row = _mine_to_answer(actor).select_related("added_by__agency").filter(pk=member_id).first()
    if row is None:
        raise NotFound
    return _invitation(row)


def invitations_waiting(actor: Actor) -> int:
    """How many circles the actor is asked into, for My day."""
    return _mine_to_answer(actor).count()


def _invitation(row: CircleMember) -> InvitationView:
    return InvitationView(
        id=row.pk,
        circle=row.circle,
        person_id=row.person_id,
        person=row.asked_name,
        asked_by=worker_words(row.added_by),
        asked_by_id=row.added_by_id,
        role_words=row.role_words,
        agreed_words=row.agreed_words,
        asked=row.joined,
    )
