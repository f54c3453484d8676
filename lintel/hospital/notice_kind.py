"""The advance notice as a kind of request: from a ward to a council, before discharge.

Housing Act 1996, s.213B: the person agrees to the referral, chooses the authority, and agrees to
their contact details being given. The letter's own fields, in `extra`, all texts: `reason`,
`duty`, `contact`, `discharge` (an ISO date); and, only where the person agreed, `vulnerability`
and `suitable` (seed 001, advance notification).
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from lintel.agencies.states import TeamKind
from lintel.kernel.clock import calendar
from lintel.requests import kinds
from lintel.requests.states import Decision, Urgency

NOTICE = "notice"
# By this many working days before discharge an answer must be there.
BEFORE = 2
NINE = time(9)


def latest(extra: Mapping[str, Any]) -> datetime | None:
    """When an answer must be there: at nine, two working days before the expected discharge."""
    try:
        day = date.fromisoformat(str(extra.get("discharge", "")))
    except ValueError:
        return None
    cal = calendar()
    left = BEFORE
    while left:
        day -= timedelta(days=1)
        left -= cal.is_working_day(day)
    return cal.at(day, NINE)


def urgency(now: datetime, discharge: date) -> Urgency:
    """How soon somebody must look: it follows from the days that are left."""
    days = (discharge - calendar().local(now).date()).days
    if days <= 2:
        return Urgency.URGENT
    return Urgency.SOON if days <= 10 else Urgency.ROUTINE


def register() -> None:
    """Declare the kind."""
    kinds.register(
        kinds.KindRule(
            kind=NOTICE,
            label="Advance notice before discharge",
            masked=False,
            routing=kinds.Routing.CHOSEN,
            required=frozenset(
                {"seen", "urgency", "to_team_id", "consent_id"}
                | {"reason", "duty", "contact", "discharge"}
            ),
            optional=frozenset({"vulnerability", "suitable", "asked_for"}),
            raised_by=frozenset(
                {TeamKind.WARD, TeamKind.DISCHARGE, TeamKind.CMHT, TeamKind.CRISIS}
            ),
            decisions=frozenset({Decision.ACTING, Decision.ADVICE, Decision.NOT_FOR_US}),
            latest=latest,
        )
    )
