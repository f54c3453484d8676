"""The relay: what one side does is taken to the other side's desk.

For jobs only, each function in its own transaction under the system role, safe to run again. The
same work is done whether or not anybody is involved with the person; the sender sees what comes
of it at times that follow from the sending alone (docs/adr/0009).
"""

from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, F, Func, Q, Value

from lintel.agencies.models import Worker
from lintel.kernel.actor import as_system
from lintel.kernel.models import Event
from lintel.requests import moves, notices, routing, standstill, tell
from lintel.requests.models import Handling, Message, Notice, Request, Step
from lintel.requests.states import (
    OPEN_STATES,
    UNDECIDED,
    NoticeCode,
    SenderState,
    State,
    Verb,
    after,
)
from lintel.requests.words import CONSENT_ENDED, person_words

LETTER = (
    "reference",
    "kind",
    "masked",
    "urgency",
    "about_name",
    "about_born",
    "about_address",
    "about_postcode",
    "signs",
    "seen",
    "done",
    "asked_for",
    "person_knows",
    "extra",
)


def deliver(request_id: int, *, now: datetime) -> None:
    """Put a request that was sent on the desk it goes to; nothing if that was done, or withdrawn.

    Raises LookupError where no team could take it: the job is tried again, and the clocks tell
    the partnership lead.
    """
    with as_system():
        standstill.move_one()
        request = _letter(request_id)
        if request is None or request.state != SenderState.SENT or request.sent is None:
            return
        if request.relayed:
            return
        route = routing.route(request, now)
        handling = Handling(
            **{name: getattr(request, name) for name in LETTER},
            request_id=request.pk,
            person_id=route.person_id,
            sender_worker_id=request.sender_id,
            sender_team_id=request.sender_team_id,
            sender_agency_id=request.owner_id,
            sender_words=_sender_words(request),
            team=route.team,
            worker_id=route.worker_id,
            state=State.RECEIVED,
            route_words=route.words,
            sent=request.sent,
            arrived=now,
        )
        if not request.masked:
            _open(handling, None, now)
        moves.start_clock(handling, now)
        handling.save(force_insert=True)
        Request.objects.filter(pk=request_id).update(relayed=True)
        _step(handling, Verb.ARRIVE, now, words=route.words, before="")
        notices.write(
            handling,
            NoticeCode.RECEIVED,
            now=now,
            words=f"With {route.team.name}, {route.team.agency.name}.",
            by_mail=False,
        )
        tell.desk(handling, now)
        moves.record(handling, "requests.arrived", actor=None, now=now)
        _open_or_mask(handling, now)


def withdrawn(request_id: int, *, now: datetime) -> None:
    """Take a request that its sender withdrew off the desk."""
    with as_system():
        request, handling = _letter(request_id), _desk(request_id)
        if request is None or handling is None or request.state != SenderState.WITHDRAWN:
            return
        to = after(Verb.WITHDRAW, State(handling.state))
        if to is None:
            return
        move = moves.Move(handling, Verb.WITHDRAW, State(handling.state), to, now)
        handling.closed = now
        handling.state = to
        moves.restart_clock(move)
        moves.finish(move, words=request.withdrawn_words)
        tell.desk(handling, now)


def written(request_id: int, message_id: str, *, now: datetime) -> None:
    """Take what the sender wrote to the desk: an answer, or more information.

    An answer to a question that the sender has been shown lets the desk go on. What comes after
    the decision on a masked request opens it again: nobody would be looking. In an open thread
    the two sides are talking, and the desk closes by itself later.
    """
    with as_system():
        handling = _desk(request_id)
        message = Message.objects.filter(pk=message_id, request_id=request_id).first()
        if handling is None or message is None or not message.from_sender:
            return
        if _was_taken(request_id, message_id):
            return
        verb = _what_it_is(handling, message)
        to = after(verb, State(handling.state))
        if to is None:
            return
        move = moves.Move(handling, verb, State(handling.state), to, now)
        if verb is Verb.REOPEN:
            handling.closed = None
        handling.state = to
        if move.moved or to is State.DECIDED:
            moves.restart_clock(move, started=message.at)
        moves.finish(move, data={"message": str(message_id)})
        tell.desk(handling, now)


def amended(request_id: int, *, now: datetime) -> None:
    """Bring the desk's copy of a letter, and its clock, in line with what its sender changed."""
    with as_system():
        request, handling = _letter(request_id), _desk(request_id)
        if request is None or handling is None or handling.extra == request.extra:
            return
        handling.extra = request.extra
        fields = ["extra"]
        if handling.state in UNDECIDED:
            moves.start_clock(handling, handling.arrived)
            fields += ["due", "climb_at", "climbed", "climbed_to"]
        handling.save(update_fields=fields)


def sender_changed(request_id: int, *, now: datetime) -> None:
    """Let the desk, and the notices still to be shown, know who the sender is now."""
    with as_system():
        request, handling = _letter(request_id), _desk(request_id)
        if request is None:
            return
        now_with = (request.sender_id, request.sender_team_id)
        Notice.objects.filter(request_id=request_id).update(
            sender_worker_id=request.sender_id, sender_team_id=request.sender_team_id
        )
        if handling is None or now_with == (handling.sender_worker_id, handling.sender_team_id):
            return
        handling.sender_worker_id, handling.sender_team_id = now_with
        if handling.open_to_team_id is not None:
            handling.open_to_team_id = request.sender_team_id
        handling.sender_words = _sender_words(request)
        if handling.open_to_worker_id is not None:
            handling.open_to_worker_id = request.sender_id
        state = State(handling.state)
        move = moves.Move(handling, Verb.HAND_OVER, state, state, now)
        moves.finish(
            move,
            words=f"The sender is now {handling.sender_words}",
            event="requests.desk_told_of_sender",
        )
        if state in OPEN_STATES:
            tell.desk(handling, now)


