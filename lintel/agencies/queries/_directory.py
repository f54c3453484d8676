"""Teams and their workers: who works where, and who leads."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from lintel.agencies.models import Agency, Membership, Team, Worker
from lintel.agencies.queries._areas import areas
from lintel.agencies.queries._who import in_post
from lintel.agencies.states import Role, TeamRole
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Colleague:
    """A worker as every worker of the partnership may know them."""

    worker_id: int
    name: str
    job_title: str
    phone: str
    email: str
    leads: bool = False
    on_duty: bool = False


def colleague(worker: Worker, roles: Iterable[str] = ()) -> Colleague:
    """The worker, with the roles held in one team."""
    held = set(roles)
    return Colleague(
        worker_id=worker.pk,
        name=worker.name,
        job_title=worker.job_title,
        phone=worker.phone,
        email=worker.user.email,
        leads=TeamRole.LEAD in held,
        on_duty=TeamRole.DUTY in held,
    )


def other_agencies(actor: Actor, kinds: Collection[str]) -> list[tuple[int, str]]:
    """Number and name of each agency of these kinds but the actor's own, by name."""
    found = Agency.objects.filter(kind__in=kinds).exclude(pk=actor.agency_id)
    return list(found.order_by("name").values_list("pk", "name"))


def by_numbers(ids: Collection[int]) -> QuerySet[Agency]:
    """These agencies, by name."""
    return Agency.objects.filter(pk__in=ids).order_by("name")


def open_teams(now: datetime) -> QuerySet[Team]:
    """Teams that aren't closed, with their agency."""
    return (
        Team.objects.exclude(closed_on__lte=timezone.localdate(now))
        .select_related("agency")
        .order_by("name", "id")
    )


def teams(actor: Actor, now: datetime, *, words: str = "") -> QuerySet[Team]:
    """Open teams whose name, agency or area has each of the words in it; all for none.

    The agencies' tables are open to every worker, so the actor narrows nothing.
    """
    found = open_teams(now)
    for word in words.split()[:8]:
        named = Q(name__icontains=word) | Q(agency__name__icontains=word)
        found = found.filter(named | Q(pk__in=areas().naming(word, now)))
    return found


def team_by_slug(actor: Actor, slug: str, now: datetime) -> Team:
    """One open team; raises NotFound."""
    found = open_teams(now).filter(slug=slug).first()
    if found is None:
        raise NotFound
    return found


def workers_of_team(team_id: int, now: datetime) -> list[Colleague]:
    """The current members of a team who are in post: leads first, then by name."""
    return people_of_teams([team_id], now)[team_id]


def people_of_teams(team_ids: Iterable[int], now: datetime) -> dict[int, list[Colleague]]:
    """The members of several teams, as `workers_of_team` gives them, in one query."""
    rows = (
        Membership.objects.filter(
            team_id__in=list(team_ids), valid__contains=now, worker__in=in_post(now)
        )
        .select_related("worker__user")
        .order_by("worker__name", "worker_id")
    )
    roles: dict[tuple[int, int], set[str]] = defaultdict(set)
    workers: dict[int, Worker] = {}
    for row in rows:
        roles[row.team_id, row.worker_id].add(row.role)
        workers[row.worker_id] = row.worker
    found: dict[int, list[Colleague]] = defaultdict(list)
    for (team_id, worker_id), held in roles.items():
        found[team_id].append(colleague(workers[worker_id], held))
    for members in found.values():
        members.sort(key=lambda member: not member.leads)
    return found


def places_in(team_id: int, now: datetime) -> list[Membership]:
    """The places in a team that haven't ended, those to come too, of workers in post."""
    return list(
        Membership.objects.filter(team_id=team_id, worker__in=in_post(now))
        .filter(Q(valid__endswith=None) | Q(valid__endswith__gt=now))
        .select_related("worker")
        .order_by("worker__name", "worker_id", "role", "id")
    )


def team_names(team_ids: Iterable[int]) -> dict[int, str]:
    """The names of teams, by their numbers."""
    return dict(Team.objects.filter(pk__in=list(team_ids)).values_list("pk", "name"))


def members_of_teams(team_ids: Iterable[int], now: datetime) -> QuerySet[Worker]:
    """The current members of these teams who are in post, by name."""
    members = Membership.objects.filter(team_id__in=list(team_ids), valid__contains=now)
    return in_post(now).filter(pk__in=members.values("worker_id")).order_by("name", "id")


def seen_out_by(actor: Actor, now: datetime) -> QuerySet[Worker]:
    """The workers of whom the actor may say that they leave (`policy.may_see_out`), by name."""
    if actor.has(Role.MANAGER):
        return in_post(now).filter(agency_id=actor.agency_id).order_by("name", "id")
    found = members_of_teams(actor.lead_team_ids, now).filter(agency_id=actor.agency_id)
    return found.exclude(pk=actor.worker_id)
