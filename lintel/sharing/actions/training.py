"""Training is recorded for others, one or many at a time, and ended with a reason.

Sight follows in the same transaction, by the triggers on the table. Nobody certifies themselves:
row security says so as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.sharing import policy
from lintel.sharing.models import Training
from lintel.sharing.queries.loop import training_kept
from lintel.sharing.states import LONGEST_TRAINING

AT_MOST = 1000
LOOP_LINK = "/loop/"


@dataclass(frozen=True, slots=True)
class Done:
    """One worker's training, as it was done."""

    worker_id: int
    course: str
    done_on: date
    until: date


def record_training(
    actor: Actor,
    *,
    worker_ids: Sequence[int],
    course: str,
    done_on: date,
    until: date,
    now: datetime,
) -> int:
    """Record one course for some workers; answers for how many.

    Raises Denied (for who keeps nobody's training) and Invalid: a worker whom the actor doesn't
    keep, oneself among them, no course, days that can't be.
    """
    return record_trainings(
        actor,
        done=[Done(one, course, done_on, until) for one in dict.fromkeys(worker_ids)],
        now=now,
    )


def record_trainings(actor: Actor, *, done: Sequence[Done], now: datetime) -> int:
    """Record what each of these workers has done: all, or nothing. As `record_training`."""
    policy.keep_training(actor)
    if not done:
        raise Invalid({"worker_ids": "Choose who has done the training"})
    if len(done) > AT_MOST:
        raise Invalid({"worker_ids": f"Record at most {AT_MOST} at a time"})
    faults: dict[str, str] = {}
    for one in done:
        faults |= training_faults(one, now)
    with transaction.atomic():
        workers = {
            w.pk: w for w in training_kept(actor, now).filter(pk__in={d.worker_id for d in done})
        }
        if {one.worker_id for one in done} - workers.keys():
            faults["worker_ids"] = "Choose workers whose training you keep. Never your own"
        if faults:
            raise Invalid(faults)
        Training.objects.bulk_create(
            Training(
                worker_id=one.worker_id,
                course=one.course.strip(),
                done_on=one.done_on,
                until=one.until,
                recorded=now,
                recorded_by_id=actor.worker_id,
            )
            for one in done
        )
        for one in done:
            events.record(
                actor,
                "sharing.training_recorded",
                now=now,
                subject=("worker", one.worker_id),
                owner_id=actor.agency_id,
                data={"course": one.course, "done_on": one.done_on, "until": one.until},
            )
        for worker in workers.values():
            messages.queue(to_user_id=worker.user_id, template="new", link=LOOP_LINK, now=now)
    return len(done)


def end_training(actor: Actor, *, training_id: int, words: str, now: datetime) -> Worker:
    """Say that a training doesn't count (any more), and why; answers whose it was.

    From this moment: sight goes with it. Raises NotFound, Denied, Invalid without a reason,
    Conflict when it was ended or is out of date already.
    """
    policy.keep_training(actor)
    if len(words.strip()) < 5:
        raise Invalid({"words": "Say why it doesn’t count, for example “recorded by mistake”"})
    if len(words) > 500:
        raise Invalid({"words": "Use 500 characters or fewer"})
    with transaction.atomic():
        found = (
            Training.objects.select_for_update(of=("self",))
            .filter(pk=training_id, worker__in=training_kept(actor, now).order_by().values("pk"))
            .select_related("worker")
            .first()
        )
        if found is None:
            raise NotFound
        today = timezone.localdate(now)
        if found.ended is not None or found.until <= today:
            raise Conflict("This training is out of date already.")
        found.until = max(found.done_on, today)
        found.ended, found.ended_by_id, found.ended_words = now, actor.worker_id, words.strip()
        found.save(update_fields=["until", "ended", "ended_by", "ended_words"])
        events.record(
            actor,
            "sharing.training_ended",
            now=now,
            subject=("worker", found.worker_id),
            owner_id=actor.agency_id,
            data={"training": found.pk, "words": words.strip()},
        )
        messages.queue(to_user_id=found.worker.user_id, template="new", link=LOOP_LINK, now=now)
    return found.worker


def training_faults(one: Done, now: datetime) -> dict[str, str]:
    """What of a training can't be, by field."""
    faults = {}
    if not one.course.strip():
        faults["course"] = "Enter the course"
    elif len(one.course) > 200:
        faults["course"] = "Use 200 characters or fewer for the course"
    if one.done_on > timezone.localdate(now):
        faults["done_on"] = "The day on which it was done is in the future"
    if one.until <= one.done_on:
        faults["until"] = "It must last until a day after it was done"
    elif one.until - one.done_on > LONGEST_TRAINING:
        faults["until"] = "Training lasts three years at most"
    return faults
