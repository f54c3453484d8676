"""Reads of waiting: the delay board, and what was noted of one stay, corrections shown."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from lintel.directory.queries.touching import names_of
from lintel.hospital.models import Stay, Waiting
from lintel.hospital.queries.stays import find, find_whole
from lintel.hospital.states import HOUSING_REASONS, Attribution, Holder, Reason
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class BoardRow:
    """Somebody who waits: since when, for what, whose move it is; cost in pence."""

    stay_id: int
    person_id: int
    person: str
    owner_id: int
    ward_id: int
    ward: str
    since: dt.date
    days: int
    pence: int
    reason: str
    reason_words: str
    housing: bool
    attribution_words: str
    holder: str
    holder_words: str
    next_step: str
    next_by: dt.date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class WaitingView:
    """One line of what was noted of a stay's waiting."""

    id: int
    since: dt.date
    until: dt.date | None
    days: int
    pence: int
    reason: str
    reason_words: str
    attribution: str
    attribution_words: str
    council: str
    council_name: str
    holder: str
    holder_words: str
    holder_typed: str
    next_step: str
    next_by: dt.date | None
    overdue: bool
    by: str
    recorded: dt.datetime
    why: str
    corrects_id: int | None
    superseded: dt.datetime | None


@dataclass(frozen=True, slots=True)
class StayWaiting:
    """One stay's waiting: what counts, newest first, and what was superseded."""

    stay_id: int
    person_id: int
    person: str
    owner_id: int
    ward: str
    admitted: dt.datetime
    ended: dt.datetime | None
    expected: dt.date | None
    night_pence: int
    current: WaitingView | None
    lines: list[WaitingView]
    superseded: list[WaitingView]
    days: int
    pence: int


def days_of(since: dt.date, until: dt.date | None, today: dt.date) -> int:
    """Days of waiting: from the first until the day before the last, or until now."""
    return max(((until or today) - since).days, 0)


def board(actor: Actor, *, now: dt.datetime) -> list[BoardRow]:
    """Everybody who waits now, in the actor's sight, the longest first; two queries.

    Days and cost are of all the waiting in the stay, whatever it was for.
    """
    today = timezone.localdate(now)
    counted = Q(superseded__isnull=True, stay__ended__isnull=True)
    rows = list(
        Waiting.objects.filter(counted, until__isnull=True).select_related(
            "person", "stay__ward__ward"
        )
    )
    before: dict[int, int] = {}
    for stay_id, since, until in Waiting.objects.filter(
        counted, stay_id__in=[r.stay_id for r in rows]
    ).values_list("stay_id", "since", "until"):
        before[stay_id] = before.get(stay_id, 0) + days_of(since, until, today)
    found = [
        BoardRow(
            stay_id=r.stay_id,
            person_id=r.person_id,
            person=r.person.name,
            owner_id=r.owner_id,
            ward_id=r.stay.ward_id,
            ward=r.stay.ward.name,
            since=r.since,
            days=before[r.stay_id],
            pence=before[r.stay_id] * r.stay.ward.ward.night_pence,
            reason=r.reason,
            reason_words=Reason(r.reason).label,
            housing=r.reason in HOUSING_REASONS,
            attribution_words=Attribution(r.attribution).label,
            holder=r.holder,
            holder_words=r.holder_words or Holder(r.holder).label,
            next_step=r.next_step,
            next_by=r.next_by,
            overdue=r.next_by is not None and r.next_by < today,
        )
        for r in rows
    ]
    return sorted(found, key=lambda r: (-r.days, r.person))


def of_stay(actor: Actor, stay_id: int, *, now: dt.datetime) -> StayWaiting:
    """What was noted of a stay's waiting, corrections with what they corrected. Raises NotFound."""
    one = find_whole(actor, stay_id)
    today = timezone.localdate(now)
    rows = list(
        Waiting.objects.filter(stay=one)
        .select_related("recorded_by")
        .order_by("-since", "-recorded", "-pk")
    )
    names = names_of({r.council for r in rows if r.council})
    night = one.ward.ward.night_pence
    views = [_view(r, today, night, names) for r in rows]
    lines = [v for v in views if v.superseded is None]
    days = sum(v.days for v in lines)
    return StayWaiting(
        stay_id=one.pk,
        person_id=one.person_id,
        person=one.person.name,
        owner_id=one.owner_id,
        ward=one.ward.name,
        admitted=one.admitted,
        ended=one.ended,
        expected=one.expected,
        night_pence=night,
        current=next((v for v in lines if v.until is None), None),
        lines=lines,
        superseded=[v for v in views if v.superseded is not None],
        days=days,
        pence=days * night,
    )


def one_waiting(actor: Actor, waiting_id: int, *, now: dt.datetime) -> tuple[Stay, WaitingView]:
    """One line, and its stay. Raises NotFound."""
    found = (
        Waiting.objects.filter(pk=min(waiting_id, 2**63 - 1)).select_related("recorded_by").first()
    )
    if found is None:
        raise NotFound
    one = find(actor, found.stay_id)
    names = names_of({found.council} if found.council else set())
    return one, _view(found, timezone.localdate(now), one.ward.ward.night_pence, names)


def persons(rows: Iterable[BoardRow]) -> dict[int, set[int]]:
    """Whose people a board shows, by the trust that holds them; for the access record."""
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.owner_id, set()).add(row.person_id)
    return found


def _view(r: Waiting, today: dt.date, night_pence: int, names: dict[str, str]) -> WaitingView:
    days = days_of(r.since, r.until, today)
    return WaitingView(
        id=r.pk,
        since=r.since,
        until=r.until,
        days=days,
        pence=days * night_pence,
        reason=r.reason,
        reason_words=Reason(r.reason).label,
        attribution=r.attribution,
        attribution_words=Attribution(r.attribution).label,
        council=r.council,
        council_name=names.get(r.council, r.council),
        holder=r.holder,
        holder_words=r.holder_words or Holder(r.holder).label,
        holder_typed=r.holder_words,
        next_step=r.next_step,
        next_by=r.next_by,
        overdue=r.until is None and r.next_by is not None and r.next_by < today,
        by=r.recorded_by.name,
        recorded=r.recorded,
        why=r.why,
        corrects_id=r.corrects_id,
        superseded=r.superseded,
    )
