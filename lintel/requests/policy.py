"""May this worker do this? Apart from the state: that is for the transition table.

Each answers None for yes, or the reason for no in words. Row security has already decided what
the worker can see; a policy decides what may be done with it.
"""

from lintel.kernel.actor import Actor
from lintel.requests.kinds import KindRule
from lintel.requests.models import Handling, Request
from lintel.requests.states import SYSTEM_VERBS, Verb
from lintel.requests.words import MASKED_VISIT, MASKED_WRITING

NO_TEAM = "You are not in a team now, so there is nowhere for the answer to come back to."
NOT_YOUR_TEAM = "This request is with another team."
CLIMBED_ONLY = (
    "You see this because it is overdue. You can give it to somebody, redirect it or keep a note; "
    "the team decides."
)
SHOP_CANT_ASK = (
    "You work at a one-stop shop. What nobody else works on would come back to your own desk, and "
    "that would tell you who is known to a service. Ask a colleague elsewhere to raise it."
)
LEADS_ONLY = "Only the team lead, or the worker who has it, can do this."
NOT_RAISED_HERE = "Your team can't raise requests of this kind."
SYSTEM_ONLY = "Only Lintel itself does this."
# What somebody who isn't in the team, but was called because it is overdue, may do.
CALLED_MAY = frozenset({Verb.ASSIGN, Verb.REDIRECT, Verb.MESSAGE})
EVERYBODY_IN_THE_TEAM = frozenset(Verb) - SYSTEM_VERBS - {Verb.ASSIGN, Verb.HAND_OVER}


def may_act(actor: Actor, verb: Verb, handling: Handling) -> str | None:
    """Whether the worker may do `verb` on this desk. A team answers together for its desk."""
    if verb in SYSTEM_VERBS:
        return SYSTEM_ONLY
    if handling.team_id not in actor.team_ids:
        called = handling.climbed_to_id == actor.worker_id
        if not called:
            return NOT_YOUR_TEAM
        return None if verb in CALLED_MAY else CLIMBED_ONLY
    if verb in EVERYBODY_IN_THE_TEAM or handling.worker_id is None:
        return None
    holds = handling.worker_id == actor.worker_id
    return None if holds or handling.team_id in actor.lead_team_ids else LEADS_ONLY


def may_write_across(handling: Handling) -> str | None:
    """Whether the desk may write to the sender: not while the request is masked."""
    return MASKED_WRITING if handling.masked else None


def may_propose_visit(handling: Handling) -> str | None:
    """Whether the two sides may arrange to meet: not while one must not know of the other."""
    return MASKED_VISIT if handling.masked else None


def may_raise(
    actor: Actor, rule: KindRule, *, team_kinds: frozenset[str], at_a_shop: bool
) -> str | None:
    """Whether the worker may raise a request of this kind. `team_kinds`: of the worker's teams."""
    if not actor.team_ids:
        return NO_TEAM
    if rule.raised_by and not rule.raised_by & team_kinds:
        return NOT_RAISED_HERE
    if rule.masked and at_a_shop:
        return SHOP_CANT_ASK
    return None


def may_follow_up(actor: Actor, request: Request) -> str | None:
    """Whether the worker may act on a request that was sent: the sender, or who answers for it.

    Row security shows it to the sender, the lead of the sender's team and its link worker.
    """
    return None


def may_hand_over_sent(actor: Actor, from_worker_id: int, team_ids: frozenset[int]) -> str | None:
    """Whether the worker may give what somebody sent to somebody else: their own, or as lead."""
    if from_worker_id == actor.worker_id or team_ids <= actor.lead_team_ids:
        return None
    return LEADS_ONLY
