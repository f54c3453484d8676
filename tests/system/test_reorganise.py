"""A team is merged or split: everything goes along, by name, once, and a masked sender learns
nothing."""

from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.utils import timezone

from lintel.agencies.models import LinkWorker, Membership
from lintel.agencies.states import Role, Side, TeamKind, TeamRole
from lintel.config import reorganising, teams_moving
from lintel.config.models import Entries, Reorganisation, ReorganisationState
from lintel.directory.actions import reviewing
from lintel.directory.models import Service, Version
from lintel.directory.states import ServiceState
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Message
from lintel.kernel.sight.states import Category
from lintel.people.models import Involvement, Patch
from lintel.requests import actions as requests
from lintel.requests import relay
from lintel.requests.models import Handling, Notice, Request, Step
from tests import factories
from tests.directory import making
from tests.requests.pump import pump, tick
from tests.requests.world import DAY, HOUR, concern, make_world
from tests.support.db import as_role, rows, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    made = make_world()
    made.cmht_two_lead = factories.worker(made.other_cmht, team_role=TeamRole.LEAD)
    return made


def now():
    """A moment that is past for the database too, whose clock stands still in a test."""
    return timezone.now() - timedelta(minutes=30)


def plan(world, by="partnership_lead", team=None, into=None, entries=Entries.FOLLOW):
    with bound(world.actor(by)) as actor:
        return reorganising.plan_merger(
            actor,
            team_id=(team or world.cmht).pk,
            into_id=(into or world.other_cmht).pk,
            entries=entries,
            now=now(),
        )


def carry_out(world, made, by="cmht_lead"):
    with bound(world.actor(by)) as actor:
        return teams_moving.carry_out(actor, plan_id=made.pk, now=now())


def merge(world, **more):
    by = more.pop("hands", "cmht_lead")
    return carry_out(world, plan(world, **more), by)


def raised(world, at=None, by="officer", **more):
    """A concern of the officer's about the tenant, on the nurse's desk."""
    at = at or now() - 3 * HOUR
    with bound(world.actor(by)) as actor:
        made = requests.raise_concern(actor, now=at, **concern(world.tenant.pk, **more))
    pump(at)
    return made


def whole(sql):
    with as_role("postgres"):
        return rows(sql)


def handling(made):
    with as_role("postgres"):
        return Handling.objects.get(request_id=made.pk)


def test_two_steps_where_the_roles_differ(world):
    made = plan(world)
    with pytest.raises(Denied, match="by name"):
        carry_out(world, made, "partnership_lead")
    for stranger in ("officer", "nurse", "office_lead"):
        with pytest.raises(NotFound):
            carry_out(world, made, stranger)
    done = carry_out(world, made)
    assert (done.into, done.people) == (world.other_cmht, 1)
    with pytest.raises(NotFound):
        carry_out(world, made)  # No longer the lead of anything here.


def test_who_may_plan_what(world):
    manager = factories.worker(world.trust, roles=[Role.MANAGER])
    world.manager = manager
    for by in ("officer", "nurse", "cmht_lead", "office_lead"):
        with pytest.raises(Denied):
            plan(world, by)
    with pytest.raises(Invalid):
        plan(world, into=world.office)  # Another agency holds the records.
    with pytest.raises(Denied):
        plan(world, "manager", team=world.office, into=world.cmht)
    made = plan(world, "manager")
    with pytest.raises(Conflict, match="planned"):
        plan(world)
    with bound(factories.actor(manager)) as actor:
        reorganising.call_off(actor, plan_id=made.pk, now=now())
        with pytest.raises(Conflict, match="called off"):
            reorganising.call_off(actor, plan_id=made.pk, now=now())
    with pytest.raises(Conflict, match="called off"):
        carry_out(world, made)


def test_a_manager_hands_over_a_team_without_a_lead(world):
    Membership.objects.filter(team=world.cmht, role=TeamRole.LEAD).delete()
    world.manager = factories.worker(world.trust, roles=[Role.MANAGER])
    made = plan(world)
    with pytest.raises(Denied):
        carry_out(world, made, "partnership_lead")
    assert carry_out(world, made, "manager").people == 1


