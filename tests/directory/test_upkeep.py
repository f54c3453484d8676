"""Who is told that an entry wants checking, when, and how far up it climbs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import Role, TeamRole
from lintel.config import leaving
from lintel.directory import jobs, upkeep
from lintel.directory.actions import upkeep as keeping
from lintel.directory.models import Feed, Service
from lintel.directory.queries import own_list
from lintel.directory.queries.responsibility import chains, responsible
from lintel.directory.queries.routing import is_stale
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.kernel.models import Message
from tests import factories
from tests.directory import making
from tests.support.db import under

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Scene:
    """An entry with an owner and a deputy, and everybody above them."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.team = factories.team()
        self.agency = self.team.agency
        self.owner = factories.worker(self.team)
        self.deputy = factories.worker(self.team)
        self.lead = factories.worker(self.team, team_role=TeamRole.LEAD)
        self.manager = factories.worker(self.agency, roles=[Role.MANAGER])
        self.partnership = factories.worker(factories.agency(), roles=[Role.PARTNERSHIP_LEAD])
        self.service = self.made("Tenancy help")

    def made(self, name: str) -> Service:
        return making.published(
            name,
            checked_on=self.today,
            now=self.now,
            service={"team": self.team, "owner": self.owner, "deputy": self.deputy},
        )

    def after(self, days: int) -> list[tuple[int, str]]:
        """Who is told in the round so many days after the last check, once what was told is cut."""
        before = len(told())
        upkeep.remind(now=self.now + days * DAY)
        return told()[before:]


@pytest.fixture
def scene() -> Scene:
    return Scene()


@under("lintel_system")
def told() -> list[tuple[int, str]]:
    return list(
        Message.objects.order_by("created", "to_user_id").values_list("to_user_id", "template")
    )


def gone(worker: Worker) -> None:
    Worker.objects.filter(pk=worker.pk).update(left_on=timezone.localdate())


def test_a_fortnight_before_and_on_the_day_and_not_between(scene):
    assert scene.after(75) == []
    assert scene.after(76) == [(scene.owner.user_id, "due")]
    assert scene.after(76) == []  # Again on the same day: nobody twice.
    assert scene.after(80) == []
    assert scene.after(90) == [(scene.owner.user_id, "overdue")]
    assert scene.after(93) == []


def test_a_round_that_was_missed_is_made_up_for(scene):
    assert scene.after(79) == [(scene.owner.user_id, "due")]
    assert scene.after(92) == [(scene.owner.user_id, "overdue")]


def test_it_climbs_a_step_a_week_to_the_top_and_stays_there(scene):
    ladder = [scene.owner, scene.deputy, scene.lead, scene.manager, scene.partnership]
    for week, worker in enumerate([*ladder, scene.partnership]):
        assert scene.after(90 + 7 * week) == [(worker.user_id, "overdue")], week


def test_a_check_ends_it(scene):
    scene.after(90)
    with bound(factories.actor(scene.deputy)) as actor:
        keeping.check(actor, service_id=scene.service.pk, now=scene.now + 91 * DAY)
    assert scene.after(97) == []
    assert scene.after(91 + 76) == [(scene.owner.user_id, "due")]


def test_the_job_tells_by_the_clock_of_the_machine(scene):
    Service.objects.update(checked_on=scene.today - 90 * DAY)
    jobs.remind(0)
    assert told() == [(scene.owner.user_id, "overdue")]


def test_who_has_left_is_passed_over(scene):
    gone(scene.owner)
    assert [one.worker_id for one in responsible(scene.service, scene.now)] == [scene.deputy.pk]
    gone(scene.deputy)
    gone(scene.lead)
    assert scene.after(90) == [(scene.manager.user_id, "overdue")]


def test_an_entry_of_a_feed_is_checked_by_its_feed(scene):
    feed = Feed.objects.create(name="A council", url="https://example.test/", version="3.0")
    Service.objects.update(feed=feed, feed_key="1")
    assert scene.after(200) == []


def test_a_worker_with_many_entries_gets_one_message(scene):
    for number in range(5):
        scene.made(f"Help {number}")
    assert scene.after(90) == [(scene.owner.user_id, "overdue")]


def test_the_chain_costs_the_same_for_one_and_for_many(scene):
    many = [scene.made(f"Help {number}") for number in range(20)]
    costs = []
    for services in ([scene.service], many):
        read = list(
            Service.objects.select_related("organisation", "team", "owner").filter(
                pk__in=[service.pk for service in services]
            )
        )
        with CaptureQueriesContext(connection) as queries:
            chains(read, scene.now)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 4


def test_an_entry_is_stale_by_its_day_and_nothing_is_stored(scene):
    checked, every = scene.service.checked_on, scene.service.check_every_days
    assert not is_stale(checked, every, scene.today + 89 * DAY)
    assert is_stale(checked, every, scene.today + 90 * DAY)


def test_what_nobody_checks_reaches_the_partnership_leads_list(scene):
    with bound(factories.actor(scene.partnership)) as actor:
        assert not own_list.mine(actor, scene.now + 96 * DAY, down=False)
        assert len(own_list.mine(actor, scene.now + 97 * DAY, down=False)) == 1


def test_nobody_leaves_while_they_own_an_entry(scene):
    def leave() -> None:
        with bound(factories.actor(scene.lead)) as actor:
            leaving.complete(actor, worker_id=scene.owner.pk, on=scene.today, now=scene.now)

    with pytest.raises(Conflict, match="1 entry of the directory"):
        leave()
    with bound(factories.actor(scene.lead)) as actor:
        given = {"from_worker_id": scene.owner.pk, "now": scene.now}
        with pytest.raises(Invalid):
            keeping.hand_over_all(actor, to_worker_id=scene.partnership.pk, **given)
        assert keeping.hand_over_all(actor, to_worker_id=scene.deputy.pk, **given) == 1
    leave()
    service = Service.objects.get()
    assert (service.owner, service.deputy) == (scene.deputy, None)


def test_only_who_may_see_a_worker_out_hands_their_entries_over(scene):
    with bound(factories.actor(scene.partnership)) as actor, pytest.raises(NotFound):
        keeping.hand_over_all(
            actor, from_worker_id=scene.owner.pk, to_worker_id=scene.deputy.pk, now=scene.now
        )
