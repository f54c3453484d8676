"""Areas drawn on a map: GeoJSON as people paste or upload it, read strictly and never changed
silently.

What is taken: a Polygon or MultiPolygon, also within a Feature or a FeatureCollection (whose
areas are taken together). Holes count. What comes out is as RFC 7946 has it: WGS84, rings closed,
the outer one anticlockwise.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping
from shapely.geometry.polygon import orient

from lintel.directory import britain
from lintel.kernel.errors import Invalid

FIELD = "shape"
MOST_BYTES, MOST_POINTS = 1_000_000, 20_000
# Of lines of areas with one another: side by side, each meets about six, itself among them.
MOST_MEETINGS = 20 * MOST_POINTS
# Decimals of a degree for a map: 1 m.
DECIMALS = 5
COLLECTIONS = {"FeatureCollection": "features", "GeometryCollection": "geometries"}
NOT_AREAS = {
    "Point": "a point",
    "MultiPoint": "points",
    "LineString": "a line",
    "MultiLineString": "lines",
}
CRS84 = ("CRS84", "EPSG::4326", "EPSG:4326")
Rings = list[list[tuple[float, float]]]


def read_drawn(text: str | dict[str, Any], *, field: str = FIELD) -> dict[str, Any]:
    """The area drawn, as a GeoJSON Polygon or MultiPolygon.

    Raises Invalid, on `field`, with words for what is wrong and where: not JSON, no area, lines
    that cross, coordinates swapped, on another grid or outside Great Britain, too big, empty.
    """
    try:
        areas = list(_areas(_loaded(text)))
        _not_too_big(areas)
        shape = _together([_polygon(rings) for rings in areas])
    except _Wrong as wrong:
        raise Invalid({field: str(wrong)}) from wrong
    except RecursionError as error:
        raise Invalid({field: "That is not GeoJSON: it can’t be read."}) from error
    return as_geojson(shape)


def as_geojson(shape: Any) -> dict[str, Any]:
    """A polygon or multipolygon as GeoJSON after RFC 7946."""
    parts = [orient(part) for part in shapely.get_parts(shape)]
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    found: dict[str, Any] = json.loads(json.dumps(mapping(whole)))
    return found


class _Wrong(ValueError):
    """What is wrong, in words."""


def _loaded(text: str | dict[str, Any]) -> Any:
    if isinstance(text, dict):
        return text
    if not text.strip():
        raise _Wrong("Draw an area, or paste it as GeoJSON.")
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise _Wrong("That is too big: an area may have 1 MB at most. Draw it with fewer points.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _Wrong(
            f"That is not GeoJSON: it can’t be read at line {error.lineno}, column {error.colno}."
        ) from error
    except (RecursionError, ValueError) as error:
        raise _Wrong("That is not GeoJSON: it can’t be read.") from error


def _areas(found: Any) -> Iterator[Any]:
    """The coordinates of each polygon."""
    if not isinstance(found, dict):
        raise _Wrong("That is not GeoJSON: it has no “type”.")
    crs = found.get("crs")
    if crs and not any(name in json.dumps(crs, default=str) for name in CRS84):
        raise _Wrong(
            "That area is on another grid. Save it in WGS84 (longitude and latitude), as GeoJSON "
            "is meant to be."
        )
    kind = str(found.get("type"))
    if kind in COLLECTIONS:
        parts = found.get(COLLECTIONS[kind])
        for part in parts if isinstance(parts, list) else []:
            if not isinstance(part, dict) or str(part.get("type")) in COLLECTIONS:
                raise _Wrong("That is not an area: draw one, or several, on a map.")
            yield from _areas(part)
    elif kind == "Feature":
        if not isinstance(found.get("geometry"), dict):
            raise _Wrong("There is nothing in that drawing: draw an area on the map.")
        yield from _areas(found["geometry"])
    elif kind == "Polygon":
        yield found.get("coordinates")
    elif kind == "MultiPolygon":
        yield from found["coordinates"] if isinstance(found.get("coordinates"), list) else []
    elif kind in NOT_AREAS:
        raise _Wrong(f"That is {NOT_AREAS[kind]}, not an area: draw one whose line comes round.")
    else:
        raise _Wrong("That is not GeoJSON: its “type” is none of an area.")


def _not_too_big(areas: list[Any]) -> None:
    """Before anything slow is done with them."""
    rings = [ring for area in areas if isinstance(area, list) for ring in area]
    if sum(len(ring) for ring in rings if isinstance(ring, list)) > MOST_POINTS:
        raise _Wrong(
            f"That is too big: an area may have {MOST_POINTS:,} points at most. Draw it with fewer."
        )


def _polygon(coordinates: Any) -> Any:
    """A sound polygon of rings of positions."""
    if not isinstance(coordinates, list) or not coordinates:
        raise _Wrong("There is nothing in that drawing: draw an area on the map.")
    rings = [_ring(ring) for ring in coordinates]
    try:
        polygon = shapely.Polygon(rings[0], rings[1:])
    except (ShapelyError, ValueError) as error:
        raise _Wrong("That is not an area: a line has too few points.") from error
    _sound(polygon)
    return polygon


def _ring(ring: Any) -> list[tuple[float, float]]:
    """Longitudes and latitudes, closed. A height is left out: a catchment has none."""
    if not isinstance(ring, list):
        raise _Wrong("That is not an area: its coordinates are not lists of points.")
    points = [_position(one) for one in ring]
    if points and points[0] != points[-1]:
        points.append(points[0])
    if len(set(points)) < 3:
        raise _Wrong("That has no surface: an area needs at least three different points.")
    return points


def _position(one: Any) -> tuple[float, float]:
    numbers = isinstance(one, list) and len(one) >= 2 and all(_is_number(n) for n in one[:2])
    if not numbers:
        raise _Wrong("That is not an area: a point is two numbers, longitude and latitude.")
    lon, lat = float(one[0]), float(one[1])
    return lon, lat


def _is_number(found: Any) -> bool:
    # A whole number can be too big to be made one with a point.
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e9


def _sound(polygon: Any) -> None:
    """Raise what is wrong with a polygon: where it is, then how it is drawn."""
    _in_britain(shapely.get_coordinates(polygon))
    # A bow tie has no area either: its two halves cancel out.
    if polygon.convex_hull.area == 0:
        raise _Wrong("That has no surface: all its points are on one line.")
    if not polygon.is_valid:
        raise _Wrong(_crossing(shapely.is_valid_reason(polygon)))


def _in_britain(points: Any) -> None:
    lons, lats = points[:, 0], points[:, 1]
    outline = britain.outline()
    if shapely.intersects_xy(outline, lons, lats).all():
        return
    if shapely.intersects_xy(outline, lats, lons).all():
        raise _Wrong(
            "Latitude and longitude look swapped: GeoJSON has the longitude first, "
            f"like [{lats[0]:g}, {lons[0]:g}]."
        )
    if np.abs(points).max() > 180:
        raise _Wrong(
            "That area is on another grid (metres, not degrees). Save it in WGS84 (longitude and "
            "latitude)."
        )
    raise _Wrong("That area is not in Great Britain, or not all of it.")


def _crossing(reason: str) -> str:
    """Shapely's "Self-intersection[-1.47 53.38]" in words."""
    what, _, where = reason.partition("[")
    numbers = where.rstrip("]").split()
    if len(numbers) == 2:
        at = f" near longitude {float(numbers[0]):.5f}, latitude {float(numbers[1]):.5f}"
    else:
        at = ""
    if "Hole" in what:
        return f"A hole is not inside its area{at}. Put that right and try again."
    if "Nested" in what or "Interior" in what or "holes" in what:
        return f"Holes overlap, or cut the area in pieces{at}. Put that right and try again."
    return f"The line crosses or touches itself{at}. Put that right and try again."


def _together(polygons: Sequence[Any]) -> Any:
    """All of them as one shape; where they overlap or touch they become one area."""
    if not polygons:
        raise _Wrong("There is nothing in that drawing: draw an area on the map.")
    whole = shapely.MultiPolygon(list(polygons)) if len(polygons) > 1 else polygons[0]
    if whole.is_valid:
        return whole
    _not_tangled(polygons)
    return shapely.union_all(list(polygons))


def _not_tangled(polygons: Sequence[Any]) -> None:
    """Before they are joined: areas that cross everywhere take minutes, and millions of points."""
    ends = [shapely.get_coordinates(ring) for ring in shapely.get_rings(list(polygons))]
    lines: Any = shapely.linestrings(
        np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in ends])
    )
    tree, meetings = shapely.STRtree(lines), 0
    for first in range(0, len(lines), 200):
        meetings += tree.query(lines[first : first + 200]).shape[1]
        if meetings > MOST_MEETINGS:
            raise _Wrong("Its areas cross one another too often. Draw them with fewer.")
