"""What a worker may be shown, by how near they are to a person: read from the agreement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from lintel.agencies.models import LinkWorker, Membership, Worker
from lintel.agencies.states import Role, TeamRole
from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.sharing.models import Allowed
from lintel.sharing.states import Level

OF_ROLE = {
    TeamRole.LEAD: Level.MANAGER,
    TeamRole.DUTY: Level.DUTY,
    TeamRole.MEMBER: Level.TEAM,
}


@dataclass(frozen=True, slots=True)
class TeamLevels:
    """A team, and the levels of need to know that the worker has there, nearest first."""

    team: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """For one use, what one level gets from one kind of agency (or `states.OWN`), on one basis."""

    level: Level
    use: str
    giver: str
    basis: str
    second: bool
    full: tuple[Category, ...]
    summary: tuple[Category, ...]


def my_levels(actor: Actor, now: datetime) -> list[TeamLevels]:
    """The actor's levels in each of their teams, and across the agency for an information lead.

    Assigned: in whose team they hold a patch or are somebody's named worker.
    """
    found: dict[str, set[Level]] = {}
    for team, role in Membership.objects.filter(
        worker_id=actor.worker_id, valid__contains=now
    ).values_list("team__name", "role"):
        found.setdefault(team, set()).add(OF_ROLE[TeamRole(role)])
    for team in LinkWorker.objects.filter(
        worker_id=actor.worker_id, valid__contains=now
    ).values_list("team__name", flat=True):
        found.setdefault(team, set()).add(Level.LINK)
    for team in people.assigned_teams(actor.worker_id, now):
        found.setdefault(team, set()).add(Level.ASSIGNED)
    rows = [TeamLevels(team, _in_order(levels)) for team, levels in sorted(found.items())]
    if actor.has(Role.INFORMATION_LEAD):
        rows.append(TeamLevels("The whole agency", (Level.INFORMATION_LEAD,)))
    return rows


def allowed_to(actor: Actor, levels: Collection[Level], now: datetime) -> list[Cell]:
    """What the agreement in force allows these levels of the actor's agency to be shown."""
    kind = Worker.objects.values_list("agency__kind", flat=True).get(pk=actor.worker_id)
    cells: dict[tuple[str, str, str, str, bool], dict[int, int]] = {}
    rows = Allowed.objects.filter(
        receiver__in=[kind, "own"], level__in=[str(one) for one in levels], valid__contains=now
    ).values_list("level", "use", "giver", "basis", "second", "category", "detail")
    for level, use, giver, basis, second, category, detail in rows:
        held = cells.setdefault((level, use, giver, basis, second), {})
        held[category] = max(detail, held.get(category, 0))
    return [
        Cell(
            level=Level(level),
            use=use,
            giver=giver,
            basis=basis,
            second=second,
            full=tuple(Category(c) for c, detail in sorted(held.items()) if detail == 2),
            summary=tuple(Category(c) for c, detail in sorted(held.items()) if detail == 1),
        )
        for (level, use, giver, basis, second), held in sorted(cells.items())
    ]


def _in_order(levels: Collection[Level]) -> tuple[Level, ...]:
    return tuple(level for level in Level if level in levels)
