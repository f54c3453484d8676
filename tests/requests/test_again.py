"""Every job of the relay may be run again after its commit: that is where a kill can fall."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from lintel.kernel.actor import bound
from lintel.requests import actions
from tests.requests.pump import RELAY
from tests.requests.world import NOW, concern, make_world
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WRITTEN = (
    "requests_request",
    "requests_handling",
    "requests_step",
    "requests_notice",
    "requests_message",
    "kernel_message",
    "kernel_event",
    "procrastinate_jobs",
)


def everything() -> dict[str, list[str]]:
    """Every row of what the relay writes."""
    with as_role("postgres"):
        return {
            table: sorted(row for (row,) in rows(f"SELECT to_jsonb(t)::text FROM {table} t"))
            for table in WRITTEN
        }


def run_twice(task: str) -> None:
    """Run the job of this task that waits; then again, when it must change nothing."""
    with as_role("postgres"), connection.cursor() as cursor:
        found = rows("SELECT id, args FROM procrastinate_jobs WHERE task_name = %s", task)
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [found[0][0]])
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [found[0][0]])
    args = json.loads(found[0][1]) if isinstance(found[0][1], str) else found[0][1]
    before = everything()
    RELAY[task](**args, now=NOW + 5 * HOUR)
    once = everything()
    RELAY[task](**args, now=NOW + 6 * HOUR)
    assert everything() == once
    # Only asking to open does nothing here: nobody consented.
    assert (once != before) is (task != "requests.try_open")


@pytest.mark.parametrize("decided", [False, True], ids=["waiting", "decided"])
def test_what_the_relay_did_is_done_once(decided: bool) -> None:
    world = make_world()
    officer, lead, nurse = world.actor("officer"), world.actor("office_lead"), world.actor("nurse")
    with bound(officer):
        reference = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk)).reference
    run_twice("requests.deliver")
    if decided:
        with bound(nurse):
            actions.take(nurse, now=NOW + HOUR, reference=reference)
            actions.decide(
                nurse, now=NOW + 2 * HOUR, reference=reference, decision="advice", advice="Ring"
            )
    with bound(officer):
        actions.add_information(officer, now=NOW + 3 * HOUR, reference=reference, words="More")
    run_twice("requests.written")
    with bound(officer):
        actions.open_thread(officer, now=NOW + 4 * HOUR, reference=reference)
    run_twice("requests.try_open")
    with bound(lead):
        actions.hand_over_sent(
            lead,
            now=NOW + 4 * HOUR,
            from_worker_id=officer.worker_id,
            to_worker_id=world.colleague.pk,
        )
    run_twice("requests.sender_changed")
    colleague = world.actor("colleague")
    with bound(colleague):
        actions.withdraw(colleague, now=NOW + 4 * HOUR, reference=reference, words="Enough")
    run_twice("requests.withdrawn")
