"""Where a service is: locations, with their address and how to get in."""

from typing import Any
from uuid import UUID

from lintel.directory.entry import Location
from lintel.directory.oruk import ids
from lintel.directory.oruk.checks import given

COUNTRY = "GB"


def location(place: Location) -> dict[str, Any]:
    """A location without what there may be several of."""
    return given(
        {
            "id": str(place.id),
            "location_type": place.type,
            "name": place.name,
            "latitude": place.lat,
            "longitude": place.lon,
        }
    )


def full_location(place: Location) -> dict[str, Any]:
    """A location with its address and what is said of getting in."""
    return location(place) | given(
        {"addresses": _addresses(place), "accessibility": _access(place)}
    )


def at_location(service: UUID, place: Location) -> dict[str, Any]:
    """A service at a location, as it stands inside the service."""
    return _at(service, place) | {"location": full_location(place)}


def _at(service: UUID, place: Location) -> dict[str, Any]:
    return {"id": str(place.at_id), "service_id": str(service), "location_id": str(place.id)}


def _addresses(place: Location) -> list[dict[str, Any]]:
    """The address, if there is any; the standard wants each part, empty or not."""
    lines = ", ".join(line for line in (place.address_1, place.address_2) if line)
    if not (lines or place.city or place.postcode):
        return []
    return [
        {
            "id": ids.part(place.id, "address", 0),
            "location_id": str(place.id),
            "address_1": lines,
            "city": place.city,
            "state_province": place.county,
            "postal_code": place.postcode,
            "country": COUNTRY,
            "address_type": place.type,
        }
    ]


def _access(place: Location) -> list[dict[str, Any]]:
    if not place.access:
        return []
    return [
        {
            "id": ids.part(place.id, "accessibility", 0),
            "location_id": str(place.id),
            "description": place.access,
        }
    ]
