"""The rows, columns and tabs of the lists of requests."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from lintel.requests.presenters import desk, letters, sent
from lintel.requests.queries import InboxRow, SentRow
from lintel.web.words import date_words

# view -> (tab, what it holds, what it says when it is empty)
VIEWS: dict[str, tuple[str, str, str]] = {
    "all": ("To do", "Everything that is open, the most pressing first.", "Nothing is waiting"),
    "unassigned": ("Unassigned", "Nobody has taken these yet.", "Everything is with somebody"),
    "mine": ("Mine", "What you have taken.", "You have taken nothing"),
    "overdue": ("Overdue", "Their clocks have run out, and somebody was told.", "Nothing is late"),
    "finding_out": (
        "Find out",
        "We said: we don’t know, we find out and get back to you.",
        "Nobody waits for us to find out",
    ),
    "returned": (
        "Returned",
        "Waiting for the sender to tell us more.",
        "Nothing waits for a sender",
    ),
    "wrong_team": (
        "Wrong team",
        "These have been redirected before: get it right this time.",
        "Nothing went astray",
    ),
    "messages": ("Messages", "To be passed on.", "No message waits to be passed on"),
    "closed": ("Closed", "Closed or withdrawn.", "Nothing has been closed yet"),
}
SHOP_VIEWS = ("unassigned", "overdue", "finding_out", "wrong_team", "messages", "all", "closed")

INBOX_COLUMNS = [
    {"text": "Request", "sort": "reference"},
    {"text": "About", "sort": "about"},
    {"text": "Urgency", "sort": "urgency"},
    {"text": "Status", "sort": "state"},
    {"text": "With", "sort": "worker"},
    {"text": "Arrived", "sort": "arrived"},
    {"text": "Clock", "sort": "due"},
]
SENT_COLUMNS = [
    {"text": "Request", "sort": "reference"},
    {"text": "About", "sort": "about"},
    {"text": "Sent", "sort": "sent"},
    {"text": "Sent by"},
    {"text": "Where it stands"},
    {"text": "Decision by"},
]


def tabs(
    at: str, current: str, counts: Mapping[str, int], views: Iterable[str]
) -> list[dict[str, Any]]:
    """The parts of an inbox with how many are in each; `at` is the address of the list."""
    return [
        {
            "text": VIEWS[view][0],
            "href": f"{at}?view={view}",
            "current": view == current,
            "count": counts.get(view, 0),
        }
        for view in views
    ]


def _name(kind: str, reference: str, href: str) -> dict[str, str]:
    return {"text": f"{letters.kind_words(kind)} {reference}", "href": href}


def inbox_row(row: InboxRow, now: datetime, desks: Collection[str]) -> list[Any]:
    """One request in the inbox; tags and clocks are for the template to draw.

    `desks`: the names of the teams whose inbox it is. With several, or for one that climbed here
    from elsewhere, the team is named.
    """
    who = row.worker_name or "Nobody yet"
    whose = who if set(desks) == {row.team_name} else f"{who}, {row.team_name}"
    return [
        _name(row.kind, row.reference, reverse("requests:desk", args=[row.reference])),
        row.about_name or "Nobody named",
        {"tag": letters.urgency_tag(row.urgency)},
        {"tag": desk.state_tag(row.state)},
        whose,
        date_words(row.arrived),
        _clocks(row, now),
    ]


def _clocks(row: InboxRow, now: datetime) -> dict[str, Any] | str:
    """The desk's clock, and the kind's own beside it."""
    clock = desk.clock(row.due, now)
    own = desk.own_clock(row.kind, row.extra, now, row.state)
    if own:
        own = {**own, "words": own["short"]}
    if clock is None:
        return {"clock": own} if own else ""
    return {"clock": clock, "beside": own}


def sent_row(row: SentRow, now: datetime) -> list[Any]:
    """One request that was sent."""
    return [
        _name(row.kind, row.reference, reverse("requests:sent-one", args=[row.reference])),
        row.about_name or "Nobody named",
        date_words(row.sent),
        row.sender_name,
        {"tag": sent.status_tag(row.shown)},
        {"clock": desk.clock(row.due, now)} if row.due else "",
    ]


SENT_HEADINGS = ("Reference", "Kind", "About", "Urgency", "Sent", "Sent by", "Status")


def sent_export(row: SentRow) -> list[str]:
    """One row of the sender's spreadsheet."""
    return [
        row.reference,
        letters.kind_words(row.kind),
        row.about_name,
        letters.urgency_words(row.urgency),
        timezone.localdate(row.sent).isoformat() if row.sent else "",
        row.sender_name,
        row.shown.label,
    ]
