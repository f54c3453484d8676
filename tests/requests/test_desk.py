"""The receiver's verbs: who may, from where, what is written, and what the sender hears."""

from datetime import timedelta

import pytest

from lintel.kernel.actor import as_system, bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Event
from lintel.requests import actions, queries
from lintel.requests.models import Handling, Message, Notice, Step
from lintel.requests.states import Decision, NoticeCode, State, Verb
from lintel.requests.words import QUESTIONS
from tests import factories
from tests.requests.pump import pump, tick
from tests.requests.world import DAY, HOUR, LATER, NOW, World, concern, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def raised(world: World, **more: object) -> str:
    officer = world.actor("officer")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk, **more))
    pump(NOW)
    return made.reference


def advice(world: World) -> str:
    officer = world.actor("officer")
    with bound(officer):
        made = actions.ask_advice(
            officer, now=NOW, seen="A situation.", asked_for="What to do?", urgency="routine"
        )
    pump(NOW)
    return made.reference


def desk(reference: str) -> Handling:
    with as_system():
        return Handling.objects.select_related("team", "worker").get(reference=reference)


def steps(reference: str) -> list[tuple[str, str]]:
    with as_system():
        key = Handling.objects.get(reference=reference).request_id
        return list(
            Step.objects.filter(request_id=key).order_by("id").values_list("verb", "to_state")
        )


def codes(reference: str) -> list[str]:
    with as_system():
        key = Handling.objects.get(reference=reference).request_id
        return list(
            Notice.objects.filter(request_id=key)
            .order_by("show_from")
            .values_list("code", flat=True)
        )


def act(world: World, who: str, verb: str, reference: str, at: timedelta = HOUR, **more: object):
    actor = world.actor(who)
    with bound(actor):
        return getattr(actions, verb)(actor, now=NOW + at, reference=reference, **more)


def test_the_whole_way_leaves_a_step_and_an_event_each(world: World) -> None:
    reference = raised(world)
    act(world, "nurse", "acknowledge", reference)
    act(world, "nurse", "take", reference)
    act(world, "nurse", "decide", reference, decision="acting")
    act(world, "nurse", "review", reference, words="Still visiting.")
    act(world, "nurse", "close", reference, contacts=[("If it starts again", "the duty desk")])
    act(world, "nurse", "reopen", reference, words="It started again.")
    assert steps(reference) == [
        ("arrive", "received"),
        ("acknowledge", "acknowledged"),
        ("take", "taken"),
        ("decide", "active"),
        ("review", "active"),
        ("close", "closed"),
        ("reopen", "taken"),
    ]
    with as_system():
        verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == [
        "requests.sent",
        "requests.arrived",
        "requests.acknowledge",
        "requests.take",
        "requests.decided",
        "requests.review",
        "requests.closed",
        "requests.reopen",
    ]
    assert codes(reference) == [NoticeCode.RECEIVED, NoticeCode.DECIDED]


def test_another_teams_desk_is_not_there(world: World) -> None:
    reference = raised(world)
    for who in ("officer", "shop_worker", "other_nurse", "office_link", "partnership_lead"):
        for verb in ("acknowledge", "take"):
            with pytest.raises(NotFound):
                act(world, who, verb, reference)
        with bound(world.actor(who)), pytest.raises(NotFound):
            queries.desk_one(world.actor(who), reference, now=LATER)


def test_a_worker_outside_the_loop_sees_no_desk(world: World) -> None:
    reference = raised(world)
    outsider = factories.worker(world.cmht, in_loop=False)
    actor = factories.actor(outsider)
    with bound(actor):
        assert not list(queries.inbox(actor, now=NOW))
        with pytest.raises(NotFound):
            actions.take(actor, now=NOW, reference=reference)


def test_the_second_to_decide_is_told_what_happened(world: World) -> None:
    reference = raised(world)
    act(world, "nurse", "take", reference)
    seen = desk(reference).version
    act(world, "nurse", "decide", reference, decision="acting", version=seen)
    with pytest.raises(Conflict) as told:
        act(world, "nurse_two", "decide", reference, decision="advice", words="a", version=seen)
    assert "decided (acting on it) by Nia Nurse at 10:30am on 6 October" in told.value.words
    assert "“Being acted on”" in told.value.words


