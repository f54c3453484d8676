"""The clocks of requests, as data, and what follows from them. Nothing here is ever dropped.

Every open state runs a timer (`TIMER_OF`), every timer has an allowance at each urgency
(`CLOCKS`), and whoever lets it pass is followed by the next up the ladder (`LADDER`), one step
for each further half of the allowance (docs/adr/0010). Everything is pure: time is passed in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lintel.kernel.clock import (
    Clock,
    Unit,
    add_working_hours,
    due_at,
    next_release,
)
from lintel.requests.states import State, Urgency


class Timer(StrEnum):
    """What is being waited for."""

    ACKNOWLEDGE = "acknowledge"  # Somebody reads it.
    DECIDE = "decide"  # Somebody decides.
    FIND_OUT = "find_out"  # Somebody finds out and gets back.
    ANSWER = "answer"  # The sender answers.
    CLOSE = "close"  # Anybody says more after the decision; then it closes by itself.
    REVIEW = "review"  # Somebody looks again at what is being acted on.


TIMER_OF: dict[State, Timer] = {
    State.RECEIVED: Timer.ACKNOWLEDGE,
    State.ACKNOWLEDGED: Timer.DECIDE,
    State.TAKEN: Timer.DECIDE,
    State.FINDING_OUT: Timer.FIND_OUT,
    State.RETURNED: Timer.ANSWER,
    State.DECIDED: Timer.CLOSE,
    State.ACTIVE: Timer.REVIEW,
}

_DAYS, _HOURS, _PLAIN = Unit.WORKING_DAYS, Unit.WORKING_HOURS, Unit.HOURS


def _each(
    timer: Timer, routine: Clock, soon: Clock, urgent: Clock
) -> dict[tuple[Timer, Urgency], Clock]:
    allowances = (routine, soon, urgent)
    return {(timer, u): c for u, c in zip(Urgency, allowances, strict=True)}


#                       routine            soon               urgent
CLOCKS: dict[tuple[Timer, Urgency], Clock] = {
    **_each(Timer.ACKNOWLEDGE, Clock(_DAYS, 1), Clock(_HOURS, 4), Clock(_PLAIN, 1)),
    **_each(Timer.DECIDE, Clock(_DAYS, 5), Clock(_DAYS, 2), Clock(_PLAIN, 4)),
    **_each(Timer.FIND_OUT, Clock(_DAYS, 2), Clock(_DAYS, 2), Clock(_PLAIN, 4)),
    **_each(Timer.ANSWER, Clock(_DAYS, 5), Clock(_DAYS, 5), Clock(_PLAIN, 24)),
    **_each(Timer.CLOSE, Clock(_DAYS, 10), Clock(_DAYS, 10), Clock(_DAYS, 10)),
    **_each(Timer.REVIEW, Clock(_DAYS, 20), Clock(_DAYS, 20), Clock(_DAYS, 20)),
}


class Rung(StrEnum):
    """Who hears of an overdue request, in this order."""

    WORKER = "worker"
    TEAM_LEAD = "team_lead"
    LINK_WORKER = "link_worker"
    PARTNERSHIP_LEAD = "partnership_lead"


LADDER: tuple[Rung, ...] = tuple(Rung)
RUNG_WORDS = {
    Rung.WORKER: "the worker who has it",
    Rung.TEAM_LEAD: "the team lead",
    Rung.LINK_WORKER: "the link worker",
    Rung.PARTNERSHIP_LEAD: "the partnership lead",
}

# Half an allowance in days is told in working hours of an eight-hour day.
WORKING_DAY_HOURS = 8
QUARTER = timedelta(minutes=15)
RECEIVED_NOT_BEFORE = timedelta(minutes=5)
URGENT_NOT_BEFORE = timedelta(minutes=30)
ROUTINE_NOT_BEFORE = Clock(_DAYS, 1)
SOON_NOT_BEFORE = Clock(_HOURS, 4)


def half(clock: Clock) -> Clock:
    """Half of an allowance, never less than one hour."""
    if clock.unit is Unit.WORKING_DAYS:
        return Clock(Unit.WORKING_HOURS, max(clock.amount * WORKING_DAY_HOURS // 2, 1))
    return Clock(clock.unit, max(clock.amount // 2, 1))


def next_climb(clock: Clock, climbed_at: datetime) -> datetime:
    """When an overdue request climbs again, half its allowance after it last did."""
    step = half(clock)
    if step.unit is Unit.WORKING_HOURS:
        return add_working_hours(climbed_at, step.amount)
    return due_at(step, climbed_at)


def quarter_after(at: datetime) -> datetime:
    """The first full quarter of an hour at or after `at`."""
    start = at.replace(minute=0, second=0, microsecond=0)
    return start + -(-(at - start) // QUARTER) * QUARTER


def received_shown(sent: datetime) -> datetime:
    """When a sender may see that a masked request was received: it follows from `sent` alone."""
    return quarter_after(sent + RECEIVED_NOT_BEFORE)


def masked_shown(urgency: Urgency, sent: datetime, done: datetime) -> datetime:
    """When a masked sender may see what was done at `done`, such as a decision.

    At set times of day, and never so soon that the speed of it tells who had it. Urgent ones at
    a full quarter of an hour, half an hour after sending at the earliest.
    """
    if urgency is Urgency.URGENT:
        return quarter_after(max(done, sent + URGENT_NOT_BEFORE))
    wait = ROUTINE_NOT_BEFORE if urgency is Urgency.ROUTINE else SOON_NOT_BEFORE
    return next_release(max(done, due_at(wait, sent)))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sender has been told and has said, as far as both are visible to the sender."""

    received: bool = False
    decided: bool = False
    question_shown: datetime | None = None
    answered: datetime | None = None

    @property
    def waits_for_sender(self) -> bool:
        """Whether the last question stands without an answer."""
        if self.question_shown is None:
            return False
        return self.answered is None or self.answered < self.question_shown


def sender_due(
    clocks: tuple[Clock, Clock], sent: datetime, heard: Heard, *, at_set_times: bool
) -> datetime | None:
    """When the sender hears of a decision at the latest, or must answer; none when decided.

    `clocks`: the allowances to decide and to answer. `at_set_times`: masked and not urgent, so
    shown at the next set time. Follows from the time of sending, the sender's own acts and what
    was shown, so that it is the same whoever has the request.
    """
    decide, answer = clocks
    if heard.decided:
        return None
    if heard.waits_for_sender and heard.question_shown:
        return due_at(answer, heard.question_shown)
    asked_back = heard.question_shown is not None and heard.answered is not None
    due = due_at(decide, heard.answered if asked_back and heard.answered else sent)
    return next_release(due - timedelta(seconds=1)) if at_set_times else due
