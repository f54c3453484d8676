"""A catchment that sent people to the wrong team has been mended."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lintel.directory import policy
from lintel.directory.models import Misroute
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict


def settle_misroutes(
    actor: Actor, *, service_id: UUID, sector: str, until: datetime, now: datetime
) -> int:
    """Say that the service's catchment is mended for a postcode sector; how many it settles.

    `until`: the last one that the lead was shown; what came after it stays open. Raises Denied,
    and Conflict when somebody settled them meanwhile.
    """
    policy.lead(actor)
    with transaction.atomic():
        number = Misroute.objects.filter(
            service_id=service_id, sector=sector, settled_on=None, at__lte=until
        ).update(settled_on=timezone.localdate(now))
        if not number:
            raise Conflict("These were marked as settled already.")
        events.record(
            actor,
            "directory.misroutes_settled",
            now=now,
            subject=("service", service_id),
            data={"sector": sector, "number": number},
        )
    return number
