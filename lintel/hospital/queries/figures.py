"""Figures for leads and commissioners: sums alone, from functions that answer nothing else.

Who may see them, of which trusts, and what is too few to show, the database says
(`migrations/0006_figures_security.py`), and reads them from kept sums (`0012`); here they are put
in order.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from lintel.hospital import figures as statistics
from lintel.hospital import policy
from lintel.hospital.models import Report, Ward
from lintel.hospital.states import Attribution, Holder, Reason
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound

PERIODS = {
    "before": "Before the ward’s service began",
    "after": "Since the ward’s service began",
    "without": "Wards without the service",
}
NEEDS = {
    "all": "All stays",
    "need": "With a housing need",
    "no_need": "Without a housing need",
    "not_asked": "Not asked",
}
DIMENSIONS = {
    "reason": "What was waited for",
    "holder": "Who could act",
    "whose": "Whose part",
    "month": "Month",
}
TOGETHER = "Others, each too few to show"
_WORDS: dict[str, Any] = {"reason": Reason, "holder": Holder, "whose": Attribution}


@dataclass(frozen=True, slots=True)
class Length:
    """How long one group's stays took; n is None where they are too few to show."""

    period: str
    need: str
    n: int | None
    mean: float | None
    error: float | None

    @property
    def group(self) -> statistics.Group | None:
        """As statistics take it."""
        if self.n is None or self.mean is None or self.error is None:
            return None
        return statistics.Group(self.n, self.mean, self.error)


@dataclass(frozen=True, slots=True)
class Lost:
    """Days lost in one cell; people and days are None where they are too few to show."""

    value: str
    words: str
    people: int | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a span of whole months, first day in, `until` out."""

    first: dt.date
    until: dt.date
    lengths: list[Length]
    total: Lost
    lost: dict[str, list[Lost]]
    night_low: int
    night_high: int
    sent: int | None
    answered: int | None
    median_hours: float | None
    slow_hours: float | None

    def length(self, period: str, need: str) -> Length | None:
        """One group of stays."""
        return next((x for x in self.lengths if (x.period, x.need) == (period, need)), None)

    def difference(self, need: str) -> statistics.Difference | None:
        """Before against since the service, if both can be shown."""
        before, after = self.length("before", need), self.length("after", need)
        if before is None or after is None or before.group is None or after.group is None:
            return None
        return statistics.difference(before.group, after.group)


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as it was made, and what was corrected since."""

    number: int
    made: dt.datetime
    made_by: str
    figures: Figures
    corrected: int
    late: int


def sees(actor: Actor) -> bool:
    """Whether figures are for the actor at all; one query."""
    return _scope() is not None


def scope(actor: Actor) -> list[int]:
    """The trusts whose figures the actor may see. Raises Denied."""
    found = _scope()
    policy.see_figures(found)
    return list(found or ())


def figures(actor: Actor, *, first: dt.date, until: dt.date) -> Figures:
    """The figures of the whole months of a span; six queries however long. Raises Denied."""
    trusts = scope(actor)
    cells = _rows("SELECT * FROM hospital_days_lost(%s, %s)", first, until)
    lost: dict[str, list[Lost]] = {name: [] for name in DIMENSIONS}
    total = Lost("", "All", 0, 0)
    for dimension, value, people, days in cells:
        if dimension == "all":
            total = Lost("", "All", people, days)
        else:
            lost[dimension].append(Lost(value, _words(dimension, value), people, days))
    for dimension, found in lost.items():
        if dimension == "month":
            found.sort(key=lambda c: (c.value == "", c.value))
        else:
            found.sort(key=lambda c: (c.value == "", -(c.days or 0), c.words))
    order = list(PERIODS), list(NEEDS)
    lengths = [
        Length(*row) for row in _rows("SELECT * FROM hospital_stay_lengths(%s, %s)", first, until)
    ]
    lengths.sort(key=lambda x: (order[0].index(x.period), order[1].index(x.need)))
    nights = Ward.objects.filter(team__agency_id__in=trusts).aggregate(
        low=Min("night_pence"), high=Max("night_pence")
    )
    ((sent, answered, median, slow),) = _rows(
        "SELECT * FROM hospital_answer_times(%s, %s)", first, until
    )
    return Figures(
        first=first,
        until=until,
        lengths=lengths,
        total=total,
        lost=lost,
        night_low=nights["low"] or 0,
        night_high=nights["high"] or 0,
        sent=sent,
        answered=answered,
        median_hours=median,
        slow_hours=slow,
    )


def reports(actor: Actor) -> list[tuple[int, dt.datetime, dt.date, dt.date, str]]:
    """The last reports that the actor may read: number, when made, first, until, by whom."""
    return list(
        Report.objects.order_by("-made", "-pk").values_list(
            "pk", "made", "first", "until", "made_by__name"
        )[:25]
    )


def report(actor: Actor, number: int) -> ReportView:
    """A report as it was made, with what was corrected since. Raises Denied, NotFound."""
    scope(actor)
    one = Report.objects.select_related("made_by").filter(pk=min(number, 2**63 - 1)).first()
    if one is None:
        raise NotFound
    ((delays, dates, late),) = _rows("SELECT * FROM hospital_corrected_since(%s)", one.pk)
    return ReportView(
        number=one.pk,
        made=one.made,
        made_by=one.made_by.name,
        figures=unpacked(one.figures),
        corrected=delays + dates,
        late=late,
    )


def packed(found: Figures) -> dict[str, Any]:
    """The figures as a report keeps them."""
    return {
        "first": found.first.isoformat(),
        "until": found.until.isoformat(),
        "lengths": [[x.period, x.need, x.n, x.mean, x.error] for x in found.lengths],
        "total": [found.total.people, found.total.days],
        "lost": {
            name: [[c.value, c.people, c.days] for c in cells] for name, cells in found.lost.items()
        },
        "night": [found.night_low, found.night_high],
        "answers": [found.sent, found.answered, found.median_hours, found.slow_hours],
    }


def unpacked(kept: dict[str, Any]) -> Figures:
    """The figures of a report."""
    sent, answered, median, slow = kept["answers"]
    return Figures(
        first=dt.date.fromisoformat(kept["first"]),
        until=dt.date.fromisoformat(kept["until"]),
        lengths=[Length(*row) for row in kept["lengths"]],
        total=Lost("", "All", *kept["total"]),
        lost={
            name: [Lost(value, _words(name, value), people, days) for value, people, days in cells]
            for name, cells in kept["lost"].items()
        },
        night_low=kept["night"][0],
        night_high=kept["night"][1],
        sent=sent,
        answered=answered,
        median_hours=median,
        slow_hours=slow,
    )


def _scope() -> list[int] | None:
    ((found,),) = _rows("SELECT hospital_figures_scope()")
    return found  # type: ignore[no-any-return]


def _words(dimension: str, value: str) -> str:
    if not value:
        return TOGETHER
    if dimension == "month":
        return f"{dt.date.fromisoformat(f'{value}-01'):%B %Y}"
    return str(_WORDS[dimension](value).label)


def _rows(sql: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
