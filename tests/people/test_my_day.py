"""My day: what each worker finds there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lintel.agencies.states import Role, TeamRole
from lintel.kernel.actor import bound
from lintel.kernel.models import Message
from lintel.kernel.states import MessageState
from lintel.requests import actions
from lintel.requests.models import Notice
from tests import factories
from tests.requests.pump import pump
from tests.requests.world import HOUR, NOW, World, concern, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def day_of(worker) -> str:
    client = Client()
    client.force_login(worker.user)
    page = client.get("/")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_nothing_waits(world):
    words = day_of(factories.worker(factories.team()))
    assert "Nothing waits for you" in words
    assert "Find a person" in words


def test_from_both_sides(world):
    officer, nurse = world.actor("officer"), world.actor("nurse")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk))
    pump(NOW)
    assert made.reference in day_of(world.nurse)
    assert "Clocks running" in day_of(world.nurse)
    assert "unassigned" not in day_of(world.officer)
    with bound(nurse):
        actions.take(nurse, now=NOW + HOUR, reference=made.reference)
        actions.decide(
            nurse, now=NOW + HOUR, reference=made.reference, decision="advice", words="x" * 30
        )
    pump(NOW + 2 * HOUR)
    assert "Answers to read" in day_of(world.officer)
    assert "An answer to read" in day_of(world.officer)
    with as_role("postgres"):
        Notice.objects.update(seen=timezone.now())
    assert "Answers to read" not in day_of(world.officer)


def test_what_nobody_has_waits_for_the_team():
    world = make_world(known=False)
    officer = world.actor("officer")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk))
    pump(NOW)
    words = day_of(world.shop_worker)
    assert "with nobody yet" in words
    assert made.reference in words
    assert "/requests/shop/?view=unassigned" in words
    assert made.reference not in day_of(world.nurse)


def test_a_fresh_note_by_somebody_else_is_news(world):
    for days, shown in ((8, False), (1, True)):
        factories.note(
            world.tenant,
            world.office_lead,
            "A dog.",
            written=timezone.now() - timedelta(days=days),
        )
        assert ("People with something new" in day_of(world.officer)) is shown
    factories.note(world.tenant, world.officer, "My own.")
    assert "People with something new" not in day_of(world.nurse)


def test_an_open_override_is_there_until_it_ends(world):
    made = factories.override(world.tenant, world.nurse, world.landlord)
    assert "Open for safety:" in day_of(world.nurse)
    with as_role("postgres"):
        type(made).objects.update(ended=timezone.now() - timedelta(minutes=1))
    assert "Open for safety:" not in day_of(world.nurse)


def failed_message(to) -> Message:
    with as_role("postgres"):
        return Message.objects.create(
            to_user_id=to.user_id,
            template="new",
            link="/",
            created=timezone.now(),
            state=MessageState.FAILED,
            next_attempt=timezone.now(),
        )


def test_messages_that_failed_are_shown_to_whom_they_were_for_and_their_lead(world):
    message = failed_message(world.officer)
    for worker, shown in (
        (world.officer, True),
        (world.office_lead, True),
        (world.colleague, False),
        (world.nurse, False),
        (world.cmht_lead, False),
    ):
        assert ("Messages that did not arrive" in day_of(worker)) is shown
        client = Client()
        client.force_login(worker.user)
        answer = client.post(f"/messages/{message.id}/send-again")
        assert answer.status_code == (302 if shown else 404)
        with as_role("postgres"):
            Message.objects.update(state=MessageState.FAILED)


def test_leads_and_information_leads_have_their_ways(world):
    assert "Access record" in day_of(world.landlord_information_lead)
    assert "Who is away, and who covers" in day_of(
        factories.worker(world.office, team_role=TeamRole.LEAD, roles=[Role.MANAGER])
    )
    assert "You look after" not in day_of(world.nurse)
