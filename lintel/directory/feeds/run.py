"""One run of a feed: read, mend, merge, and take out what is gone.

Batches have transactions of their own: a run that is killed keeps what it did, and the next goes
over it without a write. Nothing is taken for gone unless the feed was read to its end.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import F

from lintel.directory.actions.publishing import take_out_all
from lintel.directory.feeds import v1, v3
from lintel.directory.feeds.addresses import Fetcher
from lintel.directory.feeds.merge import Merger
from lintel.directory.feeds.pages import FileSource, Given, PagedSource, Source
from lintel.directory.feeds.reading import Stream, Unreadable
from lintel.directory.feeds.rules import GONE, GONE_HELD, NOTED, Fault, KeptOut
from lintel.directory.models import Feed, FeedFault, FeedRun, Service
from lintel.directory.states import FeedVersion, RunState, ServiceState
from lintel.kernel.actor import as_system

logger = logging.getLogger(__name__)

BATCH = 500
MOST_FAULTS = 50_000
FAULTS_KEPT = timedelta(days=90)
# Above this share gone at once, somebody is asked first: feeds break more often than councils do.
MOST_GONE = 0.3
# The first half of the advisory lock's number; the second is the feed's.
LOCKS = 0x6C66
STOPPED_FEED = "The feed was stopped."
CUT_SHORT = "The program that read it was stopped. The next run goes on from there."

OUR_FAULT = "A fault of this program ended the reading. It was noted for whoever runs it."


class Busy(Exception):
    """Another process reads this feed now."""


@dataclass
class Run:
    """A run at work."""

    feed: Feed
    row: FeedRun
    now: datetime
    seen: set[bytes] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)
    faults: int = 0

    @property
    def moment(self) -> datetime:
        """The present, from the time that was passed in."""
        return self.now + timedelta(seconds=time.monotonic() - self.began)

    def read(self, source: Source) -> None:
        """Read the source to its end, or to where it breaks."""
        active = self.feed.active
        merger = Merger(self.feed, self.now)
        entries = source.entries()
        while batch := list(islice(entries, BATCH)):
            with as_system():
                if active and not Feed.objects.filter(pk=self.feed.pk, active=True).exists():
                    source.cut = STOPPED_FEED
                    break
                self._merge(batch, merger)
        with as_system():
            words = self._missing() if source.complete else self._nothing_gone(source)
            self._end(source, words)

    def _merge(self, batch: list[Given], merger: Merger) -> None:
        good: list[v3.Mapped] = []
        kept_out: list[FeedFault] = []
        for given in batch:
            try:
                good.append(self._mapped(given))
            except KeptOut as out:
                kept_out.append(self._fault(v3.key_of(given.raw), given.raw, out.fault))
        outcome = merger.merge(good)
        kept_out += [
            self._fault(one.key, {"name": one.document.entry.name}, Fault("own_entry"))
            for one in outcome.own
        ]
        own = {one.key for one in outcome.own}
        good = [one for one in good if one.key not in own]
        mended = [
            self._fault(one.key, {"name": one.document.entry.name}, fault)
            for one in good
            for fault in one.faults
        ]
        self._keep_faults(kept_out + mended)
        FeedRun.objects.filter(pk=self.row.pk).update(
            read=F("read") + len(batch),
            added=F("added") + outcome.added,
            changed=F("changed") + outcome.changed,
            unchanged=F("unchanged") + outcome.unchanged,
            kept_out=F("kept_out") + len(kept_out),
            mended=F("mended") + sum(bool(one.faults) for one in good),
        )

    def _mapped(self, given: Given) -> v3.Mapped:
        raw = given.raw
        if isinstance(raw, Unreadable):
            raise KeptOut("unreadable", raw.words)
        key = v3.key_of(raw)
        if key:
            mark = mark_of(key)
            if mark in self.seen:
                raise KeptOut("repeated_id")
            # Also when it is kept out below: it is in the feed, so what stands here isn't gone.
            self.seen.add(mark)
        one = _read(self.feed, raw, self.now.date())
        if given.partial:
            one.partial = True
            one.faults.append(Fault("detail_missing"))
        return one

    def _fault(self, key: str, raw: object, fault: Fault) -> FeedFault:
        return FeedFault(
            run=self.row,
            key=key,
            name=v3.name_of(raw),
            code=fault.code,
            words=fault.words,
            kept_out=fault.kept_out,
        )

    def _keep_faults(self, faults: list[FeedFault]) -> None:
        kept = faults[: max(0, MOST_FAULTS - self.faults)]
        self.faults += len(faults)
        FeedFault.objects.bulk_create(kept, batch_size=BATCH)

    # The end

    def _missing(self) -> str:
        """Take out what is no longer in the feed, unless it is so much that a lead is asked."""
        rows = Service.objects.filter(feed=self.feed, state=ServiceState.PUBLISHED)
        all_of = 0
        gone: list[tuple[UUID, str, str]] = []
        for pk, key, name in rows.values_list("pk", "feed_key", "name").iterator():
            all_of += 1
            if mark_of(key) not in self.seen:
                gone.append((pk, key, name))
        if not gone:
            return ""
        held = len(gone) > all_of * MOST_GONE
        code = GONE_HELD if held else GONE
        self._keep_faults(
            [
                FeedFault(
                    run=self.row, key=key, name=name, code=code, words=NOTED[code], kept_out=False
                )
                for _, key, name in gone
            ]
        )
        if held:
            return (
                f"{len(gone):,} of {all_of:,} entries are no longer in the feed. That is so many "
                "that they stay until you decide."
            )
        take_out_gone([pk for pk, _, _ in gone], now=self.now)
        FeedRun.objects.filter(pk=self.row.pk).update(gone=len(gone))
        return ""

    def _nothing_gone(self, source: Source) -> str:
        return (
            "What was read is kept, and nothing was taken out."
            if source.cut
            else ("So nothing was taken out.")
        )

    def _end(self, source: Source, words: str) -> None:
        if self.faults > MOST_FAULTS:
            source.notes.append(f"Only the first {MOST_FAULTS:,} faults are listed.")
        told = " ".join(part for part in (source.cut, *source.notes, words) if part)
        FeedRun.objects.filter(pk=self.row.pk).update(
            state=RunState.STOPPED if source.cut else RunState.DONE,
            words=told[:500],
            ended=self.moment,
        )


def _read(feed: Feed, raw: object, today: date) -> v3.Mapped:
    if isinstance(raw, dict) and feed.version == FeedVersion.V1:
        raw = v1.to_v3(raw)
    try:
        return v3.read(raw, today=today)
    except KeptOut:
        raise
    except Exception as error:
        # Nobody foresees all; one entry must not end the reading of thousands.
        # The error's words may hold what the entry says of somebody.
        logger.error("an entry of feed %s could not be read: %s", feed.pk, type(error).__name__)
        raise KeptOut("not_understood", type(error).__name__) from error


def mark_of(key: str) -> bytes:
    """A key in few bytes, for hundreds of thousands of them."""
    return blake2b(key.encode("utf-8", "replace"), digest_size=16).digest()


def take_out_gone(ids: Sequence[UUID], *, now: datetime) -> None:
    """Take out entries that are gone, so that they come back by themselves if they do."""
    rest = iter(ids)
    while some := list(islice(rest, BATCH)):
        take_out_all(some, now=now)
        Service.objects.filter(pk__in=some).update(feed_digest="")


def begin(feed: Feed, *, now: datetime) -> FeedRun:
    """A new run of the feed, in a transaction of its own."""
    with as_system():
        return FeedRun.objects.create(feed=feed, started=now)


def import_stream(feed: Feed, file: Stream, *, now: datetime) -> FeedRun:
    """Read a file (or any stream of bytes) as the feed. Returns the run when it has ended.

    Raises Busy when the feed is being read already.
    """
    with alone(feed.pk):
        return _run(feed, begin(feed, now=now), FileSource(file), now)


def import_url(feed: Feed, *, now: datetime, row: FeedRun | None = None) -> FeedRun:
    """Read the feed from its address, as `row` where the run was begun before. Raises Busy."""
    fetcher = Fetcher()
    try:
        with alone(feed.pk):
            return _run(feed, row or begin(feed, now=now), PagedSource(feed.url, fetcher), now)
    finally:
        fetcher.close()


def _run(feed: Feed, row: FeedRun, source: Source, now: datetime) -> FeedRun:
    with as_system():
        _end_others(feed, row, now)
        _forget_faults(feed, now)
        # A run that is taken up again counts from the start: what it did is unchanged then.
        FeedFault.objects.filter(run=row).delete()
        FeedRun.objects.filter(pk=row.pk).update(
            read=0, added=0, changed=0, unchanged=0, kept_out=0, mended=0, gone=0
        )
    run = Run(feed, row, now)
    try:
        run.read(source)
    except DatabaseError:
        # The job runs again, and goes on from there.
        raise
    except Exception:
        with as_system():
            FeedRun.objects.filter(pk=row.pk).update(
                state=RunState.STOPPED, ended=run.moment, words=OUR_FAULT
            )
        raise
    row.refresh_from_db()
    logger.info("feed %s read: %s, %s entries", feed.pk, row.state, row.read)
    return row


def _forget_faults(feed: Feed, now: datetime) -> None:
    """Old lists of faults go; the counts of their runs stay."""
    FeedFault.objects.filter(run__feed=feed, run__started__lt=now - FAULTS_KEPT).delete()


def _end_others(feed: Feed, row: FeedRun, now: datetime) -> None:
    """Runs that no process carries on: we hold the lock, so nobody else is at work."""
    others = FeedRun.objects.filter(feed=feed, state=RunState.RUNNING).exclude(pk=row.pk)
    others.update(state=RunState.STOPPED, ended=now, words=CUT_SHORT)


@contextmanager
def alone(feed_id: int) -> Iterator[None]:
    """Hold the feed for this process. Raises Busy when another holds it.

    A lock of the connection's: whoever dies lets it go.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, feed_id])
        if not cursor.fetchone()[0]:
            raise Busy
    try:
        yield
    finally:
        # After an error the connection may be gone, and the lock with it.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, feed_id])
