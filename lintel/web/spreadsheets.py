"""Lists as CSV and XLSX files that spreadsheets open without harm."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

# A cell that begins so is run as a formula by spreadsheets.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# By this, spreadsheets know that a file is UTF-8.
MARK = "\ufeff"


def cell(value: object) -> str:
    """The value as text that no spreadsheet runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_answer(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """A CSV file to keep, as the answer to a request. `filename` without the ending."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    response.write(MARK)
    writer = csv.writer(response)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return response


def xlsx_answer(
    filename: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    sheet: str,
    title: str = "",
    widths: Sequence[int] = (),
) -> HttpResponse:
    """An XLSX file to keep, written row by row. `filename` without the ending.

    The header, and a `title` above it, are bold; `widths` of the first columns in characters.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "B3" if title else "B2"
    for number, width in enumerate(widths):
        page.column_dimensions[chr(ord("A") + number)].width = width
    if title:
        page.append([_bold(page, title)])
    page.append([_bold(page, name) for name in header])
    for row in rows:
        page.append([cell(value) for value in row])
    made = BytesIO()
    book.save(made)
    response = HttpResponse(made.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{filename}.xlsx"'
    return response


def _bold(page: Any, words: str) -> Any:
    made = WriteOnlyCell(page, value=cell(words))
    made.font = Font(bold=True)
    return made
