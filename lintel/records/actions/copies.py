"""A copy of everything, for the person; and the register of who asked for one."""

from collections.abc import Iterable
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone

from lintel.kernel import access, events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.kernel.states import AccessVerb
from lintel.records import policy, queries
from lintel.records.models import CopyRequest
from lintel.records.states import COPY_MONTHS, MOST_MORE_MONTHS
from lintel.sharing.queries import known

WHY = "the person has the right to a copy, and the worker is an information lead of the agency"


def make_copy(
    actor: Actor, *, now: datetime, person_id: int, also: Iterable[str] = ()
) -> queries.Copy:
    """A copy of what the actor's agency holds about a person; that is in the access record.

    Raises Denied for who is no information lead, NotFound where the agency holds nothing.
    """
    policy.answer_for(actor)
    known(actor, person_id)
    made = queries.copy_for(person_id, actor.agency_id, now=now, also=also)
    if made is None:
        raise NotFound
    access.record(
        actor,
        AccessVerb.EXPORTED,
        now=now,
        person_id=person_id,
        owner_id=actor.agency_id,
        categories=[],
        why=WHY,
        purpose="a copy for the person",
        page="records:copy",
    )
    return made


def record_copy_request(
    actor: Actor, *, now: datetime, person_id: int, asked_on: date, words: str
) -> int:
    """Write down that somebody asked for a copy: due one calendar month later.

    Raises Denied, NotFound, and Conflict where one is open.
    """
    policy.answer_for(actor)
    known(actor, person_id)
    if asked_on > timezone.localdate(now):
        raise Invalid({"asked_on": "The day must be in the past"})
    try:
        with transaction.atomic():
            made = CopyRequest.objects.create(
                person_id=person_id,
                owner_id=actor.agency_id,
                asked_on=asked_on,
                asked_words=words.strip(),
                due_on=asked_on + relativedelta(months=COPY_MONTHS),
                recorded=now,
                recorded_by_id=actor.worker_id,
            )
    except IntegrityError as error:
        raise Conflict("A copy for them is being made already.") from error
    _happened(actor, "records.copy_asked", now, made)
    return made.pk


def extend_copy_request(
    actor: Actor, *, now: datetime, copy_request_id: int, months: int, words: str
) -> None:
    """Take up to two months more, with the reason that the person is told.

    Raises NotFound, Invalid, and Conflict when it was extended or done.
    """
    with transaction.atomic():
        found = _open(actor, copy_request_id)
        if found.extended_words:
            raise Conflict("It was extended already.")
        if not 1 <= months <= MOST_MORE_MONTHS:
            raise Invalid({"months": f"It can take up to {MOST_MORE_MONTHS} months more"})
        found.due_on = found.due_on + relativedelta(months=months)
        found.extended_words = words.strip()
        found.save(update_fields=["due_on", "extended_words"])
        _happened(actor, "records.copy_extended", now, found)


def finish_copy_request(
    actor: Actor, *, now: datetime, copy_request_id: int, words: str = ""
) -> None:
    """Note that the copy was given. Raises NotFound, and Conflict when it was before."""
    with transaction.atomic():
        found = _open(actor, copy_request_id)
        found.done_on = timezone.localdate(now)
        found.done_words = words.strip()
        found.done_by_id = actor.worker_id
        found.save(update_fields=["done_on", "done_words", "done_by"])
        _happened(actor, "records.copy_given", now, found)


def _open(actor: Actor, copy_request_id: int) -> CopyRequest:
    found = (
        queries.copy_requests(actor)
        .select_for_update(of=("self",))
        .filter(pk=copy_request_id)
        .first()
    )
    if found is None:
        raise NotFound
    if found.done_on is not None:
        raise Conflict("The copy was given already.")
    return found


def _happened(actor: Actor, verb: str, now: datetime, request: CopyRequest) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("copy_request", request.pk),
        person_id=request.person_id,
        owner_id=request.owner_id,
    )
