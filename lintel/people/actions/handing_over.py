"""Handing over the work with people from one worker to another."""

import datetime as dt
from collections.abc import Collection

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.queries import in_post
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid, NotFound
from lintel.people import policy
from lintel.people.models import Involvement, Patch, PatchOfficer


def hand_over_patch(
    actor: Actor,
    *,
    now: dt.datetime,
    patch_id: int,
    from_worker_id: int,
    to_worker_id: int,
    on: dt.date,
    tell: bool = True,
) -> None:
    """From the day `on` the patch is another officer's; today means now.

    `tell`: its tenants read in their own view who it is now. Raises NotFound (no such patch of
    theirs), Denied, Invalid.
    """
    patch = Patch.objects.filter(pk=patch_id).first()
    if patch is None:
        raise NotFound
    policy.hand_over(actor, [patch.team_id], patch.agency_id)
    to = _receiver(to_worker_id, from_worker_id, patch.agency_id, now)
    moment = _moment(on, now)
    held = (
        PatchOfficer.objects.select_for_update()
        .filter(patch_id=patch_id, worker_id=from_worker_id, valid__contains=moment)
        .first()
    )
    if held is None:
        raise NotFound
    after = DateTimeTZRange(moment, held.valid.upper)
    if not PatchOfficer.objects.filter(
        patch_id=patch_id, worker_id=to.pk, valid__overlap=after
    ).exists():
        PatchOfficer.objects.create(patch_id=patch_id, worker_id=to.pk, valid=after)
    held.valid = DateTimeTZRange(held.valid.lower, moment)
    held.save(update_fields=["valid"])
    events.record(
        actor,
        "people.patch_handed_over",
        now=now,
        subject=("patch", patch_id),
        owner_id=patch.agency_id,
        data={"from": from_worker_id, "to": to.pk, "on": on, "tell": tell},
    )
    messages.queue(
        to_user_id=to.user_id, template="new", link="/people/", now=now, not_before=moment
    )


def hand_over_involvements(
    actor: Actor,
    *,
    now: dt.datetime,
    involvement_ids: Collection[int],
    from_worker_id: int,
    to_worker_id: int,
    on: dt.date,
    tell: bool = True,
) -> int:
    """From the day `on` another worker is the named worker of these people; answers how many.

    What was is kept: each involvement ends and a new one begins. `tell`: they read in their own
    view who it is now. Raises NotFound when one isn't
    in sight or not the worker's (any more), Denied, Invalid.
    """
    held = list(
        Involvement.objects.select_for_update()
        .filter(pk__in=set(involvement_ids), worker_id=from_worker_id)
        .order_by("id")
    )
    moment = _moment(on, now)
    if not held or len(held) != len(set(involvement_ids)):
        raise NotFound
    if any(i.valid.upper is not None and i.valid.upper <= moment for i in held):
        raise Invalid({"on": "Choose a day before the work with these people ends"})
    agency_id = held[0].owner_id
    policy.hand_over(actor, {i.team_id for i in held}, agency_id)
    to = _receiver(to_worker_id, from_worker_id, agency_id, now)
    for old in held:
        # The new one first: once the old one ends, the lead may see neither.
        Involvement.objects.create(
            person_id=old.person_id,
            owner_id=old.owner_id,
            category=old.category,
            team_id=old.team_id,
            worker=to,
            role_words=old.role_words,
            valid=DateTimeTZRange(max(moment, old.valid.lower or moment), old.valid.upper),
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_involvement SET valid = tstzrange(lower(valid),"
            " greatest(lower(valid), %s)) WHERE id = ANY (%s)",
            [moment, [i.pk for i in held]],
        )
    for old in held:
        events.record(
            actor,
            "people.involvement_handed_over",
            now=now,
            subject=("involvement", old.pk),
            person_id=old.person_id,
            owner_id=agency_id,
            data={
                "from": from_worker_id,
                "to": to.pk,
                "on": on,
                "tell": tell,
                "category": old.category,
                "role": old.role_words,
            },
        )
    messages.queue(
        to_user_id=to.user_id, template="new", link="/people/", now=now, not_before=moment
    )
    return len(held)


def _moment(on: dt.date, now: dt.datetime) -> dt.datetime:
    """When the day begins, or now when it has begun. Raises Invalid for a day gone by."""
    if on < timezone.localdate(now):
        raise Invalid({"on": "Choose today or a day after"})
    begins = timezone.make_aware(dt.datetime.combine(on, dt.time()))
    return max(begins, now)


def _receiver(to_worker_id: int, from_worker_id: int, agency_id: int, now: dt.datetime) -> Worker:
    to: Worker | None = in_post(now).filter(pk=to_worker_id).first()
    if to is None:
        raise Invalid({"to": "Choose a worker who is in post"})
    if to.pk == from_worker_id:
        raise Invalid({"to": "Choose somebody else"})
    policy.receive(to, agency_id)
    return to
