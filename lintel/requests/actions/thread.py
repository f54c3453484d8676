"""Writing to each other, and meeting, in a thread; notes for one's own desk."""

from datetime import datetime

from django.db import transaction

from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.requests import moves, notices, policy, queries, tell
from lintel.requests.actions import checks, sending
from lintel.requests.models import Handling, JointVisit, Message
from lintel.requests.states import OPEN_STATES, NoticeCode, State, Verb
from lintel.requests.words import at_words

ANSWERS = ("agreed", "declined", "cancelled")
VISIT_ENDED = "This visit was already {answer} by {who} at {at}."


@transaction.atomic
def write_message(
    actor: Actor, *, now: datetime, reference: str, words: str, to_other_side: bool
) -> Message:
    """Write to the other side, or a note for one's own; from the desk, or as the sender.

    From the desk it raises Denied when it would go to the sender of a masked request: words could
    tell. As the sender it is `add_information` or `note_for_own_side`.
    """
    handling = Handling.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if handling is None:
        write = sending.add_information if to_other_side else sending.note_for_own_side
        return write(actor, now=now, reference=reference, words=words)
    moves.mask_if_over(handling, now)
    if reason := policy.may_act(actor, Verb.MESSAGE, handling):
        raise Denied(reason)
    if to_other_side and (reason := policy.may_write_across(handling)):
        raise Denied(reason)
    _say_something(words)
    made = Message.objects.create(
        request_id=handling.request_id,
        from_sender=False,
        to_other_side=to_other_side,
        by_id=actor.worker_id,
        by_words=queries.worker_words(actor.worker_id),
        team_id=handling.team_id,
        at=now,
        words=words.strip(),
    )
    if to_other_side:
        notices.write(handling, NoticeCode.WRITTEN, now=now)
    moves.record(handling, "requests.written", actor=actor, now=now)
    return made


@transaction.atomic
def propose_visit(
    actor: Actor, *, now: datetime, reference: str, when: datetime, where: str, why: str = ""
) -> JointVisit:
    """Propose to visit the person together; from either side of an open thread.

    Raises NotFound, Denied (masked, or not on this desk), Conflict (over), Invalid.
    """
    handling, from_sender = _either_side(actor, reference, now)
    if reason := policy.may_propose_visit(handling):
        raise Denied(reason)
    if not from_sender and (reason := policy.may_act(actor, Verb.PROPOSE_VISIT, handling)):
        raise Denied(reason)
    if State(handling.state) not in OPEN_STATES:
        raise Conflict(moves.what_happened(handling, Verb.PROPOSE_VISIT))
    checks.refuse(
        {
            **checks.needed({"where": (where, "Say where to meet")}),
            **checks.lengths({"where": (where, 250), "why": (why, checks.LONGEST)}),
            **({} if when > now else {"when": "Choose a time that is still to come"}),
        }
    )
    made = JointVisit.objects.create(
        request_id=handling.request_id,
        proposed_by_id=actor.worker_id,
        from_sender=from_sender,
        when=when,
        where_words=where.strip(),
        why_words=why.strip(),
        proposed=now,
    )
    said = f"A joint visit is proposed for {at_words(when)}, {made.where_words}."
    _tell_other_side(handling, from_sender, said, now)
    moves.record(handling, "requests.visit_proposed", actor=actor, now=now)
    return made


@transaction.atomic
def answer_visit(
    actor: Actor, *, now: datetime, reference: str, visit_id: int, answer: str, words: str = ""
) -> JointVisit:
    """Agree to or decline the other side's visit, or cancel one's own side's ("cancelled").

    Raises NotFound, Denied (masked), Conflict (answered already), Invalid.
    """
    handling, from_sender = _either_side(actor, reference, now)
    if reason := policy.may_propose_visit(handling):
        raise Denied(reason)
    visit = (
        JointVisit.objects.select_for_update(of=("self",))
        .filter(pk=visit_id, request_id=handling.request_id)
        .first()
    )
    if visit is None:
        raise NotFound
    own = visit.from_sender is from_sender
    allowed = ("cancelled",) if own else ("agreed", "declined", "cancelled")
    if visit.answer and (visit.answer, answer) != ("agreed", "cancelled"):
        who = queries.worker_words(visit.answered_by_id) if visit.answered_by_id else "somebody"
        at = at_words(visit.answered or now)
        raise Conflict(VISIT_ENDED.format(answer=visit.answer, who=who, at=at))
    if answer not in ANSWERS or (answer not in allowed):
        raise Invalid({"answer": "Choose one of the answers"})
    checks.refuse(
        {
            **checks.lengths({"words": (words, checks.LONGEST)}),
            **({} if answer == "agreed" else checks.needed({"words": (words, "Say why")})),
        }
    )
    visit.answer = answer
    visit.answer_words = words.strip()
    visit.answered_by_id = actor.worker_id
    visit.answered = now
    visit.save()
    said = f"The joint visit on {at_words(visit.when)} is {answer}. {visit.answer_words}".strip()
    _tell_other_side(handling, from_sender, said, now)
    moves.record(handling, f"requests.visit_{answer}", actor=actor, now=now)
    return visit


def _either_side(actor: Actor, reference: str, now: datetime) -> tuple[Handling, bool]:
    """The request, and whether the actor is on the sender's side. Raises NotFound."""
    handling = Handling.objects.filter(reference=reference).select_related("team").first()
    if handling is None:
        raise NotFound
    moves.mask_if_over(handling, now)
    on_desk = handling.team_id in actor.team_ids or handling.climbed_to_id == actor.worker_id
    return handling, not on_desk


def _tell_other_side(handling: Handling, from_sender: bool, said: str, now: datetime) -> None:
    if from_sender:
        tell.desk(handling, now)
    else:
        notices.write(handling, NoticeCode.WRITTEN, now=now, words=said)


def _say_something(words: str) -> None:
    checks.refuse(
        {
            **checks.needed({"words": (words, "Write something")}),
            **checks.lengths({"words": (words, checks.LONGEST)}),
        }
    )
