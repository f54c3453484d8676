"""What is published, put where the public, partners and routing read it.

`put` is the one way in: owners' versions, imported feeds and the demonstration area use it.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import shapely
from django.db.backends.postgresql.psycopg_any import DateRange

from lintel.directory.entry import Document, Entry, Hours
from lintel.directory.models import At, Catchment, Opening, PartnerEntry, Service
from lintel.directory.states import DAYS, Audience, CatchmentKind, Need, ServiceState

MIDNIGHT = 24 * 60
AT_ONCE = 500


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
    for service, document in services:
        _public_side(service, document.entry, now)
    # Django's bulk_update writes a CASE for each column: twenty times slower for hundreds.
    Service.objects.bulk_create(
        [service for service, _ in services],
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*PUBLIC_FIELDS, *also],
    )
    public = [(s, d.entry) for s, d in services if s.audience == Audience.PUBLIC]
    Catchment.objects.bulk_create(
        row for service, document in services for row in catchment_rows(service, document.entry)
    )
    Opening.objects.bulk_create(row for s, entry in public for row in _openings(s, entry))
    At.objects.bulk_create(row for s, entry in public for row in _ats(s, entry))
    PartnerEntry.objects.bulk_create(
        row for service, document in services if (row := _partner_side(service, document))
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


def _public_side(service: Service, entry: Entry, now: datetime) -> None:
    public = service.audience == Audience.PUBLIC
    service.state = ServiceState.PUBLISHED
    service.name = entry.name if public else ""
    service.summary = entry.summary if public else ""
    service.words = words_of(service, entry) if public else ""
    service.document = entry.model_dump(mode="json") if public else {}
    service.status = entry.status
    service.emergency = entry.emergency
    service.needs = [str(need) for need in entry.needs]
    service.term_ids = [term.id for term in entry.terms]
    service.minimum_age = entry.minimum_age
    service.maximum_age = entry.maximum_age
    service.modified = now


def _partner_side(service: Service, document: Document) -> PartnerEntry | None:
    listed = service.audience == Audience.PARTNERS
    if not listed and not any(document.inside.model_dump().values()):
        return None
    entry = document.entry
    return PartnerEntry(
        service=service,
        listed=listed,
        name=entry.name if listed else "",
        summary=entry.summary if listed else "",
        words=words_of(service, entry) if listed else "",
        document=document.stored(),
    )


def _openings(service: Service, entry: Entry) -> list[Opening]:
    if entry.always_open:
        return [Opening(service=service, weekday=d, opens=0, closes=MIDNIGHT) for d in range(7)]
    return [_opening(service, hours, day) for hours in entry.hours for day in hours.days]


def _opening(service: Service, hours: Hours, day: Any) -> Opening:
    opens, closes = minutes(hours.opens), minutes(hours.closes)
    return Opening(
        service=service,
        weekday=DAYS.index(day),
        opens=opens,
        closes=closes if closes > opens else closes + MIDNIGHT,
        valid=_range(hours.valid_from, hours.valid_to),
    )


def minutes(clock: str) -> int:
    """Minutes after midnight: "24:00" is 1440."""
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _ats(service: Service, entry: Entry) -> list[At]:
    return [
        At(
            id=location.at_id,
            service=service,
            location_id=location.id,
            lon=location.lon,
            lat=location.lat,
            document=location.model_dump(mode="json"),
        )
        for location in entry.locations
    ]


def _range(first: date | None, last: date | None) -> DateRange | None:
    """From the first day to the last, both included; None for always."""
    return DateRange(first, last, "[]") if first or last else None


def _wkb(shape: dict[str, Any] | None) -> bytes | None:
    if shape is None:
        return None
    found: bytes = shapely.to_wkb(shapely.from_geojson(json.dumps(shape)))
    return found
