"""Requests about one person, for the person's own page; and whom there is news about."""

from dataclasses import dataclass
from datetime import datetime

from lintel.kernel.actor import Actor
from lintel.requests.models import Notice, Request
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
