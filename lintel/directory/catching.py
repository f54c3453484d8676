"""Which catchments hold an address: one index in memory, for one address or a million.

Polygons are in an STRtree; areas, postcode prefixes and GP practices in dictionaries. A look-up
costs what the answer costs, not what the directory holds. No database and no clock here: rows
come in, numbers come out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import shapely

from lintel.directory.place import Place
from lintel.directory.states import AreaKind, CatchmentKind

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# How narrow a piece is, the narrowest first: of two catchments with one priority the narrower is
# meant for the address.
NARROW = {"postcode": 0, "sector": 1, "gp": 1, "lsoa": 2, "drawn": 3, "ward": 4, "district": 4}
COUNCIL, LETTERS, WHOLE = 6, 7, 9
AREA_RANKS = {
    AreaKind.LSOA: NARROW["lsoa"],
    AreaKind.WARD: NARROW["ward"],
    AreaKind.COUNCIL: COUNCIL,
    AreaKind.PLACE: NARROW["ward"],
}
FOREVER = date.max.toordinal()
NEVER_ENDING = (0, FOREVER)


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of `directory_catchment`. `valid`: first and last day as ordinals."""

    service: str
    group: int
    kind: str
    codes: Sequence[str] = ()
    shape: bytes | None = None
    excluding: bool = False
    priority: int = 5
    valid: tuple[int, int] = NEVER_ENDING
    label: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A catchment that holds the address, and the piece by which it does."""

    service: str
    group: int
    priority: int
    rank: int
    kind: CatchmentKind
    # The code of the area, prefix or practice that matched; "" otherwise.
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Held:
    """Addresses and services that hold them, as arrays of one length, best first per address.

    `address`: positions in what was asked; `service`: positions in `Index.services`.
    """

    address: Ints
    service: Ints
    priority: Ints


@dataclass(slots=True)
class _Side:
    """The including, or the excluding, pieces: how each can be hit."""

    whole: list[int] = field(default_factory=list)
    areas: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    prefixes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    practices: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    drawn: list[int] = field(default_factory=list)
    tree: shapely.STRtree = field(default_factory=lambda: shapely.STRtree([]))

    def hit(self, place: Place) -> list[tuple[int, str]]:
        """Positions of pieces that hold the place, each with the code that matched.

        Without those that hold everything (`whole`).
        """
        found: list[tuple[int, str]] = []
        for codes, held in (
            (place.areas, self.areas),
            (place.prefixes, self.prefixes),
            ((place.gp,) if place.gp else (), self.practices),
        ):
            for code in codes:
                found += [(piece, code) for piece in held.get(code, ())]
        if self.drawn and place.lon is not None and place.lat is not None:
            point = shapely.Point(place.lon, place.lat)
            found += [(self.drawn[i], "") for i in self.tree.query(point, predicate="intersects")]
        return found

    def hits(
        self,
        points: npt.NDArray[np.object_],
        codes: Sequence[Sequence[str]] | None,
        inside: Ints,
    ) -> tuple[Ints, Ints]:
        """The same for many addresses: (positions of addresses, positions of pieces).

        `inside`: positions of those that pieces which hold the whole partnership hold.
        """
        at: list[Ints] = []
        pieces: list[Ints] = []
        if self.drawn:
            found = self.tree.query(points, predicate="intersects")
            at.append(found[0])
            pieces.append(np.asarray(self.drawn, dtype=np.int64)[found[1]])
        if self.whole:
            at.append(np.repeat(inside, len(self.whole)))
            pieces.append(np.tile(np.asarray(self.whole, dtype=np.int64), len(inside)))
        # Addresses share their codes: one look-up a code, not one an address.
        sharing: dict[str, list[int]] = defaultdict(list)
        for i, own in enumerate(codes or ()):
            for code in own:
                sharing[code].append(i)
        for code, where in sharing.items():
            held = [*self.areas.get(code, ()), *self.prefixes.get(code, ())]
            if held:
                at.append(np.repeat(np.asarray(where, dtype=np.int64), len(held)))
                pieces.append(np.tile(np.asarray(held, dtype=np.int64), len(where)))
        if not at:
            empty = np.empty(0, dtype=np.int64)
            return empty, empty
        return np.concatenate(at), np.concatenate(pieces)


class Index:
    """All published catchments, ready to be asked."""

    def __init__(
        self, pieces: Iterable[Piece], area_kinds: Mapping[str, str] | None = None
    ) -> None:
        """`area_kinds`: the kind of each area that the pieces name (`states.AreaKind`)."""
        kinds = area_kinds or {}
        self._pieces: list[Piece] = list(pieces)
        self.services: list[str] = []
        positions: dict[str, int] = {}
        groups: dict[tuple[str, int], int] = {}
        self._including, self._excluding = _Side(), _Side()
        service_of: list[int] = []
        group_of: list[int] = []
        ranks: list[int] = []
        shapes: tuple[list[bytes], list[bytes]] = ([], [])
        for number, piece in enumerate(self._pieces):
            if piece.service not in positions:
                positions[piece.service] = len(self.services)
                self.services.append(piece.service)
            service_of.append(positions[piece.service])
            group_of.append(groups.setdefault((piece.service, piece.group), len(groups)))
            ranks.append(_rank(piece, kinds))
            side = self._excluding if piece.excluding else self._including
            _file(side, number, piece, shapes[piece.excluding])
        for side, drawn in ((self._including, shapes[0]), (self._excluding, shapes[1])):
            side.tree = shapely.STRtree(shapely.from_wkb(drawn) if drawn else [])
        self._service_of = np.asarray(service_of, dtype=np.int64)
        self._group_of = np.asarray(group_of, dtype=np.int64)
        self._ranks = np.asarray(ranks, dtype=np.int64)
        self._priorities = np.asarray([p.priority for p in self._pieces], dtype=np.int64)
        self._first = np.asarray([p.valid[0] for p in self._pieces], dtype=np.int64)
        self._last = np.asarray([p.valid[1] for p in self._pieces], dtype=np.int64)
        self._groups = len(groups)
        # Only a piece with several codes can hit one address more than once.
        self._coded = any(len(piece.codes) > 1 for piece in self._pieces)

    def holding(self, place: Place, on: date, *, services: Bools | None = None) -> list[Hit]:
        """The catchments that hold a place on a day, best first: priority, then the narrowest.

        One hit a service: its best. `services`: which of `Index.services` count; None for all.
        """
        day = on.toordinal()
        out = {
            self._group_of[piece]
            for piece, _ in self._all(self._excluding, place, None)
            if self._first[piece] <= day <= self._last[piece]
        }
        found = [
            (int(self._priorities[piece]), self._rank_by(piece, code), piece, code)
            for piece, code in self._all(self._including, place, services)
            if self._first[piece] <= day <= self._last[piece] and self._group_of[piece] not in out
        ]
        best: dict[str, Hit] = {}
        for priority, rank, number, code in sorted(found):
            piece = self._pieces[number]
            best.setdefault(
                piece.service,
                Hit(
                    service=piece.service,
                    group=piece.group,
                    priority=priority,
                    rank=rank,
                    kind=CatchmentKind(piece.kind),
                    code=code,
                    label=piece.label,
                ),
            )
        return list(best.values())

    def holding_many(
        self,
        lons: npt.NDArray[np.float64],
        lats: npt.NDArray[np.float64],
        on: date,
        *,
        codes: Sequence[Sequence[str]] | None = None,
        services: Bools | None = None,
        outside: Bools | None = None,
    ) -> Held:
        """The same for many points at once, in flat arrays.

        `codes`: for each address the codes of its areas and the prefixes of its postcode.
        `services`: which of `Index.services` count (those that fit a need and an age).
        `outside`: the addresses that are known not to be this partnership's; None for none.
        """
        points = np.asarray(shapely.points(lons, lats), dtype=object)
        inside = np.arange(len(points)) if outside is None else np.flatnonzero(~outside)
        at, pieces = self._including.hits(points, codes, inside)
        day = on.toordinal()
        keep = (self._first[pieces] <= day) & (day <= self._last[pieces])
        if services is not None:
            keep &= services[self._service_of[pieces]]
        out_at, out_pieces = self._excluding.hits(points, codes, inside)
        if out_at.size:
            current = (self._first[out_pieces] <= day) & (day <= self._last[out_pieces])
            out = out_at[current] * self._groups + self._group_of[out_pieces[current]]
            keep &= ~np.isin(at * self._groups + self._group_of[pieces], out)
        if not keep.all():
            at, pieces = at[keep], pieces[keep]
        return self._ordered(at, pieces)

    def _all(self, side: _Side, place: Place, services: Bools | None) -> Iterator[tuple[int, str]]:
        # The whole partnership ends where the partnership does.
        whole = np.asarray([] if place.ours is False else side.whole, dtype=np.int64)
        if services is not None and whole.size:
            whole = whole[services[self._service_of[whole]]]
        yield from ((piece, "") for piece in whole.tolist())
        for piece, code in side.hit(place):
            if services is None or services[self._service_of[piece]]:
                yield piece, code

    def _rank_by(self, number: int, code: str) -> int:
        """How narrow a piece is by the code that matched."""
        if code and self._pieces[number].kind == CatchmentKind.POSTCODES:
            return _prefix_rank(code)
        return int(self._ranks[number])

    def _ordered(self, at: Ints, pieces: Ints) -> Held:
        """Sorted by address, then priority, then narrowness; each service once an address."""
        services = self._service_of[pieces]
        # One number carries the whole order, so that there is one sort.
        grade = self._priorities[pieces] * 16 + self._ranks[pieces]
        order = np.argsort((at << 8) | grade, kind="stable")
        at, services, priority = at[order], services[order], self._priorities[pieces][order]
        if len(self._pieces) > len(self.services) or self._coded:
            _, first = np.unique(at * len(self.services) + services, return_index=True)
            first.sort()
            at, services, priority = at[first], services[first], priority[first]
        return Held(at, services, priority)


def _file(side: _Side, number: int, piece: Piece, shapes: list[bytes]) -> None:
    """Put a piece where it will be looked for."""
    kind = CatchmentKind(piece.kind)
    if kind is CatchmentKind.WHOLE:
        side.whole.append(number)
    elif kind is CatchmentKind.DRAWN:
        if piece.shape:
            side.drawn.append(number)
            shapes.append(bytes(piece.shape))
    else:
        held = {
            CatchmentKind.AREAS: side.areas,
            CatchmentKind.POSTCODES: side.prefixes,
            CatchmentKind.GP: side.practices,
        }[kind]
        for code in piece.codes:
            held[" ".join(code.upper().split())].append(number)


def _rank(piece: Piece, kinds: Mapping[str, str]) -> int:
    """How narrow the piece is at best."""
    kind = CatchmentKind(piece.kind)
    if kind is CatchmentKind.WHOLE:
        return WHOLE
    if kind is CatchmentKind.DRAWN:
        return NARROW["drawn"]
    if kind is CatchmentKind.GP:
        return NARROW["gp"]
    if kind is CatchmentKind.AREAS:
        ranks = [AREA_RANKS.get(AreaKind(kinds[c]), COUNCIL) for c in piece.codes if c in kinds]
        return min(ranks, default=COUNCIL)
    return min((_prefix_rank(code) for code in piece.codes), default=WHOLE)


def _prefix_rank(code: str) -> int:
    outward, _, inward = code.partition(" ")
    if inward:
        return NARROW["postcode"] if len(inward) > 1 else NARROW["sector"]
    return NARROW["district"] if any(c.isdigit() for c in outward) else LETTERS
