"""The national grid to degrees."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj

Floats = npt.NDArray[np.float64]


@cache
def _to_degrees() -> Any:
    # Without OSTN15's file (which is fetched, never packaged) this is right to about 3 metres.
    return pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def degrees(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Longitudes and latitudes (WGS84, six decimals: 0.1 m) of metres on the British grid.

    NaN stays NaN.
    """
    lons, lats = _to_degrees().transform(east, north)
    return np.round(_finite(lons), 6), np.round(_finite(lats), 6)


def _finite(found: Floats) -> Floats:
    return np.where(np.isfinite(found), found, np.nan)
