"""What the reads of stays answer."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class WardView:
    """A ward: its team, beds, what a night costs in pence, and how many are in."""

    team_id: int
    name: str
    slug: str
    agency: str
    agency_id: int
    beds: int
    night_pence: int


@dataclass(frozen=True, slots=True)
class Row:
    """One stay in the ward's list. `days` are nights so far."""

    stay_id: int
    person_id: int
    person: str
    born: date | None
    ward: str
    admitted: datetime
    days: int
    expected: date | None
    ended: datetime | None
    housing_worker: str
    asked: bool
    need: bool | None
    open_steps: int
    late_steps: int
    ready_since: date | None
    away: str
    notice: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step: what, who does it, by when, where it stands."""

    id: int
    kind: str
    kind_words: str
    words: str
    who: str
    worker_id: int | None
    due: date | None
    late: bool
    state: str
    outcome: str
    settled: datetime | None
    settled_by: str


@dataclass(frozen=True, slots=True)
class SpellView:
    """Time on one ward."""

    ward: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """Time off the ward."""

    id: int
    kind: str
    kind_words: str
    since: datetime
    until: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A discharge meeting."""

    id: int
    at: datetime
    place: str
    who: str
    agreed: str
    cancelled: bool
    called_by: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """That a stay was noted by mistake: when it was taken back, and on which ward."""

    at: datetime
    ward: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers to the housing questions, by whom and when; as {label: words} in order."""

    answers: dict[str, str]
    typed: dict[str, str]
    need: bool
    by: str
    asked: datetime


@dataclass(frozen=True, slots=True)
class StayView:
    """One stay with all that hangs on it; `whole` is False where a summary is all that is seen."""

    id: int
    person_id: int
    person: str
    owner_id: int
    owner: str
    ward: str
    ward_team_id: int
    housing_worker: str
    housing_worker_id: int | None
    admitted: datetime
    expected: date | None
    ended: datetime | None
    ending: str
    ending_words: str
    nights: int
    whole: bool
    asked: Asked | None
    earlier: list[Asked] = field(default_factory=list)
    steps: list[StepView] = field(default_factory=list)
    spells: list[SpellView] = field(default_factory=list)
    absences: list[AbsenceView] = field(default_factory=list)
    meetings: list[MeetingView] = field(default_factory=list)
