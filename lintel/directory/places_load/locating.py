"""Which LSOA, ward and council each postcode is in, where its source doesn't say it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from lintel.directory.models import Area
from lintel.directory.outlines import Outlines
from lintel.directory.states import AreaKind

Floats = npt.NDArray[np.float64]
KINDS = (AreaKind.COUNCIL, AreaKind.WARD, AreaKind.LSOA)


def outlines_of(kind: str, alias: str) -> Outlines:
    """The outlines of all loaded areas of one kind; their `parents` are councils."""
    rows = list(
        Area.objects.using(alias)
        .filter(kind=kind, shape__isnull=False)
        .values_list("code", "kind", "shape", "parent")
        .iterator()
    )
    # An LSOA belongs to a ward where wards are loaded, and through it to a council.
    wards = dict(Area.objects.using(alias).filter(kind=AreaKind.WARD).values_list("code", "parent"))
    councils = {code: wards.get(parent, parent) for code, _, _, parent in rows}
    return Outlines(
        ((c, k, s) for c, k, s, _ in rows if s), {c: p for c, p in councils.items() if p}
    )


class Locator:
    """Puts points into the areas that were loaded before."""

    def __init__(self, alias: str) -> None:
        self._outlines = {kind: outlines_of(kind, alias) for kind in KINDS}
        self._codes = {kind: set(found.codes) for kind, found in self._outlines.items()}

    def council(self, given: list[str], lons: Floats, lats: Floats) -> list[str]:
        """The council of each: as given, else by its outline."""
        return self._where(AreaKind.COUNCIL, given, lons, lats, None)

    def finer(
        self, kind: AreaKind, given: list[str], lons: Floats, lats: Floats, council: Sequence[str]
    ) -> list[str]:
        """The ward or LSOA of each point.

        As given where that area is loaded, or none are; by outline where not (the areas loaded
        are then of another year than the list); as given where no outline holds it.
        """
        return self._where(kind, given, lons, lats, council)

    def _where(
        self, kind: AreaKind, given: list[str], lons: Floats, lats: Floats, council: Any
    ) -> list[str]:
        known = self._codes[kind]
        if not known:
            return given
        unsure = [i for i, code in enumerate(given) if code not in known]
        if kind is AreaKind.COUNCIL:
            unsure = [i for i in unsure if not given[i]]
        if not unsure:
            return given
        own = [council[i] for i in unsure] if council is not None else None
        found = self._outlines[kind].of_each(lons[unsure], lats[unsure], own)
        placed = list(given)
        for position, code in zip(unsure, found, strict=True):
            placed[position] = code or given[position]
        return placed
