"""What reads about people answer: plain values, as a page needs them."""

import datetime as dt
from dataclasses import dataclass, field

from lintel.kernel.sight.states import Category, Source
from lintel.people.states import ContactKind, TenancyKind


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who somebody is, as far as every worker who may see them is told."""

    id: int
    name: str
    known_as: str
    born: dt.date | None
    died: dt.date | None
    no_fixed_address: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A person in a list, with the tenancy that is in force (or was last) and in sight."""

    person: PersonView
    address: str = ""
    postcode: str = ""
    reference: str = ""
    landlord: str = ""
    ended: dt.date | None = None
    balance_pence: int | None = None
    sources: tuple[Source, ...] = ()
    something_new: bool = False


@dataclass(frozen=True, slots=True)
class TenancyView:
    """A tenancy as one landlord holds it; the rent only where money is in sight."""

    id: int
    owner_id: int
    owner: str
    reference: str
    kind: TenancyKind
    started: dt.date
    ended: dt.date | None
    address: str
    postcode: str
    patch: str
    balance_pence: int | None
    as_of: dt.date | None


@dataclass(frozen=True, slots=True)
class ContactView:
    """A way to reach the person, and which agency was told it."""

    id: int
    owner_id: int
    owner: str
    kind: ContactKind
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class InvolvementView:
    """A team that works with the person now or did, and its named worker."""

    id: int
    owner_id: int
    owner: str
    category: Category
    team: str
    team_phone: str
    worker_id: int | None
    worker: str
    role_words: str
    since: dt.datetime | None
    until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class NoteView:
    """Something written about the person; `corrected_by` is the note that puts it right."""

    id: int
    owner_id: int
    owner: str
    category: Category
    words: str
    written_by_id: int
    written_by: str
    written: dt.datetime
    corrects_id: int | None
    corrected_by: int | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of people is narrowed to; `only` are the people with something new."""

    patch_id: int | None = None
    arrears: bool = False
    source: Source | None = None
    only: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Reliance:
    """What relies on a worker: to be handed over before they leave."""

    patches: list[tuple[int, str]] = field(default_factory=list)
    involvements: list[tuple[int, int, str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.patches or self.involvements)
