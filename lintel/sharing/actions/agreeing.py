"""The second worker: asked by name, told at once; nobody else can answer for them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from lintel.agencies.models import Worker
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.sharing import policy, queries
from lintel.sharing.models import Override, OverrideAsk

LATE = "It is too late to answer: it is over, or somebody else has answered."
WHY_NOT = "Say why not, so that they know what to do instead"


def own_open(actor: Actor, *, now: datetime, override_id: int) -> Override | None:
    """What the actor opened, locked; None when it is over. Raises NotFound for any other's.

    What was closed can't be locked: row security lets nobody change it again.
    """
    mine = Override.objects.filter(pk=override_id, worker_id=actor.worker_id)
    if not mine.exists():
        raise NotFound
    return mine.filter(until__gt=now).select_for_update(of=("self",)).first()


def check_second(actor: Actor, *, now: datetime, second_id: int | None) -> Worker:
    """The worker who is to agree. Raises Invalid (second) for nobody who may."""
    able = queries.seconds(actor, now=now)
    if not able:
        raise Invalid(
            {
                "second": "Nobody at your agency can agree to this now: leave out what needs a"
                " second worker"
            }
        )
    found = next((w for w in able if w.pk == second_id), None)
    if found is None:
        raise Invalid({"second": "Choose who at your agency can agree to it now"})
    return found


def ask(actor: Actor, *, now: datetime, override: Override, second_id: int) -> int:
    """Ask a worker, checked before, to agree; they are told. Answers the ask's id."""
    second = Worker.objects.get(pk=second_id)
    made = OverrideAsk.objects.create(
        override=override, asked=second, asked_by_id=actor.worker_id, at=now
    )
    events.record(
        actor,
        "sharing.override_asked",
        now=now,
        subject=("override", override.pk),
        person_id=override.person_id,
        owner_id=override.holder_id,
        data={"worker": second.pk},
    )
    messages.queue(
        to_user_id=second.user_id, template="due", link=f"/safety/asks/{made.pk}/", now=now
    )
    return int(made.pk)


def ask_another(actor: Actor, *, now: datetime, override_id: int, second_id: int | None) -> int:
    """Ask somebody else, where who was asked doesn't answer.

    Raises NotFound for what the actor didn't open, Invalid (second), and Conflict when it is
    over, agreed to or refused: a no is not asked about again.
    """
    policy.in_person(actor)
    with transaction.atomic():
        found = own_open(actor, now=now, override_id=override_id)
        if found is None or not found.second or found.authorised is not None:
            raise Conflict("There is nothing left to agree to.")
        asked = list(OverrideAsk.objects.filter(override=found))
        if any(a.yes is False for a in asked):
            raise Conflict("It was refused. Open it again only if something has changed.")
        second = check_second(actor, now=now, second_id=second_id)
        if any(a.asked_id == second.pk for a in asked):
            raise Invalid({"second": "You asked them already. Ring them, or choose somebody else"})
        return ask(actor, now=now, override=found, second_id=int(second.pk))


def answer_asks(
    actor: Actor, *, now: datetime, ask_ids: Sequence[int], agree: bool, words: str = ""
) -> None:
    """The second worker's own answer; a yes opens what needed it. Who asked is told at once.

    Raises NotFound for what the actor isn't asked, Invalid (words) for a no without a reason, and
    Conflict when it is too late.
    """
    policy.in_person(actor)
    waiting = [one for number in ask_ids for one in queries.asks(actor, number)]
    if not waiting:
        raise NotFound
    if not agree and not words.strip():
        raise Invalid({"words": WHY_NOT})
    with transaction.atomic():
        for one in waiting:
            _answer(actor, one.id, agree, words.strip())
            row = OverrideAsk.objects.select_related("asked_by").get(pk=one.id)
            events.record(
                actor,
                "sharing.override_agreed" if agree else "sharing.override_refused",
                now=now,
                subject=("override", one.override_id),
                owner_id=one.holder_id,
            )
            messages.queue(
                to_user_id=row.asked_by.user_id,
                template="new",
                link=f"/safety/{one.override_id}/",
                now=now,
            )


def _answer(actor: Actor, ask_id: int, agree: bool, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT override_answer(%s, %s, %s)", [ask_id, agree, words])
        (counted,) = cursor.fetchone()
    if not counted:
        raise Conflict(LATE)


def hand_over_safety(actor: Actor, *, now: datetime, worker_id: int) -> None:
    """A worker leaves: close what they opened for safety, and ask others where they were asked.

    The database does nothing for who may not see them out, and tells who does it nothing.
    What waits to be authorised on another basis needs nothing: it waits for whoever has the role.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT override_close_of(%s)", [worker_id])
            cursor.execute("SELECT ask_id, user_id FROM override_hand_over(%s)", [worker_id])
            asked = cursor.fetchall()
        for ask_id, user_id in asked:
            messages.queue(
                to_user_id=user_id, template="due", link=f"/safety/asks/{ask_id}/", now=now
            )
