"""The rules of sight, said a second time: what the database must decide (docs/adr/0007-sight.md).

The database derives sight as ranges of time, in SQL (`migrations/0002` and `0003` here, and those
of requests and plans). This module asks another question in another way: given everything that is
written down, who sees what *at one moment*? It shares no code with the SQL, so that a mistake in
one shows as a difference (`tests/sharing/test_sight_proof.py`). It serves no request.

All moments carry a time zone; days are days in London, and begin at midnight.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lintel.kernel.sight.states import Category as C
from lintel.sharing.states import AT_ONCE

LONDON = ZoneInfo("Europe/London")
BEFORE_TENANCY = timedelta(days=60)
AFTER_TENANCY = timedelta(days=90)

# What a landlord's own officer sees of the landlord's record.
PATCH_SHOWS = frozenset(
    {
        C.IDENTITY,
        C.CONTACT,
        C.TENANCY,
        C.MONEY,
        C.SUPPORT_NEEDS,
        C.SAFETY,
        C.PLAN,
        C.ENFORCEMENT,
    }
)
# What a named worker sees of their own agency's record.
SUPPORT_CASELOAD_SHOWS = frozenset({C.IDENTITY, C.CONTACT, C.SUPPORT_NEEDS, C.SAFETY, C.PLAN})
HEALTH_CASELOAD_SHOWS = SUPPORT_CASELOAD_SHOWS | {
    C.HEALTH_INVOLVEMENT,
    C.HEALTH_DETAIL,
    C.HOSPITAL_STAY,
}
CIRCLE_SHOWS = frozenset({C.IDENTITY, C.PLAN})


class Seen(NamedTuple):
    """The worker sees this category of what the agency holds about the person."""

    worker: int
    person: int
    owner: int
    category: int


@dataclass(frozen=True, slots=True)
class Span:
    """From `start`, included, to `end`, not included; None is for ever."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies within."""
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment < self.end
        )


@dataclass(slots=True)
class Post:
    """A worker: where, until which day (the first one gone), and when inside the loop."""

    agency: int
    left_on: date | None = None
    loop: Span | None = None

    def in_post(self, moment: datetime) -> bool:
        """Before the day the worker left."""
        return self.left_on is None or day_of(moment) < self.left_on

    def in_loop(self, moment: datetime) -> bool:
        """Signed up to confidentiality and trained."""
        return self.loop is not None and self.loop.holds(moment)


@dataclass(slots=True)
class Place:
    """A worker's place in a team."""

    worker: int
    team: int
    lead: bool
    span: Span


@dataclass(slots=True)
class Officer:
    """A worker looks after a patch."""

    patch: int
    worker: int
    span: Span


@dataclass(slots=True)
class Tenancy:
    """The landlord's record that the person is its tenant."""

    person: int
    owner: int
    home: int
    started: date
    ended: date | None = None


@dataclass(slots=True)
class Involvement:
    """A team works with the person; `worker` is its named worker."""

    person: int
    owner: int
    team: int
    worker: int | None
    health: bool
    span: Span


@dataclass(slots=True)
class Answer:
    """May `giver` tell the team `recipient` (or one worker of it) the category?"""

    giver: int
    recipient: int
    category: int
    yes: bool
    worker: int | None = None
    confirmed: datetime | None = None


@dataclass(slots=True)
class Consent:
    """A conversation with the person; `owner` is the agency that wrote it down."""

    number: int
    person: int
    owner: int
    given: datetime
    until: datetime
    answers: list[Answer]
    withdrawn: datetime | None = None

    def counts(self, answer: Answer, moment: datetime) -> bool:
        """Whether the answer is one to go by: given, and confirmed where it must be."""
        if moment < self.given:
            return False
        if not answer.yes or answer.giver == self.owner or answer.category in AT_ONCE:
            return True
        return answer.confirmed is not None and answer.confirmed <= moment

    def stands(self, moment: datetime) -> bool:
        """Neither run out nor withdrawn."""
        return moment < self.until and (self.withdrawn is None or moment < self.withdrawn)


@dataclass(slots=True)
class Override:
    """A worker opened what an agency holds, for safety."""

    person: int
    worker: int
    holder: int
    categories: frozenset[int]
    opened: datetime
    until: datetime
    ended: datetime | None = None


@dataclass(slots=True)
class Handling:
    """A request about the person on a worker's desk."""

    person: int | None
    worker: int | None
    sender_agency: int
    masked: bool
    arrived: datetime
    closed: datetime | None = None
    withdrawn: bool = False


@dataclass(slots=True)
class Circle:
    """A worker in the person's circle."""

    person: int
    worker: int
    owner: int
    joined: datetime
    left: datetime | None = None

    def inside(self, moment: datetime) -> bool:
        """A member at the moment."""
        return self.joined <= moment and (self.left is None or moment < self.left)


@dataclass
class World:
    """Everything that sight follows from. `persons`: each person's own account as a worker."""

    persons: dict[int, int | None] = field(default_factory=dict)
    workers: dict[int, Post] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    patches: dict[int, int] = field(default_factory=dict)
    homes: dict[int, int | None] = field(default_factory=dict)
    officers: list[Officer] = field(default_factory=list)
    tenancies: list[Tenancy] = field(default_factory=list)
    involvements: list[Involvement] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    handlings: list[Handling] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)


