"""Searching the directory: words, need, age, distance and "open now" together.

One statement finds the page's services and counts them; two more read them. Each filter narrows
by an index of its own (words and need by GIN, points by GiST), and only what is left is ranked.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from lintel.directory.entry import Document, Entry, Inside
from lintel.directory.globe import metres_between
from lintel.directory.hours import OpenState, state_at
from lintel.directory.models import PartnerEntry, Service
from lintel.directory.place import Place
from lintel.directory.queries.narrowing import (
    METRES_A_MILE,
    Filters,
    Order,
    arm_of,
    order_of,
)
from lintel.directory.queries.routing import Link, is_stale
from lintel.directory.states import Audience, ServiceState

__all__ = [
    "METRES_A_MILE",
    "Filters",
    "Found",
    "Order",
    "Results",
    "found",
    "like",
    "matching",
    "read",
    "search",
]
PER_PAGE = 25
# A map, a booklet or a file of more is no use, and a burden on a public page.
AT_MOST = 3000
LIKE_ENOUGH = 0.45


@dataclass(frozen=True, slots=True)
class Found:
    """A service that was found. `inside` is for workers only, else None.

    `metres`: from the place to its nearest location; None where either has no point.
    """

    service_id: uuid.UUID
    slug: str
    organisation: str
    entry: Entry
    inside: Inside | None
    partners_only: bool
    metres: float | None
    open: OpenState
    checked_on: date | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what was found; `count` is of all pages."""

    rows: tuple[Found, ...]
    count: int
    page: int


def search(
    filters: Filters,
    *,
    when: datetime,
    workers: bool = False,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Results:
    """A page of the services that fit, and how many there are. A page too far gives the last.

    `when`: the moment for which "open" is said. `workers`: also entries for partners only; a
    worker must be bound. Queries: two, three for workers, however many services.
    """
    page = max(page, 1)
    ids, count = matching(filters, workers=workers, limit=per_page, offset=(page - 1) * per_page)
    if not ids and page > 1:
        _, count = matching(filters, workers=workers, limit=1)
        page = max(1, -(-count // per_page))
        ids, count = matching(
            filters, workers=workers, limit=per_page, offset=(page - 1) * per_page
        )
    return Results(tuple(read(ids, filters, when=when, workers=workers)), count, page)


def found(
    filters: Filters, *, when: datetime, workers: bool = False, at_most: int = AT_MOST
) -> list[Found]:
    """All services that fit, in order: for a map, a booklet or an export of the same selection."""
    ids, _ = matching(filters, workers=workers, limit=at_most)
    return read(ids, filters, when=when, workers=workers)


def matching(
    filters: Filters, *, workers: bool = False, limit: int = PER_PAGE, offset: int = 0
) -> tuple[list[uuid.UUID], int]:
    """The ids of the services that fit, in order, and how many there are in all. One query.

    The count is 0 where `offset` is beyond the last.
    """
    arms = [arm_of(filters, partners=False)]
    if workers:
        arms.append(arm_of(filters, partners=True))
    sql = " UNION ALL ".join(arm for arm, _ in arms)
    params = [value for _, values in arms for value in values]
    ordered = f"SELECT id, count(*) OVER () FROM ({sql}) f ORDER BY {order_of(filters)}"
    with connection.cursor() as cursor:
        cursor.execute(f"{ordered} LIMIT %s OFFSET %s", [*params, limit, offset])
        rows = cursor.fetchall()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def read(
    ids: Iterable[uuid.UUID], filters: Filters, *, when: datetime, workers: bool = False
) -> list[Found]:
    """These services in full, in their order; those withdrawn meanwhile are left out."""
    wanted = list(ids)
    if not wanted:
        return []
    services = {
        s.pk: s
        for s in Service.objects.filter(pk__in=wanted, state=ServiceState.PUBLISHED).select_related(
            "organisation"
        )
    }
    inside = (
        {p.service_id: p for p in PartnerEntry.objects.filter(pk__in=wanted)} if workers else {}
    )
    rows = (
        _found(services[pk], inside.get(pk), filters.near, when) for pk in wanted if pk in services
    )
    return [row for row in rows if row is not None]


def public_one(slug: str, *, when: datetime) -> Found | None:
    """One public entry by its address, None where there is none."""
    ids = Service.objects.filter(
        slug=slug, state=ServiceState.PUBLISHED, audience=Audience.PUBLIC
    ).values_list("pk", flat=True)
    return next(iter(read(ids, Filters(), when=when)), None)


def like(words: str, *, workers: bool = False) -> list[Link]:
    """Up to three services whose names look like what was typed: for "did you mean"."""
    if not words.strip():
        return []
    arms = ["SELECT slug, name FROM directory_service WHERE state = 'published' AND name <> ''"]
    if workers:
        arms.append(
            "SELECT s.slug, p.name FROM directory_partnerentry p "
            "JOIN directory_service s ON s.id = p.service_id WHERE p.listed"
        )
    sql = (
        f"SELECT slug, name FROM ({' UNION ALL '.join(arms)}) f "
        "WHERE word_similarity(%s, name) > %s "
        "ORDER BY word_similarity(%s, name) DESC, name LIMIT 3"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [words[:100], LIKE_ENOUGH, words[:100]])
        return [Link(slug, name) for slug, name in cursor.fetchall()]


# --- What was found --------------------------------------------------------------------------


def _found(
    service: Service, partner: PartnerEntry | None, near: Place | None, when: datetime
) -> Found | None:
    document = Document.model_validate(partner.document) if partner else None
    if document is None and not service.document:
        return None
    entry = document.entry if document else Entry.model_validate(service.document)
    return Found(
        service_id=service.pk,
        slug=service.slug,
        organisation=service.organisation.name,
        entry=entry,
        inside=document.inside if document else None,
        partners_only=bool(partner and partner.listed),
        metres=_nearest_of(entry, near),
        open=state_at(entry, when, region=settings.LINTEL_REGION),
        checked_on=service.checked_on,
        stale=is_stale(service.checked_on, service.check_every_days, timezone.localdate(when)),
    )


def _nearest_of(entry: Entry, near: Place | None) -> float | None:
    if near is None or near.lon is None or near.lat is None:
        return None
    return min(
        (
            metres_between(near.lon, near.lat, place.lon, place.lat)
            for place in entry.locations
            if place.lon is not None and place.lat is not None
        ),
        default=None,
    )
