"""Puts postcodes, and LSOAs, into the areas that were loaded after them."""

from typing import Any

import numpy as np
from django.db import connections, transaction

from lintel.directory.britain import INVENTED_AREA
from lintel.directory.models import Area
from lintel.directory.outlines import NEAR, Outlines
from lintel.directory.places_load.locating import outlines_of
from lintel.directory.states import AreaKind

BATCH = 50_000
COLUMNS = {AreaKind.LSOA: "lsoa", AreaKind.WARD: "ward", AreaKind.COUNCIL: "council"}
NEXT = """
SELECT code, lon, lat, council FROM directory_postcode
WHERE code > %(after)s AND {column} = '' AND code NOT LIKE %(invented)s
  AND lon BETWEEN %(west)s AND %(east)s AND lat BETWEEN %(south)s AND %(north)s
ORDER BY code LIMIT %(batch)s
"""
PLACE = """
UPDATE directory_postcode p SET {column} = n.area
FROM unnest(%s::text[], %s::text[]) AS n (code, area) WHERE p.code = n.code
"""


def fill(kind: AreaKind, alias: str) -> int:
    """Write the area of this kind on each postcode that has none; returns how many got one.

    A batch in each transaction. What is written already stays: loading postcodes again does it
    anew.
    """
    outlines = outlines_of(kind, alias)
    if not len(outlines):
        return 0
    after, placed = "", 0
    while True:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            after, count = _batch(cursor, kind, outlines, after)
        placed += count
        if not after:
            return placed


def adopt(alias: str) -> int:
    """Let LSOAs that were loaded before the wards belong to the wards that hold their middle."""
    wards = outlines_of(AreaKind.WARD, alias)
    lsoas = Area.objects.using(alias).filter(kind=AreaKind.LSOA, lon__isnull=False)
    alone = list(lsoas.exclude(parent__in=wards.codes).only("code", "parent", "lon", "lat"))
    at = np.asarray([(one.lon, one.lat) for one in alone], dtype=float).reshape(-1, 2)
    changed = []
    for one, ward in zip(alone, wards.of_each(at[:, 0], at[:, 1]), strict=True):
        if ward:
            one.parent = ward
            changed.append(one)
    if changed:
        Area.objects.using(alias).bulk_update(changed, ["parent"], batch_size=2_000)
    return len(changed)


def _batch(cursor: Any, kind: AreaKind, outlines: Outlines, after: str) -> tuple[str, int]:
    """Place one batch; the last code ("" when there is no more), and how many were placed."""
    west, south, east, north = outlines.bounds
    cursor.execute(
        NEXT.format(column=COLUMNS[kind]),
        {
            "after": after,
            "invented": f"{INVENTED_AREA}%",
            "west": west - NEAR,
            "east": east + NEAR,
            "south": south - NEAR,
            "north": north + NEAR,
            "batch": BATCH,
        },
    )
    rows = cursor.fetchall()
    if not rows:
        return "", 0
    codes, lons, lats, councils = zip(*rows, strict=True)
    own = None if kind is AreaKind.COUNCIL else councils
    found = outlines.of_each(np.asarray(lons), np.asarray(lats), own)
    placed = [(code, area) for code, area in zip(codes, found, strict=True) if area]
    if placed:
        cursor.execute(
            PLACE.format(column=COLUMNS[kind]), [list(one) for one in zip(*placed, strict=True)]
        )
    return (codes[-1] if len(rows) == BATCH else ""), len(placed)
