"""Which addresses a service is for: the standard's service areas.

An extent is read by programs, and routes people: it is told only where it is the whole truth
today. What it can't say (exceptions by code, an area that begins later) is said in words alone.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import shapely

from lintel.directory.entry import Catchment, Entry, Piece
from lintel.directory.oruk import ids
from lintel.directory.states import CatchmentKind
from lintel.web.words import date_words

Names = Mapping[str, str]
# The codes of the Office for National Statistics, and where they say what a code is.
ONS_CODE = re.compile(r"[EWSN][0-9]{8}")
ONS_ADDRESS = "http://statistics.data.gov.uk/id/statistical-geography/"


def area_codes(entry: Entry) -> set[str]:
    """The codes of local areas that the catchments name."""
    return {
        code.upper()
        for catchment in entry.catchments
        for piece in catchment.pieces
        if piece.kind is CatchmentKind.AREAS
        for code in piece.codes
    }


def service_areas(service: UUID, entry: Entry, names: Names, today: date) -> list[dict[str, Any]]:
    """The areas that the service is for, now or later; `names` of local areas by code."""
    return [
        {"id": ids.part(service, "area", f"{group}/{number}"), "service_id": str(service)} | found
        for group, catchment in enumerate(entry.catchments)
        if catchment.valid_to is None or catchment.valid_to >= today
        for number, found in enumerate(_areas(catchment, names, today))
    ]


def _areas(catchment: Catchment, names: Names, today: date) -> Iterator[dict[str, Any]]:
    """The areas of one catchment; where an extent would say too much, in words alone."""
    out = [piece for piece in catchment.pieces if piece.excluding]
    later = catchment.valid_from is not None and catchment.valid_from > today
    for piece in catchment.pieces:
        if piece.excluding:
            continue
        for found in _of_piece(piece, names):
            name = found["name"]
            whole = _whole_words(name, catchment, out, names)
            extent = None if later else _without(found, out)
            if extent is None:
                yield {"name": whole, "service_area": whole}
            else:
                yield {"service_area": whole} | extent


def _of_piece(piece: Piece, names: Names) -> Iterator[dict[str, Any]]:
    """What a piece holds, exceptions apart."""
    words = _piece_words(piece, names)
    if piece.kind is CatchmentKind.AREAS and not piece.label:
        for code in piece.codes:
            yield _area(code.upper(), names)
    elif piece.kind is CatchmentKind.DRAWN and piece.shape:
        yield {"name": words, "extent": json.dumps(piece.shape), "extent_type": "geojson"}
    elif piece.codes:
        yield {"name": words, "extent": ", ".join(piece.codes), "extent_type": "text"}
    else:
        yield {"name": words}


def _area(code: str, names: Names) -> dict[str, Any]:
    found = {"name": names.get(code, code), "extent": code, "extent_type": "text"}
    return found | ({"uri": ONS_ADDRESS + code} if ONS_CODE.fullmatch(code) else {})


def _without(found: dict[str, Any], out: list[Piece]) -> dict[str, Any] | None:
    """The area with what is left out cut from its extent; None where that can't be done."""
    if not out:
        return found
    shapes = [piece.shape for piece in out if piece.kind is CatchmentKind.DRAWN and piece.shape]
    if found.get("extent_type") != "geojson" or len(shapes) < len(out):
        return None
    try:
        rest = shapely.from_geojson(found["extent"])
        for shape in shapes:
            rest = shapely.difference(rest, shapely.from_geojson(json.dumps(shape)))
    except shapely.errors.ShapelyError:
        return None
    return None if rest.is_empty else found | {"extent": shapely.to_geojson(rest)}


def _piece_words(piece: Piece, names: Names) -> str:
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


def _whole_words(name: str, catchment: Catchment, out: list[Piece], names: Names) -> str:
    """An area with what is left out of it, and when it holds."""
    left_out = "; ".join(_piece_words(piece, names) for piece in out)
    parts = [
        name,
        f"but not: {left_out}" if left_out else "",
        f"from {date_words(catchment.valid_from)}" if catchment.valid_from else "",
        f"until {date_words(catchment.valid_to)}" if catchment.valid_to else "",
        catchment.note,
    ]
    return ", ".join(part for part in parts if part)
