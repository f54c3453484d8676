"""How often one worker may ask about people: many guesses are stopped, and noticed.

Counted the same for everybody, listed or not, known to a service or not.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q

from lintel.agencies.queries import information_leads
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import TooMany
from lintel.requests.kinds import all_kinds
from lintel.requests.models import Request
from lintel.requests.words import GUESSING

PEOPLE_A_DAY = 20
UNLISTED_AN_HOUR = 5
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOCK = 7301


def check(actor: Actor, *, now: datetime, listed: bool) -> None:
    """Raise TooMany when the worker may not ask about one more person now.

    The request that reaches a limit still goes, and the information leads of the worker's agency
    are told of it in the same transaction: refused ones leave nothing behind.
    """
    with connection.cursor() as cursor:
        # Two at once would each count without the other.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [LOCK, actor.worker_id])
    masked = [rule.kind for rule in all_kinds() if rule.masked]
    sent = Request.objects.filter(
        sender_id=actor.worker_id, kind__in=masked, sent__gt=now - DAY
    ).aggregate(
        day=Count("id"),
        unlisted=Count("id", filter=Q(person__isnull=True, sent__gt=now - HOUR)),
    )
    if sent["day"] >= PEOPLE_A_DAY or (not listed and sent["unlisted"] >= UNLISTED_AN_HOUR):
        raise TooMany(GUESSING)
    if sent["day"] + 1 == PEOPLE_A_DAY:
        _notice(actor, "requests.many_concerns", PEOPLE_A_DAY, now)
    if not listed and sent["unlisted"] + 1 == UNLISTED_AN_HOUR:
        _notice(actor, "requests.many_unlisted", UNLISTED_AN_HOUR, now)


def _notice(actor: Actor, verb: str, count: int, now: datetime) -> None:
    events.record(actor, verb, now=now, subject=("worker", actor.worker_id), data={"count": count})
    for lead in information_leads(actor.agency_id, now):
        messages.queue(to_user_id=lead.user_id, template="new", link="/", now=now)
