"""What is written down and gives sight: the facts that `lintel.sharing.rules` reasons about.

Plain data, and what each fact says about itself at one moment. Nothing here is a table.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lintel.sharing.states import AT_ONCE

LONDON = ZoneInfo("Europe/London")


def day_of(moment: datetime) -> date:
    """The day in London."""
    return moment.astimezone(LONDON).date()


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
class Cell:
    """A sentence of the agreement: these may tell these, at these levels, these categories."""

    use: str
    categories: frozenset[int]
    givers: frozenset[str]
    receivers: frozenset[str]
    levels: frozenset[str]
    basis: str
    second: bool = False
    detail: int = 2


@dataclass(slots=True)
class Version:
    """A version of the agreement: in force from `effective` until the next one's."""

    number: int
    effective: datetime | None
    rules: list[Cell]


@dataclass(slots=True)
class Signed:
    """An agency signed a version, and may have withdrawn."""

    version: int
    agency: int
    signed: datetime
    ended: datetime | None = None


@dataclass(slots=True)
class Accepted:
    """A worker accepted a version."""

    version: int
    worker: int
    accepted: datetime


@dataclass(slots=True)
class Trained:
    """A worker's training: in date from the day it was done until the day it ends."""

    worker: int
    done_on: date
    until: date


@dataclass(slots=True)
class Post:
    """A worker: where, and until which day (the first one gone)."""

    agency: int
    left_on: date | None = None

    def in_post(self, moment: datetime) -> bool:
        """Before the day the worker left."""
        return self.left_on is None or day_of(moment) < self.left_on


@dataclass(slots=True)
class Place:
    """A worker's place in a team: member, lead or duty."""

    worker: int
    team: int
    role: str
    span: Span

    @property
    def lead(self) -> bool:
        """Whether the worker leads the team."""
        return self.role == "lead"


@dataclass(slots=True)
class Link:
    """A worker links a team with the other side; who covers while they are away."""

    worker: int
    team: int
    span: Span
    cover: int | None = None
    away: Span | None = None


@dataclass(slots=True)
class InformationLead:
    """A worker is an information lead of their agency."""

    worker: int
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
    """May `giver` tell the team `recipient` (or one worker of it) the category?

    Or a whole agency's loop: then `recipient` is None, and `agency` is it. With a team, `agency`
    is the team's.
    """

    giver: int
    recipient: int | None
    agency: int
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
    purpose: str
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
    """A worker of `agency` opened what another, `holder`, holds, for safety."""

    person: int
    worker: int
    agency: int
    holder: int
    categories: frozenset[int]
    opened: datetime
    until: datetime
    ended: datetime | None = None
    authorised: datetime | None = None


@dataclass(slots=True)
class OtherBasis:
    """An agency tells a team (or one worker of it) without consent, as the law allows."""

    person: int
    owner: int
    recipient: int
    worker: int | None
    categories: frozenset[int]
    purpose: str
    basis: str
    begins: datetime
    until: datetime
    authorised: datetime | None = None
    ended: datetime | None = None


@dataclass(slots=True)
class Viewer:
    """An account that sees the person's own view: theirs, or by their permission."""

    account: int
    person: int
    kind: str
    categories: frozenset[int]
    begins: datetime
    until: datetime | None = None
    ended: datetime | None = None


@dataclass(slots=True)
class HeldBack:
    """A note that the person and whom they let look don't see, for a time."""

    note: int
    person: int
    held: datetime
    released: datetime | None = None


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
    """A worker in one of the person's circles, or asked into it."""

    person: int
    worker: int
    owner: int
    circle: int
    added_by: int
    accepted: datetime | None
    left: datetime | None = None

    def inside(self, moment: datetime) -> bool:
        """A member at the moment: they accepted, and haven't left."""
        if self.accepted is None or moment < self.accepted:
            return False
        return self.left is None or moment < self.left


@dataclass
class World:
    """Everything that sight follows from.

    `kinds` of agencies, `teams` with their agencies; `persons`: each person's own account as a
    worker.
    """

    kinds: dict[int, str] = field(default_factory=dict)
    teams: dict[int, int] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    signed: list[Signed] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    trained: list[Trained] = field(default_factory=list)
    persons: dict[int, int | None] = field(default_factory=dict)
    workers: dict[int, Post] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    leads: list[InformationLead] = field(default_factory=list)
    patches: dict[int, int] = field(default_factory=dict)
    homes: dict[int, int | None] = field(default_factory=dict)
    officers: list[Officer] = field(default_factory=list)
    tenancies: list[Tenancy] = field(default_factory=list)
    involvements: list[Involvement] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    bases: list[OtherBasis] = field(default_factory=list)
    viewers: list[Viewer] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    handlings: list[Handling] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
