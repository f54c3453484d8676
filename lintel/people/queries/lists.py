"""Lists of people: found by what was typed, or the actor's own.

Put together from scans of one table each (`lintel.people.search.sql_for` says why).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.utils import timezone

from lintel.kernel.actor import Actor
from lintel.people import search as searching
from lintel.people.queries.shapes import Filters, PersonView, Row
from lintel.people.queries.who import sources

PER_PAGE = 25


def folded(words: str) -> str:
    """Words as they are searched: lower case, no accents, no punctuation (SQL `fold_words`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_words(%s)", [words.replace("\x00", " ")])
        found: str = cursor.fetchone()[0]
    return found


def search(
    actor: Actor, *, words: str, now: dt.datetime, page: int = 1, per_page: int = PER_PAGE
) -> Page[Row]:
    """The people in sight whom the words may mean, the likeliest first.

    `words` may hold parts of a name, a date of birth, an address or postcode and a tenancy
    reference, mixed; all must be found. Nothing typed that can be searched finds nobody. To be
    recorded by the caller: use `lintel.people.actions.find`.
    """
    terms = searching.terms_of(words, fold=folded, today=timezone.localdate(now))
    if not terms:
        return _page([], 1, 0, per_page)
    sql, values = searching.sql_for(terms)
    page = min(max(page, 1), 10_000)
    hits = _hits(sql, values, page, per_page)
    if not hits and page > 1:
        page, hits = 1, _hits(sql, values, 1, per_page)
    rows = rows_of(actor, [person_id for person_id, _, _ in hits])
    return _page(rows, page, hits[0][2] if hits else 0, per_page)


def _hits(sql: str, values: dict[str, Any], page: int, per_page: int) -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "limit": per_page, "offset": (page - 1) * per_page})
        return list(cursor.fetchall())


def _page(rows: Sequence[Row], number: int, total: int, per_page: int) -> Page[Row]:
    """A page of a list whose rows were cut by the database."""
    page: Page[Any] = Paginator(range(total), per_page).get_page(number)
    page.object_list = list(rows)
    return page


# One person a row, with the tenancy in force, or the last one. Small sets only: the caller gives
# the ids of one page.
ROWS_SQL = """
SELECT p.id, p.name, p.known_as, p.born, p.died, p.no_fixed_address,
       t.address, t.postcode, t.reference, t.landlord, t.ended, t.balance_pence
FROM people_person p
LEFT JOIN LATERAL (
  SELECT h.address, h.postcode, t.reference, a.name AS landlord, t.ended, r.balance_pence
  FROM people_tenancy t
  JOIN people_home h ON h.id = t.home_id
  JOIN agencies_agency a ON a.id = t.owner_id
  LEFT JOIN people_rentaccount r ON r.tenancy_id = t.id
  WHERE t.person_id = p.id
  ORDER BY t.ended DESC NULLS FIRST, t.started DESC, t.id LIMIT 1
) t ON true
WHERE p.id = ANY (%s)
"""


def _row(r: Sequence[Any]) -> Row:
    address, postcode, reference, landlord = (value or "" for value in r[6:10])
    return Row(PersonView(*r[:6]), address, postcode, reference, landlord, r[10], r[11])


def rows_of(actor: Actor, person_ids: Sequence[int]) -> list[Row]:
    """These people as rows of a list, in this order; those outside sight are left out."""
    if not person_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ROWS_SQL, [list(person_ids)])
        found = {r[0]: _row(r) for r in cursor.fetchall()}
    return [found[i] for i in person_ids if i in found]


# My people ------------------------------------------------------------------------------------

SPINES = {
    "name": ("people_person", "id", "folded", "min(key)"),
    "address": ("people_tenancy", "person_id", "folded", "min(key)"),
    "owed": ("people_rentaccount", "person_id", "balance_pence", "max(key)"),
}


def patch(
    actor: Actor,
    *,
    now: dt.datetime,
    filters: Filters | None = None,
    sort: str = "name",
    down: bool = False,
    page: int = 1,
    new: Collection[int] = (),
    per_page: int = PER_PAGE,
) -> Page[Row]:
    """The people whom the actor may see, on the patch or caseload or by another source.

    `sort`: name, address or owed (the last two list only those whose tenancy or rent is in
    sight). `new` are the people to be marked as having something new.
    """
    filters = filters or Filters()
    by_source = sources(actor, now=now)
    chosen = {
        who
        for who, given in by_source.items()
        if (filters.source is None or filters.source in given)
        and (filters.only is None or who in filters.only)
    }
    if filters.patch_id is not None:
        chosen &= _on_patch(filters.patch_id, timezone.localdate(now))
    if filters.arrears:
        chosen &= _in_arrears()
    if not chosen:
        return _page([], 1, 0, per_page)
    ids, total, page = _spine(chosen, sort, down, page, per_page)
    rows = [
        replace(
            row,
            sources=tuple(sorted(by_source[row.person.id])),
            something_new=row.person.id in new,
        )
        for row in rows_of(actor, ids)
    ]
    return _page(rows, page, total, per_page)


def _spine(
    chosen: set[int], sort: str, down: bool, page: int, per_page: int
) -> tuple[list[int], int, int]:
    """The ids of one page, how many there are in all, and the page that it is."""
    table, who, column, key = SPINES[sort]
    # OFFSET 0: row security's own scan first, then the chosen ones by a hash join. As a condition
    # on the table, each row would be compared with all that is in sight or chosen, one by one.
    sql = (
        "SELECT who, count(*) OVER () FROM"
        f" (SELECT {who} AS who, {column} AS key FROM {table} OFFSET 0) rows_seen"
        " JOIN unnest(%s::bigint[]) AS chosen (who) USING (who) GROUP BY who"
        f" ORDER BY {key} {'DESC' if down else 'ASC'} NULLS LAST, who LIMIT %s OFFSET %s"
    )
    page = min(max(page, 1), -(-len(chosen) // per_page))
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(chosen), per_page, (page - 1) * per_page])
        found = cursor.fetchall()
        if not found and page > 1:
            page = 1
            cursor.execute(sql, [sorted(chosen), per_page, 0])
            found = cursor.fetchall()
    return [r[0] for r in found], found[0][1] if found else 0, page


def _on_patch(patch_id: int, today: dt.date) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.person_id FROM people_tenancy t"
            " JOIN people_home h ON h.id = t.home_id"
            " WHERE h.patch_id = %s AND (t.ended IS NULL OR t.ended >= %s)",
            [patch_id, today],
        )
        return {row[0] for row in cursor.fetchall()}


def _in_arrears() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id FROM people_rentaccount WHERE balance_pence > 0")
        return {row[0] for row in cursor.fetchall()}


def my_patches(actor: Actor, *, now: dt.datetime) -> list[tuple[int, str]]:
    """The patches that the actor looks after, or whose team the actor leads: id and name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.name FROM people_patch p WHERE p.team_id = ANY (%s) OR EXISTS"
            " (SELECT 1 FROM people_patchofficer o WHERE o.patch_id = p.id"
            "  AND o.worker_id = %s AND o.valid @> %s) ORDER BY p.name",
            [sorted(actor.lead_team_ids), actor.worker_id, now],
        )
        return [(r[0], r[1]) for r in cursor.fetchall()]
