"""What is missing in the directory: the partnership lead's lists, each with what to do about it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lintel.directory import policy
from lintel.directory.actions import settling
from lintel.directory.presenters import gaps as words
from lintel.directory.queries import gaps
from lintel.kernel.errors import Invalid
from lintel.web import lists
from lintel.web.http import LintelRequest
from lintel.web.spreadsheets import csv_answer
from lintel.web.words import count_words

T = TypeVar("T")
SETTLED_LATELY = timedelta(days=90)


def _parts(now: datetime) -> list[words.Part]:
    """The lists with their numbers."""
    entries = gaps.entries(now)
    faults = [
        words.Part(
            reverse("directory:gaps-entries") + f"?fault={fault}",
            text,
            sum(fault in one.faults for one in entries),
        )
        for fault, text in gaps.FAULTS.items()
    ]
    return [
        words.Part(
            reverse("directory:gaps-wards") + "?only=gaps",
            "Needs that nobody covers in a ward",
            len(gaps.coverage(now).gaps),
        ),
        words.Part(
            reverse("directory:gaps-overlaps"),
            "Teams that cover the same addresses with the same priority",
            len(gaps.overlaps(now)),
        ),
        *faults,
        words.Part(
            reverse("directory:gaps-misroutes"),
            "Catchments that sent people to the wrong team",
            len(gaps.misroutes()),
        ),
        words.Part(reverse("directory:gaps-feeds"), "Feeds with trouble", len(gaps.feeds(now))),
    ]


@require_safe
def overview(request: LintelRequest) -> HttpResponse:
    """All lists with their counts."""
    policy.lead(request.actor)
    parts = _parts(request.now)
    tasks = [
        {
            "text": part.text,
            "href": part.page,
            "status": count_words(part.number, "to look at", "to look at")
            if part.number
            else "Nothing",
            "done": not part.number,
        }
        for part in parts
    ]
    return render(request, "directory/lead/gaps.html", {"tasks": tasks})


@require_safe
def wards(request: LintelRequest) -> HttpResponse:
    """Wards and needs: how many services, and where there is none."""
    policy.lead(request.actor)
    everybody = request.GET.get("readers") == "everybody"
    found = gaps.coverage(request.now, workers=not everybody)
    sort = lists.Sort.of(request, {"name", "missing"}, "name")
    looked_for = request.GET.get("q", "").strip()[:100]
    chosen = [w for w in found.wards if looked_for.casefold() in w.name.casefold()]
    if only := request.GET.get("only") == "gaps":
        chosen = [ward for ward in chosen if any(cell.is_gap for cell in ward.cells)]
    chosen.sort(key=lambda ward: ward.name.casefold(), reverse=sort.down)
    if sort.key == "missing":
        chosen.sort(key=lambda w: sum(c.uncovered for c in w.cells), reverse=sort.down)
    filters = [
        ("only", "gaps", "Only wards where something is missing", only),
        ("readers", "everybody", "Only services that everybody may read of", everybody),
        ("sort", "-missing", "Most missing first", sort.key == "missing"),
    ]
    missing = found.gaps
    summary = (
        f"{count_words(len(missing), 'gap')} in "
        f"{count_words(len({ward.code for ward, _ in missing}), 'ward')} "
        f"of {len(found.wards)}."
        if missing
        else f"No gap in any of {count_words(len(found.wards), 'ward')}."
    )
    return _answer(
        request,
        "wards",
        chosen,
        lambda rows: words.wards(found, rows),
        sort=sort,
        summary=summary,
        filters=filters,
        looked_for=looked_for,
        search="Find a ward",
    )


@require_safe
def overlaps(request: LintelRequest) -> HttpResponse:
    """Pairs of services that cover the same addresses with the same priority."""
    policy.lead(request.actor)
    found = gaps.overlaps(request.now)
    sort = lists.Sort.of(request, {"where"}, "-where")
    found.sort(key=lambda pair: pair.neighbourhoods, reverse=sort.down)
    return _answer(
        request,
        "overlaps",
        found,
        lambda rows: words.overlaps(
            rows, gaps.names({s for pair in rows for s in (pair.one, pair.other)})
        ),
        sort=sort,
        summary=f"{count_words(len(found), 'pair')} of services.",
    )


@require_safe
def entries(request: LintelRequest) -> HttpResponse:
    """Entries with a fault, by agency."""
    policy.lead(request.actor)
    every = gaps.entries(request.now)
    fault = request.GET.get("fault", "")
    agency = request.GET.get("agency", "")[:200]
    found = [one for one in every if fault not in gaps.FAULTS or fault in one.faults]
    agencies = sorted({one.agency for one in found})
    if agency in agencies:
        found = [one for one in found if one.agency == agency]
    keys: dict[str, Callable[[gaps.EntryFault], Any]] = {
        "name": lambda one: one.name.casefold(),
        "agency": lambda one: (one.agency.casefold(), one.name.casefold()),
        "checked": lambda one: (one.checked_on is not None, one.checked_on),
    }
    sort = lists.Sort.of(request, set(keys), "agency")
    found.sort(key=keys[sort.key], reverse=sort.down)
    filters = [("fault", key, text, key == fault) for key, text in gaps.FAULTS.items()]
    counts = {name: sum(one.agency == name for one in found) for name in agencies}
    return _answer(
        request,
        "entries",
        found,
        lambda rows: words.entries(
            rows, gaps.waits_with([one.service_id for one in rows], request.now)
        ),
        sort=sort,
        summary=count_words(len(found), "entry", "entries")
        + (f" of {agency}." if agency in agencies else "."),
        filters=filters,
        extra={
            "agencies": [
                (f"{name} ({counts[name]})", lists.address(request, agency=name, page=None))
                for name in agencies
                if counts[name]
            ],
            "every_agency": lists.address(request, agency=None, page=None) if agency else "",
        },
    )


@require_safe
def misroutes(request: LintelRequest) -> HttpResponse:
    """Catchments that sent people to the wrong team, and a button for those that are mended."""
    policy.lead(request.actor)
    found = gaps.misroutes()
    keys: dict[str, Callable[[gaps.MisroutedSector], Any]] = {
        "times": lambda one: one.times,
        "sector": lambda one: one.sector,
        "last": lambda one: one.last,
    }
    sort = lists.Sort.of(request, set(keys), "-times")
    found.sort(key=keys[sort.key], reverse=sort.down)
    lately = gaps.settled(timezone.localdate(request.now - SETTLED_LATELY))
    summary = f"{count_words(sum(one.times for one in found), 'request')} went to the wrong team"
    if lately:
        summary += f". {lately} more were settled in the last three months"

    def shown(rows: Sequence[gaps.MisroutedSector]) -> words.Listed:
        return words.misroutes(rows, gaps.names({one.service_id for one in rows}))

    return _answer(
        request, "misroutes", found, shown, sort=sort, summary=f"{summary}.", settle=True
    )


@require_POST
def settle(request: LintelRequest) -> HttpResponse:
    """Mark what one sector's catchment sent astray as settled."""
    try:
        number = settling.settle_misroutes(
            request.actor,
            service_id=UUID(request.POST.get("service", "")),
            sector=request.POST.get("sector", "")[:6],
            until=datetime.fromisoformat(request.POST.get("until", "")),
            now=request.now,
        )
    except ValueError as unread:
        raise Invalid({"": "Choose one of the list"}) from unread
    messages.success(request, f"{count_words(number, 'wrong turn')} marked as settled.")
    return redirect("directory:gaps-misroutes")