def test_people_go_along_with_their_named_worker_and_what_was_is_kept(world):
    merge(world)
    with as_role("postgres"):
        old, new = Involvement.objects.filter(person=world.tenant).order_by("id")
        assert (old.team_id, new.team_id) == (world.cmht.pk, world.other_cmht.pk)
        assert old.valid.upper == new.valid.lower
        assert (new.worker_id, new.role_words) == (old.worker_id, old.role_words)
    with bound(world.actor("nurse")):
        assert Involvement.objects.filter(team=world.other_cmht).count() == 1
    assert not whole("SELECT * FROM sight_differences()")
    with bound(factories.actor(world.cmht_two_lead)):
        assert Involvement.objects.filter(team=world.other_cmht, person=world.tenant).exists()


def test_members_link_workers_and_the_lead(world):
    merge(world)
    here = Membership.objects.filter(team=world.other_cmht, valid__contains=now())
    assert {world.nurse.pk, world.cmht_lead.pk, world.other_nurse.pk} <= {m.worker_id for m in here}
    leads = here.filter(role=TeamRole.LEAD)
    assert [one.worker_id for one in leads] == [world.cmht_two_lead.pk]
    assert not Membership.objects.filter(team=world.cmht, valid__contains=now()).exists()
    link = LinkWorker.objects.get(team=world.other_cmht, valid__contains=now())
    assert (link.worker_id, link.towards) == (world.cmht_link.pk, Side.HOUSING)
    world.cmht.refresh_from_db()
    assert world.cmht.closed_on == timezone.localdate(now())


def test_where_nobody_led_the_lead_goes_on_to_lead(world):
    Membership.objects.filter(team=world.other_cmht, role=TeamRole.LEAD).delete()
    merge(world)
    leads = Membership.objects.filter(
        team=world.other_cmht, role=TeamRole.LEAD, valid__contains=now()
    )
    assert [one.worker_id for one in leads] == [world.cmht_lead.pk]


def test_requests_on_the_desk_stay_with_their_worker_and_their_story(world):
    made = raised(world)
    with bound(world.actor("nurse")) as actor:
        requests.take(actor, now=now() - HOUR, reference=made.reference)
        requests.write_message(
            actor, now=now() - HOUR, reference=made.reference, words="A note", to_other_side=False
        )
    merge(world)
    desk = handling(made)
    assert (desk.team, desk.worker_id) == (world.other_cmht, world.nurse.pk)
    with bound(factories.actor(world.cmht_two_lead)):
        assert Handling.objects.filter(reference=made.reference).exists()
        verbs = list(
            Step.objects.filter(request_id=made.pk).order_by("id").values_list("verb", flat=True)
        )
        assert verbs[0] == "arrive"
        assert verbs[-1] == "hand_over"
    with bound(world.actor("nurse")) as actor:
        requests.decide(
            actor,
            now=now(),
            reference=made.reference,
            version=None,
            decision="acting",
            words="We go on",
            better_route="",
            advice="",
        )
    events = whole("SELECT verb, owner_id FROM kernel_event WHERE verb LIKE '%%reorganise%%'")
    assert ("requests.desk_reorganised", world.trust.pk) in events


def test_a_desk_is_told_in_tens_to_who_does_not_answer_for_it(world):
    def counted(who):
        with bound(world.actor(who)):
            return reorganising.relying(world.cmht.pk, None, now())

    before = counted("partnership_lead")
    raised(world)
    assert counted("partnership_lead") == before
    assert (before.desk, counted("cmht_lead").desk) == (10, 1)


def test_a_lead_is_not_told_by_a_number_where_what_they_sent_masked_is(world):
    """Known or not: who has come to lead the very team counts what they may see there."""
    raised(world)
    factories.member(world.officer, world.cmht, TeamRole.LEAD)
    for who, number in (("officer", 0), ("cmht_lead", 1)):
        with bound(world.actor(who)):
            assert reorganising.relying(world.cmht.pk, None, now()).desk == number, who
            assert Handling.objects.filter(team=world.cmht).count() == number, who


def test_what_a_team_sent_goes_along(world):
    other = factories.team(world.landlord)
    lead = factories.worker(other, team_role=TeamRole.LEAD)
    made = raised(world)
    merge(world, team=world.office, into=other, hands="office_lead")
    with bound(factories.actor(lead)):
        assert Request.objects.get(pk=made.pk).sender_team_id == other.pk
    assert handling(made).sender_team_id == other.pk
    assert Patch.objects.get().team_id == other.pk
    with bound(world.actor("officer")):
        assert Request.objects.filter(pk=made.pk).exists()
    assert not whole("SELECT * FROM sight_differences()")


