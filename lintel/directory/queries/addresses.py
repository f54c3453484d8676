"""Addresses at which the partnership's coverage is checked: a few for each neighbourhood."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from django.db import connection

from lintel.directory.place import Place

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A neighbourhood is looked at from its representative point, and from one live postcode of each
# postcode sector in it, for catchments that are told by postcode. A neighbourhood is an LSOA, or
# a ward of ours that no LSOA of ours belongs to. Where wards weren't loaded, neighbourhoods stand
# under the first part of their names, as ONS gives them ("Sheffield 001A").
ADDRESSES_SQL = """
WITH hoods AS (
  SELECT l.code, l.name, l.lon, l.lat, w.code AS ward, w.name AS ward_name,
         w.parent AS council
  FROM directory_area l JOIN directory_area w ON w.code = l.parent AND w.kind = 'ward'
  WHERE l.kind = 'lsoa' AND w.ours
  UNION ALL
  SELECT w.code, w.name, w.lon, w.lat, w.code, w.name, w.parent FROM directory_area w
  WHERE w.kind = 'ward' AND w.ours AND NOT EXISTS (
    SELECT 1 FROM directory_area l WHERE l.parent = w.code AND l.kind = 'lsoa')
  UNION ALL
  SELECT l.code, l.name, l.lon, l.lat, 'name:' || regexp_replace(l.name, ' [0-9]{3}[A-Z]$', ''),
         regexp_replace(l.name, ' [0-9]{3}[A-Z]$', ''), l.parent
  FROM directory_area l WHERE l.kind = 'lsoa' AND l.ours AND NOT EXISTS (
    SELECT 1 FROM directory_area w WHERE w.code = l.parent AND w.kind = 'ward')
), postcodes AS (
  SELECT DISTINCT ON (h.code, left(p.code, -2))
         h.code AS hood, p.code, p.lon, p.lat
  FROM directory_postcode p JOIN hoods h ON h.code = p.lsoa OR (h.code = h.ward AND h.ward = p.ward)
  WHERE (p.ended IS NULL OR p.ended > %(on)s) AND p.lon IS NOT NULL AND p.lat IS NOT NULL
  ORDER BY h.code, left(p.code, -2), p.code
)
SELECT h.code, h.name, h.ward, h.ward_name, h.council, '' AS postcode, h.lon, h.lat
FROM hoods h
WHERE h.lon IS NOT NULL AND NOT EXISTS (SELECT 1 FROM postcodes p WHERE p.hood = h.code)
UNION ALL
SELECT h.code, h.name, h.ward, h.ward_name, h.council, p.code, p.lon, p.lat
FROM postcodes p JOIN hoods h ON h.code = p.hood
UNION ALL
-- The middle of the neighbourhood, with the first of its postcodes.
SELECT h.code, h.name, h.ward, h.ward_name, h.council, p.code, h.lon, h.lat
FROM hoods h JOIN LATERAL (
  SELECT min(code) AS code FROM postcodes p WHERE p.hood = h.code
) p ON p.code IS NOT NULL
WHERE h.lon IS NOT NULL
ORDER BY 4, 3, 1, 6
"""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A local area (LSOA) of the partnership, and its ward: positions and names."""

    code: str
    name: str
    ward: int


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where coverage is checked. Arrays of one length; `hood` are positions in `hoods`.

    `wards`: (code, name), by name. Points are WGS84 degrees.
    """

    wards: tuple[tuple[str, str], ...]
    hoods: tuple[Neighbourhood, ...]
    hood: Ints
    lon: Floats
    lat: Floats
    places: tuple[Place, ...]

    @property
    def codes(self) -> list[tuple[str, ...]]:
        """For each address the codes of its areas and the prefixes of its postcode."""
        return [(*place.areas, *place.prefixes) for place in self.places]

    @property
    def ward(self) -> Ints:
        """For each address the position of its ward."""
        of_hood = np.asarray([h.ward for h in self.hoods], dtype=np.int64)
        return of_hood[self.hood]


def addresses(on: date) -> Addresses:
    """The partnership's neighbourhoods and the addresses to check in them. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES_SQL, {"on": on})
        rows = cursor.fetchall()
    wards: dict[str, int] = {}
    ward_names: list[tuple[str, str]] = []
    hoods: dict[str, int] = {}
    found: list[Neighbourhood] = []
    at: list[int] = []
    places: list[Place] = []
    for code, name, ward, ward_name, council, postcode, lon, lat in rows:
        if ward not in wards:
            wards[ward] = len(ward_names)
            ward_names.append((ward, ward_name))
        if code not in hoods:
            hoods[code] = len(found)
            found.append(Neighbourhood(code, name, wards[ward]))
        at.append(hoods[code])
        areas = frozenset(part for part in (code, ward, council) if part)
        places.append(Place(postcode=postcode, lon=lon, lat=lat, areas=areas, name=name, ours=True))
    return Addresses(
        wards=tuple(ward_names),
        hoods=tuple(found),
        hood=np.asarray(at, dtype=np.int64),
        lon=np.asarray([place.lon for place in places], dtype=np.float64),
        lat=np.asarray([place.lat for place in places], dtype=np.float64),
        places=tuple(places),
    )
