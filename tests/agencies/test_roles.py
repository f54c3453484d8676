"""Information leads and link workers: named and ended by others, and never the last one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import actions, queries
from lintel.agencies.models import LinkWorker, Membership, RoleHeld
from lintel.agencies.states import Role, Side, TeamRole
from lintel.config import leaving
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid
from lintel.kernel.models import Message
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def manager(team):
    return factories.worker(team.agency, roles=[Role.MANAGER])


@pytest.fixture
def officer(team):
    return factories.worker(team)


@pytest.fixture
def lead(team):
    return factories.worker(team, roles=[Role.INFORMATION_LEAD])


def name(by, who, first=None):
    with bound(factories.actor(by)) as actor:
        actions.name_information_lead(
            actor, worker_id=who.pk, first=first or timezone.localdate(), now=timezone.now()
        )


def end(by, who, on=None):
    with bound(factories.actor(by)) as actor:
        actions.end_information_lead(
            actor, worker_id=who.pk, on=on or timezone.localdate(), now=timezone.now()
        )


def leads(team, days=0):
    found = queries.information_leads(team.agency_id, timezone.now() + days * DAY)
    return {worker.pk for worker in found}


def test_a_manager_names_and_ends_them_and_they_are_told(team, manager, officer, lead):
    name(manager, officer, timezone.localdate() + DAY)
    assert leads(team) == {lead.pk}
    assert leads(team, 2) == {lead.pk, officer.pk}
    with as_role("postgres"):
        told = set(Message.objects.values_list("to_user_id", flat=True))
    assert told == {officer.user_id, lead.user_id}
    with pytest.raises(Conflict):
        end(manager, lead)  # Today nobody else is.
    end(manager, lead, timezone.localdate() + 2 * DAY)
    assert leads(team, 3) == {officer.pk}
    with pytest.raises(Conflict):
        end(manager, officer, timezone.localdate() + 3 * DAY)


def test_who_may_not(team, manager, officer, lead):
    other = factories.worker(roles=[Role.MANAGER, Role.PARTNERSHIP_LEAD])
    for by, who in ((officer, lead), (lead, officer), (manager, manager)):
        with pytest.raises(Denied):
            name(by, who)
    with pytest.raises(Invalid):
        name(other, officer)  # of another agency
    with pytest.raises(Invalid):
        name(manager, lead)
    with pytest.raises(Invalid):
        end(other, lead)
    assert not RoleHeld.objects.filter(worker=officer).exists()


def test_the_only_information_lead_does_not_leave(manager, lead, officer):
    with bound(factories.actor(manager)) as actor:
        with pytest.raises(Conflict):
            leaving.complete(actor, worker_id=lead.pk, on=timezone.localdate(), now=timezone.now())
        actions.name_information_lead(
            actor, worker_id=officer.pk, first=timezone.localdate(), now=timezone.now()
        )
        leaving.complete(actor, worker_id=lead.pk, on=timezone.localdate(), now=timezone.now())


def test_duty_is_given_and_ends_alone(team, manager, officer):
    today = timezone.localdate()
    with bound(factories.actor(manager)) as actor:
        actions.add_member(
            actor,
            team_id=team.pk,
            worker_id=officer.pk,
            role=TeamRole.DUTY,
            first=today,
            last=today + 5 * DAY,
            now=timezone.now(),
        )
        actions.end_member(
            actor,
            team_id=team.pk,
            worker_id=officer.pk,
            on=today + 2 * DAY,
            role=TeamRole.DUTY,
            now=timezone.now(),
        )
    then = timezone.now() + 3 * DAY
    held = Membership.objects.filter(worker=officer, valid__contains=then)
    assert [one.role for one in held] == [TeamRole.MEMBER]


def test_link_workers_are_named_and_ended_and_one_remains(team, manager, officer, lead):
    today, now = timezone.localdate(), timezone.now()

    def named(who, **more):
        with bound(factories.actor(manager)) as actor:
            given = {"towards": Side.HEALTH, "covers": "", "first": today, "last": None, **more}
            actions.name_link_worker(actor, team_id=team.pk, worker_id=who.pk, now=now, **given)

    named(officer)
    with pytest.raises(Invalid):
        named(officer)
    with pytest.raises(Denied):
        named(manager)
    with pytest.raises(Invalid):
        named(factories.worker(team.agency))  # not of the team
    link = LinkWorker.objects.get(worker=officer)
    with bound(factories.actor(manager)) as actor, pytest.raises(Conflict):
        actions.end_link_work(actor, team_id=team.pk, link_id=link.pk, on=today, now=now)
    named(lead)
    with bound(factories.actor(manager)) as actor:
        actions.end_link_work(actor, team_id=team.pk, link_id=link.pk, on=today + DAY, now=now)
        # A manager says who covers, too.
        other = LinkWorker.objects.get(worker=lead)
        actions.set_away(
            actor, link_id=other.pk, first=today, last=today + DAY, cover_id=officer.pk, now=now
        )
    link.refresh_from_db()
    assert link.valid.upper is not None


def test_the_pages(client, team, manager, officer, lead):
    client.force_login(manager.user)
    assert lead.name in client.get("/information-leads/").content.decode()
    done = client.post("/information-leads/add/", {"worker_id": officer.pk, "first": "today"})
    assert done.status_code == 302
    assert client.get(f"/information-leads/{officer.pk}/end/").status_code == 200
    done = client.post(f"/information-leads/{officer.pk}/end/", {"on": "today"})
    assert done.status_code == 302
    refused = client.post(f"/information-leads/{lead.pk}/end/", {"on": "today"})
    assert "Name another first" in refused.content.decode()
    address = f"/teams/{team.slug}/members/"
    sent = {
        "worker_id": officer.pk,
        "towards": "health",
        "covers": "young people",
        "first": "today",
    }
    assert client.post(f"{address}link/", sent).status_code == 302
    page = client.get(address).content.decode()
    assert f"{officer.name}’s link work" in page
    link = LinkWorker.objects.get(worker=officer)
    refused = client.post(f"{address}link/{link.pk}/end/", {"on": "today"}).content.decode()
    assert "Name one first" in refused
    factories.member(officer, team, TeamRole.DUTY)
    ended = client.post(f"{address}{officer.pk}/end/", {"role": "duty", "on": "today"})
    assert ended.status_code == 302
    client.force_login(officer.user)
    assert client.get("/information-leads/").status_code == 200
    assert client.get("/information-leads/add/").status_code == 403
    assert client.get(f"{address}link/").status_code == 403
