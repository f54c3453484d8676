"""Femi's advance notice: he chose a council without Lintel, where his aunt lives."""

from datetime import datetime, timedelta

from django.db import connections, transaction
from django.utils import timezone

SENT_AGO = timedelta(days=2)
REFERENCE = "LN-7FEM-2AWY"


def fill(now: datetime, alias: str = "owner") -> None:
    """Add the notice to the stay of `hospital_story`, if it is there. A second time, nothing."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        cursor.execute(
            "INSERT INTO hospital_notice (person_id, owner_id, stay_id, reference, outside_name,"
            " outside_email, duty, reason, contact, expected, vulnerability, suitable,"
            " agreed_words, sent, sent_by_id)"
            " SELECT s.person_id, s.owner_id, s.id, %s, 'Tarnholme Borough Council',"
            " 'housing.options@tarnholme.gov.uk', 'duty', 'homeless',"
            " 'By phone, after 4pm: 07700 900188', s.expected, '', '',"
            " 'We read the notice together. Femi asked for Tarnholme, to be near his aunt.',"
            " %s, s.housing_worker_id"
            " FROM hospital_stay s JOIN hospital_questions q ON q.stay_id = s.id AND q.need"
            " WHERE s.expected >= %s ORDER BY s.id LIMIT 1 ON CONFLICT DO NOTHING",
            [REFERENCE, now - SENT_AGO, timezone.localdate(now)],
        )
