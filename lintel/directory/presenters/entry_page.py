"""The page of one entry, in words."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from lintel.agencies.queries import Colleague, Link
from lintel.directory.entry import Catchment, Entry, Inside, Location, Piece, Rule
from lintel.directory.hours import week_words
from lintel.directory.presenters import services
from lintel.directory.queries.one import Reported, Shown
from lintel.directory.states import CatchmentKind, Need, RuleKind, Status
from lintel.web import plain
from lintel.web.words import date_words, datetime_words, listed

HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?")
# The page on which each kind of request starts; the domain of requests is above this one.
STARTS = {
    "concern": "requests:concern",
    "referral": "requests:referral",
    "advice": "requests:advice",
    "message": "requests:message",
}
START_WORDS = {
    "concern": "Raise a concern",
    "referral": "Refer somebody to this service",
    "advice": "Ask for advice without a name",
    "message": "Leave a message to pass on",
}


def page(shown: Shown, *, now: datetime) -> dict[str, Any]:
    """All that anybody may read of it."""
    entry = shown.entry
    return {
        "shown": shown,
        "entry": entry,
        "hours": services.hours_line(shown.open),
        "caption": "" if shown.organisation == entry.name else shown.organisation,
        "calls": services.calls(entry.phones),
        "website": website(entry.url),
        "description": plain.blocks(entry.description),
        "how_to_ask": plain.blocks(entry.how_to_ask),
        "who_may_ask": services.who_may_ask(entry),
        "week": week_words(entry, timezone.localdate(now)),
        "places": [place(one) for one in entry.locations],
        "needs": [Need(need).label for need in entry.needs],
        "ages": ages(entry),
        "rules": [rule(one) for one in entry.rules if one.kind is not RuleKind.EXCLUSION],
        "exclusions": [rule(one) for one in entry.rules if one.kind is RuleKind.EXCLUSION],
        "catchments": [
            words
            for one in entry.catchments
            if (words := catchment(one, shown.areas, timezone.localdate(now)))
        ],
        "languages": listed(entry.languages),
        "waiting": services.waiting_words(entry.waiting),
        "capacity": capacity(entry),
        "checked": services.checked_words(shown.checked_on, stale=shown.stale),
        "closed_for_good": entry.status is Status.DEFUNCT,
        "shut": shown.open.open is not True,
    }


def for_worker(
    shown: Shown, members: Iterable[Colleague], theirs: Iterable[Link], ours: Iterable[Link]
) -> dict[str, Any]:
    """What a worker reads beside: the inside, who is there today, how to ask through Lintel."""
    people = list(members)
    inside = shown.inside or Inside()
    return {
        "direct": services.direct_line(shown.inside),
        "inside": [
            {"key": key, "html": plain.blocks(text)}
            for key, text in (
                ("Duty rota", inside.duty_rota),
                ("Referral rules", inside.referral_rules),
                ("Thresholds", inside.thresholds),
                ("Notes", inside.notes),
            )
            if text
        ],
        "on_duty": [colleague(one) for one in people if one.on_duty],
        "leads": [colleague(one) for one in people if one.leads],
        "members": [colleague(one) for one in people if not one.leads and not one.on_duty],
        "theirs": [link(one) for one in theirs],
        "ours": [link(one) for one in ours],
        "use": use(shown),
        "own_href": _href("directory:own-entry", shown) if shown.sees else "",
    }


def use(shown: Shown) -> dict[str, str] | None:
    """The button that starts a request to this service; None where it takes none here."""
    kind = shown.inside.request_kind if shown.inside else ""
    kind = kind or ("referral" if shown.team_id else "")
    if kind not in STARTS:
        return None
    to = reverse(STARTS[kind])
    if kind == "referral":
        if shown.team_id is None:
            return None
        to = f"{to}?{urlencode({'to_team': shown.team_id})}"
    return {"text": START_WORDS[kind], "href": to}


def report(one: Reported) -> dict[str, str]:
    """What somebody said is wrong."""
    return {
        "words": one.words,
        "when": datetime_words(one.at),
        "href": reverse("directory:report-settle", args=[one.report_id]),
    }


def website(url: str) -> dict[str, str] | None:
    """The service's own page; None for an address that no browser should be sent to."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(parts.netloc):
        return None
    return {
        "text": parts.netloc.removeprefix("www.") + parts.path.rstrip("/"),
        "href": parts.geturl(),
    }


