"""The information lead of an agency: given and taken by a manager, never by oneself."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from lintel.agencies import policy, queries
from lintel.agencies.actions._members import begins, check_days
from lintel.agencies.models import Agency, RoleHeld, Worker
from lintel.agencies.states import Role
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid

LAST = "Nobody else is information lead from that day. Name another first."
LINK = "/information-leads/"
END = """
UPDATE agencies_roleheld SET valid = tstzrange(lower(valid), %(at)s)
WHERE worker_id = %(worker)s AND role = %(role)s AND lower(valid) < %(at)s
  AND (upper_inf(valid) OR upper(valid) > %(at)s)
"""
DROP = "DELETE FROM agencies_roleheld WHERE worker_id = %(worker)s AND role = %(role)s" + (
    " AND lower(valid) >= %(at)s"
)


def name_information_lead(actor: Actor, *, worker_id: int, first: date, now: datetime) -> None:
    """A worker of the actor's agency is an information lead from a day on; today means now.

    Raises Denied (no manager, or oneself) and Invalid (not in post there, a lead already, days).
    """
    policy.name_information_lead(actor, worker_id)
    with transaction.atomic():
        _locked(actor)
        errors: dict[str, str] = {}
        worker = queries.colleagues(actor, now).filter(pk=worker_id).first()
        if worker is None:
            errors["worker_id"] = "Choose a worker of the agency who is in post"
        check_days(errors, first, None, now)
        at = begins(first, now)
        held = RoleHeld.objects.filter(worker_id=worker_id, role=Role.INFORMATION_LEAD)
        if not errors and held.filter(valid__overlap=DateTimeTZRange(at, None)).exists():
            errors["worker_id"] = "They are an information lead already"
        if errors or worker is None:
            raise Invalid(errors)
        RoleHeld.objects.create(
            worker=worker, role=Role.INFORMATION_LEAD, valid=DateTimeTZRange(at, None)
        )
        _happened(actor, "agencies.information_lead_named", worker, first, now)


def end_information_lead(actor: Actor, *, worker_id: int, on: date, now: datetime) -> None:
    """A worker is no information lead any more from the day `on`; today means now.

    Raises Denied, Invalid, and Conflict when no other would be left.
    """
    policy.name_information_lead(actor, worker_id)
    with transaction.atomic():
        _locked(actor)
        errors: dict[str, str] = {}
        check_days(errors, on, None, now, "on")
        at = begins(on, now)
        worker = Worker.objects.filter(pk=worker_id, agency_id=actor.agency_id).first()
        held = RoleHeld.objects.filter(
            worker_id=worker_id,
            role=Role.INFORMATION_LEAD,
            valid__overlap=DateTimeTZRange(at, None),
        )
        if worker is None or not held.exists():
            errors.setdefault("on", "They are no information lead from that day")
        if errors or worker is None:
            raise Invalid(errors)
        others = queries.information_leads_on(actor.agency_id, on, at).exclude(pk=worker_id)
        if not others.exists():
            raise Conflict(LAST)
        values: dict[str, Any] = {"at": at, "worker": worker_id, "role": str(Role.INFORMATION_LEAD)}
        with connection.cursor() as cursor:
            cursor.execute(DROP, values)
            cursor.execute(END, values)
        _happened(actor, "agencies.information_lead_ended", worker, on, now)


def _locked(actor: Actor) -> None:
    """One change of an agency's leads at a time, so that two can't end the last two."""
    Agency.objects.select_for_update().get(pk=actor.agency_id)


def _happened(actor: Actor, verb: str, worker: Worker, on: date, now: datetime) -> None:
    """In the record; told to the worker and to every information lead of the agency."""
    events.record(
        actor,
        verb,
        now=now,
        subject=("worker", worker.pk),
        owner_id=worker.agency_id,
        data={"on": on},
    )
    leads = {one.user_id for one in queries.information_leads(worker.agency_id, now)}
    for user_id in sorted({worker.user_id, *leads}):
        messages.queue(to_user_id=user_id, template="new", link=LINK, now=now)
