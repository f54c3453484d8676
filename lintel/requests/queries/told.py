"""What the sender has been told of a request, and what follows: how it stands, when it is due."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from lintel.requests.clocks import Heard
from lintel.requests.kinds import rule_of
from lintel.requests.models import Handling, Message, Notice, Request
from lintel.requests.states import NoticeCode, SenderState, Shown, State

SHOWN_OF: dict[State, Shown] = {
    State.RECEIVED: Shown.RECEIVED,
    State.ACKNOWLEDGED: Shown.RECEIVED,
    State.TAKEN: Shown.RECEIVED,
    State.FINDING_OUT: Shown.RECEIVED,
    State.RETURNED: Shown.RETURNED,
    State.DECIDED: Shown.DECIDED,
    State.ACTIVE: Shown.ACTIVE,
    State.CLOSED: Shown.CLOSED,
    State.WITHDRAWN: Shown.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What goes with some requests: the notices released, the last answers, the open desks."""

    notices: Mapping[int, list[Notice]]
    written: Mapping[int, datetime]
    desks: Mapping[int, Handling]

    def heard(self, request_id: int) -> Heard:
        """What the sender has been told and has said of one of them."""
        notices = self.notices.get(request_id, [])
        questions = [n.show_from for n in notices if n.code == NoticeCode.QUESTION]
        return Heard(
            received=any(n.code != NoticeCode.OVERDUE for n in notices),
            decided=any(n.code == NoticeCode.DECIDED for n in notices),
            question_shown=max(questions, default=None),
            answered=self.written.get(request_id),
        )


def waiting_for_sender(now: datetime) -> list[int]:
    """The requests in the actor's sight whose last question has no answer; two queries."""
    asked = dict(
        Notice.objects.filter(code=NoticeCode.QUESTION, show_from__lte=now)
        .values_list("request_id")
        .annotate(last=Max("show_from"))
    )
    written = _written(asked)
    return [key for key, at in asked.items() if key not in written or written[key] < at]


def told_about(request_ids: list[int], now: datetime) -> Callable[[int], Heard]:
    """What the senders of these requests have been told and have said, by request."""
    return told(request_ids, now).heard


def _written(request_ids: Iterable[int]) -> dict[int, datetime]:
    return dict(
        Message.objects.filter(
            request_id__in=list(request_ids), from_sender=True, to_other_side=True
        )
        .values_list("request_id")
        .annotate(last=Max("at"))
    )


def told(request_ids: list[int], now: datetime) -> Told:
    """What goes with these requests; three queries."""
    notices: dict[int, list[Notice]] = {}
    found = Notice.objects.filter(request_id__in=request_ids, show_from__lte=now)
    for notice in found.order_by("show_from", "code"):
        notices.setdefault(notice.request_id, []).append(notice)
    desks = Handling.objects.filter(request_id__in=request_ids, masked=False).filter(
        Q(open_until__isnull=True) | Q(open_until__gt=now)
    )
    return Told(
        notices=notices,
        written=_written(request_ids),
        desks={h.request_id: h for h in desks.select_related("team__agency", "worker")},
    )


def shown_of(request: Request, told: Told) -> Shown:
    """How the request stands, as the sender is shown it."""
    if request.state != SenderState.SENT:
        return Shown(request.state)
    desk = None if request.masked else told.desks.get(request.pk)
    if desk is not None:
        return SHOWN_OF[State(desk.state)]
    heard = told.heard(request.pk)
    if heard.waits_for_sender:
        return Shown.RETURNED
    if heard.decided:
        return Shown.DECIDED
    return Shown.RECEIVED if heard.received else Shown.SENT


def due_of(request: Request, told: Told) -> datetime | None:
    """When the sender hears at the latest, or must answer; none where nothing is awaited."""
    if request.state != SenderState.SENT or request.sent is None:
        return None
    if shown_of(request, told) in {Shown.ACTIVE, Shown.CLOSED, Shown.WITHDRAWN, Shown.DECIDED}:
        return None
    heard = told.heard(request.pk)
    return rule_of(request.kind).sender_due(
        request.urgency, request.sent, heard, masked=request.masked, extra=request.extra
    )
