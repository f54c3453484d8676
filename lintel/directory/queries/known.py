"""The areas as this process knows them: outlines, names, and which are this partnership's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

from django.db import connection

from lintel.directory.models import Area
from lintel.directory.outlines import Outlines
from lintel.directory.queries.editions import Stamp, stamp
from lintel.directory.states import AreaKind

# Every change of the directory makes a new edition; few of them change the areas, which are
# slow to read again. A row that is changed gets another place in its table, or another writer.
FINGERPRINT = """
SELECT count(*), coalesce(sum(hashtextextended(ctid::text || ' ' || xmin::text, 0)), 0)
FROM directory_area
"""
Fingerprint = tuple[int, int]
# Kind -> code: the areas that hold one place.
Held = dict[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """All areas. `ours`: codes; `shared`: councils that areas of ours belong to."""

    outlines: Outlines
    kinds: dict[str, str]
    parents: dict[str, str]
    # Not of LSOAs: their names say nothing to people.
    names: dict[str, str]
    ours: frozenset[str]
    shared: frozenset[str]
    # Kinds of the areas of ours, and whether they have outlines.
    our_kinds: frozenset[str]
    outlined: bool

    def with_parents(self, held: Held) -> Held:
        """The same with the areas that those areas belong to.

        One that isn't loaded itself is a council: no other kind is named as a parent.
        """
        found = dict(held)
        for code in held.values():
            for parent in _chain(code, self.parents):
                found.setdefault(self.kinds.get(parent, AreaKind.COUNCIL), parent)
        return found

    def is_ours(self, held: Held, *, point: bool) -> bool | None:
        """Whether a place in these areas is this partnership's; None where there's no telling.

        `point`: it is known where it is, so that being in no outline says something.
        """
        if not self.ours:
            return None
        if not self.ours.isdisjoint(held.values()):
            return True
        council = held.get(AreaKind.COUNCIL, "")
        if council and (self.shared or AreaKind.COUNCIL in self.our_kinds):
            finer = any(kind in held for kind in self.our_kinds if kind != AreaKind.COUNCIL)
            return council in self.shared and not finer
        return False if point and self.outlined else None


_lock = Lock()
_kept: dict[str, tuple[Stamp, Fingerprint, Known]] = {}


def known() -> Known:
    """The areas as they are now: one small query, two after a change of the directory."""
    now = stamp()
    where = str(connection.settings_dict["NAME"])
    kept = _kept.get(where)
    if kept is not None and kept[0] == now:
        return kept[2]
    with _lock:
        print_now = _fingerprint()
        kept = _kept.get(where)
        areas = kept[2] if kept is not None and kept[1] == print_now else _read()
        _kept[where] = (now, print_now, areas)
        return areas


def _fingerprint() -> Fingerprint:
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT)
        count, mark = cursor.fetchone()
    return count, int(mark)


def _read() -> Known:
    rows = list(
        Area.objects.values_list("code", "kind", "name", "parent", "ours", "shape").iterator()
    )
    ours = frozenset(code for code, _, _, _, mine, _ in rows if mine)
    kinds = {row[0]: row[1] for row in rows}
    parents = {code: parent for code, _, _, parent, _, _ in rows if parent}
    return Known(
        outlines=Outlines((code, kind, shape) for code, kind, _, _, _, shape in rows if shape),
        kinds=kinds,
        parents=parents,
        names={code: name for code, kind, name, _, _, _ in rows if kind != AreaKind.LSOA},
        ours=ours,
        shared=frozenset(
            parent
            for code in ours
            for parent in _chain(code, parents)
            if kinds.get(parent, AreaKind.COUNCIL) == AreaKind.COUNCIL
        ),
        our_kinds=frozenset(kind for _, kind, _, _, mine, _ in rows if mine),
        outlined=any(shape for _, _, _, _, mine, shape in rows if mine),
    )


def _chain(code: str, parents: Mapping[str, str]) -> Iterator[str]:
    """The areas that an area belongs to: LSOA, ward, council. Never round in a circle."""
    for _ in AreaKind:
        code = parents.get(code, "")
        if not code:
            return
        yield code
