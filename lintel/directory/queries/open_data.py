"""What open data tells: published to everybody, and nothing of anything else.

No actor: whoever asks is nobody. Only tables that hold public things are read (`Service`, `At`,
`Opening`, `Organisation`, and the geography), in a number of queries that doesn't grow with the
page. A list is one query for the count and one for the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import numpy as np
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from lintel.directory.entry import Closure, Entry, Location
from lintel.directory.models import Area, At, Catchment, Opening, Organisation, Postcode, Service
from lintel.directory.oruk import ids
from lintel.directory.oruk.areas import area_codes
from lintel.directory.oruk.shapes import Card, Runs
from lintel.directory.place import Place
from lintel.directory.queries.distance import held_by, in_box, metres_from
from lintel.directory.queries.editions import facts
from lintel.directory.queries.narrowing import askable
from lintel.directory.states import Audience, CatchmentKind, ServiceState
from lintel.kernel.errors import NotFound

T = TypeVar("T")
SHOWN = Q(state=ServiceState.PUBLISHED, audience=Audience.PUBLIC)
RUNS = ("id", "name", "description", "url", "email", "logo")
COLUMNS = (
    "id",
    "name",
    "summary",
    "status",
    "minimum_age",
    "maximum_age",
    "checked_on",
    "modified",
    *(f"organisation__{name}" for name in RUNS),
    "feed__name",
    "feed__licence",
    # Of the document only what a list tells: a drawn catchment may be long.
    "document__description",
    "document__url",
    "document__email",
    "document__fees",
    "document__assured_on",
    "document__closures",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; None for whatever. Times are minutes after midnight, days 0 to 6.

    `terms`: of each group a service must have one.
    `place`: only services whose area holds it, or that have none, the nearest first. `metres`:
    only those not further from the place.
    """

    search: str | None = None
    terms: tuple[tuple[UUID, ...], ...] = ()
    minimum_age: int | None = None
    maximum_age: int | None = None
    starts: float | None = None
    ends: float | None = None
    day: int | None = None
    modified_after: datetime | None = None
    place: Place | None = None
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """So many of all that there is."""

    total: int
    items: Sequence[T]


@dataclass(frozen=True, slots=True)
class Located:
    """A service at one of its locations."""

    card: Card
    place: Location


@dataclass(frozen=True, slots=True)
class Whole:
    """A service with its document, and the names of the local areas in it by code."""

    card: Card
    entry: Entry
    names: dict[str, str]


def services(filters: Filters, today: date, *, first: int, number: int) -> Page[Card]:
    """Services in the order of their names: `number` of them after the `first`."""
    found = _services(filters, today)
    total = found.count()
    # Which come first, then what they are: else every document that is skipped would be opened.
    some = found.order_by("name", "id").values("pk")[first : first + number]
    rows = Service.objects.filter(pk__in=some).order_by("name", "id").values(*COLUMNS)
    return Page(total, [_card(row) for row in (rows if total else [])])


def service(service_id: UUID) -> Whole:
    """One service, whole. Raises NotFound for what isn't published to everybody."""
    row = Service.objects.filter(SHOWN, pk=service_id).values(*COLUMNS, "document").first()
    if row is None:
        raise NotFound
    entry = Entry.model_validate(row["document"])
    return Whole(_card(row), entry, _names(entry))


def at_locations(filters: Filters, today: date, *, first: int, number: int) -> Page[Located]:
    """Services at locations: the nearest first if there is a place, else by name."""
    found = At.objects.filter(service__in=_services(filters, today).values("pk"))
    order: list[Any] = ["service__name", "service_id", "id"]
    if filters.place is not None:
        found, order = _around(found, filters.place, filters.metres, today), ["metres", *order]
        order[0] = F("metres").asc(nulls_last=True)
    total = found.count()
    some = list(found.order_by(*order).values_list("pk", flat=True)[first : first + number])
    columns = [f"service__{name}" for name in COLUMNS]
    rows = {
        row["pk"]: row for row in At.objects.filter(pk__in=some).values("pk", "document", *columns)
    }
    return Page(
        total,
        [
            Located(_card(row, "service__"), Location.model_validate(row["document"]))
            # One may have been taken out meanwhile.
            for row in (rows[pk] for pk in some if pk in rows)
        ],
    )


def at_location(at_id: UUID) -> tuple[Whole, Location]:
    """A service at a location, whole. Raises NotFound."""
    row = At.objects.filter(pk=at_id).values("service_id", "document").first()
    if row is None:
        raise NotFound
    return service(row["service_id"]), Location.model_validate(row["document"])


def organisations(*, first: int, number: int) -> Page[Runs]:
    """Organisations that run a service that is told, by name."""
    found = _organisations()
    total = found.count()
    rows = found.order_by("name", "id").values(*RUNS)[first : first + number] if total else []
    return Page(total, [Runs(**row) for row in rows])


