"""Training from a list: a CSV file or lines pasted from a spreadsheet, with its faults by row."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from lintel.sharing.actions.training import AT_MOST, Done, training_faults
from lintel.web import dates

COLUMNS = ("e-mail", "course", "done on", "until")
ALIASES = {"email": "e-mail", "e-mail address": "e-mail", "done": "done on", "date": "done on"}


@dataclass(frozen=True, slots=True)
class Read:
    """What a list says: all rows that are right, and what is wrong in the others."""

    done: list[Done]
    faults: list[str]


def read(text: str, workers: Mapping[str, int], now: datetime) -> Read:
    """Read a list. `workers`: who may be in it, by e-mail address in small letters."""
    lines = text.lstrip("\ufeff").strip()
    if not lines:
        return Read([], ["The list is empty"])
    first = lines.splitlines()[0]
    mark = max((",", ";", "\t"), key=first.count)
    rows = list(csv.reader(io.StringIO(lines), delimiter=mark))
    names = [_name(cell) for cell in rows[0]]
    if missing := [column for column in COLUMNS if column not in names]:
        return Read([], [f"The first row must name the columns. Not found: {', '.join(missing)}"])
    if len(rows) - 1 > AT_MOST:
        return Read([], [f"The list has more than {AT_MOST} rows. Cut it in two"])
    done: list[Done] = []
    faults: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(names, (cell.strip() for cell in row), strict=False))
        # What Lintel's own copy has for a worker without training.
        if not any(cells.get(column, "") for column in COLUMNS[1:]):
            continue
        one, wrong = _one(cells, workers, now)
        faults += [f"Row {number}: {words}" for words in wrong]
        if one is not None:
            done.append(one)
    if not done and not faults:
        faults.append("No row says that somebody has done training")
    return Read(done, faults)


def _name(cell: str) -> str:
    name = cell.strip().lower().replace("_", " ")
    return ALIASES.get(name, name)


def _one(
    cells: Mapping[str, str], workers: Mapping[str, int], now: datetime
) -> tuple[Done | None, list[str]]:
    wrong = []
    worker_id = workers.get(cells.get("e-mail", "").lower())
    if worker_id is None:
        wrong.append(f"you keep the training of nobody with the e-mail {cells.get('e-mail', '')!r}")
    done_on = _day(cells, "done on", "past", now, wrong)
    until = _day(cells, "until", "future", now, wrong)
    if worker_id is None or done_on is None or until is None:
        return None, wrong
    one = Done(worker_id, cells.get("course", ""), done_on, until)
    faults = training_faults(one, now)
    wrong += [words[0].lower() + words[1:] for words in faults.values()]
    return (None if wrong else one), wrong


def _day(
    cells: Mapping[str, str], name: str, prefers: dates.Prefers, now: datetime, wrong: list[str]
) -> date | None:
    typed = cells.get(name, "")
    try:
        return dates.parse_date(typed[:40], today=timezone.localdate(now), prefers=prefers)
    except dates.Unreadable as error:
        wrong.append(f"“{name}”: {error}")
        return None
