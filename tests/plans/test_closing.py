"""When a service closes, everybody relying on it is told, and sees who to contact (mission C4)."""

import pytest
from django.utils import timezone

from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category
from lintel.plans import queries
from lintel.plans.models import IfThingsGoWrong
from lintel.requests import actions
from tests import factories
from tests.requests.pump import pump
from tests.requests.world import HOUR, NOW, World, concern, make_world
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
LEFT = [("He stops answering the door", "The duty desk, 01632 960 300, at any hour")]


def closed(world: World, *, masked: bool) -> str:
    """A request that the nurse acts on, and closes with words on who to contact."""
    officer, nurse = world.actor("officer"), world.actor("nurse")
    with bound(officer):
        if masked:
            made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk))
        else:
            given = factories.consent(
                world.tenant, world.officer, world.cmht, [Category.IDENTITY], given=NOW - HOUR
            )
            made = actions.refer(
                officer,
                now=NOW,
                person_id=world.tenant.pk,
                to_team_id=world.cmht.pk,
                consent_id=given.pk,
                seen="Not eating.",
                asked_for="A visit.",
                urgency="routine",
            )
    pump(NOW)
    with bound(nurse):
        actions.take(nurse, now=NOW + HOUR, reference=made.reference)
        actions.decide(nurse, now=NOW + HOUR, reference=made.reference, decision="acting")
        actions.close(
            nurse, now=NOW + 2 * HOUR, reference=made.reference, words="He is well.", contacts=LEFT
        )
    pump(NOW + 2 * HOUR)
    pump(NOW + 3 * HOUR)
    return made.reference


def lines(worker, person):
    actor = factories.actor(worker)
    with bound(actor):
        found = queries.circle(actor, person.pk, now=timezone.now()).if_wrong
    return [(line.circumstances, line.contact) for line in found]


@pytest.mark.parametrize("known", [True, False])
def test_everybody_relying_on_it_sees_who_to_contact(known: bool) -> None:
    world = make_world(known=known)
    factories.circle(world.tenant, world.officer)
    factories.circle(world.tenant, world.shop_worker)
    reference = closed(world, masked=False)
    for worker in (world.officer, world.shop_worker):
        assert lines(worker, world.tenant) == LEFT
    with as_role("postgres"):
        told = rows(
            "SELECT to_user_id FROM kernel_message WHERE link = %s",
            f"/people/{world.tenant.pk}/circle/",
        )
        owners = set(IfThingsGoWrong.objects.values_list("owner_id", "request_ref"))
    assert {user for (user,) in told} == {world.officer.user_id, world.shop_worker.user_id}
    assert owners == {
        (agency.pk, reference) for agency in (world.landlord, world.council, world.trust)
    }


def test_the_sender_keeps_it_without_a_circle() -> None:
    world = make_world()
    closed(world, masked=False)
    assert lines(world.officer, world.tenant) == LEFT


def test_a_masked_request_leaves_nothing() -> None:
    world = make_world()
    factories.circle(world.tenant, world.officer)
    closed(world, masked=True)
    assert lines(world.officer, world.tenant) == []
    with as_role("postgres"):
        assert not IfThingsGoWrong.objects.exists()
        assert rows("SELECT 1 FROM kernel_message WHERE link LIKE '/people/%%'") == []
