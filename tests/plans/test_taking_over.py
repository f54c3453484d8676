"""Nobody is left behind when a worker leaves: the circle and the person are told who takes over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies.models import User, Worker
from lintel.agencies.states import AgencyKind, Role, TeamKind, TeamRole
from lintel.config import leaving
from lintel.kernel import events
from lintel.kernel.actor import bound, bound_account
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Message
from lintel.kernel.sight.states import Category
from lintel.people import actions as people
from lintel.people.models import Involvement, PatchOfficer
from lintel.plans import actions, queries
from lintel.plans.models import CircleMember, IfThingsGoWrong, Told
from lintel.sharing import queries as sharing
from lintel.sharing.models import Viewer
from lintel.sharing.states import ViewerKind
from tests import factories
from tests.requests.pump import pump
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A nurse who leaves, named worker of a tenant and in their circle; a housing officer in it."""

    class World:
        office = factories.team()
        officer = factories.worker(office, name="Olu Officer")
        tenant = factories.tenant(officer, "John Marsden")
        cmht = factories.team(factories.agency(AgencyKind.TRUST), TeamKind.CMHT)
        lead = factories.worker(cmht, team_role=TeamRole.LEAD, name="Lena Lead")
        nurse = factories.worker(cmht, name="Amina Nurse", job_title="Nurse")
        taker = factories.worker(cmht, name="Tom Taker", job_title="Nurse", phone="01632 960 777")
        manager = factories.worker(cmht.agency, roles=[Role.MANAGER])

    factories.involvement(World.tenant, World.cmht, World.nurse)
    factories.circle(World.tenant, World.officer)
    factories.circle(World.tenant, World.nurse)
    return World


def sight_of(*workers):
    """Every row of sight that these workers have."""
    with as_role("postgres"):
        return set(
            rows(
                "SELECT worker_id, person_id, category, owner_id FROM sight"
                " WHERE worker_id = ANY (%s) AND valid @> now()",
                [one.pk for one in workers],
            )
        )


def hand_over(world, by, to):
    with bound(factories.actor(by)) as actor:
        return actions.hand_over_places(
            actor,
            now=timezone.now(),
            from_worker_id=world.nurse.pk,
            to_worker_id=to.pk if to else None,
        )


def hand_over_caseload(world, tell=True):
    involvement = Involvement._base_manager
    with as_role("postgres"):
        (row,) = involvement.filter(worker=world.nurse)
    with bound(factories.actor(world.lead)) as actor:
        people.hand_over_involvements(
            actor,
            now=timezone.now(),
            involvement_ids=[row.pk],
            from_worker_id=world.nurse.pk,
            to_worker_id=world.taker.pk,
            on=timezone.localdate(),
            tell=tell,
        )


def leave(world, by, on=None):
    with bound(factories.actor(by)) as actor:
        leaving.complete(
            actor,
            worker_id=world.nurse.pk,
            on=on or timezone.localdate(),
            now=timezone.now(),
        )


@pytest.mark.parametrize("by", ["lead", "manager"])
def test_a_place_in_a_circle_holds_the_leaver_back_and_is_asked_for(world, by):
    by = getattr(world, by)
    hand_over_caseload(world)
    tomorrow = timezone.localdate() + timedelta(days=1)  # Today they are still the nurse's.
    with pytest.raises(Conflict, match="1 place in a circle"):
        leave(world, by, tomorrow)
    before = sight_of(world.taker, world.officer, by)
    assert hand_over(world, by, world.taker) == 1
    # Handing over gives nobody sight; the nurse's own agency in the circle goes with the nurse.
    assert sight_of(world.taker, by) <= before
    assert sight_of(world.officer) <= before
    leave(world, by, tomorrow)
    pump(timezone.now())
    with as_role("postgres"):
        lines = set(IfThingsGoWrong.objects.values_list("owner_id", "contact_words"))
        told = set(Message.objects.values_list("to_user_id", "link"))
    assert {owner for owner, _ in lines} == {world.office.agency_id}
    assert all("Tom Taker" in words for _, words in lines)
    assert (world.officer.user_id, f"/people/{world.tenant.pk}/circle/") in told
    assert (world.taker.user_id, "/people/circle-invitations/") in told
    with bound(factories.actor(world.taker)) as actor:
        (asked,) = queries.invitations(actor)
        assert asked.person == "John Marsden"
        actions.accept_circle(actor, now=timezone.now(), member_id=asked.id)
    with bound(factories.actor(world.officer)) as actor:
        circle = queries.circle(actor, world.tenant.pk, now=timezone.now())
    assert {m.name for m in circle.members} == {"Olu Officer", "Tom Taker"}
    assert "Amina Nurse has left the circle" in {line.circumstances for line in circle.if_wrong}


def test_nobody_takes_it_and_the_circle_is_told(world):
    assert hand_over(world, world.lead, None) == 1
    pump(timezone.now())
    with as_role("postgres"):
        assert "Nobody has taken over yet" in IfThingsGoWrong.objects.get().contact_words
        assert CircleMember.objects.filter(left__isnull=True).count() == 1


