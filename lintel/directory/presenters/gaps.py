"""What is missing, in words: rows of tables, and of the same tables as CSV."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html

from lintel.directory.queries import gaps
from lintel.directory.queries.gaps import FAULTS
from lintel.directory.queries.responsibility import Chain
from lintel.directory.states import Need
from lintel.web import safe
from lintel.web.words import count_words, date_words, listed

Cells = list[Any]
Named = dict[UUID, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One list of what is missing: its page, its words, and how many."""

    page: str
    text: str
    number: int
    hint: str = ""


@dataclass(slots=True)
class Listed:
    """A list to show and to export: `plain` has the cells of each row as texts, for CSV."""

    columns: list[dict[str, Any]]
    rows: list[Cells] = field(default_factory=list)
    plain: list[list[str]] = field(default_factory=list)

    @property
    def header(self) -> list[str]:
        """The columns' headings."""
        return [column["text"] for column in self.columns]


def entry_href(service: UUID) -> str:
    """The page where a service's entry is kept, which the partnership lead may see."""
    return reverse("directory:own-entry", args=[service])


def linked(names: Named, service: UUID) -> dict[str, str] | str:
    """A service's name as a cell."""
    if service not in names:
        return "Taken out meanwhile"
    return {"text": names[service][1], "href": entry_href(service)}


def cover_columns(needs: Sequence[Need]) -> list[dict[str, Any]]:
    """Ward, then the needs."""
    return [{"text": "Ward", "sort": "name"}, *({"text": need.label} for need in needs)]


def cell_words(cell: gaps.Cell) -> str:
    """What a cell of the table says."""
    services = count_words(cell.services, "service")
    if not cell.is_gap:
        return services
    if cell.uncovered == cell.neighbourhoods:
        return "Nobody"
    return f"{services}, none in {cell.uncovered} of {cell.neighbourhoods} neighbourhoods"


def cell_html(cell: gaps.Cell) -> Any:
    """The same with a mark whose shape tells it, not its colour."""
    # Nothing, a part, all: an empty ring, half of one, a full one.
    mark = "●" if not cell.is_gap else "○" if cell.uncovered == cell.neighbourhoods else "◐"
    return {
        "html": safe.html(
            format_html(
                '<span class="lintel-cover" aria-hidden="true">{}</span> {}', mark, cell_words(cell)
            )
        )
    }


def wards(found: gaps.Coverage, chosen: Iterable[gaps.WardCover]) -> Listed:
    """The table of wards and needs."""
    shown = Listed(cover_columns(found.needs))
    for ward in chosen:
        shown.rows.append([ward.name, *(cell_html(cell) for cell in ward.cells)])
        shown.plain.append([ward.name, *(cell_words(cell) for cell in ward.cells)])
    return shown


def overlaps(found: Iterable[gaps.Overlap], names: Named) -> Listed:
    """Pairs of services over the same neighbourhoods."""
    shown = Listed(
        [
            {"text": "One service"},
            {"text": "The other"},
            {"text": "Need"},
            {"text": "Where", "sort": "where"},
            {"text": "What decides now"},
        ]
    )
    for pair in found:
        decides = pair.decides
        if pair.first is not None and pair.first in names:
            decides = f"{decides}: {names[pair.first][1]} in {pair.example}"
        where = (
            f"{count_words(pair.neighbourhoods, 'neighbourhood')}, for example {pair.example}"
            if pair.neighbourhoods > 1
            else pair.example
        )
        cells: Cells = [
            linked(names, pair.one),
            linked(names, pair.other),
            listed(need.label for need in pair.needs),
            where,
            f"{decides}. Both have priority {pair.priority}.",
        ]
        _add(shown, cells)
    return shown


def entries(found: Iterable[gaps.EntryFault], waits: dict[UUID, Chain]) -> Listed:
    """Entries with a fault, and with whom they wait."""
    shown = Listed(
        [
            {"text": "Entry", "sort": "name"},
            {"text": "Agency", "sort": "agency"},
            {"text": "What is wrong"},
            {"text": "Last checked", "sort": "checked"},
            {"text": "Waits with"},
        ]
    )
    for one in found:
        chain = waits.get(one.service_id, ())
        holders = listed(f"{who.name} ({who.why})" for who in chain[0]) if chain else "Nobody"
        _add(
            shown,
            [
                {"text": one.name or one.slug, "href": entry_href(one.service_id)},
                one.agency,
                ". ".join(FAULTS[fault] for fault in one.faults),
                date_words(one.checked_on) or "Never",
                holders,
            ],
        )
    return shown


def misroutes(found: Iterable[gaps.MisroutedSector], names: Named) -> Listed:
    """Catchments that sent people to the wrong team; the last column is the view's."""
    shown = Listed(
        [
            {"text": "Service"},
            {"text": "Postcode sector", "sort": "sector"},
            {"text": "How often", "sort": "times", "numeric": True},
            {"text": "Last time", "sort": "last"},
            {"text": "Which team was right"},
        ]
    )
    for one in found:
        _add(
            shown,
            [
                linked(names, one.service_id),
                one.sector or "Not known",
                str(one.times),
                date_words(one.last),
                listed(one.right_teams) or "Not said",
            ],
        )
    return shown


def feeds(found: Iterable[gaps.FeedTrouble]) -> Listed:
    """Feeds that don't keep in step."""
    shown = Listed(
        [{"text": "Feed"}, {"text": "What happened"}, {"text": "Last read"}, {"text": "In words"}]
    )
    for one in found:
        href = reverse("directory:feed", args=[one.feed_id])
        name = {"text": one.name, "href": href}
        _add(shown, [name, one.why, date_words(one.last) or "Never", one.words])
    return shown


def until_words(at: datetime) -> str:
    """A moment, to be posted back as it was."""
    return at.isoformat()


def _add(shown: Listed, cells: Cells) -> None:
    shown.rows.append(cells)
    shown.plain.append([_plain(cell) for cell in cells])


def _plain(cell: Any) -> str:
    return str(cell["text"]) if isinstance(cell, dict) else str(cell)
