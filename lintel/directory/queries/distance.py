"""How far places are from a point, in SQL, so that the index on points narrows them down."""

from collections.abc import Collection

from django.db.models import BooleanField, FloatField
from django.db.models.expressions import RawSQL

from lintel.directory.globe import BOX_SQL, METRES_SQL, corners, metres_between, metres_values
from lintel.directory.models import Postcode
from lintel.directory.place import Place

_COLUMNS = {"lon": "directory_at.lon", "lat": "directory_at.lat"}
_METRES = METRES_SQL.format(**_COLUMNS)
_BOX = BOX_SQL.format(**_COLUMNS)


METRES_A_MILE = 1609.344


def miles_between(pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Whole miles between two postcodes each, as the crow flies; one query for all pairs.

    Those of which a postcode isn't known, or nobody knows where it is, are left out.
    """
    held = Postcode.objects.filter(
        code__in={_spaced(code) for pair in pairs for code in pair}, lon__isnull=False
    )
    at = {
        code: (lon, lat)
        for code, lon, lat in held.values_list("code", "lon", "lat")
        if lon is not None and lat is not None
    }
    return {
        (one, other): round(metres_between(*a, *b) / METRES_A_MILE)
        for one, other in pairs
        if (a := at.get(_spaced(one))) and (b := at.get(_spaced(other)))
    }


def _spaced(code: str) -> str:
    letters = "".join(code.split()).upper()
    return f"{letters[:-3]} {letters[-3:]}"


def metres_from(place: Place) -> RawSQL:
    """Metres from the place to each row of `directory_at`, over the globe; null without a point."""
    given = metres_values(place.lon, place.lat)
    return RawSQL(_METRES, given, output_field=FloatField())  # noqa: S611


def held_by(services: list[str]) -> RawSQL:
    """Whether a row of `directory_at` is of one of the services: one array, however many."""
    array = "{" + ",".join(services) + "}"
    held = "directory_at.service_id = ANY(%s::uuid[])"
    return RawSQL(held, (array,), output_field=BooleanField())  # noqa: S611


def in_box(place: Place, metres: int) -> RawSQL:
    """Whether a row of `directory_at` is in the box that holds all within so many metres."""
    if place.lon is None or place.lat is None:
        raise ValueError("The place has no point.")
    return RawSQL(_BOX, corners(place.lon, place.lat, metres), output_field=BooleanField())  # noqa: S611
