"""A worker has read that something is no longer shared with them."""

from datetime import datetime

from lintel.kernel.actor import Actor
from lintel.sharing import policy
from lintel.sharing.models import NoLonger


def read_no_longer(actor: Actor, *, now: datetime) -> int:
    """Mark all lines of the actor's as read; answers how many were new."""
    policy.in_person(actor)
    return NoLonger.objects.filter(worker=actor.worker_id, read__isnull=True).update(read=now)
