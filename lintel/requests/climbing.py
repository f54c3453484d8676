"""The clocks at work: what is overdue climbs until somebody acts, and nothing is dropped.

For the periodic jobs only. Each request is a transaction of its own under the system role, and a
desk that somebody has locked is left for the next round.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from lintel.agencies.models import LinkWorker, Membership, Worker
from lintel.agencies.states import Role, TeamRole
from lintel.kernel.actor import as_system
from lintel.kernel.clock import Clock, Unit, due_at
from lintel.requests import moves, notices, relay, tell
from lintel.requests.clocks import (
    LADDER,
    RUNG_WORDS,
    TIMER_OF,
    Heard,
    Rung,
    Timer,
    next_climb,
)
from lintel.requests.kinds import rule_of
from lintel.requests.models import Handling, Notice, Request
from lintel.requests.queries.told import told_about
from lintel.requests.states import (
    OPEN_STATES,
    NoticeCode,
    SenderState,
    State,
    Urgency,
    Verb,
)
from lintel.requests.words import CLOSED_BY_ITSELF, LEFT_THE_POST

logger = logging.getLogger(__name__)

AT_MOST = 1000
# At the top nobody is left to tell but the same again, once a working day.
TOP_AGAIN = Clock(Unit.WORKING_DAYS, 1)
# Half of it a rung: from two working days before, all the ladder has heard in time.
HURRY = Clock(Unit.WORKING_HOURS, 8)
SWEPT_EVERY_MINUTES = 10
UNDELIVERED_AFTER = timedelta(minutes=10)
LOOK_AGAIN = timedelta(days=1)


def climb(*, now: datetime) -> int:
    """Let every request whose time has come climb one step, or close by itself; how many did."""
    with as_system():
        keys = list(
            Handling.objects.filter(climb_at__lte=now)
            .order_by("climb_at")
            .values_list("pk", flat=True)[:AT_MOST]
        )
    return sum(_one(key, now) for key in keys)


def tell_senders(*, now: datetime) -> int:
    """Tell senders, once, that a decision is overdue and was chased; how many.

    Follows from the time of sending, what was shown and what the sender answered, so that it
    comes at the same moment whoever has the request.
    """
    count = 0
    with as_system():
        waiting = list(
            Request.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=SenderState.SENT, chase_at__lte=now)
            .order_by("chase_at", "pk")[:AT_MOST]
        )
        heard = told_about([r.pk for r in waiting], now)
        for request in waiting:
            count += _tell_if_overdue(request, heard(request.pk), now)
    return count


def undelivered(*, now: datetime) -> int:
    """Deliver what was sent and is on no desk; tell the partnership lead of what can't be."""
    with as_system():
        keys = list(
            Request.objects.filter(
                state=SenderState.SENT, relayed=False, sent__lte=now - UNDELIVERED_AFTER
            )
            .order_by("pk")
            .values_list("pk", flat=True)[:AT_MOST]
        )
    failed = 0
    for key in keys:
        try:
            relay.deliver(key, now=now)
        except Exception as error:
            # One that can't be delivered must not keep the others. Its words may hold names.
            logger.error("request %s has no desk to go to: %s", key, type(error).__name__)
            failed += 1
    if failed and now.minute < SWEPT_EVERY_MINUTES:  # Once an hour is enough.
        with as_system():
            for lead in _partnership_leads(now):
                tell.tell(lead, "overdue", "/", now)
    return len(keys) - failed


