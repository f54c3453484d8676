"""What stands now between an agency and a team: what a referral or an open thread rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from lintel.agencies.models import Team
from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Category
from lintel.sharing.models import ConsentLine
from lintel.sharing.queries.consents import LineView, consents_for
from lintel.sharing.states import ANY_PURPOSE


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands now between the actor's agency and one team.

    `consent_id`, `given` and `until` are of the answer about who the person is, without which
    nothing is shared. `categories` and `refused` are what the actor's agency may and may not tell
    the team, in words; `theirs` what the team's agency may tell the actor's teams, and `waiting`
    what it has yet to confirm.
    """

    consent_id: int
    team_id: int
    given: datetime
    until: datetime
    numbers: frozenset[Category]
    categories: tuple[str, ...]
    refused: tuple[str, ...]
    theirs: tuple[str, ...]
    waiting: tuple[str, ...]


def standing(actor: Actor, *, person_id: int, team_id: int, now: datetime) -> Standing | None:
    """What the actor's agency may tell a team about a person now; None when not even who it is."""
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        return None
    views = consents_for(actor, person_id, now=now)
    told = [
        (view, line)
        for view in views
        for line in view.lines
        if line.giver_id == actor.agency_id and _tells(line, team) and line.in_force
    ]
    who = next((v for v, li in told if li.answer and li.category is Category.IDENTITY), None)
    if who is None:
        return None
    back = [
        line
        for view in views
        for line in view.lines
        if line.giver_id == team.agency_id and _tells_me(line, actor) and line.answer
    ]
    yes = {line.category for _, line in told if line.answer}
    theirs = {line.category for line in back if line.in_force}
    return Standing(
        consent_id=who.id,
        team_id=team_id,
        given=who.given,
        until=who.until,
        numbers=frozenset(yes),
        categories=_labels(yes),
        # A no for one purpose takes nothing from a yes for another.
        refused=_labels({line.category for _, line in told if not line.answer} - yes),
        theirs=_labels(theirs),
        waiting=_labels({line.category for line in back if line.waits} - theirs),
    )


def _tells(line: LineView, team: Team) -> bool:
    """Whether the answer is about the team, or about everybody of its agency."""
    if line.recipient_id is None:
        return line.recipient_agency_id == team.agency_id
    return line.recipient_id == team.pk


def _tells_me(line: LineView, actor: Actor) -> bool:
    """Whether the answer is about a team of the actor's, or about everybody of their agency."""
    if line.recipient_id is None:
        return line.recipient_agency_id == actor.agency_id
    return line.recipient_id in actor.team_ids


def consents_standing(person_id: int, giver_id: int, team_id: int, now: datetime) -> set[int]:
    """The consents by which the agency may tell the team anything of the person now.

    Of several answers about one recipient, category and purpose the latest counts; a later no
    about a whole agency ends a yes about its team. For the system role too.
    """
    lines = (
        ConsentLine.objects.filter(
            models.Q(recipient_id=team_id)
            | models.Q(recipient_agency__in=Team.objects.filter(pk=team_id).values("agency")),
            person_id=person_id,
            giver_id=giver_id,
            consent__given__lte=now,
        )
        .select_related("consent")
        .order_by("consent__given", "consent_id")
    )
    latest: dict[tuple[int, str, bool], ConsentLine] = {}
    for line in lines:
        wide = line.recipient_id is None
        if line.answer:
            latest[line.category, line.consent.purpose, wide] = line
            continue
        for category, purpose, about_agency in list(latest):
            ended = purpose == line.consent.purpose or line.consent.purpose == ANY_PURPOSE
            if category == line.category and ended and (wide or not about_agency):
                del latest[category, purpose, about_agency]
    return {
        line.consent_id
        for line in latest.values()
        if line.consent.until > now and line.consent.withdrawn is None
    }


def _labels(categories: Iterable[Category]) -> tuple[str, ...]:
    return tuple(str(category.label) for category in sorted(categories))
