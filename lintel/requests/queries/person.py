"""Requests about one person, for the person's own page; and whom there is news about."""

from dataclasses import dataclass
from datetime import datetime

from lintel.kernel.actor import Actor
from lintel.requests.models import Handling, Notice, Request
from lintel.requests.queries import desk, sent
from lintel.requests.states import SenderState

AT_MOST = 20


@dataclass(frozen=True, slots=True)
class About:
    """What the actor's side sent about the person, and what is on the actor's desks, latest first.

    The two are apart on purpose: nothing of the one says anything of the other.
    """

    sent: list[sent.SentRow]
    desk: list[desk.InboxRow]


def about(actor: Actor, person_id: int, now: datetime) -> About:
    """At most twenty of each; five queries."""
    letters = (
        Request.objects.filter(person_id=person_id)
        .exclude(state=SenderState.DRAFT)
        .select_related("sender")
        .order_by("-sent", "-id")[:AT_MOST]
    )
    desks = (
        desk.on_my_desks(actor)
        .filter(person_id=person_id)
        .select_related("team", "worker")
        .order_by("-arrived", "-id")[:AT_MOST]
    )
    return About(sent.rows(list(letters), now), [desk.row_of(h) for h in desks])


def people_with_news(actor: Actor, now: datetime) -> set[int]:
    """The people about whom the actor sent a request and was told something not yet read."""
    unread = Notice.objects.filter(
        sender_worker_id=actor.worker_id, seen__isnull=True, show_from__lte=now
    ).values("request_id")
    return set(
        Request.objects.filter(pk__in=unread, person__isnull=False).values_list(
            "person_id", flat=True
        )
    )


@dataclass(frozen=True, slots=True)
class Closing:
    """What the receiver of an open request left on closing: who to contact in which circumstances.

    `contacts` are pairs: circumstances, and whom to contact.
    """

    reference: str
    person_id: int
    worker_id: int | None
    agency_ids: frozenset[int]
    contacts: list[tuple[str, str]]


def left_on_closing(request_id: int) -> Closing | None:
    """What was left when this request was closed; None for a masked one. For jobs, as the system.

    `agency_ids`: the receiver's and the sender's.
    """
    closed = (
        Handling.objects.filter(request_id=request_id, masked=False).select_related("team").first()
    )
    if closed is None or closed.person_id is None or not closed.contacts:
        return None
    return Closing(
        reference=closed.reference,
        person_id=closed.person_id,
        worker_id=closed.worker_id,
        agency_ids=frozenset({closed.team.agency_id, closed.sender_agency_id}),
        contacts=[(str(when), str(who)) for when, who in closed.contacts],
    )
