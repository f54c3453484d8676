"""Where somebody is: a postcode, part of one, a place by name, or a point.

A constant number of queries for each question, however much geography is loaded. Nothing here is
kept or logged: a postcode that somebody looks up is close to personal.
"""

from dataclasses import replace

from lintel.directory import britain, typed
from lintel.directory.models import Postcode
from lintel.directory.place import FULL, Ambiguous, Place, Unplaced
from lintel.directory.queries import named, parts
from lintel.directory.queries.known import Held, Known, known
from lintel.directory.states import AreaKind

OUTSIDE = "That is outside the area of this directory."


def find(text: str, *, gp: str = "") -> Place:
    """The place that somebody typed; `gp` is the code of the person's practice, if known.

    A postcode in any spacing and case, a district or sector, the name of a place, ward or
    council, or "latitude, longitude". Raises Unplaced with words for what can't be placed, and
    Ambiguous with choices where several places are meant.
    """
    read = typed.read(text)
    if read.point is not None:
        place = at(*read.point)
    elif read.codes:
        place = _postcode(read)
    elif read.parts:
        place = _part(read)
    else:
        place = _named(named.one(read.name))
    return replace(place, gp=gp.strip().upper())


def place_of(code: str, *, gp: str = "") -> Place:
    """The place of a choice (`Ambiguous.choices`): the code of an area, or a postcode.

    Raises Unplaced when there is none of that code.
    """
    if FULL.fullmatch(code.replace(" ", "")):
        return find(code, gp=gp)
    area = named.of_code(typed.tidy(code))
    if area is None:
        raise Unplaced(typed.ASK)
    return replace(_named((area, "")), gp=gp.strip().upper())


def at(lon: float, lat: float) -> Place:
    """The place of a point in degrees (WGS84). Raises Unplaced outside Great Britain."""
    if not britain.holds(lon, lat):
        raise Unplaced("That point is not in Great Britain.")
    areas = known()
    return _finished(Place(lon=lon, lat=lat), areas.outlines.holding(lon, lat), areas)


def _postcode(read: typed.Typed) -> Place:
    rows = {row.code: row for row in Postcode.objects.filter(code__in=read.codes)}
    first = read.codes[0]
    if first in rows:
        row = rows[first]
    elif len(rows) > 1:
        choices = tuple((code, code) for code in read.codes if code in rows)
        raise Ambiguous("Which of these postcodes do you mean?", choices)
    elif rows:
        row = next(iter(rows.values()))
    else:
        return _not_held(first, known())
    place = _of_row(row, known())
    if row.code == first and read.as_typed:
        return place
    return replace(place, notes=(f"We took what was typed as {row.code}.", *place.notes))


def _of_row(row: Postcode, areas: Known) -> Place:
    held: Held = {}
    if row.lon is not None and row.lat is not None:
        held = areas.outlines.holding(row.lon, row.lat)
    for kind, code in (
        (AreaKind.COUNCIL, row.council),
        (AreaKind.WARD, row.ward),
        (AreaKind.LSOA, row.lsoa),
    ):
        if code:
            held[kind] = code
    notes: tuple[str, ...] = ()
    if row.ended:
        month = row.ended.strftime("%B %Y")
        notes += (f"This postcode was taken out of use in {month}. We used where it was.",)
    if row.lon is None:
        notes += ("We don’t know where on the map this postcode is.",)
    place = Place(postcode=row.code, lon=row.lon, lat=row.lat, notes=notes)
    return _finished(place, held, areas)


def _not_held(code: str, areas: Known) -> Place:
    """A postcode that has the right shape and isn't here: what its sector or district says."""
    sector, district = code[:-2], code.split(" ")[0]
    found = parts.summaries([sector, district])
    for part in (sector, district):
        if found[part].postcodes:
            note = (
                f"We don’t have the postcode {code}. Check it. If it is right and new: "
                f"what we show is for {part} as a whole."
            )
            return _of_part(Place(postcode=code, notes=(note,)), found[part], areas)
    _refuse_unknown(district)
    note = f"We have no list of postcodes around {code}, so we don’t know where it is. Check it."
    return _elsewhere(Place(postcode=code, notes=(note,)), areas)


def _part(read: typed.Typed) -> Place:
    found = parts.summaries(read.parts)
    first = read.parts[0]
    part = next((one for one in read.parts if found[one].postcodes), first)
    notes: tuple[str, ...] = ()
    if part != first or not read.as_typed:
        notes = (f"We took what was typed as {part}.",)
    if not found[part].postcodes:
        _refuse_unknown(part.split(" ")[0])
        note = f"We have no list of postcodes around {part}."
        return _elsewhere(Place(postcode=part, notes=(*notes, note)), known())
    notes += (f"{part} is part of a postcode: a full one gives a surer answer.",)
    return _of_part(Place(postcode=part, notes=notes), found[part], known())


def _refuse_unknown(district: str) -> None:
    """Raise Unplaced where we have the postcodes of that area of the country, and none like it."""
    if parts.any_around(district):
        raise Unplaced(
            f"We have no postcode that begins with {district}. Check it, or enter the name of a "
            "place."
        )


def _elsewhere(place: Place, areas: Known) -> Place:
    """A place around which nothing is loaded: not ours, where what is ours is loaded."""
    if not areas.ours or not parts.any_loaded():
        return place
    return replace(place, ours=False, notes=(*place.notes, OUTSIDE))


def _of_part(place: Place, summary: parts.Summary, areas: Known) -> Place:
    held = summary.held()
    if AreaKind.COUNCIL in held or not summary.councils:
        return _finished(place, held, areas)
    # In several councils: ours only when all of them are.
    each = {areas.is_ours({AreaKind.COUNCIL: one}, point=False) for one in summary.councils}
    finished = _finished(place, held, areas)
    return replace(finished, ours=each.pop() if len(each) == 1 else None)


def _named(found: tuple[named.Row, str]) -> Place:
    """The place of an area with its name: a point for a place or ward, none for a council."""
    area, note = found
    notes: tuple[str, ...] = (note,) if note else ()
    areas = known()
    if area.kind == AreaKind.COUNCIL:
        notes += (f"{area.name} is a whole council: a postcode gives a surer answer.",)
        place = Place(name=area.name, notes=notes)
        return _finished(place, {AreaKind.COUNCIL: area.code}, areas)
    notes += (f"We used the middle of {area.name}: a postcode gives a surer answer.",)
    held: Held = {}
    if area.lon is not None and area.lat is not None:
        held = areas.outlines.holding(area.lon, area.lat)
    if area.kind != AreaKind.PLACE or area.outlined:
        # A ward holds several LSOAs; its middle is in one of them, which says nothing.
        held = {kind: code for kind, code in held.items() if kind == AreaKind.COUNCIL}
        held[area.kind] = area.code
    return _finished(Place(name=area.name, lon=area.lon, lat=area.lat, notes=notes), held, areas)


def _finished(place: Place, held: Held, areas: Known) -> Place:
    """With its areas, whether it is this partnership's, and a note where it isn't."""
    whole = areas.with_parents(held)
    ours = areas.is_ours(whole, point=place.lon is not None)
    notes = place.notes
    if ours is False:
        council = areas.names.get(whole.get(AreaKind.COUNCIL, ""), "")
        notes += (
            (f"That is in {council}, outside the area of this directory.",)
            if council
            else (OUTSIDE,)
        )
    return replace(place, areas=frozenset(whole.values()), ours=ours, notes=notes)