def organisation(organisation_id: UUID) -> tuple[Runs, list[Card]]:
    """An organisation with its services. Raises NotFound."""
    row = _organisations().filter(pk=organisation_id).values(*RUNS).first()
    if row is None:
        raise NotFound
    own = Service.objects.filter(SHOWN, organisation_id=organisation_id)
    return Runs(**row), [_card(one) for one in own.order_by("name", "id").values(*COLUMNS)]


def postcode(code: str) -> Place:
    """Where a whole postcode, tidied, is. Raises NotFound for one that has no point here."""
    row = Postcode.objects.filter(code=code, lon__isnull=False, lat__isnull=False).first()
    if row is None:
        raise NotFound
    areas = frozenset(filter(None, (row.lsoa, row.ward, row.council)))
    return Place(postcode=code, lon=row.lon, lat=row.lat, areas=areas)


def _services(filters: Filters, today: date) -> QuerySet[Service]:
    found = Service.objects.filter(SHOWN)
    if filters.search:
        found = found.filter(pk__in=RawSQL(SEARCH, [askable(filters.search)]))  # noqa: S611
    for terms in filters.terms:
        found = found.filter(_with_terms(terms))
    if filters.minimum_age is not None:
        found = found.filter(minimum_age__gte=filters.minimum_age)
    if filters.maximum_age is not None:
        found = found.filter(maximum_age__lte=filters.maximum_age)
    if filters.modified_after is not None:
        found = found.filter(modified__gte=filters.modified_after)
    hours = _openings(filters, today)
    return found if hours is None else found.filter(Exists(hours))


SEARCH = "SELECT id FROM directory_service WHERE search @@ websearch_to_tsquery('english', %s)"


def _with_terms(terms: Sequence[UUID]) -> Q:
    """Services with any of the terms: our needs are kept apart from imported terms."""
    needs = [str(ids.NEED_OF[term]) for term in terms if term in ids.NEED_OF]
    return Q(needs__overlap=needs) | Q(term_ids__overlap=list(terms))


def _openings(filters: Filters, today: date) -> QuerySet[Opening] | None:
    """Openings in force today, of which one has to fit; None if no hours are asked for."""
    asked = {
        "weekday": filters.day,
        "opens__gte": filters.starts,
        "closes__lte": filters.ends,
    }
    asked = {name: value for name, value in asked.items() if value is not None}
    if not asked:
        return None
    in_force = Q(valid__isnull=True) | Q(valid__contains=today)
    return Opening.objects.filter(in_force, service=OuterRef("pk"), **asked)


def _around(found: QuerySet[At], place: Place, metres: int | None, today: date) -> QuerySet[At]:
    """Those whose area holds the place and that are near enough, with their distance."""
    areas = Catchment.objects.filter(service=OuterRef("service_id"), excluding=False)
    found = (
        found.annotate(held=held_by(_holding(place, today)))
        .filter(
            Q(held=True)
            | ~Exists(areas)
            # Where somebody is registered, a postcode doesn't tell.
            | Exists(areas.filter(kind=CatchmentKind.GP))
        )
        .annotate(metres=metres_from(place))
    )
    if metres is None:
        return found
    return found.annotate(boxed=in_box(place, metres)).filter(boxed=True, metres__lte=metres)


def _holding(place: Place, today: date) -> list[str]:
    """The public services whose area holds the place today."""
    known = facts()
    held = known.index.holding_many(
        np.asarray([place.lon], dtype=np.float64),
        np.asarray([place.lat], dtype=np.float64),
        today,
        codes=[[*place.areas, *place.prefixes]],
        services=known.fitting(need=None, workers=False),
        outside=np.asarray([place.ours is False]),
    )
    return [known.index.services[number] for number in held.service.tolist()]


def _organisations() -> QuerySet[Organisation]:
    shown = Service.objects.filter(SHOWN, organisation=OuterRef("pk"))
    return Organisation.objects.filter(Exists(shown))


def _names(entry: Entry) -> dict[str, str]:
    codes = area_codes(entry)
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def _card(row: dict[str, Any], prefix: str = "") -> Card:
    """A row of `COLUMNS` (each after the prefix)."""
    own = {name: row[prefix + name] for name in COLUMNS}
    assured = own["document__assured_on"]
    return Card(
        id=own["id"],
        runs=Runs(**{name: own[f"organisation__{name}"] for name in RUNS}),
        name=own["name"],
        modified=own["modified"],
        status=own["status"],
        summary=own["summary"],
        description=own["document__description"] or "",
        url=own["document__url"] or "",
        email=own["document__email"] or "",
        fees=own["document__fees"] or "",
        minimum_age=own["minimum_age"],
        maximum_age=own["maximum_age"],
        checked_on=own["checked_on"],
        assured_on=date.fromisoformat(assured) if assured else None,
        closures=[Closure.model_validate(one) for one in own["document__closures"] or []],
        source=own["feed__name"] or "",
        licence=own["feed__licence"] or "",
    )
