"""Search, import, and a write with its event, each against its floor, in this process."""

import csv
import random
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
from django.db import connections, transaction

from bench.lists import Sides, workers_by_sight
from bench.measure import Figure, pair
from lintel.config.synth import words
from lintel.kernel import events
from lintel.kernel.actor import Actor, bound

NOW = datetime.now(UTC)
PREFIX = """
SELECT id, name, born FROM people_person WHERE folded LIKE %(like)s ORDER BY folded LIMIT 25
"""


def actor_of(worker_id: int) -> Actor:
    """The worker, as signed in."""
    from lintel.agencies import queries
    from lintel.agencies.models import Worker

    worker = Worker.objects.using("owner").select_related("user").get(pk=worker_id)
    found = queries.actor_for(worker.user, NOW)
    assert found is not None
    return found


# What the product's statement reads, and the same with the rule of sight written into it.
RULED = {
    "FROM people_person p": (
        "FROM (SELECT * FROM people_person WHERE id = ANY ("
        "(SELECT coalesce(array_agg(person_id), '{}') FROM sight WHERE worker_id = %(w)s "
        "AND category = 1 AND valid @> now())::bigint[])) p"
    ),
    "FROM people_tenancy t": (
        "FROM (SELECT * FROM people_tenancy WHERE held_key = ANY ("
        "(SELECT coalesce(array_agg(held_key), '{}') FROM sight WHERE worker_id = %(w)s "
        "AND category = 3 AND valid @> now())::bigint[])) t"
    ),
}


def search(sides: Sides) -> list[Figure]:
    """The search: against the same with the rule written in, and against a bare prefix search.

    The prefix search looks in all names, forgives nothing, and shows what nobody may see: it is
    the least that a search could cost.
    """
    from lintel.people import search as searching

    sides.free.execute(
        "CREATE INDEX IF NOT EXISTS bench_prefix ON people_person (folded text_pattern_ops)"
    )
    sides.free.execute("ANALYZE people_person")
    result = []
    for label, worker in workers_by_sight(sides.free).items():
        sides.bind(worker)
        name = sides.free.execute(
            "SELECT p.folded FROM people_person p JOIN sight s ON s.person_id = p.id "
            "WHERE s.worker_id = %s AND s.category = 1 ORDER BY p.id LIMIT 1",
            [worker],
        ).fetchone()
        assert name
        typed = name[0].split()[-1][:5]
        terms = searching.terms_of(typed, fold=lambda words: words, today=NOW.date())
        ours, values = searching.sql_for(terms)
        values |= {"limit": 25, "offset": 0, "w": worker}
        ruled = ours
        for bare, written in RULED.items():
            assert bare in ruled
            ruled = ruled.replace(bare, written)
        if (
            sides.app.execute(ours, values).fetchall()
            != sides.free.execute(ruled, values).fetchall()
        ):
            raise AssertionError("Row security and the rule written in differ.")
        ask = _asks(sides.app, ours, values)
        result.append(
            pair(
                f"search ({label})",
                ask,
                _asks(sides.free, ruled, values),
                rounds=40,
                goal=1.2,
            )
        )
        prefix = _asks(sides.free, PREFIX, {"like": typed + "%"})
        result.append(
            pair(f"search ({label}) / bare prefix search", ask, prefix, rounds=40, goal=None)
        )
    return result


def _asks(
    connection: psycopg.Connection[Any], query: str, values: dict[str, Any]
) -> Callable[[], object]:
    return lambda: connection.execute(query, values).fetchall()


def write(sides: Sides) -> list[Figure]:
    """A change with its event in one commit, against one UPDATE's commit."""
    worker = next(iter(workers_by_sight(sides.free).values()))
    actor = actor_of(worker)
    team = sides.free.execute("SELECT min(id) FROM agencies_team").fetchone()
    assert team

    def update(using: str) -> None:
        with connections[using].cursor() as cursor:
            cursor.execute("UPDATE agencies_team SET phone = phone WHERE id = %s", [team[0]])

    def ours() -> None:
        with bound(actor):
            update("default")
            events.record(actor, "bench.changed", now=NOW, subject=("team", team[0]))

    def floor() -> None:
        with transaction.atomic(using="owner"):
            update("owner")

    return [pair("write with its event / one update", ours, floor, rounds=300, goal=3)]


