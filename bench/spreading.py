"""Publishing a version of the agreement: how long sight takes to follow, and who notices.

In copies of the area, which are dropped afterwards. One in ten tenants has agreed that a health
team is told four kinds of things, so that there is something between agencies to change; the
version to come turns every rule's detail round, so that every row of sight changes: it ends at
the version's date and another begins. Everybody has signed and accepted it.

The floor is the single pass: `sight_recompute_all()`, one statement that reads all sources once,
compares with all of sight, deletes and inserts the same rows, in one transaction that lets nobody
else change a source of sight. Beside ours, a worker reads and another writes, as `bench.beside`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench.area import Size
from bench.measure import Figure
from lintel.kernel.embedded import Embedded

# About as long as the work beside which it is compared, within reason.
ALONE_SECONDS = 30
CONSENTS = """
SET session_replication_role = replica;
INSERT INTO sharing_consent (id, given, until, purpose, explained, explained_words, persons_words,
  language, others_present, recorded, withdrawn_words, owner_id, person_id, recorded_by_id)
SELECT 10000000 + t.person_id, now() - interval '100 days', now() + interval '265 days',
  'tenancy_support', 'face_to_face', 'At sign-up', '', '', '', now() - interval '100 days', '',
  t.owner_id, t.person_id, w.id
FROM people_tenancy t
JOIN (SELECT agency_id, min(id) AS id FROM agencies_worker GROUP BY 1) w
  ON w.agency_id = t.owner_id
WHERE t.person_id % 10 = 0;
CREATE TEMP TABLE health AS
  SELECT id, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS teams
  FROM agencies_team WHERE kind = 'cmht';
INSERT INTO sharing_consentline
  (id, category, answer, consent_id, giver_id, owner_id, person_id, recipient_id)
SELECT 100000000 + c.person_id * 8 + k, k, true, c.id, c.owner_id, c.owner_id, c.person_id, h.id
FROM sharing_consent c JOIN health h ON h.number = (c.person_id / 10) % h.teams
CROSS JOIN unnest(ARRAY[1, 2, 3, 5]) AS k WHERE c.id > 10000000;
SET session_replication_role = origin;
ANALYZE sharing_consent; ANALYZE sharing_consentline;
DELETE FROM sight WHERE source = 'consent';
INSERT INTO sight (worker_id, person_id, category, owner_id, valid, source, source_id, detail)
SELECT DISTINCT worker_id, person_id, category, owner_id, valid, source, source_id, detail
FROM sight_from_consent WHERE NOT isempty(valid);
"""
PUBLISH = """
SET session_replication_role = replica;
INSERT INTO sharing_agreement (id, number, title, sections, changes, drafted)
VALUES (99, 99, 'The next', '[]', '', now());
INSERT INTO sharing_rule (use, categories, givers, receivers, levels, basis, statute, authoriser,
  second, detail, retention_months, agreement_id)
SELECT use, categories, givers, receivers, levels, basis, statute, authoriser, second, 3 - detail,
  retention_months, 99 FROM sharing_rule WHERE agreement_id = 1;
INSERT INTO sharing_signature (agreement_id, agency_id, signed, ended_words)
SELECT 99, id, now(), '' FROM agencies_agency;
INSERT INTO sharing_acceptance (agreement_id, worker_id, accepted)
SELECT 99, id, now() FROM agencies_worker;
SET session_replication_role = origin;
UPDATE sharing_agreement SET effective = now() + interval '2 days', published = now()
WHERE id = 99;
"""
# Gone before the copies are compared: beside ours, one more was written.
DIGEST = """
SELECT count(*), count(DISTINCT worker_id), count(DISTINCT person_id),
       sum(hashtextextended(concat_ws(' ', worker_id, person_id, category, owner_id, source,
         source_id, detail, lower_inf(valid), upper_inf(valid)), 0)::numeric)
