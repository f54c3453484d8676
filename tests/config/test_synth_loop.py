"""In the demonstration area somebody's training is due soon, and somebody's has lapsed."""

from datetime import UTC, datetime

import pytest

from lintel.agencies.models import Worker
from lintel.config.synth import Scale, generate
from lintel.sharing import queries
from lintel.sharing.states import LoopCause

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_one_is_due_soon_and_one_has_lapsed():
    now = datetime.now(UTC)
    generate(Scale(people=400, tenancies=300, workers=60, agencies=25), now)
    found = Worker.objects.filter(name__in=["Sunita Patel", "Michelle Grant"])
    soon, lapsed = sorted(queries.loop_states(found, now), key=lambda one: not one.inside)
    assert (soon.name, soon.inside) == ("Sunita Patel", True)
    assert LoopCause.TRAINING in {one.cause for one in soon.lapses}
    assert (lapsed.name, lapsed.inside) == ("Michelle Grant", False)
    assert LoopCause.TRAINING in lapsed.missing
