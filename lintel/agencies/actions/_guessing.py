"""Guessing is noticed."""

from datetime import datetime

from django.db import connection

from lintel.agencies import queries
from lintel.kernel import access, events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.states import AccessVerb

GUESSES_NOTICED = 20
GUESSES_STOPPED = 60
"""In `queries.GUESS_WINDOW`. A slip of the finger is one; nobody mistypes twenty addresses."""

COUNT_GUESS_SQL = """
INSERT INTO agencies_guess AS g (worker_id, began, count) VALUES (%(worker)s, %(now)s, 1)
ON CONFLICT (worker_id) DO UPDATE SET
  began = CASE WHEN g.began > %(window)s THEN g.began ELSE excluded.began END,
  count = CASE WHEN g.began > %(window)s THEN g.count + 1 ELSE 1 END
RETURNING count
"""


def note_guess(
    actor: Actor,
    *,
    now: datetime,
    page: str,
    person_id: int | None = None,
    request_ref: str = "",
) -> int:
    """Note that the actor asked for something that isn't there or isn't theirs; how many lately.

    Each is a row of the access record. At `GUESSES_NOTICED` in ten minutes the information leads
    of the actor's agency are told, once in that time. The actor must be bound.
    """
    access.record(
        actor,
        AccessVerb.DENIED,
        now=now,
        person_id=person_id,
        owner_id=None,
        categories=(),
        why="Nothing was shown.",
        request_ref=request_ref,
        page=page,
    )
    values: dict[str, int | datetime] = {
        "worker": actor.worker_id,
        "now": now,
        "window": now - queries.GUESS_WINDOW,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT_GUESS_SQL, values)
        count: int = cursor.fetchone()[0]
    if count == GUESSES_NOTICED:
        events.record(
            actor,
            "agencies.guessing_noticed",
            now=now,
            subject=("worker", actor.worker_id),
            data={"count": count, "minutes": queries.GUESS_WINDOW.seconds // 60},
        )
        link = f"/access/workers/{actor.worker_id}/"
        for lead in queries.information_leads(actor.agency_id, now):
            messages.queue(to_user_id=lead.user_id, template="new", link=link, now=now)
    return count
