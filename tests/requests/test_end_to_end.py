"""The main path on the real queue: a concern goes out, arrives, is taken, decided, and shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.kernel.actor import as_system, bound
from lintel.kernel.models import Message as Mail
from lintel.requests import actions, queries
from lintel.requests.models import Handling, Notice, Step
from lintel.requests.states import Shown, State
from tests.requests.world import LATER, concern, make_world
from tests.support.worker import run_jobs


@pytest.mark.django_db(transaction=True)
def test_a_concern_reaches_the_named_nurse_and_comes_back_decided() -> None:
    world = make_world()
    officer, nurse = world.actor("officer"), world.actor("nurse")
    sent_at = timezone.now() - timedelta(days=20)
    with bound(officer):
        request = actions.raise_concern(officer, now=sent_at, **concern(world.tenant.pk))
        assert queries.sent_one(officer, request.reference, now=LATER).shown is Shown.SENT
        assert not Handling.objects.exists()
    run_jobs()
    with bound(officer):
        assert queries.sent_one(officer, request.reference, now=LATER).shown is Shown.RECEIVED
        assert not Handling.objects.exists()
        assert not Step.objects.exists()
    with bound(nurse):
        rows = list(queries.inbox(nurse, now=timezone.now()))
        assert [(r.reference, r.worker_name) for r in rows] == [(request.reference, "Nia Nurse")]
        actions.take(nurse, now=sent_at + timedelta(hours=1), reference=request.reference)
        decided = actions.decide(
            nurse,
            now=sent_at + timedelta(hours=2),
            reference=request.reference,
            decision="acting",
            words="I see him on Friday.",
        )
        assert decided.state == State.ACTIVE
    with bound(officer):
        view = queries.sent_one(officer, request.reference, now=LATER)
        assert view.shown is Shown.DECIDED
        assert view.handling is None
        assert {n.words for n in Notice.objects.all()} == {""}
    with as_system():
        # Another, "overdue", is of the clocks' job: it was sent three weeks ago.
        told = list(Mail.objects.filter(to_user_id=officer.user_id, template="new"))
        assert [m.link for m in told] == [f"/requests/sent/{request.reference}/"]
        assert told[0].next_attempt > sent_at + timedelta(days=1)
    run_jobs()
