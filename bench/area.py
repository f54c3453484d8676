"""Builds the synthetic areas, once each, on an embedded server kept for benchmarks."""

import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from lintel.kernel.embedded import Embedded
from lintel.kernel.roles import ensure_roles

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Size:
    """An area's size, and the database that holds it."""

    name: str
    people: int
    tenancies: int
    workers: int
    agencies: int

    @property
    def database(self) -> str:
        """The database's name."""
        return f"bench_{self.name}"


TENTH = Size("tenth", 170_000, 25_000, 1_000, 60)
WHOLE = Size("whole", 1_700_000, 250_000, 10_000, 200)


def server() -> Embedded:
    """The benchmark's own server, started."""
    folder = Path(os.environ.get("LINTEL_BENCH_DATA", ".lintel-bench")).resolve()
    embedded = Embedded(folder)
    embedded.start()
    return embedded


def point_django_at(embedded: Embedded, size: Size) -> None:
    """Set the environment that the settings read; before Django is set up."""
    os.environ["LINTEL_TEST"] = "1"
    os.environ["DATABASE_URL"] = embedded.dsn("lintel_app", size.database)
    os.environ["LINTEL_OWNER_DATABASE_URL"] = embedded.dsn("lintel_owner", size.database)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"


def build(embedded: Embedded, size: Size) -> float:
    """Make the area unless it is there and current; returns the seconds it took (0 if there).

    Django must point at the size's database already.
    """
    import django

    with psycopg.connect(embedded.superuser_dsn, autocommit=True) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [size.database]
        ).fetchone()
    ensure_roles(embedded.superuser_dsn, size.database)
    django.setup()
    from django.core.management import call_command

    from lintel.config.synth import Scale, generate

    call_command("migrate", database="owner", verbosity=0)
    with psycopg.connect(embedded.dsn("lintel_owner", size.database)) as connection:
        filled = connection.execute("SELECT count(*) FROM agencies_agency").fetchone()
    if found and filled and filled[0]:
        return 0.0
    start = time.monotonic()

    def progress(table: str, count: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{time.monotonic() - start:7.0f} s  {table}: {count:,}        ")

    generate(Scale(size.people, size.tenancies, size.workers, size.agencies), NOW, progress)
    with psycopg.connect(embedded.dsn("postgres", size.database), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    sys.stderr.write("\n")
    return time.monotonic() - start
