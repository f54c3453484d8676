"""Looking things up in the access record, for an information lead of the agency concerned.

Which rows are there to be found is row security's to say: those of the agency's own workers, and
those about what the agency holds. Pages go by key, so that each costs the same, however far back.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from lintel.agencies.models import Agency, Integration, Worker
from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.sharing import policy

PER_PAGE = 25
EXPORT_ROWS = 20_000
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Known:
    """A person about whom the lead's agency holds something."""

    id: int
    name: str
    born: dt.date | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a look-up is narrowed to; days are whole, both included."""

    since: dt.date | None = None
    until: dt.date | None = None
    verb: str = ""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One row of the access record in words. `people`: who it is about, as far as known here."""

    id: int
    at: dt.datetime
    verb: AccessVerb
    worker_id: int
    worker: str
    agency: str
    system: str
    people: tuple[str, ...]
    owner: str
    categories: tuple[str, ...]
    why: tuple[str, ...]
    purpose: str
    page: str
    request_ref: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of the record, newest first; `before` leads to the next, None at the end."""

    rows: list[RecordRow]
    before: int | None


def find_people(actor: Actor, words: str) -> list[Known]:
    """People whom the lead's agency holds something about: part of a name, or a reference."""
    policy.look_up(actor)
    typed = words.replace("\x00", " ").strip()[:100]
    return _known(typed, None) if len(typed) > 1 else []


def find_workers(actor: Actor, words: str) -> list[Worker]:
    """Workers of the lead's own agency, past ones too, by part of their name."""
    policy.look_up(actor)
    typed = words.replace("\x00", " ").strip()[:100]
    if len(typed) < 2:
        return []
    found = Worker.objects.filter(agency_id=actor.agency_id, name__icontains=typed)
    return list(found.order_by("name")[:20])


def known(actor: Actor, person_id: int) -> Known:
    """Who it is. Raises NotFound for somebody about whom the lead's agency holds nothing."""
    policy.look_up(actor)
    found = _known(None, [person_id]) if person_id <= LARGEST_ID else []
    if not found:
        raise NotFound
    return found[0]


def worker(actor: Actor, worker_id: int) -> Worker:
    """A worker of the lead's agency, a past one too. Raises NotFound."""
    policy.look_up(actor)
    found = Worker.objects.filter(pk=worker_id, agency_id=actor.agency_id).first()
    if found is None:
        raise NotFound
    return found


def record_of_person(
    actor: Actor,
    *,
    person_id: int,
    filters: Filters,
    before: int | None = None,
    limit: int = PER_PAGE,
) -> RecordPage:
    """Who saw what of a person."""
    policy.look_up(actor)
    return _page(access.about(person_id, _window(filters, before, limit)), limit)


def record_of_worker(
    actor: Actor,
    *,
    worker_id: int,
    filters: Filters,
    before: int | None = None,
    limit: int = PER_PAGE,
) -> RecordPage:
    """Whom a worker saw."""
    policy.look_up(actor)
    return _page(access.by_worker(worker_id, _window(filters, before, limit)), limit)


def _known(words: str | None, ids: Sequence[int] | None) -> list[Known]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, born FROM sharing_people_for_lead(%s, %s::bigint[])",
            [words, list(ids or [])],
        )
        return [Known(*row) for row in cursor.fetchall()]


def names_for_lead(person_ids: Sequence[int]) -> dict[int, str]:
    """The names of those of these people about whom an agency of the lead's holds something."""
    return {k.id: k.name for k in _known(None, person_ids)}


def _window(filters: Filters, before: int | None, limit: int) -> access.Window:
    """One row more than is shown, to know whether there is another page."""
    return access.Window(
        limit=limit + 1,
        before=None if before is None else min(before, LARGEST_ID),
        since=_midnight(filters.since) if filters.since else None,
        until=_midnight(filters.until + dt.timedelta(days=1)) if filters.until else None,
        verb=filters.verb,
    )


def _page(rows: Sequence[Access], limit: int) -> RecordPage:
    shown = rows[:limit]
    return RecordPage(_in_words(shown), shown[-1].pk if len(rows) > limit else None)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def _in_words(rows: Sequence[Access]) -> list[RecordRow]:
    workers = Worker.objects.in_bulk({row.worker_id for row in rows})
    agencies = dict(
        Agency.objects.filter(
            pk__in={a for row in rows for a in (row.worker_agency_id, row.owner_id) if a}
        ).values_list("pk", "name")
    )
    systems = dict(
        Integration.objects.filter(
            pk__in={row.integration_id for row in rows if row.integration_id}
        ).values_list("pk", "name")
    )
    names = names_for_lead(sorted({p for row in rows for p in _people(row)}))
    return [
        RecordRow(
            id=row.pk,
            at=row.at,
            verb=AccessVerb(row.verb),
            worker_id=row.worker_id,
            worker=_worker_words(workers.get(row.worker_id)),
            agency=agencies.get(row.worker_agency_id, ""),
            system=systems.get(row.integration_id, "") if row.integration_id else "",
            people=tuple(names.get(p, f"person {p}") for p in _people(row)),
            owner=agencies.get(row.owner_id, "") if row.owner_id else "",
            categories=category_words(row.categories),
            why=_why_words(row.why),
            purpose=row.purpose,
            page=row.page,
            request_ref=row.request_ref,
        )
        for row in rows
    ]


def _people(row: Access) -> list[int]:
    return [row.person_id] if row.person_id else list(row.person_ids or [])


def _worker_words(found: Worker | None) -> str:
    return f"{found.name}, {found.job_title}" if found else "A worker no longer known"


def category_words(names: Sequence[str]) -> tuple[str, ...]:
    """Categories as the record keeps them (by name), in the words and the order of the pages."""
    by_name = {category.name.lower(): category for category in Category}
    known_ones = sorted(by_name[name] for name in names if name in by_name)
    others = [name for name in names if name not in by_name]
    return (*(str(category.label) for category in known_ones), *others)


def _why_words(why: dict[str, Any]) -> tuple[str, ...]:
    """Each explanation once, with what it is about where not all is explained alike."""
    grouped: dict[str, list[str]] = {}
    for name, words in why.items():
        grouped.setdefault(str(words), []).append(name)
    if len(grouped) == 1:
        return tuple(grouped)
    return tuple(f"{', '.join(category_words(names))}: {words}" for words, names in grouped.items())
