"""What every act checks: words typed, dates, and that the stay is the trust's own."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from lintel.hospital import policy, queries
from lintel.hospital.models import Stay
from lintel.kernel import events
from lintel.kernel import once as kernel_once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.queries import reads_all
from lintel.kernel.sight.states import Category

LONGEST = 5000
NUL = "\x00"


def refuse(errors: Mapping[str, str]) -> None:
    """Raise Invalid where there is any error."""
    if found := {name: words for name, words in errors.items() if words}:
        raise Invalid(found)


def words_fault(text: str, missing: str = "", longest: int = LONGEST) -> str:
    """What is wrong with words that were typed: empty (if `missing` says so), or too long."""
    if not text.strip() and missing:
        return missing
    if len(text) > longest:
        return f"Write {longest:,} characters or fewer"
    return "Remove the character that can’t be shown" if NUL in text else ""


def choice_fault(value: str, among: Any) -> str:
    """What is wrong with a choice that isn't one."""
    return "" if value in {str(v) for v in among.values} else "Choose one of the answers"


def own_stay(actor: Actor, stay_id: int, *, going_on: bool = True) -> Stay:
    """The stay, locked, if the actor's trust holds it. Raises NotFound, Denied, Conflict (over)."""
    one = Stay.objects.select_for_update(of=("self",)).filter(pk=stay_id).first()
    if one is None:
        raise NotFound
    policy.work_on(actor, one.owner_id)
    policy.write_stay(reads_all(actor, one.person_id, one.owner_id, Category.HOSPITAL_STAY))
    policy.was_one(one.ending)
    if going_on:
        policy.still_here(one.ended)
    return one


def moment_fault(
    at: dt.datetime, one: Stay, now: dt.datetime, *, what: str, after_all: bool = True
) -> str:
    """What is wrong with a moment of a stay: ahead, before admission, or before what is noted."""
    if at > now:
        return f"{what} can’t be in the future"
    if at < one.admitted:
        return f"{what} can’t be before admission on {_said(one.admitted)}"
    last = queries.spell_before(one) if after_all else None
    if last is not None and at < last:
        return f"{what} can’t be before what was noted for {_said(last)}"
    return ""


def day_fault(day: dt.date, one: Stay, *, what: str) -> str:
    """What is wrong with a day of a stay: before admission."""
    first = timezone.localdate(one.admitted)
    if day < first:
        return f"{what} can’t be before admission on {first.day} {first:%B %Y}"
    return ""


def _said(at: dt.datetime) -> str:
    here = timezone.localtime(at)
    return f"{here.day} {here:%B %Y at %H:%M}"


def record(actor: Actor, verb: str, one: Stay, now: dt.datetime, **data: Any) -> None:
    """The event of something in a stay."""
    events.record(
        actor,
        f"hospital.{verb}",
        now=now,
        subject=("stay", one.pk),
        person_id=one.person_id,
        owner_id=one.owner_id,
        data=data,
    )


def once_only(actor: Actor, scope: str, key: str | None, work: Callable[[], Any]) -> Any:
    """Do it, once for the same key; answers what it answers (plain data)."""
    return kernel_once.run(actor, scope, key, work) if key else work()
