"""What the sender does after sending. The relay takes it to the other desk.

Each verb follows from what the sender is shown, never from what the receiver did: it is allowed
or refused alike whoever has the request.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lintel.kernel import events, outbox
from lintel.kernel.actor import Actor, as_system
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.requests import policy, queries
from lintel.requests.actions import checks
from lintel.requests.models import Message, Notice, Request
from lintel.requests.states import SenderState, Shown

OVER = frozenset({Shown.WITHDRAWN, Shown.CLOSED})
MAY_WITHDRAW = frozenset({Shown.SENT, Shown.RECEIVED, Shown.RETURNED, Shown.ACTIVE})
CANT = "This request is now “{shown}”: {verb}."


@transaction.atomic
def withdraw(actor: Actor, *, now: datetime, reference: str, words: str) -> Request:
    """Take it back, and say why. Whoever has it is told.

    Raises NotFound, Conflict (already decided, closed or withdrawn, as shown), Invalid.
    """
    request = _sent(actor, reference)
    _while(actor, request, MAY_WITHDRAW, "it can't be withdrawn any more", now)
    checks.refuse(
        {
            **checks.needed({"words": (words, "Say why you withdraw it")}),
            **checks.lengths({"words": (words, checks.LONGEST)}),
        }
    )
    request.state = SenderState.WITHDRAWN
    request.withdrawn = now
    request.withdrawn_words = words.strip()
    request.save(update_fields=["state", "withdrawn", "withdrawn_words"])
    _record(actor, "requests.withdrawn", request, now)
    outbox.defer("requests.withdrawn", request_id=request.pk)
    return request


@transaction.atomic
def answer_questions(actor: Actor, *, now: datetime, reference: str, words: str) -> Message:
    """Answer what was asked. Raises NotFound, Conflict (nothing asked, as shown), Invalid."""
    request = _sent(actor, reference)
    _while(actor, request, frozenset({Shown.RETURNED}), "no question waits for you", now)
    return _write(actor, request, words, "requests.answered", now)


@transaction.atomic
def add_information(actor: Actor, *, now: datetime, reference: str, words: str) -> Message:
    """Add to what was sent; in an open thread, write to whoever has it.

    Raises NotFound, Conflict (closed or withdrawn, as shown), Invalid.
    """
    request = _sent(actor, reference)
    allowed = frozenset(Shown) - OVER - {Shown.DRAFT}
    _while(actor, request, allowed, "nothing can be added any more", now)
    return _write(actor, request, words, "requests.added_to", now)


@transaction.atomic
def amend(
    actor: Actor, *, now: datetime, reference: str, extra: Mapping[str, Any], words: str
) -> Message:
    """Change fields of a kind's own on a letter that was sent, and say what changed.

    The desk's copy, and its clock, follow. Only in the open: on a masked letter nothing changes
    after it was sent. Raises NotFound, Conflict (closed, withdrawn or masked), Invalid.
    """
    request = _sent(actor, reference)
    if request.masked:
        raise Conflict("This can't be changed. Withdraw it and write anew.")
    allowed = frozenset(Shown) - OVER - {Shown.DRAFT}
    _while(actor, request, allowed, "it can't be changed any more", now)
    request.extra = {**request.extra, **extra}
    request.chase_at = now
    request.save(update_fields=["extra", "chase_at"])
    outbox.defer("requests.amended", request_id=request.pk)
    return _write(actor, request, words, "requests.amended", now)


@transaction.atomic
def note_for_own_side(actor: Actor, *, now: datetime, reference: str, words: str) -> Message:
    """Keep a note that the sender's side alone reads."""
    request = _sent(actor, reference)
    return _insert(actor, request, words, now, to_other_side=False)


@transaction.atomic
def open_thread(actor: Actor, *, now: datetime, reference: str) -> None:
    """Ask that the two sides may talk, the person having agreed.

    The relay looks whether a standing consent covers whoever has it; if none does, nothing that
    the sender can see changes, and nobody is told.
    """
    request = _sent(actor, reference)
    _record(actor, "requests.asked_to_open", request, now)
    outbox.defer("requests.try_open", request_id=request.pk)


