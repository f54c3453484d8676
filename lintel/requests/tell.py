"""Who is told of something on a desk or among what was sent: by e-mail, a link and no more."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import TeamRole
from lintel.kernel import messages
from lintel.requests.models import Handling

ANSWERING = (TeamRole.LEAD, TeamRole.DUTY)


def in_post(now: datetime) -> QuerySet[Worker]:
    """Workers who have not left. Reads no account: the relay has no right to."""
    return Worker.objects.exclude(left_on__lte=timezone.localdate(now))


def who_answers(
    team_id: int, now: datetime, roles: Iterable[str] = ANSWERING, *, but: int | None = None
) -> list[Worker]:
    """The team's leads and duty workers in post, leads first; everybody in it if it has none.

    `but`: a worker who is never told.
    """
    held = Q(memberships__team_id=team_id, memberships__valid__contains=now)
    able = in_post(now).filter(held).exclude(pk=but or 0).order_by("id")
    found = list(able.filter(held, memberships__role__in=list(roles)).distinct())
    return found or list(able.distinct())


def of_worker_or_team(
    worker_id: int | None, team_id: int, now: datetime, *, but: int | None = None
) -> list[Worker]:
    """The worker while in post, else whoever answers for the team; never the worker `but`."""
    if worker_id is not None and worker_id != but:
        one = in_post(now).filter(pk=worker_id).first()
        if one is not None:
            return [one]
    return who_answers(team_id, now, but=but)


def desk(handling: Handling, now: datetime, template: str = "new") -> None:
    """Tell whoever has the request on their desk; of a masked one never who sent it.

    The sender may have come to work in the very team since: an e-mail would say where it is.
    """
    sender_id = handling.sender_worker_id if handling.masked else None
    for worker in of_worker_or_team(handling.worker_id, handling.team_id, now, but=sender_id):
        tell(worker, template, f"/requests/desk/{handling.reference}/", now)


def sender(
    handling: Handling, now: datetime, *, not_before: datetime | None = None, template: str = "new"
) -> None:
    """Tell the sender, or whoever answers for the sender's team once the sender has left."""
    told = of_worker_or_team(handling.sender_worker_id, handling.sender_team_id, now)
    for worker in told:
        tell(worker, template, f"/requests/sent/{handling.reference}/", now, not_before)


def tell(
    worker: Worker, template: str, link: str, now: datetime, not_before: datetime | None = None
) -> None:
    """Queue one message to one worker."""
    messages.queue(
        to_user_id=worker.user_id, template=template, link=link, now=now, not_before=not_before
    )
