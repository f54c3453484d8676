"""Where the places of a batch of entries are: by postcode and by name, a query for each kind."""

from collections.abc import Sequence

from lintel.directory.feeds.rules import Fault
from lintel.directory.feeds.v3 import Mapped
from lintel.directory.models import Area, Postcode
from lintel.directory.states import AreaKind, CatchmentKind


def locate(batch: Sequence[Mapped]) -> None:
    """Give locations without a point that of their postcode, and named areas their code."""
    _points(batch)
    _areas(batch)


def _points(batch: Sequence[Mapped]) -> None:
    places = [
        place
        for one in batch
        for place in one.document.entry.locations
        if place.lon is None and place.postcode
    ]
    if not places:
        return
    rows = Postcode.objects.filter(
        code__in={place.postcode for place in places}, lon__isnull=False, lat__isnull=False
    )
    known = {code: (lon, lat) for code, lon, lat in rows.values_list("code", "lon", "lat")}
    for place in places:
        place.lon, place.lat = known.get(place.postcode, (None, None))


def _areas(batch: Sequence[Mapped]) -> None:
    """A council by its name. Wards are not: many councils have a "Central"."""
    named = [
        (one, piece)
        for one in batch
        for catchment in one.document.entry.catchments
        for piece in catchment.pieces
        if piece.kind is CatchmentKind.AREAS and not piece.codes
    ]
    if not named:
        return
    rows = Area.objects.filter(kind=AreaKind.COUNCIL, name__in={piece.label for _, piece in named})
    codes: dict[str, list[str]] = {}
    for name, code in rows.values_list("name", "code"):
        codes.setdefault(name, []).append(code)
    for one, piece in named:
        if len(found := codes.get(piece.label, [])) == 1:
            piece.codes = found
        else:
            one.faults.append(Fault("area_in_words", piece.label[:80]))