def side_view(world, who):
    """All that a worker of the sender's side can read of requests, in SQL."""
    with bound(world.actor(who)):
        return [
            rows(f"SELECT count(*), coalesce(max(t::text), '') FROM {table} t")
            for table in (
                "requests_request",
                "requests_handling",
                "requests_notice",
                "requests_step",
                "requests_message",
            )
        ] + [value("SELECT count(*) FROM kernel_event")]


SENDERS = ("officer", "colleague", "office_lead", "office_link", "landlord_information_lead")


def mails(world, who):
    user = getattr(world, who).user_id
    with as_role("postgres"):
        return list(
            Message.objects.filter(to_user_id=user).order_by("link").values_list("template", "link")
        )


@pytest.mark.parametrize("known", [True, False])
def test_a_masked_sender_learns_nothing(known):
    """Merging the team that has it, and one that hasn't, look the same to the sender's side."""
    world = make_world(known=known)
    made = raised(world)
    assert (handling(made).team_id == world.cmht.pk) is known
    # Their e-mails that are told of by their post (link workers) are the same either way.
    before = {who: (side_view(world, who), mails(world, who)) for who in SENDERS}
    merge(world)
    pump(now())
    link = [("new", f"/teams/{world.other_cmht.slug}/")]
    for who in SENDERS:
        view, sent = before[who]
        assert side_view(world, who) == view, who
        assert mails(world, who) == sorted(
            sent + (link if who == "office_link" else []), key=lambda m: m[1]
        ), who
    with as_role("postgres"):
        assert not Notice.objects.filter(request_id=made.pk, code="redirected").exists()


def test_the_sender_in_an_open_thread_is_told(world):
    made = raised(world)
    with as_role("postgres"):
        Handling.objects.filter(request_id=made.pk).update(
            masked=False,
            open_to_team_id=world.office.pk,
            open_to_worker_id=world.officer.pk,
            opened=now() - HOUR,
        )
        Request.objects.filter(pk=made.pk).update(masked=False)
    merge(world)
    with bound(world.actor("officer")):
        notice = Notice.objects.get(request_id=made.pk, code="redirected")
        assert world.other_cmht.name in notice.words
    assert ("new", f"/requests/sent/{made.reference}/") in mails(world, "officer")


def test_nobody_comes_to_sit_at_the_desk_that_has_what_they_sent_masked(world):
    """Two teams of one agency: one sent, the other has it. It goes to the one-stop shop."""
    support = factories.team(world.landlord, TeamKind.FLOATING_SUPPORT)
    worker = factories.worker(support)
    factories.worker(support, team_role=TeamRole.LEAD)
    with as_role("postgres"):
        Involvement.objects.all().delete()
    factories.involvement(world.tenant, support, worker)
    made, over = raised(world), raised(world)
    assert handling(made).team == support
    with as_role("postgres"):
        Handling.objects.filter(request_id=over.pk).update(state="closed", due=None, climb_at=None)
    before = {who: side_view(world, who) for who in ("officer", "colleague")}
    merge(world, team=world.office, into=support, hands="office_lead")
    pump(now())
    for who in before:
        after = side_view(world, who)
        # Nothing of the desk; and as many notices as before, which name the new team.
        assert (after[1], after[3]) == (before[who][1], before[who][3]), who
        assert after[2][0][0] == before[who][2][0][0], who
    for one in (made, over):
        desk = handling(one)
        assert (desk.team, desk.worker_id, desk.person_id) == (world.shop, None, None)
    assert handling(made).state == "received"
    with bound(world.actor("shop_worker")) as actor:
        requests.take(actor, now=now(), reference=made.reference)


def test_consent_for_one_team_is_not_consent_for_the_other(world):
    made = raised(world)
    factories.consent(world.tenant, world.nurse, world.office, (Category.HEALTH_INVOLVEMENT,))
    given = timezone.now() + HOUR
    relay.try_open(made.pk, now=given)
    assert not handling(made).masked
    other = factories.team(world.landlord)
    lead = factories.worker(other, team_role=TeamRole.LEAD)
    with bound(world.actor("office_lead")):
        assert reorganising.relying(world.office.pk, None, given).consents == 1
    merge(world, team=world.office, into=other, hands="office_lead")
    assert handling(made).masked
    with bound(factories.actor(lead)):
        assert not Handling.objects.filter(request_id=made.pk).exists()
        assert not Involvement.objects.filter(team=world.cmht).exists()
    tick(now() + DAY)
    assert handling(made).masked


