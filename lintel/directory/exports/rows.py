"""Entries as rows of a table: for CSV, XLSX, and whoever wants a list on paper."""

from collections.abc import Iterable, Iterator

from lintel.directory.entry import Entry
from lintel.directory.hours import week_words
from lintel.directory.queries.finding import Found
from lintel.directory.states import CatchmentKind, Need, ReferralRoute

HEADER = (
    "Service",
    "Run by",
    "What it is for",
    "About",
    "Telephone",
    "E-mail",
    "Website",
    "Where",
    "Postcode",
    "Opening times",
    "Who it is for",
    "Ages from",
    "Ages to",
    "Covers",
    "Who can ask",
    "How to ask",
    "Cost",
    "Languages",
    "Waiting time",
    "Last checked",
)
# How wide the first columns of a spreadsheet are, in characters.
WIDTHS = (34, 28, 30, 50, 22, 28, 30, 40, 12, 40)
# The most characters that a cell of a spreadsheet holds.
LONGEST = 32_000


def rows(found: Iterable[Found]) -> Iterator[list[str]]:
    """One row a service, in the order given; nothing that is for partners only is in it."""
    for one in found:
        entry = one.entry
        yield [
            entry.name,
            one.organisation,
            "; ".join(Need(need).label for need in entry.needs),
            entry.summary or entry.description[:LONGEST],
            "; ".join(f"{p.label} {p.number}".strip() for p in entry.phones),
            entry.email,
            entry.url,
            "; ".join(place_words(entry)),
            "; ".join(place.postcode for place in entry.locations if place.postcode),
            hours_words(entry),
            "; ".join(rule.words for rule in entry.rules),
            "" if entry.minimum_age is None else str(entry.minimum_age),
            "" if entry.maximum_age is None else str(entry.maximum_age),
            "; ".join(cover_words(entry)),
            "; ".join(ReferralRoute(route).label for route in entry.referral),
            entry.how_to_ask[:LONGEST],
            entry.fees,
            "; ".join(entry.languages),
            entry.waiting.words if entry.waiting else "",
            one.checked_on.isoformat() if one.checked_on else "",
        ]


def place_words(entry: Entry) -> list[str]:
    """Each location in one line; a line each, none twice."""
    lines = []
    for place in entry.locations:
        parts = (place.name, place.address_1, place.address_2, place.city, place.postcode)
        lines.append(", ".join(dict.fromkeys(part for part in parts if part)))
    return list(dict.fromkeys(line for line in lines if line))


def hours_words(entry: Entry) -> str:
    """The week's opening times in one line."""
    return "; ".join(f"{day} {words}" for day, words in week_words(entry))


def cover_words(entry: Entry) -> list[str]:
    """What the catchments hold, as their owners wrote it, in short lines."""
    lines = []
    for catchment in entry.catchments:
        for piece in catchment.pieces:
            kind = CatchmentKind(piece.kind)
            words = piece.label or (", ".join(piece.codes) if piece.codes else kind.label)
            lines.append(f"not {words}" if piece.excluding else words)
    return lines
