"""The workflow as data: kinds, transitions, the document; and two who act at the same moment."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from lintel.kernel.actor import Actor, as_system, bound
from lintel.kernel.clock import Clock, Unit
from lintel.kernel.errors import Conflict, Denied, DomainError, Invalid
from lintel.requests import actions, kinds, queries
from lintel.requests.actions import About
from lintel.requests.clocks import Timer
from lintel.requests.diagram import document
from lintel.requests.kinds import KindRule, Routing
from lintel.requests.models import Handling, Notice, Step
from lintel.requests.states import Decision, NoticeCode, State, Urgency, Verb, after
from tests.requests.pump import pump
from tests.requests.world import HOUR, LATER, NOW, concern, make_world
from tests.support.worker import run_jobs


def test_the_document_is_current() -> None:
    """If this fails: lintel manage statemachine."""
    path = Path(settings.BASE_DIR) / "docs" / "requests-states.md"
    assert path.read_text(encoding="utf-8") == document()


def test_acting_leads_to_active() -> None:
    assert after(Verb.DECIDE, State.TAKEN, Decision.ACTING) is State.ACTIVE
    assert after(Verb.DECIDE, State.TAKEN, Decision.ADVICE) is State.DECIDED
    assert after(Verb.DECIDE, State.CLOSED, Decision.ACTING) is None
    assert after(Verb.ARRIVE, State.RECEIVED) is None


def test_every_kind_is_whole() -> None:
    for rule in kinds.all_kinds():
        assert rule.decisions
        for timer in Timer:
            for urgency in Urgency:
                assert rule.clock(timer, urgency).amount > 0
        assert rule.learns(NoticeCode.RECEIVED, masked=rule.masked)
        assert rule.learns(NoticeCode.DECIDED, masked=rule.masked)
        for code in (NoticeCode.CLOSED, NoticeCode.WRITTEN, NoticeCode.REDIRECTED):
            assert not rule.learns(code, masked=True)


@pytest.fixture
def notice_from_a_ward(monkeypatch: pytest.MonkeyPatch) -> KindRule:
    """A kind that another domain adds."""
    monkeypatch.setattr(kinds, "_rules", dict(kinds._rules))
    rule = KindRule(
        kind="ward_notice",
        label="Advance notice from a ward",
        masked=False,
        routing=Routing.CHOSEN,
        required=frozenset({"seen", "leaves_on"}),
        raised_by=frozenset({"ward"}),
        decisions=frozenset({Decision.ACTING, Decision.NOT_FOR_US}),
        clocks={(Timer.ACKNOWLEDGE, Urgency.ROUTINE): Clock(Unit.HOURS, 2)},
        sender_learns=frozenset({NoticeCode.RECEIVED, NoticeCode.DECIDED}),
    )
    kinds.register(rule)
    kinds.register(rule)
    with pytest.raises(ValueError, match="ward_notice"):
        kinds.register(replace(rule, label="Another"))
    return rule


@pytest.mark.django_db
def test_a_domain_adds_a_kind(notice_from_a_ward: KindRule) -> None:
    world = make_world()
    ward = world.cmht
    ward.kind = "ward"
    ward.save()
    given = {
        "now": NOW,
        "kind": "ward_notice",
        "about": About(),
        "seen": "Home on Friday",
        "urgency": "routine",
        "to_team_id": world.shop.pk,
        "extra": {"leaves_on": "2026-10-09"},
    }
    officer, nurse, shop = world.actor("officer"), world.actor("nurse"), world.actor("shop_worker")
    with bound(officer), pytest.raises(Denied):
        actions.raise_request(officer, **given)
    with bound(nurse):
        with pytest.raises(Invalid):
            actions.raise_request(nurse, **{**given, "kind": "concern"})
        with pytest.raises(Invalid) as wrong:
            actions.raise_request(nurse, **{**given, "extra": {}})
        assert set(wrong.value.errors) == {"leaves_on"}
        made = actions.raise_request(nurse, **given)
    pump(NOW)
    with bound(shop):
        desk = queries.desk_one(shop, made.reference, now=LATER).handling
        assert (desk.team, desk.due) == (world.shop, NOW + 2 * HOUR)
        assert desk.extra == {"leaves_on": "2026-10-09"}
        actions.take(shop, now=NOW, reference=made.reference)
        with pytest.raises(Invalid):
            actions.decide(shop, now=NOW, reference=made.reference, decision="advice", words="a")
        actions.write_message(
            shop, now=NOW, reference=made.reference, words="Hello", to_other_side=True
        )
        actions.decide(shop, now=NOW, reference=made.reference, decision="acting")
    with as_system():
        codes = set(Notice.objects.values_list("code", flat=True))
    assert codes == {NoticeCode.RECEIVED, NoticeCode.DECIDED}


@pytest.mark.django_db(transaction=True)
def test_two_decide_at_the_same_moment_and_one_wins() -> None:
    world = make_world()
    officer = world.actor("officer")
    now = timezone.now() - timedelta(hours=1)
    with bound(officer):
        made = actions.raise_concern(officer, now=now, **concern(world.tenant.pk))
    run_jobs()
    nurse = world.actor("nurse")
    with bound(nurse):
        taken = actions.take(nurse, now=now, reference=made.reference)
    start, answers = Barrier(2), []

    def decide(actor: Actor, decision: str) -> None:
        try:
            start.wait(10)
            with bound(actor):
                actions.decide(
                    actor,
                    now=timezone.now(),
                    reference=made.reference,
                    decision=decision,
                    words="Because",
                    version=taken.version,
                )
            answers.append("done")
        except DomainError as error:
            answers.append(error)
        finally:
            connection.close()

    both = [
        Thread(target=decide, args=(nurse, "acting")),
        Thread(target=decide, args=(world.actor("nurse_two"), "advice")),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    told = [a for a in answers if a != "done"]
    assert len(answers) == 2
    assert [type(a) for a in told] == [Conflict]
    assert "was decided" in told[0].words
    with as_system():
        assert Step.objects.filter(verb=Verb.DECIDE).count() == 1
        assert Notice.objects.filter(code=NoticeCode.DECIDED).count() == 1
        assert Handling.objects.get().version == taken.version + 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_twice_delivers_once() -> None:
    from lintel.requests import relay

    world = make_world()
    officer = world.actor("officer")
    with bound(officer):
        made = actions.raise_concern(officer, now=timezone.now(), **concern(world.tenant.pk))
    run_jobs()
    relay.deliver(made.pk, now=timezone.now())
    relay.withdrawn(made.pk, now=timezone.now())
    with as_system():
        assert Handling.objects.count() == 1
        assert Step.objects.count() == 1
        assert Notice.objects.count() == 1
