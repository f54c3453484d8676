"""Sealing the record: batches of rows under a hash tree, each chained to the one before.

Whoever can write in the database can change a row; nobody can then make the seals agree again
without changing every later seal, and so the head, which is kept elsewhere
(docs/adr/0004-tamper-evident-record.md). `lintel.kernel.verification` reads it all back.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Protocol

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from lintel.kernel import tree
from lintel.kernel.actor import as_system

SEAL_ROWS = 4096
ID_BYTES = 8
LEAF_BYTES = ID_BYTES + tree.HASH_BYTES
FORMAT = "lintel-seal-1"
FIRST_PREVIOUS = bytes(tree.HASH_BYTES)
LOCK_CLASS = 19534
SEALING_LOCK = 100
WAIT_FOR_WRITERS = "200ms"
WAITS = 5
PAUSE_SECONDS = 0.1


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Cursor(Protocol):
    """What is used of a database cursor; Django's and psycopg's both have it."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def _time(column: str) -> str:
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


def _text(column: str) -> str:
    return f"{column}::text"


def _list(column: str) -> str:
    return f"array_to_json({column})::text"


@dataclass(frozen=True, slots=True)
class Stream:
    """A sealed table: each column of a row as text, always in the same order and form."""

    name: str
    lock: int
    columns: tuple[tuple[str, str], ...]

    @property
    def table(self) -> str:
        """The table's name."""
        return f"kernel_{self.name}"

    def select(self) -> str:
        """SQL for the id and the columns' text of rows between two ids, in order."""
        texts = ", ".join(expression for _, expression in self.columns)
        return f"SELECT id, {texts} FROM {self.table} WHERE id > %s AND id <= %s ORDER BY id"

    def leaf(self, row: tuple[Any, ...]) -> bytes:
        """The hash of a row as `select` gives it, under the stream's name."""
        # A lone surrogate can't be stored by the database, so every text encodes.
        return tree.leaf_hash(_as_json([self.name, *row]).encode())


def _columns(**kinds: str) -> tuple[tuple[str, str], ...]:
    make = {"text": _text, "time": _time, "list": _list}
    return tuple((name, make[kind](name)) for name, kind in kinds.items())


ACCESS = Stream(
    "access",
    1,
    _columns(
        at="time",
        recorded_at="time",
        verb="text",
        worker_id="text",
        worker_agency_id="text",
        integration_id="text",
        person_id="text",
        person_ids="list",
        owner_id="text",
        categories="list",
        why="text",
        purpose="text",
        request_ref="text",
        page="text",
    ),
)
EVENT = Stream(
    "event",
    2,
    _columns(
        at="time",
        recorded_at="time",
        verb="text",
        actor_worker_id="text",
        actor_agency_id="text",
        integration_id="text",
        subject_kind="text",
        subject_id="text",
        person_id="text",
        owner_id="text",
        data="text",
    ),
)
STREAMS = (ACCESS, EVENT)


@dataclass(frozen=True, slots=True)
class SealRow:
    """A seal as it stands in its table."""

    number: int
    after_id: int
    first_id: int
    last_id: int
    upto_id: int
    count: int
    root: bytes
    previous_hash: bytes
    hash: bytes
    sealed_at: datetime
    leaves: bytes

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """Each sealed row's id and hash, in order."""
        for start in range(0, len(self.leaves), LEAF_BYTES):
            entry = self.leaves[start : start + LEAF_BYTES]
            yield int.from_bytes(entry[:ID_BYTES], "big"), entry[ID_BYTES:]


def seal_hash(stream: str, seal: SealRow) -> bytes:
    """The hash that chains a seal: over everything in it but the leaves, which the root binds."""
    said = [
        FORMAT,
        stream,
        seal.number,
        seal.after_id,
        seal.first_id,
        seal.last_id,
        seal.upto_id,
        seal.count,
        seal.root.hex(),
        seal.previous_hash.hex(),
        seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    ]
    return sha256(b"\x02" + json.dumps(said, separators=(",", ":")).encode()).digest()


SEAL_COLUMNS = (
    "number, after_id, first_id, last_id, upto_id, count, root, previous_hash, hash,"
    " sealed_at, leaves"
)


