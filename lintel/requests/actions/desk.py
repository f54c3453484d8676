"""What a team does with a request on its desk: one function a verb, each one transaction.

Every verb takes the `reference` and, from a page or the API, the `version` that the worker saw.
All raise NotFound (not on a desk of the actor's), Denied (not the actor's to do), Conflict (it
moved on: in words) and, where something is typed, Invalid.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lintel.kernel.actor import Actor
from lintel.kernel.errors import Denied, Invalid, NotFound
from lintel.requests import moves, notices, policy, queries, tell
from lintel.requests.actions import checks
from lintel.requests.actions.misrouting import misrouted
from lintel.requests.kinds import rule_of
from lintel.requests.models import Handling
from lintel.requests.states import WRONG_TEAM, Decision, NoticeCode, NotOurs, State, Verb
from lintel.requests.words import MASKED_QUESTIONS, QUESTIONS, person_words

REASON = "Say why"


@transaction.atomic
def acknowledge(
    actor: Actor, *, now: datetime, reference: str, version: int | None = None
) -> Handling:
    """Say that it was read; the clock to decide runs from its arrival."""
    if again := moves.repeated(actor, Verb.ACKNOWLEDGE, reference=reference, now=now):
        return again
    move = moves.begin(actor, Verb.ACKNOWLEDGE, reference=reference, now=now, version=version)
    move.handling.acknowledged = move.handling.acknowledged or now
    moves.restart_clock(move)
    return moves.finish(move)


@transaction.atomic
def take(actor: Actor, *, now: datetime, reference: str, version: int | None = None) -> Handling:
    """Take it: it is the actor's from now on."""
    if again := moves.repeated(actor, Verb.TAKE, reference=reference, now=now):
        return again
    move = moves.begin(actor, Verb.TAKE, reference=reference, now=now, version=version)
    move.handling.acknowledged = move.handling.acknowledged or now
    move.handling.worker_id = actor.worker_id
    # Having promised to get back does not end by taking it: the promise's clock goes on.
    if move.before is not State.FINDING_OUT:
        moves.restart_clock(move)
    return moves.finish(move)


@transaction.atomic
def assign(
    actor: Actor, *, now: datetime, reference: str, worker_id: int, version: int | None = None
) -> Handling:
    """Give it to a worker of the team. The lead, whoever has it, and anybody while nobody has."""
    move = moves.begin(actor, Verb.ASSIGN, reference=reference, now=now, version=version)
    worker = _member(move.handling.team_id, worker_id, now)
    move.handling.acknowledged = move.handling.acknowledged or now
    move.handling.worker_id = worker_id
    if move.moved:
        moves.restart_clock(move)
    handling = moves.finish(move, words=f"To {worker}")
    if worker_id != actor.worker_id:
        tell.desk(handling, now)
    return handling


@transaction.atomic
def find_out(
    actor: Actor, *, now: datetime, reference: str, words: str = "", version: int | None = None
) -> Handling:
    """Promise to find out and get back; a shorter clock runs.

    `words` are read by the desk, and in an open thread by the sender too.
    """
    move = moves.begin(actor, Verb.FIND_OUT, reference=reference, now=now, version=version)
    checks.refuse(checks.lengths({"words": (words, checks.LONGEST)}))
    move.handling.acknowledged = move.handling.acknowledged or now
    move.handling.worker_id = move.handling.worker_id or actor.worker_id
    moves.restart_clock(move)
    return moves.finish(move, words=words)