HEADER = (
    "TenancyReference,TenancyStartDate,TenureType,PersonReference,FirstName,Surname,DateOfBirth,"
    "PropertyReference,AddressLine1,PostCode,PatchName,Telephone,RentBalance,RentBalanceDate"
)


def imports(free: psycopg.Connection[Any], rows: int = 25_000) -> list[Figure]:
    """A landlord's file through the import, against COPY of the same rows into the same tables.

    The file goes to a landlord with no patch officer, so that what is timed is the import, and
    sight's own growth is measured apart. Both leave the area as it was.
    """
    from lintel.people.imports import import_tenancies

    rng = random.Random(7)
    agency = free.execute("SELECT id FROM agencies_agency WHERE slug = 'hope-kitchen'").fetchone()
    assert agency
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tenancies.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER.split(","))
            for number in range(rows):
                writer.writerow(_row(rng, number))
        start = perf_counter()
        import_tenancies(path, agency_id=agency[0], now=NOW, dry_run=True)
        ours = perf_counter() - start
    floor = _copy(free, agency[0], rows, rng)
    return [
        Figure(
            f"import of {rows:,} tenancies / raw COPY",
            ours * 1e6,
            floor * 1e6,
            ours / floor,
            2,
            f"{rows / ours:,.0f} rows a second",
        )
    ]


def _row(rng: random.Random, number: int) -> list[str]:
    return [
        f"BT{number:07d}",
        f"{rng.randrange(1, 29):02d}/{rng.randrange(1, 13):02d}/{rng.randrange(1995, 2026)}",
        "Secure",
        f"BP{number:07d}",
        rng.choice(words.FIRST),
        rng.choice(words.LAST),
        f"{rng.randrange(1, 29):02d}/{rng.randrange(1, 13):02d}/{rng.randrange(1935, 2005)}",
        f"BH{number:07d}",
        f"{rng.randrange(1, 200)} {rng.choice(words.STREETS)}, Shethernley",
        f"QX{rng.randrange(1, 9)} {rng.randrange(1, 9)}AB",
        "",
        "07700 900123",
        f"{rng.randrange(-100, 500)}.50",
        "15/11/2026",
    ]


def _copy(free: psycopg.Connection[Any], agency: int, rows: int, rng: random.Random) -> float:
    """COPY into persons, homes, tenancies, rents and contacts, triggers and indexes on."""
    day = NOW.date()
    first = 900_000_000
    names = [f"{rng.choice(words.FIRST)} {rng.choice(words.LAST)}" for _ in range(rows)]
    tables: list[tuple[str, Any]] = [
        (
            "people_person (id, name, known_as, no_fixed_address, created)",
            ((first + n, names[n], "", False, NOW) for n in range(rows)),
        ),
        (
            "people_home (id, owner_id, reference, uprn, address, postcode)",
            ((first + n, agency, f"BH{n}", "", f"{n} Kiln Street", "QX1 2AB") for n in range(rows)),
        ),
        (
            "people_tenancy (id, person_id, owner_id, home_id, reference, kind, started, "
            "tenant_reference, folded)",
            (
                (
                    first + n,
                    first + n,
                    agency,
                    first + n,
                    f"BT{n}",
                    "secure",
                    day,
                    f"BP{n}",
                    f"{n} kiln street qx1 2ab bt{n}",
                )
                for n in range(rows)
            ),
        ),
        (
            "people_rentaccount (person_id, owner_id, tenancy_id, balance_pence, as_of)",
            ((first + n, agency, first + n, n, day) for n in range(rows)),
        ),
        (
            "people_contactpoint (person_id, owner_id, kind, value, note)",
            ((first + n, agency, "phone", "07700 900123", "") for n in range(rows)),
        ),
    ]
    start = perf_counter()
    with free.transaction(force_rollback=True), free.cursor() as cursor:
        for target, values in tables:
            with cursor.copy(f"COPY {target} FROM STDIN") as stream:
                for row in values:
                    stream.write_row(row)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return perf_counter() - start
