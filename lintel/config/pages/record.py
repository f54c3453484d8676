"""The words and shapes of a person's record on the page. Nothing here reads the database."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from django.urls import reverse
from django.utils import timezone

from lintel.config.pages.links import optional
from lintel.kernel.sight.states import Category, Source
from lintel.people import presenters as people_words
from lintel.people.queries import InvolvementView, NoteView, TenancyView
from lintel.people.states import NOTE_TITLES
from lintel.requests.presenters import desk as desk_words
from lintel.requests.presenters import letters as letter_words
from lintel.requests.presenters import sent as sent_words
from lintel.requests.queries import About, InboxRow, SentRow
from lintel.web.words import date_words, listed

TIMELINE_SHOWN = 8
# Of each category; the earlier ones are a press away.
NOTES_SHOWN = 5
# What a worker may miss on the page, and should know that it may exist elsewhere.
OFTEN_ASKED = (Category.TENANCY, Category.CONTACT, Category.SUPPORT_NEEDS, Category.HEALTH_DETAIL)

# The record says these of "the worker"; on the page it is said to the worker.
TO_THE_READER = {
    Source.PATCH.label: "their home is on your patch",
    Source.CASELOAD.label: "you are a named worker for them",
    Source.REQUEST.label: "you are handling a request about them",
    Source.CIRCLE.label: "they agreed that you are in their circle",
}


class Owned(Protocol):
    """Anything that an agency holds."""

    @property
    def owner(self) -> str:
        """The agency's name."""


T = TypeVar("T", bound=Owned)


def by_owner(items: Sequence[T]) -> list[tuple[str, list[T]]]:
    """The items under the name of the agency that holds them, in the order of the first of each."""
    found: dict[str, list[T]] = {}
    for item in items:
        found.setdefault(item.owner, []).append(item)
    return list(found.items())


def actions(
    person_id: int, own: Collection[Category], *, health: bool = False
) -> list[dict[str, str]]:
    """What can be done next, the most usual first; `own`: what one's own agency's record shows.

    `health`: the worker is in a health team, and asks about housing at reviews.
    """
    offered = [
        ("Raise a concern", optional("requests:concern-about", person_id)),
        ("Refer to a service", optional("requests:referral-about", person_id)),
        ("Record what they agreed to", optional("sharing:consent-new", person_id)),
        ("Pass on a message", optional("requests:message-about", person_id)),
        ("Open more, for safety", optional("sharing:override", person_id)),
    ]
    if health:
        offered += [
            ("Housing at reviews", optional("hospital-waiting:reviews", person_id)),
            ("Placed away", optional("hospital-waiting:placements-person", person_id)),
        ]
    return [{"text": text, "href": href} for text, href in offered if href]


def links(person_id: int) -> dict[str, str]:
    """Further pages about the person, "" where this deployment has none."""
    return {
        "consents": optional("sharing:consents", person_id),
        "circle": optional("plans:circle", person_id),
        "ask": optional("requests:start-about", person_id),
    }


def homes(tenancies: Sequence[TenancyView], today: dt.date) -> list[dict[str, Any]]:
    """Each tenancy as a card: the landlord, the home, the rent where it may be seen."""
    return [
        {
            "title": f"{'Home' if t.ended is None or t.ended >= today else 'Earlier home'},"
            f" from {t.owner}",
            "rows": people_words.tenancy_rows(t),
        }
        for t in tenancies
    ]


def why(
    reasons: Mapping[tuple[int, Category], tuple[str, ...]], agencies: Mapping[int, str]
) -> list[dict[str, str]]:
    """Why the worker sees what is on the page: what, whose, and because of what, to the reader."""
    grouped: dict[tuple[int, tuple[str, ...]], list[Category]] = {}
    for (owner_id, category), words in reasons.items():
        grouped.setdefault((owner_id, words), []).append(category)
    return [
        {
            "what": listed(c.label for c in sorted(categories)),
            "whose": agencies.get(owner_id, "another service"),
            "because": listed(to_the_reader(said) for said in words),
        }
        for (owner_id, words), categories in grouped.items()
    ]


def to_the_reader(said: str) -> str:
    """A reason, said to the worker whom it is about."""
    return TO_THE_READER.get(said, said).replace("the worker opened", "you opened")


def not_shown(seen: Collection[Category]) -> str:
    """What isn't shown, whether or not anybody holds it: said of kinds, never of what exists."""
    return listed((c.label for c in OFTEN_ASKED if c not in seen), last="or")


def sent_row(row: SentRow, now: dt.datetime) -> dict[str, Any]:
    """A request that the worker's side sent."""
    return {
        "title": f"{letter_words.kind_words(row.kind)} {row.reference}",
        "href": reverse("requests:sent-one", args=[row.reference]),
        "tag": sent_words.status_tag(row.shown),
        "clock": desk_words.clock(row.due, now),
        "when": row.sent,
        "by": row.sender_name,
        "news": row.news,
    }


def desk_row(row: InboxRow, now: dt.datetime) -> dict[str, Any]:
    """A request on one of the worker's desks."""
    return {
        "title": f"{letter_words.kind_words(row.kind)} {row.reference}",
        "href": reverse("requests:desk", args=[row.reference]),
        "tag": desk_words.state_tag(row.state),
        "clock": desk_words.clock(row.due, now, row.state),
        "when": row.arrived,
        "by": row.sender_words,
        "news": False,
    }


def timeline(
    tenancies: Sequence[TenancyView],
    involvements: Sequence[InvolvementView],
    notes: Sequence[NoteView],
    about: About,
) -> list[dict[str, Any]]:
    """What happened, newest first."""
    items: list[dict[str, Any]] = []
    for t in tenancies:
        items.append(_item(t.started, "Tenancy began", t.owner, t.address))
        if t.ended:
            items.append(_item(t.ended, "Tenancy ended", t.owner, t.address))
    for i in involvements:
        if i.since is not None:
            who = f"{i.worker}, {i.role_words}" if i.worker else i.role_words
            items.append(_item(i.since, f"{i.team} began to work with them", i.owner, who))
    for n in notes:
        title = "Note corrected" if n.corrects_id else "Note"
        items.append(
            _item(n.written, f"{title}: {NOTE_TITLES[n.category].lower()}", n.written_by, n.words)
        )
    for row in about.sent:
        if row.sent is not None:
            kind = letter_words.kind_words(row.kind)
            items.append(_item(row.sent, f"{kind} sent", row.sender_name, row.reference))
    for desk in about.desk:
        kind = letter_words.kind_words(desk.kind)
        items.append(_item(desk.arrived, f"{kind} arrived", desk.sender_words, desk.reference))
    return sorted(items, key=lambda item: _moment(item["when"]), reverse=True)


def _item(when: dt.date | dt.datetime, title: str, by: str, text: str) -> dict[str, Any]:
    return {"when": when, "title": title, "by": by, "text": text}


def _moment(when: dt.date | dt.datetime) -> dt.datetime:
    if isinstance(when, dt.datetime):
        return when
    return timezone.make_aware(dt.datetime.combine(when, dt.time()))


def day_words(when: dt.datetime | None) -> str:
    """A date, or that it isn't known."""
    return date_words(when) if when else "date not known"
