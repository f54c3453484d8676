"""The kernel's jobs, run by the real worker in the application's role."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from lintel.kernel import access, once, outbox, record
from lintel.kernel.actor import Actor, bound
from lintel.kernel.states import AccessVerb
from tests.support import database
from tests.support.worker import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


def defer(task: str, **arguments: int | str) -> None:
    with transaction.atomic():
        outbox.defer(task, **arguments)


def left(task: str) -> list[str]:
    return [job.status for job in ProcrastinateJob.objects.filter(task_name=task)]


def test_upkeep_runs_by_the_clock() -> None:
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    expected = {
        "lintel.sweep_messages": "*/2 * * * *",
        "lintel.seal_record": "*/5 * * * *",
        "lintel.forget_answers": "17 3 * * *",
        "lintel.retry_stalled": "* * * * *",
        "lintel.drop_old_jobs": "29 3 * * *",
    }
    assert expected.items() <= periodic.items()


def test_the_record_is_sealed_by_a_job(
    actor: Actor, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction.atomic():
        access.record_listed(
            actor, now=now, person_ids=[42], categories=[], why="", verb=AccessVerb.LISTED
        )
    defer("lintel.seal_record", timestamp=0)
    with caplog.at_level("INFO", "lintel"):
        run_jobs()
    assert left("lintel.seal_record") == []
    assert record.head().startswith("access:1:")
    assert record.head() in caplog.text


@pytest.mark.parametrize(
    "task", ["lintel.sweep_messages", "lintel.forget_answers", "lintel.drop_old_jobs"]
)
def test_upkeep_may_do_what_it_does(task: str) -> None:
    defer(task, timestamp=0)
    run_jobs()
    assert left(task) == []


def test_old_answers_go(actor: Actor) -> None:
    with bound(actor):
        once.run(actor, "a", "new", lambda: 1)
        once.run(actor, "a", "old", lambda: 1)
    with database.superuser(connection.settings_dict["NAME"]) as behind:
        behind.execute(
            "UPDATE kernel_once SET created = %s WHERE key = 'old'",
            [timezone.now() - timedelta(days=8)],
        )
        defer("lintel.forget_answers", timestamp=0)
        run_jobs()
        assert behind.execute("SELECT key FROM kernel_once").fetchall() == [("new",)]


def test_a_job_whose_worker_was_killed_is_run_again() -> None:
    defer("lintel.sweep_messages", timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    for _ in range(5):  # The worker queues what is due by the clock, at its own pace.
        run_jobs()
    assert left("lintel.sweep_messages") == []


def test_what_a_job_queues_is_of_its_transaction_too() -> None:
    """The worker replaces the library's connector by one with connections of its own."""
    with app.replace_connector(app.connector.get_worker_connector()), app.open():
        with transaction.atomic():
            outbox.defer("lintel.send_message", message_id=str(uuid.uuid4()))
            transaction.set_rollback(True)
        assert left("lintel.send_message") == []
        defer("lintel.send_message", message_id=str(uuid.uuid4()))
    assert left("lintel.send_message") == ["todo"]


def test_stalled_upkeep_holds_no_other_job_up() -> None:
    """Upkeep that stalled can't wait twice: what stalled after it is run again all the same."""
    defer("lintel.sweep_messages", timestamp=0)
    defer("lintel.send_message", message_id=str(uuid.uuid4()))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (task_name, queueing_lock, queue_name, scheduled_at)"
            " VALUES ('lintel.sweep_messages', 'lintel.sweep_messages', 'default', %s)",
            [timezone.now() + timedelta(days=1)],
        )
    defer("lintel.retry_stalled", timestamp=0)
    run_jobs()
    assert "doing" not in left("lintel.send_message")
    assert left("lintel.retry_stalled") == []


def test_a_failed_job_stays_to_be_seen() -> None:
    defer("lintel.send_message", message_id="not an id")
    run_jobs()
    assert left("lintel.send_message") == ["failed"]
