"""How overrides are used: by whom, on whom, when and why, and what stands out.

An information lead sees the overrides of their agency's workers and of their agency's record, by
name. The partnership lead sees counts of the whole partnership and nothing that could be one
person: the database leaves out counts below five and rounds the rest (`override_counts`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from lintel.agencies.models import Membership
from lintel.kernel import clock
from lintel.kernel.actor import Actor
from lintel.people import queries as people
from lintel.sharing import policy
from lintel.sharing.models import Override
from lintel.sharing.queries.record import names_for_lead
from lintel.sharing.states import OverrideReason

# What stands out. Plain rules, so that a lead can say why.
MANY, MANY_WITHIN = 5, timedelta(days=30)
SAME_PERSON = 3
OUTSIDE, OUTSIDE_SHARE = 3, 0.5
UNJUSTIFIED, UNJUSTIFIED_SHARE = 2, 0.25

HOURS = ("midnight to 6am", "6am to midday", "midday to 6pm", "6pm to midnight")
DIMENSIONS = {
    "worker": "Worker",
    "team": "Team",
    "agency": "Agency",
    "holder": "Whose record",
    "reason": "Reason",
    "hour": "Time of day",
    "person": "Person",
    "month": "Month",
}


@dataclass(frozen=True, slots=True)
class Use:
    """One override, as far as patterns need it."""

    id: int
    worker_id: int
    worker: str
    agency: str
    holder: str
    person_id: int
    reason: str
    opened: datetime
    justified: bool | None
    teams: tuple[str, ...]

    @property
    def outside_hours(self) -> bool:
        """Opened when the partnership doesn't work."""
        return not clock.calendar().is_open(self.opened)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: how many, and what came of them."""

    key: str
    words: str
    times: int
    outside: int
    waiting: int
    unjustified: int


@dataclass(frozen=True, slots=True)
class StandsOut:
    """Something to look at: in words, and whose overrides they are."""

    words: str
    worker_id: int | None


@dataclass(frozen=True, slots=True)
class Patterns:
    """A table by one thing, and what stands out of all."""

    by: str
    total: int
    lines: list[Line]
    stand_out: list[StandsOut]


def patterns(actor: Actor, *, by: str, since: date, now: datetime) -> Patterns:
    """The overrides since a day that the actor may see as an information lead. Raises Denied.

    `by`: a key of `DIMENSIONS`; any other is read as "worker".
    """
    policy.look_up(actor)
    by = by if by in DIMENSIONS else "worker"
    used = uses(actor, since=since)
    named = _people(actor, used)
    return Patterns(by, len(used), _lines(used, by, named), stand_out(used, named))


def uses(actor: Actor, *, since: date) -> list[Use]:
    """The overrides since a day, oldest first; two queries however many."""
    start = datetime.combine(since, datetime.min.time(), timezone.get_current_timezone())
    rows = list(
        Override.objects.filter(opened__gte=start)
        .select_related("worker", "agency", "holder", "review")
        .order_by("opened", "id")
    )
    places: dict[int, list[Membership]] = defaultdict(list)
    for place in Membership.objects.filter(
        worker_id__in={o.worker_id for o in rows}
    ).select_related("team"):
        places[place.worker_id].append(place)
    return [
        Use(
            id=o.pk,
            worker_id=o.worker_id,
            worker=f"{o.worker.name}, {o.worker.job_title}",
            agency=o.agency.name if o.agency else "",
            holder=o.holder.name,
            person_id=o.person_id,
            reason=o.reason,
            opened=o.opened,
            justified=o.review.justified if hasattr(o, "review") else None,
            teams=tuple(sorted({p.team.name for p in places[o.worker_id] if o.opened in p.valid})),
        )
        for o in rows
    ]


def stand_out(used: Sequence[Use], named: dict[int, str]) -> list[StandsOut]:
    """What a lead should look at, each by a plain rule, the most telling first."""
    by_worker: dict[int, list[Use]] = defaultdict(list)
    for use in used:
        by_worker[use.worker_id].append(use)
    found: list[StandsOut] = []
    for worker_id, theirs in by_worker.items():
        found += [
            StandsOut(f"{theirs[0].worker}: {words}", worker_id) for words in _of(theirs, named)
        ]
    by_team: dict[str, list[Use]] = defaultdict(list)
    for use in used:
        for team in use.teams:
            by_team[team].append(use)
    for team, theirs in sorted(by_team.items()):
        if len({u.worker_id for u in theirs}) > 1 and (words := _unjustified(theirs)):
            found.append(StandsOut(f"{team}: {words}", None))
    return found


def counts(actor: Actor, *, first: date, months: int) -> dict[str, list[tuple[str, int | None]]]:
    """For the partnership lead: by what, value in words, and how often (None: one to four)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dimension, value, times FROM override_counts(%s, %s)"
            " ORDER BY dimension, times DESC NULLS LAST, value",
            [first, months],
        )
        found = cursor.fetchall()
    ids = {int(value) for dimension, value, _ in found if dimension in {"agency", "holder"}}
    agencies = people.agency_names(ids)
    words: dict[str, Callable[[str], str]] = {
        "all": lambda value: "All",
        "agency": lambda value: agencies[int(value)],
        "holder": lambda value: agencies[int(value)],
        "reason": lambda value: str(OverrideReason(value).label),
        "hour": lambda value: HOURS[int(value)].capitalize(),
        "month": _month_words,
        "outcome": lambda value: {
            "true": "Justified",
            "false": "Not justified",
            "": "Not reviewed yet",
        }[value],
    }
    grouped: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for dimension, value, times in found:
        grouped[dimension].append((words[dimension](value), times))
    return dict(grouped)


