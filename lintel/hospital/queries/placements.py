"""Reads of placements away: one person's, and the group picture."""

import datetime as dt
from dataclasses import dataclass, replace

from django.utils import timezone

from lintel.agencies.models import Team
from lintel.directory.queries.distance import miles_between
from lintel.hospital import figures
from lintel.hospital.models import Placement
from lintel.hospital.queries.waiting import days_of
from lintel.hospital.states import PlacedFor
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.people.queries import home_postcodes

# A visit less often than this stands out on the list.
VISIT_DAYS = 28


@dataclass(frozen=True, slots=True)
class PlacementView:
    """Somebody placed away; money in pence."""

    id: int
    person_id: int
    person: str
    owner_id: int
    owner: str
    provider: str
    place: str
    postcode: str
    reason: str
    reason_words: str
    why_words: str
    since: dt.date
    until: dt.date | None
    days: int
    week_pence: int
    year_pence: int
    visitor: str
    last_visit: dt.date | None
    visit_late: bool
    would_take: str
    home_by: dt.date | None
    home_late: bool
    home_week_pence: int | None
    ended_words: str
    # From the person's present home, where both postcodes are known; and who says where that is.
    miles: int | None = None
    home_owner_id: int | None = None


def team_kinds(actor: Actor) -> set[str]:
    """What the actor's teams do."""
    return set(Team.objects.filter(pk__in=actor.team_ids).values_list("kind", flat=True))


def placed(
    actor: Actor, *, now: dt.datetime, person_id: int | None = None, past: bool = False
) -> list[PlacementView]:
    """Who is placed away in the actor's sight, the longest first; three queries."""
    found = Placement.objects.select_related("person", "owner", "visitor").order_by("since", "pk")
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if not past:
        found = found.filter(until__isnull=True)
    return _measured([_view(p, now) for p in found], now)


def placement(actor: Actor, placement_id: int, *, now: dt.datetime) -> PlacementView:
    """One placement. Raises NotFound."""
    found = (
        Placement.objects.select_related("person", "owner", "visitor")
        .filter(pk=min(placement_id, 2**63 - 1))
        .first()
    )
    if found is None:
        raise NotFound
    return _measured([_view(found, now)], now)[0]


def group(rows: list[PlacementView]) -> figures.Away:
    """The group picture of these placements."""
    return figures.away([(r.week_pence, r.home_week_pence) for r in rows])


def _measured(rows: list[PlacementView], now: dt.datetime) -> list[PlacementView]:
    """With how far away they are; of placements that go on alone: homes change."""
    homes = home_postcodes(
        {r.person_id for r in rows if r.until is None and r.postcode}, timezone.localdate(now)
    )
    pairs = {r.id: (homes[r.person_id][0], r.postcode) for r in rows if r.person_id in homes}
    miles = miles_between(set(pairs.values()))
    return [
        replace(r, miles=miles[pairs[r.id]], home_owner_id=homes[r.person_id][1])
        if r.until is None and pairs.get(r.id) in miles
        else r
        for r in rows
    ]


def _view(p: Placement, now: dt.datetime) -> PlacementView:
    today = timezone.localdate(now)
    going_on = p.until is None
    return PlacementView(
        id=p.pk,
        person_id=p.person_id,
        person=p.person.name,
        owner_id=p.owner_id,
        owner=p.owner.name,
        provider=p.provider,
        place=p.place,
        postcode=p.postcode,
        reason=p.reason,
        reason_words=PlacedFor(p.reason).label,
        why_words=p.why_words,
        since=p.since,
        until=p.until,
        days=days_of(p.since, p.until, today),
        week_pence=p.week_pence,
        year_pence=figures.year_pence(p.week_pence),
        visitor=p.visitor.name if p.visitor else p.visitor_words,
        last_visit=p.last_visit,
        visit_late=going_on and (today - (p.last_visit or p.since)).days > VISIT_DAYS,
        would_take=p.would_take,
        home_by=p.home_by,
        home_late=going_on and p.home_by is not None and p.home_by < today,
        home_week_pence=p.home_week_pence,
        ended_words=p.ended_words,
    )
