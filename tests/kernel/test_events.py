"""Events: written with the change, delivered after it, by the real job worker."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lintel.kernel import events, outbox
from lintel.kernel.actor import Actor, as_system, bound
from lintel.kernel.errors import NotFound
from lintel.kernel.models import Event
from tests.support.worker import run_jobs

HEARD: list[events.Happened] = []
FAILS: list[str] = []


def hear(event: events.Happened) -> None:
    """A subscriber; says when it was called inside the change's own transaction."""
    assert not connection.in_atomic_block
    if FAILS:
        raise RuntimeError(FAILS.pop())
    HEARD.append(event)


@pytest.fixture
def subscribed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(events, "_handlers", {})
    HEARD.clear()
    FAILS.clear()
    events.subscribe("requests.sent", f"{__name__}.hear")
    events.subscribe("requests.sent", f"{__name__}.hear")
    yield
    HEARD.clear()


def send(actor: Actor | None, now: datetime) -> None:
    events.record(
        actor,
        "requests.sent",
        now=now,
        subject=("request", 12),
        person_id=42,
        owner_id=5,
        data={"amount": Decimal("2.50"), "on": now.date()},
    )


@pytest.mark.django_db
def test_an_event_says_who_did_what(actor: Actor, now: datetime) -> None:
    send(actor, now)
    send(None, now)
    with as_system():
        first, second = Event.objects.order_by("id")
    assert (first.at, first.verb, first.actor_worker_id, first.actor_agency_id) == (
        now,
        "requests.sent",
        7,
        3,
    )
    assert (first.subject_kind, first.subject_id) == ("request", "12")
    assert (first.person_id, first.owner_id) == (42, 5)
    assert first.data == {"amount": "2.50", "on": "2026-11-16"}
    assert second.actor_worker_id is None


@pytest.mark.django_db
def test_the_worker_cannot_read_events(actor: Actor, now: datetime) -> None:
    with bound(actor):
        send(actor, now)
        assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["sent", "Requests.sent", "requests.", "requests.sent now"])
def test_a_verb_that_is_no_event_is_refused(actor: Actor, now: datetime, verb: str) -> None:
    with pytest.raises(ValueError, match="no event"):
        events.record(actor, verb, now=now, subject=("request", 1))


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_hears_after_the_commit_and_once(
    subscribed: None, actor: Actor, now: datetime
) -> None:
    with bound(actor):
        send(actor, now)
    run_jobs()
    run_jobs()
    (event,) = HEARD
    assert (event.verb, event.subject_id, event.data["amount"]) == ("requests.sent", "12", "2.50")
    assert not ProcrastinateJob.objects.filter(task_name="lintel.deliver_event").exists()


@pytest.mark.django_db(transaction=True)
def test_the_job_carries_numbers_only(subscribed: None, actor: Actor, now: datetime) -> None:
    with bound(actor):
        send(actor, now)
    job = ProcrastinateJob.objects.get(task_name="lintel.deliver_event")
    assert set(job.args) == {"event_id", "handler"}
    assert isinstance(job.args["event_id"], int)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_heard(subscribed: None, actor: Actor, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError), bound(actor):  # noqa: PT012
        send(actor, now)
        raise ZeroDivisionError
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_system_can_queue_too(subscribed: None, now: datetime) -> None:
    with as_system():
        send(None, now)
    run_jobs()
    assert len(HEARD) == 1


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_fails_is_called_again(
    subscribed: None, actor: Actor, now: datetime
) -> None:
    FAILS.append("the first time")
    with bound(actor):
        send(actor, now)
    run_jobs()
    job = ProcrastinateJob.objects.get(task_name="lintel.deliver_event")
    assert (job.status, job.attempts, HEARD) == ("todo", 1, [])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    run_jobs()
    assert len(HEARD) == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_is_queued_within_a_transaction_or_not_at_all() -> None:
    with pytest.raises(RuntimeError, match="queued with the change"):
        outbox.defer("lintel.deliver_event", event_id=1, handler="x")
    with transaction.atomic():
        outbox.defer("lintel.deliver_event", event_id=1, handler="x")
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db
def test_an_event_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        events.deliver(1, f"{__name__}.hear")
