"""From admission to discharge: who sees it, what is asked, what is done, what is refused."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from lintel.hospital import actions, queries
from lintel.hospital.models import Questions, Stay, Step
from lintel.hospital.states import Ending, StepState
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.people.models import Person
from lintel.requests.models import Request
from lintel.sharing.states import Purpose
from tests import factories
from tests.hospital.world import BORN, DAY, HOUR, NOW, World, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
ANSWERS = {
    "tenure": "social",
    "where_words": "A flat of Shethernley Homes",
    "can_return": "yes",
    "return_words": "",
    "at_risk": "no",
    "arrears": "not_known",
    "benefits": "yes",
    "pets": "no",
    "keys": "His sister",
    "dependants": "no",
    "safe": "yes",
    "more": "",
}


@pytest.fixture
def world() -> World:
    return make_world()


def seen_by(world: World, name: str) -> set[int]:
    with bound(world.actor(name)):
        return set(Stay.objects.values_list("pk", flat=True))


def test_an_admission_is_the_ward_s_and_nobody_else_s(world: World) -> None:
    """The named housing worker and the ward's lead see it; the landlord and the council don't."""
    one = world.admit()
    assert seen_by(world, "wanda") == {one}
    assert seen_by(world, "ward_lead") == {one}
    for name in ("ward_nurse", "other_wanda", "officer", "hazel", "partnership_lead"):
        assert seen_by(world, name) == set(), name
    with bound(world.actor("wanda")) as wanda:
        view = queries.stay(wanda, one, now=NOW)
    assert view.person_id == world.tenant.pk
    assert (view.nights, view.asked, view.ward) == (0, None, world.ward.name)


def test_whoever_notes_it_for_a_colleague_sees_it_no_more(world: World) -> None:
    """At night a nurse notes it for the housing worker, who finds it in the morning."""
    with bound(world.actor("ward_nurse")) as nurse:
        one = actions.admit(
            nurse,
            now=NOW,
            ward_team_id=world.ward.pk,
            name=world.tenant.name,
            born=BORN,
            admitted=NOW - HOUR,
            housing_worker_id=world.wanda.pk,
        )
    assert seen_by(world, "ward_nurse") == set()
    assert seen_by(world, "wanda") == seen_by(world, "ward_lead") == {one}


def test_somebody_new_is_written_down_once(world: World) -> None:
    one = world.admit(name="Nova  Newcomer", once="a")
    assert world.admit(name="Nova  Newcomer", once="a") == one
    with as_role("postgres"):
        (new,) = Person.objects.filter(name="Nova Newcomer")
    assert Stay.objects.count() == 0  # nobody bound
    assert new.born == BORN


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"admitted": NOW + HOUR}, "admitted"),
        ({"name": "  "}, "name"),
        ({"born": NOW.date()}, "born"),
        ({"expected": NOW.date() - timedelta(days=2)}, "expected"),
        ({"housing_worker_id": 0}, "housing_worker"),
    ],
)
def test_an_admission_that_can_t_be_is_told_where(world: World, given: dict, field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        world.admit(**given)
    assert set(wrong.value.errors) == {field}


def test_a_second_stay_at_the_same_time_is_refused(world: World) -> None:
    world.admit()
    with pytest.raises(Conflict, match="already"):
        world.admit(admitted=NOW)


def test_only_the_ward_admits(world: World) -> None:
    with bound(world.actor("other_wanda")) as other, pytest.raises(Denied):
        actions.admit(
            other,
            now=NOW,
            ward_team_id=world.ward.pk,
            name="X",
            born=BORN,
            admitted=NOW,
            housing_worker_id=world.wanda.pk,
        )


@pytest.mark.parametrize(
    ("changed", "need"),
    [
        ({}, False),
        ({"tenure": "nowhere"}, True),
        ({"tenure": "temporary"}, True),
        ({"can_return": "no"}, True),
        ({"can_return": "with_help", "return_words": "The door"}, True),
        ({"at_risk": "yes"}, True),
        ({"safe": "no"}, True),
        ({"arrears": "yes"}, False),
        ({"can_return": "not_known", "safe": "not_known"}, False),
    ],
)
def test_what_is_a_housing_need(world: World, changed: dict[str, str], need: bool) -> None:
    one = world.admit()
    with bound(world.actor("wanda")) as wanda:
        assert actions.ask(wanda, now=NOW, stay_id=one, answers={**ANSWERS, **changed}) is need
        (row,) = queries.rows(list(queries.on_ward(wanda, [world.ward.pk], now=NOW)), NOW)
    assert (row.asked, row.need) == (True, need)


def test_answers_are_asked_again_and_never_rewritten(world: World) -> None:
    one = world.admit()
    with bound(world.actor("wanda")) as wanda:
        actions.ask(wanda, now=NOW, stay_id=one, answers=ANSWERS)
        actions.ask(wanda, now=NOW + DAY, stay_id=one, answers={**ANSWERS, "at_risk": "yes"})
        view = queries.stay(wanda, one, now=NOW)
        assert view.asked
        assert view.asked.need
        assert [e.need for e in view.earlier] == [False]
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Questions.objects.update(need=False)


def test_steps_have_an_owner_and_an_end(world: World) -> None:
    one = world.admit()
    with bound(world.actor("wanda")) as wanda:
        with pytest.raises(Invalid) as wrong:
            actions.add_step(wanda, now=NOW, stay_id=one, kind="keys", words="Fetch the keys")
        assert set(wrong.value.errors) == {"worker"}
        step = actions.add_step(
            wanda, now=NOW, stay_id=one, kind="keys", words="Fetch the keys", who_words="His sister"
        )
        with pytest.raises(Invalid):
            actions.settle_step(wanda, now=NOW, step_id=step, state=StepState.DROPPED)
        actions.settle_step(wanda, now=NOW, step_id=step, state=StepState.DONE, outcome="Here")
        (shown,) = queries.stay(wanda, one, now=NOW).steps
    assert (shown.who, shown.state, shown.outcome) == ("His sister", "done", "Here")


def test_a_second_ward_takes_over_and_the_first_loses_sight(world: World) -> None:
    one = world.admit()
    with bound(world.actor("wanda")) as wanda:
        actions.move(
            wanda,
            now=NOW,
            stay_id=one,
            ward_team_id=world.other_ward.pk,
            housing_worker_id=world.other_wanda.pk,
            at=NOW,
        )
    assert seen_by(world, "wanda") == set()
    assert seen_by(world, "other_wanda") == {one}
    with bound(world.actor("other_wanda")) as other:
        view = queries.stay(other, one, now=NOW)
    assert [s.ward for s in view.spells] == [world.other_ward.name, world.ward.name]
    assert view.spells[1].until == NOW


def test_leave_and_coming_back(world: World) -> None:
    one = world.admit(admitted=NOW - 3 * DAY)
    with bound(world.actor("wanda")) as wanda:
        with pytest.raises(Invalid):
            actions.go_away(wanda, now=NOW, stay_id=one, kind="leave", since=NOW - 4 * DAY)
        actions.go_away(wanda, now=NOW, stay_id=one, kind="without_leave", since=NOW - DAY)
        with pytest.raises(Conflict):
            actions.go_away(wanda, now=NOW, stay_id=one, kind="leave", since=NOW)
        with pytest.raises(Invalid):
            actions.come_back(wanda, now=NOW, stay_id=one, at=NOW - 2 * DAY)
        actions.come_back(wanda, now=NOW, stay_id=one, at=NOW - HOUR)
        (away,) = queries.stay(wanda, one, now=NOW).absences
    assert (away.kind, away.until) == ("without_leave", NOW - HOUR)


@pytest.mark.parametrize("ending", [Ending.DIED, Ending.ABSCONDED, Ending.OTHER_HOSPITAL])
def test_what_was_awaited_ends_with_a_stay_that_doesn_t_lead_home(
    world: World, ending: Ending
) -> None:
    one = world.admit()
    with bound(world.actor("wanda")) as wanda:
        actions.add_step(
            wanda, now=NOW, stay_id=one, kind="keys", words="Fetch", worker_id=world.wanda.pk
        )
        actions.discharge(wanda, now=NOW, stay_id=one, at=NOW, ending=ending)
        assert [s.state for s in Step.objects.all()] == ["dropped"]
        with pytest.raises(Conflict):
            actions.ask(wanda, now=NOW, stay_id=one, answers=ANSWERS)


def test_discharge_before_admission_is_refused_and_dates_are_corrected_openly(
    world: World,
) -> None:
    one = world.admit()
    with bound(world.actor("wanda")) as wanda:
        with pytest.raises(Invalid) as wrong:
            actions.discharge(wanda, now=NOW, stay_id=one, at=NOW - DAY, ending="home")
        assert "before admission" in wrong.value.errors["at"]
        actions.discharge(wanda, now=NOW, stay_id=one, at=NOW, ending="home")
        with pytest.raises(Invalid) as wrong:
            actions.correct_dates(
                wanda, now=NOW, stay_id=one, admitted=NOW, ended=NOW - DAY, why="Typed wrong"
            )
        assert set(wrong.value.errors) == {"ended"}
        actions.correct_dates(
            wanda, now=NOW, stay_id=one, admitted=NOW - 2 * DAY, ended=NOW, why="Typed wrong"
        )
        assert queries.stay(wanda, one, now=NOW).nights == 2
    assert seen_by(world, "wanda") == {one}


def test_a_meeting_is_called_held_and_called_off(world: World) -> None:
    one = world.admit()
    with bound(world.actor("wanda")) as wanda:
        with pytest.raises(Invalid):
            actions.call_meeting(wanda, now=NOW, stay_id=one, at=NOW - DAY, place="Ward", who="All")
        meeting = actions.call_meeting(
            wanda, now=NOW, stay_id=one, at=NOW + DAY, place="Ward", who="John, his sister, Hazel"
        )
        actions.hold_meeting(wanda, now=NOW + DAY, meeting_id=meeting, agreed="Home on Friday.")
        actions.hold_meeting(wanda, now=NOW + DAY, meeting_id=meeting, cancelled=True)
        with pytest.raises(Conflict):
            actions.hold_meeting(wanda, now=NOW + DAY, meeting_id=meeting, agreed="X")


def test_another_trust_s_worker_finds_nothing(world: World) -> None:
    one = world.admit()
    with bound(world.actor("officer")) as officer, pytest.raises(NotFound):
        queries.stay(officer, one, now=NOW)


@pytest.mark.parametrize(("ending", "gone"), [(Ending.DIED, True), (Ending.NEW_HOME, False)])
def test_a_council_that_was_told_need_do_nothing_more(
    world: World, ending: Ending, gone: bool
) -> None:
    """And reads no word of what happened."""
    one = world.admit()
    factories.consent(world.tenant, world.wanda, world.options, purpose=Purpose.REHOUSING)
    with bound(world.actor("wanda")) as wanda:
        now = timezone.now()
        actions.send_notice(
            wanda,
            now=now,
            stay_id=one,
            to_team_id=world.options.pk,
            reason="homeless",
            contact="07700 900123",
            expected=timezone.localdate() + 9 * DAY,
        )
        actions.discharge(wanda, now=now, stay_id=one, at=now, ending=ending)
        (request,) = Request.objects.all()
    assert (request.state == "withdrawn") is gone
    assert "die" not in request.withdrawn_words
