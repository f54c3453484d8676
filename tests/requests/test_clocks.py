"""Clocks and climbing: every state has an owner and a clock, and nothing is ever dropped."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lintel.kernel.actor import as_system, bound
from lintel.kernel.clock import Clock, Unit, working_minutes_between
from lintel.kernel.errors import DomainError
from lintel.kernel.models import Message as Mail
from lintel.requests import actions, climbing, queries
from lintel.requests.clocks import (
    CLOCKS,
    LADDER,
    TIMER_OF,
    Heard,
    half,
    masked_shown,
    next_climb,
    quarter_after,
    received_shown,
    sender_due,
)
from lintel.requests.models import Handling, Notice, Request, Step
from lintel.requests.states import (
    OPEN_STATES,
    TRANSITIONS,
    Decision,
    NoticeCode,
    State,
    Urgency,
    Verb,
)
from tests import factories
from tests.requests.driver import desk_actor
from tests.requests.pump import pump, tick
from tests.requests.world import DAY, HOUR, LATER, NOW, World, concern, make_world

MINUTE = timedelta(minutes=1)
ENDS = {State.CLOSED, State.WITHDRAWN}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def raised(world: World, **more: object) -> str:
    officer = world.actor("officer")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk, **more))
    pump(NOW)
    return made.reference


def desk(reference: str) -> Handling:
    with as_system():
        return Handling.objects.select_related("climbed_to", "team").get(reference=reference)


def climbs(reference: str) -> list[tuple[datetime, str]]:
    with as_system():
        key = Handling.objects.get(reference=reference).request_id
        found = Step.objects.filter(request_id=key, verb=Verb.ESCALATE).order_by("id")
        return [(step.at, step.words) for step in found]


def run_until(reference: str, until: datetime) -> None:
    """Run the clocks at each moment at which anything could climb."""
    while (at := desk(reference).climb_at) is not None and at <= until:
        tick(at)


def test_every_open_state_has_a_clock_at_every_urgency() -> None:
    assert set(TIMER_OF) == OPEN_STATES
    assert set(State) == OPEN_STATES | ENDS
    assert {(timer, u) for timer in TIMER_OF.values() for u in Urgency} == set(CLOCKS)


def test_every_state_can_be_left_and_reached() -> None:
    reached = {to for moves in TRANSITIONS.values() for to in moves.values()} | {State.ACTIVE}
    assert reached | {State.RECEIVED} == set(State)
    for state in OPEN_STATES:
        assert any(to != state for m in TRANSITIONS.values() for at, to in m.items() if at == state)


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_the_database_refuses_an_open_desk_without_a_clock(world: World, state: State) -> None:
    reference = raised(world)
    for gone in ("due", "climb_at"):
        with as_system(), pytest.raises(IntegrityError), transaction.atomic():
            Handling.objects.filter(reference=reference).update(state=state, **{gone: None})
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Handling.objects.filter(reference=reference).update(team=None)


def test_nobody_touches_it_and_it_climbs_to_the_top(world: World) -> None:
    reference = raised(world)
    due = desk(reference).due
    assert due == NOW + DAY
    run_until(reference, NOW + 6 * DAY)
    told = climbs(reference)
    # Worker, lead, the link worker of the receiving side (masked), then the partnership lead.
    names = [world.nurse.name, world.cmht_lead.name, world.cmht_link.name]
    names += [world.partnership_lead.name] * 2
    for (_, words), name in zip(told, names, strict=False):
        assert name in words
    at = [moment for moment, _ in told]
    assert at[0] == due
    gaps = [working_minutes_between(a, b) for a, b in pairwise(at[:4])]
    assert gaps == [240, 240, 240]
    assert desk(reference).climbed_to == world.partnership_lead
    lead = world.actor("partnership_lead")
    with bound(lead):
        assert [r.reference for r in queries.inbox(lead, now=NOW)] == [reference]
        view = queries.desk_one(lead, reference, now=LATER)
        assert view.verbs == {Verb.ASSIGN, Verb.REDIRECT, Verb.MESSAGE}
        actions.assign(lead, now=NOW + 7 * DAY, reference=reference, worker_id=world.nurse_two.pk)
    found = desk(reference)
    assert (found.worker_id, found.climbed, found.climbed_to) == (world.nurse_two.pk, 0, None)


def test_the_top_is_told_every_working_day(world: World) -> None:
    reference = raised(world)
    run_until(reference, NOW + 21 * DAY)
    top = [at for at, words in climbs(reference) if world.partnership_lead.name in words]
    assert len(top) > 10
    with as_system():
        mails = Mail.objects.filter(
            to_user_id=world.partnership_lead.user_id, template="overdue"
        ).count()
    assert mails == len(top)


@pytest.mark.django_db
def test_an_open_one_climbs_to_the_link_worker_of_the_senders_side() -> None:
    world = make_world()
    officer = world.actor("officer")
    with bound(officer):
        made = actions.ask_advice(
            officer, now=NOW, seen="Seen", asked_for="What?", urgency="urgent"
        )
    pump(NOW)
    run_until(made.reference, NOW + 6 * HOUR)
    told = climbs(made.reference)
    names = [world.shop_lead.name, world.office_link.name, world.partnership_lead.name]
    assert [any(n in words for n in names) for _, words in told][:3] == [True] * 3
    # Urgent clocks run day and night, an hour each.
    assert [at - NOW for at, _ in told[:3]] == [HOUR, 2 * HOUR, 3 * HOUR]


def test_who_is_missing_is_passed_over(world: World) -> None:
    world.cmht_lead.left_on = world.cmht_link.left_on = NOW.date()
    world.cmht_lead.save()
    world.cmht_link.save()
    reference = raised(world)
    run_until(reference, NOW + 3 * DAY)
    assert [words.split("told ")[1].split(",")[0] for _, words in climbs(reference)][:2] == [
        "the worker who has it",
        "the partnership lead",
    ]


def test_with_nobody_above_the_team_is_told_again(world: World) -> None:
    for worker in (world.cmht_lead, world.cmht_link, world.partnership_lead):
        worker.left_on = NOW.date()
        worker.save()
    reference = raised(world)
    run_until(reference, NOW + 3 * DAY)
    assert "the team was told again" in climbs(reference)[1][1]


def test_a_link_worker_away_is_covered(world: World) -> None:
    link = world.cmht_link.links.get()
    link.away, link.cover = factories.since(NOW - DAY, NOW + 9 * DAY), world.nurse_two
    link.save()
    reference = raised(world)
    run_until(reference, NOW + 4 * DAY)
    assert world.nurse_two.name in climbs(reference)[2][1]


def test_a_masked_one_never_climbs_to_the_senders_side(world: World) -> None:
    """Not even where the link worker of the receiving team also answers for the sender's."""
    factories.link_worker(world.cmht_link, world.office)
    factories.role(world.office_lead, "partnership_lead")
    reference = raised(world)
    run_until(reference, NOW + 9 * DAY)
    said = " ".join(words for _, words in climbs(reference))
    assert world.partnership_lead.name in said
    assert world.cmht_link.name not in said
    assert world.office_lead.name not in said


