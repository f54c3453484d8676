"""The service navigation with its counts, for the signed-in worker.

Runs when a page is rendered: inside the view's bound transaction, or in one of its own for the
pages that come after it (errors) or without it (public pages).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from lintel.agencies import policy
from lintel.agencies.queries import SignedIn
from lintel.agencies.states import HEALTH_TEAMS, Role, TeamKind
from lintel.config.middleware import needs_second_factor, present, who_asks
from lintel.hospital.queries import figures
from lintel.kernel.actor import bound
from lintel.portal import presenters as own_view
from lintel.requests import queries as requests
from lintel.sharing.queries import overrides_open


def _always(asks: SignedIn) -> bool:
    return True


def _nobody(asks: SignedIn) -> bool:
    return False


def _may_keep_entries(asks: SignedIn) -> bool:
    """Who may own, lead or review entries of the directory; asks nothing of the database."""
    actor = asks.actor
    keeping = (Role.MANAGER, Role.INFORMATION_LEAD, Role.PARTNERSHIP_LEAD)
    return bool(actor.team_ids) or any(actor.has(role) for role in keeping)


def _looks_after_safety(asks: SignedIn) -> bool:
    """Who reviews overrides, or answers for those reviews; others get there from My day."""
    return asks.actor.has(Role.INFORMATION_LEAD) or asks.actor.has(Role.PARTNERSHIP_LEAD)


def _on_a_ward(asks: SignedIn) -> bool:
    return not asks.team_kinds.isdisjoint({TeamKind.WARD, TeamKind.DISCHARGE})


def _places(asks: SignedIn) -> bool:
    """Who notes who is placed away from the area (`lintel.hospital.policy.place`)."""
    return not asks.team_kinds.isdisjoint({*HEALTH_TEAMS, TeamKind.COMMISSIONING})


def _manages(asks: SignedIn) -> bool:
    return asks.actor.has(Role.MANAGER)


def sees_figures(asks: SignedIn) -> bool:
    """Whether the figures of stays in hospital are for this worker; in a bound transaction.

    Asks the database only about managers and leads: theirs are the figures of a trust with wards.
    """
    if _leads_partnership(asks) or TeamKind.COMMISSIONING in asks.team_kinds:
        return True
    leads_ward = bool(asks.actor.lead_team_ids) and _on_a_ward(asks)
    return (leads_ward or asks.actor.has(Role.MANAGER)) and figures.sees(asks.actor)


def _leads_partnership(asks: SignedIn) -> bool:
    return asks.actor.has(Role.PARTNERSHIP_LEAD)


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its words, the name of its page, which count it shows, and for whom it is.

    `also`: the beginning of other addresses that belong to it. `less`: used less often, so that it
    stands under More where all items don't fit in a row.
    """

    text: str
    page: str
    count: str = ""
    shown: Callable[[SignedIn], bool] = _always
    also: str = ""
    less: bool = False
    of_figures: Callable[[SignedIn], bool] = _nobody


IN_A_ROW = 8
ITEMS = (
    Item("My day", "home"),
    Item("People", "people:list", shown=lambda asks: bool(asks.actor.team_ids)),
    Item("Requests sent", "requests:sent"),
    Item("Team inbox", "requests:inbox", count="inbox"),
    Item(
        "One-stop shop",
        "requests:shop",
        count="shop",
        shown=lambda asks: TeamKind.ONE_STOP_SHOP in asks.team_kinds,
    ),
    Item("Wards", "hospital:wards", shown=_on_a_ward),
    Item("Delays", "hospital-waiting:board", shown=_on_a_ward, of_figures=_manages, less=True),
    Item("Placed away", "hospital-waiting:placements", shown=_places, less=True),
    Item(
        "Hospital figures", "hospital-waiting:figures", shown=_nobody, of_figures=_always, less=True
    ),
    Item("Link workers", "agencies:link-workers", less=True),
    Item("Directory", "directory:start"),
    Item(
        "My entries",
        "directory:own",
        shown=_may_keep_entries,
        also="/directory/edit/",
        less=True,
    ),
    Item(
        "Access record",
        "sharing:record",
        shown=lambda asks: asks.actor.has(Role.INFORMATION_LEAD),
        less=True,
    ),
    Item("Opened for safety", "sharing:safety", shown=_looks_after_safety),
    Item(
        "The agreement",
        "sharing:agreement",
        shown=lambda asks: asks.actor.has(Role.INFORMATION_LEAD) or _leads_partnership(asks),
    ),
    Item("What is missing", "directory:gaps", shown=_leads_partnership, less=True),
    Item("What people think", "portal-workers:feedback", shown=_leads_partnership, less=True),
    Item("Reorganise", "reorganising", shown=_leads_partnership, less=True),
    Item("Keys", "agencies:keys", shown=lambda asks: policy.may_manage_keys(asks.actor), less=True),
)


