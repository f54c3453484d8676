"""Reads rows of text from CSV or XLSX, one at a time: memory stays flat."""

import codecs
import csv
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from lintel.people.imports.columns import FileRefused

csv.field_size_limit(1_000_000)


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(row number as a person counts it, cells); the first is the header.

    Raises FileRefused when the file isn't what its name says.
    """
    if not path.exists():
        raise FileRefused(f"There is no file {path.name}.")
    if path.stat().st_size == 0:
        raise FileRefused("The file is empty.")
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        yield from _xlsx(path)
    elif path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        yield from _csv(path)
    else:
        raise FileRefused("The file must be CSV or XLSX (its name must end in .csv or .xlsx).")


def encoding_of(path: Path) -> str:
    """UTF-8 if the file is that all through, else the old Windows one that spreadsheets write."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as stream:
        first = stream.read(4)
        if first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        stream.seek(0)
        try:
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as stream:
        head = stream.readline()
        stream.seek(0)
        delimiter = max(",;\t|", key=head.count)
        reader = csv.reader(stream, delimiter=delimiter, strict=False)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise FileRefused(f"Row {reader.line_num} can't be read as CSV: {error}.") from error


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise FileRefused("The file isn't a spreadsheet that can be opened.") from error
    try:
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_text(cell) for cell in cells]
    finally:
        book.close()


def _text(cell: Any) -> str:
    """A cell as a person would type it: whole numbers without '.0', dates as year-month-day."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
