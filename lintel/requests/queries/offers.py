"""The teams to choose from for an address: those that cover it, with reasons, then the others."""

from dataclasses import dataclass
from datetime import datetime

from lintel.agencies.models import Team
from lintel.directory import queries as directory
from lintel.kernel.actor import Actor
from lintel.requests.models import Handling
from lintel.requests.queries.covering import covering, place_of
from lintel.requests.queries.teams import open_teams

# As many are looked at closely (hours, ages); those after them keep their place and reason.
CLOSELY = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """A team, and why it does or doesn't fit, each reason a sentence without its full stop."""

    team: Team
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offers:
    """Teams to choose from. `covering`: best first; `others`: by name."""

    covering: list[Offer]
    others: list[Offer]


def services_for(
    actor: Actor, *, postcode: str, now: datetime, need: str = "", age: int | None = None
) -> Offers:
    """The teams that the actor may refer somebody at this postcode to.

    `need` (`lintel.directory.states.Need`) and `age` (years) narrow those that fit; nobody is left
    out. The worker must be bound. Queries: a constant number, however many teams there are.
    """
    teams = {team.pk: team for team in open_teams(now) if team.pk not in actor.team_ids}
    place = place_of(postcode)
    hits = directory.teams_covering(place, when=now, team_ids=teams.keys(), need=need or None)
    answer = directory.route(
        place, need=need or None, age=age, when=now, workers=True, at_most=CLOSELY
    )
    reasons: dict[int, tuple[str, ...]] = {}
    for option in answer.options:
        if option.team_id in teams:
            said = (*option.reasons, option.open.words)
            reasons.setdefault(option.team_id, tuple(words for words in said if words))
    unfit = {
        n.team_id: (n.why,)
        for n in answer.not_for
        if n.team_id is not None and n.team_id not in reasons
    }
    for hit in hits:
        if hit.team_id not in unfit:
            reasons.setdefault(hit.team_id, (hit.words,))
    return Offers(
        covering=[Offer(teams[team_id], words) for team_id, words in reasons.items()],
        others=[
            Offer(team, unfit.get(team_id, ()))
            for team_id, team in teams.items()
            if team_id not in reasons
        ],
    )


def redirect_offers(actor: Actor, handling: Handling, *, now: datetime) -> Offers:
    """The teams that a desk may be redirected to: neither its own nor the sender's."""
    never = {handling.team_id, handling.sender_team_id}
    teams = {team.pk: team for team in open_teams(now) if team.pk not in never}
    hits = covering(place_of(handling.about_postcode), team_ids=teams, now=now)
    held = {hit.team_id for hit in hits}
    return Offers(
        covering=[Offer(teams[hit.team_id], (hit.words,)) for hit in hits],
        others=[Offer(team) for team_id, team in teams.items() if team_id not in held],
    )
