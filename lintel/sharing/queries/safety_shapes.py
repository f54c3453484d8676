"""The shapes in which overrides are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.sharing.states import Consequence, OverrideReason


@dataclass(frozen=True, slots=True)
class OverrideView:
    """What the actor opened for safety: whose record, why, and until when.

    `waits`: part of it is shut until a second worker agrees. `person`: the name, "" when all of
    it waits and the person is in sight in no other way.
    """

    id: int
    person_id: int
    person: str
    holder: str
    reason: OverrideReason
    until: datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class AskView:
    """A second worker who was asked, and what they said."""

    id: int
    name: str
    job_title: str
    at: datetime
    answered: datetime | None
    yes: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What a review found."""

    justified: bool
    findings: str
    consequences: tuple[Consequence, ...]
    told: datetime | None
    told_words: str
    tell_by: date | None
    reviewed: datetime
    by: str


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """One override in a list. `person` is "" for somebody whom the actor doesn't know."""

    id: int
    person_id: int
    person: str
    worker_id: int
    worker: str
    job_title: str
    agency: str
    holder_id: int
    holder: str
    categories: tuple[Category, ...]
    second: tuple[Category, ...]
    reason: OverrideReason
    words: str
    opened: datetime
    until: datetime
    ends: datetime
    authorised: datetime | None
    authorised_by_id: int | None
    authorised_by: str
    review_due: datetime | None
    review: ReviewView | None

    @property
    def waits(self) -> bool:
        """Part of it needed a second worker, who hasn't agreed."""
        return bool(self.second) and self.authorised is None


@dataclass(frozen=True, slots=True)
class Looked:
    """Something that the worker looked at while it was open."""

    at: datetime
    verb: AccessVerb
    categories: Sequence[str]
    page: str


@dataclass(frozen=True, slots=True)
class AskedView:
    """What the actor is asked to agree to. `person_id`: only for somebody in the actor's sight."""

    id: int
    override_id: int
    asked_by: str
    job_title: str
    at: datetime
    answered: datetime | None
    yes: bool | None
    words: str
    holder_id: int
    holder: str
    agency: str
    categories: tuple[Category, ...]
    reason: OverrideReason
    said: str
    opened: datetime
    until: datetime
    ends: datetime
    authorised: datetime | None
    person_id: int | None
    person: str


@dataclass(frozen=True, slots=True)
class SafetyWaiting:
    """What of overrides waits for the actor: counts for My day."""

    asked: int
    told: int
    reviews: int
    late: int

    def __bool__(self) -> bool:
        """Whether anything does."""
        return bool(self.asked or self.told or self.reviews or self.late)