@transaction.atomic
def return_for_information(
    actor: Actor,
    *,
    now: datetime,
    reference: str,
    questions: Sequence[str] = (),
    words: str = "",
    version: int | None = None,
) -> Handling:
    """Ask the sender for more. A masked request takes standard questions only (`QUESTIONS`).

    In an open thread `words` go to the sender too; in a masked one they stay on the desk.
    """
    move = moves.begin(actor, Verb.RETURN, reference=reference, now=now, version=version)
    asked = list(dict.fromkeys(questions))
    errors = {
        **checks.all_of("questions", asked, QUESTIONS),
        **checks.lengths({"words": (words, checks.LONGEST)}),
    }
    if not asked and (move.handling.masked or not words.strip()):
        errors["questions"] = (
            MASKED_QUESTIONS if move.handling.masked else "Say what you need to know"
        )
    checks.refuse(errors)
    move.handling.acknowledged = move.handling.acknowledged or now
    move.handling.worker_id = move.handling.worker_id or actor.worker_id
    shown = notices.write(move.handling, NoticeCode.QUESTION, now=now, words=words, questions=asked)
    # The sender can't answer before the question is shown.
    moves.restart_clock(move, started=shown or now)
    return moves.finish(move, words="\n".join([*(QUESTIONS[key] for key in asked), words]).strip())


@transaction.atomic
def decide(
    actor: Actor,
    *,
    now: datetime,
    reference: str,
    decision: str,
    words: str = "",
    better_route: str = "",
    advice: str = "",
    not_ours: str = "",
    version: int | None = None,
) -> Handling:
    """Decide. "Not for us" needs a reason (`words`) and a better route; advice needs its words.

    `not_ours` (`NotOurs`, or none): why it isn't; that it came wrongly is told to the directory.

    Of a masked request the sender learns that it was decided, once, at the set time; all that
    was typed stays on the desk, in its steps.
    """
    chosen = Decision(decision) if decision in Decision.values else None
    move = moves.begin(
        actor, Verb.DECIDE, reference=reference, now=now, version=version, decision=chosen
    )
    handling = move.handling
    allowed = rule_of(handling.kind).decisions
    checks.refuse(
        _decision_faults(handling, decision, allowed, words, better_route, advice)
        | (checks.one_of("not_ours", not_ours, NotOurs.values) if not_ours else {})
    )
    if chosen is Decision.NOT_FOR_US and not_ours in WRONG_TEAM:
        misrouted(actor, handling, right_team_id=None, now=now)
    first = handling.decided is None
    handling.acknowledged = handling.acknowledged or now
    handling.worker_id = handling.worker_id or actor.worker_id
    handling.decision = decision
    handling.decided = now
    said = _joined(words, advice, better_route)
    if not handling.masked:
        handling.decision_words = _joined(words, advice)
        handling.better_route = better_route
    # A second decision, after reopening, would tell a masked sender that somebody is at it.
    if first or not handling.masked:
        notices.write(handling, NoticeCode.DECIDED, now=now, words=said, decision=decision)
    moves.restart_clock(move)
    return moves.finish(move, words=said, event="requests.decided")


@transaction.atomic
def review(
    actor: Actor, *, now: datetime, reference: str, words: str = "", version: int | None = None
) -> Handling:
    """Say that it is still being acted on; the clock to look again starts anew."""
    move = moves.begin(actor, Verb.REVIEW, reference=reference, now=now, version=version)
    checks.refuse(checks.lengths({"words": (words, checks.LONGEST)}))
    moves.restart_clock(move)
    return moves.finish(move, words=words)


@transaction.atomic
def close(
    actor: Actor,
    *,
    now: datetime,
    reference: str,
    words: str = "",
    contacts: Sequence[tuple[str, str]] = (),
    version: int | None = None,
) -> Handling:
    """Close. What was acted on openly says who to contact in which circumstances from now on.

    `contacts`: (circumstances, whom to contact and how). Tells a masked sender nothing.
    """
    move = moves.begin(actor, Verb.CLOSE, reference=reference, now=now, version=version)
    handling = move.handling
    kept = [[when.strip(), who.strip()] for when, who in contacts if when.strip() or who.strip()]
    errors = checks.lengths({"words": (words, checks.LONGEST)})
    if any(not when or not who for when, who in kept):
        errors["contacts"] = "Say both when, and whom to contact"
    if not kept and move.before is State.ACTIVE and not handling.masked:
        errors["contacts"] = "Say who to contact, and in which circumstances"
    checks.refuse(errors)
    handling.closed = now
    handling.contacts = [] if handling.masked else kept
    lines = [f"{when}: {who}" for when, who in kept]
    notices.write(handling, NoticeCode.CLOSED, now=now, words="\n".join([words, *lines]).strip())
    moves.restart_clock(move)
    return moves.finish(move, words="\n".join([words, *lines]).strip(), event="requests.closed")


