"""Who belongs to a team: added and ended by its lead or a manager, never by themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import actions
from lintel.agencies.models import Membership
from lintel.agencies.states import Role, Side, TeamRole
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid
from lintel.kernel.models import Message
from lintel.requests import actions as requests
from lintel.requests.models import Handling
from tests import factories
from tests.requests.pump import pump
from tests.requests.world import make_world
from tests.support.db import as_role
from tests.system.test_reorganise import handling, raised

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def lead(team):
    return factories.worker(team, team_role=TeamRole.LEAD)


@pytest.fixture
def manager(team):
    return factories.worker(team.agency, roles=[Role.MANAGER])


@pytest.fixture
def officer(team):
    return factories.worker(team.agency)


def add(by, team, who, role=TeamRole.MEMBER, **more):
    given = {"first": timezone.localdate(), "last": None, **more}
    with bound(factories.actor(by)) as actor:
        actions.add_member(
            actor, team_id=team.pk, worker_id=who.pk, role=role, now=timezone.now(), **given
        )


def end(by, team, who, on=None):
    with bound(factories.actor(by)) as actor:
        actions.end_member(
            actor,
            team_id=team.pk,
            worker_id=who.pk,
            on=on or timezone.localdate(),
            now=timezone.now(),
        )


@pytest.mark.parametrize("by", ["lead", "manager"])
def test_a_worker_is_added_for_a_time(request, by, team, lead, officer):
    first = timezone.localdate() + DAY
    add(request.getfixturevalue(by), team, officer, first=first, last=first)
    place = Membership.objects.get(worker=officer, team=team)
    assert place.valid.upper - place.valid.lower in (DAY, DAY + DAY / 24, DAY - DAY / 24)
    with pytest.raises(Invalid):
        add(lead, team, officer, first=first)
    with as_role("postgres"):
        told = set(Message.objects.values_list("to_user_id", flat=True))
    assert {officer.user_id, lead.user_id} <= told


def test_who_may_not(team, lead, manager, officer):
    stranger = factories.worker(roles=[Role.MANAGER, Role.PARTNERSHIP_LEAD])
    for by in (officer, stranger):
        with pytest.raises(Denied):
            add(by, team, manager)
    with pytest.raises(Denied):
        add(manager, team, manager)
    with pytest.raises(Invalid):
        add(lead, team, stranger)
    with pytest.raises(Invalid):
        add(lead, team, officer, first=timezone.localdate() - DAY)


def test_a_team_keeps_a_lead_and_its_link_workers(team, lead, manager, officer):
    with pytest.raises(Conflict, match="lead"):
        end(manager, team, lead)
    add(manager, team, officer, TeamRole.LEAD)
    end(manager, team, lead)
    assert not Membership.objects.filter(
        team=team, worker=lead, valid__contains=timezone.now() + DAY
    ).exists()
    link = factories.worker(team)
    factories.link_worker(link, team, Side.HEALTH)
    with pytest.raises(Conflict, match="link worker"):
        end(officer, team, link)


def test_who_joins_does_not_see_what_they_sent_masked():
    world = make_world()
    made = raised(world)
    assert handling(made).team == world.cmht
    factories.member(world.officer, world.cmht)
    with bound(factories.actor(world.officer)):
        assert not Handling.objects.filter(reference=made.reference).exists()
    with bound(factories.actor(world.nurse_two)):
        assert Handling.objects.filter(reference=made.reference).exists()


@pytest.mark.parametrize("role", [TeamRole.DUTY, TeamRole.MEMBER])
def test_who_joins_gets_no_e_mail_about_what_they_sent_masked(role):
    """The sender's own addition is told to the desk, and not to the sender who sits there now."""
    world = make_world()
    Membership.objects.filter(team=world.cmht, role=TeamRole.LEAD).delete()
    made = raised(world)
    assert handling(made).team == world.cmht
    with as_role("postgres"):
        Handling.objects.filter(request_id=made.pk).update(worker=None)
        Message.objects.all().delete()
    factories.member(world.officer, world.cmht, role=role)
    at = timezone.now()
    with bound(factories.actor(world.officer)) as actor:
        requests.add_information(actor, now=at, reference=made.reference, words="More")
    pump(at)
    with as_role("postgres"):
        told = set(
            Message.objects.filter(link__contains="/desk/").values_list("to_user_id", flat=True)
        )
    assert world.officer.user_id not in told
    assert world.nurse_two.user_id in told


def test_the_pages(client, team, lead, officer):
    client.force_login(lead.user)
    assert f"/teams/{team.slug}/members/" in client.get(f"/teams/{team.slug}/").content.decode()
    address = f"/teams/{team.slug}/members/"
    done = client.post(
        f"{address}add/", {"worker_id": officer.pk, "role": "member", "first": "today"}
    )
    assert done.status_code == 302
    assert officer.name in client.get(address).content.decode()
    ended = f"{address}{officer.pk}/end/"
    assert "hand-over" in client.get(ended).content.decode()
    assert client.post(ended, {"on": "tomorrow"}).status_code == 302
    client.force_login(officer.user)
    assert client.get(address).status_code == 403
