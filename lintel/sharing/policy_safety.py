"""Who may look at an override afterwards. A refusal says why, in words."""

from typing import Protocol

from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied
from lintel.sharing.policy import in_person


class Reviewable(Protocol):
    """What is looked at of an override before it is reviewed."""

    @property
    def holder_id(self) -> int:
        """The agency that holds what was opened."""

    @property
    def worker_id(self) -> int:
        """Who opened it."""

    @property
    def authorised_by_id(self) -> int | None:
        """Who agreed to it."""


def lead_of(actor: Actor, agency_id: int) -> None:
    """Raise Denied unless the actor is an information lead of this agency."""
    in_person(actor)
    if not (actor.has(Role.INFORMATION_LEAD) and actor.agency_id == agency_id):
        raise Denied("Only an information lead of the agency that holds the record can do this.")


def review_override(actor: Actor, row: Reviewable) -> None:
    """Raise Denied unless the actor may review it: no part of it was theirs."""
    lead_of(actor, row.holder_id)
    if actor.worker_id in {row.worker_id, row.authorised_by_id}:
        raise Denied("You opened this or agreed to it. Another information lead must look at it.")
