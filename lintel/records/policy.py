"""Who may do what about an agency's records. A refusal says why, in words."""

from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied


def answer_for(actor: Actor) -> None:
    """Raise Denied unless the actor answers for what their agency holds."""
    if actor.integration_id is not None:
        raise Denied("Another system can’t do this for a worker. Sign in to do it.")
    if not may_answer_for(actor):
        raise Denied("Only an information lead answers for what an agency holds.")


def may_answer_for(actor: Actor) -> bool:
    """Whether the pages about an agency's records are the actor's."""
    return actor.integration_id is None and actor.has(Role.INFORMATION_LEAD)
