"""What the worker, and the teams that they answer for, have sent: as the sender is shown it.

What is shown follows from the letter, the notices released and the sender's own messages; where
the thread is open, from the desk as well, which row security then lets the sender see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Q

from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.requests.models import Handling, JointVisit, Message, Notice, Request, Step
from lintel.requests.queries.choosing import filtered
from lintel.requests.queries.paging import page_of
from lintel.requests.queries.recorded import listed
from lintel.requests.queries.told import Told, due_of, shown_of, told
from lintel.requests.states import Shown

PER_PAGE = 25
SORTS = {"reference": "reference", "about": "about_name", "sent": "sent"}


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
    found = filtered(actor, filters or {}, now)
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
    known = told([r.pk for r in requests], now)
    return [_row(r, known) for r in requests]


def sent_one(actor: Actor, reference: str, *, now: datetime) -> SentView:
    """One request that was sent; recorded as read where it is about a listed person.

    Raises NotFound for one that the actor neither sent nor answers for.
    """
    request = (
        Request.objects.filter(reference=reference)
        .select_related("sender", "sender_team", "to_team__agency", "follows")
        .first()
    )
    if request is None:
        raise NotFound
    known = told([request.pk], now)
    desk = known.desks.get(request.pk)
    steps = Step.objects.filter(request_id=request.pk).select_related("by", "team")
    visits = JointVisit.objects.filter(request_id=request.pk).select_related(
        "proposed_by", "answered_by"
    )
    _record(actor, request, now)
    return SentView(
        request=request,
        shown=shown_of(request, known),
        due=due_of(request, known),
        notices=known.notices.get(request.pk, []),
        messages=list(
            Message.objects.filter(request_id=request.pk)
            .filter(Q(from_sender=True) | Q(to_other_side=True))
            .order_by("at", "id")
        ),
        handling=desk,
        steps=list(steps.order_by("at", "id")) if desk else [],
        visits=list(visits.order_by("when", "id")) if desk else [],
        waits_for_sender=shown_of(request, known) is Shown.RETURNED,
    )


def shown_now(actor: Actor, request: Request, now: datetime) -> Shown:
    """What the sender is shown of a request now. All that the sender may do follows from it."""
    return shown_of(request, told([request.pk], now))


def earlier_referrals(
    actor: Actor, *, person_id: int, team_id: int, now: datetime
) -> list[SentRow]:
    """Referrals of the person to the same team by the actor's side, newest first; at most 20."""
    found = Request.objects.filter(person_id=person_id, to_team_id=team_id)
    ordered = found.select_related("sender").order_by("-sent", "-id")[:20]
    return rows(list(ordered), now)


def letter_to_follow(actor: Actor, reference: str) -> Request | None:
    """The letter that a new request grows out of, if the actor may see it."""
    return Request.objects.filter(reference=reference).first()


def _row(request: Request, known: Told) -> SentRow:
    return SentRow(
        reference=request.reference,
        kind=request.kind,
        masked=request.masked,
        urgency=request.urgency,
        about_name=request.about_name,
        person_id=request.person_id,
        sent=request.sent,
        sender_name=request.sender.name,
        shown=shown_of(request, known),
        due=due_of(request, known),
        news=any(n.seen is None for n in known.notices.get(request.pk, [])),
    )


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
