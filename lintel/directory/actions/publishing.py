"""What is published, put where the public, partners and routing read it.

`put` is the one way in: owners' versions, imported feeds and the demonstration area use it.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import shapely
from django.db.backends.postgresql.psycopg_any import DateRange

from lintel.directory.actions import rows
from lintel.directory.entry import Document, Entry
from lintel.directory.models import At, Catchment, Opening, PartnerEntry, Service
from lintel.directory.states import DAYS, Audience, CatchmentKind, Need, ServiceState

MIDNIGHT = 24 * 60


def put(
    services: list[tuple[Service, Document]], *, now: datetime, also: Sequence[str] = ()
) -> None:
    """Publish each document as its service's audience says, in the current transaction.

    The services' `audience` (and owner, team) are as they are to be; their public side, their
    partner's side and all that is derived are replaced. A new one is added whole; of one that is
    there, only the public side and the fields `also` are saved. In a constant number of
    statements, for a feed's hundreds.
    """
    ids = [service.pk for service, _ in services]
    for table in (Catchment, Opening, At, PartnerEntry):
        table.objects.filter(service_id__in=ids).delete()
    dumped = [document.stored() for _, document in services]
    for (service, document), whole in zip(services, dumped, strict=True):
        _public_side(service, document.entry, whole["entry"], now)
    rows.insert(
        Service, [rows.of(service) for service, _ in services], update=[*PUBLIC_FIELDS, *also]
    )
    pairs = [(service, document.entry) for service, document in services]
    public = [(s, entry) for s, entry in pairs if s.audience == Audience.PUBLIC]
    rows.insert(Catchment, [rows.of(row) for s, entry in pairs for row in catchment_rows(s, entry)])
    rows.insert(Opening, [row for s, entry in public for row in _openings(s, entry)])
    rows.insert(At, [row for s, entry in public for row in _ats(s, entry)])
    rows.insert(
        PartnerEntry,
        [
            row
            for (service, document), whole in zip(services, dumped, strict=True)
            if (row := _partner_side(service, document, whole))
        ],
    )


def take_out(service: Service, *, now: datetime) -> None:
    """Take an entry out of the directory, in the current transaction; its versions stay."""
    for table in (Catchment, Opening, At, PartnerEntry):
        table.objects.filter(service=service).delete()
    service.state = ServiceState.WITHDRAWN
    service.name = service.summary = service.words = ""
    service.document = {}
    service.modified = now
    service.save(update_fields=[*PUBLIC_FIELDS])


def take_out_all(ids: Sequence[UUID], *, now: datetime) -> None:
    """Take entries out of the directory, in the current transaction; their versions stay."""
    for table in (Catchment, Opening, At, PartnerEntry):
        table.objects.filter(service_id__in=ids).delete()
    Service.objects.filter(pk__in=ids).update(
        state=ServiceState.WITHDRAWN, name="", summary="", words="", document={}, modified=now
    )


PUBLIC_FIELDS = (
    "state",
    "name",
    "summary",
    "words",
    "document",
    "status",
    "emergency",
    "needs",
    "term_ids",
    "minimum_age",
    "maximum_age",
    "modified",
)


def words_of(service: Service, entry: Entry) -> str:
    """The other words that a search finds the entry by."""
    parts = [
        service.organisation.name,
        entry.description,
        *(Need(need).label for need in entry.needs),
        *(term.name for term in entry.terms),
        *(f"{place.name} {place.city}" for place in entry.locations),
        *(rule.words for rule in entry.rules),
        *entry.languages,
    ]
    return " ".join(part for part in parts if part)[:50_000]


def catchment_rows(service: Service, entry: Entry) -> list[Catchment]:
    """The rows of an entry's catchments."""
    return [
        Catchment(
            service=service,
            group=group,
            kind=piece.kind,
            codes=[code.upper() for code in piece.codes],
            shape=_wkb(piece.shape) if piece.kind is CatchmentKind.DRAWN else None,
            excluding=piece.excluding,
            priority=catchment.priority,
            valid=_range(catchment.valid_from, catchment.valid_to),
            label=piece.label,
        )
        for group, catchment in enumerate(entry.catchments)
        for piece in catchment.pieces
    ]


def _public_side(service: Service, entry: Entry, dumped: dict[str, Any], now: datetime) -> None:
    public = service.audience == Audience.PUBLIC
    service.state = ServiceState.PUBLISHED
    service.name = entry.name if public else ""
    service.summary = entry.summary if public else ""
    service.words = words_of(service, entry) if public else ""
    service.document = dumped if public else {}
    service.status = entry.status
    service.emergency = entry.emergency
    service.needs = [str(need) for need in entry.needs]
    service.term_ids = [term.id for term in entry.terms]
    service.minimum_age = entry.minimum_age
    service.maximum_age = entry.maximum_age
    service.modified = now


def _partner_side(
    service: Service, document: Document, dumped: dict[str, Any]
) -> dict[str, Any] | None:
    listed = service.audience == Audience.PARTNERS
    if not listed and not any(dumped["inside"].values()):
        return None
    entry = document.entry
    return {
        "service_id": service.pk,
        "listed": listed,
        "name": entry.name if listed else "",
        "summary": entry.summary if listed else "",
        "words": words_of(service, entry) if listed else "",
        "document": dumped,
    }


def _openings(service: Service, entry: Entry) -> Iterator[dict[str, Any]]:
    if entry.always_open:
        for weekday in range(7):
            yield _opening(service, weekday, 0, MIDNIGHT, None)
        return
    for hours in entry.hours:
        opens, closes = minutes(hours.opens), minutes(hours.closes)
        valid = _range(hours.valid_from, hours.valid_to)
        for day in hours.days:
            ends = closes if closes > opens else closes + MIDNIGHT
            yield _opening(service, DAYS.index(day), opens, ends, valid)


def _opening(
    service: Service, weekday: int, opens: int, closes: int, valid: DateRange | None
) -> dict[str, Any]:
    return {
        "service_id": service.pk,
        "weekday": weekday,
        "opens": opens,
        "closes": closes,
        "valid": valid,
    }


def minutes(clock: str) -> int:
    """Minutes after midnight: "24:00" is 1440."""
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _ats(service: Service, entry: Entry) -> Iterator[dict[str, Any]]:
    for location, dumped in zip(entry.locations, service.document["locations"], strict=True):
        yield {
            "id": location.at_id,
            "service_id": service.pk,
            "location_id": location.id,
            "lon": location.lon,
            "lat": location.lat,
            "document": dumped,
        }


def _range(first: date | None, last: date | None) -> DateRange | None:
    """From the first day to the last, both included; None for always."""
    return DateRange(first, last, "[]") if first or last else None


def _wkb(shape: dict[str, Any] | None) -> bytes | None:
    if shape is None:
        return None
    found: bytes = shapely.to_wkb(shapely.from_geojson(json.dumps(shape)))
    return found
