"""One entry as its page shows it, and what stands around it for a worker."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from lintel.directory import policy
from lintel.directory.entry import Document, Entry, Inside
from lintel.directory.hours import OpenState, state_at
from lintel.directory.models import Area, PartnerEntry, Report, Service
from lintel.directory.queries.routing import Link, is_stale
from lintel.directory.states import CatchmentKind, ServiceState
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody else's directory that an entry is read from."""

    name: str
    licence: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry. `inside`: for workers only, else None. `areas`: names of areas by their codes.

    `keeps`: whether the reader may change it, and `sees`: whether its history is theirs to read.
    """

    service_id: uuid.UUID
    slug: str
    organisation: str
    organisation_url: str
    team_id: int | None
    entry: Entry
    inside: Inside | None
    partners_only: bool
    open: OpenState
    out_of_hours: Link | None
    checked_on: date | None
    stale: bool
    areas: dict[str, str]
    source: Source | None
    keeps: bool
    sees: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody said is wrong with an entry."""

    report_id: uuid.UUID
    words: str
    at: datetime


def shown(slug: str, actor: Actor | None, *, now: datetime) -> Shown:
    """A published entry. Raises NotFound; also for one that is for partners only, signed out.

    Queries: at most four (`actor` must be bound), two or three for the public.
    """
    service = (
        Service.objects.filter(slug=slug, state=ServiceState.PUBLISHED)
        .select_related("organisation", "team", "owner", "feed")
        .first()
    )
    if service is None:
        raise NotFound
    partner = PartnerEntry.objects.filter(pk=service.pk).first() if actor else None
    if partner is not None:
        document = Document.model_validate(partner.document)
        entry, inside = document.entry, document.inside
    elif service.document:
        entry, inside = Entry.model_validate(service.document), None
    else:
        raise NotFound
    today = timezone.localdate(now)
    return Shown(
        service_id=service.pk,
        slug=service.slug,
        organisation=service.organisation.name,
        organisation_url=service.organisation.url,
        team_id=service.team_id,
        entry=entry,
        inside=inside,
        partners_only=bool(partner and partner.listed),
        open=state_at(entry, now, region=settings.LINTEL_REGION),
        out_of_hours=_public_link(entry.out_of_hours) if entry.out_of_hours else None,
        checked_on=service.checked_on,
        stale=is_stale(service.checked_on, service.check_every_days, today),
        areas=_area_names(entry),
        source=Source(service.feed.name, service.feed.licence) if service.feed else None,
        keeps=actor is not None and policy.keeps(actor, service),
        sees=actor is not None and policy.sees(actor, service),
    )


def reports_of(actor: Actor, service_id: uuid.UUID) -> list[Reported]:
    """What readers said is wrong and nobody has seen to yet, the newest first; ten at most."""
    found = Report.objects.filter(service_id=service_id, settled_at=None).order_by("-at")[:10]
    return [Reported(row.pk, row.words, row.at) for row in found]


def partners_only(ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of these services workers alone may read of; a worker must be bound."""
    found = PartnerEntry.objects.filter(pk__in=ids, listed=True)
    return frozenset(found.values_list("pk", flat=True))


def emergency_services() -> list[tuple[str, Entry]]:
    """The public's emergency services of the whole partnership: slug and entry, by name."""
    rows = Service.objects.filter(
        state=ServiceState.PUBLISHED, audience="public", emergency=True
    ).order_by("name", "id")
    return [(row.slug, Entry.model_validate(row.document)) for row in rows[:20] if row.document]


def _public_link(service_id: uuid.UUID) -> Link | None:
    found = (
        Service.objects.filter(pk=service_id, state=ServiceState.PUBLISHED)
        .exclude(name="")
        .values_list("slug", "name")
        .first()
    )
    return Link(*found) if found else None


def _area_names(entry: Entry) -> dict[str, str]:
    codes = {
        code
        for catchment in entry.catchments
        for piece in catchment.pieces
        if piece.kind is CatchmentKind.AREAS
        for code in piece.codes
    }
    if not codes:
        return {}
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
