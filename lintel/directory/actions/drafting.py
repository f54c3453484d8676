"""An owner writes an entry: start it, open a draft of it, save a section, bring an old one back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.text import slugify
from pydantic import ValidationError

from lintel.agencies.models import Agency
from lintel.directory import policy, sections
from lintel.directory.actions.locking import locked, next_number
from lintel.directory.entry import Document, Entry
from lintel.directory.models import Organisation, Service, Version
from lintel.directory.queries import own
from lintel.directory.sections import Section
from lintel.directory.states import Audience, VersionState
from lintel.kernel import events, once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid

WAITING = "This entry is waiting for review. Take it back to change it."
MEANWHILE = (
    "Somebody else changed this part while you were writing, and nothing of yours was saved yet. "
    "What you wrote is still here, and what it says now stands below. Save again to replace it."
)


def start(
    actor: Actor,
    *,
    name: str,
    team_id: int | None,
    key: str,
    now: datetime,
) -> UUID:
    """Start an entry, as a draft that nobody else reads, and answer its number.

    `team_id`: one of the actor's teams; None for the agency as a whole. `key`: see `kernel.once`.
    The actor is its owner. Raises Denied, Invalid.
    """
    policy.start(actor, actor.team_ids, team_id)
    return UUID(
        str(once.run(actor, "directory.start", key, lambda: _started(actor, name, team_id, now)))
    )


def _started(actor: Actor, name: str, team_id: int | None, now: datetime) -> str:
    try:
        document = Document(entry=Entry(name=name))
    except ValidationError as wrong:
        raise Invalid({"name": "Enter a name of 1 to 200 characters"}) from wrong
    service = Service(
        organisation=_organisation(actor.agency_id),
        team_id=team_id,
        owner_id=actor.worker_id,
        slug=_slug(document.entry.name),
        modified=now,
    )
    service.save(force_insert=True)
    _draft(actor, service, document, Audience.PUBLIC, now)
    events.record(actor, "directory.started", now=now, subject=("service", service.pk))
    return str(service.pk)


def open_draft(actor: Actor, *, service_id: UUID, now: datetime) -> None:
    """See to it that there is a draft to write in: of what is published, if there is none yet.

    Raises NotFound, Denied, Conflict while a version waits for review.
    """
    with transaction.atomic():
        service = locked(actor, service_id)
        policy.write(actor, service)
        version = own.open_version(service)
        if version is not None:
            if version.state == VersionState.IN_REVIEW:
                raise Conflict(WAITING)
            return
        document = own.published(service)
        if document is None:
            last = own.versions(service).first()
            if last is None:
                raise Conflict("There is nothing to start from.")
            document = own.document_of(last)
        _draft(actor, service, document, service.audience, now)


def save_section(
    actor: Actor,
    *,
    service_id: UUID,
    section: Section,
    values: Mapping[str, Any],
    stamp: str,
    now: datetime,
) -> None:
    """Save a section of the draft. `values`: JSON by field; `stamp`: of the section as read.

    Raises NotFound, Denied, Invalid, and Conflict: somebody changed the section meanwhile
    (`MEANWHILE`), or there is no draft any more.
    """
    with transaction.atomic():
        service = locked(actor, service_id)
        policy.write(actor, service)
        version = own.open_version(service)
        if version is None:
            raise Conflict("This draft was published or discarded meanwhile.")
        if version.state == VersionState.IN_REVIEW:
            raise Conflict(WAITING)
        document = own.document_of(version)
        if sections.stamp_of(document, version.audience, section) != stamp:
            raise Conflict(MEANWHILE)
        if section is Section.READERS:
            version.audience = Audience(values["audience"])
        else:
            version.document = sections.merged(document, section, values).stored()
        if actor.worker_id not in version.hands:
            version.hands = [*version.hands, actor.worker_id]
        version.save(update_fields=["audience", "document", "hands"])
        events.record(
            actor,
            "directory.draft_saved",
            now=now,
            subject=("service", service.pk),
            data={"number": version.number, "section": str(section)},
        )


def restore(actor: Actor, *, service_id: UUID, number: int, now: datetime) -> None:
    """Bring an old version back as a new draft, which says which one it was.

    Raises NotFound, Denied, Conflict while another version is being worked on.
    """
    with transaction.atomic():
        service = locked(actor, service_id)
        policy.write(actor, service)
        if own.open_version(service) is not None:
            raise Conflict(
                "Another version is being worked on. Publish or discard it before you bring an "
                "old one back."
            )
        old = own.version(service, number)
        made = _draft(actor, service, own.document_of(old), old.audience, now, restores=number)
        events.record(
            actor,
            "directory.restored",
            now=now,
            subject=("service", service.pk),
            data={"number": made.number, "restores": number},
        )


def _draft(
    actor: Actor,
    service: Service,
    document: Document,
    audience: str,
    now: datetime,
    *,
    restores: int | None = None,
) -> Version:
    return Version.objects.create(
        service=service,
        number=next_number(service),
        audience=audience,
        document=document.stored(),
        made_by_id=actor.worker_id,
        made_at=now,
        hands=[actor.worker_id],
        note=f"Brings back version {restores}" if restores else "",
        restores=restores,
    )


def _organisation(agency_id: int) -> Organisation:
    """The agency's organisation in the directory, made when its first entry is started."""
    agency = Agency.objects.get(pk=agency_id)
    found, _ = Organisation.objects.get_or_create(agency=agency, defaults={"name": agency.name})
    return found


def _slug(name: str) -> str:
    """An address for the entry; with a few letters of its own where another has the name."""
    plain = slugify(name)[:70] or "entry"
    if not Service.objects.filter(slug=plain).exists():
        return plain
    return f"{plain}-{uuid4().hex[:8]}"
