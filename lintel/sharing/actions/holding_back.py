"""Holding one note back from the person, and letting it go again.

Only where reading it would be likely to do serious harm (Data Protection Act 2018, schedule 3,
part 2, paragraph 5), only that note, only by a clinician of the agency that holds it, and only
until a day on which that is looked at again.
"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.people import queries as people
from lintel.sharing import policy, queries
from lintel.sharing.models import HeldBack

# A note is looked at again within half a year.
LONGEST = timedelta(days=183)


def hold_back(
    actor: Actor, *, now: datetime, person_id: int, note_id: int, reason: str, review_on: date
) -> int:
    """Hold one note back from the person and whoever they let look, until it is released.

    Raises NotFound for a note out of sight, Denied for who is no clinician of the agency that
    holds it, Invalid, and Conflict when it is held back already.
    """
    note = people.note(actor, note_id, person_id=person_id)
    policy.hold_back(actor, note.owner_id, clinician=queries.is_clinician(actor))
    _check(reason, review_on, now)
    try:
        with transaction.atomic():
            made = HeldBack.objects.create(
                person_id=person_id,
                owner_id=note.owner_id,
                category=note.category,
                note_id=note_id,
                reason=reason.strip(),
                held_by_id=actor.worker_id,
                held=now,
                review_on=review_on,
            )
    except IntegrityError as error:
        raise Conflict("This note is held back already.") from error
    _happened(actor, "sharing.held_back", now, made)
    return made.pk


def keep_held_back(
    actor: Actor, *, now: datetime, person_id: int, note_id: int, reason: str, review_on: date
) -> None:
    """Look at it again, and hold it back until another day; the new reason stands in a new row.

    Raises as `hold_back`, and NotFound when it isn't held back.
    """
    with transaction.atomic():
        release_held_back(actor, now=now, person_id=person_id, note_id=note_id)
        hold_back(
            actor,
            now=now,
            person_id=person_id,
            note_id=note_id,
            reason=reason,
            review_on=review_on,
        )


def release_held_back(actor: Actor, *, now: datetime, person_id: int, note_id: int) -> None:
    """Let the person see the note. Raises NotFound when it isn't held back, and Denied."""
    with transaction.atomic():
        found = (
            HeldBack.objects.select_for_update(of=("self",))
            .filter(person_id=person_id, note_id=note_id, released__isnull=True)
            .first()
        )
        if found is None:
            raise NotFound
        policy.hold_back(actor, found.owner_id, clinician=queries.is_clinician(actor))
        found.released, found.released_by_id = now, actor.worker_id
        found.save(update_fields=["released", "released_by"])
        _happened(actor, "sharing.released", now, found)


def _check(reason: str, review_on: date, now: datetime) -> None:
    today = timezone.localdate(now)
    wrong = {}
    if not reason.strip():
        wrong["reason"] = "Say what harm it would be likely to do"
    if not today < review_on <= today + LONGEST:
        wrong["review_on"] = "Choose a day within the next 6 months"
    if wrong:
        raise Invalid(wrong)


def _happened(actor: Actor, verb: str, now: datetime, row: HeldBack) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("note", row.note_id),
        person_id=row.person_id,
        owner_id=row.owner_id,
    )