def test_an_older_version_is_a_conflict(world: World) -> None:
    reference = raised(world)
    seen = desk(reference).version
    act(world, "nurse", "acknowledge", reference)
    with pytest.raises(Conflict):
        act(world, "nurse_two", "take", reference, version=seen)


def test_not_for_us_needs_a_reason_and_a_better_route(world: World) -> None:
    reference = raised(world)
    act(world, "nurse", "take", reference)
    with pytest.raises(Invalid) as wrong:
        act(world, "nurse", "decide", reference, decision="not_for_us")
    assert set(wrong.value.errors) == {"words", "better_route"}
    with pytest.raises(Invalid):
        act(world, "nurse", "decide", reference, decision="nonsense")
    act(world, "nurse", "decide", reference, decision="not_for_us", words="No", better_route="Yes")
    assert desk(reference).state == State.DECIDED


def test_redirecting_needs_a_reason_and_another_team(world: World) -> None:
    reference = raised(world)
    for to, words, field in (
        (world.cmht.pk, "why", "to_team"),
        (world.office.pk, "why", "to_team"),
        (0, "why", "to_team"),
        (world.other_cmht.pk, " ", "words"),
    ):
        with pytest.raises(Invalid) as wrong:
            act(world, "nurse", "redirect", reference, to_team_id=to, words=words)
        assert field in wrong.value.errors


def test_a_second_wrong_team_sends_it_to_the_shop(world: World) -> None:
    reference = raised(world)
    act(world, "nurse", "redirect", reference, to_team_id=world.other_cmht.pk, words="Moved house")
    assert (desk(reference).team, desk(reference).wrong_team_count) == (world.other_cmht, 1)
    # The other team doesn't work with the person, and learns no more than was written.
    assert desk(reference).person_id is None
    with pytest.raises(NotFound):
        act(world, "nurse", "take", reference)
    act(world, "other_nurse", "redirect", reference, to_team_id=world.cmht.pk, words="Not ours")
    found = desk(reference)
    assert (found.team, found.wrong_team_count, found.worker) == (world.shop, 2, None)
    assert world.cmht.name in found.route_words
    shop = world.actor("shop_worker")
    with bound(shop):
        assert queries.inbox_counts(shop, now=LATER)["wrong_team"] == 1
        [row] = queries.inbox(shop, now=NOW, view="wrong_team")
        assert row.reference == reference
    act(world, "shop_worker", "redirect", reference, to_team_id=world.cmht.pk, words="Asked them")
    assert (desk(reference).team, desk(reference).person_id) == (world.cmht, world.tenant.pk)


def test_what_one_service_wrote_does_not_follow_to_the_next(world: World) -> None:
    reference = raised(world)
    act(world, "nurse", "take", reference)
    act(world, "nurse", "find_out", reference, words="His depot is due")
    act(world, "nurse", "write_message", reference, words="Our note", to_other_side=False)
    act(world, "nurse", "redirect", reference, to_team_id=world.shop.pk, words="Moved away")
    shop = world.actor("shop_worker")
    with bound(shop):
        view = queries.desk_one(shop, reference, now=LATER)
        assert [(s.verb, s.words, s.team) for s in view.steps] == [
            (Verb.ARRIVE, "Moved away", world.shop)
        ]
        assert view.messages == []
        assert not Step.objects.exclude(team=world.shop).exists()
        assert not Message.objects.exists()
        assert world.cmht.name not in repr(Handling.objects.values())


