"""Which areas hold a point: outlines in memory, for one point or for millions.

No database here: rows come in, codes come out. Of each kind of area a point is in one: on a shared
edge the lowest code has it, so that an answer never depends on the order of loading.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Wkb = bytes | memoryview
Ints = npt.NDArray[np.int64]
# About 250 m: outlines that were generalised and clipped to the coast leave out real homes.
NEAR = 0.003


def points_at(lons: Any, lats: Any) -> npt.NDArray[np.object_]:
    """Many points, in their order."""
    return np.asarray(
        shapely.points(np.asarray(lons, float), np.asarray(lats, float)), dtype=object
    )


class Outlines:
    """Areas with their outlines, in order of code."""

    def __init__(
        self, rows: Iterable[tuple[str, str, Wkb]], parents: Mapping[str, str] | None = None
    ) -> None:
        """Rows: code, kind (`states.AreaKind`), outline as WKB in WGS84.

        `parents`: the code of the area that an area belongs to.
        """
        held = sorted(rows, key=lambda row: row[0])
        self.parents = dict(parents or {})
        self.codes: list[str] = [code for code, _, _ in held]
        self.kinds: list[str] = [kind for _, kind, _ in held]
        wkb = np.asarray([bytes(shape) for _, _, shape in held], dtype=object)
        self.shapes = shapely.from_wkb(wkb) if held else np.empty(0, dtype=object)
        self._tree = shapely.STRtree(self.shapes)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of them all."""
        west, south, east, north = shapely.total_bounds(self.shapes).tolist()
        return west, south, east, north

    def holding(self, lon: float, lat: float) -> dict[str, str]:
        """Kind -> code of the areas that hold a point."""
        found = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        held: dict[str, str] = {}
        for position in sorted(found.tolist()):
            held.setdefault(self.kinds[position], self.codes[position])
        return held

    def holding_many(self, lons: Floats, lats: Floats) -> list[dict[str, str]]:
        """The same for each of many points, in their order; NaN is nowhere."""
        held: list[dict[str, str]] = [{} for _ in range(len(lons))]
        points, areas = self.pairs(lons, lats)
        for point, area in zip(points.tolist(), areas.tolist(), strict=True):
            held[point].setdefault(self.kinds[area], self.codes[area])
        return held

    def pairs(self, lons: Floats, lats: Floats) -> tuple[Ints, Ints]:
        """Positions of (points, areas that hold them), by area; NaN is nowhere.

        The points are the tree and the outlines ask it: an outline is prepared once and then
        answers for all its points, which is what makes millions cheap.
        """
        known = np.flatnonzero(np.isfinite(lons) & np.isfinite(lats))
        if not known.size or not len(self):
            empty = np.empty(0, dtype=np.int64)
            return empty, empty
        tree = shapely.STRtree(points_at(lons[known], lats[known]))
        near = self._near(lons[known], lats[known])
        found = tree.query(self.shapes[near], predicate="intersects")
        order = np.argsort(found[0], kind="stable")
        return known[found[1][order]], near[found[0][order]]

    def of_each(self, lons: Floats, lats: Floats, own: Sequence[str] | None = None) -> list[str]:
        """The code of the area that holds each point, "" for none. For outlines of one kind.

        `own`: for each point the one area (such as a council) that its area must belong to for
        the nearest to be taken where none holds it; by `parents`.
        """
        codes = [""] * len(lons)
        points, areas = self.pairs(lons, lats)
        # Backwards, so that the lowest code has the last word.
        for point, area in zip(points.tolist()[::-1], areas.tolist()[::-1], strict=True):
            codes[point] = self.codes[area]
        if own is not None:
            self._nearest(codes, lons, lats, own)
        return codes

    def _nearest(self, codes: list[str], lons: Floats, lats: Floats, own: Sequence[str]) -> None:
        """Put what stands just off every outline into the nearest one of its own parent."""
        off = [i for i, code in enumerate(codes) if not code and own[i] and np.isfinite(lons[i])]
        if not off or not self.parents:
            return
        found = self._tree.query_nearest(
            points_at(lons[off], lats[off]), max_distance=NEAR, all_matches=False
        )
        for point, area in zip(*found.tolist(), strict=True):
            if self.parents.get(self.codes[area]) == own[off[point]]:
                codes[off[point]] = self.codes[area]

    def _near(self, lons: Floats, lats: Floats) -> Ints:
        """Positions of the areas around the points, in order of code."""
        box = shapely.box(lons.min(), lats.min(), lons.max(), lats.max())
        return np.sort(self._tree.query(box)).astype(np.int64)
