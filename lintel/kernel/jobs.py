"""The kernel's jobs: delivery of events and messages, sealing, and the queue's own upkeep.

Run by `lintel worker`, as the application's role. Here, and only here, the time is taken from
the machine's clock.
"""

import logging
import uuid
from contextlib import suppress
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation

from lintel.kernel import events, messages, once, record

logger = logging.getLogger(__name__)

ANSWERS_KEPT = timedelta(days=7)
JOBS_KEPT_HOURS = 24 * 30
STALLED_SECONDS = 60
DATABASE_AWAY = {OperationalError, InterfaceError}


@app.task(
    name="lintel.deliver_event",
    retry=RetryStrategy(max_attempts=10, exponential_wait=4),
)
def deliver_event(event_id: int, handler: str) -> None:
    """Hand one event to one subscriber; tried again with growing pauses while it fails."""
    events.deliver(event_id, handler)


@app.task(
    name="lintel.send_message",
    retry=RetryStrategy(max_attempts=10, exponential_wait=4, retry_exceptions=DATABASE_AWAY),
)
def send_message(message_id: str) -> None:
    """Try to send one message. Its retries are its own: see `lintel.kernel.messages`.

    Only when the database is away it can't note how the try ended, and looks again.
    """
    messages.deliver(uuid.UUID(message_id))


@app.periodic(cron="*/2 * * * *")
@app.task(name="lintel.sweep_messages", queueing_lock="lintel.sweep_messages")
def sweep_messages(timestamp: int) -> None:
    """Send what was lost on the way: the safety net of `send_message`."""
    messages.sweep()


@app.periodic(cron="*/5 * * * *")
@app.task(name="lintel.seal_record", queueing_lock="lintel.seal_record")
def seal_record(timestamp: int) -> None:
    """Seal what was added to the record since the last time, and log the head.

    Logs leave the machine sooner than a database does: the head there is a witness.
    """
    if record.seal_all(now=timezone.now()):
        logger.info("record sealed, head %s", record.head())


@app.periodic(cron="17 3 * * *")
@app.task(name="lintel.forget_answers", queueing_lock="lintel.forget_answers")
def forget_answers(timestamp: int) -> None:
    """Drop old answers kept for repeats."""
    once.forget(timezone.now() - ANSWERS_KEPT)


@app.periodic(cron="* * * * *")
@app.task(name="lintel.retry_stalled", queueing_lock="lintel.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Run again the jobs whose worker was killed: its heart has stopped.

    So every job must be safe to run again after its commit: that is where a kill can fall.
    """
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        # The same upkeep may wait already, for the clock went on: then it need not run twice.
        # The next minute asks again, so that no other job is held up behind it.
        with suppress(UniqueViolation):
            await jobs.retry_job(job)


@app.periodic(cron="29 3 * * *")
@app.task(name="lintel.drop_old_jobs", queueing_lock="lintel.drop_old_jobs", pass_context=True)
async def drop_old_jobs(context: JobContext, timestamp: int) -> None:
    """Drop jobs that ended a month ago. Failed ones too: what failed is logged and shown."""
    await context.app.job_manager.delete_old_jobs(nb_hours=JOBS_KEPT_HOURS, include_failed=True)
