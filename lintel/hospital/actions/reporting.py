"""Making a report: figures kept as they were, so that what is corrected later can be said."""

import datetime as dt

from lintel.hospital.actions.checking import once_only
from lintel.hospital.models import Report
from lintel.hospital.queries import figures as queries
from lintel.kernel import events
from lintel.kernel.actor import Actor


def make_report(
    actor: Actor, *, now: dt.datetime, first: dt.date, until: dt.date, once: str | None = None
) -> int:
    """Keep the figures of a span as a report; answers its number. Raises Denied."""
    found = queries.figures(actor, first=first, until=until)

    def work() -> int:
        made = Report.objects.create(
            made=now,
            made_by_id=actor.worker_id,
            first=first,
            until=until,
            scope=queries.scope(actor),
            figures=queries.packed(found),
        )
        events.record(
            actor,
            "hospital.report_made",
            now=now,
            subject=("report", made.pk),
            person_id=None,
            owner_id=actor.agency_id,
            data={},
        )
        return made.pk

    number: int = once_only(actor, "hospital.report", once, work)
    return number
