"""Nothing is sent, delivered or redirected while a team is reorganised, and the other way round.

A team that is being closed looks open to everybody else until that is committed, and what came to
its desk meanwhile would lie there unread. So one lock for all: those who move a request share it,
who reorganises has it alone. It is taken before any row is locked, so that the two never wait for
each other; and held for as long whoever is known (docs/adr/0009).
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from lintel.agencies.models import Team
from lintel.kernel.errors import Conflict

LOCK = 7301
CLOSED = "The team was reorganised while you were writing. Look at your teams, and send it again."


def move_one() -> None:
    """Wait until no team is being reorganised, and keep it so until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, 0)", [LOCK])


def stand_still() -> None:
    """Wait for what is on its way, and let nothing start until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])


def still_open(*team_ids: int | None, now: datetime) -> None:
    """Raise Conflict where one of these teams has been closed. For after the wait."""
    today = timezone.localdate(now)
    if Team.objects.filter(pk__in=[t for t in team_ids if t], closed_on__lte=today).exists():
        raise Conflict(CLOSED)