def test_the_sender_is_told_once_that_it_is_overdue(world: World) -> None:
    reference = raised(world)
    officer, link = world.actor("officer"), world.office_link
    with bound(officer):
        due = queries.sent_one(officer, reference, now=NOW).due
    assert due is not None
    tick(due - MINUTE)
    with bound(officer):
        assert not Notice.objects.filter(code=NoticeCode.OVERDUE).exists()
    for later in (timedelta(0), HOUR, DAY):
        tick(due + later)
    with bound(officer):
        assert Notice.objects.filter(code=NoticeCode.OVERDUE).count() == 1
    with as_system():
        for user in (officer.user_id, link.user_id):
            found = Mail.objects.filter(to_user_id=user, template="overdue")
            assert [m.link for m in found] == [f"/requests/sent/{reference}/"]


def test_what_is_not_answered_is_chased(world: World) -> None:
    reference = raised(world)
    nurse, officer = world.actor("nurse"), world.actor("officer")
    with bound(nurse):
        actions.return_for_information(
            nurse, now=NOW + HOUR, reference=reference, questions=["danger"]
        )
    shown = desk(reference).due
    run_until(reference, NOW + 14 * DAY)
    assert climbs(reference)[0][0] == shown
    with as_system():
        chased = Mail.objects.filter(to_user_id=officer.user_id, template="overdue")
        assert chased.count() == 1


