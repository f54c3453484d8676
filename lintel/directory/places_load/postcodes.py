"""Loads postcodes: staged with COPY and merged by set, a batch in each transaction.

Killed half-way, whole batches are there and the rest is as it was; the next run does the rest. A
run with nothing new writes nothing. A postcode is never removed, because people still give old
ones: what the list no longer has is marked as ended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from lintel.directory.britain import INVENTED_AREA, POSTCODE_AREAS
from lintel.directory.models import Postcode
from lintel.directory.places_load import books, sources
from lintel.directory.places_load.grid import degrees
from lintel.directory.places_load.locating import Locator
from lintel.directory.states import AreaKind

Progress = Callable[[str], None]

# A list that lacks more than this of what is here has been cut off, or is of somewhere else.
FEW, SHARE = 100, 0.05

STAGE = """
DROP TABLE IF EXISTS stage_postcode, seen_postcode;
CREATE TEMPORARY TABLE stage_postcode (code text, lon float8, lat float8, council text, ward text,
  lsoa text, ended date);
CREATE TEMPORARY TABLE seen_postcode (code text);
"""
UNSTAGE = "DROP TABLE IF EXISTS stage_postcode, seen_postcode"
NULL = "\\N"
COPY = "COPY stage_postcode (code, lon, lat, council, ward, lsoa, ended) FROM STDIN"

# The list comes in order of code; the bounds let the merge read that part of the table only.
NEAR = "p.code ~>=~ %(low)s AND p.code ~<=~ %(high)s"
# What the source doesn't say stays as it is: another source, or the areas' outlines, said it.
COUNCIL, WARD, LSOA = (
    f"coalesce(nullif(s.{column}, ''), p.{column})" for column in ("council", "ward", "lsoa")
)
ENDED = "CASE WHEN %(says_ended)s THEN s.ended ELSE p.ended END"
CHANGE = f"""
UPDATE directory_postcode p SET lon = s.lon, lat = s.lat, council = {COUNCIL}, ward = {WARD},
  lsoa = {LSOA}, ended = {ENDED}
FROM stage_postcode s WHERE p.code = s.code AND {NEAR} AND
  (p.lon, p.lat, p.council, p.ward, p.lsoa, p.ended) IS DISTINCT FROM
  (s.lon, s.lat, {COUNCIL}, {WARD}, {LSOA}, {ENDED})
"""
ADD = f"""
INSERT INTO directory_postcode (code, lon, lat, council, ward, lsoa, ended)
SELECT DISTINCT ON (s.code) s.code, s.lon, s.lat, s.council, s.ward, s.lsoa, s.ended
FROM stage_postcode s
WHERE NOT EXISTS (SELECT FROM directory_postcode p WHERE p.code = s.code AND {NEAR})
ORDER BY s.code
"""
# Invented postcodes belong to the demonstration; no real list has a say in them.
IN_SCOPE = """
FROM directory_postcode p WHERE p.ended IS NULL AND p.code NOT LIKE %(invented)s
  AND (%(areas)s::text[] IS NULL OR substring(p.code FROM '^[A-Z]+') = ANY (%(areas)s))
  AND (%(councils)s::text[] IS NULL OR p.council = ANY (%(councils)s))
