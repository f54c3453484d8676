"""Reading the record back: what was changed, taken out or put in since it was sealed, and where.

Needs to read all rows: `lintel verify-record` does it as the role of the jobs; an auditor may do
it over a connection of their own that passes row security.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lintel.kernel import tree
from lintel.kernel.record import (
    FIRST_PREVIOUS,
    STREAMS,
    Cursor,
    SealRow,
    Stream,
    read_seals,
    seal_hash,
)

SEALS_AT_ONCE = 16
LARGEST_ID = 2**63 - 1
UNSEALED_AT_MOST = timedelta(hours=1)


class Wrong(StrEnum):
    """What was done to the record."""

    ROW_CHANGED = "row changed"
    ROW_DELETED = "row deleted"
    ROW_INSERTED = "row inserted"
    SEAL_CHANGED = "seal changed"
    SEAL_MISSING = "seal missing"
    HEAD_MISSING = "head missing"
    NOT_SEALED = "not sealed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, and where: the stream, the number of the seal, the id of the row."""

    stream: str
    what: Wrong
    seal: int | None
    row_id: int | None
    words: str

    def __str__(self) -> str:
        return f"{self.stream}: {self.words}"


@dataclass(frozen=True, slots=True)
class Head:
    """A head that was kept elsewhere, as `lintel.kernel.record.head` printed it."""

    stream: str
    number: int
    hash: bytes


def parse_heads(text: str) -> list[Head]:
    """Read "access:12:ab.. event:9:cd..". Raises ValueError when it isn't that."""
    heads = []
    for part in text.split():
        stream, number, hexed = part.split(":")
        if stream not in {known.name for known in STREAMS}:
            raise ValueError(f"There is no record called {stream!r}.")
        heads.append(Head(stream, int(number), bytes.fromhex(hexed)))
    return heads


def verify(
    cursor: Cursor, expected_head: str | None = None, *, now: datetime | None = None
) -> list[Finding]:
    """Everything that is wrong with the record, oldest first; an empty list when nothing is.

    `expected_head` is a head kept elsewhere (ValueError when it can't be read): without one, a
    record whose end was cut off, or that was sealed anew from some point on, looks whole. With
    `now`, rows that have waited too long for their seal are a finding too.
    """
    heads = parse_heads(expected_head or "")
    found: list[Finding] = []
    for stream in STREAMS:
        kept = {head.number: head.hash for head in heads if head.stream == stream.name}
        found.extend(_verify_stream(cursor, stream, kept, now))
    return found


def _verify_stream(
    cursor: Cursor, stream: Stream, kept: dict[int, bytes], now: datetime | None
) -> Iterator[Finding]:
    previous: SealRow | None = None
    missing_heads = dict(kept)
    while True:
        batch = read_seals(cursor, stream.name, previous.number if previous else 0, SEALS_AT_ONCE)
        if not batch:
            break
        for seal in batch:
            wrong = list(_verify_chain(stream, previous, seal))
            yield from wrong
            yield from _verify_rows(cursor, stream, previous, seal, trusted=not wrong)
            expected = missing_heads.pop(seal.number, None)
            if expected is not None and expected != seal_hash(stream.name, seal):
                yield _head_differs(stream, seal.number)
            previous = seal
    for number in sorted(missing_heads):
        yield _head_gone(stream, number, previous)
    if now:
        yield from _verify_tail(cursor, stream, previous, now)


