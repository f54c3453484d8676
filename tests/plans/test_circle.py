"""The circle: who may gather it, who sees it, and what stays when somebody leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies.states import AgencyKind, TeamKind, TeamRole
from lintel.kernel import events
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.people import queries as people
from lintel.plans import actions, listening, queries
from lintel.plans.models import CircleMember, IfThingsGoWrong
from tests import factories
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
AGREED = "We sat in his kitchen; he wants them to talk to each other."


@pytest.fixture
def world():
    class World:
        team = factories.team()
        officer = factories.worker(team, name="Olu Officer", phone="01632 960 001")
        lead = factories.worker(team, team_role=TeamRole.LEAD)
        tenant = factories.tenant(officer, "John Marsden")
        cmht = factories.team(kind=TeamKind.CMHT)
        nurse = factories.worker(cmht, name="Amina Nurse", job_title="Care coordinator")
        nurse_two = factories.worker(cmht, name="Second Nurse")
        mind = factories.team(factories.agency(AgencyKind.VOLUNTARY), TeamKind.VOLUNTARY)
        friend = factories.worker(mind, name="Fay Friend")
        unsigned = factories.worker(cmht, in_loop=False, name="Una Signed")
        outsider = factories.worker(factories.team())

    return World


def before(minutes=1):
    return timezone.now() - timedelta(minutes=minutes)


def act(worker, what, at=None, **values):
    actor = factories.actor(worker)
    with bound(actor):
        return what(actor, now=at or before(), **values)


def add(by, tenant, who, at=None, **changes):
    values = {
        "person_id": tenant.pk,
        "worker_id": who.pk,
        "role_words": "his nurse",
        "reach_words": "01632 960 002",
        "agreed_words": AGREED,
    }
    return act(by, actions.add_to_circle, at, **{**values, **changes})


def accept(who, tenant, at=None):
    actor = factories.actor(who)
    with bound(actor):
        found = [i for i in queries.invitations(actor) if i.person_id == tenant.pk]
    for one in found:
        act(who, actions.accept_circle, at, member_id=one.id)


def join(by, tenant, who, at=None, **changes):
    """Added, and accepted where that is asked for."""
    at = at or before()
    add(by, tenant, who, at, **changes)
    accept(who, tenant, at + timedelta(seconds=1))


def seen(worker, tenant):
    actor = factories.actor(worker)
    with bound(actor):
        return queries.circle(actor, tenant.pk, now=timezone.now())


def members(worker, tenant):
    return [m.name for m in seen(worker, tenant).members]


def run_events():
    """Do what the jobs do after the commit."""
    with as_role("postgres"):
        happened = rows("SELECT id, verb FROM kernel_event ORDER BY id")
    for number, verb in happened:
        if handler := listening.SUBSCRIPTIONS.get(verb):
            events.deliver(number, f"lintel.plans.listening.{handler}")


def test_all_in_the_circle_see_each_other_and_who_the_person_is(world):
    join(world.officer, world.tenant, world.nurse)
    assert members(world.officer, world.tenant) == ["Olu Officer", "Amina Nurse"]
    assert members(world.nurse, world.tenant) == ["Olu Officer", "Amina Nurse"]
    actor = factories.actor(world.nurse)
    with bound(actor):
        assert people.person(actor, world.tenant.pk).name == "John Marsden"
        assert people.tenancies(actor, world.tenant.pk) == []
    assert members(world.nurse_two, world.tenant) == []
    assert members(world.outsider, world.tenant) == []


def test_a_member_adds_the_next(world):
    join(world.officer, world.tenant, world.nurse, at=before(9))
    join(world.nurse, world.tenant, world.friend)
    assert members(world.officer, world.tenant) == ["Olu Officer", "Amina Nurse", "Fay Friend"]


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        ("patch", None),
        ("caseload", None),
        ("consent", None),
        ("circle", None),
        ("lead", None),
        ("override", Denied),
        ("none", NotFound),
        ("unsigned", Denied),
    ],
)
def test_who_may_gather_the_circle(world, how, outcome):
    by = {"patch": world.officer, "lead": world.lead}.get(how, world.nurse)
    if how == "caseload":
        factories.involvement(world.tenant, world.cmht, world.nurse)
    elif how == "consent":
        factories.consent(world.tenant, world.officer, world.cmht)
    elif how == "circle":
        factories.circle(world.tenant, world.nurse)
    elif how == "override":
        factories.override(world.tenant, world.nurse, world.team.agency)
    elif how == "unsigned":
        factories.involvement(world.tenant, world.cmht, world.unsigned)
        by = world.unsigned
    if outcome:
        with pytest.raises(outcome):
            add(by, world.tenant, world.friend)
    else:
        join(by, world.tenant, world.friend)
        assert "Fay Friend" in members(by, world.tenant)


@pytest.mark.parametrize(
    "changes", [{"agreed_words": " "}, {"role_words": ""}, {"reach_words": ""},
                {"agreed_words": "x" * 2001}, {"worker_id": 999_999}],
)  # fmt: skip
def test_what_was_agreed_must_be_said(world, changes):
    with pytest.raises(Invalid):
        add(world.officer, world.tenant, world.nurse, **changes)
    assert members(world.officer, world.tenant) == []


def test_who_cannot_be_in_a_circle(world):
    with pytest.raises(Invalid):
        add(world.officer, world.tenant, world.unsigned)
    with as_role(factories.LOAD):
        type(world.tenant).objects.filter(pk=world.tenant.pk).update(worker=world.nurse)
    with pytest.raises(Invalid):
        join(world.officer, world.tenant, world.nurse)


def test_twice_is_once(world):
    add(world.officer, world.tenant, world.nurse, once="k" * 20)
    add(world.officer, world.tenant, world.nurse, once="k" * 20)
    with pytest.raises(Conflict):
        add(world.officer, world.tenant, world.nurse)
    accept(world.nurse, world.tenant)
    for who in (world.nurse, world.officer):
        with pytest.raises(Conflict):
            add(world.officer, world.tenant, who)
    with as_role("postgres"):
        assert CircleMember.objects.count() == 2


def test_what_is_given_is_in_the_access_record(world):
    join(world.officer, world.tenant, world.nurse)
    with as_role("postgres"):
        found = rows(
            "SELECT verb, worker_id, person_id, categories, why FROM kernel_access ORDER BY id"
        )
    asked, accepted = found
    assert asked[:4] == ("disclosed", world.officer.pk, world.tenant.pk, ["identity"])
    assert accepted[:4] == ("disclosed", world.nurse.pk, world.tenant.pk, ["identity", "plan"])
    assert "Amina Nurse" in str(asked[4])


def test_everybody_is_told_by_a_link(world):
    add(world.officer, world.tenant, world.nurse)
    run_events()
    run_events()
    with as_role("postgres"):
        told = rows("SELECT to_user_id, link FROM kernel_message")
    assert told == [(world.nurse.user_id, "/people/circle-invitations/")]
    accept(world.nurse, world.tenant)
    run_events()
    with as_role("postgres"):
        told = rows("SELECT to_user_id, link FROM kernel_message WHERE link LIKE '%%/circle/'")
    assert told == [(world.officer.user_id, f"/people/{world.tenant.pk}/circle/")]


def test_leaving_ends_what_is_seen(world):
    join(world.officer, world.tenant, world.nurse, at=before(9))
    (me,) = [m for m in seen(world.nurse, world.tenant).members if m.is_me]
    act(world.nurse, actions.leave_circle, person_id=world.tenant.pk, member_id=me.id)
    assert members(world.nurse, world.tenant) == []
    assert members(world.officer, world.tenant) == ["Olu Officer"]
    actor = factories.actor(world.nurse)
    with bound(actor), pytest.raises(NotFound):
        people.person(actor, world.tenant.pk)


def test_another_is_taken_out_with_a_reason_by_somebody_in_it(world):
    join(world.officer, world.tenant, world.nurse, at=before(9))
    (nurse,) = [m for m in seen(world.officer, world.tenant).members if not m.is_me]
    values = {"person_id": world.tenant.pk, "member_id": nurse.id}
    with pytest.raises(Invalid):
        act(world.officer, actions.leave_circle, **values)
    with pytest.raises(NotFound):
        act(world.outsider, actions.leave_circle, words="He asked", **values)
    act(world.officer, actions.leave_circle, words="He asked for it", **values)
    assert members(world.nurse, world.tenant) == []
    with pytest.raises(NotFound):
        act(world.officer, actions.leave_circle, words="Again", **values)


CONTACTS = [("He stops answering the door", "Crisis team, 01632 960 100, day and night")]


def test_who_to_contact_stays_when_the_writer_leaves(world):
    join(world.officer, world.tenant, world.nurse, at=before(9))
    act(
        world.nurse, actions.record_if_things_go_wrong, at=before(5),
        person_id=world.tenant.pk, contacts=[*CONTACTS, ("", " ")],
    )  # fmt: skip
    run_events()
    (me,) = [m for m in seen(world.nurse, world.tenant).members if m.is_me]
    act(world.nurse, actions.leave_circle, person_id=world.tenant.pk, member_id=me.id)
    (line,) = seen(world.officer, world.tenant).if_wrong
    assert (line.circumstances, line.contact) == CONTACTS[0]
    assert line.written_by == "Amina Nurse"
    assert seen(world.nurse, world.tenant).if_wrong == []


def test_whoever_joins_later_sees_it_too(world):
    join(world.officer, world.tenant, world.nurse, at=before(9))
    act(
        world.nurse, actions.record_if_things_go_wrong, at=before(8),
        person_id=world.tenant.pk, contacts=CONTACTS,
    )  # fmt: skip
    join(world.officer, world.tenant, world.friend, at=before(7))
    run_events()
    run_events()
    for worker in (world.officer, world.nurse, world.friend):
        assert len(seen(worker, world.tenant).if_wrong) == 1
    with as_role("postgres"):
        assert IfThingsGoWrong.objects.count() == 3


def test_a_line_is_ended_for_all(world):
    join(world.officer, world.tenant, world.nurse, at=before(9))
    act(
        world.nurse, actions.record_if_things_go_wrong, at=before(8),
        person_id=world.tenant.pk, contacts=CONTACTS,
    )  # fmt: skip
    run_events()
    (line,) = seen(world.officer, world.tenant).if_wrong
    values = {"person_id": world.tenant.pk, "contact_id": line.id}
    with pytest.raises(Denied):
        act(world.lead, actions.end_contact, **values)
    act(world.officer, actions.end_contact, **values)
    run_events()
    assert seen(world.nurse, world.tenant).if_wrong == []
    with as_role("postgres"):
        assert not IfThingsGoWrong.objects.filter(ended__isnull=True).exists()
    with pytest.raises(Conflict):
        act(world.officer, actions.end_contact, **values)


@pytest.mark.parametrize(
    "contacts",
    [[], [("", "")], [("He is unwell", "")], [("", "Ring")], [("x" * 251, "y")], [("a", "b")] * 11],
)
def test_half_a_line_is_no_line(world, contacts):
    join(world.officer, world.tenant, world.nurse)
    with pytest.raises(Invalid):
        act(
            world.officer, actions.record_if_things_go_wrong,
            person_id=world.tenant.pk, contacts=contacts,
        )  # fmt: skip


def test_only_those_in_it_say_who_to_contact(world):
    with pytest.raises(Denied):
        act(
            world.officer, actions.record_if_things_go_wrong,
            person_id=world.tenant.pk, contacts=CONTACTS,
        )  # fmt: skip
    with pytest.raises(NotFound):
        act(
            world.outsider, actions.record_if_things_go_wrong,
            person_id=world.tenant.pk, contacts=CONTACTS,
        )  # fmt: skip


def test_workers_to_ask_are_those_inside_the_loop(world):
    actor = factories.actor(world.officer)
    with bound(actor):
        found = queries.workers_to_ask(actor, words="nurse", now=timezone.now())
        assert [who for who, _ in found] == [world.nurse.pk, world.nurse_two.pk]
        assert queries.workers_to_ask(actor, words="una signed", now=timezone.now()) == []
        by_team = queries.workers_to_ask(actor, words=world.mind.name, now=timezone.now())
        assert [who for who, _ in by_team] == [world.friend.pk]


def test_events_hold_no_words(world):
    join(world.officer, world.tenant, world.nurse)
    with as_role("postgres"):
        assert not [
            t for (t,) in rows("SELECT kernel_event::text FROM kernel_event") if "kitchen" in t
        ]