def test_masked_words_stay_on_the_desk(world: World) -> None:
    reference = raised(world)
    act(world, "nurse", "take", reference)
    with pytest.raises(Denied):
        act(world, "nurse", "write_message", reference, words="Hello", to_other_side=True)
    with pytest.raises(Denied):
        act(world, "nurse", "propose_visit", reference, when=NOW + DAY, where="There")
    with pytest.raises(Invalid):
        act(world, "nurse", "return_for_information", reference, words="Is he on his depot?")
    act(
        world,
        "nurse",
        "return_for_information",
        reference,
        questions=["danger"],
        words="Our own note",
    )
    act(world, "nurse", "write_message", reference, words="Note", to_other_side=False)
    act(world, "nurse", "decide", reference, decision="advice", words="Secret")
    with as_system():
        assert set(Notice.objects.values_list("words", "decision")) == {("", "")}
    assert (desk(reference).decision_words, desk(reference).better_route) == ("", "")
    officer = world.actor("officer")
    with bound(officer):
        view = queries.sent_one(officer, reference, now=LATER)
        assert (view.handling, view.messages, view.steps) == (None, [], [])
        assert [n.questions for n in view.notices if n.questions] == [["danger"]]


def test_questions_of_a_masked_request_are_standard_ones(world: World) -> None:
    reference = raised(world)
    with pytest.raises(Invalid):
        act(world, "nurse", "return_for_information", reference, questions=["my own"])
    act(world, "nurse", "return_for_information", reference, questions=list(QUESTIONS))


def test_an_answer_lets_the_desk_go_on(world: World) -> None:
    reference = raised(world)
    act(world, "nurse", "return_for_information", reference, questions=["danger"])
    officer = world.actor("officer")
    with bound(officer), pytest.raises(Conflict):
        # The question isn't shown yet: nothing has been asked, as far as the sender knows.
        actions.answer_questions(officer, now=NOW + 2 * HOUR, reference=reference, words="Yes")
    with bound(officer):
        view = queries.sent_one(officer, reference, now=NOW + 2 * DAY)
        assert view.waits_for_sender
        actions.answer_questions(officer, now=NOW + 2 * DAY, reference=reference, words="Nobody")
        assert not queries.sent_one(officer, reference, now=NOW + 2 * DAY).waits_for_sender
    pump(NOW + 2 * DAY)
    assert desk(reference).state == State.TAKEN
    nurse = world.actor("nurse")
    with bound(nurse):
        assert [m.words for m in queries.desk_one(nurse, reference, now=LATER).messages] == [
            "Nobody"
        ]


def test_withdrawing_takes_it_off_the_desk(world: World) -> None:
    reference = raised(world)
    officer = world.actor("officer")
    with bound(officer):
        with pytest.raises(Invalid):
            actions.withdraw(officer, now=NOW + HOUR, reference=reference, words=" ")
        actions.withdraw(officer, now=NOW + HOUR, reference=reference, words="He is well.")
        with pytest.raises(Conflict):
            actions.withdraw(officer, now=NOW + HOUR, reference=reference, words="Again")
        with pytest.raises(Conflict):
            actions.add_information(officer, now=NOW + HOUR, reference=reference, words="More")
    pump(NOW + HOUR)
    assert (desk(reference).state, desk(reference).due) == (State.WITHDRAWN, None)
    with pytest.raises(Conflict) as told:
        act(world, "nurse", "take", reference)
    assert "withdrawn by the sender" in told.value.words


def test_withdrawn_before_it_arrived_goes_nowhere(world: World) -> None:
    officer = world.actor("officer")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk))
        actions.withdraw(officer, now=NOW, reference=made.reference, words="By mistake")
    pump(NOW)
    with as_system():
        assert not Handling.objects.exists()


def test_more_after_a_masked_decision_opens_it_again(world: World) -> None:
    reference = raised(world)
    act(world, "nurse", "take", reference)
    act(world, "nurse", "decide", reference, decision="advice")
    act(world, "nurse", "close", reference)
    officer = world.actor("officer")
    with bound(officer):
        actions.add_information(officer, now=NOW + 3 * DAY, reference=reference, words="Worse.")
    pump(NOW + 3 * DAY)
    assert desk(reference).state == State.TAKEN
    act(world, "nurse", "decide", reference, at=4 * DAY, decision="acting")
    assert codes(reference).count(NoticeCode.DECIDED) == 1


