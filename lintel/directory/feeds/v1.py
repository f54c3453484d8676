"""The older shape (Open Referral UK 1) in the words of the newer one. Renames, and no more.

Lists of v1 feeds hold `pc_targetAudience` and `attending_*`; the pages of single services hold
`regular_schedules`, `eligibilitys`, `service_taxonomys`, `physical_addresses` and the like.
"""

from collections.abc import Callable, Mapping
from typing import Any

from lintel.directory.feeds.mending import made_id

AUDIENCE = "pc_targetAudience"
Row = dict[str, Any]


def _rows(value: object) -> list[Row]:
    if isinstance(value, dict):
        return [value]
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _renamed(names: Mapping[str, str]) -> Callable[[Row], Row]:
    return lambda row: {names.get(key, key): value for key, value in row.items()}


def _schedule(row: Row) -> Row:
    """`weekday` of the oldest feeds stands beside `byday`; every week unless said."""
    found = dict(row)
    found.setdefault("freq", "WEEKLY")
    if not found.get("byday") and isinstance(found.get("weekday"), str):
        found["byday"] = found["weekday"][:2].upper()
    return found


def _schedules(row: Row) -> list[Row]:
    given = row.get("regular_schedules") or row.get("regular_schedule")
    return [_schedule(one) for one in _rows(given)]


def _at(row: Row) -> Row:
    location = row.get("location")
    found = {**row, "schedules": _schedules(row)}
    if isinstance(location, dict):
        addresses = location.get("physical_addresses") or location.get("physical_address")
        access = location.get("accessibility_for_disabilities")
        found["location"] = {
            "location_type": "physical",
            **location,
            "addresses": _rows(addresses) or location.get("addresses"),
            "accessibility": [{"description": one.get("accessibility")} for one in _rows(access)],
        }
    return found


def _audience(row: Row) -> Row:
    """Its ids differ from entry to entry; the words are what is the same."""
    words = row.get("audienceType")
    name = words.strip() if isinstance(words, str) else words
    key = made_id(AUDIENCE, str(name).lower()) if name else None
    return {"taxonomy_term": {"id": str(key), "name": name, "taxonomy": AUDIENCE}} if name else {}


def _terms(raw: Row) -> list[Row]:
    given = raw.get("service_taxonomys") or raw.get("taxonomies")
    term = _renamed({"vocabulary": "taxonomy"})
    nested = [one["taxonomy"] for one in _rows(given) if isinstance(one.get("taxonomy"), dict)]
    return [{"taxonomy_term": term(one)} for one in nested] + [
        found for one in _rows(raw.get(AUDIENCE)) if (found := _audience(one))
    ]


def to_v3(raw: Row) -> Row:
    """The entry in the shape that `v3` reads; what has no new name stays as it is."""
    found = dict(raw)
    organisation = raw.get("organization")
    if isinstance(organisation, dict):
        found["organization"] = {"website": organisation.get("url"), **organisation}
    found["schedules"] = _schedules(raw)
    found["service_at_locations"] = [_at(one) for one in _rows(raw.get("service_at_locations"))]
    found["attributes"] = _terms(raw) + _rows(raw.get("attributes"))
    if eligible := _rows(raw.get("eligibilitys") or raw.get("eligibility")):
        found.setdefault("minimum_age", eligible[0].get("minimum_age"))
        found.setdefault("maximum_age", eligible[0].get("maximum_age"))
        said = [str(one["eligibility"]) for one in eligible if _is_said(one.get("eligibility"))]
        found.setdefault("eligibility_description", "; ".join(said))
    found["languages"] = [
        {"name": one.get("name") or one.get("language")} for one in _rows(raw.get("languages"))
    ]
    found["closures"] = [
        one for one in _rows(raw.get("holiday_schedules")) if one.get("closed") is True
    ]
    return found


def _is_said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