def _people(actor: Actor, used: Iterable[Use]) -> dict[int, str]:
    ids = sorted({u.person_id for u in used})
    return names_for_lead(ids) | people.names(actor, ids)


def _lines(used: Sequence[Use], by: str, named: dict[int, str]) -> list[Line]:
    keys: dict[str, Callable[[Use], Sequence[tuple[str, str]]]] = {
        "worker": lambda u: [(str(u.worker_id), f"{u.worker} ({u.agency})")],
        "team": lambda u: [(t, t) for t in u.teams] or [("", "No team")],
        "agency": lambda u: [(u.agency, u.agency)],
        "holder": lambda u: [(u.holder, u.holder)],
        "reason": lambda u: [(u.reason, str(OverrideReason(u.reason).label))],
        "hour": lambda u: [_hour(u)],
        "person": lambda u: [(str(u.person_id), person_words(u.person_id, named))],
        "month": lambda u: [_month(u)],
    }
    grouped: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in used:
        for key in keys[by](use):
            grouped[key].append(use)
    lines = [
        Line(
            key=key,
            words=words,
            times=len(theirs),
            outside=sum(u.outside_hours for u in theirs),
            waiting=sum(u.justified is None for u in theirs),
            unjustified=sum(u.justified is False for u in theirs),
        )
        for (key, words), theirs in grouped.items()
    ]
    if by in {"hour", "month"}:
        return sorted(lines, key=lambda line: line.key)
    return sorted(lines, key=lambda line: (-line.times, line.words))


def person_words(person_id: int, named: dict[int, str]) -> str:
    """The name, or the number of somebody about whom the lead's agency holds nothing."""
    return named.get(person_id) or f"Person {person_id}"


def _of(theirs: Sequence[Use], named: dict[int, str]) -> list[str]:
    """What stands out of one worker's, in time order."""
    words = []
    most = max(sum(u.opened <= v.opened < u.opened + MANY_WITHIN for v in theirs) for u in theirs)
    if most >= MANY:
        words.append(f"{most} in {MANY_WITHIN.days} days")
    for person_id, times in Counter(u.person_id for u in theirs).most_common():
        if times >= SAME_PERSON:
            words.append(f"{times} times the same person, {person_words(person_id, named)}")
    outside = sum(u.outside_hours for u in theirs)
    if outside >= OUTSIDE and outside >= OUTSIDE_SHARE * len(theirs):
        words.append(f"{outside} of {len(theirs)} outside working hours")
    if found := _unjustified(theirs):
        words.append(found)
    return words


def _unjustified(theirs: Sequence[Use]) -> str:
    done = [u for u in theirs if u.justified is not None]
    wrong = sum(u.justified is False for u in done)
    if wrong >= UNJUSTIFIED and wrong >= UNJUSTIFIED_SHARE * len(done):
        return f"{wrong} of {len(done)} reviewed were not justified"
    return ""


def _hour(use: Use) -> tuple[str, str]:
    quarter = timezone.localtime(use.opened).hour // 6
    return str(quarter), HOURS[quarter].capitalize()


def _month(use: Use) -> tuple[str, str]:
    key = f"{timezone.localtime(use.opened):%Y-%m}"
    return key, _month_words(key)


def _month_words(key: str) -> str:
    return f"{date.fromisoformat(f'{key}-01'):%B %Y}"