def read_seals(cursor: Cursor, stream: str, after: int, limit: int) -> list[SealRow]:
    """The seals of a stream after number `after`, in order, at most `limit`."""
    cursor.execute(
        f"SELECT {SEAL_COLUMNS} FROM kernel_seal WHERE stream = %s AND number > %s"
        " ORDER BY number LIMIT %s",
        [stream, after, limit],
    )
    return [_seal_row(row) for row in cursor.fetchall()]


def last_seal(cursor: Cursor, stream: str) -> SealRow | None:
    """The newest seal of a stream."""
    cursor.execute(
        f"SELECT {SEAL_COLUMNS} FROM kernel_seal WHERE stream = %s ORDER BY number DESC LIMIT 1",
        [stream],
    )
    row = cursor.fetchone()
    return _seal_row(row) if row else None


def seal_all(*, now: datetime) -> int:
    """Seal all that is settled in every stream; answers the number of rows. For jobs only."""
    return sum(seal(stream, now=now) for stream in STREAMS)


def seal(stream: Stream, *, now: datetime) -> int:
    """Seal what is settled in one stream, and answer the number of rows.

    0 also when a long transaction is still writing: the next run takes its rows with the rest.
    """
    settled = settled_id(stream)
    if settled is None:
        return 0
    total = 0
    while rows := _seal_batch(stream, settled, now):
        total += rows
    return total


def head() -> str:
    """The hash of the newest seal of each stream, such as "access:12:ab.. event:9:cd..".

    Keep it outside the database: it vouches for everything up to it.
    """
    parts = []
    with as_system(), connection.cursor() as cursor:
        for stream in STREAMS:
            newest = last_seal(cursor, stream.name)
            if newest:
                parts.append(f"{stream.name}:{newest.number}:{newest.hash.hex()}")
    return " ".join(parts)


def settled_id(stream: Stream) -> int | None:
    """The highest id up to which no row can appear any more; None when writers don't pause.

    Rows take their numbers in order but commit in any. Each writer holds the stream's advisory
    lock from before the number to the end of its transaction, so having the lock alone, for an
    instant, means that every number handed out has been used or dropped.
    """
    for attempt in range(WAITS):
        if attempt:
            time.sleep(PAUSE_SECONDS * attempt)
        try:
            with as_system(), connection.cursor() as cursor:
                # New writers queue behind this wait, so it is short.
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT_FOR_WRITERS])
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, stream.lock])
                cursor.execute(
                    f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END"
                    f" FROM {stream.table}_id_seq"
                )
                return int(cursor.fetchone()[0])
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
    return None


def _seal_batch(stream: Stream, settled: int, now: datetime) -> int:
    """Seal up to `SEAL_ROWS` rows in a transaction of their own; answer how many."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, SEALING_LOCK + stream.lock]
        )
        previous = last_seal(cursor, stream.name)
        after = previous.upto_id if previous else 0
        cursor.execute(stream.select() + " LIMIT %s", [after, settled, SEAL_ROWS])
        entries = [(row[0], stream.leaf(row)) for row in cursor.fetchall()]
        if entries:
            _write_seal(cursor, stream, previous, entries, settled, now)
        return len(entries)


def _write_seal(
    cursor: Cursor,
    stream: Stream,
    previous: SealRow | None,
    entries: list[tuple[int, bytes]],
    settled: int,
    now: datetime,
) -> None:
    last_id = entries[-1][0]
    made = SealRow(
        number=previous.number + 1 if previous else 1,
        after_id=previous.upto_id if previous else 0,
        first_id=entries[0][0],
        last_id=last_id,
        # A full batch vouches only as far as it reaches; the last one for all that is settled.
        upto_id=last_id if len(entries) == SEAL_ROWS else settled,
        count=len(entries),
        root=tree.root(leaf for _, leaf in entries),
        previous_hash=previous.hash if previous else FIRST_PREVIOUS,
        hash=b"",
        sealed_at=now,
        leaves=b"".join(row_id.to_bytes(ID_BYTES, "big") + leaf for row_id, leaf in entries),
    )
    cursor.execute(
        f"INSERT INTO kernel_seal (stream, {SEAL_COLUMNS})"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            stream.name,
            made.number,
            made.after_id,
            made.first_id,
            made.last_id,
            made.upto_id,
            made.count,
            made.root,
            made.previous_hash,
            seal_hash(stream.name, made),
            made.sealed_at,
            made.leaves,
        ],
    )


def _seal_row(row: tuple[Any, ...]) -> SealRow:
    values: list[Any] = [bytes(v) if isinstance(v, memoryview) else v for v in row]
    return SealRow(*values)
