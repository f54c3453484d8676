"""An owner keeps an entry true: it is checked, handed over, and quick facts go out at once.

Waiting times, places and closures are published without review (nobody waits for a second pair
of eyes to say that a service is shut today); each makes a version all the same, and is written
into the version that is being worked on, so that publishing it takes nothing back.
"""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lintel.agencies.queries import in_post, seen_out_by
from lintel.directory import policy
from lintel.directory.actions.locking import locked, next_number, tell
from lintel.directory.actions.publishing import put
from lintel.directory.entry import Capacity, Closure, Document, Waiting
from lintel.directory.models import Service, Version
from lintel.directory.queries import own, own_choices
from lintel.directory.states import ServiceState, VersionState
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound

NOT_PUBLISHED = "This entry is not in the directory, so there is nothing to keep true yet."


def check(actor: Actor, *, service_id: UUID, now: datetime) -> None:
    """Say that the entry was checked and nothing has changed.

    Raises NotFound, Denied, Conflict when it isn't published.
    """
    with transaction.atomic():
        service = _published(actor, service_id)
        service.checked_on = timezone.localdate(now)
        service.reminded_on = None
        service.save(update_fields=["checked_on", "reminded_on"])
        events.record(actor, "directory.checked", now=now, subject=("service", service.pk))


def say_waiting(
    actor: Actor,
    *,
    service_id: UUID,
    waiting: Waiting | None,
    capacity: Capacity | None,
    now: datetime,
) -> None:
    """Publish how long people wait, and how many places there are. None: not known."""

    def change(document: Document) -> None:
        document.entry.waiting = waiting
        document.entry.capacity = capacity

    _at_once(actor, service_id, change, "Waiting time and places", now)


def close_for(actor: Actor, *, service_id: UUID, closure: Closure, now: datetime) -> None:
    """Publish days on which the service is shut."""

    def change(document: Document) -> None:
        rest = [one for one in document.entry.closures if one != closure]
        document.entry.closures = sorted([*rest, closure], key=lambda one: one.first)

    _at_once(actor, service_id, change, "Closed for some days", now)


def reopen(actor: Actor, *, service_id: UUID, first: date, last: date, now: datetime) -> None:
    """Take back a closure of these days: it opens by its hours again. Raises NotFound if none."""

    def change(document: Document) -> None:
        document.entry.closures = [
            one for one in document.entry.closures if (one.first, one.last) != (first, last)
        ]

    _at_once(actor, service_id, change, "Open again", now)


def hand_over(
    actor: Actor,
    *,
    service_id: UUID,
    owner_id: int,
    deputy_id: int | None,
    now: datetime,
) -> None:
    """Give the entry to another owner or deputy, of an agency that it belongs to.

    Raises NotFound, Denied, Invalid.
    """
    with transaction.atomic():
        service = locked(actor, service_id)
        policy.keep(actor, service)
        able = dict(own_choices.successors(actor, service, now))
        errors = {}
        if owner_id not in able:
            errors["owner"] = "Choose a colleague who is in post"
        if deputy_id is not None and deputy_id not in able:
            errors["deputy"] = "Choose a colleague who is in post"
        if deputy_id == owner_id:
            errors["deputy"] = "Choose somebody else than the owner"
        if errors:
            raise Invalid(errors)
        former = service.owner_id
        service.owner_id, service.deputy_id = owner_id, deputy_id
        service.save(update_fields=["owner", "deputy"])
        events.record(
            actor,
            "directory.handed_over",
            now=now,
            subject=("service", service.pk),
            data={"owner": owner_id, "deputy": deputy_id},
        )
        if owner_id not in (former, actor.worker_id):
            tell(in_post(now).filter(pk=owner_id), service, "new", now)


def hand_over_all(actor: Actor, *, from_worker_id: int, to_worker_id: int, now: datetime) -> int:
    """Give every entry that a worker owns to a colleague; how many. For when somebody leaves.

    Raises NotFound for a worker who isn't the actor's to see out, Invalid for the colleague.
    """
    with transaction.atomic():
        leaver = seen_out_by(actor, now).filter(pk=from_worker_id).first()
        if leaver is None:
            raise NotFound
        to = in_post(now).filter(pk=to_worker_id, agency_id=leaver.agency_id).first()
        if to is None or to.pk == from_worker_id:
            raise Invalid({"to": "Choose a colleague who is in post"})
        services = list(
            Service.objects.select_for_update()
            .filter(owner_id=from_worker_id)
            .exclude(state=ServiceState.WITHDRAWN)
            .order_by("pk")
        )
        for service in services:
            service.owner_id = to.pk
            service.deputy_id = None if service.deputy_id == to.pk else service.deputy_id
            events.record(
                actor,
                "directory.handed_over",
                now=now,
                subject=("service", service.pk),
                data={"owner": to.pk, "deputy": service.deputy_id},
            )
        Service.objects.bulk_update(services, ["owner", "deputy"])
        if services:
            tell([to], None, "new", now)
        return len(services)


def _published(actor: Actor, service_id: UUID) -> Service:
    service = locked(actor, service_id)
    policy.write(actor, service)
    if service.state != ServiceState.PUBLISHED:
        raise Conflict(NOT_PUBLISHED)
    return service


def _at_once(
    actor: Actor,
    service_id: UUID,
    change: Callable[[Document], None],
    note: str,
    now: datetime,
) -> None:
    with transaction.atomic():
        service = _published(actor, service_id)
        document = own.published(service)
        if document is None:
            raise Conflict(NOT_PUBLISHED)
        before = document.stored()
        change(document)
        if document.stored() == before:
            return
        number = next_number(service)
        Version.objects.create(
            service=service,
            number=number,
            state=VersionState.PUBLISHED,
            audience=service.audience,
            document=document.stored(),
            made_by_id=actor.worker_id,
            made_at=now,
            note=note,
            settled_by_id=actor.worker_id,
            settled_at=now,
        )
        if (draft := own.open_version(service)) is not None:
            worked_on = own.document_of(draft)
            change(worked_on)
            draft.document = worked_on.stored()
            draft.save(update_fields=["document"])
        put([(service, document)], now=now)
        events.record(
            actor,
            "directory.published_at_once",
            now=now,
            subject=("service", service.pk),
            data={"number": number},
        )
