"""Great Britain as the directory knows it: a rough outline, and its postcode areas.

The outline takes in the sea around and leaves out Ireland, Man, the Channel Islands and France. It
is there to catch slips (swapped coordinates, another country), not to say where the coast is.
"""

from functools import cache

import shapely
from shapely.geometry.base import BaseGeometry

# Longitude, latitude; clockwise from the Isles of Scilly. Hand-drawn, checked against every
# postcode of the ONS Postcode Directory.
_OUTLINE = (
    (-6.6, 49.7), (-6.6, 50.1), (-5.0, 51.2), (-5.8, 51.5), (-5.8, 51.9), (-5.2, 52.5),
    (-5.0, 53.4), (-4.6, 53.6), (-4.1, 53.75), (-4.1, 54.3), (-4.3, 54.52), (-5.2, 54.5),
    (-5.35, 54.7), (-5.4, 54.8), (-5.5, 55.0), (-5.93, 55.25), (-6.3, 55.45), (-7.0, 55.75),
    (-8.0, 56.6), (-8.9, 57.6), (-8.9, 58.0), (-6.0, 59.3), (-3.6, 59.6), (-2.3, 61.0),
    (-0.4, 61.0), (-0.4, 60.2), (-1.4, 57.8), (-1.2, 56.5), (-1.0, 55.5), (0.2, 54.3),
    (0.4, 53.9), (0.9, 53.3), (2.1, 52.8), (2.0, 52.0), (1.9, 51.4), (1.5, 51.05),
    (1.15, 50.85), (0.3, 50.55), (-2.0, 50.3), (-5.0, 49.8), (-6.6, 49.7),
)  # fmt: skip

# The Royal Mail's postcode areas in Great Britain.
_AREAS = """
AB AL B BA BB BD BH BL BN BR BS CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E
EC EH EN EX FK FY G GL GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS
LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN
SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
POSTCODE_AREAS = frozenset(_AREAS.split())
# Letters that no Royal Mail postcode begins with: the demonstration's area.
INVENTED_AREA = "QX"
# Postcodes of nobody's address, and who has them.
NO_PLACE = {
    "BF": "British forces’ addresses (BFPO)",
    "BX": "banks, tax offices and other large offices",
    "XX": "parcels that are sent back to shops",
    "GX": "Gibraltar",
}


@cache
def outline() -> BaseGeometry:
    """The rough outline, ready to be asked often."""
    shape = shapely.Polygon(_OUTLINE)
    shapely.prepare(shape)
    return shape


def holds(lon: float, lat: float) -> bool:
    """Whether a point (degrees, WGS84) is in Great Britain or the sea around it."""
    return bool(shapely.intersects_xy(outline(), lon, lat))


def around(shape: BaseGeometry) -> bool:
    """Whether the whole shape is in Great Britain or the sea around it."""
    return bool(shapely.covers(outline(), shape))