def day_of(moment: datetime) -> date:
    """The day in London."""
    return moment.astimezone(LONDON).date()


def seen(world: World, moment: datetime) -> set[Seen]:
    """Who sees what at the moment: every (worker, person, holding agency, category)."""
    found = {
        Seen(worker, person, owner, int(category))
        for worker, person, owner, categories in _claims(world, moment)
        for category in categories
    }
    return {
        s
        for s in found
        if world.workers[s.worker].in_post(moment) and world.persons[s.person] != s.worker
    }


Claim = tuple[int, int, int, frozenset[int] | frozenset[C]]


def _claims(world: World, moment: datetime) -> Iterator[Claim]:
    yield from _from_patch(world, moment)
    yield from _from_caseload(world, moment)
    yield from _from_consent(world, moment)
    yield from _from_request(world, moment)
    yield from _from_override(world, moment)
    yield from _from_circle(world, moment)


def _leads(world: World, team: int, moment: datetime) -> Iterator[int]:
    for place in world.places:
        if place.lead and place.team == team and place.span.holds(moment):
            yield place.worker


def _from_patch(world: World, moment: datetime) -> Iterator[Claim]:
    """Landlord's own record: the patch's officers and the leads of its team."""
    today = day_of(moment)
    for tenancy in world.tenancies:
        patch = world.homes[tenancy.home]
        over = tenancy.ended is not None and today >= tenancy.ended + AFTER_TENANCY
        if patch is None or over or today < tenancy.started - BEFORE_TENANCY:
            continue
        looking_after = {
            o.worker for o in world.officers if o.patch == patch and o.span.holds(moment)
        }
        for worker in looking_after | set(_leads(world, world.patches[patch], moment)):
            if world.workers[worker].agency == tenancy.owner:
                yield worker, tenancy.person, tenancy.owner, PATCH_SHOWS


def _from_caseload(world: World, moment: datetime) -> Iterator[Claim]:
    """Own casework: the named worker and the leads of the team."""
    for case in world.involvements:
        if not case.span.holds(moment):
            continue
        workers = set(_leads(world, case.team, moment))
        if case.worker is not None:
            workers.add(case.worker)
        shows = HEALTH_CASELOAD_SHOWS if case.health else SUPPORT_CASELOAD_SHOWS
        for worker in workers:
            if world.workers[worker].agency == case.owner:
                yield worker, case.person, case.owner, shows


def standing(world: World, moment: datetime) -> Iterator[tuple[Consent, Answer]]:
    """The answers in force: of all that count, the latest about a team and a category."""
    latest: dict[tuple[int, int, int, int], tuple[Consent, Answer]] = {}
    for consent in sorted(world.consents, key=lambda c: (c.given, c.number)):
        for answer in consent.answers:
            if consent.counts(answer, moment):
                about = (consent.person, answer.giver, answer.recipient, answer.category)
                latest[about] = (consent, answer)
    for consent, answer in latest.values():
        if consent.stands(moment):
            yield consent, answer


def _from_consent(world: World, moment: datetime) -> Iterator[Claim]:
    """The team that the person named, as far as its workers are inside the loop."""
    for consent, answer in standing(world, moment):
        if not answer.yes:
            continue
        for place in world.places:
            named = answer.worker is None or answer.worker == place.worker
            if (
                place.team == answer.recipient
                and named
                and place.span.holds(moment)
                and world.workers[place.worker].in_loop(moment)
            ):
                category = frozenset({answer.category})
                yield place.worker, consent.person, answer.giver, category


def _from_request(world: World, moment: datetime) -> Iterator[Claim]:
    """Whoever handles an open request learns who it is about, and no more."""
    for desk in world.handlings:
        if desk.masked or desk.withdrawn or desk.person is None or desk.worker is None:
            continue
        closed = desk.closed is not None and desk.closed <= moment
        if desk.arrived <= moment and not closed and world.workers[desk.worker].in_loop(moment):
            yield desk.worker, desk.person, desk.sender_agency, frozenset({C.IDENTITY})


def _from_override(world: World, moment: datetime) -> Iterator[Claim]:
    """For safety, one worker, for a short time."""
    for override in world.overrides:
        ended = override.ended is not None and override.ended <= moment
        if override.opened <= moment < override.until and not ended:
            yield override.worker, override.person, override.holder, override.categories


def _from_circle(world: World, moment: datetime) -> Iterator[Claim]:
    """Members of the circle see what was agreed, whichever member's agency holds it."""
    members = [m for m in world.circles if m.inside(moment)]
    for mine in members:
        if not world.workers[mine.worker].in_loop(moment):
            continue
        for theirs in members:
            if theirs.person == mine.person:
                yield mine.worker, mine.person, theirs.owner, CIRCLE_SHOWS


def answer_shown(world: World, worker: int, moment: datetime, consent: Consent, of: Answer) -> bool:
    """Whether the worker may read this answer (and so the conversation that it is part of).

    Who wrote it down reads all answers; the agency that may tell and the team that may be told
    read a yes, and never learn of a no. All of them only if they see who the person is.
    """
    post = world.workers[worker]
    if not post.in_post(moment):
        return False
    if post.agency == consent.owner:
        return True
    in_team = post.in_loop(moment) and any(
        p.worker == worker and p.team == of.recipient and p.span.holds(moment) for p in world.places
    )
    return of.yes and (post.agency == of.giver or in_team)
