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


def who_answers(team_id: int, now: datetime, roles: Iterable[str] = ANSWERING) -> list[Worker]:
    """The team's leads and duty workers in post, leads first; everybody in it if it has none."""
    held = Q(memberships__team_id=team_id, memberships__valid__contains=now)
    answering = in_post(now).filter(held, memberships__role__in=list(roles)).order_by("id")
    found = list(answering.distinct())
    return found or list(in_post(now).filter(held).order_by("id").distinct())


def of_worker_or_team(worker_id: int | None, team_id: int, now: datetime) -> list[Worker]:
    """The worker while in post, else whoever answers for the team."""
    if worker_id is not None and (one := in_post(now).filter(pk=worker_id).first()):
        return [one]
    return who_answers(team_id, now)


def desk(handling: Handling, now: datetime, template: str = "new") -> None:
    """Tell whoever has the request on their desk."""
    for worker in of_worker_or_team(handling.worker_id, handling.team_id, now):
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
