"""What waits for the worker today, of requests."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lintel.kernel.actor import Actor
from lintel.requests.models import Handling, Notice, Request
from lintel.requests.queries import desk, sent
from lintel.requests.queries.recorded import listed
from lintel.requests.queries.told import waiting_for_sender
from lintel.requests.states import OPEN_STATES, NoticeCode, SenderState, State

AT_MOST = 10


@dataclass(frozen=True, slots=True)
class MyDay:
    """Counts by part of the inbox, and the most pressing of each: at most ten.

    `mine`: taken by the worker, or climbed to them. `waiting`: in the teams' inbox with nobody.
    `questions`: sent by the worker's side, and waiting for an answer. `news`: sent, and something
    not yet read was told. `pending`: sent by the worker, with no decision shown yet.
    """

    counts: dict[str, int]
    mine: list[desk.InboxRow]
    waiting: list[desk.InboxRow]
    questions: list[sent.SentRow]
    news: list[sent.SentRow]
    pending: list[sent.SentRow]
    question_count: int
    news_count: int


def my_day(actor: Actor, now: datetime) -> MyDay:
    """What waits for the worker; recorded as listed. Fifteen queries at most."""
    mine = Q(worker_id=actor.worker_id) | Q(climbed_to_id=actor.worker_id)
    asked = waiting_for_sender(now)
    news = list(
        Notice.objects.filter(
            sender_worker_id=actor.worker_id, seen__isnull=True, show_from__lte=now
        )
        .values_list("request_id", flat=True)
        .distinct()
        .order_by("request_id")
    )
    running = Request.objects.filter(state=SenderState.SENT).select_related("sender")
    questions = list(running.filter(pk__in=asked).order_by("sent")[:AT_MOST])
    told = list(running.filter(pk__in=news).exclude(pk__in=asked).order_by("-sent")[:AT_MOST])
    # By what has been shown alone: a masked sender must not learn here of a decision (ADR 0009).
    over = (NoticeCode.DECIDED, NoticeCode.CLOSED)
    decided = Notice.objects.filter(code__in=over, show_from__lte=now)
    mine_sent = running.filter(sender_id=actor.worker_id).exclude(pk__in=[*news, *asked])
    undecided = mine_sent.exclude(pk__in=decided.values("request_id"))
    pending = list(undecided.order_by("-sent")[:AT_MOST])
    shown = [*questions, *told, *pending]
    listed(
        actor,
        now,
        {(r.owner_id, r.person_id) for r in shown},
        why="The worker's side sent these requests.",
        page="requests.my_day",
    )
    lines = {row.reference: row for row in sent.rows(shown, now)}
    return MyDay(
        counts=desk.inbox_counts(actor, now=now),
        mine=_rows(actor, now, mine),
        waiting=_rows(actor, now, Q(team_id__in=actor.team_ids, worker__isnull=True)),
        questions=[lines[r.reference] for r in questions],
        news=[lines[r.reference] for r in told],
        pending=[lines[r.reference] for r in pending],
        question_count=len(asked),
        news_count=len(set(news) - set(asked)),
    )


def _rows(actor: Actor, now: datetime, which: Q) -> list[desk.InboxRow]:
    states = sorted(OPEN_STATES - {State.DECIDED})
    found = list(
        Handling.objects.filter(which, state__in=states)
        .select_related("team", "worker")
        .order_by("due")[:AT_MOST]
    )
    why = "The requests are on desks of the worker's."
    listed(actor, now, desk.holders(actor, found), why=why, page="requests.my_day")
    return [desk.row_of(h) for h in found]
