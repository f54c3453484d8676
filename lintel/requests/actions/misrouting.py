"""Telling the directory that a catchment brought a request to the wrong team."""

from datetime import datetime

from lintel.agencies.states import TeamKind
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.requests import queries, routing
from lintel.requests.models import Handling


def misrouted(
    actor: Actor, handling: Handling, *, right_team_id: int | None, now: datetime
) -> None:
    """Tell the directory that a catchment brought a request to the wrong team.

    Nothing is told of what came another way: to the team that works with the person, or to the
    one-stop shop, whose work is to pass on. So it follows from no redirecting of the first team
    whether a masked request's person was known. The event names nobody, and no request: the
    service, the two teams, and the postcode's sector.
    """
    if handling.team.kind == TeamKind.ONE_STOP_SHOP or handling.route_words == routing.TO_INVOLVED:
        return
    place = queries.place_of(handling.about_postcode)
    hits = queries.covering(place, team_ids=[handling.team_id], now=now)
    if hits:
        events.record(
            actor,
            "requests.misrouted",
            now=now,
            subject=("team", handling.team_id),
            data={
                "service": str(hits[0].service_id),
                "wrong_team": handling.team_id,
                "right_team": right_team_id,
                "sector": queries.sector_of(place),
            },
        )
