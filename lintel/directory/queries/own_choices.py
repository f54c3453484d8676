"""What owners choose from: teams, colleagues, other entries; and what relies on a worker."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from lintel.agencies.models import Team, Worker
from lintel.agencies.queries import in_post, members_of_teams
from lintel.directory import policy
from lintel.directory.models import Postcode, Service
from lintel.directory.place import tidy_postcode
from lintel.directory.states import Audience, ServiceState
from lintel.kernel.actor import Actor


def own_teams(actor: Actor, now: datetime) -> list[tuple[int, str]]:
    """Number and name of the actor's open teams, for whom entries are started."""
    open_ = Team.objects.filter(pk__in=actor.team_ids).exclude(
        closed_on__lte=timezone.localdate(now)
    )
    return list(open_.order_by("name").values_list("pk", "name"))


def successors(actor: Actor, service: Service, now: datetime) -> list[tuple[int, str]]:
    """Who may own an entry: its team's workers, those of the actor's teams, and the actor."""
    teams = {*actor.team_ids, *([service.team_id] if service.team_id else [])}
    agencies = policy.agencies_of(service)
    members = members_of_teams(teams, now).filter(agency_id__in=agencies)
    found = list(members) + list(
        in_post(now).filter(
            pk__in=[n for n in (actor.worker_id, service.owner_id, service.deputy_id) if n]
        )
    )
    named = {worker.pk: f"{worker.name}, {worker.job_title}" for worker in found}
    return sorted(named.items(), key=lambda pair: pair[1])


def relied_on(worker_id: int) -> int:
    """How many entries in the directory, or on the way there, have the worker as their owner."""
    return Service.objects.filter(owner_id=worker_id).exclude(state=ServiceState.WITHDRAWN).count()


def takers(worker_id: int, now: datetime) -> list[tuple[int, str]]:
    """Colleagues who could take over the entries of a worker: their teams' other workers."""
    teams = Team.objects.filter(
        memberships__worker_id=worker_id, memberships__valid__contains=now
    ).values_list("pk", flat=True)
    workers: QuerySet[Worker] = members_of_teams(list(teams), now).exclude(pk=worker_id)
    return [(worker.pk, f"{worker.name}, {worker.job_title}") for worker in workers]


def entries_named(words: str, *, but: UUID, at_most: int = 6) -> list[tuple[UUID, str]]:
    """Published entries of this name, or with these words in it; an exact name alone if it is."""
    public = Service.objects.filter(state=ServiceState.PUBLISHED, audience=Audience.PUBLIC).exclude(
        pk=but
    )
    exact = public.filter(name__iexact=words)
    found = exact if exact.exists() else public.filter(name__icontains=words)
    return list(found.order_by("name", "id").values_list("pk", "name")[:at_most])


def name_of(service_id: UUID) -> str:
    """The name of an entry that everybody may read; empty for any other."""
    return Service.objects.filter(pk=service_id).values_list("name", flat=True).first() or ""


def point_of(postcode: str) -> dict[str, float | None]:
    """`lon` and `lat` of a postcode, None where it isn't known here (a place outside the area).

    Raises Unplaced for what can't be one.
    """
    found = Postcode.objects.filter(pk=tidy_postcode(postcode)).first()
    return {"lon": found.lon if found else None, "lat": found.lat if found else None}
