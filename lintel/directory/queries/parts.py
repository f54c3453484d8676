"""What is known of part of a postcode, from the postcodes that begin with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from lintel.directory.queries.known import Held
from lintel.directory.states import AreaKind

# By bounds, in byte order: the index for prefixes answers, for each part by itself.
SUMMARY = """
SELECT w.part, count(p.code), array_agg(DISTINCT p.council) FILTER (WHERE p.ended IS NULL),
  array_agg(DISTINCT p.ward) FILTER (WHERE p.ended IS NULL),
  array_agg(DISTINCT p.lsoa) FILTER (WHERE p.ended IS NULL)
FROM unnest(%s::text[], %s::text[], %s::text[]) AS w (part, low, high)
LEFT JOIN directory_postcode p ON p.code ~>=~ w.low AND p.code ~<~ w.high
GROUP BY w.part
"""
ANY = "SELECT EXISTS (SELECT FROM directory_postcode WHERE code ~>=~ %s AND code ~<~ %s)"


@dataclass(frozen=True, slots=True)
class Summary:
    """How many postcodes begin so, and the different areas that those in use are in ("": none)."""

    postcodes: int
    councils: tuple[str, ...]
    wards: tuple[str, ...]
    lsoas: tuple[str, ...]

    def held(self) -> Held:
        """The areas that hold all of them."""
        return {
            str(kind): codes[0]
            for kind, codes in (
                (AreaKind.COUNCIL, self.councils),
                (AreaKind.WARD, self.wards),
                (AreaKind.LSOA, self.lsoas),
            )
            if len(codes) == 1 and codes[0]
        }


def summaries(parts: Sequence[str]) -> dict[str, Summary]:
    """For each district ("QX1") or sector ("QX1 2") what is known of it: one query."""
    lows = [part if " " in part else f"{part} " for part in parts]
    highs = [low[:-1] + chr(ord(low[-1]) + 1) for low in lows]
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, [list(parts), lows, highs])
        return {
            part: Summary(count, tuple(councils or ()), tuple(wards or ()), tuple(lsoas or ()))
            for part, count, councils, wards, lsoas in cursor.fetchall()
        }


def any_loaded() -> bool:
    """Whether there is a list of postcodes at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM directory_postcode)")
        (found,) = cursor.fetchone()
    return bool(found)


def any_around(district: str) -> bool:
    """Whether postcodes of the district's area ("QX" of "QX1") are loaded."""
    area = re.sub(r"[0-9].*$", "", district)
    with connection.cursor() as cursor:
        # Every district begins with a digit; ":" comes after "9".
        cursor.execute(ANY, [f"{area}0", f"{area}:"])
        found: bool = cursor.fetchone()[0]
    return found
