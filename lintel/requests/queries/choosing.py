"""The filters of the list of what was sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lintel.kernel.actor import Actor
from lintel.requests.models import Handling, Notice, Request
from lintel.requests.queries.told import SHOWN_OF, waiting_for_sender
from lintel.requests.states import NoticeCode, SenderState, Shown


def filtered(actor: Actor, filters: Mapping[str, Any], now: datetime) -> QuerySet[Request]:
    """What the actor's side sent, narrowed: `shown`, `kind`, `words`, `whose` ("mine")."""
    found = Request.objects.exclude(state=SenderState.DRAFT)
    if filters.get("whose") == "mine":
        found = found.filter(sender_id=actor.worker_id)
    if kinds := filters.get("kind"):
        found = found.filter(kind__in=kinds)
    if words := str(filters.get("words", "")).strip():
        found = found.filter(Q(about_name__icontains=words) | Q(reference__icontains=words))
    if wanted := filters.get("shown"):
        found = found.filter(_shown_filter({Shown(s) for s in wanted}, now))
    return found


def _shown_filter(wanted: set[Shown], now: datetime) -> Q:
    """As `told.shown_of`, for the database; the inner selects don't depend on the row."""
    told = Notice.objects.filter(show_from__lte=now)
    decided = Q(pk__in=told.filter(code=NoticeCode.DECIDED).values("request_id"))
    heard = Q(pk__in=told.exclude(code=NoticeCode.OVERDUE).values("request_id"))
    asked = Q(pk__in=waiting_for_sender(now))
    opened = Handling.objects.filter(masked=False).filter(
        Q(open_until__isnull=True) | Q(open_until__gt=now)
    )
    on_desk = Q(masked=False, pk__in=opened.values("request_id"))
    by_notices: dict[Shown, Q] = {
        Shown.RETURNED: asked,
        Shown.DECIDED: decided & ~asked,
        Shown.RECEIVED: heard & ~decided & ~asked,
        Shown.SENT: ~heard,
    }
    which = Q(pk__in=[])
    for shown in wanted:
        states = [state for state, as_shown in SHOWN_OF.items() if as_shown is shown]
        desks = opened.filter(state__in=states).values("request_id")
        which |= Q(state=SenderState.SENT, masked=False, pk__in=desks)
        if shown in by_notices:
            which |= Q(state=SenderState.SENT) & ~on_desk & by_notices[shown]
        if shown is Shown.WITHDRAWN:
            which |= Q(state=SenderState.WITHDRAWN)
    return which
