"""The directory as a booklet: numbered entries, and the two ways to look one up on paper."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lintel.directory.entry import Entry, Phone
from lintel.directory.exports.rows import cover_words, place_words
from lintel.directory.hours import week_words
from lintel.directory.queries.finding import Found
from lintel.directory.states import Need, ReferralRoute
from lintel.web.words import date_words


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of the booklet."""

    number: int
    name: str
    organisation: str
    summary: str
    phones: list[str]
    email: str
    url: str
    places: list[str]
    hours: list[tuple[str, str]]
    who: list[str]
    covers: list[str]
    ask: str
    who_asks: str
    cost: str
    checked: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Booklet:
    """All of it: entries by name, and indexes of words and the numbers that stand under them."""

    leaves: list[Leaf]
    emergency: list[Leaf]
    by_need: list[tuple[str, list[int]]]
    by_place: list[tuple[str, list[int]]]


def booklet(found: Sequence[Found], urgent: Iterable[Found]) -> Booklet:
    """The booklet of these services; entries stand by name, whatever order they came in.

    `urgent`: emergency services, which stand at the front of every booklet.
    """
    ordered = sorted(found, key=lambda one: one.entry.name.casefold())
    leaves = [_leaf(number, one) for number, one in enumerate(ordered, start=1)]
    needs: dict[str, list[int]] = defaultdict(list)
    places: dict[str, list[int]] = defaultdict(list)
    for leaf, one in zip(leaves, ordered, strict=True):
        for need in one.entry.needs:
            needs[Need(need).label].append(leaf.number)
        for place in places_of(one.entry):
            places[place].append(leaf.number)
    return Booklet(
        leaves=leaves,
        emergency=[_leaf(0, one) for one in urgent],
        by_need=[(need.label, needs[need.label]) for need in Need if need.label in needs],
        by_place=sorted(places.items(), key=lambda pair: pair[0].casefold()),
    )


def places_of(entry: Entry) -> list[str]:
    """The names under which somebody looks for a service: its towns, and what it covers."""
    found = [place.city for place in entry.locations if place.city]
    found += [words for words in cover_words(entry) if not words.startswith("not ")]
    return list(dict.fromkeys(found))


def _phone(phone: Phone) -> str:
    return f"{phone.number} ({phone.label})" if phone.label else phone.number


def _leaf(number: int, one: Found) -> Leaf:
    entry = one.entry
    return Leaf(
        number=number,
        name=entry.name,
        organisation=one.organisation,
        summary=entry.summary,
        phones=[_phone(phone) for phone in entry.phones],
        email=entry.email,
        url=entry.url,
        places=place_words(entry),
        hours=week_words(entry),
        who=[rule.words for rule in entry.rules],
        covers=cover_words(entry),
        ask=entry.how_to_ask,
        who_asks="; ".join(ReferralRoute(route).label for route in entry.referral),
        cost=entry.fees,
        checked=date_words(one.checked_on) if one.checked_on else "",
        stale=one.stale,
    )
