"""Sight made what a change of the agreement says, person by person, in the background.

A version that is published, or a signature that is added, changes what many workers see of many
people. What is allowed and who takes part changes in the transaction of the change; sight, which
follows from it, is made anew here, a few hundred people in each transaction of its own, so that
nobody who writes about one of them waits for longer than a moment, and nobody who reads waits. A
version's date lies ahead: until then rows end and begin at its date, and at its date all switch
together.

Each run passes through everybody, so the newest run does the work of those before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from lintel.kernel import outbox
from lintel.kernel.actor import as_system
from lintel.sharing.models import Spread

PEOPLE_AT_A_TIME = 400
"""Below the number at which `sight_recompute` holds everybody's sight at once (500)."""
PEOPLE_AT_FIRST = 50
PEOPLE_AT_LEAST = 10
SECONDS_A_STEP = 0.2
"""Who writes about a person of the step waits as long. Each step costs some work of its own."""
ALONE = "lintel.spread_sight"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the background work has got; `total` is as counted when it began."""

    began: datetime
    total: int
    done: int
    finished: datetime | None

    @property
    def percent(self) -> int:
        """From 0 to 100; 100 only when finished."""
        if self.finished:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


def begin(*, now: datetime, agreement_id: int | None = None, agency_id: int | None = None) -> int:
    """Begin the background work in the transaction of the change; answers the run's number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sight_people_count()")
        (total,) = cursor.fetchone()
    made = Spread.objects.create(
        agreement_id=agreement_id, agency_id=agency_id, began=now, total=total
    )
    outbox.defer("lintel.spread_sight", alone=ALONE)
    return made.pk


def under_way() -> Progress | None:
    """The newest run that isn't finished, if any."""
    found = Spread.objects.filter(finished__isnull=True).order_by("-pk").first()
    return _progress(found) if found else None


def progress(agreement_id: int) -> Progress | None:
    """How far sight has followed a version; None before it was published."""
    found = Spread.objects.filter(agreement_id=agreement_id).order_by("-pk").first()
    return _progress(found) if found else None


def run(clock: Callable[[], datetime], *, people: int = PEOPLE_AT_A_TIME) -> int:
    """Do the work that waits, from where it stood; answers how many rows of sight changed.

    For jobs. Each step commits with how far it got, so that a killed job goes on from there. A
    run that begins meanwhile is found at the next step and starts from the first person. Steps
    are of so many people, `people` at most, that each takes about SECONDS_A_STEP: some people are
    seen by a hundred workers, most by none.
    """
    changed, size, began = 0, min(PEOPLE_AT_FIRST, people), clock()
    while step := _step(began, size):
        changed += step[0]
        ended = clock()
        size, began = _next_size(size, (ended - began).total_seconds(), people), ended
    return changed


def _next_size(size: int, seconds: float, most: int) -> int:
    """As many people as would have taken SECONDS_A_STEP; never more than twice as many."""
    growth = min(2.0, SECONDS_A_STEP / seconds) if seconds > 0 else 2.0
    return min(most, max(PEOPLE_AT_LEAST, int(size * growth)))


def _step(now: datetime, people: int) -> tuple[int] | None:
    """The next few people of the newest run; None when no run waits."""
    with as_system():
        run = Spread.objects.filter(finished__isnull=True).order_by("-pk").first()
        if run is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM sight_spread(%s, %s)", [run.upto, people])
            upto, number, changed = cursor.fetchone()
        if not number:
            Spread.objects.filter(finished__isnull=True, pk__lte=run.pk).update(finished=now)
            return (0,)
        Spread.objects.filter(pk=run.pk).update(
            upto=upto, done=run.done + number, changed=run.changed + changed
        )
    return (changed,)


def _progress(found: Spread) -> Progress:
    return Progress(found.began, found.total, found.done, found.finished)
