"""Who would gain and lose sight of what by a draft, counted from the data in the background.

Method: for every person, what the draft's rules would show today is worked out beside what the
rules in force show, by the same SQL that derives sight (the views `preview_from_*`), as if the
agencies and workers that take part today had signed and accepted the draft. The two are compared
worker by worker and counted: by purpose, kind of agency, level and category. It reads, and changes
nothing. People are counted some thousands at a time, so it blocks nobody and shows how far it is.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from lintel.kernel.actor import as_system
from lintel.sharing.changes import content
from lintel.sharing.models import Preview
from lintel.sharing.queries import agreements as queries

BATCH = 5000
# Fewer are not told: a small number could point at somebody.
FEWEST = 5
COUNT_SQL = "SELECT * FROM agreement_preview(%s, %s, %s, %s, %s)"
NEXT_SQL = "SELECT upto, people FROM agreement_preview_next(%s, %s)"
TOTAL_SQL = "SELECT sight_people_count()"
# By rule: use, kind, level. Altogether, whatever the purpose: use and level are empty.
Key = tuple[str, str, str, int]


@dataclass(slots=True)
class Tally:
    """How many people, of whom workers would newly see something, or see it no longer."""

    gains: int = 0
    loses: int = 0
    more: int = 0
    less: int = 0

    def add(self, gains: int, loses: int, more: int, less: int) -> None:
        """Count some more people: others than those before."""
        self.gains += gains
        self.loses += loses
        self.more += more
        self.less += less


def fingerprint(draft_id: int, base_id: int | None) -> str:
    """A mark of the rules that are compared: another, and a count is out of date."""
    both: list[Any] = []
    for agreement_id in (base_id, draft_id):
        rules = queries.rules(agreement_id) if agreement_id else []
        both.append(sorted(json.dumps(_plain(content(rule))) for rule in rules))
    return hashlib.sha256(json.dumps(both).encode()).hexdigest()


def _plain(values: Iterable[Any]) -> list[Any]:
    return [sorted(map(str, v)) if isinstance(v, frozenset) else str(v) for v in values]


def count(preview_id: int, now: datetime, *, batch: int = BATCH) -> None:
    """Do the counting; for the job. Safe to repeat: it begins again from nothing.

    Nothing happens when the draft is gone, or the count is done.
    """
    with as_system():
        preview = Preview.objects.filter(pk=preview_id, finished__isnull=True).first()
    if preview is None:
        return
    base = queries.in_force(now)
    with as_system(), connection.cursor() as cursor:
        cursor.execute(TOTAL_SQL)
        (total,) = cursor.fetchone()
    tallies: dict[Key, Tally] = {}
    done = after = 0
    while True:
        with as_system(), connection.cursor() as cursor:
            cursor.execute(NEXT_SQL, [after, batch])
            upto, people = cursor.fetchone()
            if not people:
                break
            versions = [base.id if base else 0, preview.agreement_id]
            cursor.execute(COUNT_SQL, [*versions, after, upto, preview.moment])
            for use, kind, level, category, *numbers in cursor.fetchall():
                tallies.setdefault((use, kind, level, category), Tally()).add(*numbers)
            done, after = done + people, upto
            if not Preview.objects.filter(pk=preview_id).update(done=done, total=total):
                return  # The draft was thrown away meanwhile.
    with as_system():
        Preview.objects.filter(pk=preview_id).update(finished=now, rows=told(tallies))


def told(tallies: dict[Key, Tally]) -> list[dict[str, Any]]:
    """The counts as they are kept: small ones hidden for good, as None."""
    return [
        {
            "use": use,
            "kind": kind,
            "level": level,
            "category": category,
            **{
                name: (number if number == 0 or number >= FEWEST else None)
                for name, number in (
                    ("gains", tally.gains),
                    ("loses", tally.loses),
                    ("more", tally.more),
                    ("less", tally.less),
                )
            },
        }
        for (use, kind, level, category), tally in sorted(tallies.items())
        if tally.gains or tally.loses or tally.more or tally.less
    ]


def latest(draft_id: int) -> Preview | None:
    """The newest count of a draft, finished or not."""
    return Preview.objects.filter(agreement_id=draft_id).order_by("-asked", "-pk").first()