def place(one: Location) -> dict[str, Any]:
    """Where it is: lines of an address, how to get in, and what kind of place it is."""
    lines = (one.name, one.address_1, one.address_2, one.city, one.county, one.postcode)
    kinds = {"postal": "For letters only", "virtual": "Online or by telephone", "physical": ""}
    return {
        "lines": list(dict.fromkeys(line for line in lines if line)),
        "access": plain.blocks(one.access),
        "kind": kinds[one.type],
    }


def ages(entry: Entry) -> str:
    """For which ages it is."""
    youngest, oldest = entry.minimum_age, entry.maximum_age
    if youngest and oldest is not None:
        return f"Aged {youngest} to {oldest}"
    if youngest:
        return f"Aged {youngest} and over"
    return f"Aged up to {oldest}" if oldest is not None else "Any age"


def rule(one: Rule) -> dict[str, Any]:
    """A rule, with where it is written down."""
    return {
        "words": one.words,
        "source": one.source,
        "link": website(one.source_url),
        "diagnosis": one.diagnosis_alone,
    }


def capacity(entry: Entry) -> str:
    """Free places, as last said."""
    found = entry.capacity
    if found is None or found.available is None:
        return ""
    of = f" of {found.maximum}" if found.maximum is not None else ""
    return f"{found.available}{of} {found.unit} free (said on {date_words(found.as_of)})"


def catchment(one: Catchment, names: Mapping[str, str], today: date) -> str:
    """The addresses that it covers, in a sentence; empty once it has ended."""
    if one.valid_to and one.valid_to < today:
        return ""
    held = [_piece(piece, names) for piece in one.pieces if not piece.excluding]
    without = [_piece(piece, names) for piece in one.pieces if piece.excluding]
    words = listed(held) or "Nothing"
    words = words[:1].upper() + words[1:]
    if without:
        words += f", but not {listed(without, last='or')}"
    if one.valid_from and one.valid_from > today:
        words += f", from {date_words(one.valid_from)}"
    if one.valid_to:
        words += f", until {date_words(one.valid_to)}"
    return f"{words}. {one.note}" if one.note else words


def _piece(piece: Piece, names: Mapping[str, str]) -> str:
    if piece.label:
        return piece.label
    if piece.kind is CatchmentKind.WHOLE:
        return "the whole partnership"
    if piece.kind is CatchmentKind.DRAWN:
        return "an area drawn on the map"
    if piece.kind is CatchmentKind.GP:
        return f"people registered with {len(piece.codes)} GP practices"
    if piece.kind is CatchmentKind.AREAS:
        return listed(names.get(code, code) for code in piece.codes)
    return f"postcodes that begin with {listed(piece.codes, last='or')}"


def colleague(one: Colleague) -> dict[str, str]:
    """A worker of the team, with how to reach them."""
    return {
        "name": one.name,
        "job": one.job_title,
        "phone": one.phone,
        "tel": services.tel(one.phone),
        "email": one.email,
    }


def link(one: Link) -> dict[str, Any]:
    """A link worker, and who covers today."""
    return {
        "worker": colleague(one.worker),
        "team": one.team,
        "covers": one.covers,
        "away": date_words(one.away_until) if one.away_until else "",
        "today": colleague(one.today) if one.today else None,
        "same": one.today is not None and one.today.worker_id == one.worker.worker_id,
    }


def _href(name: str, shown: Shown) -> str:
    for value in (shown.slug, shown.service_id):
        try:
            return reverse(name, args=[value])
        except NoReverseMatch:
            continue
    return ""
