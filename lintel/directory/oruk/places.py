"""Where a service is, and which addresses it is for."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from lintel.directory.entry import Catchment, Entry, Location, Piece
from lintel.directory.oruk import ids
from lintel.directory.oruk.checks import given
from lintel.directory.states import CatchmentKind
from lintel.web.words import date_words

# The codes of the Office for National Statistics, and where they say what a code is.
ONS_CODE = re.compile(r"[EWSN][0-9]{8}")
ONS_ADDRESS = "http://statistics.data.gov.uk/id/statistical-geography/"
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


def area_codes(entry: Entry) -> set[str]:
    """The codes of local areas that the catchments name."""
    return {
        code.upper()
        for catchment in entry.catchments
        for piece in catchment.pieces
        if piece.kind is CatchmentKind.AREAS
        for code in piece.codes
    }


def service_areas(
    service: UUID, entry: Entry, names: Mapping[str, str], today: date
) -> list[dict[str, Any]]:
    """The areas that the service is for, now or later; `names` of local areas by code."""
    return [
        {
            "id": ids.part(service, "area", f"{group}/{number}"),
            "service_id": str(service),
            "name": found["name"],
            "service_area": _whole_words(found["name"], catchment, names),
        }
        | found
        for group, catchment in enumerate(entry.catchments)
        if catchment.valid_to is None or catchment.valid_to >= today
        for number, found in enumerate(_areas(catchment, names))
    ]


def _areas(catchment: Catchment, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for piece in catchment.pieces:
        if piece.excluding:
            continue
        if piece.kind is CatchmentKind.AREAS and not piece.label:
            for code in piece.codes:
                yield _area(code.upper(), names)
        elif piece.kind is CatchmentKind.DRAWN and piece.shape:
            yield {
                "name": _piece_words(piece, names),
                "extent": json.dumps(piece.shape),
                "extent_type": "geojson",
            }
        else:
            extent = ", ".join(piece.codes)
            yield {"name": _piece_words(piece, names)} | (
                {"extent": extent, "extent_type": "text"} if extent else {}
            )


def _area(code: str, names: Mapping[str, str]) -> dict[str, Any]:
    found = {"name": names.get(code, code), "extent": code, "extent_type": "text"}
    return found | ({"uri": ONS_ADDRESS + code} if ONS_CODE.fullmatch(code) else {})


def _piece_words(piece: Piece, names: Mapping[str, str]) -> str:
    """What a piece holds, in words: its label, or what follows from its kind."""
    if piece.label:
        return piece.label
    if piece.kind is CatchmentKind.AREAS:
        return ", ".join(names.get(code.upper(), code.upper()) for code in piece.codes)
    codes = ", ".join(piece.codes)
    return {
        CatchmentKind.WHOLE: "The whole partnership",
        CatchmentKind.DRAWN: "An area drawn on the map",
        CatchmentKind.POSTCODES: f"Postcodes {codes}",
        CatchmentKind.GP: f"People registered with the GP practices {codes}",
    }[piece.kind]


def _whole_words(name: str, catchment: Catchment, names: Mapping[str, str]) -> str:
    """An area with what is left out of it, and when it holds: an extent says neither."""
    out = [_piece_words(piece, names) for piece in catchment.pieces if piece.excluding]
    parts = [
        name,
        f"but not: {'; '.join(out)}" if out else "",
        f"from {date_words(catchment.valid_from)}" if catchment.valid_from else "",
        f"until {date_words(catchment.valid_to)}" if catchment.valid_to else "",
        catchment.note,
    ]
    return ", ".join(part for part in parts if part)
