"""A service on a page: in a list of answers, or among what a search found."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from lintel.directory.entry import Entry, Phone, Waiting
from lintel.directory.hours import OpenState
from lintel.directory.queries import Option
from lintel.directory.queries.finding import METRES_A_MILE, Found
from lintel.directory.states import Need, ReferralRoute
from lintel.web import lists
from lintel.web.forms import Form
from lintel.web.words import count_words, date_words, listed

# How the words of `OpenState` begin, which stand on the mark.
MARKS = ("Open now", "Closed now", "Closed today")


@dataclass(frozen=True, slots=True)
class Call:
    """A telephone number to press."""

    number: str
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether a service is open: a mark ("Open now", green) and the words that go on from it."""

    mark: str
    colour: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """A service in a list.

    `where` says how far it is; `why`, why it is offered. `checked` is said, and marked if
    `stale`. `out_href` leads to the entry for when it is shut.
    """

    slug: str
    href: str
    name: str
    organisation: str
    summary: str
    hours: Hours | None
    calls: tuple[Call, ...]
    checked: str
    stale: bool
    partners_only: bool = False
    direct_line: Call | None = None
    why: tuple[str, ...] = ()
    where: str = ""
    shut_words: str = ""
    out_name: str = ""
    out_href: str = ""
    waiting: str = ""
    ask: str = ""


def option_card(option: Option, *, is_now: bool = True, partners_only: bool = False) -> Card:
    """A service that covers a place."""
    entry = option.entry
    return Card(
        slug=option.slug,
        href=entry_href(option.slug),
        name=entry.name,
        organisation=option.organisation,
        summary=entry.summary,
        hours=hours_line(option.open, is_now=is_now),
        calls=calls(entry.phones),
        checked=checked_words(option.checked_on, stale=option.stale),
        stale=option.stale,
        partners_only=partners_only,
        direct_line=direct_line(option.inside),
        why=option.reasons,
        shut_words="" if option.open.open else entry.out_of_hours_words,
        out_name=option.out_of_hours.name if option.out_of_hours and not option.open.open else "",
        out_href=entry_href(option.out_of_hours.slug) if option.out_of_hours else "",
        waiting=waiting_words(entry.waiting),
        ask=entry.how_to_ask.split("\n\n")[0],
    )


def found_card(row: Found) -> Card:
    """A service that a search found."""
    return Card(
        slug=row.slug,
        href=entry_href(row.slug),
        name=row.entry.name,
        organisation=row.organisation,
        summary=row.entry.summary,
        hours=hours_line(row.open),
        calls=calls(row.entry.phones[:1]),
        checked=checked_words(row.checked_on, stale=row.stale),
        stale=row.stale,
        partners_only=row.partners_only,
        direct_line=direct_line(row.inside),
        where=distance_words(row.metres),
        waiting=waiting_words(row.entry.waiting),
    )


def entry_href(slug: str) -> str:
    """The page of an entry."""
    return reverse("directory:entry", args=[slug])


def calls(phones: Iterable[Phone]) -> tuple[Call, ...]:
    """Telephone numbers, each to be pressed."""
    return tuple(Call(p.number, tel(p.number), p.label) for p in phones if p.number)


def tel(number: str) -> str:
    """What a telephone dials for a number as it is written."""
    digits = re.sub(r"[^0-9+]", "", number.split("ext")[0])
    return f"tel:{digits}" if digits else ""


def direct_line(inside: Any) -> Call | None:
    """The line for partners, where the reader is one."""
    line = inside.direct_line if inside else ""
    return Call(line, tel(line), "Direct line, partners only") if line else None


def hours_line(state: OpenState, *, is_now: bool = True) -> Hours:
    """When it is open, for the moment that was asked about."""
    if state.open is None:
        return Hours("", "", state.words)
    said, colour = ("Open", "green") if state.open else ("Closed", "grey")
    mark = next((m for m in MARKS if state.words.startswith(m)), said)
    rest = state.words.removeprefix(mark).lstrip(".: ")
    rest = rest.removeprefix("Always open") or "day and night"
    if not is_now:
        mark = mark.replace(" now", " then").replace(" today", " that day")
        rest = rest.replace("today", "that day").replace("tomorrow", "the day after")
    return Hours(mark, colour, rest)


def checked_words(checked_on: date | None, *, stale: bool) -> str:
    """When somebody last checked that an entry is right."""
    if checked_on is None:
        return "Not checked yet: ring before you rely on it"
    if stale:
        return f"Not checked since {date_words(checked_on)}: ring before you rely on it"
    return f"Checked on {date_words(checked_on)}"


def waiting_words(waiting: Waiting | None) -> str:
    """How long people wait, as last said."""
    if waiting is None:
        return ""
    said = waiting.words or (_days_words(waiting.days) if waiting.days is not None else "")
    return f"{said} (said on {date_words(waiting.as_of)})" if said else ""


def _days_words(days: int) -> str:
    if days == 0:
        return "No wait"
    return (
        f"About {count_words(days, 'day') if days < 28 else count_words(round(days / 7), 'week')}"
    )


def distance_words(metres: float | None) -> str:
    """How far away: "0.4 miles away"."""
    if metres is None:
        return ""
    miles = metres / METRES_A_MILE
    if miles < 0.1:
        return "Less than 0.1 miles away"
    return f"{miles:.1f} miles away" if miles < 10 else f"{round(miles)} miles away"


def who_may_ask(entry: Entry) -> str:
    """Who may ask the service for help, in a sentence; empty where it isn't said."""
    if not entry.referral:
        return ""
    first, *rest = (ReferralRoute(route).label for route in entry.referral)
    return listed([first, *(f"{one[:1].lower()}{one[1:]}" for one in rest)], last="or")


def need_links() -> list[dict[str, str]]:
    """Each need, with the services for it."""
    to = reverse("directory:search")
    return [
        {"text": need.label, "href": f"{to}?{urlencode({'need': need.value})}"} for need in Need
    ]


def chosen(request: HttpRequest, form: Form) -> list[dict[str, str]]:
    """The filters that narrow the search, each with the address of the search without it."""
    tags = []
    for name in ("need", "age", "within", "open"):
        value = request.GET.get(name)
        if value and form.cleaned_data.get(name) not in (None, "", False):
            text = {"age": f"Aged {value}", "open": "Open now"}.get(name)
            if text is None:
                labels = dict(form.fields[name].choices)  # type: ignore[attr-defined]
                text = f"Within {labels[value]}" if name == "within" else str(labels[value])
            tags.append({"text": text, "href": lists.without(request, name, value)})
    return tags


def entry_card(slug: str, entry: Entry) -> Card:
    """An entry with its name and numbers only: for a list of whom to call."""
    return Card(
        slug=slug,
        href=entry_href(slug),
        name=entry.name,
        organisation="",
        summary=entry.summary,
        hours=None,
        calls=calls(entry.phones),
        checked="",
        stale=False,
    )
