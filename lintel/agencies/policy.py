"""Who may do what in the agencies domain. A refusal says why, in words."""

from datetime import datetime

from lintel.agencies.models import LinkWorker, Membership, Team, Worker
from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied

AWAY_ONLY = (
    "Only the link worker, the lead of the team or a manager of its agency can say who covers."
)


def _in_person(actor: Actor) -> None:
    """A key of an integration never manages people or keys, whoever it acts for."""
    if actor.integration_id is not None:
        raise Denied("Another system can’t do this for a worker. Sign in to do it.")


def may_manage_keys(actor: Actor) -> bool:
    """Whether the pages of the agency's keys are the actor's: information leads and managers."""
    return actor.integration_id is None and (
        actor.has(Role.INFORMATION_LEAD) or actor.has(Role.MANAGER)
    )


def manage_keys(actor: Actor) -> None:
    """Raise Denied unless the actor may issue and revoke the agency's keys."""
    _in_person(actor)
    if not may_manage_keys(actor):
        raise Denied(
            "Only a manager or an information lead of your agency can give another system a key."
        )


def may_set_away(actor: Actor, link: LinkWorker) -> bool:
    """Whether it is the actor's own link, or that of a team whose members the actor keeps."""
    return link.worker_id == actor.worker_id or may_keep_members(actor, link.team)


def set_away(actor: Actor, link: LinkWorker) -> None:
    """Raise Denied unless the actor may say when the link worker is away, and who covers."""
    _in_person(actor)
    if not may_set_away(actor, link):
        raise Denied(AWAY_ONLY)


def may_see_out(actor: Actor, worker: Worker, now: datetime) -> bool:
    """Whether the actor may say that the worker leaves: their team lead, or a manager."""
    if actor.integration_id is not None or worker.agency_id != actor.agency_id:
        return False
    if actor.has(Role.MANAGER):
        return True
    return (
        Membership.objects.filter(
            worker=worker, team_id__in=actor.lead_team_ids, valid__contains=now
        ).exists()
        and worker.pk != actor.worker_id
    )


def see_out(actor: Actor, worker: Worker, now: datetime) -> None:
    """Raise Denied unless the actor may say that the worker leaves and hand their work over."""
    _in_person(actor)
    if not may_see_out(actor, worker, now):
        raise Denied("Only the lead of the worker’s team, or a manager, can do this.")


def may_plan(actor: Actor, team: Team) -> bool:
    """Whether the actor may plan what becomes of a team: the partnership lead, or a manager."""
    if actor.integration_id is not None:
        return False
    return actor.has(Role.PARTNERSHIP_LEAD) or (
        actor.has(Role.MANAGER) and actor.agency_id == team.agency_id
    )


def reorganise(actor: Actor, team: Team) -> None:
    """Raise Denied unless the actor may plan for the team, or leads it."""
    _in_person(actor)
    if not may_plan(actor, team) and team.pk not in actor.lead_team_ids:
        raise Denied(
            "Only the partnership lead, a manager of the agency or the lead of the team can do "
            "this."
        )


def may_keep_members(actor: Actor, team: Team) -> bool:
    """Whether the actor says who belongs to the team: its lead, or a manager of its agency."""
    if actor.integration_id is not None or actor.agency_id != team.agency_id:
        return False
    return team.pk in actor.lead_team_ids or actor.has(Role.MANAGER)


def keep_members(actor: Actor, team: Team, worker_id: int) -> None:
    """Raise Denied unless the actor may say whether this worker belongs to the team.

    Nobody does it for themselves: who belongs to a team reads its desk.
    """
    _in_person(actor)
    if not may_keep_members(actor, team):
        raise Denied("Only the lead of the team, or a manager of its agency, can do this.")
    if worker_id == actor.worker_id:
        raise Denied("Somebody else has to do this for you: another lead, or a manager.")


def may_name_information_lead(actor: Actor) -> bool:
    """Whether the page of the agency's information leads lets the actor change them."""
    return actor.integration_id is None and actor.has(Role.MANAGER)


def name_information_lead(actor: Actor, worker_id: int) -> None:
    """Raise Denied unless the actor may say whether this worker is an information lead.

    A manager of the agency; never for themselves: an information lead reads the access record
    and signs for the agency.
    """
    _in_person(actor)
    if not may_name_information_lead(actor):
        raise Denied("Only a manager of your agency can say who its information lead is.")
    if worker_id == actor.worker_id:
        raise Denied("Another manager has to do this for you.")
