"""What readers say is wrong with an entry, and what becomes of it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lintel.directory import policy
from lintel.directory.actions.locking import tell
from lintel.directory.models import Report, Service
from lintel.directory.queries.responsibility import responsible
from lintel.directory.states import ServiceState
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound

LONGEST = 600
WITH_THEM = ("organisation", "team", "owner")


@transaction.atomic
def report(*, service_id: UUID, words: str, now: datetime) -> None:
    """Say that an entry is wrong; whoever answers for it is told. Nobody needs to be signed in.

    Keeps the words (at most 600 characters) and nothing of who wrote them. Raises Invalid
    ({"words"}), and NotFound for an entry that isn't in the directory.
    """
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Invalid({"words": f"Say what is wrong, in {LONGEST} characters or fewer"})
    service = (
        Service.objects.filter(pk=service_id, state=ServiceState.PUBLISHED)
        .select_related(*WITH_THEM)
        .first()
    )
    if service is None:
        raise NotFound
    Report(service=service, words=words, at=now).save(force_insert=True)
    events.record(
        None,
        "directory.reported",
        now=now,
        subject=("service", service.pk),
        owner_id=service.organisation.agency_id,
    )
    # By its number: an entry's name is for partners only where the entry is, and may be long.
    tell(responsible(service, now), service, "new", now)


@transaction.atomic
def settle_report(actor: Actor, *, report_id: UUID, now: datetime) -> Service:
    """Mark what was reported as seen to. Raises NotFound, Denied, Conflict."""
    found = Report.objects.select_for_update(of=("self",)).filter(pk=report_id).first()
    if found is None:
        raise NotFound
    service = Service.objects.select_related(*WITH_THEM).get(pk=found.service_id)
    policy.keep(actor, service)
    if found.settled_at is not None:
        raise Conflict("Somebody has seen to this already.")
    found.settled_at, found.settled_by_id = now, actor.worker_id
    found.save(update_fields=["settled_at", "settled_by"])
    events.record(actor, "directory.report_settled", now=now, subject=("service", service.pk))
    return service
