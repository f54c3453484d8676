"""Where a request goes. Under the system role only: the answers tell who is known to whom."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from dateutil import parser
from django.db import connection

from lintel.agencies.models import Team
from lintel.agencies.states import TeamKind
from lintel.requests import queries
from lintel.requests.kinds import Routing, rule_of
from lintel.requests.models import Handling, Request

TO_INVOLVED = "Went to the team that works with the person."
TO_SHOP = "Went to the one-stop shop for the address."
TO_CHOSEN = "Sent to this team."


@dataclass(frozen=True, slots=True)
class Route:
    """Where it goes, and to whom; the person if the team works with them or the thread is open."""

    team: Team
    worker_id: int | None
    person_id: int | None
    words: str


def route(request: Request, now: datetime) -> Route:
    """Find the route. Raises LookupError where no team could take it, which the clocks report.

    The same questions are asked of the database whether or not anybody is involved: the shop is
    looked up first, which also reads the directory's index again if it has changed.
    """
    rule = rule_of(request.kind)
    if rule.routing is Routing.CHOSEN and request.to_team_id:
        team = Team.objects.select_related("agency").get(pk=request.to_team_id)
        return Route(team, None, request.person_id, TO_CHOSEN)
    shop = shop_for(request.about_postcode, now, not_team_id=request.sender_team_id, need=rule.need)
    person = found = None
    if rule.routing is Routing.INVOLVED:
        person = person_of(request)
        found = _involved(request.pk, person, now)
    team_id = found[0] if found else shop.pk if shop else 0
    if not team_id:
        raise LookupError("There is no one-stop shop that takes requests.")
    team = Team.objects.select_related("agency").get(pk=team_id)
    if found is not None:
        return Route(team, found[1], person, TO_INVOLVED)
    return Route(team, None, None if request.masked else request.person_id, TO_SHOP)


def person_of(request: Request) -> int | None:
    """The person that the request is about, if the sender's words mean exactly one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relay_person(%s, %s)", [request.pk, born_in(request.about_born)])
        found: int | None = cursor.fetchone()[0]
    return found


def person_for_team(handling: Handling, team_id: int, now: datetime) -> int | None:
    """The person of a masked request, if the team works with them; else nobody."""
    request = Request.objects.get(pk=handling.request_id)
    person = person_of(request)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relay_involved(%s, %s, %s)", [team_id, person, now])
        return person if cursor.fetchone()[0] else None


def shop_for(
    postcode: str, now: datetime, *, not_team_id: int | None = None, need: str = ""
) -> Team | None:
    """The one-stop shop whose catchment holds the postcode; any other before none at all."""
    shops = {
        shop.pk: shop
        for shop in queries.open_teams(now).filter(kind=TeamKind.ONE_STOP_SHOP).order_by("id")
        if shop.pk != not_team_id
    }
    hits = queries.covering(queries.place_of(postcode), team_ids=shops, now=now, need=need)
    return shops[hits[0].team_id] if hits else next(iter(shops.values()), None)


def born_in(typed: str) -> date | None:
    """The date of birth that was typed, if it is a whole date; day first, as people here write."""
    # Two different fill-ins: what was left out differs between the readings.
    fills = (datetime(2000, 1, 2), datetime(2004, 2, 29))  # noqa: DTZ001 - dates only
    with suppress(ValueError):
        return date.fromisoformat(typed.strip())
    try:
        first, second = (parser.parse(typed, dayfirst=True, default=d).date() for d in fills)
    except (ValueError, OverflowError):
        return None
    return first if typed and first == second else None


def _involved(
    request_id: int, person_id: int | None, now: datetime
) -> tuple[int, int | None] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT team_id, worker_id FROM relay_route(%s, %s, %s)", [request_id, person_id, now]
        )
        found: tuple[int, int | None] | None = cursor.fetchone()
    return found
