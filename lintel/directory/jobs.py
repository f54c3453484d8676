"""The jobs of the directory. Here, and only here, the time is taken from the machine's clock."""

import logging

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lintel.directory import upkeep
from lintel.directory.feeds import rounds

logger = logging.getLogger(__name__)

DATABASE_AWAY = RetryStrategy(
    max_attempts=5, exponential_wait=4, retry_exceptions={OperationalError, InterfaceError}
)


@app.periodic(cron="41 6 * * *")
@app.task(name="directory.remind", queueing_lock="directory.remind")
def remind(timestamp: int) -> None:
    """Put entries that nobody checks before who answers for them."""
    if reminded := upkeep.remind(now=timezone.now()):
        logger.info("%s entries of the directory wait to be checked", reminded)


@app.periodic(cron="*/10 * * * *")
@app.task(name="directory.due_feeds", queueing_lock="directory.due_feeds")
def due_feeds(timestamp: int) -> None:
    """Begin the reading of feeds whose time has come."""
    if begun := rounds.start_due(now=timezone.now()):
        logger.info("%s feeds are to be read", begun)


@app.task(name="directory.read_feed", retry=DATABASE_AWAY)
def read_feed(run_id: int) -> None:
    """Read a feed from its address."""
    rounds.read(run_id, now=timezone.now())


@app.task(name="directory.take_out_held", retry=DATABASE_AWAY)
def take_out_held(run_id: int) -> None:
    """Take out what a run found gone, now that a lead has said so."""
    rounds.take_out_held(run_id, now=timezone.now())


@app.task(name="directory.take_out_feed", retry=DATABASE_AWAY)
def take_out_feed(feed_id: int) -> None:
    """Take out every entry of a feed that was stopped."""
    rounds.take_out_feed(feed_id, now=timezone.now())
