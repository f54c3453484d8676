"""Housing at an assessment or a care review, in four questions (seeds 000 and 001).

Where do they live, and does it suit; what do they need; what of it is missing; anything else. A
review is corrected by a new one, and the old one stays.
"""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from lintel.hospital import policy
from lintel.hospital.actions.checking import choice_fault, once_only, refuse, words_fault
from lintel.hospital.models import Review
from lintel.hospital.queries.placements import team_kinds
from lintel.hospital.states import Need, ReviewKind
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, NotFound
from lintel.kernel.sight.queries import reads_all
from lintel.kernel.sight.states import Category
from lintel.people.queries import person

DISTRICT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\Z")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The four answers, as typed. `district`: the first half of a postcode, "" if not known."""

    kind: str
    on: dt.date
    lives_words: str
    suits: bool
    needs: Collection[str] = ()
    unmet: Collection[str] = ()
    words: str = ""
    district: str = ""


def may_review(actor: Actor, person_id: int) -> None:
    """Whether the actor may write it, asked before they type. Raises NotFound, Denied."""
    policy.review(team_kinds(actor))
    person(actor, person_id)
    policy.write_about(reads_all(actor, person_id, actor.agency_id, Category.SUPPORT_NEEDS))


def review(
    actor: Actor,
    *,
    now: dt.datetime,
    person_id: int,
    given: Reviewed,
    corrects_id: int | None = None,
    once: str | None = None,
) -> int:
    """Write a review down, or one in the place of another; answers its number.

    Raises NotFound, Denied, Invalid, Conflict (what it corrects was corrected already).
    """
    may_review(actor, person_id)
    faults = _faults(given, now)

    def work() -> int:
        refuse(faults)
        if corrects_id is not None:
            _may_correct(actor, person_id, corrects_id)
        made = Review.objects.create(
            person_id=person_id,
            owner_id=actor.agency_id,
            kind=given.kind,
            on=given.on,
            lives_words=given.lives_words.strip(),
            suits=given.suits,
            needs=_in_order(given.needs),
            unmet=_in_order(given.unmet),
            words=given.words.strip(),
            district=given.district.strip().upper(),
            by_id=actor.worker_id,
            recorded=now,
            corrects_id=corrects_id,
        )
        events.record(
            actor,
            "hospital.review_corrected" if corrects_id is not None else "hospital.reviewed",
            now=now,
            subject=("review", made.pk),
            person_id=person_id,
            owner_id=actor.agency_id,
        )
        return made.pk

    made_id: int = once_only(actor, "hospital.review", once, work)
    return made_id


def _may_correct(actor: Actor, person_id: int, corrects_id: int) -> None:
    found = Review.objects.filter(pk=corrects_id, person_id=person_id).first()
    if found is None:
        raise NotFound
    policy.work_on(actor, found.owner_id)
    if Review.objects.filter(corrects_id=corrects_id).exists():
        raise Conflict("This review was corrected already. Correct the newer one.")


def _in_order(chosen: Collection[str]) -> list[str]:
    return [need.value for need in Need if need.value in set(chosen)]


def _faults(given: Reviewed, now: dt.datetime) -> dict[str, str]:
    known = set(Need.values)
    district = given.district.strip().upper()
    return {
        "kind": choice_fault(given.kind, ReviewKind),
        "on": "The review can’t be in the future" if given.on > timezone.localdate(now) else "",
        "lives_words": words_fault(given.lives_words, "Say where they live", 500),
        "needs": "" if set(given.needs) <= known else "Choose from the list",
        "unmet": ""
        if set(given.unmet) <= set(given.needs)
        else "What is missing must be among what they need",
        "words": words_fault(given.words),
        "district": "Enter the first half of a postcode, such as TS1"
        if district and not DISTRICT.match(district)
        else "",
    }
