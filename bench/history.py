"""Access histories: a person of 100,000 entries and a worker of a million, against a hundred.

In a database of its own. Each figure compares a page of a long history with the first page of a
history of a hundred entries: the same code, the same role, row security on. Half of the person's
entries are openings, half are lists of 25 people in which they were.
"""

import os
import sys
from datetime import UTC, datetime
from typing import Any

import psycopg

from bench.measure import Figure, pair
from lintel.kernel.embedded import Embedded
from lintel.kernel.roles import ensure_roles

DATABASE = "bench_history"
MANY, MILLION, FEW = 100_000, 1_000_000, 100
NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
# Person and worker of the long histories, and of the short ones.
LONG, SHORT = 1, 2
FILL = """
INSERT INTO kernel_access (at, verb, worker_id, worker_agency_id, person_id, person_ids, owner_id,
  categories, why, purpose, request_ref, page)
SELECT %(now)s::timestamptz - n * interval '20 minutes', 'opened', %(worker)s, %(agency)s,
  %(person)s, NULL::bigint[], %(agency)s, '{identity,plan}'::text[],
  '{"all": "they work together"}'::jsonb, '', '', 'people:person'
FROM generate_series(1, %(opened)s) n
UNION ALL
SELECT %(now)s::timestamptz - n * interval '20 minutes', 'listed', %(worker)s, %(agency)s,
  NULL, ARRAY[%(person)s]::bigint[]
    || ARRAY(SELECT 1000 + (n * 7 + k) %% 90000 FROM generate_series(1, 24) k),
  %(agency)s, '{identity}', '{"all": "the home is on the patch"}', '', '',
  'people:list' FROM generate_series(1, %(listed)s) n
"""


def main() -> None:
    """Fill the database where it isn't yet, and measure."""
    from bench import area

    embedded = area.server()
    point_django_at(embedded)
    import django

    django.setup()
    prepare(embedded)
    print("\naccess histories")
    for figure in figures():
        print(figure.line(), flush=True)


def point_django_at(embedded: Embedded) -> None:
    """The application's role, as in operation; and the owner's to migrate."""
    os.environ["DATABASE_URL"] = embedded.dsn("lintel_app", DATABASE)
    os.environ["LINTEL_OWNER_DATABASE_URL"] = embedded.dsn("lintel_owner", DATABASE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")


def prepare(embedded: Embedded) -> None:
    """Tables, a lead, two accounts of people, and the histories; once."""
    from django.core.management import call_command

    ensure_roles(embedded.superuser_dsn, DATABASE)
    call_command("migrate", database="owner", verbosity=0)
    with psycopg.connect(embedded.dsn("postgres", DATABASE), autocommit=True) as free:
        if free.execute("SELECT 1 FROM kernel_access LIMIT 1").fetchone():
            return
        with free.transaction():
            _people(free)
            for who, entries in ((LONG, MANY), (SHORT, FEW)):
                _fill(free, person=who, worker=who, opened=entries // 2, listed=entries // 2)
            # The rest of the worker's million is about others.
            _fill(free, person=5, worker=LONG, opened=MILLION - MANY, listed=0)
        free.execute("VACUUM ANALYZE kernel_access")
        free.execute("VACUUM ANALYZE kernel_listed")


def _fill(free: psycopg.Connection[Any], **values: int) -> None:
    free.execute(FILL, {"now": NOW, "agency": 1, **values})


def _people(free: psycopg.Connection[Any]) -> None:
    free.execute(
        "INSERT INTO agencies_agency (id, name, slug, kind) VALUES (1, 'Agency', 'agency', 'trust')"
    )
    for number in (LONG, SHORT, 3):
        free.execute(
            "INSERT INTO agencies_user (id, password, email, is_active, date_joined, sign_in_epoch)"
            " VALUES (%s, '!', %s, true, now(), 0)",
            [number, f"w{number}@example.test"],
        )
        free.execute(
            "INSERT INTO agencies_worker (id, user_id, agency_id, name, job_title, phone)"
            " VALUES (%s, %s, 1, 'Worker', 'Nurse', '')",
            [number, number],
        )
    free.execute(
        "INSERT INTO agencies_roleheld (worker_id, role, valid)"
        " VALUES (3, 'information_lead', tstzrange(NULL, NULL))"
    )
    for number in (LONG, SHORT):
        free.execute(
            "INSERT INTO people_person (id, name, known_as, no_fixed_address, created)"
            " VALUES (%s, 'Person', '', false, now())",
            [number],
        )
        free.execute(
            "INSERT INTO agencies_user (id, password, email, is_active, date_joined, sign_in_epoch)"
            " VALUES (%s, '!', %s, true, now(), 0)",
            [10 + number, f"p{number}@person.invalid"],
        )
        free.execute(
            "INSERT INTO sharing_viewer (user_id, person_id, kind, categories, relation, proved,"
            " begins) VALUES (%s, %s, 'self', '{}', '', '', now() - interval '1 day')",
            [10 + number, number],
        )


def figures() -> list[Figure]:
    """A page of the long history, first and far back, against the first of the short one."""
    from lintel.agencies.states import Role
    from lintel.kernel.actor import Account, Actor, bound, bound_account
    from lintel.records import queries as records
    from lintel.sharing import queries as sharing
    from lintel.sharing.queries import Filters

    lead = Actor(3, 3, 1, "Lead", roles=frozenset({Role.INFORMATION_LEAD}))

    def own(who: int, **page: Any) -> object:
        with bound_account(10 + who):
            return records.looked(Account(10 + who, who, "self"), **page)

    def of_person(who: int, before: int | None = None) -> object:
        with bound(lead):
            return sharing.record_of_person(lead, person_id=who, filters=Filters(), before=before)

    def of_worker(who: int, before: int | None = None) -> object:
        with bound(lead):
            return sharing.record_of_worker(lead, worker_id=who, filters=Filters(), before=before)

    far = _far_back()
    month = NOW.date().replace(year=NOW.year - 1)
    found = []
    for name, ours, floor in (
        ("person's own view of 100,000, first page", lambda: own(LONG), lambda: own(SHORT)),
        (
            "the same, far back",
            lambda: own(LONG, before=far["person"]),
            lambda: own(SHORT),
        ),
        ("the same, a month a year ago", lambda: own(LONG, month=month), lambda: own(SHORT)),
        ("lead's look-up of that person", lambda: of_person(LONG), lambda: of_person(SHORT)),
        (
            "the same, far back",
            lambda: of_person(LONG, far["person"]),
            lambda: of_person(SHORT),
        ),
        (
            "lead's look-up of a worker of a million",
            lambda: of_worker(LONG),
            lambda: of_worker(SHORT),
        ),
        (
            "the same, far back",
            lambda: of_worker(LONG, far["worker"]),
            lambda: of_worker(SHORT),
        ),
    ):
        found.append(pair(name, ours, floor, rounds=100, goal=1.5))
    return found


def _far_back() -> dict[str, int]:
    from django.db import connection

    from lintel.kernel.actor import as_system

    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM kernel_access WHERE person_id = %s ORDER BY at LIMIT 1 OFFSET 2000",
            [LONG],
        )
        (person,) = cursor.fetchone()
        cursor.execute(
            "SELECT id FROM kernel_access WHERE worker_id = %s ORDER BY at LIMIT 1 OFFSET 2000",
            [LONG],
        )
        (worker,) = cursor.fetchone()
    return {"person": person, "worker": worker}


if __name__ == "__main__":
    sys.exit(main())
