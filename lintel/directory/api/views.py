"""The addresses under `/oruk/v3/`: parse, ask once, tell."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lintel.directory.api import openapi
from lintel.directory.api.answers import open_data, told
from lintel.directory.api.parameters import NARROWING, NEARNESS, PAGING, PER_PAGE, read
from lintel.directory.oruk import shapes
from lintel.directory.place import Place
from lintel.directory.queries import open_data as queries
from lintel.directory.queries import open_terms
from lintel.kernel.errors import Invalid, NotFound

VERSION = "HSDS-UK-3.0"
PROFILE = "https://docs.openreferraluk.org/"
Make = Callable[[str, int, int], tuple[int, Sequence[Mapping[str, Any]]]]


@open_data
def about(request: HttpRequest) -> HttpResponse:
    """What this is."""
    read(request.GET, ())
    url = f"{settings.LINTEL_PUBLIC_URL}/oruk/v3/openapi.json"
    found = {"version": VERSION, "profile": PROFILE, "openapi_url": url}
    return told(request, lambda _: found, fixed=True)


@open_data
def description(request: HttpRequest) -> HttpResponse:
    """The description, OpenAPI 3.1."""
    read(request.GET, ())
    stated = (settings.LINTEL_OPEN_DATA_LICENCE, settings.LINTEL_OPEN_DATA_LICENCE_URL)
    return told(request, lambda _: _described(*stated), fixed=True)


@cache
def _described(licence: str, licence_url: str) -> dict[str, Any]:
    return openapi.described(licence, licence_url)


@open_data
def services(request: HttpRequest) -> HttpResponse:
    """Services, a page of them."""
    given = read(request.GET, (*PAGING, *NARROWING))
    today = timezone.localdate()

    def make(edition: str, first: int, number: int) -> tuple[int, list[dict[str, Any]]]:
        filters = _filters(given, edition)
        found = queries.services(filters, today, first=first, number=number)
        return found.total, [shapes.service(card, today) for card in found.items]

    return _page(request, given, make)


@open_data
def service(request: HttpRequest, oruk_id: str) -> HttpResponse:
    """One service, whole."""
    read(request.GET, ())

    def make(_: str) -> dict[str, Any]:
        found = queries.service(_uuid(oruk_id))
        return shapes.full_service(found.card, found.entry, found.names, timezone.localdate())

    return told(request, make)


@open_data
def at_locations(request: HttpRequest) -> HttpResponse:
    """Services at locations, a page of them."""
    given = read(request.GET, (*PAGING, *NARROWING, *NEARNESS))
    today = timezone.localdate()
    if "proximity" in given and "postcode" not in given:
        raise Invalid({"proximity": "Send a postcode too: metres are counted from it."})
    place = _placed(given["postcode"]) if "postcode" in given else None

    def make(edition: str, first: int, number: int) -> tuple[int, list[dict[str, Any]]]:
        filters = _filters(given, edition, place)
        found = queries.at_locations(filters, today, first=first, number=number)
        return found.total, [shapes.at(one.card, one.place, today) for one in found.items]

    return _page(request, given, make)


@open_data
def at_location(request: HttpRequest, oruk_id: str) -> HttpResponse:
    """One service at a location, whole."""
    read(request.GET, ())

    def make(_: str) -> dict[str, Any]:
        found, place = queries.at_location(_uuid(oruk_id))
        today = timezone.localdate()
        return shapes.full_at(found.card, place, found.entry, found.names, today)

    return told(request, make)


@open_data
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations that run the services, a page of them."""
    given = read(request.GET, PAGING)

    def make(_: str, first: int, number: int) -> tuple[int, list[dict[str, Any]]]:
        found = queries.organisations(first=first, number=number)
        return found.total, [shapes.organisation(one) for one in found.items]

    return _page(request, given, make)


@open_data
def organisation(request: HttpRequest, oruk_id: str) -> HttpResponse:
    """One organisation, with its services as a list tells them."""
    read(request.GET, ())

    def make(_: str) -> dict[str, Any]:
        runs, cards = queries.organisation(_uuid(oruk_id))
        today = timezone.localdate()
        return shapes.organisation(runs) | {
            "services": [shapes.service(card, today) for card in cards]
        }

    return told(request, make)