def test_entries_follow_with_a_draft_or_are_taken_out(world):
    owner = world.nurse
    made = making.published("CMHT", service={"team": world.cmht, "owner": owner})
    merge(world)
    made.refresh_from_db()
    assert (made.team, made.state) == (world.other_cmht, ServiceState.PUBLISHED)
    with bound(world.actor("nurse")):
        assert Version.objects.filter(service=made, state="draft").exists()
    assert ("new", "/directory/mine/") in mails(world, "nurse")


def test_entries_are_taken_out(world):
    made = making.published("CMHT", service={"team": world.cmht})
    merge(world, entries=Entries.TAKE_OUT)
    made = Service.objects.get(pk=made.pk)
    assert (made.team, made.state) == (world.other_cmht, ServiceState.WITHDRAWN)


def test_an_entry_that_was_taken_out_can_be_brought_back(world):
    """It came in without a version: what it said is kept when it is taken out."""
    made = making.published("CMHT", service={"team": world.cmht})
    merge(world, entries=Entries.TAKE_OUT)
    with bound(world.actor("partnership_lead")) as actor:
        reviewing.bring_back(actor, service_id=made.pk, now=now())
    made = Service.objects.get(pk=made.pk)
    assert (made.name, made.state) == ("CMHT", ServiceState.PUBLISHED)


def test_everybody_is_told_once(world):
    made = plan(world)
    assert ("due", f"/reorganising/plans/{made.pk}/") in mails(world, "cmht_lead")
    carry_out(world, made)
    link = ("new", f"/teams/{world.other_cmht.slug}/")
    for who in ("nurse", "cmht_lead", "other_nurse", "office_link"):
        assert mails(world, who).count(link) == 1, who
    assert link not in mails(world, "officer")


def test_a_split_takes_along_what_is_the_movers(world):
    stays = factories.tenant(world.officer, "Stays")
    factories.involvement(stays, world.cmht, world.nurse_two)
    made = raised(world)
    with bound(world.actor("nurse")) as actor:
        requests.take(actor, now=now() - HOUR, reference=made.reference)
    with bound(world.actor("partnership_lead")) as actor:
        given = {
            "team_id": world.cmht.pk,
            "phone": "",
            "email": "",
            "patches": [],
            "now": now(),
        }
        with pytest.raises(Invalid):
            reorganising.plan_split(actor, name="", workers=[world.officer.pk], lead_id=0, **given)
        planned = reorganising.plan_split(
            actor, name="West team", workers=[world.nurse.pk], lead_id=world.nurse.pk, **given
        )
        assert reorganising.relying(world.cmht.pk, planned.workers, now()).people == 1
    done = carry_out(world, planned)
    assert (done.into.name, done.people, done.desk) == ("West team", 1, 1)
    assert handling(made).team == done.into
    teams = dict(whole("SELECT person_id, team_id FROM people_involvement WHERE upper_inf(valid)"))
    assert teams == {world.tenant.pk: done.into.pk, stays.pk: world.cmht.pk}
    actor = factories.actor(world.nurse)
    assert actor.team_ids == {done.into.pk} == actor.lead_team_ids
    world.cmht.refresh_from_db()
    assert world.cmht.closed_on is None


TABLES = (
    "people_involvement",
    "requests_handling",
    "requests_request",
    "requests_step",
    "agencies_membership",
    "agencies_linkworker",
    "agencies_team",
    "config_reorganisation",
    "sight",
)