def _verify_chain(stream: Stream, previous: SealRow | None, seal: SealRow) -> Iterator[Finding]:
    """Whether the seal agrees with itself and follows the one before."""
    expected_number = previous.number + 1 if previous else 1
    for number in range(expected_number, seal.number):
        words = f"seal {number} is missing"
        yield Finding(stream.name, Wrong.SEAL_MISSING, number, None, words)
    if not _is_whole(seal) or seal_hash(stream.name, seal) != seal.hash:
        words = f"seal {seal.number} was changed: it doesn't agree with itself"
        yield Finding(stream.name, Wrong.SEAL_CHANGED, seal.number, None, words)
    if seal.number != expected_number:
        return
    # An edited `hash` alone is told of at its own seal; the link is to what that seal says.
    links = {previous.hash, seal_hash(stream.name, previous)} if previous else {FIRST_PREVIOUS}
    if seal.previous_hash not in links or seal.after_id != (previous.upto_id if previous else 0):
        words = f"seal {seal.number} doesn't follow seal {seal.number - 1}: one was replaced"
        yield Finding(stream.name, Wrong.SEAL_CHANGED, seal.number, None, words)


def _is_whole(seal: SealRow) -> bool:
    """Whether the seal's list of rows is the one that its other columns tell of."""
    entries = list(seal.entries())
    ids = [row_id for row_id, _ in entries]
    return (
        bool(ids)
        and tree.root(leaf for _, leaf in entries) == seal.root
        and ids == sorted(set(ids))
        and (seal.count, seal.first_id, seal.last_id) == (len(ids), ids[0], ids[-1])
        and seal.after_id < seal.first_id <= seal.last_id <= seal.upto_id
    )


def _verify_rows(
    cursor: Cursor, stream: Stream, previous: SealRow | None, seal: SealRow, *, trusted: bool
) -> Iterator[Finding]:
    """Whether the rows in the seal's range are those that were sealed."""
    follows = previous is not None and previous.number + 1 == seal.number
    after = previous.upto_id if previous and follows else seal.after_id
    there = _rows_there(cursor, stream, after, seal.upto_id)
    if tree.root(there.values()) == seal.root:
        return
    if not trusted:
        # Its range may be a lie, and rows beside it innocent: keep to the rows that it names.
        named = [row_id for row_id, _ in seal.entries()] or [0]
        there = _rows_there(cursor, stream, min(named) - 1, max(named))
    sealed = dict(seal.entries())
    in_seal = f"sealed in seal {seal.number}"
    for row_id in sorted(there.keys() | sealed.keys()):
        if row_id not in there:
            what, words = Wrong.ROW_DELETED, f"row {row_id}, {in_seal}, was deleted"
        elif row_id not in sealed:
            what = Wrong.ROW_INSERTED
            words = f"row {row_id} was put in after the fact, among rows {in_seal}"
        elif there[row_id] != sealed[row_id]:
            what, words = Wrong.ROW_CHANGED, f"row {row_id}, {in_seal}, was changed"
        else:
            continue
        yield Finding(stream.name, what, seal.number, row_id, words)


def _rows_there(cursor: Cursor, stream: Stream, after: int, upto: int) -> dict[int, bytes]:
    cursor.execute(stream.select(), [after, min(upto, LARGEST_ID)])
    return {row[0]: stream.leaf(row) for row in cursor.fetchall()}


def _verify_tail(
    cursor: Cursor, stream: Stream, newest: SealRow | None, now: datetime
) -> Iterator[Finding]:
    cursor.execute(
        f"SELECT count(*), min(id) FROM {stream.table} WHERE id > %s AND recorded_at < %s",
        [newest.upto_id if newest else 0, now - UNSEALED_AT_MOST],
    )
    count, first = cursor.fetchone()
    if count:
        words = (
            f"{count} rows from row {first} on have waited over an hour for a seal:"
            " sealing has stopped, or seals were removed"
        )
        yield Finding(stream.name, Wrong.NOT_SEALED, None, first, words)


def _head_differs(stream: Stream, number: int) -> Finding:
    words = f"seal {number} isn't the one whose head was kept: the record was rewritten before it"
    return Finding(stream.name, Wrong.HEAD_MISSING, number, None, words)


def _head_gone(stream: Stream, number: int, newest: SealRow | None) -> Finding:
    until = f"now ends at seal {newest.number}" if newest else "now has no seals"
    words = f"seal {number}, whose head was kept, is gone: the record {until}"
    return Finding(stream.name, Wrong.HEAD_MISSING, number, None, words)
