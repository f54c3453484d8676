"""Distances over the globe, in Python and as SQL: one formula, one box around a point."""

from math import asin, cos, radians, sin, sqrt

# The Earth's mean radius (IUGG), and the length of a degree of latitude, in metres.
RADIUS = 6_371_008.8
DEGREE = 111_195.0
# The box is a little too large, never too small: what is in it is measured.
MARGIN = 1.01
# Takes what `metres_values` gives.
METRES_SQL = (
    "2 * %s * asin(sqrt(least(1, power(sin(radians({lat} - %s) / 2), 2) "
    "+ cos(radians(%s)) * cos(radians({lat})) * power(sin(radians({lon} - %s) / 2), 2))))"
)
# Takes what `corners` gives; served by the index on points.
BOX_SQL = "point({lon}, {lat}) <@ box(point(%s, %s), point(%s, %s))"


def metres_between(lon: float, lat: float, lon2: float, lat2: float) -> float:
    """The distance between two points in degrees (the haversine formula)."""
    high, wide = radians(lat2 - lat), radians(lon2 - lon)
    part = sin(high / 2) ** 2 + cos(radians(lat)) * cos(radians(lat2)) * sin(wide / 2) ** 2
    return 2 * RADIUS * asin(sqrt(min(1.0, part)))


def metres_values(lon: float | None, lat: float | None) -> list[float | None]:
    """The values of `METRES_SQL` for the distance from a point; null without one."""
    return [RADIUS, lat, lat, lon]


def corners(lon: float, lat: float, metres: float) -> list[float]:
    """A box that holds all within so many metres of a point: west, south, east, north."""
    high = metres * MARGIN / DEGREE
    wide = min(high / cos(radians(min(abs(lat) + high, 89.0))), 360.0)
    return [lon - wide, lat - high, lon + wide, lat + high]
