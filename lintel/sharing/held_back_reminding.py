"""The daily round of notes that are held back: whoever holds one is told before its review.

Told 14 and 3 days before and on the day, once each (`sharing_reminded`); if they have left, the
agency's information leads are. A message is a link and no more.
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from lintel.kernel import messages
from lintel.kernel.actor import as_system

PAGE = "/held-back/"
LEADS_PAGE = "/records/"
NOTE = """
WITH soon AS (
  SELECT h.id, h.held_by_id, h.owner_id, h.review_on::text || ' ' || step.days AS step
  FROM sharing_heldback h CROSS JOIN LATERAL (
    SELECT min(s) AS days FROM unnest(ARRAY[0, 3, 14]) s WHERE h.review_on - %(today)s <= s) step
  WHERE h.released IS NULL AND step.days IS NOT NULL
), noted AS (
  INSERT INTO sharing_reminded (kind, subject_id, step, at)
  SELECT 'held_back', soon.id, soon.step, %(now)s FROM soon
  ON CONFLICT (kind, subject_id, step) DO NOTHING RETURNING subject_id
), told AS (
  SELECT soon.* FROM soon JOIN noted ON noted.subject_id = soon.id
)
SELECT w.user_id, true FROM told JOIN agencies_worker w ON w.id = told.held_by_id
WHERE w.left_on IS NULL OR w.left_on > %(today)s
UNION
SELECT l.user_id, false FROM told JOIN agencies_worker w ON w.id = told.held_by_id
JOIN agencies_worker l ON l.agency_id = told.owner_id
  AND (l.left_on IS NULL OR l.left_on > %(today)s)
JOIN agencies_roleheld r ON r.worker_id = l.id AND r.role = 'information_lead'
  AND r.valid @> %(now)s
WHERE w.left_on <= %(today)s
"""


def remind(*, now: datetime) -> int:
    """Tell them; how many were told. One transaction: a repeat tells nobody twice."""
    with as_system():
        with connection.cursor() as cursor:
            cursor.execute(NOTE, {"now": now, "today": timezone.localdate(now)})
            found = cursor.fetchall()
        for user_id, holder in found:
            messages.queue(
                to_user_id=user_id,
                template="due",
                link=PAGE if holder else LEADS_PAGE,
                now=now,
            )
    return len(found)