@transaction.atomic
def hand_over_sent(
    actor: Actor,
    *,
    now: datetime,
    from_worker_id: int,
    to_worker_id: int,
    references: list[str] | None = None,
) -> int:
    """Give what a worker sent (all that isn't over, or these) to another of the team; how many.

    For the worker, and the lead of the sender's team. The other side is told who it is now.
    Raises Denied, Invalid (not of the team), NotFound (a reference that isn't the worker's).
    """
    found = Request.objects.select_for_update(of=("self",)).filter(
        sender_id=from_worker_id, state=SenderState.SENT
    )
    if references is not None:
        found = found.filter(reference__in=references)
    requests = list(found.order_by("id"))
    if references is not None and len(requests) != len(set(references)):
        raise NotFound
    teams = frozenset(r.sender_team_id for r in requests)
    if reason := policy.may_hand_over_sent(actor, from_worker_id, teams):
        raise Denied(reason)
    for team_id in teams:
        if not queries.team_workers(team_id, now).filter(pk=to_worker_id).exists():
            raise Invalid({"to_worker": "Choose somebody of the sender's team"})
    for request in requests:
        _record(actor, "requests.sender_changed", request, now)
        outbox.defer("requests.sender_changed", request_id=request.pk)
    # Afterwards it is the new sender's, out of the former one's sight: the former one's own
    # rights can't do that.
    with as_system():
        Request.objects.filter(pk__in=[r.pk for r in requests]).update(sender_id=to_worker_id)
    return len(requests)


@transaction.atomic
def move_sent(
    actor: Actor, *, now: datetime, references: Collection[str], to_worker_id: int, to_team_id: int
) -> None:
    """Give requests in the open to a worker of another team of the sender's agency.

    For a domain whose person goes on to another team, as from ward to ward: it checks who may
    move them, and whoever does need not see what a colleague sent. What is masked stays with who
    sent it. The other side is told who it is now. Raises Invalid (not of that team, or another
    agency's).
    """
    workers = queries.team_workers(to_team_id, now).filter(
        pk=to_worker_id, agency_id=actor.agency_id
    )
    if not workers.exists():
        raise Invalid({"to_worker": "Choose somebody of that team"})
    # Afterwards it is the new sender's, and before it may be a colleague's: the actor's own
    # rights reach neither.
    with as_system():
        found = list(
            Request.objects.select_for_update(of=("self",)).filter(
                reference__in=list(references), owner_id=actor.agency_id, masked=False
            )
        )
        Request.objects.filter(pk__in=[r.pk for r in found]).update(
            sender_id=to_worker_id, sender_team_id=to_team_id
        )
    for request in found:
        _record(actor, "requests.sender_changed", request, now)
        outbox.defer("requests.sender_changed", request_id=request.pk)


def mark_seen(actor: Actor, *, now: datetime, reference: str) -> None:
    """Note that what the sender was told has been read; once."""
    request = Request.objects.filter(reference=reference).first()
    if request is not None and request.sender_id == actor.worker_id:
        Notice.objects.filter(request_id=request.pk, seen__isnull=True, show_from__lte=now).update(
            seen=now
        )


def _sent(actor: Actor, reference: str) -> Request:
    """The letter, locked, if the actor sent it or answers for it. Raises NotFound, Denied."""
    request = Request.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if request is None:
        raise NotFound
    if reason := policy.may_follow_up(actor, request):
        raise Denied(reason)
    return request


def _while(
    actor: Actor, request: Request, allowed: frozenset[Shown], verb: str, now: datetime
) -> None:
    shown = queries.shown_now(actor, request, now)
    if shown not in allowed:
        raise Conflict(CANT.format(shown=shown.label, verb=verb))


def _write(actor: Actor, request: Request, words: str, event: str, now: datetime) -> Message:
    made = _insert(actor, request, words, now, to_other_side=True)
    _record(actor, event, request, now)
    outbox.defer("requests.written", request_id=request.pk, message_id=str(made.pk))
    return made


def _insert(
    actor: Actor, request: Request, words: str, now: datetime, *, to_other_side: bool
) -> Message:
    checks.refuse(
        {
            **checks.needed({"words": (words, "Write something")}),
            **checks.lengths({"words": (words, checks.LONGEST)}),
        }
    )
    return Message.objects.create(
        request_id=request.pk,
        from_sender=True,
        to_other_side=to_other_side,
        by_id=actor.worker_id,
        by_words=queries.worker_words(actor.worker_id),
        at=now,
        words=words.strip(),
    )


def _record(actor: Actor, verb: str, request: Request, now: datetime) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("request", request.pk),
        person_id=request.person_id,
        owner_id=actor.agency_id,
    )