def back_to_teams(*, now: datetime) -> int:
    """Give back to the team what a worker had who has left it, or left the loop; how many."""
    member = Membership.objects.filter(
        worker_id=OuterRef("worker_id"), team_id=OuterRef("team_id"), valid__contains=now
    )
    with as_system():
        keys = list(
            Handling.objects.filter(worker__isnull=False, state__in=sorted(OPEN_STATES))
            .exclude(Exists(member), worker__in=tell.in_post(now), worker__loop__contains=now)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    for key in keys:
        with as_system():
            handling = _locked(key)
            if handling is None:
                continue
            handling.worker = None
            state = State(handling.state)
            notices.write(handling, NoticeCode.HANDED_OVER, now=now, words="To the team")
            moves.finish(
                moves.Move(handling, Verb.HAND_OVER, state, state, now), words=LEFT_THE_POST
            )
            tell.desk(handling, now)
    return len(keys)


def _one(key: int, now: datetime) -> bool:
    with as_system():
        handling = _locked(key)
        if handling is None or handling.climb_at is None or handling.climb_at > now:
            return False
        if TIMER_OF.get(State(handling.state)) is Timer.CLOSE:
            _close(handling, now)
        else:
            _climb(handling, now)
        return True


def _close(handling: Handling, now: datetime) -> None:
    move = moves.Move(handling, Verb.CLOSE, State(handling.state), State.CLOSED, now)
    handling.closed = now
    handling.state = State.CLOSED
    moves.restart_clock(move)
    notices.write(handling, NoticeCode.CLOSED, now=now, words=CLOSED_BY_ITSELF)
    moves.finish(move, words=CLOSED_BY_ITSELF, event="requests.closed")


def _climb(handling: Handling, now: datetime) -> None:
    first = handling.climbed == 0
    rung, worker = _next(handling, now)
    timer = TIMER_OF[State(handling.state)]
    rule = rule_of(handling.kind)
    hurry = rule.must_hurry(handling.extra, now)
    clock = HURRY if hurry else rule.clock(timer, Urgency(handling.urgency))
    top = rung is LADDER[-1]
    handling.climbed = LADDER.index(rung) + 1
    handling.climb_at = due_at(TOP_AGAIN, now) if top else next_climb(clock, now)
    if worker is not None:
        if rung is not Rung.WORKER:
            handling.climbed_to = worker
        tell.tell(worker, "overdue", f"/requests/desk/{handling.reference}/", now)
        said = f"Overdue: told {RUNG_WORDS[rung]}, {worker.name}."
    else:
        tell.desk(handling, now, template="overdue")
        said = "Overdue: nobody further up can be told, so the team was told again."
    if first and timer is Timer.ANSWER:
        tell.sender(handling, now, template="overdue")
    state = State(handling.state)
    moves.finish(
        moves.Move(handling, Verb.ESCALATE, state, state, now),
        words=said,
        event="requests.climbed",
        data={"rung": rung.value},
    )


def _next(handling: Handling, now: datetime) -> tuple[Rung, Worker | None]:
    """The next rung up on which somebody stands, and who; the top with nobody if none does."""
    for rung in LADDER[min(handling.climbed, len(LADDER) - 1) :]:
        if (worker := _on(rung, handling, now)) is not None:
            return rung, worker
    return LADDER[-1], None


def _on(rung: Rung, handling: Handling, now: datetime) -> Worker | None:
    """Who stands on a rung. Inside the loop and in post; of a masked one, not the sender's side."""
    if rung is Rung.WORKER:
        return _able(tell.in_post(now), handling.worker_id)
    able = tell.in_post(now).filter(loop__contains=now).order_by("id")
    if handling.masked:
        able = able.exclude(_of_senders_side(handling, now))
    if rung is Rung.TEAM_LEAD:
        return able.filter(
            memberships__team_id=handling.team_id,
            memberships__role=TeamRole.LEAD,
            memberships__valid__contains=now,
        ).first()
    if rung is Rung.LINK_WORKER:
        # Of a masked request the sender's side may not know who has it: the receiver's own.
        return _link_worker(
            handling.team_id if handling.masked else handling.sender_team_id, able, now
        )
    return _partnership_leads(now, able).first()


def _of_senders_side(handling: Handling, now: datetime) -> Q:
    """Workers who would learn as the sender's side who has a masked request."""
    side = Q(pk=handling.sender_worker_id) | Q(
        pk__in=Membership.objects.filter(
            team_id=handling.sender_team_id, valid__contains=now
        ).values("worker_id")
    )
    side |= Q(
        pk__in=LinkWorker.objects.filter(
            team_id=handling.sender_team_id, valid__contains=now
        ).values("worker_id")
    )
    if handling.team.agency_id != handling.sender_agency_id:
        side |= Q(agency_id=handling.sender_agency_id)
    return side


def _link_worker(team_id: int, able: QuerySet[Worker], now: datetime) -> Worker | None:
    """The team's link worker, or who covers while they are away."""
    links = LinkWorker.objects.filter(team_id=team_id, valid__contains=now).order_by("id")
    for link in links:
        away = link.away is not None and now in link.away
        found = _able(able, link.cover_id if away else link.worker_id)
        if found is not None:
            return found
    return None


def _able(able: QuerySet[Worker], worker_id: int | None) -> Worker | None:
    return None if worker_id is None else able.filter(pk=worker_id).first()


def _partnership_leads(now: datetime, able: QuerySet[Worker] | None = None) -> QuerySet[Worker]:
    found = able if able is not None else tell.in_post(now).order_by("id")
    return found.filter(
        roles_held__role=Role.PARTNERSHIP_LEAD, roles_held__valid__contains=now
    ).distinct()


def _tell_if_overdue(request: Request, heard: Heard, now: datetime) -> bool:
    """Tell the sender's side if it is time, and note when to look again, if ever."""
    due = request.sent and rule_of(request.kind).sender_due(
        request.urgency, request.sent, heard, masked=request.masked, extra=request.extra
    )
    waits = heard.waits_for_sender and due is not None
    if waits and due is not None and due <= now:
        # The sender's own turn, and late: once a day is enough to look whether they answered.
        due = now + LOOK_AGAIN
    overdue = due is not None and due <= now
    Request.objects.filter(pk=request.pk).update(chase_at=None if overdue else due)
    if not overdue:
        return False
    Notice(
        request_id=request.pk,
        sender_worker_id=request.sender_id,
        sender_team_id=request.sender_team_id,
        code=NoticeCode.OVERDUE,
        show_from=now,
    ).save(force_insert=True)
    for worker in _senders_side(request, now):
        tell.tell(worker, "overdue", f"/requests/sent/{request.reference}/", now)
    return True


def _senders_side(request: Request, now: datetime) -> list[Worker]:
    """The sender, or who answers for the team; and the team's link worker."""
    told = tell.of_worker_or_team(request.sender_id, request.sender_team_id, now)
    link = _link_worker(request.sender_team_id, tell.in_post(now), now)
    return told if link is None or link in told else [*told, link]


def _locked(key: int) -> Handling | None:
    return (
        Handling.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("team")
        .filter(pk=key)
        .first()
    )
