"""Where a service of a feed says that it works, as a catchment.

An outline routes, once it passes the checks of one that is drawn here; so does a code of the ONS.
A name routes where it is the name of one council that is known here (`locating` looks it up), and
is only shown otherwise.
"""

import re
from typing import Any

from lintel.directory.entry import Catchment, Piece
from lintel.directory.feeds.mending import Mender
from lintel.directory.shapes import read_drawn
from lintel.directory.states import CatchmentKind
from lintel.kernel.errors import Invalid

Row = dict[str, Any]
# Codes of areas in Great Britain (ONS): council, ward, LSOA and the like.
CODE = re.compile(r"\b([EWS]\d{8})\b")


def catchment_of(row: Row, mender: Mender) -> Catchment | None:
    """One `service_area`; None for one that says nothing."""
    name = mender.line(row.get("name") or row.get("service_area"), "Area")
    extent = row.get("extent")
    kind = str(row.get("extent_type") or "").lower()
    if kind == "geojson" and isinstance(extent, str | dict) and extent:
        try:
            piece = Piece(kind=CatchmentKind.DRAWN, shape=read_drawn(extent), label=name)
            return Catchment(pieces=[piece])
        except Invalid as wrong:
            mender.note("bad_area", name, str(wrong))
    codes = CODE.findall(f"{_short(row.get('uri'))} {_short(extent) if kind != 'geojson' else ''}")
    if not name and not codes:
        return None
    piece = Piece(kind=CatchmentKind.AREAS, codes=sorted(set(codes)), label=name)
    return Catchment(pieces=[piece])


def _short(value: object) -> str:
    return value[:2000] if isinstance(value, str) else ""
