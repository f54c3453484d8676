"""The jobs of sharing. Here, and only here, the time is taken from the machine's clock."""

import logging

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from lintel.kernel.actor import as_system
from lintel.sharing import (
    climbing,
    consent_news,
    held_back_reminding,
    previewing,
    prompting,
    reminding,
    spreading,
    upkeep,
)

logger = logging.getLogger(__name__)


@app.periodic(cron="43 3 * * *")
@app.task(name="lintel.check_sight", queueing_lock="lintel.check_sight")
def check_sight(timestamp: int) -> None:
    """Compare sight with its sources. A difference is a fault to look into: it is logged.

    Not while sight follows a change of the agreement (`spread_sight`): then it lags by design.
    """
    if spreading.under_way():
        return
    with as_system():
        found = upkeep.differences(connection)
    if found:
        logger.error("sight differs from its sources: %s", found)


@app.periodic(cron="11 7 * * *")
@app.task(name="sharing.remind_of_lapses", queueing_lock="sharing.remind_of_lapses")
def remind_of_lapses(timestamp: int) -> None:
    """Tell who will soon be outside the confidentiality loop, and who looks after them."""
    if told := reminding.remind(now=timezone.now()):
        logger.info("%s workers will soon be outside the loop and are told", told)


@app.periodic(cron="*/15 * * * *")
@app.task(name="sharing.climb", queueing_lock="sharing.climb")
def climb(timestamp: int) -> None:
    """Let late reviews of overrides go up."""
    late = climbing.climb(now=timezone.now())
    if late:
        logger.info("%s reviews of overrides are late", late)


@app.periodic(cron="21 7 * * *")
@app.task(name="sharing.remind_of_consent", queueing_lock="sharing.remind_of_consent")
def remind_of_consent(timestamp: int) -> None:
    """Remind of consents that end soon, and of people who have not been told of another basis."""
    now = timezone.now()
    ending, untold = consent_news.remind_ending(now=now), consent_news.remind_untold(now=now)
    if ending or untold:
        logger.info("%s consents end soon and %s bases are untold: reminded", ending, untold)


@app.periodic(cron="7 7 * * *")
@app.task(name="lintel.agreement_day", queueing_lock="lintel.agreement_day")
def agreement_day(timestamp: int) -> None:
    """Remind of versions to sign, and of the agreement's review."""
    prompting.of_the_day(timezone.now())


@app.task(name="lintel.remind_agreement")
def remind_agreement(agreement_id: int, agency_id: int) -> None:
    """Remind those who haven't signed or accepted; `agency_id` 0 for every agency."""
    prompting.who_waits(agreement_id, agency_id or None, timezone.now())


@app.periodic(cron="17 7 * * *")
@app.task(name="sharing.remind_of_held_back", queueing_lock="sharing.remind_of_held_back")
def remind_of_held_back(timestamp: int) -> None:
    """Tell who holds a note back that it is to be looked at again."""
    if told := held_back_reminding.remind(now=timezone.now()):
        logger.info("%s workers are told to look again at a note that is held back", told)


@app.task(name="lintel.spread_sight")
def spread_sight() -> None:
    """Make sight what a change of the agreement says, a few hundred people at a time."""
    changed = spreading.run(timezone.now)
    logger.info("sight follows the agreement, %s rows changed", changed)


@app.task(name="lintel.count_preview")
def count_preview(preview_id: int) -> None:
    """Count who would gain and lose sight by a draft of the agreement."""
    previewing.count(preview_id, timezone.now())
