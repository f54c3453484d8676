"""What every write about an entry begins and ends with."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from lintel.directory import policy
from lintel.directory.models import Service, Version
from lintel.directory.states import VERSION_MOVES, VersionMove, VersionState
from lintel.kernel import messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, NotFound

MINE = "/directory/mine/"
MOVED_ON: dict[VersionMove, str] = {
    VersionMove.SEND: "This version has been sent or settled already.",
    VersionMove.PUBLISH: "This version is no longer waiting for review.",
    VersionMove.RETURN: "This version is no longer waiting for review.",
    VersionMove.TAKE_BACK: "This version has been settled already.",
    VersionMove.DISCARD: "This version is waiting for review: take it back first.",
}


def locked(actor: Actor, service_id: UUID) -> Service:
    """The entry, locked until the transaction ends. Raises NotFound where it isn't the actor's."""
    service = (
        Service.objects.select_for_update(of=("self",))
        .select_related("organisation", "team", "owner", "deputy")
        .filter(pk=service_id)
        .first()
    )
    if service is None or not policy.sees(actor, service):
        raise NotFound
    return service


def next_number(service: Service) -> int:
    """The number of the entry's next version; the entry must be locked."""
    newest = Version.objects.filter(service=service).aggregate(newest=Max("number"))["newest"]
    return int(newest or 0) + 1


def moved(version: Version, move: VersionMove) -> None:
    """Set the state that the move leads to. Raises Conflict with what happened."""
    found = VERSION_MOVES.get((VersionState(version.state), move))
    if found is None:
        raise Conflict(MOVED_ON[move])
    version.state = found


def tell(who: Iterable[Any], service: Service | None, template: str, now: datetime) -> None:
    """Queue a message for each, once: to the entry's page, or to the list of entries."""
    link = f"/directory/edit/{service.pk}/" if service else MINE
    for user_id in dict.fromkeys(one.user_id for one in who):
        messages.queue(to_user_id=user_id, template=template, link=link, now=now)
