"""Row security against the same query with the rule written in, for small and large sights."""

from collections.abc import Callable
from typing import Any

import psycopg

from bench.measure import Figure, pair

KEYS = """
 (SELECT coalesce(array_agg(held_key), '{}') FROM sight
  WHERE worker_id = %(w)s AND category = %(c)s AND valid @> now())
"""
PEOPLE = """
 (SELECT coalesce(array_agg(person_id), '{}') FROM sight
  WHERE worker_id = %(w)s AND category = 1 AND valid @> now())
"""
PATCH = """
SELECT t.id, t.reference, p.name, p.born, h.address, h.postcode
FROM people_tenancy t JOIN people_person p ON p.id = t.person_id
JOIN people_home h ON h.id = t.home_id
WHERE (t.ended IS NULL OR t.ended > current_date) {rule}
ORDER BY p.name, p.id LIMIT 25
"""
PATCH_RULE = f"AND t.held_key = ANY ({KEYS}::bigint[]) AND p.id = ANY ({PEOPLE}::bigint[])"
MINE = """
SELECT id, reference, kind, urgency, sent FROM requests_request
WHERE state <> 'draft' {rule} ORDER BY sent DESC, id LIMIT 25
"""
MINE_RULE = "AND (sender_id = %(w)s OR sender_team_id = ANY (%(teams)s))"
INBOX = """
SELECT id, reference, kind, urgency, due FROM requests_handling
WHERE state = ANY ('{{received,acknowledged,taken,finding_out,returned}}')
AND team_id = ANY (%(my)s) {rule}
ORDER BY due, id LIMIT 25
"""
INBOX_RULE = (
    "AND (team_id = ANY (%(my)s) OR climbed_to_id = %(w)s OR open_to_worker_id = %(w)s "
    "OR open_to_team_id = ANY (%(teams)s))"
)


class Sides:
    """The application's connection, bound to a worker, and the owner's as superuser."""

    def __init__(self, app: psycopg.Connection[Any], free: psycopg.Connection[Any]) -> None:
        self.app = app
        self.free = free

    def bind(self, worker: int) -> None:
        """Bind for the session: what a transaction-long binding costs is measured with writes."""
        self.app.execute("SELECT set_config('lintel.worker', %s, false)", [str(worker)])

    def values(self, worker: int) -> dict[str, Any]:
        """What the written-in rules need to know of the worker."""
        self.bind(worker)
        teams, desks = self.app.execute("SELECT my_teams(), my_desk_teams()").fetchone()  # type: ignore[misc]
        return {"w": worker, "my": teams, "teams": desks, "c": 3}


def workers_by_sight(free: psycopg.Connection[Any]) -> dict[str, int]:
    """Workers who see about 10, 300 and most people."""
    rows = free.execute(
        "SELECT worker_id, count(DISTINCT person_id) AS n FROM sight WHERE category = 3 "
        "AND valid @> now() GROUP BY worker_id ORDER BY n"
    ).fetchall()
    if not rows:
        return {}
    chosen = {}
    for wanted in (10, 300, 10_000):
        worker, count = min(rows, key=lambda row: abs(row[1] - wanted))
        chosen[f"{count:,} people"] = worker
    return chosen


def figures(sides: Sides) -> list[Figure]:
    """All list comparisons."""
    result: list[Figure] = []
    for label, worker in workers_by_sight(sides.free).items():
        values = sides.values(worker)
        result += [
            _compare(sides, f"people on my patch ({label})", PATCH, PATCH_RULE, values),
            _compare(sides, f"my requests ({label})", MINE, MINE_RULE, values),
        ]
    for worker, waiting in busiest_inboxes(sides.free):
        values = sides.values(worker)
        name = f"team inbox ({waiting:,} waiting)"
        result.append(_compare(sides, name, INBOX, INBOX_RULE, values))
    return result


def busiest_inboxes(free: psycopg.Connection[Any]) -> list[tuple[int, int]]:
    """(worker, how many wait) for a team in the middle, and the fullest."""
    rows = free.execute(
        "SELECT min(m.worker_id), count(DISTINCT h.id) FROM requests_handling h "
        "JOIN agencies_membership m ON m.team_id = h.team_id "
        "WHERE h.state IN ('received', 'acknowledged', 'taken', 'finding_out', 'returned') "
        "GROUP BY h.team_id ORDER BY 2"
    ).fetchall()
    return [rows[len(rows) // 2], rows[-1]] if rows else []


def _compare(sides: Sides, name: str, query: str, rule: str, values: dict[str, Any]) -> Figure:
    ours, written = query.format(rule=""), query.format(rule=rule)
    bare = ours.replace("{{", "{").replace("}}", "}")
    a = sides.app.execute(bare, values).fetchall()
    b = sides.free.execute(written, values).fetchall()
    if a != b:
        raise AssertionError(f"{name}: row security and the rule written in differ.")
    return pair(
        name,
        _run(sides.app, bare, values),
        _run(sides.free, written, values),
        rounds=60,
        goal=1.2,
        note=f"{len(a)} rows",
    )


def _run(
    connection: psycopg.Connection[Any], query: str, values: dict[str, Any] | None
) -> Callable[[], object]:
    return lambda: connection.execute(query, values).fetchall()


def decisions(sides: Sides) -> list[Figure]:
    """One decision against a look-up by primary key, on the same kind of connection."""
    result = []
    for label, worker in workers_by_sight(sides.free).items():
        sides.bind(worker)
        key = sides.free.execute(
            "SELECT held_key FROM sight WHERE worker_id = %s AND category = 3 LIMIT 1", [worker]
        ).fetchone()
        tenancy = sides.free.execute("SELECT max(id) / 2 FROM people_home").fetchone()
        assert key
        assert tenancy
        decide = (
            "SELECT EXISTS (SELECT 1 FROM sight WHERE worker_id = %s AND category = 3 "
            "AND held_key = %s AND valid @> now())"
        )
        result.append(
            pair(
                f"sight decision ({label}) / primary key",
                _one(sides.app, decide, [worker, key[0]]),
                _one(sides.app, "SELECT id FROM people_home WHERE id = %s", [tenancy[0]]),
                rounds=2000,
                goal=1.25,
            )
        )
        person = key[0] >> 20
        sides.app.execute("SELECT set_config('lintel.person', %s, false)", [str(person)])
        result.append(
            pair(
                f"record opened by id ({label}) / same rows by key",
                _one(sides.app, RECORD, [person]),
                _one(sides.free, RECORD, [person]),
                rounds=300,
                goal=2,
            )
        )
        sides.app.execute("SELECT set_config('lintel.person', '', false)")
    return result


RECORD = """
SELECT p.id, p.name, p.born, t.reference, r.balance_pence FROM people_person p
LEFT JOIN people_tenancy t ON t.person_id = p.id
LEFT JOIN people_rentaccount r ON r.tenancy_id = t.id WHERE p.id = %s
"""


def _one(
    connection: psycopg.Connection[Any], query: str, values: list[Any]
) -> Callable[[], object]:
    return lambda: connection.execute(query, values).fetchone()