def test_who_may_not(world):
    outside = factories.worker(world.cmht, in_loop=False)
    stranger = factories.worker(roles=[Role.MANAGER])
    with pytest.raises(Denied):
        hand_over(world, world.taker, world.taker)
    with pytest.raises(NotFound):
        hand_over(world, stranger, stranger)
    for to in (outside, stranger, world.nurse):
        with pytest.raises(Invalid):
            hand_over(world, world.lead, to)
    # The function itself answers only who manages or leads the leaver: nothing is ended.
    for by in (world.taker, world.officer, stranger, world.nurse):
        with bound(factories.actor(by)):
            assert not rows(
                "SELECT * FROM circle_hand_over(%s, %s, 'x', now())", world.nurse.pk, world.taker.pk
            )
    with as_role("postgres"):
        assert CircleMember.objects.filter(left__isnull=True).count() == 2


def test_the_person_reads_who_it_is_now_and_a_carer_only_what_they_may(world):
    hand_over_caseload(world)
    pump(timezone.now())
    me = factories.viewer(world.tenant)
    carer = factories.viewer(
        world.tenant, ViewerKind.CARER, [Category.TENANCY, Category.SUPPORT_NEEDS]
    )
    with bound_account(me.user_id):
        (mine,) = queries.told(world.tenant.pk)
    assert "Tom Taker is your care coordinator, in place of Amina Nurse." in mine.words
    assert "01632 960 777" in mine.words
    with bound_account(carer.user_id):
        assert queries.told(world.tenant.pk) == []
    # Nor the landlord, which doesn't see who else is involved.
    with bound(factories.actor(world.officer)):
        assert not Told.objects.exists()


def test_told_once_and_not_at_all_where_they_asked_so(world):
    hand_over_caseload(world, tell=False)
    patch = PatchOfficer.objects.get(worker=world.officer).patch
    lead = factories.worker(world.office, team_role=TeamRole.LEAD)
    colleague = factories.worker(world.office, name="Cora Colleague")
    with bound(factories.actor(lead)) as actor:
        people.hand_over_patch(
            actor,
            now=timezone.now(),
            patch_id=patch.pk,
            from_worker_id=world.officer.pk,
            to_worker_id=colleague.pk,
            on=timezone.localdate(),
        )
    pump(timezone.now())
    with as_role("postgres"):
        (row,) = Told.objects.all()
        event = row.event
    assert row.category == Category.TENANCY
    assert "Cora Colleague is your housing officer" in row.words
    events.deliver(event, "lintel.plans.handing_over.patch_handed_over")  # A job that runs again.
    with as_role("postgres"):
        assert Told.objects.count() == 1


def test_consent_that_names_the_leaver_goes_to_nobody_and_is_asked_for_again(client, world):
    """Viewers whom the leaver added stay; sessions end."""
    with as_role("postgres"):
        viewer = factories.viewer(world.tenant, added_by=world.nurse)
        CircleMember.objects.all().delete()
        Involvement.objects.all().delete()
    factories.consent(
        world.tenant,
        world.officer,
        world.cmht,
        [Category.IDENTITY, Category.CONTACT],
        to_worker=world.nurse,
    )
    with bound(factories.actor(world.lead)):
        assert leaving.relying(world.nurse.pk, timezone.localdate()).named == 1
    client.force_login(world.lead.user)
    page = client.get(f"/leaving/{world.nurse.pk}/").content.decode()
    assert f"/leaving/{world.nurse.pk}/consents" in page
    before = sight_of(world.taker, world.lead)
    epoch = User.objects.get(pk=world.nurse.user_id).sign_in_epoch
    leave(world, world.lead)
    assert sight_of(world.taker, world.lead) <= before
    assert sight_of(world.nurse) == set()
    assert User.objects.get(pk=world.nurse.user_id).sign_in_epoch == epoch + 1
    with as_role("postgres"):
        assert Viewer.objects.get(pk=viewer.pk).ended is None
    with bound(factories.actor(world.officer)) as actor:
        (named,) = sharing.naming(actor, timezone.now())
        assert (named.worker, named.person_id) == ("Amina Nurse", world.tenant.pk)
    client.force_login(world.officer.user)
    assert "/consent/ask-again/" in client.get("/").content.decode()
    assert "John Marsden" in client.get("/consent/ask-again/").content.decode()
    factories.consent(
        world.tenant,
        world.officer,
        world.cmht,
        [Category.IDENTITY, Category.CONTACT],
        given=timezone.now() - timedelta(seconds=1),
    )
    with bound(factories.actor(world.officer)) as actor:
        assert sharing.naming(actor, timezone.now()) == []


def test_the_page_hands_over_places(client, world):
    client.force_login(world.lead.user)
    page = client.get(f"/leaving/{world.nurse.pk}/circles").content.decode()
    assert "John Marsden" in page
    assert Worker.objects.get(pk=world.nurse.pk).left_on is None
    done = client.post(f"/leaving/{world.nurse.pk}/circles", {"to": world.taker.pk})
    assert done.status_code == 302
    assert "Nothing left" in client.get(done["Location"]).content.decode()
    client.force_login(world.taker.user)
    assert client.get(f"/leaving/{world.nurse.pk}/circles").status_code == 404
