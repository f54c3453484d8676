"""An entry from its first line to the directory and out of it: who may, and what stays."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import Role, TeamRole
from lintel.directory.actions import drafting, reviewing, upkeep
from lintel.directory.entry import Capacity, Closure, Waiting
from lintel.directory.models import Catchment, PartnerEntry, Service, Version
from lintel.directory.queries import own, own_list
from lintel.directory.sections import Section, stamp_of
from lintel.directory.states import Audience, ServiceState, VersionState
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Message
from tests import factories
from tests.support.db import under

pytestmark = pytest.mark.django_db
ABOUT = {"summary": "Help to keep a home.", "phones": [{"number": "01632 960 001"}]}
WHOLE = [{"pieces": [{"kind": "whole"}]}]


class Scene:
    """A team with a lead, its owner of an entry, a colleague; a manager; others."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.team = factories.team()
        self.agency = self.team.agency
        self.owner = factories.worker(self.team, name="Olu Owner")
        self.colleague = factories.worker(self.team, name="Cal Colleague")
        self.lead = factories.worker(self.team, team_role=TeamRole.LEAD, name="Lea Lead")
        self.manager = factories.worker(self.agency, roles=[Role.MANAGER], name="Mo Manager")
        self.other = factories.worker(name="Oz Other")
        self.partnership = factories.worker(
            factories.agency(), roles=[Role.PARTNERSHIP_LEAD], name="Pat Partnership"
        )

    def started(self, name: str = "Tenancy help", key: str = "k1"):
        with bound(factories.actor(self.owner)) as actor:
            return drafting.start(actor, name=name, team_id=self.team.pk, key=key, now=self.now)

    def as_(self, who: Worker, act, service_id, **more):
        with bound(factories.actor(who)) as actor:
            return act(actor, service_id=service_id, now=self.now, **more)

    def save(self, who: Worker, service_id, section: Section, values, stamp: str | None = None):
        with bound(factories.actor(who)) as actor:
            found = own.entry(actor, service_id, today=timezone.localdate(self.now))
            stamp = stamp or stamp_of(found.draft, found.open.audience, section)
            drafting.save_section(
                actor,
                service_id=service_id,
                section=section,
                values=values,
                stamp=stamp,
                now=self.now,
            )

    def filled(self, service_id) -> None:
        self.save(self.owner, service_id, Section.ABOUT, ABOUT)
        self.save(self.owner, service_id, Section.WHO, {"needs": ["losing_home"]})
        self.save(self.owner, service_id, Section.CATCHMENT, {"catchments": WHOLE})

    def publish(self, who: Worker, service_id) -> None:
        with bound(factories.actor(who)) as actor:
            found = own.entry(actor, service_id, today=timezone.localdate(self.now))
            reviewing.publish(
                actor,
                service_id=service_id,
                stamp=stamp_of(found.draft, found.open.audience),
                now=self.now,
            )

    def published(self, name: str = "Tenancy help", key: str = "k1"):
        service_id = self.started(name, key)
        self.filled(service_id)
        self.as_(self.owner, reviewing.send, service_id, note="New")
        self.publish(self.lead, service_id)
        return service_id

    def entry(self, who: Worker, service_id):
        with bound(factories.actor(who)) as actor:
            return own.entry(actor, service_id, today=timezone.localdate(self.now))


@pytest.fixture
def scene() -> Scene:
    return Scene()


@under("lintel_system")
def told() -> list[tuple[int, str]]:
    return list(Message.objects.order_by("created").values_list("to_user_id", "template"))


