"""The partnership lead looks after the feeds: other directories that are read into this one."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lintel.directory import policy
from lintel.directory.feeds import rounds
from lintel.directory.feeds.addresses import Refused, check_url
from lintel.directory.models import Feed, FeedRun
from lintel.directory.states import FeedVersion, RunState
from lintel.kernel import events, outbox
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound

LEAST_HOURS, MOST_HOURS = 1, 24 * 28


def add_feed(
    actor: Actor,
    *,
    name: str,
    url: str,
    version: str,
    licence: str,
    every_hours: int,
    now: datetime,
) -> int:
    """Add a feed, and begin its first reading; its number. Raises Denied, Invalid."""
    policy.keep_feeds(actor)
    values = _checked(name, url, version, licence, every_hours)
    with transaction.atomic():
        feed = Feed.objects.create(**values)
        _record(actor, "directory.feed_added", feed, now)
        _begin(feed, now)
    return feed.pk


def change_feed(
    actor: Actor,
    *,
    feed_id: int,
    name: str,
    url: str,
    version: str,
    licence: str,
    every_hours: int,
    now: datetime,
) -> None:
    """Change what is known of a feed. Raises Denied, NotFound, Invalid."""
    policy.keep_feeds(actor)
    values = _checked(name, url, version, licence, every_hours, feed_id)
    with transaction.atomic():
        feed = _locked(feed_id)
        for field, value in values.items():
            setattr(feed, field, value)
        feed.save(update_fields=list(values))
        _record(actor, "directory.feed_changed", feed, now)


def stop_feed(actor: Actor, *, feed_id: int, take_out: bool, now: datetime) -> None:
    """Read a feed no more; `take_out`: its entries leave the directory, too, a moment later.

    Raises Denied, NotFound, and Conflict when it was stopped before.
    """
    policy.keep_feeds(actor)
    with transaction.atomic():
        feed = _locked(feed_id)
        if not feed.active:
            raise Conflict("This feed was stopped before.")
        feed.active = False
        feed.save(update_fields=["active"])
        _record(actor, "directory.feed_stopped", feed, now, taken_out=take_out)
        if take_out:
            outbox.defer("directory.take_out_feed", feed_id=feed_id)


def restart_feed(actor: Actor, *, feed_id: int, now: datetime) -> None:
    """Read a feed again that was stopped. Raises Denied, NotFound, Conflict."""
    policy.keep_feeds(actor)
    with transaction.atomic():
        feed = _locked(feed_id)
        if feed.active:
            raise Conflict("This feed is being read as it should.")
        feed.active = True
        feed.save(update_fields=["active"])
        _record(actor, "directory.feed_restarted", feed, now)
        if feed.url and not _is_running(feed, now):
            _begin(feed, now)


def start_run(actor: Actor, *, feed_id: int, now: datetime) -> int:
    """Read a feed now; the number of the run. Raises Denied, NotFound, Conflict."""
    policy.keep_feeds(actor)
    with transaction.atomic():
        feed = _locked(feed_id)
        if not feed.active:
            raise Conflict("This feed was stopped. Start it again to read it.")
        if not feed.url:
            raise Conflict("This feed comes as a file: it is read by the command.")
        if _is_running(feed, now):
            raise Conflict("This feed is being read already.")
        _record(actor, "directory.feed_run_started", feed, now)
        return _begin(feed, now)


def take_out_gone(actor: Actor, *, feed_id: int, run_id: int, now: datetime) -> None:
    """Take out what the feed's latest run found gone and held back for a lead.

    Raises Denied, NotFound, and Conflict when there is nothing, or a newer run has looked.
    """
    policy.keep_feeds(actor)
    with transaction.atomic():
        feed = _locked(feed_id)
        row = rounds.held_run(feed_id)
        if row is None or row.pk != run_id:
            raise Conflict("There is nothing to take out: the feed was read again since.")
        _record(actor, "directory.feed_gone_taken_out", feed, now, run=run_id)
        outbox.defer("directory.take_out_held", alone=f"directory.held.{run_id}", run_id=run_id)


def _begin(feed: Feed, now: datetime) -> int:
    return rounds.begin_run(feed, now=now).pk


def _is_running(feed: Feed, now: datetime) -> bool:
    """Whether a run goes on; one that nobody carries on is ended."""
    for row in FeedRun.objects.filter(feed=feed, state=RunState.RUNNING):
        if not rounds.is_lost(row, now):
            return True
        rounds.end_lost(row, now)
    return False


def _locked(feed_id: int) -> Feed:
    feed = Feed.objects.select_for_update().filter(pk=feed_id).first()
    if feed is None:
        raise NotFound
    return feed


def _record(actor: Actor, verb: str, feed: Feed, now: datetime, **data: Any) -> None:
    events.record(actor, verb, now=now, subject=("feed", feed.pk), data=data)


def _checked(
    name: str, url: str, version: str, licence: str, every_hours: int, feed_id: int = 0
) -> dict[str, Any]:
    """The values, or Invalid with words by field."""
    name, licence = " ".join(name.split()), " ".join(licence.split())
    errors = {}
    if not 0 < len(name) <= 200:
        errors["name"] = "Enter the feed’s name, in up to 200 characters"
    elif Feed.objects.filter(name__iexact=name).exclude(pk=feed_id).exists():
        errors["name"] = "There is a feed of this name"
    try:
        url = check_url(url)
    except Refused as refused:
        errors["url"] = refused.words
    if len(url) > 2000:
        errors["url"] = "Enter an address of up to 2,000 characters"
    if version not in FeedVersion.values:
        errors["version"] = "Select the feed’s shape"
    if len(licence) > 200:
        errors["licence"] = "Enter the licence in up to 200 characters"
    if not LEAST_HOURS <= every_hours <= MOST_HOURS:
        errors["every_hours"] = "Enter from one hour to four weeks"
    if errors:
        raise Invalid(errors)
    return {
        "name": name,
        "url": url,
        "version": version,
        "licence": licence,
        "every_hours": every_hours,
    }
