"""The present selection to take away: on a map, as a booklet, as files and a calendar.

Only what the public reads, for workers too: paper and files travel (ADR 0017).
"""

from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lintel.directory.exports.calendar import calendar_of
from lintel.directory.exports.rows import HEADER, WIDTHS, rows
from lintel.directory.presenters import maps
from lintel.directory.presenters.booklet import booklet as made_booklet
from lintel.directory.queries import finding, large, mapping
from lintel.directory.states import Need
from lintel.directory.views import asked as asking
from lintel.kernel.errors import NotFound, TooMany
from lintel.web.http import OpenRequest, for_everybody
from lintel.web.spreadsheets import csv_answer, xlsx_answer

BUSY = (
    "Somebody else takes many services away at this moment. Try again in a minute, or choose a "
    "need or a place: fewer services can be had at any time."
)
MAP_COLUMNS = [{"text": "Number"}, {"text": "Service"}, {"text": "Where"}, {"text": "Now"}]


@for_everybody
@require_safe
@transaction.atomic
def on_a_map(request: OpenRequest) -> HttpResponse:
    """The services that fit, on a map with its table; one entry's catchment with `entry`."""
    what, one = asking.asked(request), _one(request)
    shown = [one] if one else _chosen(request, what)[0]
    marks = maps.marks(shown)
    areas = mapping.outlines()
    land = mapping.catchment_of(one.entry) if one else None
    title = f"Map: {one.entry.name}" if one else "Map of services"
    context = {
        "picture": maps.picture(areas, marks, land, href=_entry, title=title),
        "data": maps.data(areas, marks, land, href=_entry, tiles=_tiles()),
        "marks": marks,
        "most": maps.MOST_MARKS,
        "left_out": len(marks) == maps.MOST_MARKS,
        "columns": MAP_COLUMNS,
        "rows": maps.table(shown, marks, _entry),
        "unplaced": len(shown) - len(maps.placed(shown)),
        "selection": one.entry.name if one else selection_words(what),
        "back": _entry(one.slug) if one else _list(request),
    }
    return render(request, "directory/map.html", context)


@for_everybody
@require_safe
@transaction.atomic
def booklet(request: OpenRequest) -> HttpResponse:
    """The services that fit, to print: contents, entries, indexes by need and by place."""
    what = asking.asked(request)
    found, count = _chosen(request, what)
    crisis = finding.found(finding.Filters(need=Need.CRISIS), when=request.now)
    context = {
        "booklet": made_booklet(found, [one for one in crisis if one.entry.emergency]),
        "left_out": max(0, count - finding.AT_MOST),
        "today": timezone.localdate(request.now),
        "address": f"{settings.LINTEL_PUBLIC_URL}{reverse('directory:start')}",
        "selection": selection_words(what),
        "back": _list(request),
    }
    return render(request, "directory/booklet.html", context)


@for_everybody
@require_safe
@transaction.atomic
def as_csv(request: OpenRequest) -> HttpResponse:
    """The services that fit, as a table for any program."""
    return csv_answer("directory", HEADER, rows(_all(request)))


@for_everybody
@require_safe
@transaction.atomic
def as_xlsx(request: OpenRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    found = rows(_all(request))
    return xlsx_answer("directory", HEADER, found, sheet="Directory", widths=WIDTHS)


@for_everybody
@require_safe
@transaction.atomic
def as_calendar(request: OpenRequest) -> HttpResponse:
    """Opening times of the services that fit, as iCalendar; of one entry with `entry`."""
    one = _one(request)
    chosen = [one] if one else _all(request)
    made = calendar_of(
        [(row.service_id, row.entry) for row in chosen],
        timezone.localdate(request.now),
        stamp=request.now,
        region=settings.LINTEL_REGION,
    )
    return _file(made, "text/calendar; charset=utf-8", "opening-times.ics")


def selection_words(what: asking.Asked) -> str:
    """What was chosen, in words; never the place itself, which may be somebody's home."""
    filters = what.filters
    parts = [f"“{filters.words}”"] if filters.words else []
    parts += [Need(filters.need).label] if filters.need else []
    parts += [f"age {filters.age}"] if filters.age is not None else []
    parts += [f"within {filters.miles:g} miles of your place"] if filters.miles else []
    parts += ["open now"] if filters.open_at else []
    return ", ".join(parts) or "All services"


def _one(request: OpenRequest) -> finding.Found | None:
    """The one entry that is asked for, None where it is none. Raises NotFound."""
    slug = request.GET.get("entry", "")
    if not slug:
        return None
    found = finding.public_one(slug, when=request.now) if slug.isprintable() else None
    if found is None:
        raise NotFound
    return found


def _chosen(request: OpenRequest, what: asking.Asked) -> tuple[list[finding.Found], int]:
    """The services that fit, as many as may be taken away, and how many there are in all.

    Raises TooMany while another large selection is being made.
    """
    ids, count = finding.matching(what.filters, limit=finding.AT_MOST)
    if not large.may_be_read(len(ids)):
        raise TooMany(BUSY)
    return finding.read(ids, what.filters, when=request.now), count


def _all(request: OpenRequest) -> list[finding.Found]:
    return _chosen(request, asking.asked(request))[0]


def _list(request: HttpRequest) -> str:
    """The list of the same selection."""
    kept = {key: value for key, value in request.GET.items() if key not in ("entry", "page")}
    return f"{reverse('directory:search')}{f'?{urlencode(kept)}' if kept else ''}"


def _entry(slug: str) -> str:
    return reverse("directory:entry", args=[slug])


def _tiles() -> dict[str, str] | None:
    if not settings.LINTEL_MAP_TILES:
        return None
    return {"url": settings.LINTEL_MAP_TILES, "attribution": settings.LINTEL_MAP_ATTRIBUTION}


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
