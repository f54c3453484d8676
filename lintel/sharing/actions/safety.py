"""Opening what another agency holds, for safety and without consent: short, and looked at after."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from lintel.agencies import queries as agencies
from lintel.agencies.models import Agency
from lintel.kernel import access, events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.sharing import policy
from lintel.sharing.models import Override
from lintel.sharing.states import LONGEST_OVERRIDE, OverrideReason


def open_override(
    actor: Actor,
    *,
    now: datetime,
    person_id: int,
    holder_ids: Sequence[int],
    categories: Sequence[Category],
    reason: OverrideReason,
    words: str,
    hours: int = 1,
) -> list[int]:
    """See what these agencies hold about a person, for some hours; answers the overrides' ids.

    The person must be in sight already: this opens more about them and never says who is known.
    The holders' information leads are told, and it stands in the access record. Raises NotFound
    and Invalid (holders, categories, words, hours).
    """
    policy.in_person(actor)
    people.person(actor, person_id)
    holders = set(
        Agency.objects.filter(pk__in=holder_ids)
        .exclude(pk=actor.agency_id)
        .values_list("pk", flat=True)
    )
    _check(holders, categories, words, hours)
    seen = sorted({Category.IDENTITY, *categories})
    made = []
    with transaction.atomic():
        for holder_id in sorted(holders):
            override = Override.objects.create(
                person_id=person_id,
                worker_id=actor.worker_id,
                holder_id=holder_id,
                categories=seen,
                reason=reason,
                words=words,
                opened=now,
                until=now + timedelta(hours=hours),
            )
            made.append(override.pk)
            events.record(
                actor,
                "sharing.overridden",
                now=now,
                subject=("override", override.pk),
                person_id=person_id,
                owner_id=holder_id,
                data={"reason": str(reason), "hours": hours},
            )
            for lead in agencies.information_leads(holder_id, now):
                messages.queue(to_user_id=lead.user_id, template="new", link="/access/", now=now)
        access.record_each(
            actor,
            AccessVerb.OVERRODE,
            now=now,
            person_id=person_id,
            seen=[access.Seen(h, seen, f"{reason.label}: {words}") for h in sorted(holders)],
            purpose=str(reason.label),
            page="safety",
        )
    return made


def end_override(actor: Actor, *, now: datetime, override_id: int) -> int:
    """Close what the actor opened before its time; answers the person's id.

    Raises NotFound for somebody else's, and Conflict when it is over.
    """
    with transaction.atomic():
        found = (
            Override.objects.select_for_update(of=("self",))
            .filter(pk=override_id, worker_id=actor.worker_id)
            .first()
        )
        if found is None:
            raise NotFound
        if found.until <= now or (found.ended and found.ended <= now):
            raise Conflict("It is closed already.")
        Override.objects.filter(pk=found.pk).update(ended=now)
        events.record(
            actor,
            "sharing.override_ended",
            now=now,
            subject=("override", found.pk),
            person_id=found.person_id,
            owner_id=found.holder_id,
        )
    return found.person_id


def _check(holders: set[int], categories: Sequence[Category], words: str, hours: int) -> None:
    wrong: dict[str, str] = {}
    if not holders:
        wrong["holders"] = "Choose whose record you need to see"
    if not categories:
        wrong["categories"] = "Choose what you need to see"
    if len(words.strip()) < 10:
        wrong["words"] = "Say what has happened, and why you can’t wait for consent"
    if not timedelta(0) < timedelta(hours=hours) <= LONGEST_OVERRIDE:
        wrong["hours"] = "Choose between 1 and 24 hours"
    if wrong:
        raise Invalid(wrong)
