"""Lists in parts, for other systems: each part begins where the last one ended.

A place is a time and a reference, both of which the reader has seen: it counts nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.requests.models import Handling
from lintel.requests.queries import desk, sent

Place = tuple[datetime, str]


def sent_part(
    actor: Actor,
    *,
    now: datetime,
    filters: Mapping[str, Any],
    after: Place | None,
    limit: int,
) -> tuple[list[sent.SentRow], Place | None]:
    """What was sent, newest first, and where the next part begins; recorded as listed.

    Filters as for `sent.sent`.
    """
    found = sent._filtered(actor, filters, now).filter(sent__isnull=False)
    if after is not None:
        at, reference = after
        found = found.filter(Q(sent__lt=at) | Q(sent=at, reference__lt=reference))
    part = list(found.order_by("-sent", "-reference").select_related("sender")[: limit + 1])
    rows = part[:limit]
    _record(
        actor,
        now,
        [(r.owner_id, r.person_id) for r in rows],
        why="The worker's side sent these requests.",
        page="requests.sent_part",
    )
    return sent.rows(rows, now), _place(rows, part, "sent")


def inbox_part(
    actor: Actor,
    *,
    now: datetime,
    view: str,
    filters: Mapping[str, Any],
    after: Place | None,
    limit: int,
) -> tuple[list[desk.InboxRow], Place | None]:
    """What is on the actor's desks, in the order of arrival, and where the next part begins.

    `view` and filters as for `desk.inbox`; recorded as listed.
    """
    found = Handling.objects.filter(
        desk._mine(actor), desk.views(actor, now)[view], desk._chosen(filters)
    )
    if after is not None:
        at, reference = after
        found = found.filter(Q(arrived__gt=at) | Q(arrived=at, reference__gt=reference))
    part = list(
        found.order_by("arrived", "reference").select_related("team", "worker")[: limit + 1]
    )
    rows = part[:limit]
    _record(
        actor,
        now,
        [(actor.agency_id if r.masked else r.sender_agency_id, r.person_id) for r in rows],
        why="The requests are on desks of the worker's.",
        page="requests.inbox_part",
    )
    return [desk.row_of(r) for r in rows], _place(rows, part, "arrived")


def _place(rows: list[Any], part: list[Any], field: str) -> Place | None:
    if len(part) == len(rows):
        return None
    return getattr(rows[-1], field), rows[-1].reference


def _record(
    actor: Actor,
    now: datetime,
    held: Iterable[tuple[int, int | None]],
    *,
    why: str,
    page: str,
) -> None:
    """A row for each agency whose people were listed; one even if nobody was.

    `held`: whose information, and the person. While masked it is the reader's own agency's: the
    sender's information lead would learn who has it.
    """
    listed: dict[int, set[int]] = {}
    for owner_id, person_id in held:
        if person_id is not None:
            listed.setdefault(owner_id, set()).add(person_id)
    for owner_id, people in listed.items():
        access.record_listed(
            actor,
            now=now,
            person_ids=people,
            categories=[Category.IDENTITY, Category.CONTACT],
            why=why,
            owner_id=owner_id,
            page=page,
        )
    if not listed:
        access.record(
            actor,
            AccessVerb.LISTED,
            now=now,
            person_id=None,
            owner_id=actor.agency_id,
            categories=[],
            why=why,
            page=page,
        )
