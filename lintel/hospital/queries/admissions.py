"""Who notes admissions, how often, and what became of them; for information leads of the trust.

Whoever notes an admission sees what the trust holds of that person (docs/adr/0030). So what
stands out is found by plain rules that a lead can say, as for overrides. Nobody who was admitted
is named: whom a worker saw stands in the access record.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from lintel.agencies.models import Worker
from lintel.hospital import policy
from lintel.hospital.models import Ward
from lintel.kernel import clock
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound

# What stands out.
MISTAKEN, WITHIN = 3, dt.timedelta(days=30)
OUTSIDE = 2
KNOWN = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One worker's admissions in one month."""

    worker_id: int
    worker: str
    month: str
    noted: int
    known: int
    short: int
    mistaken: int


@dataclass(frozen=True, slots=True)
class Brief:
    """An admission that was taken back, or ended within a day of being noted."""

    worker_id: int
    noted: dt.datetime
    known: bool
    mistaken: bool

    @property
    def outside_hours(self) -> bool:
        """Noted when the partnership doesn't work."""
        return not clock.calendar().is_open(self.noted)


@dataclass(frozen=True, slots=True)
class StandsOut:
    """Something to look at: in words, and whose it is."""

    worker_id: int
    words: str


@dataclass(frozen=True, slots=True)
class Noted:
    """The lines, the latest month first, and what stands out of them."""

    total: int
    lines: list[Line]
    stand_out: list[StandsOut]


def watches(actor: Actor) -> bool:
    """Whether these pages are the actor's: an information lead of an agency that has wards."""
    if not policy.may_watch(actor):
        return False
    return Ward.objects.filter(team__agency_id=actor.agency_id).exists()


def noted(actor: Actor, *, since: dt.date) -> Noted:
    """The admissions to the actor's trust since a day; four queries however many.

    Raises Denied (no information lead), and NotFound where the agency has no wards.
    """
    policy.watch(actor)
    if not watches(actor):
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hospital_admission_counts(%s)", [since])
        counted = cursor.fetchall()
        cursor.execute("SELECT * FROM hospital_admission_short(%s)", [since])
        brief = [Brief(*row) for row in cursor.fetchall()]
    names = {
        w.pk: f"{w.name}, {w.job_title}"
        for w in Worker.objects.filter(pk__in={row[0] for row in counted})
    }
    lines = [Line(row[0], names[row[0]], *row[1:]) for row in counted]
    # By month, the latest first, and in it whoever noted most.
    lines.sort(key=lambda line: (-line.noted, line.worker))
    lines.sort(key=lambda line: line.month, reverse=True)
    return Noted(sum(line.noted for line in lines), lines, stand_out(brief, names))


def stand_out(brief: Sequence[Brief], names: dict[int, str]) -> list[StandsOut]:
    """What a lead should look at, by worker; `brief` in the order of time."""
    by_worker: dict[int, list[Brief]] = defaultdict(list)
    for one in brief:
        by_worker[one.worker_id].append(one)
    return [
        StandsOut(worker_id, f"{names[worker_id]}: {words}")
        for worker_id, theirs in sorted(by_worker.items(), key=lambda item: names[item[0]])
        for words in _of(theirs)
    ]


def _of(theirs: Sequence[Brief]) -> list[str]:
    words = []
    mistaken = _most([one for one in theirs if one.mistaken])
    if mistaken >= MISTAKEN:
        words.append(f"{mistaken} taken back as mistaken in {WITHIN.days} days")
    outside = sum(one.outside_hours and not one.mistaken for one in theirs)
    if outside >= OUTSIDE:
        words.append(f"{outside} noted outside working hours and ended within a day")
    known = _most([one for one in theirs if one.known])
    if known >= KNOWN:
        words.append(
            f"{known} of people whom the trust knew, taken back or ended within a day, in"
            f" {WITHIN.days} days"
        )
    return words


def _most(of: Sequence[Brief]) -> int:
    """The most that were noted within 30 days."""
    moments = [one.noted for one in of]
    return max((sum(at <= other < at + WITHIN for other in moments) for at in moments), default=0)
