"""What a visitor asks for: the place kept for them, and the words and filters of the address.

A postcode that somebody looks up may be a home: it is sent by POST, kept in the session for as
long as a session may be idle, and is never part of an address (ADR 0022).
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from lintel.directory.forms.finding import FindForm
from lintel.directory.place import Place, Unplaced
from lintel.directory.queries import places
from lintel.directory.queries.finding import Filters
from lintel.web.http import OpenRequest

KEY = "directory_place"
LONGEST = 100
# A whole postcode, wherever it stands in what was typed.
POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)


def keep(request: OpenRequest, typed: str, code: str = "") -> None:
    """Keep the place that was typed (or the one chosen among several, by its code).

    A visitor's session then ends with the place: it is deleted half an hour after its last use.
    A worker's ends by its own rules, which are no longer.
    """
    kept = {"typed": typed[:LONGEST], "code": code, "at": int(request.now.timestamp())}
    request.session[KEY] = kept
    if request.actor is None and not request.user.is_authenticated:
        request.session.set_expiry(int(settings.LINTEL_SESSION_IDLE_MINUTES * 60))


def forget(request: HttpRequest) -> None:
    """Forget the place."""
    request.session.pop(KEY, None)


def kept_place(request: OpenRequest) -> Place | None:
    """The place that this visitor looked up last; None when there is none, or too long ago."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    kept = request.session.get(KEY)
    if not kept:
        return None
    now, at = int(request.now.timestamp()), int(kept.get("at", 0))
    if now - at > settings.LINTEL_SESSION_IDLE_MINUTES * 60:
        forget(request)
        return None
    if now - at > 60:  # A write a minute, not a write a page.
        request.session[KEY] = {**kept, "at": now}
    try:
        return located(str(kept.get("typed", "")), str(kept.get("code", "")))
    except Unplaced:
        forget(request)
        return None


def located(typed: str, code: str = "") -> Place:
    """The place that is meant. Raises Unplaced, Ambiguous (with choices) for several."""
    return places.place_of(code) if code else places.find(typed)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as asked for: its form, and the filters that the form's good fields make."""

    form: FindForm
    filters: Filters
    place: Place | None
    workers: bool


def asked(request: OpenRequest) -> Asked:
    """The search that this address and the kept place ask for; what is wrong narrows nothing."""
    place = kept_place(request)
    form = FindForm(request.GET, placed=place is not None and place.lon is not None)
    form.is_valid()
    good = form.cleaned_data
    within = good.get("within")
    filters = Filters(
        words=words_of(request),
        need=good.get("need") or "",
        age=good.get("age"),
        place=place,
        miles=float(within) if within else None,
        open_at=request.now if good.get("open") else None,
        order=good.get("sort") or ("near" if place and not words_of(request) else "best"),
    )
    return Asked(form, filters, place, request.actor is not None)


def words_of(request: HttpRequest) -> str:
    """The words that are looked for."""
    return " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