"""
MISSING = (
    f"SELECT p.code {IN_SCOPE} AND NOT EXISTS (SELECT FROM seen_postcode s WHERE s.code = p.code)"
)
END = f"UPDATE directory_postcode SET ended = %(today)s WHERE code IN ({MISSING})"


@dataclass(slots=True)
class PostcodeOutcome:
    """Counts of rows. `missing`: in use here and not in the list; `ended` of them were marked."""

    read: int = 0
    left_out: int = 0
    taken: int = 0
    without_point: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    ended: int = 0


def load_postcodes(
    *,
    now: datetime,
    file: Path | None = None,
    areas: frozenset[str] = frozenset(),
    councils: frozenset[str] = frozenset(),
    end_missing: bool = False,
    progress: Progress = lambda words: None,
    alias: str = "owner",
) -> PostcodeOutcome:
    """Load the packaged list of postcodes, or the ONS Postcode Directory from `file`.

    `areas`: postcode areas ("S", "SY"), `councils`: ONS codes; all where none are given.
    `end_missing`: mark what is missing as ended even when it is suspiciously much.
    Raises Refused for a file that isn't one or is cut off (what was read before stays), and Busy.
    """
    unknown = areas - POSTCODE_AREAS
    if unknown:
        raise books.Refused(f"No postcode area is called {', '.join(sorted(unknown))}.")
    source = file.name if file else sources.PACKAGE
    batches = sources.onspd(file, areas) if file else sources.packaged(areas)
    load = _Load(alias, councils)
    with (
        books.kept("postcodes", source, now=now, alias=alias) as line,
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(STAGE)
        for batch in batches:
            with transaction.atomic(using=alias):
                load.take(cursor, batch)
                books.note(line, load.outcome.taken)
            if batch.codes:
                progress(f"{load.outcome.taken:>9,} postcodes, to {batch.codes[-1]}")
        load.end(cursor, now.date(), areas, end_missing)
        cursor.execute(UNSTAGE)
    return load.outcome


class _Load:
    """One load's work and counts."""

    def __init__(self, alias: str, councils: frozenset[str]) -> None:
        self.outcome = PostcodeOutcome()
        self._locator = Locator(alias)
        self._councils = councils
        held = Postcode.objects.using(alias).filter(council__in=councils)
        # What was in these councils before: it may be in another one now.
        self._held = set(held.values_list("code", flat=True)) if councils else set()

    def take(self, cursor: Any, batch: sources.Batch) -> None:
        """Stage and merge one batch, in the current transaction."""
        self.outcome.read += batch.read
        self.outcome.left_out += batch.left_out
        lines, low, high = self._lines(batch)
        if not lines:
            return
        cursor.execute("TRUNCATE stage_postcode")
        with cursor.copy(COPY) as stream:
            stream.write("".join(lines))
        if not self.outcome.taken:  # The next batches are like the first.
            cursor.execute("ANALYZE stage_postcode")
        bounds = {"low": low, "high": high, "says_ended": batch.ended is not None}
        cursor.execute(CHANGE, bounds)
        self.outcome.changed += cursor.rowcount
        cursor.execute(ADD, bounds)
        self.outcome.added += cursor.rowcount
        cursor.execute("INSERT INTO seen_postcode SELECT code FROM stage_postcode")
        self.outcome.taken += len(lines)

    def _lines(self, batch: sources.Batch) -> tuple[list[str], str, str]:
        """The wanted rows of a batch as COPY reads them, and the lowest and highest code."""
        lons, lats = degrees(*batch.metres())
        council = self._locator.council(batch.council, lons, lats)
        ward = self._locator.finer(AreaKind.WARD, batch.ward, lons, lats, council)
        lsoa = self._locator.finer(AreaKind.LSOA, batch.lsoa, lons, lats, council)
        ended = batch.ended or [None] * len(batch.codes)
        lines: list[str] = []
        codes: list[str] = []
        without = 0
        for code, lon, lat, c, w, area, end in zip(
            batch.codes, lons.tolist(), lats.tolist(), council, ward, lsoa, ended, strict=True
        ):
            if self._councils and c not in self._councils and code not in self._held:
                continue
            codes.append(code)
            if lon != lon:
                without += 1
                lines.append(f"{code}\t\\N\t\\N\t{c}\t{w}\t{area}\t{end or NULL}\n")
            else:
                lines.append(f"{code}\t{lon}\t{lat}\t{c}\t{w}\t{area}\t{end or NULL}\n")
        self.outcome.without_point += without
        return lines, min(codes, default=""), max(codes, default="")

    def end(self, cursor: Any, today: date, areas: frozenset[str], anyway: bool) -> None:
        """Mark what the list no longer has as ended, unless that is too much to be true."""
        scope = {
            "invented": f"{INVENTED_AREA}%",
            "areas": sorted(areas) or None,
            "councils": sorted(self._councils) or None,
            "today": today,
        }
        # With no statistics the database would compare each with each.
        cursor.execute("ANALYZE seen_postcode")
        cursor.execute("ANALYZE directory_postcode")
        cursor.execute(f"SELECT count(*) FROM ({MISSING}) m", scope)
        self.outcome.missing = cursor.fetchone()[0]
        if not self.outcome.missing:
            return
        cursor.execute(f"SELECT count(*) {IN_SCOPE}", scope)
        (held,) = cursor.fetchone()
        if anyway or self.outcome.missing <= max(FEW, SHARE * held):
            cursor.execute(END, scope)
            self.outcome.ended = cursor.rowcount