# Parts of Lintel whose pages can hold what other services share, or a team's inbox.
SHARED_PAGES = {"people", "plans", "requests", "sharing"}
LOOP_PAGES = {
    "sharing:loop",
    "sharing:loop-outside",
    "sharing:loop-soon",
    "sharing:training",
    "sharing:training-record",
    "sharing:training-import",
    "sharing:training-one",
    "sharing:training-end",
}


def _counts(asks: SignedIn, now: datetime, inbox: Mapping[str, int] | None) -> Mapping[str, int]:
    """What waits with nobody, by item: a query for the inbox, one more for the shop.

    `inbox`: what the page has counted itself already.
    """
    if not asks.actor.team_ids:
        return {}
    found = {"inbox": (inbox or requests.inbox_counts(asks.actor, now=now))["unassigned"]}
    shop = TeamKind.ONE_STOP_SHOP
    if shop in asks.team_kinds:
        counts = requests.inbox_counts(asks.actor, now=now, team_kind=shop)
        found["shop"] = counts["unassigned"]
    return found


def _href(page: str) -> str:
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def items(
    path: str, asks: SignedIn, counts: Mapping[str, int], figured: bool
) -> list[dict[str, Any]]:
    """The items for this worker; the current one has the longest address that begins `path`.

    `figured`: whether hospital figures are for them (`sees_figures`).
    """
    found = [
        {
            "text": item.text,
            "href": href,
            "current": False,
            "count": counts.get(item.count, 0) if item.count else 0,
            "more": item.less,
        }
        for item in ITEMS
        if (item.shown(asks) or (figured and item.of_figures(asks))) and (href := _href(item.page))
    ]
    path = next((_href(i.page) for i in ITEMS if i.also and path.startswith(i.also)), path)
    here = [one for one in found if path == one["href"] or _under(path, str(one["href"]))]
    if here:
        max(here, key=lambda one: len(str(one["href"])))["current"] = True
    if len(found) <= IN_A_ROW:
        for one in found:
            one["more"] = False
    return found


def _under(path: str, href: str) -> bool:
    return href != "/" and path.startswith(href.rstrip("/") + "/")


def context(request: HttpRequest) -> dict[str, Any]:
    """What every page's layout needs: `navigation`, none for who isn't (fully) signed in."""
    if not hasattr(request, "user") or not hasattr(request, "session"):
        return {}
    if account := getattr(request, "account", None):
        return {"navigation": own_view.items(account, request.path)}
    asks = who_asks(request)
    if asks is None or needs_second_factor(request, asks):
        return {}
    now = getattr(request, "now", None) or present()
    inbox = getattr(request, "inbox_counts", None)
    if getattr(request, "lintel_bound", False):
        found = _found(asks, now, inbox, getattr(request, "sees_figures", None))
    else:
        with bound(asks.actor):
            found = _found(asks, now, None, None)
    counts, opened, figured = found
    return {
        "navigation": items(request.path, asks, counts, figured),
        # Said on every page while it lasts: one query, however much is open.
        "open_for_safety": opened,
        "outside_loop": "" if asks.in_loop else _loop_page(request),
    }


def _found(
    asks: SignedIn, now: datetime, inbox: Mapping[str, int] | None, figured: bool | None
) -> tuple[Mapping[str, int], Any, bool]:
    """What the navigation asks of the database, but for what the page has asked already."""
    return (
        _counts(asks, now, inbox),
        overrides_open(asks.actor, now=now),
        sees_figures(asks) if figured is None else figured,
    )


def _loop_page(request: HttpRequest) -> str:
    """Where a worker outside the loop learns why, on pages that could hold what others share.

    Said on all of them alike, also where nothing is: it tells nothing about any person.
    """
    match = request.resolver_match
    shared = match is not None and (
        match.view_name == "home" or bool(SHARED_PAGES & set(match.namespaces))
    )
    at_loop = match is not None and match.view_name in LOOP_PAGES
    return _href("sharing:loop") if shared and not at_loop else ""
