"""Statistics of stays and delays, and the one way in which a saving may be stated.

Lengths of stay are compared by Welch's t interval, which takes unequal groups; the quantile of t
is Cornish and Fisher's expansion (Abramowitz and Stegun, 26.7.5), right to a hundredth of a day
for the groups of five and more that are ever shown.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist, fmean, stdev

NOT_RANDOMISED = (
    "The two groups were not randomised: who came before and who came after may differ in other "
    "ways, and so may the times."
)
PLACES_NOT_RANDOMISED = (
    "Nobody was placed by chance, so the two were not randomised: what each place costs now is set "
    "beside what somebody expects a home here to cost. Who can come home, and what they need "
    "there, may differ, and so may the cost."
)
CAN_SHOW = (
    "The comparison can show that stays became shorter or longer, and by how much more than chance "
    "would explain. It can’t show why: other services, seasons, and who was admitted changed too."
)
ENDED_ONLY = (
    "Only stays that have ended count. Long stays that still go on are missing, most of all among "
    "the latest, so the later average may be too short."
)
CONFIDENCE = 0.95
DAYS_A_YEAR = 365


class Compared(StrEnum):
    """What a saving compares: stays before and after something, or one place and another."""

    TIMES = "times"
    PLACES = "places"


# What must be said of each comparison.
CAVEATS = {Compared.TIMES: NOT_RANDOMISED, Compared.PLACES: PLACES_NOT_RANDOMISED}


class NotStated(ValueError):
    """A saving that doesn't say how what it compares came about."""


@dataclass(frozen=True, slots=True)
class Group:
    """The stays of a group: how many, their mean length in days, and its standard error."""

    n: int
    mean: float
    error: float

    def interval(self) -> tuple[float, float]:
        """Within which the mean lies, 95 times of 100."""
        half = t_quantile(0.5 + CONFIDENCE / 2, self.n - 1) * self.error
        return max(self.mean - half, 0), self.mean + half


@dataclass(frozen=True, slots=True)
class Difference:
    """How many days shorter the second group's stays were, with its interval."""

    days: float
    low: float
    high: float

    @property
    def could_be_chance(self) -> bool:
        """Whether the interval holds nought."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Saving:
    """A saving in pence, as stated: made by `state_saving` alone, and never without its caveat."""

    pence: int
    words: str
    caveat: str
    compared: Compared = Compared.TIMES

    def __post_init__(self) -> None:
        if CAVEATS[self.compared] not in self.caveat:
            raise NotStated("A saving says that what it compares was not randomised.")

    def __str__(self) -> str:
        return f"{self.words} {self.caveat}"


def group(lengths: Collection[int]) -> Group:
    """A group from the lengths of its stays. Raises ValueError for fewer than two."""
    if len(lengths) < 2:
        raise ValueError("One stay has no spread.")
    return Group(len(lengths), fmean(lengths), stdev(lengths) / math.sqrt(len(lengths)))


def t_quantile(share: float, freedom: float) -> float:
    """The value below which this share of Student's t lies."""
    z = NormalDist().inv_cdf(share)
    v = max(freedom, 1)
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )


def difference(before: Group, after: Group) -> Difference:
    """How much shorter stays are afterwards (Welch)."""
    days = before.mean - after.mean
    a, b = before.error**2, after.error**2
    if a + b == 0:
        return Difference(days, days, days)
    freedom = (a + b) ** 2 / (a**2 / (before.n - 1) + b**2 / (after.n - 1))
    half = t_quantile(0.5 + CONFIDENCE / 2, freedom) * math.sqrt(a + b)
    return Difference(days, days - half, days + half)


def pounds(pence: float) -> str:
    """Whole pounds, as people write them."""
    return f"£{round(pence / 100):,}"


def about(pence: float) -> str:
    """Two figures of it, as a report says: about £37,000, about £1.6 million."""
    whole = round(abs(pence) / 100)
    if whole == 0:
        return "£0"
    digits = len(str(whole)) - 2
    said = round(whole, -digits) if digits > 0 else whole
    if said >= 1_000_000:
        return f"£{said / 1_000_000:g} million"
    return f"£{said:,}"


def state_saving(
    *,
    pence: float,
    of_what: str,
    caveat: str,
    up_to: float | None = None,
    compared: Compared = Compared.TIMES,
) -> Saving:
    """The only way to state a saving. `of_what` in words, such as “a person”.

    `up_to`: the other end of a range. Raises NotStated unless the caveat says that the two groups,
    or places, were not randomised.
    """
    verb = "less" if pence >= 0 else "more"
    said, near = pounds(abs(pence)), about(pence)
    if up_to is not None and round(up_to) != round(pence):
        said, near = f"{said} to {pounds(abs(up_to))}", f"{near} to {about(up_to)}"
    return Saving(round(pence), f"{said} {verb} {of_what} (about {near}).", caveat, compared)


def stay_saving(
    found: Difference,
    *,
    night_pence: int,
    highest_pence: int | None = None,
    caveat: str = NOT_RANDOMISED,
) -> Saving:
    """What shorter stays come to at the cost of a night (seed 003), or at a range of costs.

    Raises NotStated.
    """
    days = round(found.days)
    return state_saving(
        pence=days * night_pence,
        up_to=None if highest_pence is None else days * highest_pence,
        of_what="a person",
        caveat=caveat,
    )


@dataclass(frozen=True, slots=True)
class Away:
    """The group picture of placements away, in pence a year (seed 002, Wales)."""

    people: int
    away_pence: int
    home_pence: int
    priced: int

    @property
    def difference(self) -> int:
        """What the placements cost more than the homes here would."""
        return self.away_pence - self.home_pence


def year_pence(week_pence: int) -> int:
    """A year of a weekly cost."""
    return round(week_pence * DAYS_A_YEAR / 7)


def away(weeks: Collection[tuple[int, int | None]]) -> Away:
    """From what each placement costs a week, and what the home here would cost, if known.

    Only people whose home is priced are compared: a home that nobody priced is not free.
    """
    priced = [(w, h) for w, h in weeks if h is not None]
    return Away(
        people=len(weeks),
        away_pence=sum(year_pence(w) for w, _ in priced),
        home_pence=sum(year_pence(h) for _, h in priced),
        priced=len(priced),
    )


def away_saving(found: Away, *, caveat: str = PLACES_NOT_RANDOMISED) -> Saving:
    """What bringing them home would come to in a year. Raises NotStated."""
    return state_saving(
        pence=found.difference, of_what="a year", caveat=caveat, compared=Compared.PLACES
    )
