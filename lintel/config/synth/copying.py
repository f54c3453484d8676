"""Streams rows to COPY as the tables' owner.

COPY can't write to a table under row security, so the owner lifts FORCE and the triggers for the
one transaction that fills an empty area, and sets both again before it commits: nobody can see
the tables without them. Sight is then recomputed as a whole.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

Progress = Callable[[str, int], None]


@contextmanager
def unguarded(tables: Sequence[str], alias: str = "owner") -> Iterator[Any]:
    """A transaction in which the owner may COPY into `tables`; guards are back at its end."""
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        forced = _forced(cursor, tables)
        for table in tables:
            if table in forced:
                cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        # Constraint triggers still pending would forbid the next ALTER TABLE.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            if table in forced:
                cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _forced(cursor: Any, tables: Sequence[str]) -> set[str]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relname = ANY (%s)",
        [list(tables)],
    )
    return {row[0] for row in cursor.fetchall()}


def copy(
    cursor: Any,
    table: str,
    columns: str,
    rows: Iterable[Sequence[Any]],
    progress: Progress,
    every: int = 100_000,
) -> int:
    """COPY the rows in, calling `progress(table, count)` as they go; returns how many."""
    count = 0
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)
            count += 1
            if count % every == 0:
                progress(table, count)
    progress(table, count)
    return count


def move_sequences(cursor: Any, tables: Sequence[str]) -> None:
    """Let identity columns go on after the highest id that was copied in."""
    for table in tables:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        if sequence:
            cursor.execute(
                f"SELECT setval(%s, (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)",
                [sequence],
            )
