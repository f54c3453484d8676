"""A team is to be merged into another, or split: the plan, and what relies on the team.

Planned by the partnership lead or a manager; handed over by name by the team's own lead
(`lintel.config.teams_moving`). Here because it draws on people, requests and agencies.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from lintel.agencies import policy
from lintel.agencies.models import Membership, Team
from lintel.agencies.queries import members_of_teams, open_teams
from lintel.agencies.states import TeamKind, TeamRole, side_of
from lintel.config.models import Entries, Reorganisation, ReorganisationKind, ReorganisationState
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Relying:
    """What relies on a team (or on some of its workers), in numbers, past anybody's sight.

    For who doesn't answer for the team, `desk` and `desk_over` are the next ten above the number.
    """

    people: int
    desk: int
    desk_over: int
    sent: int
    sent_over: int
    consents: int


def team_to_plan(actor: Actor, team_id: int, now: datetime) -> Team:
    """An open team, if the actor may plan what becomes of it. Raises NotFound, Denied."""
    team = open_teams(now).filter(pk=team_id).first()
    if team is None:
        raise NotFound
    if not policy.may_plan(actor, team):
        raise Denied("Only the partnership lead, or a manager of the agency, can plan this.")
    return team


def relying(team_id: int, movers: Collection[int] | None, now: datetime) -> Relying:
    """What relies on a team, or on these of its workers. The bound actor plans or answers for it.

    Raises NotFound where the database doesn't answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM relying_on_team(%s, %s, %s)",
            [team_id, None if movers is None else sorted(movers), now],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return Relying(*row)


def answers_for(team_id: int) -> bool:
    """Whether the bound actor is the one who hands the team over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers_for_team(%s)", [team_id])
        (found,) = cursor.fetchone()
    return bool(found)


def may_join(team: Team, now: datetime) -> list[Team]:
    """The teams that a team can become part of: of its agency and side, and open.

    A one-stop shop joins one only: its workers can't send masked requests, and others must.
    """
    found = open_teams(now).filter(agency_id=team.agency_id).exclude(pk=team.pk)
    shop = team.kind == TeamKind.ONE_STOP_SHOP
    return [
        other
        for other in found
        if side_of(other.kind) == side_of(team.kind)
        and (other.kind == TeamKind.ONE_STOP_SHOP) == shop
        and (other.takes_requests or not team.takes_requests)
    ]


def plan_merger(
    actor: Actor, *, team_id: int, into_id: int, entries: str, now: datetime
) -> Reorganisation:
    """Plan that a team becomes part of another. Raises NotFound, Denied, Invalid, Conflict."""
    team = team_to_plan(actor, team_id, now)
    into = next((t for t in may_join(team, now) if t.pk == into_id), None)
    if into is None:
        raise Invalid({"into": "Choose a team of the same agency"})
    return _planned(
        actor,
        Reorganisation(
            kind=ReorganisationKind.MERGE, team=team, into=into, entries=Entries(entries)
        ),
        now,
    )


def plan_split(
    actor: Actor,
    *,
    team_id: int,
    name: str,
    phone: str,
    email: str,
    workers: Collection[int],
    lead_id: int,
    patches: Collection[int],
    now: datetime,
) -> Reorganisation:
    """Plan that some of a team become a new team. Raises NotFound, Denied, Invalid, Conflict."""
    team = team_to_plan(actor, team_id, now)
    members = {worker.pk for worker in members_of_teams([team.pk], now)}
    errors = {}
    if not workers or not set(workers) <= members:
        errors["workers"] = "Choose who goes to the new team"
    elif set(workers) == members:
        errors["workers"] = "Somebody must stay. To rename the whole team, go back"
    if lead_id not in workers:
        errors["lead_id"] = "Choose a lead who goes to the new team"
    if not name.strip():
        errors["name"] = "Enter the new team’s name"
    elif open_teams(now).filter(agency_id=team.agency_id, name__iexact=name.strip()).exists():
        errors["name"] = "The agency has a team of this name already"
    if errors:
        raise Invalid(errors)
    return _planned(
        actor,
        Reorganisation(
            kind=ReorganisationKind.SPLIT,
            team=team,
            name=name.strip(),
            phone=phone.strip(),
            email=email.strip(),
            workers=sorted(workers),
            patches=sorted(patches),
            lead_id=lead_id,
        ),
        now,
    )


def call_off(actor: Actor, *, plan_id: int, now: datetime) -> None:
    """Call a plan off. For who may plan or answers for the team. Raises NotFound, Conflict."""
    with transaction.atomic():
        plan = locked_plan(actor, plan_id)
        plan.state = ReorganisationState.CANCELLED
        plan.settled_by_id, plan.settled_at = actor.worker_id, now
        plan.save(update_fields=["state", "settled_by", "settled_at"])
        record(actor, "teams.reorganisation_called_off", plan, now)


def successor(slug: str) -> Team | None:
    """The open team in whose place a closed one stands now, however often that one moved on."""
    team = Team.objects.filter(slug=slug).exclude(closed_on=None).first()
    for _ in range(20):
        if team is None or team.closed_on is None:
            return team
        done = Reorganisation.objects.filter(
            team=team, kind=ReorganisationKind.MERGE, state=ReorganisationState.DONE
        ).select_related("into")
        newest = done.first()
        team = newest.into if newest else None
    return None


def _planned(actor: Actor, plan: Reorganisation, now: datetime) -> Reorganisation:
    plan.planned_by_id, plan.planned_at = actor.worker_id, now
    waiting = Reorganisation.objects.filter(state=ReorganisationState.PLANNED)
    if waiting.filter(team=plan.team).exists():
        raise Conflict("Something is planned for this team already. Call it off first.")
    with transaction.atomic():
        plan.save(force_insert=True)
        record(actor, "teams.reorganisation_planned", plan, now)
        leads = Membership.objects.filter(
            team=plan.team, role=TeamRole.LEAD, valid__contains=now, worker__left_on=None
        ).exclude(worker=actor.worker_id)
        for user_id in leads.values_list("worker__user_id", flat=True):
            link = f"/reorganising/plans/{plan.pk}/"
            messages.queue(to_user_id=user_id, template="due", link=link, now=now)
    return plan


def visible(actor: Actor, plan_id: int) -> Reorganisation:
    """A plan, for who may plan for its team or answers for it. Raises NotFound."""
    plan = (
        Reorganisation.objects.select_related("team__agency", "into", "lead", "planned_by")
        .filter(pk=plan_id)
        .first()
    )
    if plan is None or not (policy.may_plan(actor, plan.team) or answers_for(plan.team_id)):
        raise NotFound
    return plan


def locked_plan(actor: Actor, plan_id: int) -> Reorganisation:
    visible(actor, plan_id)
    plan = Reorganisation.objects.select_for_update(of=("self",)).get(pk=plan_id)
    if plan.state != ReorganisationState.PLANNED:
        raise Conflict(f"This is {plan.get_state_display().lower()} already.")
    return plan


def record(actor: Actor, verb: str, plan: Reorganisation, now: datetime) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("reorganisation", plan.pk),
        owner_id=plan.team.agency_id,
        data={"kind": plan.kind, "team": plan.team_id, "into": plan.into_id},
    )
