"""An entry of the directory as a document: what its owner writes, reviews and restores.

One shape for owners' forms, imported feeds and open data. Tables for search and routing are
derived from it when it is published (`actions.publishing`). Times are local, "HH:MM"; "24:00" is
midnight at the end of a day, and a closing time that isn't after the opening one is on the next
day. Points are WGS84 degrees.
"""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic import model_validator as whole

from lintel.directory.states import (
    BankHolidays,
    CatchmentKind,
    Day,
    Need,
    ReferralRoute,
    RuleKind,
    Setting,
    Status,
)

Line = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=20_000, strip_whitespace=True)]
Link = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)]
# 00:00 to 24:00.
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class Part(BaseModel):
    """A part of the document: unknown keys are errors, so that nothing is lost unseen."""

    model_config = ConfigDict(extra="forbid")


class Phone(Part):
    """A telephone number as it is to be dialled."""

    number: Line
    label: Line = ""


class Hours(Part):
    """A rule of opening times."""

    days: list[Day] = Field(min_length=1)
    opens: Clock
    closes: Clock
    # None of the month's days: every week. 1 to 5: that week's; -1: the last (RFC 5545, BYDAY).
    weeks: list[Annotated[int, Field(ge=-1, le=5)]] = []
    bank_holidays: BankHolidays = BankHolidays.CLOSED
    valid_from: date | None = None
    valid_to: date | None = None
    # The location's id, None for all of them.
    location: UUID | None = None
    note: Line = ""

    @whole(mode="after")
    def _in_order(self) -> Self:
        if 0 in self.weeks:
            raise ValueError("There is no week 0 of a month: write 1 to 5, or -1 for the last.")
        if self.opens == "24:00":
            raise ValueError("A service can’t open at 24:00: write 00:00 of the next day.")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("The hours end before they begin.")
        return self


class Closure(Part):
    """Days on which the service is shut whatever its hours say; both ends included."""

    first: date
    last: date
    why: Line = ""

    @whole(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("The closure ends before it begins.")
        return self


class Location(Part):
    """Where a service is to be found."""

    id: UUID = Field(default_factory=uuid4)
    # The service at this location, as open data names it.
    at_id: UUID = Field(default_factory=uuid4)
    type: Literal["physical", "postal", "virtual"] = "physical"
    name: Line = ""
    address_1: Line = ""
    address_2: Line = ""
    city: Line = ""
    county: Line = ""
    postcode: Line = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    access: Text = ""


class Piece(Part):
    """One piece of a catchment: what it holds, or (`excluding`) what it leaves out."""

    kind: CatchmentKind
    # Codes of areas (ONS), postcode districts or sectors, or GP practices; none otherwise.
    codes: list[Line] = []
    # A GeoJSON Polygon or MultiPolygon, only where it is drawn; checked when it is saved.
    shape: dict[str, Any] | None = None
    excluding: bool = False
    label: Line = ""


class Catchment(Part):
    """The addresses that a service covers, for a time. 1 is the first priority."""

    pieces: list[Piece] = Field(min_length=1)
    priority: Annotated[int, Field(ge=1, le=9)] = 5
    valid_from: date | None = None
    valid_to: date | None = None
    note: Line = ""


class Rule(Part):
    """A rule of eligibility, in words, with where it is written down.

    `diagnosis_alone`: it leaves people out for a diagnosis and nothing else (mission C6).
    """

    kind: RuleKind
    words: Line
    minimum: Annotated[int, Field(ge=0, le=130)] | None = None
    maximum: Annotated[int, Field(ge=0, le=130)] | None = None
    needs: list[Need] = []
    settings: list[Setting] = []
    diagnosis_alone: bool = False
    source: Line = ""
    source_url: Link = ""

    @whole(mode="after")
    def _in_order(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            raise ValueError("The oldest age is below the youngest.")
        return self


class Waiting(Part):
    """How long people wait, as last said."""

    days: Annotated[int, Field(ge=0, le=3650)] | None = None
    words: Line = ""
    as_of: date


class Capacity(Part):
    """Places, as last said."""

    unit: Line = "places"
    available: Annotated[int, Field(ge=0)] | None = None
    maximum: Annotated[int, Field(ge=0)] | None = None
    as_of: date


class Term(Part):
    """A term of somebody's taxonomy, kept as it came."""

    id: UUID
    taxonomy: Line = ""
    name: Line
    code: Line = ""


class Entry(Part):
    """All that the public may read of a service."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    summary: Line = ""
    # Plain text with paragraphs; HTML from elsewhere was made so (`cleaning.clean`).
    description: Text = ""
    status: Status = Status.ACTIVE
    emergency: bool = False
    url: Link = ""
    email: Line = ""
    phones: list[Phone] = []
    fees: Line = ""
    languages: list[Line] = []
    needs: list[Need] = []
    terms: list[Term] = []
    locations: list[Location] = []
    hours: list[Hours] = []
    # True: there is always somebody, whatever `hours` says.
    always_open: bool = False
    closures: list[Closure] = []
    # What to do when it is shut: another entry, and words.
    out_of_hours: UUID | None = None
    out_of_hours_words: Line = ""
    catchments: list[Catchment] = []
    rules: list[Rule] = []
    waiting: Waiting | None = None
    capacity: Capacity | None = None
    referral: list[ReferralRoute] = []
    how_to_ask: Text = ""
    # Who checked it and when, where a feed says so.
    assured_on: date | None = None

    @field_validator("needs")
    @classmethod
    def _each_once(cls, needs: list[Need]) -> list[Need]:
        return list(dict.fromkeys(needs))

    @property
    def minimum_age(self) -> int | None:
        """The youngest age that it is for, None for any."""
        ages = [rule.minimum for rule in self.rules if rule.kind is RuleKind.AGE]
        return max((age for age in ages if age is not None), default=None)

    @property
    def maximum_age(self) -> int | None:
        """The oldest age that it is for, None for any."""
        ages = [rule.maximum for rule in self.rules if rule.kind is RuleKind.AGE]
        return min((age for age in ages if age is not None), default=None)


class Inside(Part):
    """What only workers of the partnership may read."""

    direct_line: Line = ""
    duty_rota: Text = ""
    referral_rules: Text = ""
    thresholds: Text = ""
    # The kind of request (`lintel.requests.states.Kind`) that "use this service" starts.
    request_kind: Line = ""
    notes: Text = ""


class Document(Part):
    """A version of an entry: the public part, and what is for partners only."""

    entry: Entry
    inside: Inside = Field(default_factory=Inside)

    def stored(self) -> dict[str, Any]:
        """As JSON, for a column."""
        return self.model_dump(mode="json", exclude_defaults=False)
