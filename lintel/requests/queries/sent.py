"""What the worker, and the teams that they answer for, have sent: as the sender is shown it.

What is shown follows from the letter, the notices released and the sender's own messages; where
the thread is open, from the desk as well, which row security then lets the sender see.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.requests.clocks import Heard
from lintel.requests.kinds import rule_of
from lintel.requests.models import Handling, JointVisit, Message, Notice, Request, Step
from lintel.requests.queries.paging import page_of
from lintel.requests.queries.recorded import listed
from lintel.requests.states import NoticeCode, SenderState, Shown, State

PER_PAGE = 25
SORTS = {"reference": "reference", "about": "about_name", "sent": "sent"}
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
class SentRow:
    """One line of the list. `due`: when the sender hears at the latest, or must answer."""

    reference: str
    kind: str
    masked: bool
    urgency: str
    about_name: str
    person_id: int | None
    sent: datetime | None
    sender_name: str
    shown: Shown
    due: datetime | None
    news: bool


@dataclass(frozen=True, slots=True)
class SentView:
    """One request as its sender sees it. `handling`, `steps` and `visits`: open threads only."""

    request: Request
    shown: Shown
    due: datetime | None
    notices: list[Notice]
    messages: list[Message]
    handling: Handling | None
    steps: list[Step]
    visits: list[JointVisit]
    waits_for_sender: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """What goes with some requests: the notices released, the last answers, the open desks."""

    notices: Mapping[int, list[Notice]]
    written: Mapping[int, datetime]
    desks: Mapping[int, Handling]

    def heard(self, request_id: int) -> Heard:
        notices = self.notices.get(request_id, [])
        questions = [n.show_from for n in notices if n.code == NoticeCode.QUESTION]
        return Heard(
            received=any(n.code != NoticeCode.OVERDUE for n in notices),
            decided=any(n.code == NoticeCode.DECIDED for n in notices),
            question_shown=max(questions, default=None),
            answered=self.written.get(request_id),
        )


def sent(
    actor: Actor,
    *,
    now: datetime,
    filters: Mapping[str, Any] | None = None,
    sort: str = "sent",
    down: bool = True,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[SentRow]:
    """A page of what was sent. Filters: `shown`, `kind` (lists), `words`, `whose` ("mine").

    Recorded as listed. Six queries, eight with the filter `shown`, however many there are.
    """
    found = _filtered(actor, filters or {}, now)
    key = SORTS.get(sort, "sent")
    found = found.order_by(f"-{key}" if down else key, "-id").select_related("sender")

    def show(some: list[Request]) -> list[SentRow]:
        listed(
            actor,
            now,
            [(r.owner_id, r.person_id) for r in some],
            why="The worker's side sent these requests.",
            page="requests.sent",
        )
        return rows(some, now)

    return page_of(found, page, per_page, show)


def rows(requests: Sequence[Request], now: datetime) -> list[SentRow]:
    """The lines for some requests; three queries."""
    told = _told([r.pk for r in requests], now)
    return [_row(r, told) for r in requests]


def sent_one(actor: Actor, reference: str, *, now: datetime | None = None) -> SentView:
    """One request that was sent; recorded as read where it is about a listed person.

    Raises NotFound for one that the actor neither sent nor answers for.
    """
    moment = now or timezone.now()
    request = (
        Request.objects.filter(reference=reference)
        .select_related("sender", "sender_team", "to_team__agency", "follows")
        .first()
    )
    if request is None:
        raise NotFound
    told = _told([request.pk], moment)
    desk = told.desks.get(request.pk)
    steps = Step.objects.filter(request_id=request.pk).select_related("by", "team")
    visits = JointVisit.objects.filter(request_id=request.pk).select_related(
        "proposed_by", "answered_by"
    )
    _record(actor, request, moment)
    return SentView(
        request=request,
        shown=_shown(request, told),
        due=_due(request, told),
        notices=told.notices.get(request.pk, []),
        messages=list(
            Message.objects.filter(request_id=request.pk)
            .filter(Q(from_sender=True) | Q(to_other_side=True))
            .order_by("at", "id")
        ),
        handling=desk,
        steps=list(steps.order_by("at", "id")) if desk else [],
        visits=list(visits.order_by("when", "id")) if desk else [],
        waits_for_sender=_shown(request, told) is Shown.RETURNED,
    )


def shown_now(actor: Actor, request: Request, now: datetime) -> Shown:
    """What the sender is shown of a request now. All that the sender may do follows from it."""
    return _shown(request, _told([request.pk], now))


def earlier_referrals(
    actor: Actor, *, person_id: int, team_id: int, now: datetime | None = None
) -> list[SentRow]:
    """Referrals of the person to the same team by the actor's side, newest first; at most 20."""
    found = Request.objects.filter(person_id=person_id, to_team_id=team_id)
    ordered = found.select_related("sender").order_by("-sent", "-id")[:20]
    return rows(list(ordered), now or timezone.now())


