"""A planned reorganisation is carried out: everything moves in one transaction, or nothing does.

The move of people and requests is one function of the database (migration 0004); the rest is
each domain's own.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from lintel.agencies import actions as agencies
from lintel.agencies.models import LinkWorker, Membership, Team, Worker
from lintel.agencies.queries import members_of_teams
from lintel.agencies.states import Side, TeamRole, side_of
from lintel.config.models import Entries, Reorganisation, ReorganisationKind
from lintel.config.reorganising import answers_for, locked_plan, may_join, record
from lintel.directory.actions import drafting, reviewing
from lintel.directory.models import Service
from lintel.directory.states import ServiceState
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied, NotFound
from lintel.requests import actions as requests
from lintel.requests import routing, standstill

NOT_THE_LEAD = "The lead of the team hands over by name. You have planned it; it waits for them."
NO_SHOP = "No one-stop shop is open. Open one first: it takes what can’t stay with either team."


@dataclass(frozen=True, slots=True)
class Carried:
    """What was moved, and the team that it is with now."""

    into: Team
    people: int
    desk: int
    sent: int
    patches: int
    entries: int


def carry_out(actor: Actor, *, plan_id: int, now: datetime) -> Carried:
    """Hand the team over as planned: everything, in one transaction.

    Raises NotFound, Denied (another hands over), Conflict (called off, or no longer possible).
    """
    try:
        with transaction.atomic():
            standstill.stand_still()
            return _carry_out(actor, locked_plan(actor, plan_id), now)
    except IntegrityError as error:
        raise Conflict("Somebody changed these teams meanwhile. Look again.") from error


def change(
    actor: Actor,
    *,
    team_id: int,
    name: str,
    phone: str,
    email: str,
    description: str,
    now: datetime,
) -> Team:
    """Rename a team, or say where it is reached now; its workers and link workers are told.

    Records are an agency's, so a team stays with its own. Raises NotFound, Denied, Invalid.
    """
    with transaction.atomic():
        team = agencies.change_team(
            actor,
            team_id=team_id,
            name=name,
            phone=phone,
            email=email,
            description=description,
            now=now,
        )
        for service in Service.objects.filter(team=team, state=ServiceState.PUBLISHED):
            _tell_owner(service, now)
        _tell(_to_tell([team.pk], side_of(team.kind), now), team, now)
    return team


def _carry_out(actor: Actor, plan: Reorganisation, now: datetime) -> Carried:
    if not answers_for(plan.team_id):
        raise Denied(NOT_THE_LEAD)
    team = agencies.locked_team(plan.team_id, now)
    into = _other(actor, plan, team, now)
    merging = plan.kind == ReorganisationKind.MERGE
    shop = routing.shop_for("", now)
    if shop is None and merging:
        raise Conflict(NO_SHOP)
    movers = _movers(plan, team, now)
    told = _to_tell([team.pk, into.pk], Side(side_of(team.kind)), now)
    # While the actor still leads the team: afterwards they are out of sight.
    entries = _move_entries(actor, plan, team, into, now) if merging else 0
    moved = _move(plan, shop.pk if shop else 0, now)
    has_lead = Membership.objects.filter(team=into, role=TeamRole.LEAD, valid__contains=now)
    agencies.move_members(
        actor,
        from_team=team,
        to_team=into,
        worker_ids=movers,
        as_leads=merging and not has_lead.exists(),
        now=now,
    )
    if merging:
        agencies.close_team(actor, team=team, now=now)
    elif plan.lead_id is not None:
        agencies.name_lead(actor, team=into, worker_id=plan.lead_id, split_from=team, now=now)
    to_shop = set(moved["shop"])
    words = f"{team.name} is now part of {into.name}." if merging else f"From {team.name}."
    requests.desks_moved(actor, request_ids=set(moved["desk"]) - to_shop, words=words, now=now)
    requests.moved_to_shop(request_ids=to_shop, now=now)
    for what, numbers in moved.items():
        for number in numbers if what in EVENTS else ():
            events.record(
                actor,
                f"teams.{EVENTS[what]}_moved",
                now=now,
                subject=(what, number),
                owner_id=team.agency_id,
                data={"from": team.pk, "to": into.pk},
            )
    record(actor, "teams.reorganised", plan, now)
    _tell(told | _to_tell([into.pk], None, now), into, now)
    return Carried(
        into,
        people=len(moved["involvement"]),
        desk=len(moved["desk"]),
        sent=len(moved["sent"]),
        patches=len(moved["patch"]),
        entries=entries,
    )


# What is told of as moved beside the desks, which tell for themselves.
EVENTS = {"involvement": "involvement", "sent": "sent", "patch": "patch"}


def _move(plan: Reorganisation, shop: int, now: datetime) -> dict[str, list[int]]:
    """Have the database move the rows; their numbers by what they are."""
    moved: dict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, number FROM reorganise(%s, %s, %s)", [plan.pk, now, shop])
        for what, number in cursor.fetchall():
            moved[what].append(number)
    return moved


def _other(actor: Actor, plan: Reorganisation, team: Team, now: datetime) -> Team:
    if plan.kind == ReorganisationKind.MERGE:
        into = next((t for t in may_join(team, now) if t.pk == plan.into_id), None)
        if into is None:
            raise Conflict("The other team has changed since. Call this off and plan anew.")
        return into
    into = agencies.open_team(
        actor, like=team, name=plan.name, phone=plan.phone, email=plan.email, now=now
    )
    plan.into = into
    plan.save(update_fields=["into"])
    return into


def _movers(plan: Reorganisation, team: Team, now: datetime) -> list[int]:
    if plan.kind == ReorganisationKind.SPLIT:
        return list(plan.workers)
    # Also who is away from post or comes later: nobody is left in a closed team.
    places = Membership.objects.filter(team=team, valid__endswith__gt=now) | (
        Membership.objects.filter(team=team, valid__endswith=None)
    )
    links = LinkWorker.objects.filter(team=team, valid__endswith__gt=now) | (
        LinkWorker.objects.filter(team=team, valid__endswith=None)
    )
    return sorted(
        {*places.values_list("worker", flat=True), *links.values_list("worker", flat=True)}
    )


def _move_entries(actor: Actor, plan: Reorganisation, team: Team, into: Team, now: datetime) -> int:
    """Entries follow with a draft for their owner to check, or are taken out; how many."""
    services = list(Service.objects.select_for_update().filter(team=team).order_by("id"))
    for service in services:
        published = service.state == ServiceState.PUBLISHED
        if plan.entries == Entries.TAKE_OUT and published and service.feed_id is None:
            reviewing.take_out_for_now(service, now=now)
        elif published and service.feed_id is None:
            _draft(actor, service, now)
        events.record(
            actor,
            "directory.team_changed",
            now=now,
            subject=("service", service.pk),
            owner_id=team.agency_id,
            data={"from": team.pk, "to": into.pk},
        )
    Service.objects.filter(pk__in=[service.pk for service in services]).update(team=into)
    return len(services)


def _draft(actor: Actor, service: Service, now: datetime) -> None:
    """A draft of what is published, for the owner to mend names and numbers in."""
    try:
        with transaction.atomic():
            drafting.open_draft(actor, service_id=service.pk, now=now)
    except (Conflict, NotFound, Denied):
        # Somebody is writing in it already, or it is another's: the owner is told all the same.
        pass
    _tell_owner(service, now)


def _tell_owner(service: Service, now: datetime) -> None:
    """Ask the entry's owner to look at what it says of the team."""
    owner = Worker.objects.filter(pk=service.owner_id or 0).first()
    if owner is not None:
        messages.queue(to_user_id=owner.user_id, template="new", link="/directory/mine/", now=now)


def _to_tell(team_ids: Collection[int], towards: Side | None, now: datetime) -> set[int]:
    """Accounts of the teams' members in post, and of the other side's link workers.

    All link workers towards this side, whatever they have sent: who is told tells nothing.
    """
    found = set(members_of_teams(team_ids, now).values_list("user_id", flat=True))
    if towards is not None:
        links = LinkWorker.objects.filter(
            towards=towards, valid__contains=now, worker__left_on=None
        ).exclude(team_id__in=team_ids)
        found |= set(links.values_list("worker__user_id", flat=True))
    return found


def _tell(user_ids: Collection[int], into: Team, now: datetime) -> None:
    link = f"/teams/{into.slug}/" if len(into.slug) <= 40 else "/teams/"
    for user_id in sorted(user_ids):
        messages.queue(to_user_id=user_id, template="new", link=link, now=now)
