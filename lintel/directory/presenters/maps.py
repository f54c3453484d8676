"""The map as a picture that needs no script, and as data for the one that can be moved."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import shapely
from markupsafe import Markup

from lintel.directory.exports.rows import place_words
from lintel.directory.queries.finding import Found
from lintel.directory.queries.mapping import Outline
from lintel.directory.states import AreaKind

WIDTH = 720
EDGE = 14
TALLEST = 900
# More marks than this on one map hide one another.
MOST_MARKS = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """A service where it is to be found, with its number on the map and in the table."""

    number: int
    slug: str
    name: str
    address: str
    lon: float
    lat: float


def marks(found: Iterable[Found]) -> list[Mark]:
    """The places of these services, numbered in their order; those with no point have none.

    A service at three places has three marks with one number.
    """
    return [
        Mark(number, one.slug, one.entry.name, address, place.lon, place.lat)
        for number, one in enumerate(placed(found), start=1)
        for place in one.entry.locations
        if place.lon is not None and place.lat is not None
        for address in [", ".join(place_words(one.entry.model_copy(update={"locations": [place]})))]
    ][:MOST_MARKS]


@dataclass(frozen=True, slots=True)
class Frame:
    """Degrees to the picture's own units; north is up, and a mile is as long both ways."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: int

    @classmethod
    def around(cls, bounds: tuple[float, float, float, float]) -> "Frame":
        """A frame that holds the bounds (west, south, east, north)."""
        west, south, east, north = bounds
        squeeze = cos(radians((south + north) / 2))
        across, up = max((east - west) * squeeze, 0.005), max(north - south, 0.005)
        scale = min((WIDTH - 2 * EDGE) / across, (TALLEST - 2 * EDGE) / up)
        return cls(west, north, scale, squeeze, int(up * scale) + 2 * EDGE)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """The point of the picture."""
        x = EDGE + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(EDGE + (self.north - lat) * self.scale, 1)


def placed(found: Iterable[Found]) -> list[Found]:
    """Those that say where they are."""
    return [
        one
        for one in found
        if any(p.lon is not None and p.lat is not None for p in one.entry.locations)
    ]


def table(
    found: Iterable[Found], marks: Sequence[Mark], href: Callable[[str], str]
) -> list[list[Any]]:
    """A row for each service that is on the map, for the table beside it."""
    shown = {mark.number for mark in marks}
    return [
        [
            str(number),
            {"text": one.entry.name, "href": href(one.slug)},
            "; ".join(place_words(one.entry)),
            one.open.words,
        ]
        for number, one in enumerate(placed(found), start=1)
        if number in shown
    ]


def picture(
    areas: Sequence[Outline],
    marks: Sequence[Mark],
    catchment: Any | None,
    *,
    href: Callable[[str], str],
    title: str,
) -> Markup:
    """The map as SVG: each mark is a link to its entry, with its number in the table."""
    frame = Frame.around(_bounds(areas, marks, catchment))
    parts = [
        Markup('<svg viewBox="0 0 {} {}" role="group" aria-label="{}" focusable="false">').format(
            WIDTH, frame.height, title
        )
    ]
    for area in areas:
        kind = " lintel-map__area--council" if area.kind == AreaKind.COUNCIL else ""
        own = " lintel-map__area--ours" if area.ours and not kind else ""
        parts.append(
            Markup('<path class="lintel-map__area{}{}" d="{}"><title>{}</title></path>').format(
                own, kind, _path(area.shape, frame), area.name
            )
        )
    if catchment is not None:
        parts.append(
            Markup('<path class="lintel-map__catchment" d="{}"></path>').format(
                _path(catchment, frame)
            )
        )
    parts += [_name(area, frame) for area in areas if area.kind == AreaKind.WARD]
    parts += [_mark(mark, frame, href) for mark in marks]
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def data(
    areas: Sequence[Outline],
    marks: Sequence[Mark],
    catchment: Any | None,
    *,
    href: Callable[[str], str],
    tiles: dict[str, str] | None,
) -> Markup:
    """The same as JSON for `map.js`, safe to stand in a page."""
    found = {
        "areas": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": a.name, "kind": a.kind, "ours": a.ours},
                    "geometry": json.loads(
                        shapely.to_geojson(shapely.set_precision(a.shape, 1e-5))
                    ),
                }
                for a in areas
            ],
        },
        "catchment": None if catchment is None else json.loads(shapely.to_geojson(catchment)),
        "services": [
            {
                "number": m.number,
                "name": m.name,
                "words": m.address,
                "href": href(m.slug),
                "lon": m.lon,
                "lat": m.lat,
            }
            for m in marks
        ],
        "tiles": tiles,
    }
    text = json.dumps(found, separators=(",", ":"))
    # Nothing in it may end the script element, whoever wrote the name.
    for sign, written in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, written)
    return Markup(text)  # noqa: S704 - made safe just above


def _bounds(
    areas: Iterable[Outline], marks: Iterable[Mark], catchment: Any | None
) -> tuple[float, float, float, float]:
    held = [area.shape for area in areas if area.ours] or [area.shape for area in areas]
    held += [shapely.Point(mark.lon, mark.lat) for mark in marks]
    held += [catchment] if catchment is not None else []
    if not held:
        return -6.0, 50.0, 2.0, 56.0
    west, south, east, north = shapely.total_bounds(held).tolist()
    return west, south, east, north


def _path(shape: Any, frame: Frame) -> str:
    rings = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type != "Polygon":
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = [frame.at(lon, lat) for lon, lat in ring.coords]
            rings.append("M" + "L".join(f"{x} {y}" for x, y in points) + "Z")
    return "".join(rings)


def _name(area: Outline, frame: Frame) -> Markup:
    x, y = frame.at(area.lon, area.lat)
    return Markup(
        '<text class="lintel-map__name" x="{}" y="{}" aria-hidden="true">{}</text>'
    ).format(x, y, area.name)


def _mark(mark: Mark, frame: Frame, href: Callable[[str], str]) -> Markup:
    x, y = frame.at(mark.lon, mark.lat)
    return Markup(
        '<a class="lintel-map__mark" href="{}" aria-label="{}"><circle cx="{}" cy="{}" r="11"/>'
        '<text x="{}" y="{}">{}</text></a>'
    ).format(href(mark.slug), f"{mark.number}. {mark.name}", x, y, x, y + 4, mark.number)