def fingerprint():
    return [
        whole(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {t} t") for t in TABLES
    ]


def test_nothing_is_lost_when_it_fails_half_way(world, monkeypatch):
    made = raised(world)
    planned = plan(world)
    before = fingerprint()

    def broken(*_, **__):
        raise RuntimeError

    for step in ("close_team", "move_members"):
        monkeypatch.setattr(teams_moving.agencies, step, broken)
        with pytest.raises(RuntimeError):
            carry_out(world, planned)
        assert fingerprint() == before
        monkeypatch.undo()
    carry_out(world, planned)
    assert handling(made).team == world.other_cmht


def test_the_function_refuses_whoever_goes_round_the_pages(world):
    planned = plan(world)
    for who in ("partnership_lead", "nurse", "officer", "office_lead"):
        with bound(world.actor(who)), pytest.raises(Error), transaction.atomic():
            rows("SELECT * FROM reorganise(%s, now(), %s)", planned.pk, world.shop.pk)
    with pytest.raises(Error), transaction.atomic():
        rows("SELECT * FROM reorganise(%s, now(), %s)", planned.pk, world.shop.pk)
    with bound(world.actor("cmht_lead")):
        # Not to another agency's team, whatever the plan says.
        Reorganisation.objects.filter(pk=planned.pk).update(into=world.office)
        with pytest.raises(Error), transaction.atomic():
            rows("SELECT * FROM reorganise(%s, now(), %s)", planned.pk, world.shop.pk)
    with bound(world.actor("officer")), pytest.raises(NotFound):
        reorganising.relying(world.cmht.pk, None, now())


def test_an_old_address_leads_to_the_team_in_its_place(world):
    merge(world)
    assert reorganising.successor(world.cmht.slug) == world.other_cmht
    third = factories.team(world.trust, TeamKind.CMHT)
    factories.worker(third, team_role=TeamRole.LEAD)
    merge(world, team=world.other_cmht, into=third, hands="cmht_two_lead")
    assert reorganising.successor(world.cmht.slug) == third
    assert reorganising.successor("no-such-team") is None
    assert Reorganisation.objects.filter(state=ReorganisationState.DONE).count() == 2


# Pages


def test_the_pages_show_numbers_to_who_plans_and_names_to_who_hands_over(client, world):
    made = raised(world)
    client.force_login(world.partnership_lead.user)
    assert world.cmht.name in client.get("/reorganising/").content.decode()
    page = client.get(f"/reorganising/{world.cmht.pk}/").content.decode()
    assert "People whom it works with" in page
    done = client.post(
        f"/reorganising/{world.cmht.pk}/merge/",
        {"into": world.other_cmht.pk, "entries": "follow"},
    )
    assert done.status_code == 302
    shown = client.get(done["Location"]).content.decode()
    assert "1 is not yours to see by name" in shown
    # Neither one nor none: a sender among those who plan could see theirs arrive.
    assert "Open requests on the desk (fewer than 10)" in shown
    assert world.tenant.name not in shown
    assert "Hand over by name" not in shown
    assert client.post(done["Location"] + "hand-over/").status_code == 403
    client.force_login(world.cmht_lead.user)
    assert done["Location"] in client.get("/reorganising/").content.decode()
    shown = client.get(done["Location"]).content.decode()
    assert world.tenant.name in shown
    assert made.reference in shown
    with as_role("postgres"):
        kept = rows("SELECT page FROM kernel_access WHERE page = 'reorganising-plan'")
    assert kept
    assert client.get(done["Location"] + "?part=people").status_code == 200
    assert client.post(done["Location"] + "hand-over/").status_code == 302
    moved = client.get(f"/teams/{world.cmht.slug}/")
    assert moved.status_code == 302
    assert moved["Location"] == f"/teams/{world.other_cmht.slug}/"
    client.force_login(world.officer.user)
    assert client.get(done["Location"]).status_code == 404
    assert client.get("/reorganising/").status_code == 403
    assert client.get(f"/reorganising/{world.office.pk}/").status_code == 403


def test_a_team_is_renamed_and_everybody_told(client, world):
    client.force_login(world.partnership_lead.user)
    address = f"/reorganising/{world.cmht.pk}/change/"
    refused = client.post(address, {"name": world.other_cmht.name})
    assert "has a team of this name" in refused.content.decode()
    done = client.post(address, {"name": "Riverside team", "phone": "01632 960123"})
    assert done.status_code == 302
    world.cmht.refresh_from_db()
    assert (world.cmht.name, world.cmht.phone) == ("Riverside team", "01632 960 123")
    link = ("new", f"/teams/{world.cmht.slug}/")
    assert link in mails(world, "nurse")
    assert link in mails(world, "office_link")
    assert link not in mails(world, "officer")


def test_a_split_and_a_plan_called_off_on_the_pages(client, world):
    client.force_login(world.partnership_lead.user)
    address = f"/reorganising/{world.cmht.pk}/split/"
    assert client.get(address).status_code == 200
    done = client.post(
        address, {"name": "West", "workers": [world.nurse.pk], "lead_id": world.nurse.pk}
    )
    assert done.status_code == 302
    assert "leads the new team" in client.get(done["Location"]).content.decode()
    assert client.post(done["Location"] + "call-off/").status_code == 302
    assert "Called off" in client.get(done["Location"]).content.decode()
