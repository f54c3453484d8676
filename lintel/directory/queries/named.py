"""Places, wards and councils by name, also with a slip in it."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from lintel.directory.place import Ambiguous, Unplaced
from lintel.directory.states import AreaKind

MOST = 8
# Likeness of trigrams, 0 to 1: enough to be taken, and enough ahead of the next.
SURE, AHEAD = 0.6, 0.15
COLUMNS = """
a.code, a.kind, a.name, coalesce(p.name, '') AS parent, a.lon, a.lat, a.shape IS NOT NULL
"""
LIKE = f"""
SELECT {COLUMNS}, similarity(a.name, %(name)s) AS likeness, lower(a.name) = lower(%(name)s) AS same
FROM directory_area a LEFT JOIN directory_area p ON p.code = a.parent
WHERE a.kind = ANY (%(kinds)s) AND (a.name %% %(name)s OR a.name ILIKE %(begins)s)
ORDER BY same DESC, likeness DESC, a.name, a.code LIMIT %(most)s
"""
BY_CODE = f"""
SELECT {COLUMNS} FROM directory_area a LEFT JOIN directory_area p ON p.code = a.parent
WHERE a.code = %s
"""
KINDS = [AreaKind.PLACE, AreaKind.WARD, AreaKind.COUNCIL]


@dataclass(frozen=True, slots=True)
class Row:
    """An area, and the name of the one that it belongs to."""

    code: str
    kind: str
    name: str
    parent: str
    lon: float | None
    lat: float | None
    outlined: bool

    @property
    def words(self) -> str:
        """What tells it from others of its name: "Broomhill (ward, Shethernley)"."""
        kind = AreaKind(self.kind).label.lower()
        return f"{self.name} ({kind}{', ' + self.parent if self.parent else ''})"


def one(name: str) -> tuple[Row, str]:
    """The area of that name, and a note where what was typed is only like it.

    Raises Unplaced where there is none like it, Ambiguous where there are several.
    """
    found = _like(name)
    if not found:
        raise Unplaced(
            "We don’t know a place of that name. Check how it is written, or enter a postcode."
        )
    same = [row for row, _, is_same in found if is_same]
    if len(same) == 1:
        return same[0], ""
    if same:
        raise Ambiguous("There are several places of that name. Which one?", _choices(same))
    best, likeness, _ = found[0]
    next_best = found[1][1] if len(found) > 1 else 0.0
    if likeness >= SURE and likeness - next_best >= AHEAD:
        return best, f"We took what was typed as {best.name}."
    raise Ambiguous("Which of these do you mean?", _choices([row for row, _, _ in found]))


def of_code(code: str) -> Row | None:
    """The area of that code."""
    with connection.cursor() as cursor:
        cursor.execute(BY_CODE, [code])
        row = cursor.fetchone()
    return Row(*row) if row else None


def _like(name: str) -> list[tuple[Row, float, bool]]:
    begins = name.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    values: dict[str, Any] = {
        "name": name,
        "begins": begins,
        "kinds": [str(kind) for kind in KINDS],
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(LIKE, values)
        return [(Row(*row[:7]), float(row[7]), bool(row[8])) for row in cursor.fetchall()]


def _choices(rows: list[Row]) -> tuple[tuple[str, str], ...]:
    return tuple((row.code, row.words) for row in rows)
