"""Overrides: what the actor has open, is asked to agree to, was told of, or must review.

Row security decides which rows each worker finds: who opened it, the information leads of both
agencies, and those who were told.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Least

from lintel.agencies.models import Agency, Worker
from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.people.queries import in_sight
from lintel.sharing.models import Override, OverrideAsk, OverrideNotice, OverrideReview
from lintel.sharing.queries.record import LARGEST_ID, names_for_lead
from lintel.sharing.queries.safety_shapes import (
    AskedView,
    AskView,
    Looked,
    OverrideRow,
    OverrideView,
    ReviewView,
    SafetyWaiting,
)
from lintel.sharing.states import LONGEST_OVERRIDE, Consequence, OverrideReason

ASK_COLUMNS = (
    "id, override_id, asked_by_id, at, answered, yes, words, holder_id, agency_id, categories,"
    " reason, said, opened, until, ended, authorised, person_id"
)
MINE_SHOWN = timedelta(days=90)
LOOKED_AT_MOST = 50


def overrides_open(
    actor: Actor, *, now: datetime, person_id: int | None = None
) -> list[OverrideView]:
    """What the actor has open for safety now, about one person or about all; one query."""
    found = Override.objects.filter(
        worker_id=actor.worker_id, opened__lte=now, until__gt=now, ended__isnull=True
    )
    if person_id is not None:
        found = found.filter(person_id=person_id)
    name = in_sight().filter(pk=OuterRef("person_id")).values("name")[:1]
    return [
        OverrideView(
            o.pk,
            o.person_id,
            o.person_name or "",
            o.holder.name,
            OverrideReason(o.reason),
            o.until,
            bool(o.second) and o.authorised is None,
        )
        for o in found.select_related("holder")
        .annotate(person_name=Subquery(name))
        .order_by("until", "id")
    ]


def safety_waiting(actor: Actor, *, now: datetime) -> SafetyWaiting:
    """What waits for the actor: asks to answer, news of overrides, reviews to do and those late."""
    asked = OverrideAsk.objects.filter(
        asked_id=actor.worker_id, answered__isnull=True, at__gt=now - LONGEST_OVERRIDE
    ).exists()
    reviews = late = 0
    if actor.has(Role.INFORMATION_LEAD):
        reviews = to_review(actor, now=now).count()
    if actor.has(Role.PARTNERSHIP_LEAD):
        late = sum(one[1] for one in reviews_overdue(actor))
    return SafetyWaiting(
        asked=len(asks_open(actor, now)) if asked else 0,
        told=OverrideNotice.objects.filter(worker_id=actor.worker_id, seen__isnull=True).count(),
        reviews=reviews,
        late=late,
    )


def mine(actor: Actor, *, now: datetime) -> QuerySet[Override]:
    """What the actor opened lately, newest first."""
    return _rows_of(Override.objects.filter(worker_id=actor.worker_id, opened__gt=now - MINE_SHOWN))


def told_of(actor: Actor) -> QuerySet[Override]:
    """What the actor was told of: of their agency's record, or by a colleague; newest first."""
    told = OverrideNotice.objects.filter(override_id=OuterRef("pk"), worker_id=actor.worker_id)
    return _rows_of(Override.objects.filter(Exists(told)))


def unseen(actor: Actor) -> set[int]:
    """The overrides that the actor was told of and hasn't looked at."""
    found = OverrideNotice.objects.filter(worker_id=actor.worker_id, seen__isnull=True)
    return set(found.values_list("override_id", flat=True))


def to_review(actor: Actor, *, now: datetime) -> QuerySet[Override]:
    """What the actor's agency must look at, as its information lead: over, and not reviewed yet.

    Never what the actor opened or agreed to. The longest due first.
    """
    return (
        _rows_of(_unreviewed(actor))
        .annotate(ends=Least("until", "ended"))
        .filter(ends__lte=now)
        .order_by("review_due", "id")
    )


def reviewed(actor: Actor) -> QuerySet[Override]:
    """What the actor's agency has reviewed, newest first."""
    return _rows_of(
        Override.objects.filter(holder_id=actor.agency_id, review__isnull=False)
    ).order_by("-review__reviewed", "-id")


def still_open(actor: Actor, *, now: datetime) -> QuerySet[Override]:
    """What is open now of what the actor's agency holds."""
    return _rows_of(_unreviewed(actor)).annotate(ends=Least("until", "ended")).filter(ends__gt=now)


def override(actor: Actor, override_id: int) -> OverrideRow:
    """One override. Raises NotFound for one that isn't the actor's to read."""
    found = _rows_of(Override.objects.filter(pk=min(override_id, LARGEST_ID)))
    rows = override_rows(actor, found)
    if not rows:
        raise NotFound
    return rows[0]


def override_rows(actor: Actor, found: Iterable[Override]) -> list[OverrideRow]:
    """The overrides in words, with the names of those whom the actor may know: two queries."""
    rows = list(found)
    ids = {o.person_id for o in rows}
    names = people.names(actor, ids) if ids else {}
    if ids - names.keys() and actor.has(Role.INFORMATION_LEAD):
        names |= names_for_lead(sorted(ids - names.keys()))
    return [_row(o, names.get(o.person_id, "")) for o in rows]


def asks_of(actor: Actor, override_id: int) -> list[AskView]:
    """Who was asked to agree to an override, and what they said."""
    found = OverrideAsk.objects.filter(override_id=override_id).select_related("asked")
    return [
        AskView(a.pk, a.asked.name, a.asked.job_title, a.at, a.answered, a.yes, a.words)
        for a in found.order_by("at", "id")
    ]


