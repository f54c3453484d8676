"""Rows by the hundred, as one JSON value that the database takes apart.

A statement with a placeholder for each value costs more to write and split than to run: 10,000
entries of a feed spent most of their time there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model

AT_ONCE = 500
Row = Mapping[str, Any]


def insert(model: type[Model], rows: Sequence[Row], *, update: Sequence[str] = ()) -> None:
    """Add rows, by column; of those whose id is there, change the fields `update` instead.

    All rows have the same columns. Values: JSON's own, UUIDs, dates, moments, bytes, date ranges.
    """
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(name) for name in rows[0])
    conflict = ""
    if update:
        names = [model._meta.get_field(name).column for name in update]  # type: ignore[union-attr]
        quoted = [connection.ops.quote_name(str(name)) for name in names]
        changes = ", ".join(f"{name} = excluded.{name}" for name in quoted)
        conflict = f"ON CONFLICT (id) DO UPDATE SET {changes}"
    with connection.cursor() as cursor:
        for some in _parts(rows):
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} "
                f"FROM json_populate_recordset(NULL::{table}, %s::json) {conflict}",
                [json.dumps(some, default=_plain)],
            )


def of(instance: Model) -> dict[str, Any]:
    """All columns of a row that the model has."""
    return {field.column: getattr(instance, field.attname) for field in _fields(instance)}


def _fields(instance: Model) -> Sequence[Any]:
    # A number that the database gives is left to it.
    return [
        field
        for field in instance._meta.concrete_fields
        if not (field.primary_key and instance.pk is None)
    ]


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, DateRange):
        first, last = value.lower or "", value.upper or ""
        return f"{value.bounds[0]}{first},{last}{value.bounds[1]}"
    raise TypeError(type(value).__name__)
