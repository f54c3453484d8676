"""Runs an import: read, check, report by row, merge."""

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from lintel.people.imports import merge, reading
from lintel.people.imports.columns import FileRefused, positions, read_mapping
from lintel.people.imports.rows import Checker, Staged

Progress = Callable[[int], None]


@dataclass
class Outcome:
    """What an import did: counts of rows, and of what changed in each table."""

    accepted: int = 0
    corrected: int = 0
    refused: int = 0
    changed: dict[str, int] = field(default_factory=dict)


class Report:
    """The report by row: what was corrected or refused, and why. Accepted rows need no line."""

    def __init__(self, path: Path | None, stack: ExitStack) -> None:
        self.writer = None
        if path is not None:
            stream = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            self.writer = csv.writer(stream)
            self.writer.writerow(["Row", "Result", "Why"])

    def line(self, row: int, result: str, words: list[str]) -> None:
        """One row's result."""
        if self.writer is not None:
            self.writer.writerow([row, result, " ".join(words)])


def import_tenancies(
    path: Path,
    *,
    agency_id: int,
    now: datetime,
    mapping: Path | None = None,
    report: Path | None = None,
    dry_run: bool = False,
    progress: Progress = lambda rows: None,
    alias: str = "owner",
) -> Outcome:
    """Import a landlord's tenancies; all the rows that pass, in one transaction.

    Rows that fail are left out and reported; a second run of the same file changes nothing.
    Raises FileRefused, with nothing written, when the file as a whole can't be taken.
    """
    outcome = Outcome()
    names = read_mapping(mapping)
    with ExitStack() as stack:
        lines = Report(report, stack)
        rows = reading.rows(path)
        _, header = next(rows, (0, []))
        checker = Checker(positions(header, names), now.date())
        stack.enter_context(transaction.atomic(using=alias))
        cursor = stack.enter_context(connections[alias].cursor())
        merge.stage(cursor, _checked(rows, checker, lines, outcome, progress))
        outcome.changed = merge.merge(cursor, {"owner": agency_id, "now": now, "today": now.date()})
        _report_patches(cursor, lines, outcome)
        if dry_run:
            transaction.set_rollback(True, using=alias)
    return outcome


def _checked(
    rows: Iterator[tuple[int, list[str]]],
    checker: Checker,
    report: Report,
    outcome: Outcome,
    progress: Progress,
) -> Iterator[Staged]:
    read = 0
    for number, cells in rows:
        if not any(cells):
            continue
        read += 1
        if read % 10_000 == 0:
            progress(read)
        result = checker.check(number, cells)
        if result.refusals:
            outcome.refused += 1
            report.line(number, "refused", result.refusals)
        elif result.staged is not None:
            if result.corrections:
                outcome.corrected += 1
                report.line(number, "corrected", result.corrections)
            else:
                outcome.accepted += 1
            yield result.staged
    if not read:
        raise FileRefused("The file has a header and no rows.")
    progress(read)


def _report_patches(cursor: Any, report: Report, outcome: Outcome) -> None:
    cursor.execute(merge.UNKNOWN_PATCHES)
    for row, patch in cursor.fetchall():
        outcome.corrected += 1
        outcome.accepted -= 1
        report.line(row, "corrected", [f"There is no patch “{patch}”: the home has none."])
