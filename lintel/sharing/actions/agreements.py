"""Accepting the agreement as a worker, and signing it for an agency.

What follows for sight is derived by SQL from these rows, in the same transaction or, where it
concerns everybody, in the background (`lintel.sharing.spreading`).
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.sharing import policy, spreading
from lintel.sharing.models import Acceptance, Agreement, Signature

OVER = "Another version of the agreement has taken its place. Read that one."


def accept_agreement(actor: Actor, *, now: datetime, agreement_id: int) -> bool:
    """The actor has read this version and accepts it; False when they had already.

    The version in force, or one that is published and still to come. Raises NotFound for any
    that isn't published, and Conflict for one that another has replaced.
    """
    policy.in_person(actor)
    with transaction.atomic():
        agreement = _current(agreement_id, now)
        if Acceptance.objects.filter(worker_id=actor.worker_id, agreement=agreement).exists():
            return False
        try:
            with transaction.atomic():
                Acceptance.objects.create(
                    worker_id=actor.worker_id, agreement=agreement, accepted=now
                )
        except IntegrityError:  # In another window, this very moment.
            return False
        events.record(
            actor, "sharing.agreement_accepted", now=now, subject=("agreement", agreement.pk)
        )
    return True


def sign_agreement(actor: Actor, *, now: datetime, agreement_id: int) -> bool:
    """The actor's agency signs this version, through its information lead; False if it has.

    Raises Denied, NotFound (not published) and Conflict (another has replaced it).
    """
    policy.sign(actor)
    with transaction.atomic():
        agreement = _current(agreement_id, now)
        if _standing(actor, agreement.pk).exists():
            return False
        try:
            with transaction.atomic():
                Signature.objects.create(
                    agreement=agreement,
                    agency_id=actor.agency_id,
                    signed=now,
                    signed_by_id=actor.worker_id,
                )
        except IntegrityError:  # A second information lead, this very moment.
            return False
        # Colleagues' sight follows in the background; a withdrawal's at once, by trigger.
        spreading.begin(agency_id=actor.agency_id, now=now)
        events.record(
            actor,
            "sharing.agreement_signed",
            now=now,
            subject=("agreement", agreement.pk),
            owner_id=actor.agency_id,
        )
    return True


def withdraw_signature(actor: Actor, *, now: datetime, agreement_id: int, words: str) -> None:
    """The actor's agency signs no longer: at once it neither gives nor gets.

    Raises Denied, Invalid (words: the reason), and Conflict when it hasn't signed.
    """
    policy.sign(actor)
    if len(words.strip()) < 10:
        raise Invalid({"words": "Say why your agency withdraws: the partners will read it"})
    with transaction.atomic():
        ended = _standing(actor, agreement_id).update(
            ended=now, ended_by_id=actor.worker_id, ended_words=words.strip()
        )
        if not ended:
            raise Conflict("Your agency has not signed this version, or has withdrawn already.")
        events.record(
            actor,
            "sharing.signature_withdrawn",
            now=now,
            subject=("agreement", agreement_id),
            owner_id=actor.agency_id,
        )


def _standing(actor: Actor, agreement_id: int) -> QuerySet[Signature]:
    return Signature.objects.filter(
        agreement_id=agreement_id, agency_id=actor.agency_id, ended__isnull=True
    )


def _current(agreement_id: int, now: datetime) -> Agreement:
    """A version that is in force or to come."""
    found = Agreement.objects.filter(pk=agreement_id, effective__isnull=False).first()
    if found is None or found.effective is None:
        raise NotFound
    if Agreement.objects.filter(effective__gt=found.effective, effective__lte=now).exists():
        raise Conflict(OVER)
    return found
