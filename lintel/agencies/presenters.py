"""What the agencies pages show, in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.urls import reverse
from django.utils import timezone

from lintel.agencies.queries import Colleague, Link
from lintel.agencies.states import Scope, TeamKind
from lintel.web.words import date_words, listed

if TYPE_CHECKING:
    from lintel.agencies.models import Team, Token


class LinkShown(TypedDict):
    """A link worker on the page."""

    name: str
    rows: list[dict[str, str]]
    change: str
    away: str


def contact_words(who: Colleague) -> str:
    """Phone and e-mail, those that there are."""
    return listed([x for x in (who.phone, who.email) if x], last="or")


def last_day(end: datetime) -> date:
    """The last whole day before a range's end."""
    return (timezone.localtime(end) - timedelta(microseconds=1)).date()


def link_shown(link: Link) -> LinkShown:
    """A link worker: for whom, who covers today, how to reach them."""
    rows = [{"key": "Team", "text": f"{link.team}, {link.agency}"}]
    if link.covers:
        rows.append({"key": "For", "text": link.covers})
    away = ""
    if link.away_until:
        away = f"Away until {date_words(last_day(link.away_until))}"
        if link.today:
            rows.append(
                {"key": "Today, ask", "text": f"{link.today.name} ({link.today.job_title})"}
            )
        else:
            rows.append({"key": "Today, ask", "text": "Nobody covers. Ask the lead of the team."})
    elif link.away_from:
        rows.append({"key": "Away", "text": f"From {date_words(link.away_from)}"})
    if link.today:
        rows.append({"key": "Phone or e-mail", "text": contact_words(link.today) or "Not given"})
    rows.append({"key": "Links with", "text": link.towards.label})
    change = reverse("agencies:away", args=[link.link_id]) if link.may_change else ""
    return {"name": link.worker.name, "rows": rows, "change": change, "away": away}


def areas_words(covers: list[str]) -> str:
    """The postcode areas of a team."""
    if "*" in covers:
        return "Everywhere in the partnership"
    return listed(covers) or "Not given"


def team_row(team: Team, members: list[Colleague]) -> list[Any]:
    """A row of the list of teams."""
    return [
        {"text": team.name, "href": reverse("agencies:team", args=[team.slug])},
        team.agency.name,
        TeamKind(team.kind).label,
        team.phone or "Not given",
        listed(member.name for member in members if member.leads) or "Nobody now",
    ]


def member_row(member: Colleague) -> list[Any]:
    """A row of the workers of a team."""
    part = "Team lead" if member.leads else "Duty worker" if member.on_duty else ""
    return [member.name, member.job_title, part, member.phone or "Not given", member.email]


def key_state(token: Token, now: datetime) -> str:
    """Whether a key works, in words."""
    if token.revoked:
        return f"Ended on {date_words(token.revoked)}"
    if token.expires <= now:
        return f"Ran out on {date_words(token.expires)}"
    return f"Works until {date_words(token.expires)}"


def key_row(token: Token, now: datetime) -> list[Any]:
    """A row of the list of keys."""
    works = token.revoked is None and token.expires > now
    end: Any = ""
    if works:
        end = {"text": "End it", "href": reverse("agencies:key-end", args=[token.pk])}
    return [
        token.integration.name,
        token.worker.name,
        listed(str(Scope(scope).label) for scope in token.scopes),
        key_state(token, now),
        date_words(token.last_used) or "Never",
        end,
    ]