def test_from_the_first_line_to_the_directory(scene):
    service_id = scene.started()
    assert Service.objects.get(pk=service_id).name == ""  # Nothing shows before it is published.
    with pytest.raises(Invalid, match="telephone number"):
        scene.as_(scene.owner, reviewing.send, service_id, note="")
    scene.filled(service_id)
    scene.as_(scene.owner, reviewing.send, service_id, note="A new service")
    assert told() == [(scene.lead.user_id, "new")]
    with pytest.raises(Conflict):  # It waits: nobody writes in it under the reviewer's eyes.
        scene.save(scene.owner, service_id, Section.ABOUT, ABOUT)
    scene.publish(scene.lead, service_id)
    service = Service.objects.get(pk=service_id)
    assert (service.state, service.name) == (ServiceState.PUBLISHED, "Tenancy help")
    assert service.checked_on == timezone.localdate(scene.now)
    assert Catchment.objects.filter(service=service).count() == 1
    assert told()[-1] == (scene.owner.user_id, "new")


def test_starting_twice_with_one_key_makes_one_entry(scene):
    assert scene.started() == scene.started()
    assert Service.objects.count() == 1
    assert scene.started(key="k2") != scene.started()
    assert len(set(Service.objects.values_list("slug", flat=True))) == 2


def test_an_entry_is_started_for_a_team_of_ones_own(scene):
    with bound(factories.actor(scene.other)) as actor, pytest.raises(Denied):
        drafting.start(actor, name="x", team_id=scene.team.pk, key="k", now=scene.now)


def test_nobody_settles_what_they_wrote_in(scene):
    service_id = scene.started()
    scene.filled(service_id)
    scene.save(scene.lead, service_id, Section.ABOUT, {"fees": "Free"})
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    # The lead has written in it: the manager is asked instead.
    assert told() == [(scene.manager.user_id, "new")]
    for who in (scene.owner, scene.lead):
        with pytest.raises(Denied):
            scene.publish(who, service_id)
    scene.publish(scene.manager, service_id)


def test_where_nobody_else_could_review_the_partnership_lead_is_asked(scene):
    alone = factories.worker(factories.team(), team_role=TeamRole.LEAD, roles=[Role.MANAGER])
    scene.owner, scene.team = alone, alone.memberships.get().team
    service_id = scene.started()
    scene.filled(service_id)
    scene.as_(alone, reviewing.send, service_id, note="")
    assert told() == [(scene.partnership.user_id, "new")]
    with pytest.raises(Denied):
        scene.publish(alone, service_id)
    scene.publish(scene.partnership, service_id)


@pytest.mark.parametrize("who", ["colleague", "other"])
def test_a_draft_is_not_there_for_who_has_nothing_to_do_with_it(scene, who):
    service_id = scene.started()
    worker = getattr(scene, who)
    with pytest.raises(NotFound):
        scene.entry(worker, service_id)
    for act in (drafting.open_draft, reviewing.discard, reviewing.take_back, upkeep.check):
        with pytest.raises(NotFound):
            scene.as_(worker, act, service_id)


def test_an_information_lead_reviews_and_does_not_write(scene):
    informed = factories.worker(scene.agency, roles=[Role.INFORMATION_LEAD])
    service_id = scene.started()
    scene.filled(service_id)
    with pytest.raises(Denied):
        scene.save(informed, service_id, Section.ABOUT, ABOUT)
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    scene.publish(informed, service_id)


