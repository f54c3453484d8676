"""Keys of integrations, for those who manage them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from lintel.agencies import policy
from lintel.agencies.models import Integration, Team, Token, Worker
from lintel.agencies.queries._who import in_post
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound


def keys_of_agency(actor: Actor) -> QuerySet[Token]:
    """The keys of the actor's agency, newest first. Raises Denied for who may not manage them."""
    policy.manage_keys(actor)
    return (
        Token.objects.filter(integration__agency_id=actor.agency_id)
        .select_related("integration", "worker")
        .order_by("-id")
    )


def key_of_agency(actor: Actor, token_id: int) -> Token:
    """One key of the actor's agency; raises NotFound for another's, and Denied."""
    found = keys_of_agency(actor).filter(pk=token_id).first()
    if found is None:
        raise NotFound
    return found


def colleagues(actor: Actor, now: datetime) -> QuerySet[Worker]:
    """The workers in post at the actor's agency, by name."""
    return in_post(now).filter(agency_id=actor.agency_id).order_by("name", "id")


@dataclass(frozen=True, slots=True)
class System:
    """Another system with a key, and for whom it acts."""

    name: str
    agency: str
    team_slugs: list[str]


def system_of(actor: Actor) -> System:
    """The system that acts. Raises NotFound for a worker who acts without one."""
    found = (
        Integration.objects.filter(pk=actor.integration_id or 0).select_related("agency").first()
    )
    if found is None:
        raise NotFound
    slugs = (
        Team.objects.filter(pk__in=actor.team_ids).order_by("slug").values_list("slug", flat=True)
    )
    return System(name=found.name, agency=found.agency.name, team_slugs=list(slugs))