def test_only_the_holder_or_the_lead_gives_it_to_another(world: World) -> None:
    reference = raised(world)
    with pytest.raises(Denied):
        act(world, "nurse_two", "assign", reference, worker_id=world.nurse_two.pk)
    with pytest.raises(Invalid):
        act(world, "cmht_lead", "assign", reference, worker_id=world.shop_worker.pk)
    act(world, "cmht_lead", "assign", reference, worker_id=world.nurse_two.pk)
    assert desk(reference).worker == world.nurse_two


def test_handing_over_a_desk(world: World) -> None:
    first, second = raised(world), raised(world)
    leader = world.actor("cmht_lead")
    with bound(world.actor("other_nurse")), pytest.raises(Denied):
        actions.hand_over_desk(world.actor("other_nurse"), now=NOW, from_worker_id=world.nurse.pk)
    with bound(leader):
        count = actions.hand_over_desk(
            leader, now=NOW, from_worker_id=world.nurse.pk, to_worker_id=world.nurse_two.pk
        )
    assert count == 2
    assert {desk(r).worker for r in (first, second)} == {world.nurse_two}
    with bound(leader):
        assert actions.hand_over_desk(leader, now=NOW, from_worker_id=world.nurse_two.pk) == 2
    assert {desk(r).worker for r in (first, second)} == {None}


def test_a_worker_who_left_loses_the_desk_to_the_team(world: World) -> None:
    reference = raised(world)
    world.nurse.left_on = NOW.date()
    world.nurse.save()
    tick(NOW + HOUR)
    assert (desk(reference).worker, desk(reference).team) == (None, world.cmht)


def test_handing_over_what_was_sent(world: World) -> None:
    reference = raised(world)
    lead, colleague = world.actor("office_lead"), world.actor("colleague")
    with bound(colleague), pytest.raises(NotFound):
        queries.sent_one(colleague, reference, now=LATER)
    with bound(lead):
        count = actions.hand_over_sent(
            lead, now=NOW, from_worker_id=world.officer.pk, to_worker_id=world.colleague.pk
        )
    assert count == 1
    pump(NOW + DAY)
    assert desk(reference).sender_worker_id == world.colleague.pk
    with bound(colleague):
        assert queries.sent_one(colleague, reference, now=LATER).notices
    officer = world.actor("officer")
    with bound(officer), pytest.raises(NotFound):
        queries.sent_one(officer, reference, now=LATER)


def test_handing_over_ones_own(world: World) -> None:
    reference = raised(world)
    officer, colleague = world.actor("officer"), world.actor("colleague")
    with bound(colleague), pytest.raises(NotFound):
        actions.hand_over_sent(
            colleague,
            now=NOW,
            from_worker_id=world.officer.pk,
            to_worker_id=world.colleague.pk,
            references=[reference],
        )
    with bound(officer):
        with pytest.raises(Invalid):
            actions.hand_over_sent(
                officer, now=NOW, from_worker_id=world.officer.pk, to_worker_id=world.nurse.pk
            )
        actions.hand_over_sent(
            officer,
            now=NOW,
            from_worker_id=world.officer.pk,
            to_worker_id=world.colleague.pk,
            references=[reference],
        )
    with bound(colleague):
        assert queries.sent_one(colleague, reference, now=LATER).request.sender == world.colleague


def test_a_double_click_takes_once(world: World) -> None:
    reference = raised(world)
    for verb in ("acknowledge", "take"):
        act(world, "nurse", verb, reference, version=desk(reference).version)
        before = desk(reference).version
        act(world, "nurse", verb, reference, version=before - 1)
        assert desk(reference).version == before
    assert len(steps(reference)) == 3
    with pytest.raises(Conflict):
        act(world, "nurse_two", "take", reference)
    with pytest.raises(Conflict):
        act(world, "nurse", "take", reference, at=2 * HOUR)


