"""The one workflow: kinds, states, and the transition table of the receiver's desk.

The sender's desk and the receiver's desk are two state machines that talk through the relay
(`lintel.requests.relay`). What the sender is shown follows from the sender's own acts and from
notices that have been released, never from the receiver's state (DESIGN.md, "Masked requests").
"""

from django.db import models


class Kind(models.TextChoices):
    """What a request asks. Domains add kinds; the workflow is the same for all."""

    CONCERN = "concern", "Concern"
    REFERRAL = "referral", "Referral"
    ADVICE = "advice", "Advice without a name"
    MESSAGE = "message", "Message to pass on"


class Urgency(models.TextChoices):
    """How soon somebody must look."""

    ROUTINE = "routine", "Routine"
    SOON = "soon", "Soon: it is getting worse"
    URGENT = "urgent", "Urgent: somebody may come to harm in days"


class Sign(models.TextChoices):
    """What was seen, in plain words (seed 000, 2.1.3 and 2.2.3)."""

    HOARDING = "hoarding", "Things piling up in the home (hoarding)"
    NOISE = "noise", "Noise, or being up and about at night"
    SELF_NEGLECT = "self_neglect", "Not looking after themselves"
    PROPERTY = "property", "The home is not being looked after"
    ARREARS = "arrears", "Rent arrears or money trouble"
    COMPLAINT_BY = "complaint_by", "Complaints by the tenant"
    COMPLAINT_ABOUT = "complaint_about", "Complaints about the tenant"
    NO_ACCESS = "no_access", "Nobody answers, or no access"
    FIRE_RISK = "fire_risk", "Fire risk (smoking, pans left on)"
    ALCOHOL_DRUGS = "alcohol_drugs", "Drinking or drugs causing worry"
    ISOLATION = "isolation", "Cut off from others"
    HARASSED = "harassed", "Being harassed or used by others"
    CHANGED = "changed", "A sudden change in how they are"


class PersonKnows(models.TextChoices):
    """Whether the person has been told and agrees."""

    NOT_ASKED = "not_asked", "I have not asked them yet"
    AGREES = "agrees", "They know, and agree"
    REFUSES = "refuses", "They know, and do not agree"
    CANNOT_ASK = "cannot_ask", "I could not ask them"


class SenderState(models.TextChoices):
    """The sender's own acts. What they are shown is `Shown`."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Shown(models.TextChoices):
    """What the sender is shown."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    RECEIVED = "received", "Received"
    RETURNED = "returned", "We need to know more"
    DECIDED = "decided", "Decided"
    ACTIVE = "active", "Being acted on"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class State(models.TextChoices):
    """The receiver's desk."""

    RECEIVED = "received", "Received"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    TAKEN = "taken", "Taken"
    FINDING_OUT = "finding_out", "Finding out"
    RETURNED = "returned", "Waiting for the sender"
    DECIDED = "decided", "Decided"
    ACTIVE = "active", "Being acted on"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Verb(models.TextChoices):
    """What can be done on the receiver's desk."""

    ARRIVE = "arrive", "arrived"
    ACKNOWLEDGE = "acknowledge", "acknowledged"
    TAKE = "take", "taken"
    ASSIGN = "assign", "given to a worker"
    FIND_OUT = "find_out", "finding out and getting back"
    RETURN = "return", "returned for more information"
    ANSWER = "answer", "the sender answered"
    REDIRECT = "redirect", "redirected to the right team"
    DECIDE = "decide", "decided"
    CLOSE = "close", "closed"
    WITHDRAW = "withdraw", "withdrawn by the sender"
    REOPEN = "reopen", "reopened"
    ESCALATE = "escalate", "climbed, overdue"
    HAND_OVER = "hand_over", "handed over"
    MESSAGE = "message", "wrote"
    PROPOSE_VISIT = "propose_visit", "proposed a joint visit"
    OPEN = "open", "opened to both sides with the person's consent"
    MASK = "mask", "no longer open: the person's consent ended"
    REVIEW = "review", "looked at again, still acting"
    INFORM = "inform", "the sender wrote"


class Decision(models.TextChoices):
    """What the receiver decides."""

    ACTING = "acting", "Acting on it"
    ADVICE = "advice", "Advice to the sender"
    PASSED_ON = "passed_on", "Passed on to another service"
    NOT_FOR_US = "not_for_us", "Not for us"


class NotOurs(models.TextChoices):
    """Why a team says that a request is another team's."""

    AREA = "area", "The address is not in our area"
    WORK = "work", "It is not what our team does"
    ANOTHER = "another", "It could be ours, and another team can do more"


