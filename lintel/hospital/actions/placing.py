"""Placements away: who is where, at what cost, who visits, and the plan home (seed 002)."""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from lintel.hospital import policy
from lintel.hospital.actions.checking import choice_fault, once_only, refuse, words_fault
from lintel.hospital.models import Placement
from lintel.hospital.queries.placements import team_kinds
from lintel.hospital.states import PlacedFor
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, NotFound
from lintel.kernel.sight.queries import reads_all
from lintel.kernel.sight.states import Category
from lintel.people.queries import person

# Above this somebody typed pence, or a year.
DEAREST_WEEK = 5_000_000
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\Z")


@dataclass(frozen=True, slots=True)
class Placing:
    """What is known of a placement, as typed; money in pence a week."""

    provider: str
    place: str
    reason: str
    since: dt.date
    week_pence: int
    postcode: str = ""
    why_words: str = ""
    visitor_words: str = ""
    last_visit: dt.date | None = None
    would_take: str = ""
    home_by: dt.date | None = None
    home_week_pence: int | None = None


def may_place(actor: Actor, person_id: int) -> None:
    """Whether the actor may write it, asked before they type. Raises NotFound, Denied."""
    policy.place(team_kinds(actor))
    person(actor, person_id)
    policy.write_about(reads_all(actor, person_id, actor.agency_id, Category.HOSPITAL_STAY))


def place(
    actor: Actor, *, now: dt.datetime, person_id: int, given: Placing, once: str | None = None
) -> int:
    """Note that somebody is placed away; answers the placement's number.

    Raises NotFound, Denied, Invalid, Conflict (they are placed away already).
    """
    may_place(actor, person_id)
    faults = _faults(given, now)

    def work() -> int:
        refuse(faults)
        if Placement.objects.filter(
            person_id=person_id, owner_id=actor.agency_id, until__isnull=True
        ).exists():
            raise Conflict("They are noted as placed away already. Change that placement.")
        made = Placement.objects.create(
            person_id=person_id,
            owner_id=actor.agency_id,
            recorded=now,
            recorded_by_id=actor.worker_id,
            **_values(given),
        )
        _record(actor, "placed", made, now)
        return made.pk

    made_id: int = once_only(actor, "hospital.place", once, work)
    return made_id


@transaction.atomic
def change(actor: Actor, *, now: dt.datetime, placement_id: int, given: Placing) -> None:
    """Write what is known now: a visit, the plan home, another cost.

    Raises NotFound, Denied, Invalid, Conflict (ended).
    """
    one = _own(actor, placement_id)
    refuse(_faults(given, now))
    for name, value in _values(given).items():
        setattr(one, name, value)
    one.save(update_fields=list(_values(given)))
    _record(actor, "placement_changed", one, now)


@transaction.atomic
def end(actor: Actor, *, now: dt.datetime, placement_id: int, until: dt.date, words: str) -> None:
    """Say that they came home, or where they went. Raises NotFound, Denied, Invalid, Conflict."""
    one = _own(actor, placement_id)
    refuse(
        {
            "until": "They can’t have left before they came"
            if until < one.since
            else _future(until, now),
            "words": words_fault(words, "Say where they live now", 300),
        }
    )
    one.until = until
    one.ended_words = words.strip()
    one.save(update_fields=["until", "ended_words"])
    _record(actor, "placement_ended", one, now)


def _own(actor: Actor, placement_id: int) -> Placement:
    one = (
        Placement.objects.select_for_update(of=("self",))
        .filter(pk=min(placement_id, 2**63 - 1))
        .first()
    )
    if one is None:
        raise NotFound
    policy.work_on(actor, one.owner_id)
    policy.place(team_kinds(actor))
    if one.until is not None:
        raise Conflict("This placement has ended.")
    return one


def _values(given: Placing) -> dict[str, object]:
    return {
        "provider": given.provider.strip(),
        "place": given.place.strip(),
        "postcode": given.postcode.strip().upper(),
        "reason": given.reason,
        "why_words": given.why_words.strip(),
        "since": given.since,
        "week_pence": given.week_pence,
        "visitor_words": given.visitor_words.strip(),
        "last_visit": given.last_visit,
        "would_take": given.would_take.strip(),
        "home_by": given.home_by,
        "home_week_pence": given.home_week_pence,
    }


def _faults(given: Placing, now: dt.datetime) -> dict[str, str]:
    postcode = given.postcode.strip().upper()
    return {
        "provider": words_fault(given.provider, "Say who looks after them there", 200),
        "place": words_fault(given.place, "Say in which town", 200),
        "postcode": "Enter a full postcode" if postcode and not POSTCODE.match(postcode) else "",
        "reason": choice_fault(given.reason, PlacedFor),
        "why_words": words_fault(given.why_words, longest=500),
        "since": _future(given.since, now),
        "week": _money_fault(given.week_pence),
        "visitor_words": words_fault(given.visitor_words, longest=200),
        "last_visit": _visit_fault(given, now),
        "would_take": words_fault(given.would_take),
        "home_by": "Home by can’t be before they came"
        if given.home_by and given.home_by < given.since
        else "",
        "home_week": _money_fault(given.home_week_pence or 0),
    }


def _future(day: dt.date, now: dt.datetime) -> str:
    return "The day can’t be in the future" if day > timezone.localdate(now) else ""


def _visit_fault(given: Placing, now: dt.datetime) -> str:
    if given.last_visit is None:
        return ""
    if given.last_visit < given.since:
        return "The last visit can’t be before they came"
    return _future(given.last_visit, now)


def _money_fault(pence: int) -> str:
    if pence < 0:
        return "Enter an amount of pounds"
    return "Enter what it costs a week, in pounds" if pence > DEAREST_WEEK else ""


def _record(actor: Actor, verb: str, one: Placement, now: dt.datetime) -> None:
    events.record(
        actor,
        f"hospital.{verb}",
        now=now,
        subject=("placement", one.pk),
        person_id=one.person_id,
        owner_id=one.owner_id,
    )
