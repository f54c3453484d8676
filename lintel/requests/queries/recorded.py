"""Lists of requests in the access record: they name people."""

from collections.abc import Iterable
from datetime import datetime

from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb


def listed(
    actor: Actor,
    now: datetime,
    held: Iterable[tuple[int, int | None]],
    *,
    why: str,
    page: str,
    if_nobody: bool = False,
) -> None:
    """A row for each agency whose people were listed; if nobody was, one where asked for.

    `held`: whose information, and the person. While masked it is the reader's own agency's: the
    sender's information lead would learn who has it.
    """
    found: dict[int, set[int]] = {}
    for owner_id, person_id in held:
        if person_id is not None:
            found.setdefault(owner_id, set()).add(person_id)
    for owner_id, people in found.items():
        access.record_listed(
            actor,
            now=now,
            person_ids=people,
            categories=[Category.IDENTITY, Category.CONTACT],
            why=why,
            owner_id=owner_id,
            page=page,
        )
    if not found and if_nobody:
        access.record(
            actor,
            AccessVerb.LISTED,
            now=now,
            person_id=None,
            owner_id=actor.agency_id,
            categories=[],
            why=why,
            page=page,
        )
