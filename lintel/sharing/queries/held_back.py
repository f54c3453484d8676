"""The notes that a person doesn't see, because reading them could do serious harm."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet

from lintel.agencies.models import Team
from lintel.agencies.states import HEALTH_TEAMS
from lintel.kernel.actor import Actor
from lintel.sharing.models import HeldBack


@dataclass(frozen=True, slots=True)
class HeldView:
    """One note that is held back now, for workers who see it."""

    id: int
    person_id: int
    note_id: int
    owner_id: int
    reason: str
    held: dt.datetime
    held_by: str
    held_by_id: int
    review_on: dt.date


def held_back(actor: Actor, person_id: int) -> dict[int, HeldView]:
    """The notes of a person that are held back now, by the note's number; as far as in sight."""
    return {view.note_id: view for view in _views(HeldBack.objects.filter(person_id=person_id))}


def held_by_me(actor: Actor, *, until: dt.date | None = None) -> list[HeldView]:
    """What the actor holds back and still sees; `until`: whose review is due by that day."""
    found = HeldBack.objects.filter(held_by_id=actor.worker_id)
    if until is not None:
        found = found.filter(review_on__lte=until)
    return list(_views(found))


def is_clinician(actor: Actor) -> bool:
    """Whether the actor works in a health team of their agency."""
    return Team.objects.filter(
        pk__in=actor.team_ids, agency_id=actor.agency_id, kind__in=HEALTH_TEAMS
    ).exists()


def _views(found: QuerySet[HeldBack]) -> Iterable[HeldView]:
    rows = found.filter(released__isnull=True).annotate(who=F("held_by__name"))
    for row in rows.order_by("review_on", "pk"):
        yield HeldView(
            id=row.pk,
            person_id=row.person_id,
            note_id=row.note_id,
            owner_id=row.owner_id,
            reason=row.reason,
            held=row.held,
            held_by=row.who,
            held_by_id=row.held_by_id,
            review_on=row.review_on,
        )
