"""A worker leaves: nothing may be left with them, whoever can see it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import actions
from lintel.agencies.models import Token, Worker
from lintel.agencies.states import AgencyKind, Role, Scope, Side, TeamRole
from lintel.config import leaving
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Message
from lintel.kernel.sight.states import Category
from lintel.people import actions as people
from lintel.people.models import PatchOfficer
from lintel.requests import actions as requests
from lintel.requests.states import PersonKnows
from lintel.sharing import actions as sharing
from lintel.sharing.models import OverrideAsk
from tests import factories
from tests.support.db import as_role

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
    return factories.worker(team)


@pytest.fixture
def colleague(team):
    return factories.worker(team)


def leave(by, officer, on=None):
    with bound(factories.actor(by)) as actor:
        today = timezone.localdate()
        leaving.complete(actor, worker_id=officer.pk, on=on or today, now=timezone.now())


def test_a_worker_on_whom_nothing_relies_leaves(lead, officer):
    leave(lead, officer)
    gone = Worker.objects.get(pk=officer.pk)
    assert gone.left_on == timezone.localdate()
    assert not gone.memberships.filter(valid__contains=timezone.now()).exists()


@pytest.mark.parametrize("by", ["lead", "manager"])
def test_nobody_leaves_with_a_patch_and_its_people(request, team, by, officer, colleague, lead):
    who = request.getfixturevalue(by)
    factories.tenant(officer)
    with pytest.raises(Conflict, match="1 patch"):
        leave(who, officer)
    assert Worker.objects.get(pk=officer.pk).left_on is None
    patch = PatchOfficer.objects.get(worker=officer).patch
    with bound(factories.actor(lead)) as actor:
        people.hand_over_patch(
            actor,
            now=timezone.now(),
            patch_id=patch.pk,
            from_worker_id=officer.pk,
            to_worker_id=colleague.pk,
            on=timezone.localdate() + DAY,
        )
    with pytest.raises(Conflict):  # Today the patch is still theirs.
        leave(who, officer)
    leave(who, officer, on=timezone.localdate() + DAY)


def raised(officer):
    tenant = factories.tenant(officer)
    with bound(factories.actor(officer)) as actor:
        return requests.raise_concern(
            actor,
            now=timezone.now(),
            person_id=tenant.pk,
            about=requests.About(name="Jo Doe", born="", address="1 High St", postcode=""),
            signs=["noise"],
            seen="Loud at night.",
            done="Knocked.",
            asked_for="A visit.",
            urgency="routine",
            person_knows=PersonKnows.NOT_ASKED,
        )


def test_nobody_leaves_with_a_request_that_waits_for_its_answer(lead, manager, officer, colleague):
    raised(officer)
    with pytest.raises(Conflict, match="1 request sent"):
        leave(manager, officer)  # Who sees no request of the team is still held by it.
    with bound(factories.actor(lead)) as actor:
        requests.hand_over_sent(
            actor, now=timezone.now(), from_worker_id=officer.pk, to_worker_id=colleague.pk
        )
    with pytest.raises(Conflict, match=r"1 patch\. "):
        leave(manager, officer)


def test_nobody_leaves_as_the_only_link_or_as_a_cover(team, lead, officer, colleague):
    link = factories.link_worker(officer, team, Side.HEALTH)
    with pytest.raises(Conflict, match="1 link"):
        leave(lead, officer)
    other = factories.link_worker(colleague, team, Side.HEALTH)
    actions.set_away(
        factories.actor(colleague),
        link_id=other.pk,
        first=timezone.localdate(),
        last=timezone.localdate() + 5 * DAY,
        cover_id=officer.pk,
        now=timezone.now(),
    )
    with pytest.raises(Conflict, match="1 link"):
        leave(lead, officer)
    actions.clear_away(factories.actor(colleague), link_id=other.pk, now=timezone.now())
    leave(lead, officer)
    link.refresh_from_db()
    assert timezone.now() not in link.valid


def test_keys_that_act_for_the_worker_end(team, lead, officer):
    information = factories.worker(team, roles=[Role.INFORMATION_LEAD])
    made = actions.issue_token(
        factories.actor(information),
        now=timezone.now(),
        integration="X",
        worker_id=officer.pk,
        scopes=[Scope.RAISE],
        expires=timezone.now() + DAY,
    )
    leave(lead, officer)
    assert Token.objects.get(pk=made.token_id).revoked is not None


def test_who_may_see_whom_out(team, lead, manager, officer, colleague):
    stranger = factories.worker(roles=[Role.MANAGER])
    for by in (officer, colleague, stranger):
        with pytest.raises((NotFound, Denied)):
            leave(by, officer)
    with pytest.raises(NotFound):
        leave(lead, lead)
    with pytest.raises(Invalid):
        leave(lead, officer, on=timezone.localdate() + 400 * DAY)
    leave(manager, officer)
    with pytest.raises(NotFound):
        leave(manager, officer)


def test_counts_are_for_who_leads_or_manages(officer, colleague, lead):
    factories.tenant(officer)
    with bound(factories.actor(colleague)), pytest.raises(NotFound):
        leaving.relying(officer.pk, timezone.localdate())
    with bound(factories.actor(lead)):
        assert leaving.relying(officer.pk, timezone.localdate()).patches == 1
    with bound(factories.actor(factories.worker(roles=[Role.MANAGER]))), pytest.raises(NotFound):
        leaving.relying(officer.pk, timezone.localdate())


def test_the_pages_lead_through_it(client, lead, officer, colleague):
    raised(officer)
    client.force_login(lead.user)
    assert officer.name in client.get("/leaving/").content.decode()
    page = client.get(f"/leaving/{officer.pk}/").content.decode()
    assert f"/people/hand-over/{officer.pk}" in page
    assert f"/leaving/{officer.pk}/sent" in page
    refused = client.post(f"/leaving/{officer.pk}/", {"on": "today"})
    assert refused.status_code == 409
    assert "1 request sent" in refused.content.decode()
    assert client.get(f"/leaving/{officer.pk}/sent").status_code == 200
    done = client.post(f"/leaving/{officer.pk}/sent", {"to": colleague.pk})
    assert done.status_code == 302
    assert (
        f"/leaving/{officer.pk}/sent" not in client.get(f"/leaving/{officer.pk}/").content.decode()
    )
    desk = client.post(f"/leaving/{officer.pk}/desk", {"to": "team"})
    assert desk.status_code == 302
    client.force_login(colleague.user)
    assert client.get("/leaving/").status_code == 403
    assert client.get(f"/leaving/{officer.pk}/").status_code == 404


def test_who_was_asked_to_agree_for_safety_is_replaced_and_what_they_opened_closes(
    team, manager, officer
):
    """At once, by somebody who may; never by the one who opened it, and nobody else is told."""
    trust = factories.agency(AgencyKind.TRUST)
    factories.emergency(trust, team.agency, second=[Category.HEALTH_DETAIL])
    information = factories.worker(team.agency, roles=[Role.INFORMATION_LEAD])
    head = factories.worker(team, team_role=TeamRole.LEAD)
    tenant = factories.tenant(officer)
    needs = [int(Category.HEALTH_DETAIL)]
    opened = factories.override(tenant, officer, trust, [Category.HEALTH_DETAIL], second=needs)
    own = factories.override(tenant, head, trust)
    with as_role("lintel_import"):
        OverrideAsk.objects.create(
            override=opened, asked=head, asked_by=officer, at=opened.opened, words=""
        )
    # Who may not see them out changes nothing.
    for other in (officer, factories.worker(roles=[Role.MANAGER])):
        with bound(factories.actor(other)) as actor:
            sharing.hand_over_safety(actor, now=timezone.now(), worker_id=head.pk)
    with as_role("postgres"):
        assert OverrideAsk.objects.count() == 1
    leave(manager, head)
    with as_role("postgres"):
        asked = OverrideAsk.objects.exclude(asked=head).get()
        assert (asked.asked_id, asked.asked_by_id) == (manager.pk, officer.pk)
        own.refresh_from_db()
        assert own.ended is not None
        opened.refresh_from_db()
        assert opened.ended is None
        mails = Message.objects.filter(link__startswith="/safety/asks/")
        assert set(mails.values_list("to_user_id", flat=True)) == {manager.user_id}
    with bound(factories.actor(manager)) as actor:
        sharing.answer_asks(actor, now=timezone.now(), ask_ids=[asked.pk], agree=True)
    with as_role("postgres"):
        opened.refresh_from_db()
        assert opened.authorised_by_id == manager.pk
    assert information.pk != manager.pk