def test_what_was_decided_closes_by_itself(world: World) -> None:
    reference = raised(world)
    nurse = world.actor("nurse")
    with bound(nurse):
        actions.take(nurse, now=NOW + HOUR, reference=reference)
        actions.decide(nurse, now=NOW + HOUR, reference=reference, decision="advice")
    run_until(reference, NOW + 30 * DAY)
    assert desk(reference).state == State.CLOSED
    assert climbs(reference) == []


@pytest.mark.django_db
def test_what_could_not_be_delivered_is_delivered_later_and_told() -> None:
    world = make_world(known=False)
    world.shop.takes_requests = False
    world.shop.save()
    officer = world.actor("officer")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk))
    with as_system():
        assert climbing.undelivered(now=NOW + MINUTE) == 0
    for minutes in (20, 30, 40, 50):
        climbing.undelivered(now=NOW + minutes * MINUTE)
    with as_system():
        told = Mail.objects.filter(to_user_id=world.partnership_lead.user_id, template="overdue")
        assert told.count() == 1
        assert not Handling.objects.filter(request_id=made.pk).exists()
    world.shop.takes_requests = True
    world.shop.save()
    climbing.undelivered(now=NOW + 2 * HOUR)
    assert desk(made.reference).team == world.shop


# What anybody may do at any time; what can't be done then is refused, and the rest must hold.
DESK_VERBS: list[tuple[str, dict[str, Any]]] = [
    ("acknowledge", {}),
    ("take", {}),
    ("find_out", {"words": "Asking"}),
    ("return_for_information", {"questions": ["danger"]}),
    ("redirect", {"words": "Not us", "to_team_id": "other_cmht"}),
    ("redirect", {"words": "Not us", "to_team_id": "cmht"}),
    ("redirect", {"words": "Not us", "to_team_id": "shop"}),
    *(
        ("decide", {"decision": d, "words": "W", "better_route": "B", "advice": "A"})
        for d in Decision.values
    ),
    ("close", {"contacts": [("a", "b")]}),
    ("reopen", {"words": "Again"}),
    ("review", {}),
    ("write_message", {"words": "Note", "to_other_side": False}),
]
SENDER_VERBS: list[tuple[str, dict[str, Any]]] = [
    ("withdraw", {"words": "No longer"}),
    ("answer_questions", {"words": "Yes"}),
    ("add_information", {"words": "More"}),
    ("open_thread", {}),
]
ACT = st.tuples(
    st.sampled_from(
        [("desk", *v) for v in DESK_VERBS * 2] + [("officer", *v) for v in SENDER_VERBS]
    ),
    st.integers(min_value=1, max_value=90),
)


LIFE = given(
    acts=st.lists(ACT, max_size=12),
    urgency=st.sampled_from(Urgency.values),
    known=st.booleans(),
)


def _random_life(world: World, acts: list[Any], urgency: str, known: bool) -> None:
    point = transaction.savepoint()
    try:
        if known:
            factories.involvement(world.tenant, world.cmht, world.nurse)
        _live(world, acts, urgency)
    finally:
        transaction.savepoint_rollback(point)


def _live(world: World, acts: list[Any], urgency: str) -> None:
    reference, now = raised(world, urgency=urgency), NOW
    for (who, verb, more), hours in acts:
        now += hours * HOUR
        _do(world, reference, who, verb, more, now)
        tick(now)
        _hold(reference)
    _left_alone(world, reference, now)


def _do(
    world: World, reference: str, who: str, verb: str, more: dict[str, Any], now: datetime
) -> None:
    actor = desk_actor(world, reference) if who == "desk" else world.actor(who)
    given_team = more.get("to_team_id")
    meant = {**more, "to_team_id": getattr(world, given_team).pk} if given_team else more
    try:
        with bound(actor), transaction.atomic():
            getattr(actions, verb)(actor, now=now, reference=reference, **meant)
    except DomainError:
        pass


def _hold(reference: str) -> None:
    """What must be true at every moment."""
    found = desk(reference)
    assert found.team is not None
    if State(found.state) in OPEN_STATES:
        assert found.due is not None
        assert found.climb_at is not None
        assert found.climb_at >= found.due
    else:
        assert (found.due, found.climb_at) == (None, None)
    with as_system():
        path = Step.objects.filter(request_id=found.request_id).order_by("id")
        states = list(path.values_list("from_state", "to_state"))
    assert states[0] == ("", "received")
    for (_, before), (start, _) in pairwise(states):
        assert before == start
    assert states[-1][1] == found.state


