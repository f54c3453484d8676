"""A person sees their own stay: who does what by when, and what a council was told."""

import re

import pytest
from django.test import Client

from lintel.hospital import actions
from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category
from tests import factories
from tests.hospital.world import DAY, NOW, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(client: Client, path: str = "/me/hospital/") -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).content.decode()))


def test_the_person_reads_what_is_done(world: World) -> None:
    viewer = factories.viewer(world.tenant)
    client = Client()
    client.force_login(viewer.user)
    assert "There is nothing here about a hospital." in page(client)
    one = world.admit(expected=(NOW + 9 * DAY).date())
    with bound(world.actor("wanda")) as wanda:
        step = actions.add_step(
            wanda, now=NOW, stay_id=one, kind="keys", words="Fetch the keys", who_words="My sister"
        )
        actions.settle_step(wanda, now=NOW, step_id=step, state="done", outcome="Here they are")
        actions.call_meeting(
            wanda, now=NOW, stay_id=one, at=NOW + 5 * DAY, place="The quiet room", who="All"
        )
    read = page(client)
    for words in ("Wanda Ward helps with your home", "Fetch the keys", "My sister: done"):
        assert words in read
    assert "The quiet room" in read
    assert "Your time in hospital, and the way home" in page(client, "/me/plan/")


def test_a_carer_without_that_permission_reads_nothing(world: World) -> None:
    world.admit()
    carer = factories.viewer(world.tenant, kind="carer", categories=[int(Category.PLAN)])
    client = Client()
    client.force_login(carer.user)
    assert "There is nothing here about a hospital." in page(client)
