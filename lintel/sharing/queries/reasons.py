"""Why a worker sees what they see, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from lintel.agencies.models import Agency, Worker
from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied
from lintel.kernel.sight.states import Category, Source
from lintel.sharing.states import OverrideReason, purpose_words
from lintel.web.words import date_words, datetime_words

COLUMNS = (
    "worker_id, category, owner_id, source, source_id, since, until,"
    " consent_given, consent_until, purpose, reason"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that gives one worker sight of one category held by one agency."""

    worker_id: int
    category: Category
    owner_id: int
    source: Source
    source_id: int
    since: datetime | None
    until: datetime | None
    consent_given: datetime | None
    consent_until: datetime | None
    purpose: str
    reason: str

    def words(self) -> str:
        """What explains it, to follow "because"; the same for the worker and for the record."""
        if self.source is Source.CONSENT:
            return consent_words(self.consent_given, self.consent_until, self.purpose)
        if self.source is Source.OVERRIDE:
            why = OverrideReason(self.reason).label if self.reason else "a danger"
            return (
                f"the worker opened the record for safety ({why}),"
                f" until {datetime_words(self.until)}"
            )
        return Source(self.source).label


@dataclass(frozen=True, slots=True)
class Watcher:
    """A worker who sees something that an agency holds, and by what."""

    worker: str
    agency: str
    owner: str
    categories: tuple[Category, ...]
    words: tuple[str, ...]


def consent_words(given: datetime | None, until: datetime | None, purpose: str) -> str:
    """ "the person consented on 3 May 2026, to plan care and support, until 3 November 2026"."""
    what = purpose_words(purpose) if purpose else "sharing"
    return f"the person consented on {date_words(given)}, {what}, until {date_words(until)}"


def why(actor: Actor, person_id: int) -> list[Reason]:
    """Why the actor sees what they see of a person now; nothing for somebody out of sight."""
    return _reasons("sharing_my_reasons", person_id)


def why_words(reasons: Iterable[Reason]) -> dict[tuple[int, Category], tuple[str, ...]]:
    """The words for each agency and category that it holds, each said once."""
    found: dict[tuple[int, Category], tuple[str, ...]] = {}
    for reason in reasons:
        key, words = (reason.owner_id, reason.category), reason.words()
        if words not in found.get(key, ()):
            found[key] = (*found.get(key, ()), words)
    return found


def who_can_see(actor: Actor, person_id: int) -> list[Watcher]:
    """Who sees now what the actor's agency holds about a person. For its information leads.

    Raises Denied for anybody else.
    """
    if not actor.has(Role.INFORMATION_LEAD):
        raise Denied("Only an information lead can look up who sees a record.")
    reasons = _reasons("sharing_reasons_for_lead", person_id)
    workers = {
        w.pk: w
        for w in Worker.objects.filter(pk__in={r.worker_id for r in reasons}).select_related(
            "agency"
        )
    }
    owners = dict(
        Agency.objects.filter(pk__in={r.owner_id for r in reasons}).values_list("pk", "name")
    )
    grouped: dict[tuple[int, int], list[Reason]] = {}
    for reason in reasons:
        grouped.setdefault((reason.worker_id, reason.owner_id), []).append(reason)
    watchers = [
        Watcher(
            worker=f"{workers[worker_id].name}, {workers[worker_id].job_title}",
            agency=workers[worker_id].agency.name,
            owner=owners[owner_id],
            categories=tuple(sorted({r.category for r in given})),
            words=tuple(sorted({r.words() for r in given})),
        )
        for (worker_id, owner_id), given in grouped.items()
    ]
    return sorted(watchers, key=lambda w: (w.agency, w.worker, w.owner))


def _reasons(function: str, person_id: int) -> list[Reason]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM {function}(%s) ORDER BY owner_id, category, source, source_id",
            [person_id],
        )
        return [_reason(row) for row in cursor.fetchall()]


def _reason(row: tuple[Any, ...]) -> Reason:
    return Reason(
        worker_id=row[0],
        category=Category(row[1]),
        owner_id=row[2],
        source=Source(row[3]),
        source_id=row[4],
        since=row[5],
        until=row[6],
        consent_given=row[7],
        consent_until=row[8],
        purpose=row[9] or "",
        reason=row[10] or "",
    )
