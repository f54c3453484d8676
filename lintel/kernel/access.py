"""The access record: who saw what about whom, when, and why they could.

Rows are only ever added (trigger and privilege), and sealed in batches (`lintel.kernel.record`).
The application may write rows and can't read its own: reading is for the information leads of
the worker's agency and of the agency whose information was seen (`ACCESS_POLICY_SQL`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from lintel.kernel.actor import Actor
from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb

# Run by the migration of agencies that makes information_lead_agencies(), which answers the
# agencies whose information lead the bound worker is, as bigint[].
ACCESS_POLICY_SQL = """
CREATE POLICY kernel_access_lead ON kernel_access FOR SELECT TO lintel_app USING (
    worker_agency_id = ANY ((SELECT information_lead_agencies())::bigint[])
    OR owner_id = ANY ((SELECT information_lead_agencies())::bigint[])
);
"""
ACCESS_POLICY_REVERSE_SQL = "DROP POLICY kernel_access_lead ON kernel_access;"

# What a person may read of a row about them: not who else was in a list, nor a request's number.
PERSONS_COLUMNS = (
    "id",
    "at",
    "verb",
    "worker_id",
    "worker_agency_id",
    "integration_id",
    "person_id",
    "owner_id",
    "categories",
    "why",
    "purpose",
    "page",
)

INSERT_SQL = """
INSERT INTO kernel_access (at, verb, worker_id, worker_agency_id, integration_id, person_id,
    person_ids, owner_id, categories, why, purpose, request_ref, page)
VALUES (%s, %s, %s, %s, %s, %s, %s::bigint[], %s, %s::text[], %s::jsonb, %s, %s, %s)
"""

Categories = Iterable[Category | str]
Why = Mapping[str, str] | str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one agency's information was seen of a person, and the words that say why."""

    owner_id: int | None
    categories: Categories
    why: Why


@dataclass(frozen=True, slots=True)
class _Row:
    """One row to be, but for the actor and the time."""

    verb: AccessVerb
    seen: Seen
    person_id: int | None = None
    person_ids: list[int] | None = None
    purpose: str = ""
    request_ref: str = ""
    page: str = ""


def record(
    actor: Actor,
    verb: AccessVerb,
    *,
    now: datetime,
    person_id: int | None,
    owner_id: int | None,
    categories: Categories,
    why: Why,
    purpose: str = "",
    request_ref: str = "",
    page: str = "",
) -> None:
    """Add one row, in the transaction of what it records.

    `why`: the words that say why the worker could see it, for all or by category. `page`: the
    name of the page or API operation, never its address. `request_ref`: a request's reference.
    """
    seen = Seen(owner_id, categories, why)
    row = _Row(verb, seen, person_id, None, purpose, request_ref, page)
    _insert(actor, now, [row])


def record_each(
    actor: Actor,
    verb: AccessVerb,
    *,
    now: datetime,
    person_id: int,
    seen: Iterable[Seen],
    purpose: str = "",
    request_ref: str = "",
    page: str = "",
) -> None:
    """Add a row for each agency whose information about one person was seen together."""
    rows = [_Row(verb, part, person_id, None, purpose, request_ref, page) for part in seen]
    _insert(actor, now, rows)


def record_listed(
    actor: Actor,
    *,
    now: datetime,
    person_ids: Iterable[int],
    categories: Categories,
    why: Why,
    owner_id: int | None = None,
    verb: AccessVerb = AccessVerb.LISTED,
    purpose: str = "",
    page: str = "",
) -> None:
    """Add one row for a whole list or search, with everyone that was in it.

    A list that showed nobody leaves a row only when it is a search: that a name was looked for
    without success is worth knowing. What was typed is never kept.
    """
    people = sorted(set(person_ids))
    if not people and verb is AccessVerb.LISTED:
        return
    _insert(
        actor,
        now,
        [_Row(verb, Seen(owner_id, categories, why), None, people, purpose, "", page)],
    )


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of somebody's history: newest first, after the row `before`, at most `limit`.

    `since` is included and `until` is not. Each is a range of an index: a page far back, or a
    month long ago, costs what the first page does.
    """

    limit: int
    before: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    verb: str = ""


def about(person_id: int, window: Window) -> list[Access]:
    """The rows about a person, lists included, newest first; under row security."""
    return _about(person_id, window, "a.*")


def _about(person_id: int, window: Window, columns: str) -> list[Access]:
    start = _start(window)
    own = _rows("kernel_access a", "a.at, a.id", {"a.person_id": person_id}, window, start, columns)
    listed = _rows(
        "kernel_listed l JOIN kernel_access a ON a.id = l.access_id",
        "l.at, l.access_id",
        {"l.person_id": person_id},
        window,
        start,
        columns,
    )
    found = sorted([*own, *listed], key=lambda row: (row.at, row.pk), reverse=True)
    return found[: window.limit]


def about_oneself(person_id: int, window: Window) -> list[Access]:
    """As `about`, for the role `lintel_person`: without the columns that aren't the person's."""
    return _about(person_id, window, ", ".join(f"a.{name}" for name in PERSONS_COLUMNS))


def by_worker(worker_id: int, window: Window) -> list[Access]:
    """The rows of one worker, newest first; under row security."""
    return _rows(
        "kernel_access a", "a.at, a.id", {"a.worker_id": worker_id}, window, _start(window)
    )


def _start(window: Window) -> tuple[datetime, int] | None:
    """The key of the row that a page comes after; None for the first page."""
    if window.before is None:
        return None
    # A row that isn't there, or isn't the reader's: from the beginning, as if none was named.
    at = Access.objects.filter(pk=window.before).values_list("at", flat=True).first()
    return None if at is None else (at, window.before)


def _rows(
    tables: str,
    key: str,
    where: Mapping[str, object],
    window: Window,
    start: tuple[datetime, int] | None,
    columns: str = "a.*",
) -> list[Access]:
    """A range of one index, read from its end. `key` is what the index is ordered by."""
    at = key.split(",")[0]
    conditions = [f"{column} = %s" for column in where]
    values: list[object] = list(where.values())
    for condition, value in (
        (f"{at} >= %s", window.since),
        (f"{at} < %s", window.until),
        ("a.verb = %s", window.verb or None),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if start is not None:
        conditions.append(f"({key}) < (%s, %s)")
        values.extend(start)
    descending = ", ".join(f"{column.strip()} DESC" for column in key.split(","))
    sql = f"SELECT {columns} FROM {tables} WHERE {' AND '.join(conditions)}"
    sql += f" ORDER BY {descending} LIMIT %s"
    return list(Access.objects.raw(sql, [*values, window.limit]))


def _insert(actor: Actor, now: datetime, rows: list[_Row]) -> None:
    values = [
        (
            now,
            str(AccessVerb(row.verb)),
            actor.worker_id,
            actor.agency_id,
            actor.integration_id,
            row.person_id,
            row.person_ids,
            row.seen.owner_id,
            _names(row.seen.categories),
            json.dumps(_reasons(row.seen.why)),
            row.purpose,
            row.request_ref,
            row.page,
        )
        for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(INSERT_SQL, values)


def _names(categories: Categories) -> list[str]:
    """Categories by name, in a fixed order: a number would mean nothing in twenty years."""
    return sorted({c.name.lower() if isinstance(c, Category) else c for c in categories})


def _reasons(why: Why) -> dict[str, str]:
    return {"all": why} if isinstance(why, str) else dict(why)
