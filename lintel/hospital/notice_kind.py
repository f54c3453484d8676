"""The advance notice as a kind of request: from a ward to a council, before discharge.

Housing Act 1996, s.213B: the person agrees to the referral, chooses the authority, and agrees to
their contact details being given. The letter's own fields, in `extra`, all texts: `reason`,
`duty`, `contact`, `discharge` (an ISO date); and, only where the person agreed, `vulnerability`
and `suitable` (seed 001, advance notification).
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from lintel.agencies.states import TeamKind
from lintel.hospital.states import Duty, NoticeReason
from lintel.kernel.clock import calendar
from lintel.requests import kinds
from lintel.requests.states import UNDECIDED, Decision, State, Urgency
from lintel.web.words import count_words, date_words

NOTICE = "notice"
# By this many working days before discharge an answer must be there.
BEFORE = 2
NINE = time(9)
SENDERS = frozenset({TeamKind.WARD, TeamKind.DISCHARGE, TeamKind.CMHT, TeamKind.CRISIS})
# Where nothing is awaited on the desk any more.
OVER = frozenset({State.CLOSED, State.WITHDRAWN})
LABELS = {
    "reason": "Why they need your help",
    "discharge": "Expected to leave hospital",
    "contact": "How to reach them",
    "duty": "Duty to refer",
    "vulnerability": "Why they may be vulnerable",
    "suitable": "What would be suitable",
}
MINIMUM = (
    "That you are told their name, how to reach them, and why. They chose your council. "
    "Nothing about their health was agreed to: ask them."
)
MORE = (
    "That you are told their name, how to reach them, why, and what is written here beyond that. "
    "They chose your council."
)


def discharge(extra: Mapping[str, Any]) -> date | None:
    """The expected discharge in a letter's `extra`."""
    try:
        return date.fromisoformat(str(extra.get("discharge", "")))
    except ValueError:
        return None


def latest(extra: Mapping[str, Any]) -> datetime | None:
    """When an answer must be there: at nine, two working days before the expected discharge."""
    day = discharge(extra)
    if day is None:
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


def days_words(expected: date, now: datetime) -> str:
    """How far discharge is, in days."""
    left = (expected - timezone.localdate(now)).days
    if left == 0:
        return "discharge is today"
    if left == 1:
        return "discharge is tomorrow"
    if left > 1:
        return f"{left:,} days to discharge"
    return f"the date passed {count_words(-left, 'day')} ago"


def clock(
    expected: date, now: datetime, *, answered: bool, stopped: bool = False
) -> dict[str, str]:
    """{"words", "state"} for `ui.clock`: it runs towards discharge, and hurries two days before."""
    words = days_words(expected, now)
    if stopped:
        return {"words": "stopped", "state": "stopped"}
    if answered:
        return {"words": words, "state": "running"}
    hurry = latest({"discharge": expected.isoformat()})
    late = hurry is not None and hurry <= now
    state = "late" if expected < timezone.localdate(now) else "soon" if late else "running"
    return {"words": f"{words}, no answer yet", "state": state}


def own_clock(extra: Mapping[str, Any], now: datetime, state: str) -> dict[str, str] | None:
    """The clock towards discharge on the desk's list and page; none where nothing is awaited."""
    day = discharge(extra)
    if day is None or state in OVER:
        return None
    shown = clock(day, now, answered=state not in UNDECIDED)
    return {**shown, "for": "Discharge", "short": days_words(day, now)}


def rows(extra: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the letter holds, as both desks read it: what the person agreed to and no more."""
    told = {name: str(extra.get(name, "")) for name in LABELS}
    words = {
        **told,
        "reason": _label(NoticeReason, told["reason"]),
        "duty": _label(Duty, told["duty"]),
        "discharge": date_words(discharge(extra), weekday=True),
    }
    found = [(label, words[name]) for name, label in LABELS.items() if words[name]]
    more = told["vulnerability"] or told["suitable"]
    return [*found, ("What they agreed to", MORE if more else MINIMUM)]


def _label(kind: type[NoticeReason] | type[Duty], value: str) -> str:
    return str(kind(value).label) if value in kind.values else value


def register() -> None:
    """Declare the kind."""
    kinds.register(
        kinds.KindRule(
            kind=NOTICE,
            label="Advance notice",
            masked=False,
            routing=kinds.Routing.CHOSEN,
            required=frozenset(
                {"seen", "urgency", "to_team_id", "consent_id"}
                | {"reason", "duty", "contact", "discharge"}
            ),
            optional=frozenset({"vulnerability", "suitable", "asked_for"}),
            raised_by=SENDERS,
            decisions=frozenset({Decision.ACTING, Decision.ADVICE, Decision.NOT_FOR_US}),
            latest=latest,
            rows=rows,
            own_clock=own_clock,
            answer_page=("notices:answer", "Answer the notice"),
        )
    )
