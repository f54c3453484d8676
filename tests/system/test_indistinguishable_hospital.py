"""Over the pages, too, a landlord can't tell that a tenant is, or was, in hospital.

As `test_indistinguishable_pages`, and in the one run the tenant is on a ward besides, with all
that a ward writes; or has left it, or was admitted by mistake. Where letters are held, somebody
asked for it in both runs: the ward or a nurse of the community team in this, and a support worker
in the other.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lintel.agencies.models import Worker
from lintel.agencies.states import TeamKind
from lintel.hospital import actions
from lintel.hospital.actions import waiting
from lintel.hospital.models import Stay, Ward
from lintel.kernel.actor import Actor, bound
from lintel.people import actions as people
from lintel.people.queries import record
from lintel.people.states import Held
from tests import factories
from tests.hospital.test_indistinguishable import ANSWERS
from tests.requests.driver import Act, Script, both_ways
from tests.requests.world import NOW, World
from tests.support.db import as_role
from tests.system.looking import Looking, opened, told_apart
from tests.system.test_indistinguishable_pages import is_beside, is_sender

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHEN = 5 * DAY
SCRIPT = Script(
    "decided",
    (
        Act(2 * HOUR, "desk", "take"),
        Act(26 * HOUR, "desk", "decide", {"decision": "acting", "words": "I see him."}),
    ),
    looks=(0 * HOUR, WHEN),
)
# What shows what was sent, people and their letters, and stays. All else has no way to a stay but
# by these, and `test_indistinguishable_pages` looks at all of it.
ABOUT = re.compile(r"/(requests/sent/(LN.*)?|people/(search|\d+/(letters/)?)?|hospital/.*)?$")
# And who has seen what, for the information lead.
ACCESS = re.compile(r"/(access/.*|safety/.*|people/\d+/)?$")
CAUSE = waiting.Cause(reason="18", attribution="04", holder="ward", next_step="Ring the landlord")


def story(ending: str, giver: str) -> Callable[[World], Any]:
    """The tenant on a ward in one run and not in the other; who had letters held, if anybody."""

    def also(world: World) -> tuple[Callable[[], None], Callable[[], None]]:
        ward = factories.team(world.trust, TeamKind.WARD, takes_requests=False)
        Ward.objects.create(team=ward, beds=18)
        wanda = factories.worker(ward, name="Wanda Ward")
        support = factories.team(world.council, TeamKind.FLOATING_SUPPORT, takes_requests=False)
        sana = factories.worker(support, name="Sana Support")
        factories.involvement(world.tenant, support, sana)
        givers = {"ward": wanda, "nurse": world.nurse, "support": sana}

        def here() -> None:
            hold = (lambda: held(world, givers[giver])) if giver else (lambda: None)
            stay(world, factories.actor(wanda), ending, hold)

        return here, lambda: held(world, sana) if giver else None

    return also


def held(world: World, by: Worker) -> None:
    """Somebody asks that letters be held."""
    with bound(factories.actor(by)) as giver:
        people.hold_letters(
            giver,
            now=NOW,
            person_id=world.tenant.pk,
            until=(NOW + 300 * DAY).date(),
            what=Held.LETTERS,
        )


def stay(world: World, wanda: Actor, ending: str, hold: Callable[[], None]) -> None:
    """All that a ward writes of a stay, and its end, if it has one."""
    with bound(wanda):
        one = actions.admit(
            wanda,
            now=NOW,
            ward_team_id=next(iter(wanda.team_ids)),
            name=world.tenant.name,
            born=world.tenant.born,
            admitted=NOW - 9 * DAY,
            housing_worker_id=wanda.worker_id,
            expected=(NOW + 9 * DAY).date(),
        )
        actions.ask(wanda, now=NOW, stay_id=one, answers=ANSWERS)
        actions.add_step(
            wanda, now=NOW, stay_id=one, kind="rent", words="Rent", worker_id=wanda.worker_id
        )
        actions.call_meeting(wanda, now=NOW, stay_id=one, at=NOW + DAY, place="Here", who="All")
        waiting.ready(wanda, now=NOW, stay_id=one, since=(NOW - 2 * DAY).date(), cause=CAUSE)
    hold()
    with bound(wanda):
        if ending == "mistake":
            actions.take_back(wanda, now=NOW, stay_id=one, why="wrong_person")
        elif ending:
            actions.discharge(wanda, now=NOW, stay_id=one, at=NOW, ending=ending)
    with as_role("postgres"):
        assert Stay.objects.get(person=world.tenant).ending == ending


@pytest.mark.parametrize(
    ("ending", "giver"),
    [("", ""), ("", "ward"), ("home", "nurse"), ("mistake", "ward")],
)
def test_no_page_tells_the_landlord(
    monkeypatch: pytest.MonkeyPatch, ending: str, giver: str
) -> None:
    looking = Looking(monkeypatch, is_sender, frozenset({WHEN}), only=ABOUT)
    runs = both_ways(SCRIPT, looking, also=story(ending, giver))
    assert looking.asked > 80
    assert {"/", "/people/", "/requests/sent/LN/"} <= opened(runs[0])
    shown = str([seen for _, seen in runs[0].moments])
    assert ("On hold until" in shown) is bool(giver)
    assert told_apart(*runs) == []


def test_nor_the_lead_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    looking = Looking(monkeypatch, is_beside, frozenset({WHEN}), only=ACCESS)
    runs = both_ways(SCRIPT, looking, also=story("", "ward"))
    assert told_apart(*runs) == []


def test_a_planted_leak_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that says whether there is a stay shows."""
    original = record._shown

    def leaking(*given: Any, **more: Any) -> str:
        words = original(*given, **more)
        with as_role("postgres"):
            return words + (" in hospital" if Stay.objects.exists() else "")

    monkeypatch.setattr(record, "_shown", leaking)
    looking = Looking(monkeypatch, is_sender, frozenset({WHEN}), only=re.compile(r"/people/\d+/$"))
    assert told_apart(*both_ways(SCRIPT, looking, also=story("", "ward")))