def letter_to_follow(actor: Actor, reference: str) -> Request | None:
    """The letter that a new request grows out of, if the actor may see it."""
    return Request.objects.filter(reference=reference).first()


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
    return _told(request_ids, now).heard


def _written(request_ids: Iterable[int]) -> dict[int, datetime]:
    return dict(
        Message.objects.filter(
            request_id__in=list(request_ids), from_sender=True, to_other_side=True
        )
        .values_list("request_id")
        .annotate(last=Max("at"))
    )


def _told(request_ids: list[int], now: datetime) -> _Told:
    notices: dict[int, list[Notice]] = {}
    found = Notice.objects.filter(request_id__in=request_ids, show_from__lte=now)
    for notice in found.order_by("show_from", "code"):
        notices.setdefault(notice.request_id, []).append(notice)
    desks = Handling.objects.filter(request_id__in=request_ids, masked=False).filter(
        Q(open_until__isnull=True) | Q(open_until__gt=now)
    )
    return _Told(
        notices=notices,
        written=_written(request_ids),
        desks={h.request_id: h for h in desks.select_related("team__agency", "worker")},
    )


def _shown(request: Request, told: _Told) -> Shown:
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


def _due(request: Request, told: _Told) -> datetime | None:
    if request.state != SenderState.SENT or request.sent is None:
        return None
    if _shown(request, told) in {Shown.ACTIVE, Shown.CLOSED, Shown.WITHDRAWN, Shown.DECIDED}:
        return None
    heard = told.heard(request.pk)
    return rule_of(request.kind).sender_due(
        request.urgency, request.sent, heard, masked=request.masked
    )


def _row(request: Request, told: _Told) -> SentRow:
    return SentRow(
        reference=request.reference,
        kind=request.kind,
        masked=request.masked,
        urgency=request.urgency,
        about_name=request.about_name,
        person_id=request.person_id,
        sent=request.sent,
        sender_name=request.sender.name,
        shown=_shown(request, told),
        due=_due(request, told),
        news=any(n.seen is None for n in told.notices.get(request.pk, [])),
    )


def _filtered(actor: Actor, filters: Mapping[str, Any], now: datetime) -> QuerySet[Request]:
    found = Request.objects.exclude(state=SenderState.DRAFT)
    if filters.get("whose") == "mine":
        found = found.filter(sender_id=actor.worker_id)
    if kinds := filters.get("kind"):
        found = found.filter(kind__in=kinds)
    if words := str(filters.get("words", "")).strip():
        found = found.filter(Q(about_name__icontains=words) | Q(reference__icontains=words))
    if wanted := filters.get("shown"):
        found = found.filter(_shown_filter({Shown(s) for s in wanted}, now))
    return found


def _shown_filter(wanted: set[Shown], now: datetime) -> Q:
    """As `_shown`, for the database; the inner selects don't depend on the row."""
    told = Notice.objects.filter(show_from__lte=now)
    decided = Q(pk__in=told.filter(code=NoticeCode.DECIDED).values("request_id"))
    heard = Q(pk__in=told.exclude(code=NoticeCode.OVERDUE).values("request_id"))
    asked = Q(pk__in=waiting_for_sender(now))
    opened = Handling.objects.filter(masked=False).filter(
        Q(open_until__isnull=True) | Q(open_until__gt=now)
    )
    on_desk = Q(masked=False, pk__in=opened.values("request_id"))
    by_notices: dict[Shown, Q] = {
        Shown.RETURNED: asked,
        Shown.DECIDED: decided & ~asked,
        Shown.RECEIVED: heard & ~decided & ~asked,
        Shown.SENT: ~heard,
    }
    which = Q(pk__in=[])
    for shown in wanted:
        states = [state for state, as_shown in SHOWN_OF.items() if as_shown is shown]
        desks = opened.filter(state__in=states).values("request_id")
        which |= Q(state=SenderState.SENT, masked=False, pk__in=desks)
        if shown in by_notices:
            which |= Q(state=SenderState.SENT) & ~on_desk & by_notices[shown]
        if shown is Shown.WITHDRAWN:
            which |= Q(state=SenderState.WITHDRAWN)
    return which


def _record(actor: Actor, request: Request, now: datetime) -> None:
    if request.person_id is None:
        return
    access.record(
        actor,
        AccessVerb.OPENED,
        now=now,
        person_id=request.person_id,
        owner_id=request.owner_id,
        categories=[Category.IDENTITY, Category.CONTACT],
        why="The worker's side sent this request.",
        request_ref=request.reference,
        page="requests.sent_one",
    )