@open_data
def taxonomies(request: HttpRequest) -> HttpResponse:
    """Taxonomies that are in use, a page of them."""
    given = read(request.GET, PAGING)

    def make(edition: str, first: int, number: int) -> tuple[int, list[dict[str, Any]]]:
        found = list(open_terms.vocabulary(edition).taxonomies.values())
        return len(found), found[first : first + number]

    return _page(request, given, make)


@open_data
def taxonomy(request: HttpRequest, oruk_id: str) -> HttpResponse:
    """One taxonomy, with its terms."""
    read(request.GET, ())

    def make(edition: str) -> dict[str, Any]:
        words = open_terms.vocabulary(edition)
        asked = _uuid(oruk_id)
        terms = [word.told() for word in words.of_taxonomy(asked)]
        whole: dict[str, Any] = _known(words.taxonomies, asked) | {"taxonomy_terms": terms}
        return whole

    return told(request, make)


@open_data
def terms(request: HttpRequest) -> HttpResponse:
    """Terms that are in use, a page of them."""
    given = read(request.GET, PAGING)

    def make(edition: str, first: int, number: int) -> tuple[int, list[dict[str, Any]]]:
        found = list(open_terms.vocabulary(edition).words.values())
        return len(found), [word.told() for word in found[first : first + number]]

    return _page(request, given, make)


@open_data
def term(request: HttpRequest, oruk_id: str) -> HttpResponse:
    """One term."""
    read(request.GET, ())
    return told(
        request,
        lambda edition: _known(open_terms.vocabulary(edition).words, _uuid(oruk_id)).told(),
    )


@open_data
def absent(request: HttpRequest, **_: str) -> HttpResponse:
    """An address that isn't here."""
    raise NotFound


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


def _known(found: Mapping[UUID, Any], asked: UUID) -> Any:
    if asked not in found:
        raise NotFound
    return found[asked]


def _placed(code: str) -> Place:
    try:
        return queries.postcode(code)
    except NotFound:
        raise Invalid({"postcode": "This directory doesn’t know where that postcode is."}) from None


def _filters(given: Mapping[str, Any], edition: str, place: Place | None = None) -> queries.Filters:
    groups: list[tuple[UUID, ...]] = []
    if "taxonomy_term_id" in given:
        groups.append((given["taxonomy_term_id"],))
    if "taxonomy_id" in given:
        words = open_terms.vocabulary(edition).of_taxonomy(given["taxonomy_id"])
        groups.append(tuple(word.id for word in words))
    return queries.Filters(
        search=given.get("search"),
        terms=tuple(groups),
        minimum_age=given.get("minimum_age"),
        maximum_age=given.get("maximum_age"),
        starts=given.get("start_time"),
        ends=given.get("end_time"),
        day=given.get("day"),
        modified_after=given.get("modified_after"),
        place=place,
        metres=given.get("proximity"),
    )


def _page(request: HttpRequest, given: Mapping[str, Any], make: Make) -> HttpResponse:
    """A page, with the standard's keys and with links to the others (RFC 8288)."""
    number, size = given.get("page", 1), given.get("per_page", PER_PAGE)

    def whole(edition: str) -> dict[str, Any]:
        total, contents = make(edition, (number - 1) * size, size)
        pages = -(-total // size)
        return {
            "total_items": total,
            "total_pages": pages,
            "page_number": number,
            "size": len(contents),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not contents,
            "contents": contents,
        }

    return told(
        request,
        whole,
        links=lambda page: _links(request, page["page_number"], page["total_pages"]),
        # A postcode is close to personal: nobody on the way keeps what was told for it.
        kept="postcode" not in given,
    )


def _links(request: HttpRequest, number: int, pages: int) -> str:
    last = max(pages, 1)
    others = {"first": 1, "prev": min(number - 1, last), "next": number + 1, "last": last}
    here = f"{settings.LINTEL_PUBLIC_URL}{request.path}"
    query = {name: value for name, value in request.GET.items() if name != "page"}
    return ", ".join(
        f'<{here}?{urlencode(query | {"page": page})}>; rel="{name}"'
        for name, page in others.items()
        if 1 <= page <= last
    )
