"""When feeds are read, and what follows a lead's word. For the jobs: each is safe to run again."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, OuterRef, Subquery

from lintel.directory.feeds.rules import GONE, GONE_HELD, NOTED
from lintel.directory.feeds.run import CUT_SHORT, LOCKS, Busy, import_url, take_out_gone
from lintel.directory.models import Feed, FeedFault, FeedRun, Service
from lintel.directory.states import RunState, ServiceState
from lintel.kernel import outbox
from lintel.kernel.actor import as_system

# A run whose process died is taken up again before this (the queue's upkeep does it).
LOST_AFTER = timedelta(minutes=30)
TAKEN_OUT = "They were taken out."


def alone(feed_id: int) -> str:
    """What the queue calls the feed, so that one job at a time works on it."""
    return f"directory.feed.{feed_id}"


def start_due(*, now: datetime) -> int:
    """Begin a run of each feed whose time has come; how many."""
    with as_system():
        _end_lost(now)
        last = FeedRun.objects.filter(feed=OuterRef("pk")).order_by("-started").values("started")
        running = FeedRun.objects.filter(state=RunState.RUNNING).values("feed_id")
        due = [
            feed
            for feed in Feed.objects.filter(active=True)
            .exclude(url="")
            .exclude(pk__in=running)
            .annotate(last=Subquery(last[:1]))
            if feed.last is None or feed.last <= now - timedelta(hours=feed.every_hours)
        ]
        for feed in due:
            begin_run(feed, now=now)
    return len(due)


def begin_run(feed: Feed, *, now: datetime) -> FeedRun:
    """Begin a run and queue its job, in the current transaction."""
    row = FeedRun.objects.create(feed=feed, started=now)
    outbox.defer("directory.read_feed", alone=alone(feed.pk), run_id=row.pk)
    return row


def is_lost(row: FeedRun, now: datetime) -> bool:
    """Whether a run that says it is running has nobody who runs it."""
    if row.state != RunState.RUNNING or row.started > now - LOST_AFTER:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCKS, row.feed_id])
        return bool(cursor.fetchone()[0])


def end_lost(row: FeedRun, now: datetime) -> None:
    """End a run that nobody carries on."""
    FeedRun.objects.filter(pk=row.pk, state=RunState.RUNNING).update(
        state=RunState.STOPPED, ended=now, words=CUT_SHORT
    )


def _end_lost(now: datetime) -> None:
    for row in FeedRun.objects.filter(state=RunState.RUNNING):
        if is_lost(row, now):
            end_lost(row, now)


def read(run_id: int, *, now: datetime) -> None:
    """Read the feed of a run that was begun. Nothing where it has ended meanwhile."""
    with as_system():
        row = FeedRun.objects.select_related("feed").filter(pk=run_id).first()
    if row is None or row.state != RunState.RUNNING:
        return
    try:
        import_url(row.feed, now=now, row=row)
    except Busy:
        with as_system():
            FeedRun.objects.filter(pk=run_id).update(
                state=RunState.STOPPED, ended=now, words="Another reading of it was going on."
            )


def held_run(feed_id: int) -> FeedRun | None:
    """The feed's latest run, if it holds entries that a lead is asked about."""
    latest = FeedRun.objects.filter(feed_id=feed_id).order_by("-started", "-pk").first()
    if latest is None or latest.state != RunState.DONE:
        return None
    held = FeedFault.objects.filter(run=latest, code=GONE_HELD)
    return latest if held.exists() else None


def take_out_held(run_id: int, *, now: datetime) -> None:
    """Take out what the run held back, unless a newer one has looked since."""
    with as_system():
        row = FeedRun.objects.filter(pk=run_id).first()
        if row is None or held_run(row.feed_id) != row:
            return
        held = FeedFault.objects.filter(run=row, code=GONE_HELD)
        services = Service.objects.filter(
            feed_id=row.feed_id,
            state=ServiceState.PUBLISHED,
            feed_key__in=held.values("key"),
        )
        ids = list(services.values_list("pk", flat=True))
        take_out_gone(ids, now=now)
        held.update(code=GONE, words=NOTED[GONE])
        FeedRun.objects.filter(pk=run_id).update(
            gone=F("gone") + len(ids), words=f"{row.words} {TAKEN_OUT}"[:500]
        )


def take_out_feed(feed_id: int, *, now: datetime) -> None:
    """Take out every entry of a feed, unless it was started again."""
    with as_system():
        if Feed.objects.filter(pk=feed_id, active=False).exists():
            rows = Service.objects.filter(feed_id=feed_id, state=ServiceState.PUBLISHED)
            take_out_gone(list(rows.values_list("pk", flat=True)), now=now)
