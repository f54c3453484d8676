"""What the partnership lead reads about feeds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from lintel.directory import policy
from lintel.directory.feeds.rules import GONE_HELD
from lintel.directory.models import Feed, FeedFault, FeedRun
from lintel.directory.states import ServiceState
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound

EXPORTED = 50_000


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed in the list, with its latest run and how many of its entries are published.

    `waits`: that run holds entries that are gone, until a lead decides.
    """

    feed: Feed
    run: FeedRun | None
    entries: int
    waits: bool


def feeds(actor: Actor) -> list[FeedRow]:
    """All feeds by name, stopped ones last. Raises Denied."""
    policy.keep_feeds(actor)
    latest = FeedRun.objects.filter(feed=OuterRef("pk")).order_by("-started", "-pk").values("pk")
    published = Count("services", filter=Q(services__state=ServiceState.PUBLISHED))
    found = list(
        Feed.objects.annotate(latest=Subquery(latest[:1]), entries=published).order_by(
            "-active", "name", "pk"
        )
    )
    runs = FeedRun.objects.in_bulk([feed.latest for feed in found if feed.latest])
    held = FeedFault.objects.filter(run_id__in=runs, code=GONE_HELD).values_list("run_id")
    waits = {run_id for (run_id,) in held.distinct()}
    return [
        FeedRow(feed, runs.get(feed.latest), feed.entries, feed.latest in waits) for feed in found
    ]


def feed(actor: Actor, feed_id: int) -> Feed:
    """A feed. Raises Denied, NotFound."""
    policy.keep_feeds(actor)
    found = Feed.objects.filter(pk=feed_id).first()
    if found is None:
        raise NotFound
    return found


def runs(actor: Actor, feed_id: int) -> QuerySet[FeedRun]:
    """The runs of a feed, newest first. Raises Denied."""
    policy.keep_feeds(actor)
    return FeedRun.objects.filter(feed_id=feed_id).order_by("-started", "-pk")


def run(actor: Actor, feed_id: int, run_id: int) -> FeedRun:
    """A run of a feed. Raises Denied, NotFound."""
    found = runs(actor, feed_id).filter(pk=run_id).select_related("feed").first()
    if found is None:
        raise NotFound
    return found


def faults(
    actor: Actor, run_id: int, *, code: str = "", kept_out: bool | None = None
) -> QuerySet[FeedFault]:
    """What a run found, in the feed's order; of one code, or kept out or not. Raises Denied."""
    policy.keep_feeds(actor)
    found = FeedFault.objects.filter(run_id=run_id).order_by("pk")
    if code:
        found = found.filter(code=code)
    return found if kept_out is None else found.filter(kept_out=kept_out)


def counted(actor: Actor, run_id: int) -> Mapping[str, int]:
    """How often each code was found, the most frequent first. Raises Denied."""
    policy.keep_feeds(actor)
    rows = FeedFault.objects.filter(run_id=run_id).values("code").annotate(number=Count("pk"))
    return {row["code"]: row["number"] for row in rows.order_by("-number", "code")}


def exported(
    actor: Actor, run_id: int, *, code: str, kept_out: bool | None
) -> Iterator[tuple[str, ...]]:
    """The rows of the file: id, name, what was wrong, what was done."""
    for one in faults(actor, run_id, code=code, kept_out=kept_out)[:EXPORTED].iterator():
        done = "Kept out" if one.kept_out else "Mended or noted"
        yield (one.key, one.name, one.code, one.words, done)
