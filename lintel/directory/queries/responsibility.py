"""Who answers for an entry: the chain from its owner to the partnership lead.

Reads agencies, teams and workers only, and no account: the clocks have no right to those.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from lintel.agencies.models import Membership, RoleHeld, Worker
from lintel.agencies.states import Role, TeamRole
from lintel.directory.models import Service
from lintel.directory.policy import agencies_of


@dataclass(frozen=True, slots=True)
class Holder:
    """A worker in post, and why the entry is theirs to see to."""

    worker_id: int
    user_id: int
    name: str
    why: str


Chain = tuple[tuple[Holder, ...], ...]


def chains(services: Sequence[Service], now: datetime) -> dict[UUID, Chain]:
    """The steps of each entry's chain, those that nobody in post holds left out.

    Owner, deputy, leads of the team, managers of the agency, partnership leads. Three queries,
    however many the services (read with `organisation`, `team` and `owner`).
    """
    workers = _workers({w for s in services for w in (s.owner_id, s.deputy_id) if w}, now)
    leads = _leads({s.team_id for s in services if s.team_id}, now)
    managers, partnership = _roles({a for s in services for a in agencies_of(s)}, now)
    found: dict[UUID, Chain] = {}
    for service in services:
        steps = [
            _named(workers, service.owner_id, "owner of the entry"),
            _named(workers, service.deputy_id, "deputy"),
            leads.get(service.team_id or 0, ()),
            tuple(one for agency in sorted(agencies_of(service)) for one in managers[agency]),
            partnership,
        ]
        found[service.pk] = tuple(step for step in steps if step)
    return found


def responsible(service: Service, now: datetime) -> tuple[Holder, ...]:
    """Who answers for the entry now: the first step of its chain; empty where nobody is left."""
    return next(iter(chains([service], now)[service.pk]), ())


def reviewers(service: Service, hands: Collection[int], now: datetime) -> tuple[Holder, ...]:
    """Who is asked to review: the first of lead, manager, information lead, partnership lead.

    Those who wrote in the version are left out, and a step that leaves nobody with them.
    """
    leads = _leads({service.team_id} if service.team_id else set(), now)
    managers, partnership = _roles(agencies_of(service), now)
    informed, _ = _roles(agencies_of(service), now, Role.INFORMATION_LEAD)
    steps: Iterable[Iterable[Holder]] = (
        leads.get(service.team_id or 0, ()),
        (one for found in managers.values() for one in found),
        (one for found in informed.values() for one in found),
        partnership,
    )
    for step in steps:
        if able := tuple(one for one in step if one.worker_id not in hands):
            return able
    return ()


def _in_post(now: datetime, path: str = "") -> Q:
    day = timezone.localdate(now)
    return Q(**{f"{path}left_on": None}) | Q(**{f"{path}left_on__gt": day})


def _workers(numbers: Collection[int], now: datetime) -> dict[int, Worker]:
    return {w.pk: w for w in Worker.objects.filter(_in_post(now), pk__in=numbers)}


def _named(workers: dict[int, Worker], number: int | None, why: str) -> tuple[Holder, ...]:
    worker = workers.get(number or 0)
    return (_holder(worker, why),) if worker else ()


def _holder(worker: Worker, why: str) -> Holder:
    return Holder(worker.pk, worker.user_id, worker.name, why)


def _leads(team_ids: Collection[int], now: datetime) -> dict[int, tuple[Holder, ...]]:
    rows = (
        Membership.objects.filter(
            _in_post(now, "worker__"),
            team_id__in=team_ids,
            role=TeamRole.LEAD,
            valid__contains=now,
        )
        .select_related("worker")
        .order_by("worker__name", "worker_id")
    )
    found: dict[int, tuple[Holder, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.team_id] += (_holder(row.worker, "lead of its team"),)
    return found


def _roles(
    agency_ids: Collection[int], now: datetime, role: Role = Role.MANAGER
) -> tuple[dict[int, tuple[Holder, ...]], tuple[Holder, ...]]:
    """Holders of the role by agency, and the partnership leads."""
    rows = (
        RoleHeld.objects.filter(_in_post(now, "worker__"), valid__contains=now)
        .filter(
            Q(role=Role.PARTNERSHIP_LEAD) | Q(role=role, worker__agency_id__in=list(agency_ids))
        )
        .select_related("worker")
        .order_by("worker__name", "worker_id")
    )
    found: dict[int, tuple[Holder, ...]] = defaultdict(tuple)
    partnership: tuple[Holder, ...] = ()
    for row in rows:
        if row.role == Role.PARTNERSHIP_LEAD:
            partnership += (_holder(row.worker, "partnership lead"),)
        else:
            label = Role(row.role).label.lower()
            found[row.worker.agency_id] += (_holder(row.worker, f"{label} of its agency"),)
    return found, partnership
