"""Rows of the directory for tests: an entry, published as an owner's version would be."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils.text import slugify

from lintel.directory.actions import put
from lintel.directory.entry import (
    Catchment,
    Document,
    Entry,
    Hours,
    Inside,
    Location,
    Phone,
    Piece,
)
from lintel.directory.models import Area, Organisation, Postcode, Service
from lintel.directory.states import DAYS, AreaKind, Audience, CatchmentKind, Day
from tests.support.db import as_role

# A Wednesday in the middle of the morning.
NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
CHECKED = date(2026, 2, 1)
# The middle of the invented QX1 2AB.
LON, LAT = -2.1, 53.1


def whole(priority: int = 5) -> Catchment:
    """The whole partnership."""
    return Catchment(pieces=[Piece(kind=CatchmentKind.WHOLE)], priority=priority)


def postcodes(*codes: str, priority: int = 5, but: tuple[str, ...] = ()) -> Catchment:
    """Postcode districts or sectors, without those in `but`."""
    pieces = [Piece(kind=CatchmentKind.POSTCODES, codes=list(codes))]
    if but:
        pieces.append(Piece(kind=CatchmentKind.POSTCODES, codes=list(but), excluding=True))
    return Catchment(pieces=pieces, priority=priority)


def drawn(*ring: tuple[float, float], priority: int = 5, label: str = "") -> Catchment:
    """An area drawn on the map: its corners (longitude, latitude)."""
    corners = [list(corner) for corner in (*ring, ring[0])]
    shape = {"type": "Polygon", "coordinates": [corners]}
    return Catchment(
        pieces=[Piece(kind=CatchmentKind.DRAWN, shape=shape, label=label)], priority=priority
    )


def areas(*codes: str, priority: int = 5) -> Catchment:
    """Local areas by their codes."""
    return Catchment(pieces=[Piece(kind=CatchmentKind.AREAS, codes=list(codes))], priority=priority)


def hours(
    days: str | list[Day] = "weekdays", opens: str = "09:00", closes: str = "17:00", **more: Any
) -> Hours:
    """A rule of opening times; Monday to Friday, nine to five, unless told."""
    chosen = list(DAYS[:5]) if days == "weekdays" else list(DAYS) if days == "daily" else days
    return Hours(days=list(chosen), opens=opens, closes=closes, **more)


def at(lon: float | None = LON, lat: float | None = LAT, **more: Any) -> Location:
    """Where a service is."""
    values = {
        "name": "Market House",
        "address_1": "1 Market Street",
        "city": "Shethernley",
        "postcode": "QX1 2AB",
    }
    return Location(lon=lon, lat=lat, **{**values, **more})


def entry(name: str = "North team", **values: Any) -> Entry:
    """An entry with something in each part; covers the whole partnership unless told."""
    given: dict[str, Any] = {
        "summary": f"{name} helps people to keep their home",
        "description": "We listen first.",
        "phones": [Phone(number="01632 960001")],
        "needs": ["money"],
        "hours": [hours()],
        "locations": [at()],
        "catchments": [whole()],
        **values,
    }
    return Entry(name=name, **given)


def organisation(name: str = "Shethernley Council", **values: Any) -> Organisation:
    """Who runs services; one for each name."""
    return Organisation.objects.get_or_create(name=name, defaults=values)[0]


def published(
    name: str = "North team",
    *,
    slug: str = "",
    audience: Audience = Audience.PUBLIC,
    inside: Inside | None = None,
    owned_by: str = "Shethernley Council",
    checked_on: date | None = CHECKED,
    now: datetime = NOW,
    service: dict[str, Any] | None = None,
    **values: Any,
) -> Service:
    """A published service whose entry has these values (`entry`).

    `service`: values of the row itself: `team`, `owner`, `deputy`, `feed`...
    """
    made = Service.objects.create(
        slug=slug or f"{slugify(name)[:60]}-{uuid4().hex[:6]}",
        organisation=organisation(owned_by),
        audience=audience,
        checked_on=checked_on,
        modified=now,
        **(service or {}),
    )
    publish(made, entry(name, **values), inside, now=now)
    return made


def publish(
    service: Service, entry: Entry, inside: Inside | None = None, *, now: datetime = NOW
) -> None:
    """Publish another text of a service's entry."""
    # As the database's own superuser: no worker is bound in a test that only sets the scene.
    with as_role("postgres"), transaction.atomic():
        put([(service, Document(entry=entry, inside=inside or Inside()))], now=now)


def postcode(code: str = "QX1 2AB", **values: Any) -> Postcode:
    """A postcode that is known, in the invented ward W1 of the invented council C1."""
    given = {"lon": LON, "lat": LAT, "council": "C1", "ward": "W1", "lsoa": "L1", **values}
    with as_role("lintel_import"):
        return Postcode.objects.create(code=code, **given)


def area(code: str, kind: AreaKind = AreaKind.WARD, name: str = "", **values: Any) -> Area:
    """A local area; `ours` unless told."""
    given = {"name": name or f"Area {code}", "ours": True, **values}
    with as_role("lintel_import"):
        return Area.objects.create(code=code, kind=kind, **given)


def geography() -> None:
    """The invented council, ward and neighbourhood that `postcode` is in."""
    area("C1", AreaKind.COUNCIL, "Shethernley")
    area("W1", AreaKind.WARD, "Market", parent="C1")
    area("L1", AreaKind.LSOA, "Market 001A", parent="W1")


def analyse(*tables: str) -> None:
    """Tell the planner what the tables hold, as the server does by itself in time."""
    with as_role("postgres"), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
