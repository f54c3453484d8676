"""Ready and waiting: why somebody who could leave is still here, and who could act next.

What was reported is never overwritten: a change ends one row and begins the next, a correction is
a new row that says why, and the row before it stays to be seen (MHSDS v6, "clinically ready for
discharge").
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from lintel.directory.queries.touching import areas_named
from lintel.directory.states import AreaKind
from lintel.hospital.actions.checking import (
    choice_fault,
    day_fault,
    once_only,
    own_stay,
    record,
    refuse,
    words_fault,
)
from lintel.hospital.models import Stay, Waiting
from lintel.hospital.states import Attribution, Holder, Reason
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, NotFound
from lintel.web.words import date_words

# A council's code as the ONS gives it, the only form in which a delay may be reported.
ONS_CODE = re.compile(r"[ENSW]\d{8}\Z")
COUNCIL_MISSING = "Say which council’s social care it is"
COUNCIL_UNKNOWN = "Write the council’s name as the map has it, or its code, such as E06000002"
NONE_FOR_NHS = "Leave the council empty where the delay is the NHS’s alone"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody waits, whose part that is, and who could act next, as typed."""

    reason: str
    attribution: str
    holder: str
    next_step: str
    council: str = ""
    holder_words: str = ""
    next_by: dt.date | None = None


def ready(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    since: dt.date,
    cause: Cause,
    once: str | None = None,
) -> int:
    """Note that somebody is clinically ready for discharge and waits; answers the row's number.

    Raises NotFound, Denied, Conflict (over, or waiting already), Invalid.
    """
    code, faults = _cause_faults(cause)

    def work() -> int:
        one = own_stay(actor, stay_id)
        rows = _rows(one)
        if any(r.until is None for r in rows):
            raise Conflict("They are waiting already. Change the reason instead.")
        refuse({**faults, "since": _day_fault(since, one, rows, now, "They can’t be ready")})
        made = _add(actor, one, cause, code, since=since, until=None, now=now)
        record(actor, "ready", one, now, reason=cause.reason)
        return made.pk

    made_id: int = once_only(actor, "hospital.ready", once, work)
    return made_id


def change_reason(
    actor: Actor,
    *,
    now: dt.datetime,
    stay_id: int,
    on: dt.date,
    cause: Cause,
    once: str | None = None,
) -> int:
    """Say what they wait for from a day on: the row so far ends, the next begins.

    Also for a new next step, or another who could act. Raises NotFound, Denied, Conflict (over, or
    not waiting), Invalid (also where nothing would change).
    """
    code, faults = _cause_faults(cause)

    def work() -> int:
        one = own_stay(actor, stay_id)
        current = _open(one)
        refuse(
            {
                **faults,
                "on": _span_fault(current, on, now),
                "": "" if _differs(current, cause, code) else "Nothing is changed here",
            }
        )
        current.until = on
        current.save(update_fields=["until"])
        made = _add(actor, one, cause, code, since=on, until=None, now=now)
        record(actor, "reason_changed", one, now, reason=cause.reason)
        return made.pk

    made_id: int = once_only(actor, "hospital.change_reason", once, work)
    return made_id


@transaction.atomic
def end_waiting(actor: Actor, *, now: dt.datetime, stay_id: int, on: dt.date) -> None:
    """Say that they don't wait any more, though they are still here: not ready after all.

    Discharge ends it by itself. Raises NotFound, Denied, Conflict, Invalid.
    """
    one = own_stay(actor, stay_id)
    current = _open(one)
    refuse({"on": _span_fault(current, on, now)})
    current.until = on
    current.save(update_fields=["until"])
    record(actor, "waiting_ended", one, now)


def correct_waiting(
    actor: Actor,
    *,
    now: dt.datetime,
    waiting_id: int,
    since: dt.date,
    until: dt.date | None,
    cause: Cause,
    why: str,
    once: str | None = None,
) -> int:
    """Put right what was noted of a time of waiting, openly: both rows stay, with why.

    The same day twice says that nobody waited. Raises NotFound, Denied, Conflict (corrected
    already), Invalid.
    """
    code, faults = _cause_faults(cause)
    faults["why"] = words_fault(why, "Say what was wrong", 300)

    def work() -> int:
        found = Waiting.objects.filter(pk=waiting_id).first()
        if found is None:
            raise NotFound
        one = own_stay(actor, found.stay_id, going_on=False)
        found.refresh_from_db()
        if found.superseded is not None:
            raise Conflict("This was corrected already. Correct the newer line.")
        others = [r for r in _rows(one) if r.pk != found.pk]
        refuse(
            {
                **faults,
                "since": _day_fault(since, one, [], now, "They can’t have been ready"),
                "until": _until_fault(since, until, one, now),
            }
        )
        refuse({"since": _overlap_fault(since, until, others)})
        found.superseded = now
        found.save(update_fields=["superseded"])
        made = _add(
            actor, one, cause, code, since=since, until=until, now=now, corrects=found, why=why
        )
        record(actor, "waiting_corrected", one, now)
        return made.pk

    made_id: int = once_only(actor, "hospital.correct_waiting", once, work)
    return made_id


