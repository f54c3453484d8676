"""A service and its organisation as they are told: flat in lists, whole by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from lintel.directory.entry import Closure, Entry, Location
from lintel.directory.oruk import areas, checks, ids, places, times, vocabulary
from lintel.directory.oruk.checks import given


@dataclass(frozen=True, slots=True)
class Runs:
    """Who runs a service, as the directory holds it."""

    id: UUID
    name: str
    description: str = ""
    url: str = ""
    email: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list tells of a service, as the directory holds it.

    `assured_on`: when a feed says that it was checked; `checked_on`: when we did. `source` and
    `licence`: of the feed that it came with.
    """

    id: UUID
    runs: Runs
    name: str
    modified: datetime
    status: str
    summary: str = ""
    description: str = ""
    url: str = ""
    email: str = ""
    fees: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    checked_on: date | None = None
    assured_on: date | None = None
    closures: Sequence[Closure] = ()
    source: str = ""
    licence: str = ""


def organisation(runs: Runs) -> dict[str, Any]:
    """An organisation; the standard wants a description, empty or not."""
    return {
        "id": str(runs.id),
        "name": runs.name,
        "description": runs.description,
    } | given(
        {
            "email": checks.email(runs.email),
            "website": checks.link(runs.url),
            "logo": checks.link(runs.logo),
        }
    )


def service(card: Card, today: date) -> dict[str, Any]:
    """A service as in a list, without what there may be several of."""
    assured = max(filter(None, (card.checked_on, card.assured_on)), default=None)
    return given(
        {
            "id": str(card.id),
            "organization_id": str(card.runs.id),
            "name": card.name,
            "description": card.description or card.summary,
            "url": checks.link(card.url),
            "email": checks.email(card.email),
            "status": card.status,
            "fees": card.fees,
            "minimum_age": card.minimum_age,
            "maximum_age": card.maximum_age,
            "assured_date": assured and assured.isoformat(),
            "alert": times.alert(card.closures, today),
            "last_modified": moment(card.modified),
            "organization": organisation(card.runs),
            "source": given({"name": card.source, "licence": card.licence}) or None,
        }
    )


def full_service(card: Card, entry: Entry, names: Mapping[str, str], today: date) -> dict[str, Any]:
    """A service with all that is public; `names` of the local areas that it covers, by code."""
    return service(card, today) | given(
        {
            "phones": _phones(card.id, entry),
            "schedules": times.schedules(card.id, entry),
            "service_areas": areas.service_areas(card.id, entry, names, today),
            "service_at_locations": [
                places.at_location(card.id, place) for place in entry.locations
            ],
            "languages": _languages(card.id, entry),
            "cost_options": _costs(card.id, entry),
            "attributes": vocabulary.attributes(card.id, entry),
            "eligibility_description": _eligibility(entry),
            "application_process": _how_to_ask(entry),
            "wait_time": _waiting(entry),
            "capacities": _capacities(card.id, entry),
        }
    )


def at(card: Card, place: Location, today: date) -> dict[str, Any]:
    """A service at a location, as in a list."""
    return _link(card, place) | {
        "location": places.location(place),
        "service": service(card, today),
    }


def full_at(
    card: Card, place: Location, entry: Entry, names: Mapping[str, str], today: date
) -> dict[str, Any]:
    """A service at a location, with all that holds there: not the hours of other locations."""
    here = entry.model_copy(
        update={
            "hours": [hours for hours in entry.hours if hours.location in (None, place.id)],
        }
    )
    whole = full_service(card, here, names, today)
    whole.pop("service_at_locations", None)
    return _link(card, place) | {"location": places.full_location(place), "service": whole}


def moment(at: datetime) -> str:
    """A moment in UTC, RFC 3339."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _link(card: Card, place: Location) -> dict[str, Any]:
    return {
        "id": str(place.at_id),
        "service_id": str(card.id),
        "location_id": str(place.id),
    }


def _phones(service_id: UUID, entry: Entry) -> list[dict[str, Any]]:
    return [
        given(
            {
                "id": ids.part(service_id, "phone", number),
                "service_id": str(service_id),
                "number": phone.number,
                "description": phone.label,
            }
        )
        for number, phone in enumerate(entry.phones)
        if phone.number
    ]


def _languages(service_id: UUID, entry: Entry) -> list[dict[str, Any]]:
    return [
        {"id": ids.part(service_id, "language", name), "service_id": str(service_id), "name": name}
        for name in dict.fromkeys(entry.languages)
        if name
    ]


def _costs(service_id: UUID, entry: Entry) -> list[dict[str, Any]]:
    if not entry.fees:
        return []
    return [
        {
            "id": ids.part(service_id, "cost", 0),
            "service_id": str(service_id),
            "amount_description": entry.fees,
        }
    ]


def _eligibility(entry: Entry) -> str:
    """Every rule in its own words, a line each, with where it is written down."""
    return "\n".join(
        f"{rule.kind.label}: {rule.words}" + (f" ({rule.source})" if rule.source else "")
        for rule in entry.rules
        if rule.words
    )


def _how_to_ask(entry: Entry) -> str:
    who = ", ".join(str(route.label) for route in dict.fromkeys(entry.referral))
    return "\n".join(
        part
        for part in (
            f"Who may ask: {who}" if who else "",
            entry.how_to_ask,
            f"When it is closed: {entry.out_of_hours_words}" if entry.out_of_hours_words else "",
        )
        if part
    )


def _waiting(entry: Entry) -> str:
    waiting = entry.waiting
    if waiting is None:
        return ""
    days = None if waiting.days is None else f"About {waiting.days} days"
    words = ". ".join(part for part in (days, waiting.words.rstrip(".")) if part)
    return f"{words} (on {waiting.as_of.isoformat()})" if words else ""


def _capacities(service_id: UUID, entry: Entry) -> list[dict[str, Any]]:
    """Places, as HSDS 3.1 has them; nothing where it isn't known how many are free."""
    capacity = entry.capacity
    if capacity is None or capacity.available is None:
        return []
    unit = capacity.unit or "places"
    return [
        given(
            {
                "id": ids.part(service_id, "capacity", 0),
                "service_id": str(service_id),
                "unit": {"id": ids.part(ids.NAMESPACE, "unit", unit), "name": unit},
                "available": capacity.available,
                "maximum": capacity.maximum,
                "updated": f"{capacity.as_of.isoformat()}T00:00:00Z",
            }
        )
    ]
