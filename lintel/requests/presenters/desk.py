"""The receiver's desk in words: states, steps, clocks, and what can be done."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lintel.kernel.clock import words_for_due
from lintel.requests.kinds import rule_of
from lintel.requests.states import Decision, State, Verb

STATE_COLOURS = {
    State.RECEIVED: "blue",
    State.ACKNOWLEDGED: "blue",
    State.TAKEN: "teal",
    State.FINDING_OUT: "purple",
    State.RETURNED: "yellow",
    State.DECIDED: "green",
    State.ACTIVE: "green",
    State.CLOSED: "grey",
    State.WITHDRAWN: "grey",
}
# What the clock that runs in each state is for.
CLOCK_FOR = {
    State.RECEIVED: "Acknowledge",
    State.ACKNOWLEDGED: "Decide",
    State.TAKEN: "Decide",
    State.FINDING_OUT: "Get back",
    State.RETURNED: "Answer from the sender",
    State.ACTIVE: "Review",
    State.DECIDED: "Closes by itself",
}
STEP_WORDS = {
    Verb.ARRIVE: "Arrived",
    Verb.ACKNOWLEDGE: "Acknowledged",
    Verb.TAKE: "Taken",
    Verb.ASSIGN: "Given to a worker",
    Verb.FIND_OUT: "Finding out and getting back",
    Verb.RETURN: "Returned for more information",
    Verb.ANSWER: "The sender answered",
    Verb.REDIRECT: "Redirected to another team",
    Verb.DECIDE: "Decided",
    Verb.CLOSE: "Closed",
    Verb.WITHDRAW: "Withdrawn by the sender",
    Verb.REOPEN: "Reopened",
    Verb.ESCALATE: "Overdue: climbed",
    Verb.HAND_OVER: "Handed over",
    Verb.MESSAGE: "Wrote",
    Verb.PROPOSE_VISIT: "Proposed a joint visit",
    Verb.OPEN: "Opened to both sides with the person’s consent",
    Verb.MASK: "No longer open: the person’s consent ended",
    Verb.REVIEW: "Looked at again, still acting",
    Verb.INFORM: "The sender added something",
}
SOON = timedelta(hours=4)


def clock(due: datetime | None, now: datetime, state: str = "") -> dict[str, str] | None:
    """{"words", "state"} for `ui.clock`; None where nothing is awaited."""
    if due is None:
        return None
    late = due < now
    words = words_for_due(now, due)
    if late:
        # The component itself says "Overdue: ".
        words = words.removeprefix("overdue ")
    shown = "late" if late else "soon" if due - now < SOON else "running"
    return {"words": words, "state": shown, "for": CLOCK_FOR.get(State(state), "") if state else ""}


def own_clock(
    kind: str, extra: Mapping[str, Any], now: datetime, state: str
) -> dict[str, str] | None:
    """The clock that a kind shows beside the desk's: {"for", "words", "short", "state"}."""
    shown = rule_of(kind).own_clock
    return shown(extra, now, state) if shown else None


def state_tag(state: str) -> dict[str, str]:
    """{"text", "colour"} of the desk's state."""
    made = State(state)
    return {"text": made.label, "colour": STATE_COLOURS[made]}


def step_words(verb: str) -> str:
    """A step, for the timeline."""
    return STEP_WORDS[Verb(verb)]


def decision_words(decision: str) -> str:
    """The decision as it was chosen."""
    return Decision(decision).label if decision else ""