def _rows(one: Stay) -> list[Waiting]:
    """What counts of a stay's waiting, oldest first; the stay is locked."""
    return list(Waiting.objects.filter(stay=one, superseded__isnull=True).order_by("since", "pk"))


def _open(one: Stay) -> Waiting:
    current = next((r for r in _rows(one) if r.until is None), None)
    if current is None:
        raise Conflict("Nobody noted that they are ready and waiting.")
    return current


def _add(
    actor: Actor,
    one: Stay,
    cause: Cause,
    code: str,
    *,
    since: dt.date,
    until: dt.date | None,
    now: dt.datetime,
    corrects: Waiting | None = None,
    why: str = "",
) -> Waiting:
    return Waiting.objects.create(
        person_id=one.person_id,
        owner_id=one.owner_id,
        stay=one,
        since=since,
        until=until,
        reason=cause.reason,
        attribution=cause.attribution,
        council=code,
        holder=cause.holder,
        holder_words=cause.holder_words.strip(),
        next_step=cause.next_step.strip(),
        next_by=cause.next_by,
        recorded=now,
        recorded_by_id=actor.worker_id,
        corrects=corrects,
        why=why.strip(),
    )


def _cause_faults(cause: Cause) -> tuple[str, dict[str, str]]:
    """The council's code, and what is wrong with the rest."""
    typed = " ".join(cause.council.split())
    code, council = "", ""
    if cause.attribution == Attribution.NHS:
        council = NONE_FOR_NHS if typed else ""
    elif not typed:
        council = COUNCIL_MISSING
    else:
        code = _council_code(typed)
        council = "" if code else COUNCIL_UNKNOWN
    return code, {
        "reason": choice_fault(cause.reason, Reason),
        "attribution": choice_fault(cause.attribution, Attribution),
        "council": council,
        "holder": choice_fault(cause.holder, Holder),
        "holder_words": words_fault(
            cause.holder_words, "Say who" if cause.holder == Holder.OTHER else "", 200
        ),
        "next_step": words_fault(cause.next_step, "Say what happens next", 300),
    }


def _council_code(typed: str) -> str:
    """A council by its code, or by its name as the map has it; "" for none."""
    if ONS_CODE.match(typed.upper()):
        return typed.upper()
    codes = {
        area.code
        for area in areas_named(typed)
        if area.kind == AreaKind.COUNCIL
        and area.name.casefold() == typed.casefold()
        and ONS_CODE.match(area.code)
    }
    return codes.pop() if len(codes) == 1 else ""


def _differs(current: Waiting, cause: Cause, code: str) -> bool:
    new = (
        cause.reason,
        cause.attribution,
        code,
        cause.holder,
        cause.holder_words.strip(),
        cause.next_step.strip(),
        cause.next_by,
    )
    return new != (
        current.reason,
        current.attribution,
        current.council,
        current.holder,
        current.holder_words,
        current.next_step,
        current.next_by,
    )


def _day_fault(day: dt.date, one: Stay, rows: list[Waiting], now: dt.datetime, what: str) -> str:
    """What is wrong with the day from which somebody is ready."""
    if day > timezone.localdate(now):
        return f"{what} from a day in the future"
    if fault := day_fault(day, one, what="The day they were ready"):
        return fault
    last = max((r.until for r in rows if r.until is not None), default=None)
    if last is not None and day < last:
        return f"They were noted as waiting until {date_words(last)}. Enter that day or after it"
    return ""


def _span_fault(current: Waiting, on: dt.date, now: dt.datetime) -> str:
    if on > timezone.localdate(now):
        return "The day can’t be in the future"
    if on < current.since:
        return f"The day can’t be before {date_words(current.since)}, since when they wait"
    return ""


def _until_fault(since: dt.date, until: dt.date | None, one: Stay, now: dt.datetime) -> str:
    last = timezone.localdate(one.ended or now)
    if until is None:
        return "Enter the day until which they waited: the stay has ended" if one.ended else ""
    if until < since:
        return "They can’t have waited until a day before it began"
    if until > last:
        return (
            f"The stay ended on {date_words(last)}"
            if one.ended
            else "The day can’t be in the future"
        )
    return ""


def _overlap_fault(since: dt.date, until: dt.date | None, others: list[Waiting]) -> str:
    """Two reasons at once would count the same day twice."""
    end = until or dt.date.max
    for other in others:
        if since < (other.until or dt.date.max) and other.since < end:
            ends = f"until {date_words(other.until)}" if other.until else "until now"
            return (
                f"That overlaps what was noted from {date_words(other.since)} {ends}."
                " Correct that first"
            )
    return ""
