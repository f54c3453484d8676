"""What a reorganisation of teams leaves to say on the desks that it moved.

The rows have been moved already, by the database (config, `reorganise`). Whoever sent an open
request is told; the sender of a masked one is told nothing, whoever has it (docs/adr/0009).
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from lintel.kernel import events
from lintel.kernel.actor import Actor, as_system
from lintel.requests import moves, notices, routing, tell
from lintel.requests.models import Handling, Step
from lintel.requests.states import OPEN_STATES, NoticeCode, State, Verb

MOVED_HERE = "Came here when teams were reorganised."


@transaction.atomic
def desks_moved(actor: Actor, *, request_ids: Collection[int], words: str, now: datetime) -> int:
    """Write a step on each desk that is open, and tell the senders of open threads; how many."""
    with as_system():
        desks = list(
            Handling.objects.filter(request_id__in=request_ids, state__in=sorted(OPEN_STATES))
            .select_related("team__agency")
            .order_by("id")
        )
        Step.objects.bulk_create(
            Step(
                request_id=desk.request_id,
                verb=Verb.HAND_OVER,
                from_state=desk.state,
                to_state=desk.state,
                team_id=desk.team_id,
                by_id=actor.worker_id,
                at=now,
                words=words,
            )
            for desk in desks
        )
        for desk in desks:
            if not desk.masked:
                where = f"Now with {desk.team.name}, {desk.team.agency.name}. {words}"
                notices.write(desk, NoticeCode.REDIRECTED, now=now, words=where)
    for desk in desks:
        events.record(
            actor,
            "requests.desk_reorganised",
            now=now,
            subject=("request", desk.request_id),
            owner_id=desk.team.agency_id,
            data={"team": desk.team_id},
        )
    return len(desks)


@transaction.atomic
def moved_to_shop(*, request_ids: Collection[int], now: datetime) -> int:
    """Begin anew at the one-stop shop that covers the address; how many.

    For masked requests of which a sender would have come to sit at the desk. What is over only
    lies there.
    """
    with as_system():
        desks = list(Handling.objects.filter(request_id__in=request_ids).order_by("id"))
        for desk in desks:
            desk.team = routing.shop_for(desk.about_postcode, now) or desk.team
            if desk.state not in OPEN_STATES:
                desk.save(update_fields=["team"])
                continue
            before, desk.state = desk.state, State.RECEIVED
            desk.acknowledged = None
            desk.arrived = now
            desk.route_words = MOVED_HERE
            moves.start_clock(desk, now)
            desk.version += 1
            desk.save()
            Step(
                request_id=desk.request_id,
                verb=Verb.ARRIVE,
                from_state=before,
                to_state=desk.state,
                team_id=desk.team_id,
                at=now,
                words=MOVED_HERE,
            ).save(force_insert=True)
            tell.desk(desk, now)
            moves.record(desk, "requests.arrived", actor=None, now=now)
    return len(desks)