def test_what_cannot_be_done_yet_is_said_in_words(world: World) -> None:
    reference = raised(world)
    with pytest.raises(Conflict) as told:
        act(world, "nurse", "decide", reference, decision="acting")
    assert told.value.words == (
        "This request arrived at 9:30am on 6 October. It is now “Received”."
        " Acknowledge it or take it first."
    )


def test_an_open_thread_is_read_and_written_by_both(world: World) -> None:
    reference = advice(world)
    officer = world.actor("officer")
    act(world, "shop_worker", "find_out", reference, words="I ask the team")
    act(world, "shop_worker", "write_message", reference, words="One moment", to_other_side=True)
    act(world, "shop_worker", "write_message", reference, words="Note", to_other_side=False)
    with bound(officer):
        actions.write_message(
            officer, now=NOW + 2 * HOUR, reference=reference, words="Thank you", to_other_side=True
        )
        view = queries.sent_one(officer, reference, now=LATER)
        assert view.handling is not None
        assert view.handling.team == world.shop
        assert [m.words for m in view.messages] == ["One moment", "Thank you"]
        assert Verb.FIND_OUT in [s.verb for s in view.steps]
        visit = actions.propose_visit(
            officer, now=NOW + HOUR, reference=reference, when=NOW + DAY, where="At the shop"
        )
    act(world, "shop_worker", "answer_visit", reference, visit_id=visit.pk, answer="agreed")
    with bound(officer):
        with pytest.raises(Invalid):
            actions.answer_visit(
                officer, now=NOW + HOUR, reference=reference, visit_id=visit.pk, answer="cancelled"
            )
        [seen] = queries.sent_one(officer, reference, now=LATER).visits
        assert seen.answer == "agreed"
    act(world, "shop_worker", "decide", reference, decision="advice", advice="Ring the GP")
    with bound(officer):
        view = queries.sent_one(officer, reference, now=LATER)
        assert [n.words for n in view.notices if n.code == NoticeCode.DECIDED] == ["Ring the GP"]
    tick(NOW + 30 * DAY)
    assert desk(reference).state == State.CLOSED


def test_in_an_open_thread_each_side_hears_who_it_is_now(world: World) -> None:
    reference = advice(world)
    act(world, "shop_worker", "take", reference)
    lead = world.actor("shop_lead")
    with bound(lead):
        actions.hand_over_desk(
            lead,
            now=NOW + HOUR,
            from_worker_id=world.shop_worker.pk,
            to_worker_id=world.shop_lead.pk,
        )
    officer = world.actor("officer")
    with bound(officer):
        told = queries.sent_one(officer, reference, now=LATER).notices[-1]
        assert told.code == NoticeCode.HANDED_OVER
        assert world.shop_lead.name in told.words
        actions.hand_over_sent(
            officer,
            now=NOW + 2 * HOUR,
            from_worker_id=world.officer.pk,
            to_worker_id=world.colleague.pk,
        )
    pump(NOW + 2 * HOUR)
    colleague = world.actor("colleague")
    with bound(colleague):
        view = queries.sent_one(colleague, reference, now=LATER)
        assert view.handling is not None
        assert world.colleague.name in view.steps[-1].words
        assert len(view.notices) == 2
    with bound(officer):
        assert not Handling.objects.exists()


def test_advice_cannot_be_acted_on_as_nobody_is_named(world: World) -> None:
    reference = advice(world)
    act(world, "shop_worker", "take", reference)
    with pytest.raises(Invalid):
        act(world, "shop_worker", "decide", reference, decision=Decision.ACTING)


def test_a_worker_who_is_the_person_does_not_see_it(world: World) -> None:
    self_worker = factories.worker(world.cmht)
    with as_role("postgres"):
        world.tenant.worker = self_worker
        world.tenant.save()
    reference = raised(world)
    actor = factories.actor(self_worker)
    with bound(actor):
        assert not list(queries.inbox(actor, now=NOW))
        assert not Message.objects.exists()
        with pytest.raises(NotFound):
            queries.desk_one(actor, reference, now=LATER)
