"""Sight made what a change of the agreement says, person by person, in the background.

A version that is published, or a signature that is added, changes what many workers see of many
people. What is allowed and who takes part changes in the transaction of the change; sight, which
follows from it, is made anew here, a few hundred people in each transaction of its own, so that
nobody who reads or writes waits for more than one of these. A version's date lies ahead: until
then rows end and begin at its date, and at its date all switch together.

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
    run that begins meanwhile is found at the next step and starts from the first person.
    """
    changed = 0
    while step := _step(clock(), people):
        changed += step[0]
    return changed


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
