"""Where a service of a feed is to be found, and when it is open there."""

from typing import Any
from uuid import UUID

from lintel.directory.entry import Hours, Location
from lintel.directory.feeds.mending import Mender, joined, made_id, read_id
from lintel.directory.feeds.schedules import MOST, hours_of
from lintel.directory.place import Unplaced, tidy_postcode

Row = dict[str, Any]
KINDS = {"physical", "postal", "virtual"}


def read(raw: Row, key: str, mender: Mender) -> tuple[list[Location], list[Hours]]:
    """The locations of an entry, each once, and the opening times of it and of each of them."""
    found: dict[UUID, Location] = {}
    given: list[tuple[Row, UUID | None]] = []
    ats: dict[str, UUID] = {}
    for number, at in enumerate(mender.rows(raw.get("service_at_locations"), "Locations")):
        row = at.get("location")
        if not isinstance(row, dict):
            mender.note("wrong_type", "Location")
            continue
        place = _location(row, key, number, mender)
        found.setdefault(place.id, place)
        ats[str(at.get("id"))] = place.id
        given += [(one, place.id) for one in _schedules(at, mender) + _schedules(row, mender)]
    given = [
        (one, ats.get(str(one.get("service_at_location_id")))) for one in _schedules(raw, mender)
    ] + given
    hours = [rule for one, place_id in given[:MOST] if (rule := hours_of(one, place_id, mender))]
    return list(found.values()), hours


def _schedules(row: Row, mender: Mender) -> list[Row]:
    return mender.rows(row.get("schedules"), "Opening times", MOST)


def _location(row: Row, key: str, number: int, mender: Mender) -> Location:
    address = _address(mender.rows(row.get("addresses"), "Addresses"))
    lon, lat = mender.point(row.get("latitude"), row.get("longitude"))
    kind = str(row.get("location_type") or "physical").lower()
    if kind not in KINDS:
        mender.note("wrong_type", "Kind of location", kind)
        kind = "physical"
    own = read_id(row.get("id"))
    # Locations of one feed are shared by services; one without an id belongs to its service.
    place_id = own or made_id("location", row.get("id") or f"{key}/{number}")
    return Location.model_validate(
        {
            "id": place_id,
            # Ours: two services, or two feeds, may call theirs the same.
            "at_id": made_id("at", key, place_id),
            "type": kind,
            "name": mender.line(row.get("name"), "Location"),
            "address_1": mender.line(address.get("address_1"), "Address"),
            "address_2": mender.line(address.get("address_2"), "Address"),
            "city": mender.line(address.get("city"), "Address"),
            "county": mender.line(
                address.get("state_province") or address.get("region"), "Address"
            ),
            "postcode": _postcode(address.get("postal_code"), mender),
            "lon": lon,
            "lat": lat,
            "access": _access(row, mender),
        }
    )


def _address(rows: list[Row]) -> Row:
    """The address to go to, else the first."""
    physical = [row for row in rows if row.get("address_type") == "physical"]
    return (physical or rows or [{}])[0]


def _postcode(value: object, mender: Mender) -> str:
    typed = mender.line(value, "Postcode", 20)
    if not typed:
        return ""
    try:
        return tidy_postcode(typed)
    except Unplaced:
        mender.note("bad_postcode", "", typed)
        return ""


def _access(row: Row, mender: Mender) -> str:
    said = [
        mender.text(one.get("description") or one.get("accessibility"), "Accessibility")
        for one in mender.rows(row.get("accessibility"), "Accessibility")
    ]
    return mender.cut(joined(dict.fromkeys(said)), "Accessibility", 20_000)
