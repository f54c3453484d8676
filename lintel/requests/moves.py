"""One move on a desk, the same for every verb: lock, may I, can it be done from here, write.

Used by the desk's verbs (an actor moves) and by the relay and the clocks (nobody does).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lintel.kernel import events
from lintel.kernel.actor import Actor, as_system
from lintel.kernel.errors import Conflict, Denied, NotFound
from lintel.requests import policy
from lintel.requests.clocks import TIMER_OF, Timer
from lintel.requests.kinds import rule_of
from lintel.requests.models import Handling, Request, Step
from lintel.requests.states import Decision, State, Verb, after
from lintel.requests.words import at_words

# Steps that don't move a request; what happened to it is told by the others.
QUIET = (
    Verb.ESCALATE,
    Verb.INFORM,
    Verb.MESSAGE,
    Verb.PROPOSE_VISIT,
    Verb.HAND_OVER,
    Verb.OPEN,
    Verb.MASK,
)
DOUBLE_CLICK = timedelta(seconds=30)


@dataclass(slots=True)
class Move:
    """A move under way: the locked desk, and where it goes."""

    handling: Handling
    verb: Verb
    before: State
    to: State
    now: datetime
    actor: Actor | None = None
    team_id: int = 0

    def __post_init__(self) -> None:
        """Note the team before the verb may change it: the step is that team's."""
        self.team_id = self.handling.team_id

    @property
    def moved(self) -> bool:
        """Whether the state changes."""
        return self.before is not self.to


def begin(
    actor: Actor,
    verb: Verb,
    *,
    reference: str,
    now: datetime,
    version: int | None = None,
    decision: Decision | None = None,
) -> Move:
    """Lock the desk that the actor sees, and check the actor, the version and the state.

    Raises NotFound, Denied, or Conflict in words that say what happened, who and when.
    """
    handling = Handling.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if handling is None:
        raise NotFound
    mask_if_over(handling, now)
    if reason := policy.may_act(actor, verb, handling):
        raise Denied(reason)
    to = after(verb, State(handling.state), decision)
    stale = version is not None and version != handling.version
    if to is None or stale:
        raise Conflict(what_happened(handling, verb))
    return Move(handling, verb, State(handling.state), to, now, actor)


def mask_if_over(handling: Handling, now: datetime) -> None:
    """Mask a thread whose consent has run out, before any job has seen it."""
    if handling.open_until is not None and handling.open_until <= now:
        with as_system():
            mask(handling)


def mask(handling: Handling) -> None:
    """Close the desk to the sender again, on both sides' rows. Under the system role."""
    handling.masked = True
    handling.open_to_team_id = handling.open_to_worker_id = None
    handling.opened = handling.open_until = None
    handling.save(
        update_fields=["masked", "open_to_team_id", "open_to_worker_id", "opened", "open_until"]
    )
    Request.objects.filter(pk=handling.request_id).update(masked=True)


def what_happened(handling: Handling, verb: Verb) -> str:
    """Why `verb` can't be done now: what was done last, by whom and when."""
    last = _last(handling)
    stands = f"It is now “{State(handling.state).label}”."
    if last is None:
        return f"This request moved on. {stands}"
    done, at = Verb(last.verb), at_words(last.at)
    if done is Verb.ARRIVE:
        return f"This request arrived at {at}. {stands} Acknowledge it or take it first."
    if done is Verb.ANSWER:
        return f"The sender answered at {at}. {stands} Read the answer first."
    did = done.label
    if done is Verb.DECIDE and handling.decision:
        did = f"decided ({Decision(handling.decision).label.lower()})"
    who = f" by {last.by.name}" if last.by else ""
    return f"This request was {did}{who} at {at}. {stands} Yours was not done."


def repeated(actor: Actor, verb: Verb, *, reference: str, now: datetime) -> Handling | None:
    """The desk, if this very worker did this very thing last, a moment ago: a double click.

    For verbs in which nothing is typed.
    """
    handling = Handling.objects.filter(reference=reference).first()
    last = _last(handling) if handling else None
    same = last is not None and last.verb == verb and last.by_id == actor.worker_id
    return handling if same and last and now - last.at < DOUBLE_CLICK else None


def _last(handling: Handling) -> Step | None:
    """The last step that moved it, of those that the actor sees."""
    return (
        Step.objects.filter(request_id=handling.request_id)
        .exclude(verb__in=QUIET)
        .select_related("by")
        .order_by("-at", "-id")
        .first()
    )


def start_clock(handling: Handling, started: datetime) -> None:
    """Run the timer of the state that the desk is in, from `started`; nobody has climbed yet."""
    timer = TIMER_OF.get(State(handling.state))
    due = None if timer is None else due_of(handling, timer, started)
    handling.due = handling.climb_at = due
    handling.climbed = 0
    handling.climbed_to = None


def due_of(handling: Handling, timer: Timer, started: datetime) -> datetime:
    """When a timer started then falls due, for this kind and urgency."""
    rule = rule_of(handling.kind)
    return rule.due(timer, handling.urgency, started, handling.extra)


def restart_clock(move: Move, started: datetime | None = None) -> None:
    """Go to the new state and run its clock; deciding counts from arrival at the team."""
    move.handling.state = move.to
    deciding = TIMER_OF.get(move.to) is Timer.DECIDE
    start_clock(move.handling, started or (move.handling.arrived if deciding else move.now))


def finish(
    move: Move, *, words: str = "", event: str = "", data: dict[str, str] | None = None
) -> Handling:
    """Write the step, then the desk, then the event, in this transaction.

    The step comes first: a desk that moves to another team is out of the actor's sight.
    """
    handling = move.handling
    Step(
        request_id=handling.request_id,
        verb=move.verb,
        from_state=move.before,
        to_state=move.to,
        team_id=move.team_id,
        by_id=move.actor.worker_id if move.actor else None,
        at=move.now,
        words=words,
    ).save(force_insert=True)
    handling.state = move.to
    handling.version += 1
    if move.actor is not None and handling.team_id not in move.actor.team_ids:
        # It leaves the actor's desks, which the actor's own rights can't do: checked above.
        with as_system():
            handling.save()
    else:
        handling.save()
    record(handling, event or f"requests.{move.verb}", actor=move.actor, now=move.now, data=data)
    return handling


def record(
    handling: Handling,
    verb: str,
    *,
    actor: Actor | None,
    now: datetime,
    data: dict[str, str] | None = None,
) -> None:
    """The event of something on the desk.

    It belongs to the receiver's agency while masked: an information lead of the sender's agency
    must not read there what the sender may not know.
    """
    events.record(
        actor,
        verb,
        now=now,
        subject=("request", handling.request_id),
        person_id=handling.person_id,
        owner_id=handling.team.agency_id if handling.masked else handling.sender_agency_id,
        data=data,
    )
