"""Runs the relay's jobs inside a test's transaction, at the time that the test says it is."""

import json
from datetime import datetime

from django.db import connection

from lintel.kernel import events
from lintel.requests import climbing, relay
from tests.support.db import as_role, rows

RELAY = {
    "requests.deliver": relay.deliver,
    "requests.withdrawn": relay.withdrawn,
    "requests.written": relay.written,
    "requests.amended": relay.amended,
    "requests.sender_changed": relay.sender_changed,
    "requests.try_open": relay.try_open,
}


def pump(now: datetime) -> int:
    """Run what was queued for the relay, oldest first, until nothing is left; how many."""
    count = 0
    while True:
        with as_role("postgres"):
            found = rows(
                "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
                " AND (task_name LIKE 'requests.%%' OR task_name = 'lintel.deliver_event')"
                " ORDER BY id LIMIT 1"
            )
            if not found:
                return count
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [found[0][0]])
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [found[0][0]])
        _, task, given = found[0]
        args = json.loads(given) if isinstance(given, str) else given
        if task == "lintel.deliver_event":
            events.deliver(**args)
        else:
            RELAY[task](**args, now=now)
        count += 1


def tick(now: datetime) -> None:
    """All that the jobs do at this moment: the relay, then the clocks."""
    pump(now)
    climbing.climb(now=now)
    climbing.tell_senders(now=now)
    climbing.back_to_teams(now=now)
    relay.check_consents(now=now)
