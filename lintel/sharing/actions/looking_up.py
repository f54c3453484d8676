"""A look-up in the access record is itself in the access record."""

from datetime import datetime

from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.states import AccessVerb
from lintel.sharing import policy, queries
from lintel.sharing.queries import Filters, RecordPage


def look_up_person(
    actor: Actor,
    *,
    now: datetime,
    person_id: int,
    filters: Filters,
    before: int | None = None,
    copy: bool = False,
) -> RecordPage:
    """Who saw what of a person; `copy`: all of it, to take away.

    Raises Denied for who is no information lead, NotFound for a person about whom the lead's
    agency holds nothing.
    """
    policy.look_up(actor)
    queries.known(actor, person_id)
    page = queries.record_of_person(
        actor,
        person_id=person_id,
        filters=filters,
        before=before,
        **({"limit": queries.EXPORT_ROWS} if copy else {}),
    )
    access.record(
        actor,
        AccessVerb.EXPORTED if copy else AccessVerb.LOOKED_UP,
        now=now,
        person_id=person_id,
        owner_id=actor.agency_id,
        categories=[],
        why="the worker is an information lead of the agency",
        page="access record of a person",
    )
    return page


def look_up_worker(
    actor: Actor,
    *,
    now: datetime,
    worker_id: int,
    filters: Filters,
    before: int | None = None,
    copy: bool = False,
) -> RecordPage:
    """Whom a worker of the lead's agency saw. Raises Denied and NotFound."""
    policy.look_up(actor)
    queries.worker(actor, worker_id)
    page = queries.record_of_worker(
        actor,
        worker_id=worker_id,
        filters=filters,
        before=before,
        **({"limit": queries.EXPORT_ROWS} if copy else {}),
    )
    access.record(
        actor,
        AccessVerb.EXPORTED if copy else AccessVerb.LOOKED_UP,
        now=now,
        person_id=None,
        owner_id=actor.agency_id,
        categories=[],
        why="the worker is an information lead of the agency",
        purpose=f"what worker {worker_id} saw",
        page="access record of a worker",
    )
    return page
