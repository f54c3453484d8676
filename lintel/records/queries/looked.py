"""Who has looked at a person's record, as the person is shown it.

Reads as `lintel_person`: row security says which rows there are. Rows of the same worker in the
same week stand together. A page is a range of the record, so that it costs the same however long
the history is and however far back one reads.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from lintel.agencies.models import Agency, Worker
from lintel.kernel import access
from lintel.kernel.access import Window
from lintel.kernel.actor import Account
from lintel.kernel.errors import NotFound
from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.records.models import Question

# Of the record, on one page; whole weeks of it are shown.
ROWS_A_PAGE = 100
WORKER_FIELDS = ("pk", "name", "job_title", "agency_id")


@dataclass(frozen=True, slots=True)
class Deed:
    """What a worker did, how often, what of, and the words that the record has for why."""

    verb: AccessVerb
    times: int
    categories: tuple[Category, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """What one worker did in one week. `entry_id`: the newest row, by which it is asked about."""

    entry_id: int
    worker_id: int
    worker: str
    job: str
    agency_id: int
    agency: str
    first: dt.datetime
    last: dt.datetime
    deeds: tuple[Deed, ...]
    question_id: int | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """A week, by its Monday."""

    begins: dt.date
    looks: tuple[Looks, ...]


@dataclass(frozen=True, slots=True)
class LookedPage:
    """Weeks, newest first. `before` leads to the next page; `cut` when the last week goes on."""

    weeks: list[Week]
    before: int | None
    cut: bool


def looked(
    account: Account,
    *,
    before: int | None = None,
    month: dt.date | None = None,
    limit: int = ROWS_A_PAGE,
) -> LookedPage:
    """A page of who has looked; `month`: any day of the one month that is asked for."""
    since, until = _month(month)
    window = Window(limit=limit + 1, before=before, since=since, until=until)
    rows = access.about_oneself(account.person_id, window)
    more = len(rows) > limit
    rows = rows[:limit]
    shown = whole_weeks(rows) if more else rows
    cut = more and len(shown) == len(rows)
    weeks = _weeks(account, shown)
    return LookedPage(weeks, shown[-1].pk if more else None, cut)


def whole_weeks(rows: Sequence[Access]) -> Sequence[Access]:
    """The rows without the last week, which may go on; all of them if there is no other week."""
    last = monday(rows[-1].at)
    whole = [row for row in rows if monday(row.at) != last]
    return whole or rows


def looks(account: Account, entry_id: int) -> Looks:
    """What was shown together with this row. Raises NotFound for a row that isn't the person's."""
    found = Access.objects.filter(pk=entry_id).only(*access.PERSONS_COLUMNS).first()
    if found is None:
        raise NotFound
    begins = monday(found.at)
    window = Window(
        limit=ROWS_A_PAGE, since=_start(begins), until=_start(begins + dt.timedelta(days=7))
    )
    rows = [
        row
        for row in access.about_oneself(account.person_id, window)
        if row.worker_id == found.worker_id
    ]
    if not rows:  # Beyond what one page holds, or about somebody else whom the account sees.
        if found.person_id != account.person_id:
            raise NotFound
        rows = [found]
    (week,) = _weeks(account, rows)
    return week.looks[0]


def months(now: dt.datetime, many: int = 24) -> list[dt.date]:
    """The first days of this month and of those before it."""
    day = timezone.localdate(now).replace(day=1)
    found = []
    for _ in range(many):
        found.append(day)
        day = (day - dt.timedelta(days=1)).replace(day=1)
    return found


def monday(at: dt.datetime) -> dt.date:
    """The Monday of the week, in local time."""
    day = timezone.localdate(at)
    return day - dt.timedelta(days=day.weekday())


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def _month(month: dt.date | None) -> tuple[dt.datetime | None, dt.datetime | None]:
    if month is None:
        return None, None
    first = month.replace(day=1)
    return _start(first), _start((first + dt.timedelta(days=32)).replace(day=1))


def _weeks(account: Account, rows: Sequence[Access]) -> list[Week]:
    grouped: dict[dt.date, dict[int, list[Access]]] = {}
    for row in rows:
        grouped.setdefault(monday(row.at), {}).setdefault(row.worker_id, []).append(row)
    workers = {
        w.pk: w
        for w in Worker.objects.filter(pk__in={row.worker_id for row in rows}).only(*WORKER_FIELDS)
    }
    agencies = dict(
        Agency.objects.filter(pk__in={row.worker_agency_id for row in rows}).values_list(
            "pk", "name"
        )
    )
    asked = dict(
        Question.objects.filter(
            person_id=account.person_id, access_id__in=[row.pk for row in rows]
        ).values_list("access_id", "pk")
    )
    return [
        Week(
            begins,
            tuple(
                _with_question(_looks(found, workers.get(worker_id), agencies), found, asked)
                for worker_id, found in by_worker.items()
            ),
        )
        for begins, by_worker in grouped.items()
    ]


def _looks(rows: Sequence[Access], worker: Worker | None, agencies: dict[int, str]) -> Looks:
    newest = rows[0]
    return Looks(
        entry_id=newest.pk,
        worker_id=newest.worker_id,
        worker=worker.name if worker else "A worker",
        job=worker.job_title if worker else "",
        agency_id=newest.worker_agency_id,
        agency=agencies.get(newest.worker_agency_id, ""),
        first=rows[-1].at,
        last=newest.at,
        deeds=tuple(_deeds(rows)),
    )


def _with_question(one: Looks, rows: Iterable[Access], asked: dict[int, int]) -> Looks:
    found = next((asked[row.pk] for row in rows if row.pk in asked), None)
    return replace(one, question_id=found)


def _deeds(rows: Sequence[Access]) -> Iterable[Deed]:
    """One for each kind of deed. An opening of several agencies' records at once is one look."""
    for verb in dict.fromkeys(row.verb for row in rows):
        same = [row for row in rows if row.verb == verb]
        names = {name.upper() for row in same for name in row.categories}
        yield Deed(
            verb=AccessVerb(verb),
            times=len({(row.at, row.page) for row in same}),
            categories=tuple(sorted(c for c in Category if c.name in names)),
            why=tuple(dict.fromkeys(words for row in same for words in row.why.values())),
        )
