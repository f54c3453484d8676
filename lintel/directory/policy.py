"""Who may do what in the directory. A refusal says why, in words."""

from collections.abc import Collection

from lintel.agencies.states import Role
from lintel.directory.models import Service, Version
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied

IN_PERSON = "Another system can’t do this for a worker. Sign in to do it."


def agencies_of(service: Service) -> set[int]:
    """The agencies that an entry belongs to: its organisation's, its team's, its owner's.

    Wants the service with `organisation`, `team` and `owner` already read.
    """
    owner, team = service.owner, service.team
    found = {
        service.organisation.agency_id,
        team.agency_id if team else None,
        owner.agency_id if owner else None,
    }
    return {agency for agency in found if agency is not None}


def keeps(actor: Actor, service: Service) -> bool:
    """Whether the entry is the actor's to keep.

    The owner and the deputy; the lead of its team; a manager of its agency; and the partnership
    lead, who stands at the end of the chain of responsibility.
    """
    if actor.integration_id is not None:
        return False
    return (
        actor.worker_id in (service.owner_id, service.deputy_id)
        or service.team_id in actor.lead_team_ids
        or actor.has(Role.PARTNERSHIP_LEAD)
        or (actor.has(Role.MANAGER) and actor.agency_id in agencies_of(service))
    )


def keep(actor: Actor, service: Service) -> None:
    """Raise Denied unless the actor may change the entry."""
    if actor.integration_id is not None:
        raise Denied(IN_PERSON)
    if not keeps(actor, service):
        raise Denied(
            "Only the owner of the entry, the deputy, the lead of its team or a manager can "
            "change it."
        )


def write(actor: Actor, service: Service) -> None:
    """Raise Denied unless the actor may write in the entry here: not where a feed keeps it."""
    keep(actor, service)
    if service.feed_id is not None:
        raise Denied("This entry is read from another directory. Change it there.")


def could_review(actor: Actor, service: Service) -> bool:
    """Whether the actor's role lets them review this entry's versions, whoever wrote them."""
    if actor.integration_id is not None:
        return False
    if actor.has(Role.PARTNERSHIP_LEAD) or service.team_id in actor.lead_team_ids:
        return True
    leads = actor.has(Role.MANAGER) or actor.has(Role.INFORMATION_LEAD)
    return leads and actor.agency_id in agencies_of(service)


def may_review(actor: Actor, service: Service, version: Version) -> bool:
    """Whether the actor may publish or return this version: nobody who wrote in it may."""
    return could_review(actor, service) and actor.worker_id not in hands_of(version)


def review(actor: Actor, service: Service, version: Version) -> None:
    """Raise Denied unless the actor may publish or return this version."""
    if actor.integration_id is not None:
        raise Denied(IN_PERSON)
    if actor.worker_id in hands_of(version):
        raise Denied("You wrote in this version, so somebody else reviews it.")
    if not could_review(actor, service):
        raise Denied(
            "Only the lead of its team, a manager or an information lead of its agency, or the "
            "partnership lead, can review this entry."
        )


def hands_of(version: Version) -> Collection[int]:
    """The numbers of the workers who wrote in the version."""
    return {*version.hands, *([version.made_by_id] if version.made_by_id else [])}


def sees(actor: Actor, service: Service) -> bool:
    """Whether the entry's drafts and history are the actor's to read."""
    return keeps(actor, service) or could_review(actor, service)


def start(actor: Actor, team_ids: Collection[int], team_id: int | None) -> None:
    """Raise Denied unless the actor may start an entry for the team, or for the agency (None)."""
    if actor.integration_id is not None:
        raise Denied(IN_PERSON)
    if team_id is not None and team_id not in team_ids:
        raise Denied("You can start an entry for a team that you belong to.")


def lead(actor: Actor) -> None:
    """Raise Denied unless the actor is the partnership lead: what is missing, and the guidance."""
    if actor.integration_id is not None:
        raise Denied(IN_PERSON)
    if not actor.has(Role.PARTNERSHIP_LEAD):
        raise Denied("Only the partnership lead sees what is missing, and keeps the guidance.")


def keep_feeds(actor: Actor) -> None:
    """Raise Denied unless the actor may add feeds, read them now and stop them."""
    if actor.integration_id is not None:
        raise Denied(IN_PERSON)
    if not actor.has(Role.PARTNERSHIP_LEAD):
        raise Denied("Only the partnership lead looks after the feeds of other directories.")