@require_safe
def feeds(request: LintelRequest) -> HttpResponse:
    """Feeds that failed, kept entries out, or were not read in time."""
    policy.lead(request.actor)
    found = gaps.feeds(request.now)
    summary = f"{count_words(len(found), 'feed')} with trouble."
    return _answer(request, "feeds", found, words.feeds, summary=summary)


TITLES = {
    "wards": "Needs and wards",
    "overlaps": "Overlapping catchments",
    "entries": "Entries to put right",
    "misroutes": "Catchments that misroute",
    "feeds": "Feeds with trouble",
}


def _answer(
    request: LintelRequest,
    name: str,
    found: list[T],
    present: Callable[[list[T]], words.Listed],
    *,
    summary: str,
    sort: lists.Sort | None = None,
    filters: Sequence[tuple[str, str, str, bool]] = (),
    looked_for: str = "",
    search: str = "",
    settle: bool = False,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """The list's page, or all of it as CSV. `filters`: (parameter, value, words, chosen)."""
    if request.GET.get("format") == "csv":
        shown = present(found)
        return csv_answer(f"directory-{name}", shown.header, shown.plain)
    page = lists.page_of(request, found)
    shown = present(list(page))
    context = {
        "name": name,
        "title": TITLES[name],
        "summary": summary,
        "columns": shown.columns,
        "rows": shown.rows,
        "page": page,
        "page_link": lists.page_link(request),
        "sort": sort,
        "export": lists.address(request, format="csv", page=None),
        "filters": [
            {
                "text": text,
                "chosen": chosen,
                "href": lists.address(request, **{key: None if chosen else value}, page=None),
            }
            for key, value, text, chosen in filters
        ],
        "search": search,
        "looked_for": looked_for,
        "keep": {k: v for k, v in request.GET.items() if k not in {"q", "page", "format"}},
        "settle": [
            {
                "service": str(one.service_id),
                "sector": one.sector,
                "until": words.until_words(one.last),
                "about": f"{cells[2]} from {one.sector or 'an unknown sector'}",
            }
            for one, cells in zip(page, shown.rows, strict=True)
        ]
        if settle
        else [],
        "agencies": [],
        "every_agency": "",
        **(extra or {}),
    }
    return render(request, "directory/lead/list.html", context)
