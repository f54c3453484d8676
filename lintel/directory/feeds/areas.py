"""Where a service of a feed says that it works, as a catchment.

An outline routes; a code of the ONS routes; a name routes where it is the name of one area that is
known here (`merge` looks it up), and is only shown otherwise.
"""

import json
import re
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from lintel.directory.entry import Catchment, Piece
from lintel.directory.feeds.mending import LATITUDES, LONGITUDES, Mender
from lintel.directory.states import CatchmentKind

Row = dict[str, Any]
# Codes of areas in Great Britain (ONS): council, ward, LSOA and the like.
CODE = re.compile(r"\b([EWS]\d{8})\b")
LARGEST = 2_000_000
MOST_POINTS = 20_000
# About 10 m: an outline with more points than that is drawn finer than anybody's catchment.
FINENESS = 0.0001


def catchment_of(row: Row, mender: Mender) -> Catchment | None:
    """One `service_area`; None for one that says nothing."""
    name = mender.line(row.get("name") or row.get("service_area"), "Area")
    extent = row.get("extent")
    kind = str(row.get("extent_type") or "").lower()
    if kind == "geojson" and extent:
        shape = read_outline(extent)
        if shape is not None:
            piece = Piece(kind=CatchmentKind.DRAWN, shape=shape, label=name)
            return Catchment(pieces=[piece])
        mender.note("bad_area", name)
    codes = CODE.findall(f"{_short(row.get('uri'))} {_short(extent) if kind != 'geojson' else ''}")
    if not name and not codes:
        return None
    piece = Piece(kind=CatchmentKind.AREAS, codes=sorted(set(codes)), label=name)
    return Catchment(pieces=[piece])


def _short(value: object) -> str:
    return value[:2000] if isinstance(value, str) else ""


def read_outline(extent: object) -> dict[str, Any] | None:
    """A GeoJSON (multi)polygon in Great Britain, from a geometry, feature or collection of them.

    A ring that crosses itself is taken apart where it does; None for what holds no ground.
    """
    try:
        given = json.loads(extent) if isinstance(extent, str) and len(extent) < LARGEST else extent
        if not isinstance(given, dict):
            return None
        found = _ground(shapely.from_geojson(json.dumps(given)))
    except (ValueError, TypeError, RecursionError, shapely.errors.ShapelyError):
        return None
    if found is None or not _here(found):
        return None
    shape: dict[str, Any] = json.loads(shapely.to_geojson(found))
    return shape


def _ground(shape: BaseGeometry | None) -> BaseGeometry | None:
    if shape is None or shape.is_empty:
        return None
    whole = shape if shape.is_valid else shapely.make_valid(shape)
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts([whole])).tolist()
        if part.geom_type in {"Polygon", "MultiPolygon"}
    ]
    joined = shapely.union_all(parts) if len(parts) > 1 else (parts[0] if parts else None)
    if joined is not None and shapely.get_num_coordinates(joined) > MOST_POINTS:
        joined = shapely.simplify(joined, FINENESS, preserve_topology=True)
        if shapely.get_num_coordinates(joined) > MOST_POINTS:
            return None
    return joined if joined is not None and joined.area > 0 else None


def _here(shape: BaseGeometry) -> bool:
    """Whether it lies in Great Britain: also tells degrees from metres, and a swapped order."""
    west, south, east, north = shape.bounds
    return (
        LONGITUDES[0] <= west
        and east <= LONGITUDES[1]
        and LATITUDES[0] <= south
        and north <= LATITUDES[1]
    )
