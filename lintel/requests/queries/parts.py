"""Lists in parts, for other systems: each part begins where the last one ended.

A place is a time and a reference, both of which the reader has seen: it counts nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.requests.models import Handling, Request
from lintel.requests.queries import desk, sent
from lintel.requests.queries.choosing import filtered
from lintel.requests.queries.recorded import listed
from lintel.requests.states import Shown

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
    found = filtered(actor, filters, now).filter(sent__isnull=False)
    if after is not None:
        at, reference = after
        found = found.filter(Q(sent__lt=at) | Q(sent=at, reference__lt=reference))
    part = list(found.order_by("-sent", "-reference").select_related("sender")[: limit + 1])
    rows = part[:limit]
    listed(
        actor,
        now,
        [(r.owner_id, r.person_id) for r in rows],
        why="The worker's side sent these requests.",
        page="requests.sent_part",
        if_nobody=True,
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
    listed(
        actor,
        now,
        desk.holders(actor, rows),
        why="The requests are on desks of the worker's.",
        page="requests.inbox_part",
        if_nobody=True,
    )
    return [desk.row_of(r) for r in rows], _place(rows, part, "arrived")


def shown_of(actor: Actor, reference: str, *, now: datetime) -> Shown:
    """What the sender is shown of a request now. Raises NotFound."""
    request = Request.objects.filter(reference=reference).first()
    if request is None:
        raise NotFound
    return sent.shown_now(actor, request, now)


def _place(rows: list[Any], part: list[Any], field: str) -> Place | None:
    if len(part) == len(rows):
        return None
    return getattr(rows[-1], field), rows[-1].reference
