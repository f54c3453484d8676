"""How far places are from a point, in SQL, so that the index on points narrows them down."""

from django.db.models import BooleanField, FloatField
from django.db.models.expressions import RawSQL

from lintel.directory.globe import BOX_SQL, METRES_SQL, corners, metres_values
from lintel.directory.place import Place

_COLUMNS = {"lon": "directory_at.lon", "lat": "directory_at.lat"}
_METRES = METRES_SQL.format(**_COLUMNS)
_BOX = BOX_SQL.format(**_COLUMNS)


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
