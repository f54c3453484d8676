"""What the map shows: outlines of local areas, and the land that a service covers."""

import json
from dataclasses import dataclass
from typing import Any

import shapely
from django.db import connection

from lintel.directory.entry import Entry
from lintel.directory.models import Area
from lintel.directory.queries.editions import Stamp, stamp
from lintel.directory.states import AreaKind, CatchmentKind

# About 50 metres: nobody sees the difference on a page, and the page is a tenth of the size.
TOLERANCE = 0.0005
# Neighbouring councils within about six miles are shown too: for the eye to find its way.
NEAR = 0.1


@dataclass(frozen=True, slots=True)
class Outline:
    """An area's outline, simplified; `lon`, `lat` are where its name stands."""

    code: str
    name: str
    kind: str
    ours: bool
    shape: Any
    lon: float
    lat: float


_kept: dict[str, tuple[Stamp, list[Outline]]] = {}


def outlines() -> list[Outline]:
    """Our councils, their wards and neighbours; read again only when areas change.

    Neighbours keep their common edge: they are simplified together.
    """
    now = stamp()
    where = str(connection.settings_dict["NAME"])
    kept = _kept.get(where)
    if kept is None or kept[0] != now:
        kept = (now, _read())
        _kept[where] = kept
    return kept[1]


def catchment_of(entry: Entry) -> Any | None:
    """The land that an entry's catchments hold, as far as outlines are known; None for none.

    Drawn areas and local areas, without those left out. Postcodes and GP practices have no
    outline: they are in the words only.
    """
    codes = {c for k in entry.catchments for p in k.pieces for c in p.codes}
    shapes = {
        code: shapely.from_wkb(bytes(shape or b""))
        for code, shape in Area.objects.filter(code__in=codes, shape__isnull=False).values_list(
            "code", "shape"
        )
    }
    land: list[Any] = []
    for catchment in entry.catchments:
        sides: dict[bool, list[Any]] = {True: [], False: []}
        for piece in catchment.pieces:
            if piece.kind is CatchmentKind.DRAWN and piece.shape:
                sides[piece.excluding].append(shapely.from_geojson(json.dumps(piece.shape)))
            elif piece.kind is CatchmentKind.AREAS:
                sides[piece.excluding] += [shapes[c] for c in piece.codes if c in shapes]
        if sides[False]:
            held = shapely.union_all(sides[False])
            land.append(held.difference(shapely.union_all(sides[True])) if sides[True] else held)
    whole = shapely.union_all(land) if land else None
    return None if whole is None or whole.is_empty else whole.simplify(TOLERANCE)


def _read() -> list[Outline]:
    rows = list(
        Area.objects.filter(
            kind__in=[AreaKind.WARD, AreaKind.COUNCIL], shape__isnull=False
        ).order_by("kind", "code")
    )
    ours = {row.code for row in rows if row.ours}
    own = [shapely.from_wkb(bytes(row.shape or b"")) for row in rows if row.ours]
    around = shapely.union_all(own).envelope.buffer(NEAR) if own else None
    kept = [
        row
        for row in rows
        if row.ours or row.parent in ours or (row.kind == AreaKind.COUNCIL and _meets(row, around))
    ]
    found = []
    for kind in (AreaKind.COUNCIL, AreaKind.WARD):
        of_kind = [row for row in kept if row.kind == kind]
        shapes = [shapely.from_wkb(bytes(row.shape)) for row in of_kind if row.shape]
        if not shapes:
            continue
        simple = shapely.coverage_simplify(shapes, TOLERANCE)
        for row, shape in zip(of_kind, simple, strict=True):
            label = shape.representative_point()
            found.append(Outline(row.code, row.name, row.kind, row.ours, shape, label.x, label.y))
    return found


def _meets(row: Area, around: Any | None) -> bool:
    """Whether the area is near ours (where none is ours, all are)."""
    return around is None or bool(shapely.from_wkb(bytes(row.shape or b"")).intersects(around))
