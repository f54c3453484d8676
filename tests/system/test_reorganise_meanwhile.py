"""What others do while a team is being reorganised: nothing is left with a team that is no more."""

from threading import Event, Thread

import pytest
from django.db import connection

from lintel.agencies.states import TeamRole
from lintel.config import reorganising, teams_moving
from lintel.config.models import Entries
from lintel.kernel.actor import as_system, bound
from lintel.kernel.errors import Conflict, DomainError
from lintel.requests import actions as requests
from lintel.requests import relay
from lintel.requests.models import Handling, Request
from tests import factories
from tests.requests.world import HOUR, concern, make_world
from tests.system.test_reorganise import now, plan

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 20


@pytest.fixture
def world():
    made = make_world()
    made.cmht_two_lead = factories.worker(made.other_cmht, team_role=TeamRole.LEAD)
    return made


@pytest.fixture
def paused(monkeypatch):
    """A hand-over stops, all moved and nothing committed, until the second event is set."""
    reached, go_on = Event(), Event()
    record = teams_moving.record

    def slow(*given, **more):
        reached.set()
        go_on.wait(WAIT)
        record(*given, **more)

    monkeypatch.setattr(teams_moving, "record", slow)
    return reached, go_on


def in_thread(work):
    """Start it on a connection of its own; what it answers, or the domain's refusal."""
    answers = []

    def run():
        try:
            answers.append(work())
        except DomainError as refused:
            answers.append(refused)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread, answers


def hand_over(world, plan_id, by):
    def work():
        with bound(world.actor(by)) as actor:
            return teams_moving.carry_out(actor, plan_id=plan_id, now=now())

    return work


def meanwhile(world, paused, made, by, work):
    """Run the work while the plan is being carried out; both answers."""
    reached, go_on = paused
    merging, merged = in_thread(hand_over(world, made.pk, by))
    assert reached.wait(WAIT)
    other, answers = in_thread(work)
    other.join(1)
    go_on.set()
    merging.join(WAIT)
    other.join(WAIT)
    return merged[0], answers[0]


def test_what_is_delivered_meanwhile_goes_to_the_team_in_its_place(world, paused):
    with bound(world.actor("officer")) as actor:
        sent = requests.raise_concern(actor, now=now() - HOUR, **concern(world.tenant.pk))
    meanwhile(world, paused, plan(world), "cmht_lead", lambda: relay.deliver(sent.pk, now=now()))
    with as_system():
        assert Handling.objects.get(request_id=sent.pk).team == world.other_cmht


def test_nothing_is_sent_from_a_team_that_is_no_more(world, paused):
    support = factories.team(world.landlord)
    factories.worker(support, team_role=TeamRole.LEAD)
    made = plan(world, team=world.office, into=support)

    def send():
        with bound(world.actor("officer")) as actor:
            return requests.raise_concern(actor, now=now(), **concern(world.tenant.pk))

    _, answer = meanwhile(world, paused, made, "office_lead", send)
    assert isinstance(answer, Conflict)
    with as_system():
        assert not Request.objects.exists()


def test_two_hand_overs_in_a_row_wait_for_each_other(world, paused):
    """The first team would become part of one that is closed in the same moment."""
    third = factories.team(world.trust, world.cmht.kind)
    factories.worker(third, team_role=TeamRole.LEAD)
    first = plan(world)
    with bound(world.actor("partnership_lead")) as actor:
        second = reorganising.plan_merger(
            actor,
            team_id=world.other_cmht.pk,
            into_id=third.pk,
            entries=Entries.FOLLOW,
            now=now(),
        )
    merged, refused = meanwhile(
        world, paused, second, "cmht_two_lead", hand_over(world, first.pk, "cmht_lead")
    )
    assert merged.into == third
    assert isinstance(refused, Conflict)
