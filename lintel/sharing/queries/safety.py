"""Records that the actor has open for safety."""

from dataclasses import dataclass
from datetime import datetime

from lintel.kernel.actor import Actor
from lintel.sharing.models import Override
from lintel.sharing.states import OverrideReason


@dataclass(frozen=True, slots=True)
class OverrideView:
    """What the actor opened for safety: whose record, why, and until when."""

    id: int
    person_id: int
    holder: str
    reason: OverrideReason
    until: datetime


def overrides_open(
    actor: Actor, *, now: datetime, person_id: int | None = None
) -> list[OverrideView]:
    """What the actor has open for safety now, about one person or about all."""
    found = Override.objects.filter(
        worker_id=actor.worker_id, opened__lte=now, until__gt=now, ended__isnull=True
    ).select_related("holder")
    if person_id is not None:
        found = found.filter(person_id=person_id)
    return [
        OverrideView(o.pk, o.person_id, o.holder.name, OverrideReason(o.reason), o.until)
        for o in found.order_by("until", "id")
    ]
