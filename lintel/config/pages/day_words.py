"""The words and shapes of My day. Nothing here reads the database."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.urls import reverse

from lintel.agencies.states import Role, TeamKind
from lintel.config.pages.links import optional
from lintel.kernel.actor import Actor
from lintel.people import presenters as people_words
from lintel.people.queries import Row
from lintel.requests.presenters import desk as desk_words
from lintel.requests.presenters import letters as letter_words
from lintel.requests.presenters import sent as sent_words
from lintel.requests.presenters.rows import SHOP_VIEWS
from lintel.requests.queries import InboxRow, MyDay, SentRow
from lintel.sharing.policy import may_keep_training

CLOCKS_SHOWN = 10
# The parts of the inbox that somebody must look at, the most pressing first.
DESK = (
    ("overdue", "Overdue", "Their clocks have run out, and somebody was told"),
    ("unassigned", "With nobody yet", "Waiting in your team’s inbox"),
    ("mine", "With you", "What you have taken"),
    ("finding_out", "Find out and get back", "Somebody waits for an answer"),
    ("wrong_team", "Went astray", "Redirected before: get it right this time"),
    ("messages", "To pass on", "Messages for somebody’s worker"),
    ("returned", "Waiting for the sender", ""),
)


def desk_items(day: MyDay, *, in_a_team: bool, kinds: Collection[str] = ()) -> list[dict[str, Any]]:
    """How many wait in each part of the inbox, where any do; nothing for who has no inbox.

    The one-stop shop has a desk of its own: `kinds` are those of the worker's teams.
    """
    at_shop = set(kinds) == {TeamKind.ONE_STOP_SHOP}
    at = optional("requests:shop" if at_shop else "requests:inbox")
    if not in_a_team or not at:
        return []
    return [
        {
            "text": text,
            "href": f"{at}?view={view}",
            "hint": hint,
            "status": str(day.counts[view]),
            "late": view == "overdue",
        }
        for view, text, hint in DESK
        if day.counts.get(view) and (not at_shop or view in SHOP_VIEWS)
    ]


def clocks(day: MyDay, now: dt.datetime) -> list[dict[str, Any]]:
    """The clocks that run for the worker: on their desk, and questions to answer; soonest first."""
    running = [(row.due, desk_row(row, now)) for row in day.mine if row.due]
    running += [(row.due, sent_row(row, now)) for row in day.questions if row.due]
    return [item for _, item in sorted(running, key=lambda pair: pair[0])][:CLOCKS_SHOWN]


def is_late(rows: Iterable[InboxRow], now: dt.datetime) -> bool:
    """Whether a clock of one of them has run out: then they come first."""
    return any(row.due is not None and row.due < now for row in rows)


def desk_row(row: InboxRow, now: dt.datetime) -> dict[str, Any]:
    """A request on a desk of the worker's."""
    return {
        "title": f"{letter_words.kind_words(row.kind)} {row.reference}",
        "href": reverse("requests:desk", args=[row.reference]),
        "about": row.about_name or "Nobody named",
        "tag": desk_words.state_tag(row.state),
        "urgency": letter_words.urgency_tag(row.urgency) if row.urgency != "routine" else None,
        "clock": desk_words.clock(row.due, now, row.state),
        "by": row.sender_words,
    }


def sent_row(row: SentRow, now: dt.datetime) -> dict[str, Any]:
    """A request that the worker sent."""
    return {
        "title": f"{letter_words.kind_words(row.kind)} {row.reference}",
        "href": reverse("requests:sent-one", args=[row.reference]),
        "about": row.about_name or "Nobody named",
        "tag": sent_words.status_tag(row.shown),
        "urgency": None,
        "clock": desk_words.clock(row.due, now),
        "by": "",
    }


def news_row(row: Row, answered: bool, written: bool) -> dict[str, Any]:
    """A person with something new, and what it is."""
    what = [
        text for text, is_so in (("an answer to read", answered), ("a new note", written)) if is_so
    ]
    return {
        "id": row.person.id,
        "name": row.person.name,
        "home": people_words.address_words(row.person, row.address, row.postcode),
        "what": " and ".join(what).capitalize(),
        "flags": people_words.flags(row.person),
    }


def lead_links(actor: Actor, *, figures: bool) -> list[dict[str, str]]:
    """What an information lead, a manager and a team's lead look after, beside the rest.

    `figures`: whether hospital figures are for them.
    """
    offered = []
    if figures:
        offered.append(
            (
                "Hospital figures",
                optional("hospital-waiting:figures"),
                "Length of stay, days lost, and how fast councils answer",
            )
        )
        offered.append(
            ("Unmet need", optional("hospital-waiting:unmet"), "What people miss, without a name")
        )
    if actor.has(Role.INFORMATION_LEAD):
        offered.append(
            ("Access record", optional("sharing:record"), "Who opened what, and why they could")
        )
        offered.append(
            (
                "What people ask of us",
                optional("records:home"),
                "Questions, copies, keeping and erasing",
            )
        )
    if actor.has(Role.PARTNERSHIP_LEAD):
        offered.append(
            ("Questions that are late", optional("records:late"), "From people, to services")
        )
    if actor.has(Role.MANAGER):
        offered.append(
            (
                "Information leads",
                optional("agencies:information-leads"),
                "Who signs, and looks after what is shared",
            )
        )
    if actor.has(Role.INFORMATION_LEAD) or actor.has(Role.MANAGER):
        offered.append(("Keys", optional("agencies:keys"), "Your agency’s own systems"))
    if may_keep_training(actor):
        offered += [
            ("Training", optional("sharing:training"), "Who has it, and who is due"),
            ("Outside the loop", optional("sharing:loop-outside"), "Who, why, and what is next"),
        ]
    if actor.has(Role.INFORMATION_LEAD) or actor.has(Role.PARTNERSHIP_LEAD):
        offered.append(
            ("The agreement", optional("sharing:agreement"), "Who has signed, and what it says")
        )
    if actor.lead_team_ids:
        offered.append(
            ("Link workers", optional("agencies:link-workers"), "Who is away, and who covers")
        )
    return [{"text": t, "href": href, "hint": hint} for t, href, hint in offered if href]


def first_steps() -> list[dict[str, str]]:
    """What is started most often from here."""
    return _links(("Find a person", "people:list"), ("Raise a concern", "requests:start"))


def more_steps() -> list[dict[str, str]]:
    """What else can be started from here."""
    return _links(
        ("Ask for advice without a name", "requests:advice"),
        ("Pass on a message", "requests:message"),
        ("Find your link worker", "agencies:link-workers"),
        ("See what you sent", "requests:sent"),
    )


def _links(*offered: tuple[str, str]) -> list[dict[str, str]]:
    found = [(text, optional(page)) for text, page in offered]
    return [{"text": text, "href": href} for text, href in found if href]