def looked_at(actor: Actor, row: OverrideRow) -> list[Looked]:
    """What the worker looked at of the person while it was open, for the leads of the agencies."""
    found = Access.objects.filter(
        worker_id=row.worker_id,
        person_id=row.person_id,
        owner_id=row.holder_id,
        at__gte=row.opened,
        at__lte=row.ends,
    ).exclude(verb=AccessVerb.OVERRODE)
    return [
        Looked(a.at, AccessVerb(a.verb), a.categories, a.page)
        for a in found.order_by("id")[:LOOKED_AT_MOST]
    ]


def asks(actor: Actor, ask_id: int | None = None) -> list[AskedView]:
    """What the actor was asked to agree to, newest first; one by its number.

    Who it is about is there only for somebody in the actor's sight.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {ASK_COLUMNS} FROM override_asks(%s) ORDER BY at DESC, id DESC LIMIT 100",
            [None if ask_id is None else min(ask_id, LARGEST_ID)],
        )
        found = cursor.fetchall()
    workers = Worker.objects.in_bulk({row[2] for row in found})
    agencies = dict(
        Agency.objects.filter(pk__in={a for r in found for a in (r[7], r[8])}).values_list(
            "pk", "name"
        )
    )
    names = people.names(actor, [row[16] for row in found if row[16]])
    return [
        AskedView(
            id=r[0],
            override_id=r[1],
            asked_by=workers[r[2]].name,
            job_title=workers[r[2]].job_title,
            at=r[3],
            answered=r[4],
            yes=r[5],
            words=r[6],
            holder_id=r[7],
            holder=agencies[r[7]],
            agency=agencies[r[8]],
            categories=_categories(r[9]),
            reason=OverrideReason(r[10]),
            said=r[11],
            opened=r[12],
            until=r[13],
            ends=min(r[13], r[14]) if r[14] else r[13],
            authorised=r[15],
            person_id=r[16],
            person=names.get(r[16], "") if r[16] else "",
        )
        for r in found
    ]


def asks_open(actor: Actor, now: datetime) -> list[AskedView]:
    """Those of `asks` that can still be answered."""
    return [a for a in asks(actor) if can_answer(a, now)]


def can_answer(ask: AskedView, now: datetime) -> bool:
    """Whether an answer still means something."""
    return ask.answered is None and ask.authorised is None and ask.ends > now


def reviews_overdue(actor: Actor) -> list[tuple[str, int, datetime, list[str]]]:
    """For the partnership lead: agency, how many reviews are late, since when, and whom to ask.

    Nothing for anybody else, and nothing of whom they are about.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder_id, late, since FROM override_overdue() ORDER BY since")
        found = cursor.fetchall()
    if not found:
        return []
    ids = [row[0] for row in found]
    names = people.agency_names(ids)
    leads: dict[int, list[str]] = {}
    held = Worker.objects.filter(
        agency_id__in=ids, roles_held__role=Role.INFORMATION_LEAD, left_on__isnull=True
    )
    for worker in held.distinct().order_by("name"):
        leads.setdefault(worker.agency_id, []).append(worker.name)
    return [(names[h], late, since, leads.get(h, [])) for h, late, since in found]


def user_of(worker_id: int) -> int:
    """The account of a worker, to be told."""
    return int(Worker.objects.values_list("user_id", flat=True).get(pk=worker_id))


def _unreviewed(actor: Actor) -> QuerySet[Override]:
    return (
        Override.objects.filter(holder_id=actor.agency_id, review__isnull=True)
        .exclude(worker_id=actor.worker_id)
        .exclude(authorised_by_id=actor.worker_id, authorised_by__isnull=False)
    )


def _rows_of(found: QuerySet[Override]) -> QuerySet[Override]:
    return found.select_related(
        "worker", "agency", "holder", "authorised_by", "review__reviewed_by"
    ).order_by("-opened", "-id")


def _row(o: Override, name: str) -> OverrideRow:
    found: OverrideReview | None = getattr(o, "review", None)
    return OverrideRow(
        id=o.pk,
        person_id=o.person_id,
        person=name,
        worker_id=o.worker_id,
        worker=o.worker.name,
        job_title=o.worker.job_title,
        agency=o.agency.name if o.agency else "",
        holder_id=o.holder_id,
        holder=o.holder.name,
        categories=_categories(o.categories),
        second=_categories(o.second),
        reason=OverrideReason(o.reason),
        words=o.words,
        opened=o.opened,
        until=o.until,
        ends=min(o.until, o.ended) if o.ended else o.until,
        authorised=o.authorised,
        authorised_by_id=o.authorised_by_id,
        authorised_by=o.authorised_by.name if o.authorised_by else "",
        review_due=o.review_due,
        review=_review(found) if found else None,
    )


def _review(r: OverrideReview) -> ReviewView:
    return ReviewView(
        justified=r.justified,
        findings=r.findings,
        consequences=tuple(Consequence(c) for c in r.consequences),
        told=r.told,
        told_words=r.told_words,
        tell_by=r.tell_by,
        reviewed=r.reviewed,
        by=r.reviewed_by.name,
    )


def _categories(numbers: Iterable[int]) -> tuple[Category, ...]:
    return tuple(Category(n) for n in sorted(numbers))
