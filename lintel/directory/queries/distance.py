"""How far places are from a point, in SQL, so that the index on points narrows them down."""

from math import cos, radians

from django.db.models import BooleanField, FloatField
from django.db.models.expressions import RawSQL

from lintel.directory.place import Place

# The Earth's mean radius, metres (IUGG).
RADIUS = 6_371_008.8
DEGREE = 111_195.0
# The box is a little too large, never too small: what is in it is measured.
MARGIN = 1.01

_METRES = """
2 * %s * asin(sqrt(least(1,
  power(sin(radians(directory_at.lat - %s) / 2), 2)
  + cos(radians(%s)) * cos(radians(directory_at.lat))
    * power(sin(radians(directory_at.lon - %s) / 2), 2)
)))
"""
_BOX = "point(directory_at.lon, directory_at.lat) <@ box(point(%s, %s), point(%s, %s))"


def metres_from(place: Place) -> RawSQL:
    """Metres from the place to each row of `directory_at`, over the globe; null without a point."""
    given = (RADIUS, place.lat, place.lat, place.lon)
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
    high = metres * MARGIN / DEGREE
    furthest = min(abs(place.lat) + high, 89.0)
    wide = min(high / cos(radians(furthest)), 360.0)
    corners = (place.lon - wide, place.lat - high, place.lon + wide, place.lat + high)
    return RawSQL(_BOX, corners, output_field=BooleanField())  # noqa: S611
