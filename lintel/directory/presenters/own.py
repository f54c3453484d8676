"""The owner's list and the entry's own page, in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from lintel.directory.presenters import versions
from lintel.directory.queries.own import Misrouted, Own
from lintel.directory.sections import TITLES, missing, part_of
from lintel.directory.states import OPEN_VERSIONS, ServiceState, VersionState
from lintel.web.words import count_words, date_words

TAGS = {
    VersionState.DRAFT: ("Draft", "blue"),
    VersionState.IN_REVIEW: ("Waiting for review", "purple"),
    VersionState.RETURNED: ("Returned", "orange"),
}
FIRST = {
    0: "Review it",
    1: "Read the comment and send it again",
    2: "Check it: it was not checked in time",
    3: "Look at its area: people were sent to the wrong team",
    4: "Check it soon",
    5: "Finish the draft and send it",
    6: "Nothing: it waits for a reviewer",
    7: "Nothing",
}


def tags(state: str, open_state: str | None) -> list[dict[str, str]]:
    """Where an entry stands: what the directory shows, then what is being worked on."""
    found = []
    if state == ServiceState.PUBLISHED:
        found.append({"text": "Published", "colour": "green"})
    elif state == ServiceState.WITHDRAWN:
        found.append({"text": "Taken out", "colour": "grey"})
    if open_state in OPEN_VERSIONS:
        text, colour = TAGS[VersionState(open_state)]
        found.append({"text": text, "colour": colour})
    return found or [{"text": "Not published", "colour": "grey"}]


def stale_words(state: str, stale_on: date, today: date) -> str:
    """When an entry goes stale, or since when it is."""
    if state != ServiceState.PUBLISHED:
        return "Not in the directory"
    return f"{'Since ' if stale_on <= today else ''}{date_words(stale_on)}"


def row(service: Any, today: date) -> dict[str, Any]:
    """One row of the list (`queries.own.mine`)."""
    return {
        "name": service.shown_name,
        "href": reverse("directory:own-entry", args=[service.pk]),
        "whose": service.team.name if service.team else service.organisation.name,
        "tags": tags(service.state, service.open_state),
        "first": FIRST[service.urgency],
        "checked": date_words(service.checked_on) or "Never",
        "stale": stale_words(service.state, service.stale_on, today),
        "misroutes": str(service.misroute_count),
    }


def tasks(found: Own) -> list[dict[str, Any]]:
    """The sections of the draft, with what is still to do and what differs from the directory."""
    if found.open is None or found.draft is None:
        return []
    lacking = missing(found.draft)
    said = versions.by_section(found.draft, found.open.audience)
    rows = []
    for section, title in TITLES.items():
        to_do = section in lacking
        changed = found.published is not None and part_of(
            found.published, found.service.audience, section
        ) != part_of(found.draft, found.open.audience, section)
        status = "To do" if to_do else "Filled in" if said[section] else "Empty"
        rows.append(
            {
                "text": title,
                "href": reverse("directory:own-section", args=[found.service.pk, section]),
                "hint": lacking.get(section, ""),
                "status": f"{status}, changed" if changed and not to_do else status,
                "done": not to_do,
            }
        )
    return rows


def facts(found: Own, today: date) -> list[dict[str, str]]:
    """Who keeps the entry, and when it was checked."""
    service = found.service
    in_directory = service.state == ServiceState.PUBLISHED
    whose = service.team.name if service.team else service.organisation.name
    rows = [
        {"key": "Whose", "text": whose},
        {"key": "Owner", "text": service.owner.name if service.owner else "Nobody"},
        {"key": "Deputy", "text": service.deputy.name if service.deputy else "Nobody"},
    ]
    if in_directory:
        goes = "Stale since" if found.stale_on <= today else "Goes stale on"
        rows += [
            {"key": "Last checked", "text": date_words(service.checked_on) or "Never"},
            {"key": goes, "text": date_words(found.stale_on)},
        ]
    return rows


def quick_facts(found: Own, today: date) -> list[dict[str, str]]:
    """What may be published at once: waiting, places, closures."""
    if found.published is None:
        return []
    shown = found.published
    to_come = (one for one in shown.entry.closures if one.last >= today)
    closures = "\n".join(versions.closure_words(one) for one in to_come)
    waiting = reverse("directory:own-waiting", args=[found.service.pk])
    closed = reverse("directory:own-closed", args=[found.service.pk])
    not_said = "Not said"
    return [
        {"key": "Waiting", "text": versions.waiting_words(shown) or not_said, "href": waiting},
        {"key": "Places", "text": versions.capacity_words(shown) or not_said, "href": waiting},
        {"key": "Closed", "text": closures or "No closures", "href": closed},
    ]


def to_do(found: Own, today: date) -> list[dict[str, str]]:
    """What needs doing about the entry, the first first: alerts of `ui.alert`."""
    alerts = []
    if found.open is not None and found.open.state == VersionState.RETURNED:
        by = found.open.settled_by.name if found.open.settled_by else "The reviewer"
        alerts.append(
            {
                "kind": "warning",
                "title": f"{by} returned it with a comment",
                "text": found.open.comment,
            }
        )
    if found.is_stale(today):
        alerts.append(
            {
                "kind": "warning",
                "title": "It was not checked in time",
                "text": "The directory says so beside it. Read it, then check it below.",
            }
        )
    elif found.is_due(today):
        alerts.append(
            {
                "kind": "information",
                "title": "It wants checking soon",
                "text": f"From {date_words(found.stale_on)} the directory says that nobody did.",
            }
        )
    if found.misroutes:
        times = count_words(found.misroutes, "request")
        alerts.append(
            {
                "kind": "warning",
                "title": "It sends people to the wrong team",
                "text": f"{times} came to the team by its area and was not theirs. Look at the "
                "area that it covers.",
            }
        )
    return alerts


def misrouted(found: Iterable[Misrouted]) -> list[list[str]]:
    """Rows of a table: from where, how often, lately when, and which team was right."""
    return [
        [
            one.sector or "Not known",
            str(one.times),
            date_words(one.last),
            one.right_team or "Not said",
        ]
        for one in found
    ]


def public_page(service_id: UUID, slug: str) -> str:
    """The address of the page that everybody reads; empty where there is none."""
    for name, value in (("directory:entry", slug), ("directory:service", slug)):
        try:
            return reverse(name, args=[value])
        except NoReverseMatch:
            continue
    return ""