FROM sight
"""


def figures(embedded: Embedded, size: Size) -> list[Figure]:
    """The spread against the single pass, and reads and writes beside it against alone."""
    base, other = f"{size.database}_spread", f"{size.database}_pass"
    with _copied(embedded, size.database, base):
        with _free(embedded, base) as free:
            free.execute(CONSENTS)
            free.execute("VACUUM ANALYZE")
        with _copied(embedded, base, other), _free(embedded, other) as free:
            free.execute(PUBLISH)
            start = time.perf_counter()
            free.execute("SELECT sight_recompute_all()")
            single = time.perf_counter() - start
            floor = free.execute(DIGEST).fetchone()
        with _free(embedded, base) as free:
            alone = _beside(embedded, base, seconds=ALONE_SECONDS)
            start = time.perf_counter()
            free.execute(PUBLISH)
            publishing = time.perf_counter() - start
            taken, changed, beside = _spread(embedded, base)
            ours = free.execute(DIGEST).fetchone()
            if ours != floor or ours is None:
                raise AssertionError(f"The spread and the single pass differ: {ours}, {floor}.")
    rows, workers, people = ours[:3]
    found = [
        Figure(
            f"a version spread: {workers:,} workers, {people:,} people seen / one pass",
            taken * 1e6,
            single * 1e6,
            taken / single,
            5,
            f"{changed:,} changes, {rows:,} rows; the publishing itself {publishing:.1f} s",
        )
    ]
    for what in ("read", "write"):
        for point in ("median", "p99", "worst"):
            a, b = beside[what][point], alone[what][point]
            found.append(
                Figure(f"{what} beside it, {point} / alone", a * 1e6, b * 1e6, a / b, None)
            )
    return found


def _spread(embedded: Embedded, database: str) -> tuple[float, int, dict[str, Any]]:
    """Run the background work as the job does, with somebody beside; seconds, changes, times."""
    from django.db import connections
    from django.utils import timezone

    from lintel.kernel.actor import as_system
    from lintel.sharing import spreading
    from lintel.sharing.models import Spread

    default = connections["default"]
    before = default.settings_dict["NAME"]
    default.close()
    default.settings_dict["NAME"] = database
    try:
        with _free(embedded, database) as free:
            free.execute(
                "INSERT INTO sharing_spread (began, total, done, upto, changed, agreement_id)"
                " VALUES (now(), (SELECT count(*) FROM people_person), 0, 0, 0, 99)"
            )
        client = _client(embedded, database, seconds=0)
        start = time.perf_counter()
        spreading.run(timezone.now)
        taken = time.perf_counter() - start
        beside = _said(client)
        with as_system():
            return taken, Spread.objects.latest("pk").changed, beside
    finally:
        default.close()
        default.settings_dict["NAME"] = before


def _beside(embedded: Embedded, database: str, *, seconds: float) -> dict[str, Any]:
    return _said(_client(embedded, database, seconds=seconds), stop=False)


def _client(embedded: Embedded, database: str, *, seconds: float) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "bench.beside"),
            *(embedded.dsn("lintel_app", database), embedded.dsn("postgres", database)),
            str(seconds),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _said(client: "subprocess.Popen[str]", *, stop: bool = True) -> dict[str, Any]:
    """Stop it (or let it end by itself) and read what it measured."""
    if stop:
        said, _ = client.communicate("")
    else:
        assert client.stdout
        said = client.stdout.read()
        client.communicate()
    if client.returncode:
        raise AssertionError("What ran beside failed.")
    found: dict[str, Any] = json.loads(said)
    return found


@contextmanager
def _free(embedded: Embedded, database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(embedded.dsn("postgres", database), autocommit=True) as connection:
        yield connection


@contextmanager
def _copied(embedded: Embedded, source: str, name: str) -> Iterator[None]:
    """A copy of a database for a while."""
    with psycopg.connect(embedded.superuser_dsn, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        # Whoever measured it is done; an idle connection would forbid the copy.
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source]
        )
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        try:
            yield
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
