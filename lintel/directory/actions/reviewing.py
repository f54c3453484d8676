"""A version on its way into the directory, and an entry on its way out.

Every move locks the entry, asks the policy, asks the table (`states.VERSION_MOVES`), and writes
state and event in one transaction. Two people see to every publishing: who wrote in a version
never settles it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lintel.agencies.queries import in_post
from lintel.directory import policy, sections
from lintel.directory.actions.locking import MOVED_ON, locked, moved, next_number, tell
from lintel.directory.actions.publishing import put, take_out
from lintel.directory.models import Service, Version
from lintel.directory.queries import own
from lintel.directory.queries.responsibility import reviewers
from lintel.directory.states import ServiceState, VersionMove, VersionState
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid

CHANGED = "This version changed while you were reading it. Look at it again before you settle it."


def send(actor: Actor, *, service_id: UUID, note: str, now: datetime) -> None:
    """Send the draft for review. `note`: what changed, for the reviewer.

    Raises NotFound, Denied, Conflict, Invalid where something is missing that a reader needs.
    """
    with transaction.atomic():
        service, version = _open(actor, service_id, VersionMove.SEND)
        policy.write(actor, service)
        moved(version, VersionMove.SEND)
        if lacking := sections.missing(own.document_of(version)):
            raise Invalid({"": "; ".join(lacking.values())})
        version.note = note
        if actor.worker_id not in version.hands:
            version.hands = [*version.hands, actor.worker_id]
        version.save(update_fields=["state", "note", "hands"])
        _happened(actor, "directory.sent_for_review", service, version, now)
        tell(reviewers(service, policy.hands_of(version), now), service, "new", now)


def publish(actor: Actor, *, service_id: UUID, stamp: str, now: datetime) -> None:
    """Publish the version that waits. `stamp`: of the version as it was read (`sections`).

    Publishing is a check too. Raises NotFound, Denied, Conflict.
    """
    with transaction.atomic():
        service, version = _open(actor, service_id, VersionMove.PUBLISH)
        policy.review(actor, service, version)
        moved(version, VersionMove.PUBLISH)
        document = own.document_of(version)
        if sections.stamp_of(document, version.audience) != stamp:
            raise Conflict(CHANGED)
        _settled(actor, version, "", now)
        _readers(service, version.audience)
        put([(service, document)], now=now)
        _checked(service, now)
        _happened(actor, "directory.published", service, version, now)
        _tell_makers(actor, service, version, now)


def give_back(actor: Actor, *, service_id: UUID, comment: str, now: datetime) -> None:
    """Return the version that waits to who wrote it. Raises NotFound, Denied, Conflict, Invalid."""
    if not comment.strip():
        raise Invalid({"comment": "Say what should change"})
    with transaction.atomic():
        service, version = _open(actor, service_id, VersionMove.RETURN)
        policy.review(actor, service, version)
        moved(version, VersionMove.RETURN)
        _settled(actor, version, comment, now)
        _happened(actor, "directory.returned", service, version, now)
        _tell_makers(actor, service, version, now)


def take_back(actor: Actor, *, service_id: UUID, now: datetime) -> None:
    """Take the version back from review, to write on. Raises NotFound, Denied, Conflict."""
    _mine(actor, service_id, VersionMove.TAKE_BACK, "directory.taken_back", now)


def discard(actor: Actor, *, service_id: UUID, now: datetime) -> None:
    """Give up the draft; it stays in the history. Raises NotFound, Denied, Conflict."""
    _mine(actor, service_id, VersionMove.DISCARD, "directory.discarded", now)


def withdraw(actor: Actor, *, service_id: UUID, why: str, now: datetime) -> None:
    """Take the entry out of the directory. Its versions stay, and it can be brought back.

    Raises NotFound, Denied, Conflict, Invalid without a reason.
    """
    if not why.strip():
        raise Invalid({"why": "Say why the entry is taken out"})
    with transaction.atomic():
        service = locked(actor, service_id)
        policy.write(actor, service)
        if service.state != ServiceState.PUBLISHED:
            raise Conflict("This entry is not in the directory.")
        take_out_for_now(service, now=now)
        _note(actor, "directory.withdrawn", service, now, {"why": why})
        tell(reviewers(service, [actor.worker_id], now), service, "new", now)


def take_out_for_now(service: Service, *, now: datetime) -> None:
    """Take a published entry out so that it can be brought back, in the current transaction."""
    keeping = own.published(service)
    if keeping is not None and own.last_published(service) is None:
        # It came in without a version: what is taken out must be there to be brought back.
        _first_version(service, keeping.stored())
    take_out(service, now=now)


def bring_back(actor: Actor, *, service_id: UUID, now: datetime) -> None:
    """Put the entry back into the directory as it was published last.

    Raises NotFound, Denied, Conflict.
    """
    with transaction.atomic():
        service = locked(actor, service_id)
        policy.write(actor, service)
        last = own.last_published(service)
        if service.state != ServiceState.WITHDRAWN or last is None:
            raise Conflict("This entry was not taken out of the directory.")
        _readers(service, last.audience)
        put([(service, own.document_of(last))], now=now)
        _note(actor, "directory.brought_back", service, now, {"number": last.number})


def _open(actor: Actor, service_id: UUID, move: VersionMove) -> tuple[Service, Version]:
    service = locked(actor, service_id)
    version = own.open_version(service)
    if version is None:
        raise Conflict(MOVED_ON[move])
    return service, version


def _mine(actor: Actor, service_id: UUID, move: VersionMove, verb: str, now: datetime) -> None:
    with transaction.atomic():
        service, version = _open(actor, service_id, move)
        policy.write(actor, service)
        moved(version, move)
        version.save(update_fields=["state"])
        _happened(actor, verb, service, version, now)


def _settled(actor: Actor, version: Version, comment: str, now: datetime) -> None:
    version.settled_by_id = actor.worker_id
    version.settled_at = now
    version.comment = comment
    version.save(update_fields=["state", "settled_by", "settled_at", "comment"])


def _readers(service: Service, audience: str) -> None:
    """Set who may read the entry; the public side is emptied in the same statement."""
    service.audience = audience
    service.name = service.summary = service.words = ""
    service.document = {}
    service.save(update_fields=["audience", "name", "summary", "words", "document"])


def _checked(service: Service, now: datetime) -> None:
    service.checked_on = timezone.localdate(now)
    service.reminded_on = None
    service.save(update_fields=["checked_on", "reminded_on"])


def _first_version(service: Service, document: Mapping[str, Any]) -> None:
    Version.objects.create(
        service=service,
        number=next_number(service),
        state=VersionState.PUBLISHED,
        audience=service.audience,
        document=document,
        made_at=service.modified,
        settled_at=service.modified,
        note="As it stood in the directory",
    )


def _tell_makers(actor: Actor, service: Service, version: Version, now: datetime) -> None:
    makers = (version.made_by_id, service.owner_id)
    concerned = [one for one in makers if one is not None and one != actor.worker_id]
    tell(in_post(now).filter(pk__in=concerned), service, "new", now)


def _happened(actor: Actor, verb: str, service: Service, version: Version, now: datetime) -> None:
    _note(actor, verb, service, now, {"number": version.number})


def _note(
    actor: Actor, verb: str, service: Service, now: datetime, data: Mapping[str, Any]
) -> None:
    """Write the event; its owner is the entry's agency, so that its information lead reads it."""
    agencies = sorted(policy.agencies_of(service))
    events.record(
        actor,
        verb,
        now=now,
        subject=("service", service.pk),
        owner_id=agencies[0] if agencies else None,
        data=data,
    )
