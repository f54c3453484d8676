"""Who may do what about sharing. A refusal says why, in words."""

from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied


def in_person(actor: Actor) -> None:
    """Raise Denied for another system: what a person said, a worker who heard it writes down."""
    if actor.integration_id is not None:
        raise Denied("Another system can’t do this for a worker. Sign in to do it.")


def record(actor: Actor, giver_id: int, recipient_agency_id: int) -> None:
    """Raise Denied unless the answer is about the actor's own agency telling, or being told."""
    if actor.agency_id not in {giver_id, recipient_agency_id}:
        raise Denied("You can record what your own agency may tell or be told, and no more.")


def look_up(actor: Actor) -> None:
    """Raise Denied unless the actor may look things up in the access record."""
    in_person(actor)
    if not may_look_up(actor):
        raise Denied("Only an information lead can look up who has seen a record.")


def may_look_up(actor: Actor) -> bool:
    """Whether the access record's pages are the actor's."""
    return actor.integration_id is None and actor.has(Role.INFORMATION_LEAD)
