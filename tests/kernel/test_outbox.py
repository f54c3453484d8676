"""Jobs queued by the transaction that needs them: with it, once where one is enough, or not."""

import pytest
from django.db import connection, transaction

from lintel.kernel import outbox

pytestmark = pytest.mark.django_db
TASK = "lintel.send_message"


def queued() -> list[tuple[str, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'message_id', lock FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def test_one_that_waits_already_is_enough() -> None:
    with transaction.atomic():
        outbox.defer(TASK, alone="feed.1", message_id="a")
        outbox.defer(TASK, alone="feed.1", message_id="b")
        outbox.defer(TASK, alone="feed.2", message_id="c")
        outbox.defer(TASK, message_id="d")
        outbox.defer(TASK, message_id="d")
    assert queued() == [("a", "feed.1"), ("c", "feed.2"), ("d", None), ("d", None)]


def test_what_is_rolled_back_queues_nothing() -> None:
    with transaction.atomic():
        outbox.defer(TASK, alone="feed.1", message_id="a")
        transaction.set_rollback(True)
    assert queued() == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_queued() -> None:
    with pytest.raises(RuntimeError):
        outbox.defer(TASK, alone="feed.1", message_id="a")