@transaction.atomic
def reopen(
    actor: Actor, *, now: datetime, reference: str, words: str, version: int | None = None
) -> Handling:
    """Open it again, and decide anew."""
    move = moves.begin(actor, Verb.REOPEN, reference=reference, now=now, version=version)
    checks.refuse(
        {
            **checks.needed({"words": (words, REASON)}),
            **checks.lengths({"words": (words, checks.LONGEST)}),
        }
    )
    move.handling.closed = None
    move.handling.worker_id = actor.worker_id
    notices.write(move.handling, NoticeCode.REOPENED, now=now, words=words)
    moves.restart_clock(move, started=now)
    return moves.finish(move, words=words)


@transaction.atomic
def hand_over_desk(
    actor: Actor, *, now: datetime, from_worker_id: int, to_worker_id: int | None = None
) -> int:
    """Hand all that a worker has on the actor's desks to another, or back to the team; how many.

    By the worker, or for the teams that the actor leads. The sender of an open one is told.
    """
    if from_worker_id != actor.worker_id and not actor.lead_team_ids:
        raise Denied(policy.LEADS_ONLY)
    teams = actor.team_ids if from_worker_id == actor.worker_id else actor.lead_team_ids
    held = list(
        Handling.objects.filter(worker_id=from_worker_id, team_id__in=teams)
        .exclude(state__in=[State.CLOSED, State.WITHDRAWN])
        .order_by("id")
        .values_list("reference", "team_id")
    )
    to_words = "To the team"
    for team_id in {team_id for _, team_id in held}:
        if to_worker_id is not None:
            to_words = f"To {_member(team_id, to_worker_id, now)}"
    for reference, _ in held:
        move = moves.begin(actor, Verb.HAND_OVER, reference=reference, now=now)
        move.handling.worker_id = to_worker_id
        notices.write(move.handling, NoticeCode.HANDED_OVER, now=now, words=to_words)
        handling = moves.finish(move, words=to_words)
        if to_worker_id != actor.worker_id:
            tell.desk(handling, now)
    return len(held)


def _member(team_id: int, worker_id: int, now: datetime) -> str:
    """The worker in words. Raises Invalid for one who can't read the team's desk."""
    worker = queries.team_workers(team_id, now).filter(pk=worker_id).first()
    if worker is None:
        raise Invalid({"worker": "Choose somebody of the team"})
    return person_words(worker.name, worker.job_title)


def _decision_faults(
    handling: Handling,
    decision: str,
    allowed: frozenset[Decision],
    words: str,
    better_route: str,
    advice: str,
) -> dict[str, str]:
    faults = {
        **checks.one_of("decision", decision, allowed),
        **checks.lengths(
            {
                "words": (words, checks.LONGEST),
                "better_route": (better_route, checks.LONGEST),
                "advice": (advice, checks.LONGEST),
            }
        ),
    }
    if decision == Decision.NOT_FOR_US:
        faults |= checks.needed(
            {
                "words": (words, "Say why it is not for you"),
                "better_route": (better_route, "Say which way is better"),
            }
        )
    if decision == Decision.PASSED_ON:
        faults |= checks.needed({"words": (words, "Say to whom you passed it on")})
    if decision == Decision.ADVICE and not handling.masked and not words.strip():
        faults |= checks.needed({"advice": (advice, "Write your advice")})
    return faults


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


def lock_desk(actor: Actor, *, reference: str, kind: str) -> Handling:
    """The desk of a request of this kind, locked, for a domain above that answers it.

    Raises NotFound, and Denied for another team's.
    """
    handling = (
        Handling.objects.select_for_update(of=("self",))
        .filter(reference=reference, kind=kind)
        .first()
    )
    if handling is None:
        raise NotFound
    if handling.team_id not in actor.team_ids:
        raise Denied(policy.NOT_YOUR_TEAM)
    return handling
