"""What the person was told, for their own view. Row security decides who reads it."""

import datetime as dt
from dataclasses import dataclass

from lintel.kernel.sight.states import Category
from lintel.plans.models import Told


@dataclass(frozen=True, slots=True)
class ToldView:
    """Something that the person is told, by an agency."""

    id: int
    words: str
    by: str
    category: Category
    told: dt.datetime


def told(person_id: int, *, limit: int = 50) -> list[ToldView]:
    """What the person was told, newest first. In the person's own view, or a worker's in sight."""
    rows = Told.objects.filter(person_id=person_id).select_related("owner")
    return [
        ToldView(row.pk, row.words, row.owner.name, Category(row.category), row.told)
        for row in rows.order_by("-told", "-id")[:limit]
    ]
