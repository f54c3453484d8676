"""Messages to those in a circle, and where they lead. For jobs, but for the links."""

import datetime as dt
import uuid
from collections.abc import Collection

from lintel.kernel import messages
from lintel.plans import queries


def circle_link(person_id: int) -> str:
    """Where a message leads: the page says what it is about, to those who may see it."""
    return f"/people/{person_id}/circle/"


def invitations_link() -> str:
    """Where a worker answers whether they join a circle."""
    return "/people/circle-invitations/"


def tell_circle(
    person_id: int, circles: Collection[uuid.UUID], *, now: dt.datetime, but: int | None = None
) -> int:
    """Queue a message (a link, no more) to everybody in these circles; how many. For jobs only.

    Run again for the same moment, it tells nobody twice.
    """
    members = queries.members_for_system(person_id, circles, at=now)
    return _tell({user for who, user, _ in members if who != but}, circle_link(person_id), now)


def tell_worker(worker_id: int, *, link: str, now: dt.datetime) -> int:
    """Queue a message to one worker, unless they left; how many. For jobs only."""
    return _tell(queries.users_of({worker_id}), link, now)


def _tell(users: Collection[int], link: str, now: dt.datetime) -> int:
    told = set(users) - queries.told_already(link, now)
    for user_id in sorted(told):
        messages.queue(to_user_id=user_id, template="new", link=link, now=now)
    return len(told)