def try_open(request_id: int, *, now: datetime) -> None:
    """Open the thread if a standing consent covers who has it; otherwise change nothing."""
    with as_system():
        # The letter first, as everywhere: two locks in two orders would wait for each other.
        handling = _desk(request_id) if _letter(request_id) is not None else None
        if handling is not None:
            _open_or_mask(handling, now)


def consent_changed(person_id: int, *, now: datetime) -> None:
    """Open what the person's consent now covers, and mask what it covers no longer."""
    with as_system():
        keys = list(
            Handling.objects.filter(person_id=person_id)
            .filter(Q(state__in=sorted(OPEN_STATES)) | Q(masked=False, open_until__isnull=False))
            .order_by("id")
            .values_list("request_id", flat=True)
        )
    for key in keys:
        try_open(key, now=now)


def check_consents(*, now: datetime) -> int:
    """Open and mask by what stands now, whatever was heard; how many needed it."""
    stands = Func(
        F("id"), Value(now), function="relay_open_until", output_field=DateTimeField(null=True)
    )
    with as_system():
        found = list(
            Handling.objects.filter(person__isnull=False)
            .filter(
                Q(masked=True, state__in=sorted(OPEN_STATES))
                | Q(masked=False, open_until__isnull=False)
            )
            .annotate(stands=stands)
            .order_by("id")
            .values_list("request_id", "masked", "open_until", "stands")
        )
    wrong = [
        key
        for key, masked, until, stands_until in found
        if (stands_until is not None if masked else stands_until != until)
    ]
    for key in wrong:
        try_open(key, now=now)
    return len(wrong)


def _open_or_mask(handling: Handling, now: datetime) -> None:
    """Bring the thread in line with the person's standing consent. The desk is locked."""
    from_the_start = not handling.masked and handling.open_until is None
    if from_the_start:
        return
    # Asked of nobody's request, too: the same work whoever is known.
    with connection.cursor() as cursor:
        cursor.execute("SELECT relay_open_until(%s, %s)", [handling.pk, now])
        until: datetime | None = cursor.fetchone()[0]
    if until is None and not handling.masked:
        _mask(handling, now)
    elif until is not None and handling.masked and State(handling.state) in OPEN_STATES:
        _open(handling, until, now)
        Request.objects.filter(pk=handling.request_id).update(masked=False)
        state = State(handling.state)
        moves.finish(moves.Move(handling, Verb.OPEN, state, state, now), event="requests.opened")
        notices.write(handling, NoticeCode.OPENED, now=now)
        tell.desk(handling, now)
    elif until is not None and not handling.masked and until != handling.open_until:
        handling.open_until = until
        handling.save(update_fields=["open_until"])


def _open(handling: Handling, until: datetime | None, now: datetime) -> None:
    handling.masked = False
    handling.open_to_team_id = handling.sender_team_id
    handling.open_to_worker_id = handling.sender_worker_id
    handling.opened = now
    handling.open_until = until


def _mask(handling: Handling, now: datetime) -> None:
    moves.mask(handling)
    state = State(handling.state)
    moves.finish(
        moves.Move(handling, Verb.MASK, state, state, now),
        words=CONSENT_ENDED,
        event="requests.masked_again",
    )
    tell.desk(handling, now)


def _was_taken(request_id: int, message_id: str) -> bool:
    """Whether this was done before: a job killed after its commit is run again."""
    return Event.objects.filter(
        subject_kind="request", subject_id=str(request_id), data__message=str(message_id)
    ).exists()


def _what_it_is(handling: Handling, message: Message) -> Verb:
    """What a message from the sender does on the desk."""
    state = State(handling.state)
    if state is State.RETURNED:
        asked = Notice.objects.filter(
            request_id=handling.request_id,
            code=NoticeCode.QUESTION,
            show_from__lte=message.at,
        )
        return Verb.ANSWER if asked.exists() else Verb.INFORM
    over = state in {State.DECIDED, State.CLOSED}
    return Verb.REOPEN if over and handling.masked else Verb.INFORM


def _letter(request_id: int) -> Request | None:
    """The letter, locked: the sender's own acts wait."""
    return (
        Request.objects.select_for_update(of=("self",))
        .select_related("sender__agency", "sender_team")
        .filter(pk=request_id)
        .first()
    )


def _desk(request_id: int) -> Handling | None:
    """The desk, locked."""
    return (
        Handling.objects.select_for_update(of=("self",))
        .select_related("team")
        .filter(request_id=request_id)
        .first()
    )


def _sender_words(request: Request) -> str:
    sender: Worker = request.sender
    name = person_words(sender.name, sender.job_title)
    return f"{name}, {request.sender_team.name}, {sender.agency.name}"[:300]


def _step(handling: Handling, verb: Verb, now: datetime, *, words: str, before: str) -> None:
    Step(
        request_id=handling.request_id,
        verb=verb,
        from_state=before,
        to_state=handling.state,
        team_id=handling.team_id,
        by=None,
        at=now,
        words=words,
    ).save(force_insert=True)
