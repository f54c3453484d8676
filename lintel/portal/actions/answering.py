"""What workers do about what a person asked or said."""

from datetime import datetime

from django.db import transaction

from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.portal.models import Ask, Remark


def take_ask(actor: Actor, *, now: datetime, ask_id: int) -> None:
    """Say that one sees to it. Raises NotFound, and Conflict when somebody else does already."""
    with transaction.atomic():
        waiting = Ask.objects.filter(pk=ask_id, answered__isnull=True)
        if not waiting.filter(taken__isnull=True).update(taken=now, taken_by_id=actor.worker_id):
            if not Ask.objects.filter(pk=ask_id).exists():
                raise NotFound
            raise Conflict("A colleague has taken this already.")
        _told(actor, "portal.ask_taken", now, "ask", ask_id, waiting.values_list("person_id")[0][0])


def answer_ask(actor: Actor, *, now: datetime, ask_id: int, answer: str) -> None:
    """Answer in words that the person reads. Raises NotFound, Invalid (answer), Conflict."""
    if not answer.strip():
        raise Invalid({"answer": "Write what you did, or will do. The person reads it"})
    found = Ask.objects.filter(pk=ask_id).first()
    if found is None:
        raise NotFound
    with transaction.atomic():
        # Whoever answers has taken it.
        done = Ask.objects.filter(pk=ask_id, answered__isnull=True).update(
            answered=now,
            answered_by_id=actor.worker_id,
            answer=answer,
            taken=found.taken or now,
            taken_by_id=actor.worker_id,
        )
        if not done:
            raise Conflict("This was answered already.")
        _told(actor, "portal.ask_answered", now, "ask", ask_id, found.person_id, found.asked_by_id)


def answer_remark(
    actor: Actor, *, now: datetime, person_id: int, remark_id: int, answer: str
) -> None:
    """Answer for the agency that wrote the entry. Raises NotFound, Invalid (answer), Conflict."""
    if not answer.strip():
        raise Invalid({"answer": "Write what you did about it. The person reads it"})
    mine = Remark.objects.filter(pk=remark_id, person_id=person_id, owner_id=actor.agency_id)
    by = mine.values_list("said_by_id", flat=True).first()
    if by is None:
        raise NotFound
    with transaction.atomic():
        done = mine.filter(answered__isnull=True).update(
            answered=now, answered_by_id=actor.worker_id, answer=answer
        )
        if not done:
            raise Conflict("This was answered already.")
        _told(actor, "portal.remark_answered", now, "remark", remark_id, person_id, by)


def _told(
    actor: Actor,
    verb: str,
    now: datetime,
    kind: str,
    number: int,
    person_id: int,
    account: int | None = None,
) -> None:
    data = {"account": account} if account is not None else {}
    events.record(actor, verb, now=now, subject=(kind, number), person_id=person_id, data=data)
