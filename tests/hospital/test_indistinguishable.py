"""Nothing that the sender of a masked request can see depends on the person being in hospital."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lintel.agencies.models import Team
from lintel.agencies.states import TeamKind
from lintel.hospital import actions
from lintel.hospital.models import Stay, Ward
from lintel.kernel.actor import Actor, bound
from tests import factories
from tests.requests.driver import Act, Script, both_ways, differences
from tests.requests.world import NOW, World
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAKE = Act(2 * HOUR, "desk", "take")
DECIDE = Act(26 * HOUR, "desk", "decide", {"decision": "acting", "words": "I see him."})
CLOSE = Act(30 * HOUR, "desk", "close", {"words": "Done", "contacts": [("Any worry", "Duty")]})
SCRIPTS = [
    Script("decided and closed", (TAKE, DECIDE, CLOSE)),
    Script("typed, urgent", (TAKE, DECIDE), listed=False, urgency="urgent"),
    Script("a message", (TAKE, DECIDE), kind="message"),
]
ANSWERS = {
    "tenure": "social",
    "can_return": "no",
    **dict.fromkeys(("at_risk", "arrears", "benefits", "pets", "dependants", "safe"), "yes"),
}


def in_hospital(world: World) -> tuple[Callable[[], None], None]:
    """A ward of the trust; then the tenant on it: asked, with steps and a meeting."""
    team = factories.team(world.trust, TeamKind.WARD, takes_requests=False)
    Ward.objects.create(team=team, beds=18)
    wanda = factories.actor(factories.worker(team, name="Wanda Ward"))

    def admitted() -> None:
        _admit(world, team, wanda)

    return admitted, None


def _admit(world: World, team: Team, wanda: Actor) -> None:
    with bound(wanda):
        one = actions.admit(
            wanda,
            now=NOW,
            ward_team_id=team.pk,
            name=world.tenant.name,
            born=world.tenant.born,
            admitted=NOW - DAY,
            housing_worker_id=wanda.worker_id,
            expected=(NOW + 9 * DAY).date(),
        )
        actions.ask(wanda, now=NOW, stay_id=one, answers=ANSWERS)
        actions.add_step(
            wanda, now=NOW, stay_id=one, kind="rent", words="Rent", worker_id=wanda.worker_id
        )
        actions.call_meeting(wanda, now=NOW, stay_id=one, at=NOW + DAY, place="Here", who="All")
    with as_role("postgres"):
        assert Stay.objects.filter(person=world.tenant).count() == 1


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_the_sender_cannot_tell(script: Script) -> None:
    known, unknown = both_ways(script, also=in_hospital)
    assert (known.team_kind, unknown.team_kind) == ("cmht", "one_stop_shop")
    assert differences(known, unknown) == []
