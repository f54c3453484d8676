"""Training in the demonstration area: somebody is due soon, and somebody has lapsed."""

from datetime import datetime, timedelta

from django.db import connections, transaction
from django.utils import timezone

# Named worker -> days from today on which their training is out of date.
UNTIL = {"Sunita Patel": 12, "Michelle Grant": -3, "Beth Haynes": 40}
SET = """
UPDATE sharing_training t SET until = %s
FROM agencies_worker w WHERE w.id = t.worker_id AND w.name = %s
"""


def fill(now: datetime, alias: str = "owner") -> None:
    """End the training of these workers, as it would have ended by itself. By the owner."""
    today = timezone.localdate(now)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        for name, days in UNTIL.items():
            cursor.execute(SET, [today + timedelta(days=days), name])
        cursor.execute("RESET ROLE")
