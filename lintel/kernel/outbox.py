"""The outbox: jobs that are queued by the very transaction that needs them.

A job's arguments are readable by whoever runs the queue: numbers and ids only, never words.
"""

from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager

# In the job worker, the library's own connector has connections of its own: what a job queues
# there is queued even if the job's transaction is rolled back, and before it is committed.
_IN_THIS_TRANSACTION = JobManager(DjangoConnector())


def defer(task: str, *, at: datetime | None = None, alone: str = "", **args: int | str) -> None:
    """Queue `task` (its name) for after the commit, or for the time `at` if that is later.

    `alone` names what only one job may work on: such jobs run one after another, and one that
    waits already is enough. Nothing is queued when the transaction rolls back. Raises RuntimeError
    outside of one, where the job could run before the change that it belongs to, or without it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A job is queued with the change that it belongs to.")
    lock = alone or None
    deferrer = app.configure_task(task, schedule_at=at, lock=lock, queueing_lock=lock)
    deferrer.job_manager = _IN_THIS_TRANSACTION
    # The savepoint: a job that waits already must not end the transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        deferrer.defer(**args)
