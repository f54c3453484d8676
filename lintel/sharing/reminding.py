"""The daily round: who will soon be outside the loop is told, and who looks after them.

For the periodic job. Told 30, 14 and 3 days before training ends, before a version takes effect
that the worker hasn't accepted or the agency hasn't signed, and before the post ends: once a
cause, day and step, which the table `sharing_loopreminder` keeps. A message is a link and no more;
what it is about stands on the page that it leads to, for the one worker or their leads.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.kernel import messages
from lintel.kernel.actor import as_system
from lintel.sharing.queries.loop import leads_of
from lintel.sharing.states import REMIND_DAYS

MINE = "/loop/"
THEIRS = "/loop/soon/"
# Only who is inside can fall out; who is outside reads why on every page.
NOTE = """
WITH coming AS (
  SELECT a.id, (a.effective AT TIME ZONE 'Europe/London')::date AS ends_on
  FROM sharing_agreement a WHERE a.effective > %(now)s ORDER BY a.effective LIMIT 1
), inside AS (
  SELECT w.id, w.agency_id, w.left_on FROM agencies_worker w
  WHERE w.loop @> %(now)s::timestamptz AND (w.left_on IS NULL OR w.left_on > %(today)s)
), foreseen AS (
  SELECT i.id, 'training' AS cause, max(t.until) AS ends_on
  FROM inside i JOIN sharing_training t ON t.worker_id = i.id GROUP BY i.id
  UNION ALL
  SELECT i.id, 'acceptance', c.ends_on FROM inside i CROSS JOIN coming c
  WHERE NOT EXISTS (SELECT 1 FROM sharing_acceptance x
                    WHERE x.agreement_id = c.id AND x.worker_id = i.id)
  UNION ALL
  SELECT i.id, 'signature', c.ends_on FROM inside i CROSS JOIN coming c
  WHERE NOT EXISTS (SELECT 1 FROM sharing_signature s WHERE s.agreement_id = c.id
                    AND s.agency_id = i.agency_id AND s.ended IS NULL)
  UNION ALL
  SELECT i.id, 'post', i.left_on FROM inside i WHERE i.left_on IS NOT NULL
)
INSERT INTO sharing_loopreminder (worker_id, cause, ends_on, days, told)
SELECT f.id, f.cause, f.ends_on, step.days, %(now)s
FROM foreseen f
CROSS JOIN LATERAL (
  SELECT min(s) AS days FROM unnest(%(steps)s::smallint[]) s WHERE f.ends_on - %(today)s <= s
) step
WHERE f.ends_on > %(today)s AND step.days IS NOT NULL
ON CONFLICT (worker_id, cause, ends_on, days) DO NOTHING
RETURNING worker_id
"""


def remind(*, now: datetime) -> int:
    """Tell those who will soon be outside the loop, and their leads; how many workers.

    One transaction under the system role: a broken run tells nobody, and a repeat nobody twice.
    """
    with as_system():
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "now": now,
                "today": timezone.localdate(now),
                "steps": list(REMIND_DAYS),
            }
            cursor.execute(NOTE, values)
            found = sorted({row[0] for row in cursor.fetchall()})
        if found:
            _tell(found, now)
    return len(found)


def _tell(worker_ids: Iterable[int], now: datetime) -> None:
    ids = list(worker_ids)
    users = Worker.objects.filter(pk__in=ids).order_by("pk").values_list("user_id", flat=True)
    for user_id in users:
        messages.queue(to_user_id=user_id, template="due", link=MINE, now=now)
    leads = set().union(*leads_of(ids, now).values())
    for user_id in sorted(leads):
        messages.queue(to_user_id=user_id, template="due", link=THEIRS, now=now)
