"""The words and links around the person's own pages. Reading age 9 to 11 (tests/portal)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from lintel.kernel.actor import Account
from lintel.kernel.clock import words_for_due
from lintel.kernel.sight.states import Category
from lintel.people.queries import NoteView, TenancyView
from lintel.portal.queries import AskView, Look, MyRemark, Waiting, WishView
from lintel.portal.words import MINE, PAGES, WHAT_FOR, WHO, WHY_WITHOUT
from lintel.sharing.queries import MyConsent, ToldWithoutAsking, Viewing
from lintel.sharing.states import ViewerKind

# The menu: words, the page's name, the categories of which one at least is needed; none for all.
ITEMS: tuple[tuple[str, str, frozenset[Category]], ...] = (
    ("Home", "portal:start", frozenset()),
    ("What was agreed", "portal:plan", frozenset({Category.PLAN})),
    ("Sharing", "portal:sharing", frozenset()),
    ("What is written", "portal:record", frozenset()),
    ("Who has looked", "portal:looked", frozenset()),
    ("Contact", "portal:contact", frozenset({Category.CONTACT})),
)
OWN_ITEMS = (
    ("Ask for help", "portal:help"),
    ("People I let look", "portal:carers"),
)


def items(account: Account, path: str) -> list[dict[str, Any]]:
    """The menu of the own view; the current page is marked. A carer's has what they can do."""
    found = [(text, reverse(page)) for text, page, _ in ITEMS]
    if is_self(account):
        found += [(text, reverse(page)) for text, page in OWN_ITEMS]
    start = reverse("portal:start")
    return [
        {
            "text": text,
            "href": href,
            "current": path == href or (href != start and path.startswith(href)),
        }
        for text, href in found
    ]


def is_self(account: Account) -> bool:
    """Whether the person looks at their own view, and nobody else does."""
    return account.kind == ViewerKind.SELF


def mine(categories: Iterable[Category]) -> list[str]:
    """Categories, said to the person, in their order."""
    return [MINE[category] for category in sorted(set(categories))]


def consent_card(one: MyConsent, now: dt.datetime) -> dict[str, Any]:
    """One time that the person answered, as a card: who may tell whom what, and until when."""
    yes: dict[tuple[str, str], list[Category]] = {}
    no: dict[tuple[str, str], list[Category]] = {}
    for line in one.lines:
        into = yes if line.answer else no
        if not line.over:
            to = f"{line.recipient_worker}, {line.recipient}" if line.recipient_worker else ""
            into.setdefault((line.giver, to or line.recipient), []).append(line.category)
    counts = one.counts(now)
    over = one.withdrawn is not None or one.until <= now
    return {
        "id": one.id,
        "counts": counts,
        "what_for": WHAT_FOR[one.purpose] if one.purpose else "for anything",
        "yes": [
            {"giver": giver, "to": to, "what": mine(what)} for (giver, to), what in yes.items()
        ],
        "no": [
            {
                "giver": giver,
                "to": to,
                "what": ["anything"] if len(what) == len(Category) else mine(what),
            }
            for (giver, to), what in no.items()
        ],
        "given": one.given,
        "until": one.until,
        "withdrawn": one.withdrawn,
        "ended": one.withdrawn is None and one.until <= now,
        "by": "" if one.by_me else one.recorded_by,
        "words": one.persons_words,
        "live": not over and bool(yes or no),
    }


def told_card(one: ToldWithoutAsking, now: dt.datetime) -> dict[str, Any]:
    """Something that was shared without a yes, said to the person."""
    return {
        "giver": one.giver,
        "to": one.recipient,
        "what": mine(one.categories),
        "why": WHY_WITHOUT[one.basis],
        "statute": one.statute,
        "words": one.words,
        "begins": one.begins,
        "until": one.ended or one.until,
        "on": one.ended is None and one.until > now,
    }


def home(one: TenancyView) -> dict[str, Any]:
    """A home, and the rent where it may be seen."""
    owed = one.balance_pence
    rent = ""
    if owed is not None:
        pounds = f"£{abs(owed) / 100:,.2f}"
        rent = (
            f"You owe {pounds}" if owed > 0 else f"You are {pounds} ahead" if owed else "All paid"
        )
    return {
        "address": ", ".join(filter(None, (one.address, one.postcode))),
        "landlord": one.owner,
        "started": one.started,
        "ended": one.ended,
        "rent": rent,
        "as_of": one.as_of,
    }


def note(one: NoteView, remarks: list[MyRemark]) -> dict[str, Any]:
    """A note, with what the person said about it."""
    return {
        "id": one.id,
        "about": MINE[one.category],
        "words": one.words,
        "by": one.written_by,
        "owner": one.owner,
        "written": one.written,
        "corrected": one.corrected_by is not None,
        "remarks": remarks,
    }


def fact_said(one: MyRemark) -> dict[str, Any]:
    """What the person said about a fact, and of whose."""
    return {"about": MINE[one.category], "owner": one.owner, "said": one}


def wish_initial(one: WishView) -> dict[str, Any]:
    """The form of how to be contacted, filled in with what was said last."""
    return {
        "ways": [str(way) for way in one.ways],
        "by_whom": one.by_whom,
        "language": one.language,
        "large_print": one.large_print,
        "never_on": [int(day) for day in one.never_on],
        "words": one.words,
    }


def viewer(one: Viewing | Waiting) -> dict[str, Any]:
    """Somebody who may look, or will with a code."""
    return {
        "id": one.id,
        "who": one.relation or WHO[one.kind],
        "kind": WHO[one.kind],
        "what": mine(one.categories),
        "until": one.until if isinstance(one, Viewing) else one.expires,
    }


def looks_by_day(found: Iterable[Look]) -> list[dict[str, Any]]:
    """Who looked at what, as the person knows the pages: each day and person once."""
    days: dict[tuple[dt.date, str], dict[str, None]] = {}
    for one in found:
        pages = days.setdefault((timezone.localdate(one.at), one.relation), {})
        pages[PAGES.get(one.page, "another page")] = None
    return [{"day": day, "who": who, "pages": sorted(pages)} for (day, who), pages in days.items()]


def ask_row(one: AskView, now: dt.datetime) -> dict[str, Any]:
    """What a person asked for, for the worker who may see to it."""
    late = one.due <= now
    return {
        "id": one.id,
        "name": one.name,
        "team": one.team,
        "words": one.words,
        "reach_words": one.reach_words,
        "made": one.made,
        "clock": words_for_due(now, one.due),
        "state": "late" if late else "running",
        "taken": one.taken,
        "taken_by": "you" if one.taken_by_me else one.taken_by,
        "answered": one.answered,
        "answered_by": one.answered_by,
        "answer": one.answer,
    }


def letter_address() -> str:
    """Where the code of a letter is typed, as it is printed."""
    return str(settings.LINTEL_PUBLIC_URL) + reverse("portal:letter")
