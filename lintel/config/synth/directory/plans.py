"""What an invented entry is planned as, and short ways to write it down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from lintel.directory.entry import (
    Capacity,
    Catchment,
    Closure,
    Document,
    Entry,
    Hours,
    Inside,
    Location,
    Phone,
    Piece,
    Rule,
    Waiting,
)
from lintel.directory.states import (
    DAYS,
    Audience,
    BankHolidays,
    CatchmentKind,
    Day,
    Need,
    ReferralRoute,
    RuleKind,
    VersionState,
)

# Ids are made of names, so that the same area has the same addresses each time.
SPACE = UUID("5e7e1e00-0000-5000-8000-00000000da7a")
INVENTED = "This service is invented for the demonstration: it does not exist."


@dataclass(frozen=True)
class Land:
    """What plans need of the invented land: points of postcodes, outlines and codes of areas."""

    points: Mapping[str, tuple[float, float]]
    # GeoJSON of a council's surroundings, drawn a little too large, as people draw.
    around: Callable[[str], dict[str, Any]]
    # A rough circle: postcode of its middle, kilometres.
    ring: Callable[[str, float], dict[str, Any]]
    # Codes of Shethernley's wards by name.
    wards: Mapping[str, str]


@dataclass(frozen=True)
class Open:
    """A later version that somebody is working on."""

    state: VersionState
    changes: Mapping[str, Any]
    note: str
    comment: str = ""


@dataclass(frozen=True)
class Plan:
    """An entry: whose it is, what it says, and when somebody last checked it."""

    slug: str
    # The slug of an agency, or a name of `community.ORGANISATIONS`.
    organisation: str
    entry: Entry
    inside: Inside = field(default_factory=Inside)
    team: str = ""
    audience: Audience = Audience.PUBLIC
    checked: int = 20
    open: Open | None = None
    # The name of the worker who keeps it where that isn't the lead of its team.
    owner: str = ""

    @property
    def document(self) -> Document:
        """The version that is published."""
        return Document(entry=self.entry, inside=self.inside)


def id_of(*names: str) -> UUID:
    """The id of an invented thing."""
    return uuid5(SPACE, "/".join(names))


def at(days: str, hours: str, **more: Any) -> Hours:
    """Hours such as ("MO-FR SU", "09:00-17:00"); `more`: fields of `Hours`."""
    opens, closes = hours.split("-")
    chosen: list[Day] = []
    for part in days.split():
        first, _, last = part.partition("-")
        start = DAYS.index(Day(first))
        chosen += DAYS[start : DAYS.index(Day(last or first)) + 1]
    return Hours(days=chosen, opens=opens, closes=closes, **more)


def office(**more: Any) -> list[Hours]:
    """Nine to five, Monday to Friday."""
    return [at("MO-FR", "09:00-17:00", **more)]


def christmas(today: date) -> Closure:
    """The coming days off at the end of the year."""
    year = today.year - (today < date(today.year, 1, 4))
    return Closure(first=date(year, 12, 24), last=date(year + 1, 1, 3), why="Christmas")


def winter(today: date) -> Closure:
    """The coming weeks in which nothing grows."""
    year = today.year + (today > date(today.year, 2, 14))
    return Closure(first=date(year, 1, 4), last=date(year, 2, 14), why="Winter break")


NIGHTS = [at("MO-SU", "18:00-08:00", bank_holidays=BankHolidays.OPEN)]


def hall(land: Land, slug: str, name: str, address: str, postcode: str, **more: Any) -> Location:
    """Somewhere to go, at a postcode of the invented area."""
    lon, lat = land.points[postcode]
    return Location(
        id=id_of("location", slug, name),
        at_id=id_of("at", slug, name),
        name=name,
        address_1=address,
        city="Suffield" if postcode.startswith("QX7") else "Shethernley",
        postcode=postcode,
        lon=lon,
        lat=lat,
        **more,
    )


def needs(words: str) -> list[Need]:
    """Needs by their codes, such as "crisis low_mood"."""
    return [Need(word) for word in words.split()]


def routes(words: str) -> list[ReferralRoute]:
    """Routes of referral by their codes, such as "self landlord"."""
    return [ReferralRoute(word) for word in words.split()]


def phone(number: str, label: str = "") -> list[Phone]:
    """One number."""
    return [Phone(number=number, label=label)]


def whole(priority: int = 5) -> list[Catchment]:
    """The whole partnership."""
    return [Catchment(pieces=[Piece(kind=CatchmentKind.WHOLE)], priority=priority)]


def districts(*codes: str, priority: int = 5, label: str = "") -> list[Catchment]:
    """Postcode districts."""
    piece = Piece(kind=CatchmentKind.POSTCODES, codes=list(codes), label=label)
    return [Catchment(pieces=[piece], priority=priority)]


def wards(codes: list[str], label: str, *, priority: int = 5) -> list[Catchment]:
    """Areas by their codes."""
    piece = Piece(kind=CatchmentKind.AREAS, codes=codes, label=label)
    return [Catchment(pieces=[piece], priority=priority)]


def covering(covers: tuple[str, ...]) -> list[Catchment]:
    """What a team's plan says that it covers: "*", or postcode districts."""
    if "*" in covers:
        return whole()
    return districts(*covers) if covers else []


def ages(words: str, source: str, low: int | None = None, high: int | None = None) -> Rule:
    """A rule of age, with where it is written down."""
    return Rule(kind=RuleKind.AGE, words=words, minimum=low, maximum=high, source=source)


def not_for(words: str, source: str = "", **more: Any) -> Rule:
    """An exclusion."""
    return Rule(kind=RuleKind.EXCLUSION, words=words, source=source, **more)


def wait(today: date, days: int, words: str = "", said: int = 10) -> Waiting:
    """How long people wait, as said so many days ago."""
    return Waiting(days=days, words=words, as_of=today - timedelta(days=said))


def room(today: date, free: int, of: int, unit: str = "places", said: int = 5) -> Capacity:
    """Places free, as said so many days ago."""
    return Capacity(unit=unit, available=free, maximum=of, as_of=today - timedelta(days=said))
