"""What an invented area is made of, as the generator knows it: small, never the people."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lintel.agencies.states import AgencyKind
from lintel.config.synth import story, words


@dataclass(frozen=True)
class Scale:
    """How large an area. The demonstration area is the default."""

    people: int = 2600
    tenancies: int = 2000
    workers: int = 60
    agencies: int = 25
    seed: int = 1

    def __post_init__(self) -> None:
        if self.people < self.tenancies:
            raise ValueError("There must be at least as many people as tenancies.")
        if self.workers < len(story.WORKERS):
            raise ValueError(f"At least {len(story.WORKERS)} workers: the stories need them.")


@dataclass
class Team:
    """A team with an id, as generated."""

    id: int
    agency_id: int
    kind: str
    slug: str
    covers: tuple[str, ...]
    workers: list[int] = field(default_factory=list)


@dataclass
class Patch:
    """A patch with an id, as generated."""

    id: int
    agency_id: int
    team_id: int
    name: str
    officer_id: int = 0
    district: str = "QX1"


@dataclass
class Area:
    """What later steps look up: agencies, teams, workers and patches. Small: never the people."""

    rng: random.Random
    now: datetime
    scale: Scale
    agencies: dict[str, int] = field(default_factory=dict)
    agency_kind: dict[int, AgencyKind] = field(default_factory=dict)
    share: dict[int, float] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    worker_ids: dict[str, int] = field(default_factory=dict)
    worker_names: dict[int, tuple[str, str, int, int]] = field(default_factory=dict)
    patches: dict[tuple[int, str], Patch] = field(default_factory=dict)
    story_people: dict[str, int] = field(default_factory=dict)
    weighted: list[Patch] = field(default_factory=list)


def person_name(scale: Scale, number: int) -> tuple[str, date | None]:
    """The invented name and date of birth of the person with this number, at any scale."""
    rng = random.Random(scale.seed * 1_000_003 + number)  # noqa: S311 - invented data
    if number % 53 == 0:
        name = words.ACCENTED[(number // 53) % len(words.ACCENTED)]
    else:
        first = words.FIRST[rng.randrange(len(words.FIRST))]
        name = f"{first} {words.LAST[rng.randrange(len(words.LAST))]}"
    born = None if number % 37 == 0 else date(1930, 1, 1) + timedelta(days=rng.randrange(28000))
    return name, born
