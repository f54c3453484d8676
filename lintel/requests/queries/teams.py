"""Teams and workers that a request may go to, and whether consent covers it."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from lintel.agencies.models import Team, Worker
from lintel.kernel.actor import Actor
from lintel.requests.words import person_words
from lintel.sharing import queries as sharing


def open_teams(now: datetime) -> QuerySet[Team]:
    """Teams that take requests, with their agencies."""
    return (
        Team.objects.filter(takes_requests=True)
        .exclude(closed_on__lte=timezone.localdate(now))
        .select_related("agency")
        .order_by("name", "id")
    )


def service(actor: Actor, team_id: int, *, now: datetime) -> Team | None:
    """One team that the actor may refer to, or None."""
    if team_id in actor.team_ids:
        return None
    return open_teams(now).filter(pk=team_id).first()


def team_workers(team_id: int, now: datetime) -> QuerySet[Worker]:
    """The workers who can read the team's desk: members in post, inside the loop."""
    return (
        Worker.objects.filter(
            memberships__team_id=team_id, memberships__valid__contains=now, loop__contains=now
        )
        .exclude(left_on__lte=timezone.localdate(now))
        .order_by("name", "id")
        .distinct()
    )


def worker_words(worker_id: int) -> str:
    """A worker as the other side reads them: name, job, team's agency."""
    worker = Worker.objects.select_related("agency").get(pk=worker_id)
    return f"{person_words(worker.name, worker.job_title)}, {worker.agency.name}"


def consent_covers(
    actor: Actor, *, consent_id: int, person_id: int, to_team_id: int, now: datetime
) -> bool:
    """Whether this consent, as it stands now, lets the actor's agency tell the team anything."""
    return consent_id in sharing.consents_standing(person_id, actor.agency_id, to_team_id, now)


def agreed(person_id: int, giver_id: int, to_team_id: int, now: datetime) -> bool:
    """Whether the person lets the agency tell the team anything now. For the system role too."""
    return bool(sharing.consents_standing(person_id, giver_id, to_team_id, now))
