"""Entries of the same need whose catchment meets a draft's: shown to the owner before review.

Compares what the pieces say (areas with what they lie in, postcodes by their beginnings, drawn
shapes), not addresses: a few queries, whatever the directory holds. What is left out of a
catchment is not looked at, so it may name an entry that only seems to meet the draft's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf

from lintel.directory.entry import Entry, Piece
from lintel.directory.models import Area, Catchment
from lintel.directory.states import AreaKind, CatchmentKind, ServiceState

AT_MOST = 3000
SHOWN = 12
# A neighbourhood lies in a ward, that in a council.
LEVELS = 3


@dataclass(frozen=True, slots=True)
class Touching:
    """Another entry over some of the same addresses. `same_priority`: nothing says who is first."""

    service_id: UUID
    slug: str
    name: str
    priority: int
    same_priority: bool


@dataclass(slots=True)
class _Ground:
    """What some pieces hold."""

    whole: bool = False
    areas: set[str] = field(default_factory=set)
    postcodes: set[str] = field(default_factory=set)
    practices: set[str] = field(default_factory=set)
    shapes: list[Any] = field(default_factory=list)


def touching(entry: Entry, service_id: UUID) -> list[Touching]:
    """The published entries, the first in priority first; at most twelve."""
    needs = [str(need) for need in entry.needs]
    own = [piece for c in entry.catchments for piece in c.pieces if not piece.excluding]
    priorities = {catchment.priority for catchment in entry.catchments}
    if not needs or not own:
        return []
    others = list(
        Catchment.objects.filter(
            excluding=False, service__state=ServiceState.PUBLISHED, service__needs__overlap=needs
        )
        .exclude(service_id=service_id)
        .annotate(
            shown_name=Coalesce(
                NullIf("service__name", Value("")), "service__partner__name", Value("")
            )
        )
        .select_related("service")
        .order_by("priority", "service_id")[:AT_MOST]
    )
    above = _above(own, others)
    ground = _ground(own)
    found: dict[UUID, Touching] = {}
    for row in others:
        if row.service_id not in found and _meet(ground, _ground_of(row), above):
            found[row.service_id] = Touching(
                row.service_id,
                row.service.slug,
                row.shown_name,
                row.priority,
                row.priority in priorities,
            )
        if len(found) == SHOWN:
            break
    return list(found.values())


def areas_named(words: str, *, at_most: int = 30) -> list[Area]:
    """Local areas (not places) whose code is this, or whose name has the words in it."""
    known = Area.objects.exclude(kind=AreaKind.PLACE).defer("shape")
    if exact := list(known.filter(code__iexact=words)):
        return exact
    if named := list(known.filter(name__iexact=words).order_by("kind", "code")[:at_most]):
        return named
    return list(known.filter(name__icontains=words).order_by("kind", "name", "code")[:at_most])


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """The names of areas, with what kind they are, by code."""
    found = Area.objects.filter(code__in=set(codes)).values_list("code", "name", "kind")
    return {code: f"{name} ({AreaKind(kind).label.lower()})" for code, name, kind in found}


def _above(own: Sequence[Piece], others: Sequence[Catchment]) -> Mapping[str, set[str]]:
    """Each area that is named, with all that it lies in, itself included."""
    named = {code for piece in own if piece.kind is CatchmentKind.AREAS for code in piece.codes}
    named |= {c for row in others if row.kind == CatchmentKind.AREAS for c in row.codes}
    parents: dict[str, str] = {}
    todo = named
    for _ in range(LEVELS):
        read = dict(Area.objects.filter(code__in=todo).values_list("code", "parent"))
        parents |= read
        todo = {parent for parent in read.values() if parent and parent not in parents}
        if not todo:
            break
    found = {}
    for code in named:
        chain, at = {code}, code
        while (at := parents.get(at, "")) and at not in chain:
            chain.add(at)
        found[code] = chain
    return found


def _ground(pieces: Iterable[Piece]) -> _Ground:
    ground = _Ground()
    for piece in pieces:
        _add(ground, piece.kind, piece.codes)
        if piece.shape is not None:
            ground.shapes.append(shapely.from_geojson(json.dumps(piece.shape)))
    return ground


def _ground_of(row: Catchment) -> _Ground:
    ground = _Ground()
    _add(ground, CatchmentKind(row.kind), row.codes)
    if row.shape is not None:
        ground.shapes.append(shapely.from_wkb(bytes(row.shape)))
    return ground


def _add(ground: _Ground, kind: CatchmentKind, codes: Sequence[str]) -> None:
    if kind is CatchmentKind.WHOLE:
        ground.whole = True
    elif kind is CatchmentKind.AREAS:
        ground.areas.update(codes)
    elif kind is CatchmentKind.POSTCODES:
        ground.postcodes.update(codes)
    elif kind is CatchmentKind.GP:
        ground.practices.update(codes)


def _meet(one: _Ground, other: _Ground, above: Mapping[str, set[str]]) -> bool:
    if one.whole or other.whole or one.practices & other.practices:
        return True
    for mine in one.areas:
        for theirs in other.areas:
            if mine in above.get(theirs, ()) or theirs in above.get(mine, ()):
                return True
    if any(_begins(a, b) for a in one.postcodes for b in other.postcodes):
        return True
    return any(a.intersects(b) for a in one.shapes for b in other.shapes)


def _begins(one: str, other: str) -> bool:
    """Whether one holds the other: QX1 holds QX1 2, and does not hold QX10."""
    return one == other or other.startswith(f"{one} ") or one.startswith(f"{other} ")