def test_two_people_in_one_section_the_second_is_told_and_nothing_is_lost(scene):
    service_id = scene.started()
    found = scene.entry(scene.owner, service_id)
    stamp = stamp_of(found.draft, found.open.audience, Section.ABOUT)
    scene.save(scene.lead, service_id, Section.ABOUT, {"summary": "The lead's"}, stamp)
    with pytest.raises(Conflict, match="Somebody else changed"):
        scene.save(scene.owner, service_id, Section.ABOUT, {"summary": "Mine"}, stamp)
    assert scene.entry(scene.owner, service_id).draft.entry.summary == "The lead's"
    # Another section stands in nobody's way.
    other = stamp_of(found.draft, found.open.audience, Section.ASK)
    scene.save(scene.owner, service_id, Section.ASK, {"how_to_ask": "Ring"}, other)


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_the_same_moment_settle_it_once(scene):
    service_id = scene.started()
    scene.filled(service_id)
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    found = scene.entry(scene.lead, service_id)
    stamp = stamp_of(found.draft, found.open.audience)
    start, ends = Barrier(2), []

    def decide(who, act, **more) -> None:
        try:
            with bound(who) as actor:
                start.wait(10)
                act(actor, service_id=service_id, now=scene.now, **more)
                ends.append("done")
        except Conflict:
            ends.append("conflict")
        finally:
            connection.close()

    lead, manager = factories.actor(scene.lead), factories.actor(scene.manager)
    threads = [
        Thread(target=decide, args=(lead, reviewing.publish), kwargs={"stamp": stamp}),
        Thread(target=decide, args=(manager, reviewing.give_back), kwargs={"comment": "No"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(ends) == ["conflict", "done"]


def test_returned_with_a_comment_then_sent_again(scene):
    service_id = scene.started()
    scene.filled(service_id)
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    with pytest.raises(Invalid):
        scene.as_(scene.lead, reviewing.give_back, service_id, comment=" ")
    scene.as_(scene.lead, reviewing.give_back, service_id, comment="Say who may ask")
    assert scene.entry(scene.owner, service_id).open.state == VersionState.RETURNED
    scene.save(scene.owner, service_id, Section.ASK, {"referral": ["self"]})
    scene.as_(scene.owner, reviewing.send, service_id, note="Done")
    scene.as_(scene.owner, reviewing.take_back, service_id)
    assert scene.entry(scene.owner, service_id).open.state == VersionState.DRAFT
    with pytest.raises(Conflict):
        scene.publish(scene.lead, service_id)


def test_what_was_read_is_what_is_published(scene):
    service_id = scene.published()
    scene.as_(scene.owner, drafting.open_draft, service_id)
    scene.save(scene.owner, service_id, Section.ABOUT, {"summary": "Better"})
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    found = scene.entry(scene.lead, service_id)
    stamp = stamp_of(found.draft, found.open.audience)
    closure = Closure(first=scene.now.date(), last=scene.now.date())
    scene.as_(scene.owner, upkeep.close_for, service_id, closure=closure)
    with pytest.raises(Conflict, match="changed while you were reading"):
        scene.as_(scene.lead, reviewing.publish, service_id, stamp=stamp)


def test_quick_facts_go_out_at_once_and_survive_the_draft(scene):
    service_id = scene.published()
    scene.as_(scene.owner, drafting.open_draft, service_id)
    today = timezone.localdate(scene.now)
    scene.as_(
        scene.owner,
        upkeep.say_waiting,
        service_id,
        waiting=Waiting(days=14, as_of=today),
        capacity=Capacity(available=3, maximum=10, as_of=today),
    )
    assert Service.objects.get(pk=service_id).document["waiting"]["days"] == 14
    assert scene.entry(scene.owner, service_id).draft.entry.waiting.days == 14
    scene.save(scene.owner, service_id, Section.ABOUT, {"summary": "Better"})
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    scene.now += timedelta(minutes=5)
    scene.publish(scene.lead, service_id)
    shown = Service.objects.get(pk=service_id)
    assert (shown.summary, shown.document["waiting"]["days"]) == ("Better", 14)
    # The younger number is the quick fact's; what was published last is still the draft.
    with bound(factories.actor(scene.owner)):
        assert [own.last_published(shown).number, own.versions(shown)[0].number] == [2, 3]


def test_a_closure_is_said_and_taken_back(scene):
    service_id = scene.published()
    day = timezone.localdate(scene.now)
    closure = Closure(first=day, last=day + timedelta(days=2), why="Flood")
    scene.as_(scene.owner, upkeep.close_for, service_id, closure=closure)
    assert len(scene.entry(scene.owner, service_id).published.entry.closures) == 1
    scene.as_(scene.owner, upkeep.reopen, service_id, first=closure.first, last=closure.last)
    assert scene.entry(scene.owner, service_id).published.entry.closures == []


def test_an_old_version_comes_back_as_a_draft_that_says_so(scene):
    service_id = scene.published()
    scene.as_(scene.owner, drafting.open_draft, service_id)
    scene.save(scene.owner, service_id, Section.ABOUT, {"summary": "Worse"})
    with pytest.raises(Conflict):
        scene.as_(scene.owner, drafting.restore, service_id, number=1)
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    scene.publish(scene.lead, service_id)
    scene.as_(scene.owner, drafting.restore, service_id, number=1)
    found = scene.entry(scene.owner, service_id)
    assert (found.open.restores, found.draft.entry.summary) == (1, "Help to keep a home.")
    assert found.published.entry.summary == "Worse"
    scene.as_(scene.owner, reviewing.discard, service_id)
    with pytest.raises(NotFound):
        scene.as_(scene.owner, drafting.restore, service_id, number=99)


def test_the_audience_changes_with_the_review_and_hides_all_of_it(scene):
    service_id = scene.published()
    scene.as_(scene.owner, drafting.open_draft, service_id)
    scene.save(scene.owner, service_id, Section.READERS, {"audience": "partners"})
    assert Service.objects.get(pk=service_id).audience == Audience.PUBLIC
    scene.as_(scene.owner, reviewing.send, service_id, note="")
    scene.publish(scene.lead, service_id)
    service = Service.objects.get(pk=service_id)
    assert (service.audience, service.name, service.document) == (Audience.PARTNERS, "", {})
    with bound(factories.actor(scene.other)):
        assert PartnerEntry.objects.get(service=service).name == "Tenancy help"
    assert scene.entry(scene.owner, service_id).name == "Tenancy help"


def test_taken_out_and_brought_back(scene):
    service_id = scene.published()
    with pytest.raises(Invalid):
        scene.as_(scene.owner, reviewing.withdraw, service_id, why="")
    scene.as_(scene.owner, reviewing.withdraw, service_id, why="The funding ended")
    service = Service.objects.get(pk=service_id)
    assert (service.state, service.name) == (ServiceState.WITHDRAWN, "")
    assert not Catchment.objects.filter(service=service).exists()
    with pytest.raises(Conflict):
        scene.as_(scene.owner, upkeep.check, service_id)
    scene.as_(scene.owner, reviewing.bring_back, service_id)
    assert Service.objects.get(pk=service_id).name == "Tenancy help"
    with bound(factories.actor(scene.owner)):
        assert Version.objects.filter(service=service).count() == 1


def test_handed_over_to_a_colleague(scene):
    service_id = scene.published()
    with pytest.raises(Invalid, match="in post"):
        scene.as_(
            scene.owner, upkeep.hand_over, service_id, owner_id=scene.other.pk, deputy_id=None
        )
    scene.as_(
        scene.owner,
        upkeep.hand_over,
        service_id,
        owner_id=scene.colleague.pk,
        deputy_id=scene.owner.pk,
    )
    assert told()[-1] == (scene.colleague.user_id, "new")
    assert scene.entry(scene.colleague, service_id).keeps


def test_the_list_puts_first_what_needs_doing(scene, django_assert_num_queries):
    first = scene.published("Zebra help", "a")
    scene.started("A draft", "b")
    waiting = scene.started("Middle help", "c")
    scene.filled(waiting)
    scene.as_(scene.owner, reviewing.send, waiting, note="")
    Service.objects.filter(pk=first).update(checked_on=scene.now.date() - timedelta(days=100))
    with bound(factories.actor(scene.owner)) as actor, django_assert_num_queries(1):
        found = list(own_list.mine(actor, scene.now, down=False))
    assert [one.shown_name for one in found] == ["Zebra help", "A draft", "Middle help"]
    with bound(factories.actor(scene.lead)) as actor:
        first_of_all = own_list.mine(actor, scene.now, down=False)[0]
        assert first_of_all.shown_name == "Middle help"
        assert len(own_list.mine(actor, scene.now, state="stale", down=False)) == 1
        assert len(own_list.mine(actor, scene.now, words="zebra", down=False)) == 1
    with bound(factories.actor(scene.other)) as actor:
        assert not own_list.mine(actor, scene.now, down=False)
