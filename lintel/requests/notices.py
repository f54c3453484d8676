"""What the sender is told of what happened on the desk: one place, so that one place can leak.

For a masked request a notice is its code and the time at which it is shown, and for a question
the keys of standard questions; row security refuses any more (migration 0004).
"""

from collections.abc import Sequence
from datetime import datetime

from lintel.requests import clocks, tell
from lintel.requests.kinds import rule_of
from lintel.requests.models import Handling, Notice
from lintel.requests.states import NoticeCode, Urgency


def write(
    handling: Handling,
    code: NoticeCode,
    *,
    now: datetime,
    words: str = "",
    decision: str = "",
    questions: Sequence[str] = (),
    by_mail: bool = True,
) -> datetime | None:
    """Write a notice and queue its e-mail; answer when it is shown, or None if it may not be told.

    `words` and `decision` are left out for a masked request, whatever the caller gave.
    """
    if not rule_of(handling.kind).learns(code, masked=handling.masked):
        return None
    show_from = shown_from(handling, code, now)
    Notice(
        request_id=handling.request_id,
        sender_worker_id=handling.sender_worker_id,
        sender_team_id=handling.sender_team_id,
        code=code,
        words="" if handling.masked else words,
        decision="" if handling.masked else decision,
        questions=list(questions),
        show_from=show_from,
    ).save(force_insert=True)
    if by_mail:
        tell.sender(handling, now, not_before=show_from)
    return show_from


def shown_from(handling: Handling, code: NoticeCode, now: datetime) -> datetime:
    """When the sender may see it: at once in an open thread, at a set time in a masked one."""
    if not handling.masked:
        return now
    if code is NoticeCode.RECEIVED:
        return clocks.received_shown(handling.sent)
    if code is NoticeCode.OVERDUE:
        return now
    return clocks.masked_shown(Urgency(handling.urgency), handling.sent, now)