# A catchment that brings these is wrong, or is read wrongly: its owner hears of it.
WRONG_TEAM = frozenset({NotOurs.AREA, NotOurs.WORK})


class NoticeCode(models.TextChoices):
    """What the relay tells the sender. For masked requests the words are fixed by the code."""

    RECEIVED = "received", "Received"
    QUESTION = "question", "We need to know more"
    DECIDED = "decided", "Decided"
    CLOSED = "closed", "Closed"
    WRITTEN = "written", "New message"
    OVERDUE = "overdue", "Overdue"
    REDIRECTED = "redirected", "Passed to another team"
    HANDED_OVER = "handed_over", "Now with somebody else"
    REOPENED = "reopened", "Opened again"
    OPENED = "opened", "Open to both sides"


UNDECIDED = frozenset(
    {State.RECEIVED, State.ACKNOWLEDGED, State.TAKEN, State.FINDING_OUT, State.RETURNED}
)
OPEN_STATES = UNDECIDED | {State.DECIDED, State.ACTIVE}
# Verbs that only the relay or the clocks use.
SYSTEM_VERBS = frozenset(
    {Verb.ARRIVE, Verb.ANSWER, Verb.WITHDRAW, Verb.ESCALATE, Verb.OPEN, Verb.MASK, Verb.INFORM}
)

# verb -> {from state: to state}. Anything else is a conflict, told in words.
# DECIDE leads to ACTIVE when the decision is "acting on it", else to DECIDED (see `after`).
TRANSITIONS: dict[Verb, dict[State, State]] = {
    Verb.ACKNOWLEDGE: {State.RECEIVED: State.ACKNOWLEDGED},
    Verb.TAKE: {
        State.RECEIVED: State.TAKEN,
        State.ACKNOWLEDGED: State.TAKEN,
        State.FINDING_OUT: State.TAKEN,
    },
    Verb.ASSIGN: {
        State.RECEIVED: State.TAKEN,
        State.ACKNOWLEDGED: State.TAKEN,
        State.TAKEN: State.TAKEN,
        State.FINDING_OUT: State.FINDING_OUT,
        State.RETURNED: State.RETURNED,
        State.DECIDED: State.DECIDED,
        State.ACTIVE: State.ACTIVE,
    },
    Verb.FIND_OUT: {
        State.RECEIVED: State.FINDING_OUT,
        State.ACKNOWLEDGED: State.FINDING_OUT,
        State.TAKEN: State.FINDING_OUT,
    },
    Verb.RETURN: {
        State.RECEIVED: State.RETURNED,
        State.ACKNOWLEDGED: State.RETURNED,
        State.TAKEN: State.RETURNED,
        State.FINDING_OUT: State.RETURNED,
    },
    Verb.ANSWER: {State.RETURNED: State.TAKEN},
    Verb.REDIRECT: {
        State.RECEIVED: State.RECEIVED,
        State.ACKNOWLEDGED: State.RECEIVED,
        State.TAKEN: State.RECEIVED,
        State.FINDING_OUT: State.RECEIVED,
        State.RETURNED: State.RECEIVED,
    },
    Verb.DECIDE: {
        State.ACKNOWLEDGED: State.DECIDED,
        State.TAKEN: State.DECIDED,
        State.FINDING_OUT: State.DECIDED,
        State.RETURNED: State.DECIDED,
    },
    Verb.CLOSE: {State.DECIDED: State.CLOSED, State.ACTIVE: State.CLOSED},
    Verb.WITHDRAW: dict.fromkeys(OPEN_STATES, State.WITHDRAWN),
    Verb.REOPEN: {State.CLOSED: State.TAKEN, State.DECIDED: State.TAKEN},
    Verb.REVIEW: {State.ACTIVE: State.ACTIVE},
    # These leave the state as it is.
    Verb.HAND_OVER: {state: state for state in OPEN_STATES},
    Verb.MESSAGE: {state: state for state in State},
    Verb.INFORM: {state: state for state in State},
    Verb.PROPOSE_VISIT: {state: state for state in OPEN_STATES},
    Verb.ESCALATE: {state: state for state in OPEN_STATES},
    Verb.OPEN: {state: state for state in OPEN_STATES},
    Verb.MASK: {state: state for state in State},
}


def after(verb: Verb, state: State, decision: Decision | None = None) -> State | None:
    """The state that `verb` leads to from `state`, or None where it can't be done from there."""
    if verb is Verb.DECIDE and decision is Decision.ACTING and state in TRANSITIONS[verb]:
        return State.ACTIVE
    return TRANSITIONS.get(verb, {}).get(state)
