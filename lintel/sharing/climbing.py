"""Reviews of overrides that nobody does: they go up, week after week. For the periodic job only."""

from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import Role
from lintel.kernel import events, messages
from lintel.kernel.actor import as_system

REVIEWS, OVERDUE = "/safety/reviews/", "/safety/overdue/"


def climb(*, now: datetime) -> int:
    """Tell the holding agency's information leads and the partnership lead of what is late.

    The partnership lead learns which agency is late, and nothing of whom it is about. Answers how
    many reviews went up.
    """
    with as_system():
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, holder_id FROM override_climb(%s)", [now])
            late = cursor.fetchall()
        for number, holder_id in late:
            events.record(
                None,
                "sharing.override_review_late",
                now=now,
                subject=("override", number),
                owner_id=holder_id,
            )
        for user_id in _who(now, Q(roles_held__role=Role.INFORMATION_LEAD), {h for _, h in late}):
            messages.queue(to_user_id=user_id, template="overdue", link=REVIEWS, now=now)
        if late:
            for user_id in _who(now, Q(roles_held__role=Role.PARTNERSHIP_LEAD), None):
                messages.queue(to_user_id=user_id, template="overdue", link=OVERDUE, now=now)
    return len(late)


def _who(now: datetime, role: Q, agency_ids: set[int] | None) -> list[int]:
    """The accounts of who holds the role now; reads no account, the jobs have no right to."""
    found = Worker.objects.exclude(left_on__lte=timezone.localdate(now)).filter(
        role, roles_held__valid__contains=now
    )
    if agency_ids is not None:
        found = found.filter(agency_id__in=agency_ids)
    return list(found.order_by("id").distinct().values_list("user_id", flat=True))
