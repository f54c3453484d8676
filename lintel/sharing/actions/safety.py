"""Opening what another agency holds, for safety and without consent: short, and looked at after."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from lintel.kernel import access, clock, events, once
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.sharing import policy, queries
from lintel.sharing.actions.agreeing import ask, check_second, own_open
from lintel.sharing.models import Override
from lintel.sharing.queries import Holder
from lintel.sharing.states import LONGEST_OVERRIDE, REVIEW_WORKING_DAYS, OverrideReason
from lintel.web.words import listed

FEWEST_WORDS = 10


def open_override(
    actor: Actor,
    *,
    now: datetime,
    person_id: int,
    holder_ids: Sequence[int],
    categories: Sequence[Category],
    reason: OverrideReason,
    words: str,
    hours: int = 1,
    second_id: int | None = None,
    key: str | None = None,
) -> list[int]:
    """See what these agencies hold about a person, for some hours; answers the overrides' ids.

    As far as the agreement lets each agency tell the actor's in an emergency. What needs a second
    worker stays shut until they agree (`actions.answer_ask`); the rest opens at once. The person
    must be in sight already: this opens more about them and never says who is known. A job tells
    the information leads and those who work with the person. Raises NotFound and Invalid
    (holders, categories, words, hours, second).
    """
    policy.in_person(actor)
    people.person(actor, person_id)
    holders = queries.emergency_holders(actor, now=now, ids=holder_ids)
    _check(actor, holders, categories, words, hours)
    chosen = {h: sorted(h.categories & set(categories)) for h in holders}
    second = any(h.second & set(categories) for h in holders)
    if second:
        check_second(actor, now=now, second_id=second_id)

    def work() -> list[int]:
        made = []
        for holder, seen in chosen.items():
            override = _made(actor, now, person_id, holder, seen, reason, words, hours)
            made.append(override.pk)
            if override.second and second_id:
                ask(actor, now=now, override=override, second_id=second_id)
        access.record_each(
            actor,
            AccessVerb.OVERRODE,
            now=now,
            person_id=person_id,
            seen=[
                # What was typed stands with the override, where it can be erased (docs/adr/0027).
                access.Seen(h.id, [Category.IDENTITY, *seen], str(reason.label))
                for h, seen in chosen.items()
            ],
            purpose=str(reason.label),
            page="safety",
        )
        return made

    with transaction.atomic():
        made = once.run(actor, "sharing.override", key, work) if key else work()
    return list(made)


def end_override(actor: Actor, *, now: datetime, override_id: int) -> int:
    """Close what the actor opened before its time; answers the person's id.

    Raises NotFound for somebody else's, and Conflict when it is over.
    """
    with transaction.atomic():
        found = own_open(actor, now=now, override_id=override_id)
        if found is None:
            raise Conflict("It is closed already.")
        Override.objects.filter(pk=found.pk).update(ended=now)
        events.record(
            actor,
            "sharing.override_ended",
            now=now,
            subject=("override", found.pk),
            person_id=found.person_id,
            owner_id=found.holder_id,
        )
    return found.person_id


def _made(
    actor: Actor,
    now: datetime,
    person_id: int,
    holder: Holder,
    seen: Sequence[Category],
    reason: OverrideReason,
    words: str,
    hours: int,
) -> Override:
    override = Override.objects.create(
        person_id=person_id,
        worker_id=actor.worker_id,
        holder_id=holder.id,
        categories=sorted({Category.IDENTITY, *seen}),
        second=sorted(holder.second & set(seen)),
        reason=reason,
        words=words,
        opened=now,
        until=now + timedelta(hours=hours),
        review_due=clock.add_working_days(now, REVIEW_WORKING_DAYS),
    )
    events.record(
        actor,
        "sharing.overridden",
        now=now,
        subject=("override", override.pk),
        person_id=person_id,
        owner_id=holder.id,
        data={"reason": str(reason), "hours": hours},
    )
    return override


def _check(
    actor: Actor, holders: list[Holder], categories: Sequence[Category], words: str, hours: int
) -> None:
    wrong: dict[str, str] = {}
    asked = set(categories)
    nothing = [h.name for h in holders if not h.categories & asked]
    if not holders:
        wrong["holders"] = "Choose whose record you need to see"
    elif asked and nothing:
        wrong["holders"] = f"What you chose isn’t for {listed(nothing)} to tell you"
    left = asked - {c for h in holders for c in h.categories}
    if not asked:
        wrong["categories"] = "Choose what you need to see"
    elif holders and not nothing and left:
        said = listed([str(c.label) for c in sorted(left)])
        wrong["categories"] = f"The agreement doesn’t let them tell you about: {said}"
    if len(words.strip()) < FEWEST_WORDS:
        wrong["words"] = "Say what has happened, and why you can’t wait for consent"
    if not timedelta(0) < timedelta(hours=hours) <= LONGEST_OVERRIDE:
        wrong["hours"] = "Choose between 1 and 24 hours"
    if wrong:
        raise Invalid(wrong)
