"""What the person reads in their own view about records opened for safety."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from lintel.kernel.sight.states import Category
from lintel.sharing.states import OverrideReason

COLUMNS = (
    "id, person_id, opened, until, worker, job_title, agency, holder, categories, reason, words,"
    " agreed_by, justified, findings, told_words, reviewed"
)


@dataclass(frozen=True, slots=True)
class OpenedForSafety:
    """A record that was opened for safety: by whom, why, who agreed, and what was found.

    `justified` is None until it was looked at; `told_words`: what the person was told then.
    """

    id: int
    person_id: int
    opened: datetime
    until: datetime
    worker: str
    job_title: str
    agency: str
    holder: str
    categories: Sequence[Category]
    reason: OverrideReason
    words: str
    agreed_by: str
    justified: bool | None
    findings: str
    told_words: str
    reviewed: datetime | None


def opened_for_safety(person_id: int) -> list[OpenedForSafety]:
    """What was opened for safety about the person, newest first; one query.

    For a transaction bound to an account (`lintel.kernel.actor.bound_account`): the person's own,
    or that of a carer or advocate whom they let see what is about safety. Nothing for another's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM subject_overrides() WHERE person_id = %s"
            " ORDER BY opened DESC, id DESC",
            [person_id],
        )
        return [_opened(row) for row in cursor.fetchall()]


def _opened(row: Sequence[Any]) -> OpenedForSafety:
    values = list(row)
    values[8] = tuple(Category(n) for n in sorted(row[8]))
    values[9] = OverrideReason(row[9])
    values[11], values[13], values[14] = row[11] or "", row[13] or "", row[14] or ""
    return OpenedForSafety(*values)
