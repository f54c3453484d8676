"""Which areas of a file to take, and which council each belongs to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from django.db.models import Max, Min

from lintel.directory.models import Postcode
from lintel.directory.outlines import Outlines, points_at
from lintel.directory.places_load.books import Refused
from lintel.directory.places_load.geojson import Found
from lintel.directory.places_load.locating import outlines_of
from lintel.directory.states import AreaKind

Box = tuple[float, float, float, float]
# Degrees around a council's postcodes: a neighbour's postcodes must be counted, too.
MARGIN = 0.05


class Choice:
    """Takes those that belong to some councils, or touch a box; fills in their parents.

    An area belongs to the council that the file says, else the one whose outline holds its
    middle, else (where that outline isn't loaded) the one that most of its postcodes are in.
    """

    def __init__(self, kind: str, within: frozenset[str], box: Box | None, alias: str) -> None:
        self._kind, self._within = kind, within
        self._box = shapely.box(*box) if box else None
        council = kind == AreaKind.COUNCIL
        self._councils = Outlines([]) if council else outlines_of(AreaKind.COUNCIL, alias)
        self._unknown = frozenset() if council else within - set(self._councils.codes)
        self._wards = outlines_of(AreaKind.WARD, alias)
        self._homes = _Homes(self._unknown, alias) if self._unknown else None

    def __call__(self, areas: Sequence[Found]) -> list[Found]:
        """Those of the areas that are wanted."""
        chosen = [area for area in self._with_parents(areas) if self._wanted(area)]
        return self._in_wards(chosen) if self._kind == AreaKind.LSOA else chosen

    def check(self, *, parents: bool) -> None:
        """Raise Refused where there is no telling what belongs to the councils asked for."""
        if self._homes is not None and not self._homes and not parents:
            codes = ", ".join(sorted(self._unknown))
            raise Refused(
                f"There is no telling which areas belong to {codes}: load its postcodes or its "
                "outline first, or name the file’s column with --parent, or give --box."
            )

    def _wanted(self, area: Found) -> bool:
        mine = area.code if self._kind == AreaKind.COUNCIL else area.parent
        if self._within and mine not in self._within:
            return False
        if self._box is None:
            return True
        return bool(shapely.intersects(self._box, area.shape or shapely.Point(area.lon, area.lat)))

    def _with_parents(self, areas: Sequence[Found]) -> list[Found]:
        lons = np.asarray([area.lon for area in areas])
        lats = np.asarray([area.lat for area in areas])
        by_outline = self._councils.of_each(lons, lats)
        by_homes = self._homes.councils(areas) if self._homes else [""] * len(areas)
        return [
            replace(area, parent=area.parent or outline or homes)
            for area, outline, homes in zip(areas, by_outline, by_homes, strict=True)
        ]

    def _in_wards(self, areas: Sequence[Found]) -> list[Found]:
        """LSOAs, each belonging to the ward that holds its middle; to its council where none does.

        The two don't nest, so this is the best fit, as the ONS has it.
        """
        lons = np.asarray([area.lon for area in areas], dtype=float)
        lats = np.asarray([area.lat for area in areas], dtype=float)
        wards = self._wards.of_each(lons, lats)
        return [
            replace(area, parent=ward or area.parent)
            for area, ward in zip(areas, wards, strict=True)
        ]


class _Homes:
    """The postcodes of some councils and around them, each with its council."""

    def __init__(self, councils: frozenset[str], alias: str) -> None:
        rows = Postcode.objects.using(alias).filter(lon__isnull=False).exclude(council="")
        edge = rows.filter(council__in=councils).aggregate(
            west=Min("lon"), east=Max("lon"), south=Min("lat"), north=Max("lat")
        )
        self._councils: list[str] = []
        lons: list[float | None] = []
        lats: list[float | None] = []
        if edge["west"] is not None:
            near = rows.filter(
                lon__range=(edge["west"] - MARGIN, edge["east"] + MARGIN),
                lat__range=(edge["south"] - MARGIN, edge["north"] + MARGIN),
            )
            for lon, lat, council in near.values_list("lon", "lat", "council").iterator():
                lons.append(lon)
                lats.append(lat)
                self._councils.append(council)
        self._tree = shapely.STRtree(points_at(lons, lats))

    def __len__(self) -> int:
        return len(self._councils)

    def councils(self, areas: Sequence[Found]) -> list[str]:
        """For each area the council of most of the postcodes in it, "" where there are none."""
        shapes = np.asarray([area.shape for area in areas], dtype=object)
        counts: list[Counter[str]] = [Counter() for _ in areas]
        for area, home in self._tree.query(shapes, predicate="intersects").T.tolist():
            counts[area][self._councils[home]] += 1
        # The lower code where two have as many, so that every run says the same.
        return [min(c, key=lambda one: (-c[one], one)) if c else "" for c in counts]