def _left_alone(world: World, reference: str, now: datetime) -> None:
    """From here nobody acts: it ends by itself, or reaches the partnership lead."""
    for _ in range(len(LADDER) + 2):
        found = desk(reference)
        if State(found.state) in ENDS:
            return
        if found.climbed_to == world.partnership_lead:
            return
        now = max(now, found.climb_at or now)
        tick(now)
        _hold(reference)
    raise AssertionError(f"Dropped in {desk(reference).state}")


def _live_many(examples: int) -> None:
    world = make_world(known=False)

    @settings(max_examples=examples, deadline=None)
    @LIFE
    def live(acts: list[Any], urgency: str, known: bool) -> None:
        _random_life(world, acts, urgency, known)

    live()
    with as_system():
        assert not Request.objects.exists()


@pytest.mark.django_db
def test_whatever_is_done_nothing_is_dropped() -> None:
    _live_many(40)


@pytest.mark.django_db
@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_in_thousands_of_lives_nothing_is_dropped() -> None:
    _live_many(5000)


def test_half_an_allowance() -> None:
    assert half(Clock(Unit.WORKING_DAYS, 1)) == Clock(Unit.WORKING_HOURS, 4)
    assert half(Clock(Unit.WORKING_DAYS, 5)) == Clock(Unit.WORKING_HOURS, 20)
    assert half(Clock(Unit.WORKING_HOURS, 4)) == Clock(Unit.WORKING_HOURS, 2)
    assert half(Clock(Unit.HOURS, 1)) == Clock(Unit.HOURS, 1)
    assert next_climb(Clock(Unit.HOURS, 4), NOW) == NOW + 2 * HOUR


def test_when_a_masked_sender_sees_what() -> None:
    assert quarter_after(NOW) == NOW
    assert quarter_after(NOW + MINUTE) == NOW + 15 * MINUTE
    assert received_shown(NOW) == NOW + 15 * MINUTE
    assert received_shown(NOW + 11 * MINUTE) == NOW + 30 * MINUTE
    at = datetime.replace
    # Routine: never before a full working day has passed, then 10am, 1pm or 4pm.
    assert masked_shown(Urgency.ROUTINE, NOW, NOW + HOUR) == at(NOW + DAY, hour=10, minute=0)
    assert masked_shown(Urgency.ROUTINE, NOW, NOW + DAY + 2 * HOUR) == at(
        NOW + DAY, hour=13, minute=0
    )
    assert masked_shown(Urgency.SOON, NOW, NOW) == at(NOW, hour=16, minute=0)
    assert masked_shown(Urgency.URGENT, NOW, NOW + MINUTE) == NOW + 30 * MINUTE
    assert masked_shown(Urgency.URGENT, NOW, NOW + 61 * MINUTE) == NOW + 75 * MINUTE


@given(
    minutes=st.integers(min_value=0, max_value=60 * 24 * 30),
    urgency=st.sampled_from([Urgency.ROUTINE, Urgency.SOON]),
)
def test_masked_decisions_are_shown_at_set_times_only(minutes: int, urgency: Urgency) -> None:
    shown = masked_shown(urgency, NOW, NOW + minutes * MINUTE)
    assert shown > NOW + minutes * MINUTE
    assert (shown.hour, shown.minute, shown.second) in {(10, 0, 0), (13, 0, 0), (16, 0, 0)}
    assert shown.weekday() < 5


def test_when_the_sender_hears_at_the_latest() -> None:
    clocks = Clock(Unit.WORKING_DAYS, 5), Clock(Unit.WORKING_DAYS, 5)
    assert sender_due(clocks, NOW, Heard(decided=True), at_set_times=True) is None
    due = sender_due(clocks, NOW, Heard(), at_set_times=False)
    assert due == NOW + 7 * DAY
    shown = sender_due(clocks, NOW, Heard(), at_set_times=True)
    assert shown is not None
    assert (shown.date(), shown.hour) == (due.date(), 10)
    asked = NOW + 2 * DAY
    assert (
        sender_due(clocks, NOW, Heard(question_shown=asked), at_set_times=True) == asked + 7 * DAY
    )
    answered = Heard(question_shown=asked, answered=asked + DAY)
    assert sender_due(clocks, NOW, answered, at_set_times=False) == asked + 8 * DAY
