"""What the sender is shown: where it stands, what happens next, what may be done meanwhile.

For a masked request every word here follows from what the sender typed, the time, and the code
of the notices released, never from who received it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lintel.requests.states import Decision, Shown

COLOURS = {
    Shown.DRAFT: "grey",
    Shown.SENT: "blue",
    Shown.RECEIVED: "blue",
    Shown.RETURNED: "yellow",
    Shown.DECIDED: "green",
    Shown.ACTIVE: "green",
    Shown.CLOSED: "grey",
    Shown.WITHDRAWN: "grey",
}

MASKED = {
    Shown.DRAFT: ("You have not sent it yet.", ""),
    Shown.SENT: (
        "It is on its way.",
        "You will see “received” here within about 20 minutes.",
    ),
    Shown.RECEIVED: (
        "A service has it.",
        "Somebody looks at it and decides. You will see “decided” here, at 10am, 1pm or 4pm of a "
        "working day if it is not urgent.",
    ),
    Shown.RETURNED: (
        "The service that has it needs to know more.",
        "Answer the questions below. Say so if you do not know: that helps too.",
    ),
    Shown.DECIDED: (
        "A service looked at it and decided what to do.",
        "We can’t tell you what was decided, or by whom: that could say whether the person uses a "
        "service, and that is theirs to tell. What you may do next is below.",
    ),
    Shown.CLOSED: ("It has been decided.", "What you may do next is below."),
    Shown.WITHDRAWN: ("You took it back.", "The service has been told."),
}
OPEN = {
    Shown.DRAFT: ("You have not sent it yet.", ""),
    Shown.SENT: ("It is on its way.", "You will see here who has it."),
    Shown.RECEIVED: ("The team has it.", "Somebody looks at it and decides."),
    Shown.RETURNED: (
        "The team needs to know more.",
        "Answer the questions below: its clock waits for you.",
    ),
    Shown.DECIDED: ("The team has decided.", "The decision is below."),
    Shown.ACTIVE: ("The team is acting on it.", "You can write to whoever is handling it."),
    Shown.CLOSED: ("The team has closed it.", "Whom to contact from now on is below."),
    Shown.WITHDRAWN: ("You took it back.", "The team has been told."),
}
DECISIONS = {
    Decision.ACTING: "They are acting on it",
    Decision.ADVICE: "They give you advice",
    Decision.PASSED_ON: "They passed it on",
    Decision.NOT_FOR_US: "It is not for them",
}


@dataclass(frozen=True)
class Standing:
    """Where a request stands, for its page: the tag, what it means, what comes next."""

    tag: str
    colour: str
    means: str
    next: str


def standing(shown: Shown, *, masked: bool) -> Standing:
    """Where it stands in words."""
    means, then = (MASKED if masked else OPEN).get(shown, OPEN[shown])
    return Standing(tag=shown.label, colour=COLOURS[shown], means=means, next=then)


def decision_words(decision: str) -> str:
    """What an open request's receiver decided, said to the sender."""
    return DECISIONS[Decision(decision)] if decision in Decision.values else ""


def status_tag(shown: Shown) -> dict[str, str]:
    """{"text", "colour"} of the status."""
    return {"text": shown.label, "colour": COLOURS[shown]}


def may_withdraw(shown: Shown) -> bool:
    """Whether the sender may still take it back, as far as the sender is shown."""
    return shown in {Shown.SENT, Shown.RECEIVED, Shown.RETURNED, Shown.ACTIVE}


def may_add(shown: Shown) -> bool:
    """Whether more may be added: all the time that it isn't over."""
    return shown not in {Shown.DRAFT, Shown.WITHDRAWN, Shown.CLOSED}


def questions_asked(keys: Iterable[str], words: dict[str, str]) -> list[str]:
    """The standard questions in words, in the order in which they were asked."""
    return [words[key] for key in keys if key in words]
