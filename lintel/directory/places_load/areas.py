"""Loads areas with their outlines: all of a file in one transaction, staged and merged by set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import shapely
from django.db import connections, transaction

from lintel.directory.places_load import books, geojson
from lintel.directory.places_load.choosing import Box, Choice
from lintel.directory.places_load.filling import adopt, fill
from lintel.directory.places_load.geojson import Found, Layer
from lintel.directory.states import AreaKind

Progress = Callable[[str], None]
BATCH = 2_000

STAGE = """
DROP TABLE IF EXISTS stage_area;
CREATE TEMPORARY TABLE stage_area (code text, kind text, name text, parent text, lon float8,
  lat float8, shape bytea) ON COMMIT DROP
"""
COPY = "COPY stage_area (code, kind, name, parent, lon, lat, shape) FROM STDIN WITH (FORMAT BINARY)"
TYPES = ("text", "text", "text", "text", "float8", "float8", "bytea")
# What a file doesn't say (whose it is, its parent) stays as it was.
NEXT = """
SELECT DISTINCT ON (s.code) s.code, s.kind, s.name, coalesce(nullif(s.parent, ''), a.parent, '')
  AS parent, s.lon, s.lat, s.shape, coalesce(%(ours)s, a.ours, false) AS ours
FROM stage_area s LEFT JOIN directory_area a ON a.code = s.code ORDER BY s.code
"""
DIFFERING = f"""
({NEXT}) n WHERE a.code = n.code AND
  (a.kind, a.name, a.parent, a.lon, a.lat, a.shape, a.ours) IS DISTINCT FROM
  (n.kind, n.name, n.parent, n.lon, n.lat, n.shape, n.ours)
"""
CHANGED = f"SELECT count(*) FROM directory_area a, {DIFFERING}"
CHANGE = f"""
UPDATE directory_area a SET kind = n.kind, name = n.name, parent = n.parent, lon = n.lon,
  lat = n.lat, shape = n.shape, ours = n.ours FROM {DIFFERING}
"""
NEW = f"FROM ({NEXT}) n WHERE NOT EXISTS (SELECT FROM directory_area a WHERE a.code = n.code)"
ADDED = f"SELECT count(*) {NEW}"
ADD = f"""
INSERT INTO directory_area (code, kind, name, parent, lon, lat, shape, ours)
SELECT n.code, n.kind, n.name, n.parent, n.lon, n.lat, n.shape, n.ours {NEW}
"""


@dataclass(slots=True)
class AreaOutcome:
    """Counts of areas; what was mended or left out, in words; postcodes that were placed."""

    read: int = 0
    taken: int = 0
    added: int = 0
    changed: int = 0
    mended: int = 0
    left_out: int = 0
    postcodes: int = 0
    faults: list[str] = field(default_factory=list)


def load_areas(
    layer: Layer,
    *,
    now: datetime,
    within: frozenset[str] = frozenset(),
    box: Box | None = None,
    ours: bool | None = None,
    progress: Progress = lambda words: None,
    alias: str = "owner",
) -> AreaOutcome:
    """Load the areas of a file, and put postcodes that are in none into them.

    `within`: ONS codes of councils; `box`: west, south, east, north in degrees: only areas that
    belong to one of the councils, or touch the box. `ours`: mark them as this partnership's, or
    not; None leaves it. All of the file or nothing. Raises Refused and Busy.
    """
    outcome = AreaOutcome()
    with books.kept(f"{layer.kind} areas", layer.path.name, now=now, alias=alias) as line:
        # The lock and the line stand outside: they outlive a transaction that is rolled back.
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            choose = Choice(layer.kind, within, box, alias)
            choose.check(parents=bool(layer.parent))
            cursor.execute(STAGE)
            for batch in _batches(_sound(layer, outcome)):
                chosen = choose(batch)
                outcome.taken += len(chosen)
                _stage(cursor, chosen, layer.kind)
                progress(f"{outcome.read:>7,} areas read, {outcome.taken:,} taken")
            _merge(cursor, outcome, ours)
            if layer.kind == AreaKind.WARD:
                adopt(alias)
            line.rows = outcome.taken
        if layer.kind in {AreaKind.LSOA, AreaKind.WARD, AreaKind.COUNCIL}:
            outcome.postcodes = fill(layer.kind, alias)
    return outcome


def _sound(layer: Layer, outcome: AreaOutcome) -> Iterator[Found]:
    """The areas that can be taken; the others are counted and reported."""
    for found in geojson.read(layer):
        outcome.read += 1
        if isinstance(found, str):
            outcome.left_out += 1
            outcome.faults.append(found)
            continue
        outcome.mended += bool(found.faults)
        outcome.faults += found.faults
        yield found


def _batches(areas: Iterator[Found]) -> Iterator[list[Found]]:
    while batch := list(islice(areas, BATCH)):
        yield batch


def _stage(cursor: Any, areas: list[Found], kind: AreaKind) -> None:
    with cursor.copy(COPY) as stream:
        stream.set_types(TYPES)
        for area in areas:
            wkb = shapely.to_wkb(area.shape) if area.shape is not None else None
            stream.write_row(
                (area.code, str(kind), area.name, area.parent, area.lon, area.lat, wkb)
            )


def _merge(cursor: Any, outcome: AreaOutcome, ours: bool | None) -> None:
    """Write what is new or differs. An UPDATE of nothing would still make a new edition."""
    cursor.execute("ANALYZE stage_area")
    values = {"ours": ours}
    cursor.execute(CHANGED, values)
    if cursor.fetchone()[0]:
        cursor.execute(CHANGE, values)
        outcome.changed = cursor.rowcount
    cursor.execute(ADDED, values)
    if cursor.fetchone()[0]:
        cursor.execute(ADD, values)
        outcome.added = cursor.rowcount
