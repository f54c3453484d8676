"""Letters on hold: the landlord reads that, until when, and nothing of where the person is."""

import re
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from lintel.agencies.states import TeamKind
from lintel.kernel.actor import bound
from lintel.kernel.errors import Invalid, NotFound
from lintel.people import actions
from lintel.people.models import ContactPoint
from lintel.people.states import Held
from tests import factories
from tests.hospital.world import World, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=30)


@pytest.fixture
def world() -> World:
    return make_world()


def officers_page(world: World) -> str:
    client = Client()
    client.force_login(world.officer.user)
    pages = [
        client.get(path).content.decode()
        for path in (f"/people/{world.tenant.pk}/", "/", "/people/")
    ]
    return re.sub(r'value="[^"]*"', "", "\n".join(pages))


def ask(world: World, name: str, until: object = SOON, what: Held = Held.RENT) -> None:
    with bound(world.actor(name)) as actor:
        actions.hold_letters(
            actor, now=timezone.now(), person_id=world.tenant.pk, until=until, what=what
        )  # type: ignore[arg-type]


def test_the_landlord_reads_the_same_whoever_passed_it_on(world: World) -> None:
    """A ward, a support worker or the officer: nothing on the page differs."""
    support = factories.team(world.council, TeamKind.FLOATING_SUPPORT)
    world.more["support"] = factories.worker(support)
    factories.involvement(world.tenant, support, world.more["support"])
    seen = []
    for who in ("officer", "support", "ward"):
        with transaction.atomic():
            officers_page(world)  # Whatever is new is read.
            if who == "ward":
                world.admit()
                ask(world, "wanda")
            elif who == "support":
                actor = factories.actor(world.more["support"])
                with bound(actor):
                    actions.hold_letters(
                        actor,
                        now=timezone.now(),
                        person_id=world.tenant.pk,
                        until=SOON,
                        what=Held.RENT,
                    )
            else:
                ask(world, "officer")
            seen.append(officers_page(world))
            transaction.set_rollback(True)
    assert f"On hold until {SOON.day} {SOON:%B %Y}" in seen[0]
    assert "Rent goes on being due" in re.sub(r"\s+", " ", seen[0])
    assert seen[0] == seen[1] == seen[2]


def test_the_latest_counts_and_letters_come_again(world: World) -> None:
    world.admit()
    ask(world, "wanda")
    ask(world, "wanda", TODAY + timedelta(days=60), Held.LETTERS)
    page = officers_page(world)
    assert page.count("On hold until") == 1
    ask(world, "wanda", None)
    assert "On hold until" not in officers_page(world)


def test_a_hold_ends_by_itself(world: World) -> None:
    ask(world, "officer")
    with as_role("postgres"):
        ContactPoint.objects.filter(kind="hold").update(value=TODAY.isoformat())
    assert "On hold until" not in officers_page(world)


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=800)])
def test_a_day_that_can_t_be(world: World, until: object) -> None:
    with pytest.raises(Invalid):
        ask(world, "officer", until)


def test_only_for_somebody_in_sight(world: World) -> None:
    with pytest.raises(NotFound):
        ask(world, "hazel")
    with (
        bound(world.actor("hazel")),
        pytest.raises(ProgrammingError, match="nobody in sight"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT people_hold_letters(%s, %s, 'x')", [world.tenant.pk, SOON])


def test_nobody_learns_by_it_whether_there_is_a_landlord(world: World) -> None:
    """Somebody without a home here: the same page, the same answer."""
    one = world.admit(name="Nova Newcomer")
    client = Client()
    client.force_login(world.wanda.user)
    with bound(world.actor("wanda")):
        from lintel.hospital.models import Stay

        person = Stay.objects.get(pk=one).person_id
    page = client.post(
        f"/people/{person}/letters", {"asked": "letters", "until": "in 6 weeks"}, follow=True
    )
    assert "Whoever lets their home reads it from now on" in page.content.decode()
    bad = client.post(f"/people/{person}/letters", {"asked": "letters", "until": "yesterday"})
    assert "There is a problem" in bad.content.decode()
