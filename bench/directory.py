"""The directory: routing, search and imports, each against its floor, at 100 and 10,000 services.

In databases of its own, with invented services on a made-up map of 7,000 cells.
"""

import json
import os
import random
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import shapely

from bench.measure import Figure, pair
from lintel.kernel.embedded import Embedded
from lintel.kernel.roles import ensure_roles

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
CELLS = 7_000
ADDRESSES = 1_000_000
WEST, SOUTH, EAST, NORTH = -3.0, 52.0, 0.0, 54.0
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR"]
WORDS = tuple(
    word
    for line in (
        "advice debt benefits housing support drop-in counselling carers befriending walking",
        "kitchen cooking repairs furniture law money young older families bereavement recovery",
        "alcohol art music football language computer garden allotment swimming lunch listening",
    )
    for word in line.split()
)


@dataclass(frozen=True)
class Size:
    """How many services, and how many of them say which addresses they cover."""

    services: int
    catchments: int

    @property
    def database(self) -> str:
        """The database's name."""
        return f"bench_directory_{self.services}"


SMALL, LARGE = Size(100, 50), Size(10_000, 5_000)


def main() -> None:
    """Measure here what needs no database, and each size in a process of its own."""
    from bench import area

    if len(sys.argv) > 1:
        size = {"small": SMALL, "large": LARGE}[sys.argv[1]]
        measure(area.server(), size)
        return
    print("\nthe directory")
    for figure in many_addresses():
        print(figure.line(), flush=True)
    medians: list[dict[str, float]] = []
    for name in ("small", "large"):
        done = subprocess.run(
            [sys.executable, "-m", "bench.directory", name],
            cwd=Path(__file__).parent.parent,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        *lines, last = done.stdout.splitlines()
        print("\n".join(lines), flush=True)
        medians.append(json.loads(last))
    small, large = medians
    for what in small:
        growth = large[what] / small[what]
        print(
            f"{what + ', 10,000 services against 100':58} {large[what]:12,.0f} us "
            f"{small[what]:12,.0f} us {growth:7.2f}x <= 1.3   {'ok' if growth <= 1.3 else 'MISSED'}"
        )


def cells() -> list[Any]:
    """A map of 7,000 cells with about 64 corners each, as neighbourhoods have."""
    rng = np.random.default_rng(1)
    seeds = shapely.MultiPoint(
        np.column_stack([rng.uniform(WEST, EAST, CELLS), rng.uniform(SOUTH, NORTH, CELLS)])
    )
    edge = shapely.box(WEST, SOUTH, EAST, NORTH)
    whole = [cell.intersection(edge) for cell in shapely.voronoi_polygons(seeds).geoms]
    return [shapely.segmentize(cell, cell.length / 60) for cell in whole if not cell.is_empty]


def many_addresses() -> list[Figure]:
    """A million random addresses through the product's index, and through a bare STRtree."""
    from lintel.directory.catching import Index, Piece

    drawn = cells()
    rng = np.random.default_rng(2)
    lons, lats = rng.uniform(WEST, EAST, ADDRESSES), rng.uniform(SOUTH, NORTH, ADDRESSES)
    points, tree = shapely.points(lons, lats), shapely.STRtree(drawn)

    def pieces(exceptions: int) -> list[Piece]:
        found = [
            Piece(str(n), 0, "drawn", shape=shapely.to_wkb(cell), priority=1 + n % 5)
            for n, cell in enumerate(drawn)
        ]
        return found + [
            Piece(str(n), 0, "drawn", shape=shapely.to_wkb(drawn[n].buffer(-0.002)), excluding=True)
            for n in range(exceptions)
        ]

    plain, with_holes = Index(pieces(0)), Index(pieces(700))
    today = NOW.date()
    floor = lambda: tree.query(points, predicate="intersects")  # noqa: E731
    return [
        pair(
            "a million addresses in 7,000 catchments",
            lambda: plain.holding_many(lons, lats, today),
            floor,
            rounds=5,
            warm=1,
            goal=2,
            note="floor: bare STRtree query of the same polygons",
        ),
        pair(
            "the same, one catchment in ten with an exception",
            lambda: with_holes.holding_many(lons, lats, today),
            floor,
            rounds=5,
            warm=1,
            note="two trees to ask",
        ),
    ]


def measure(embedded: Embedded, size: Size) -> None:
    """Build the database unless it is there; print its figures, and medians as JSON last."""
    os.environ["LINTEL_TEST"] = "1"
    os.environ["DATABASE_URL"] = embedded.dsn("lintel_app", size.database)
    os.environ["LINTEL_OWNER_DATABASE_URL"] = embedded.dsn("lintel_owner", size.database)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    ensure_roles(embedded.superuser_dsn, size.database)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0)
    from lintel.directory.models import Service

    if Service.objects.filter(feed=None).count() != size.services:
        fill(size)
        with psycopg.connect(
            embedded.dsn("postgres", size.database), autocommit=True
        ) as connection:
            connection.execute("VACUUM ANALYZE")
    from bench.directory_parts import in_database

    medians = in_database(size)
    print(json.dumps(medians))


def fill(size: Size) -> None:
    """Invented services, half of them with a catchment."""
    from django.db import transaction

    from lintel.directory.entry import Document
    from lintel.directory.models import Organisation, Service
    from lintel.kernel.actor import as_system

    with transaction.atomic():
        with as_system():
            Service.objects.all().delete()
            Organisation.objects.all().delete()
        who = Organisation.objects.create(name="Invented for the bench")
        batch: list[tuple[Service, Document]] = []
        for number, document in enumerate(documents(size)):
            batch.append(
                (
                    Service(
                        id=uuid.UUID(int=number + 1),
                        slug=f"service-{number}",
                        organisation=who,
                        modified=NOW,
                        checked_on=date(2026, 11, 1),
                    ),
                    document,
                )
            )
            if len(batch) == 500:
                _save(batch)
                batch = []
        _save(batch)


def _save(batch: list[Any]) -> None:
    from lintel.directory import actions
    from lintel.directory.models import Service

    Service.objects.bulk_create([service for service, _ in batch])
    if batch:
        actions.put(batch, now=NOW)


def documents(size: Size) -> Iterator[Any]:
    """The documents of a size; the first hundred are the same in both."""
    from lintel.directory.entry import Document
    from lintel.directory.states import Need

    rng = random.Random(3)
    drawn = cells()[: LARGE.catchments]
    needs = list(Need)
    for number in range(size.services):
        lon, lat = rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH)
        words = rng.sample(WORDS, 6)
        entry: dict[str, Any] = {
            "name": f"{words[0].title()} and {words[1]} {number}",
            "summary": f"{words[2].title()} for people who want {words[3]}.",
            "description": " ".join(rng.choices(WORDS, k=60)),
            "needs": rng.sample(needs, 2),
            "hours": [{"days": WEEKDAYS, "opens": "09:00", "closes": "17:00"}],
            "locations": [
                {
                    "id": str(uuid.UUID(int=10_000_000 + number)),
                    "at_id": str(uuid.UUID(int=20_000_000 + number)),
                    "lon": lon,
                    "lat": lat,
                    "city": "Invented",
                }
            ],
        }
        if number % 2 == 0 and number // 2 < size.catchments:
            entry["catchments"] = [{"pieces": [_piece(number // 2, drawn, rng)], "priority": 5}]
        if number < 8:
            # As many cover the measured address at both sizes.
            entry["needs"] = [needs[0], needs[1]]
            entry["catchments"] = [{"pieces": [{"kind": "postcodes", "codes": ["QX1"]}]}]
        yield Document.model_validate({"entry": entry})


def _piece(number: int, drawn: list[Any], rng: random.Random) -> dict[str, Any]:
    if number % 3 == 0:
        return {"kind": "postcodes", "codes": [f"QX{10 + number % 80} {number % 9}"]}
    if number % 3 == 1:
        return {"kind": "areas", "codes": [f"X01{rng.randrange(100_000):06}" for _ in range(4)]}
    return {"kind": "drawn", "shape": json.loads(shapely.to_geojson(drawn[number]))}


if __name__ == "__main__":
    main()
