"""Femi's advance notices, to councils without Lintel: one answered, and one that is awaited.

First he chose the council where he had lived with a friend, and it had nothing for him; then the
one where his aunt lives.
"""

from datetime import datetime, timedelta

from django.db import connections, transaction
from django.utils import timezone

SENT_AGO = timedelta(days=2)
ANSWERED_AGO = timedelta(days=3)
REFERENCE = "LN-7FEM-2AWY"
ANSWERED = "LN-4FEM-3AWY"
CONTACT = "By phone, after 4pm: 07700 900188"
# Reference, council, address, how he agreed; sent and read so long ago.
NOTICES = (
    (
        ANSWERED,
        "Wexmoor District Council",
        "housing.options@wexmoor.gov.uk",
        "We read the notice together. Femi asked for Wexmoor, where he lived with his friend.",
        timedelta(days=5),
        timedelta(days=4, hours=20),
    ),
    (
        REFERENCE,
        "Tarnholme Borough Council",
        "housing.options@tarnholme.gov.uk",
        "We read the notice together. Femi asked for Tarnholme, to be near his aunt.",
        SENT_AGO,
        None,
    ),
)
ANSWER = (
    "We have no room that we could offer by then. Femi can come to our office for advice, and"
    " asks us for nothing more: he would like to be near his aunt."
)


def fill(now: datetime, alias: str = "owner") -> None:
    """Add the notices to the stay of `hospital_story`, if it is there. A second time, nothing."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        for reference, council, email, agreed, sent_ago, read_ago in NOTICES:
            cursor.execute(
                "INSERT INTO hospital_notice (person_id, owner_id, stay_id, reference,"
                " outside_name, outside_email, duty, reason, contact, expected, vulnerability,"
                " suitable, agreed_words, sent, sent_by_id, mail, mail_at, mail_tries, opened)"
                " SELECT s.person_id, s.owner_id, s.id, %s, %s, %s, 'duty', 'homeless', %s,"
                " s.expected, '', '', %s, %s, s.housing_worker_id, 'sent', %s, 0, %s"
                " FROM hospital_stay s JOIN hospital_questions q ON q.stay_id = s.id AND q.need"
                " WHERE s.expected >= %s ORDER BY s.id LIMIT 1 ON CONFLICT DO NOTHING",
                [
                    reference,
                    council,
                    email,
                    CONTACT,
                    agreed,
                    now - sent_ago,
                    now - sent_ago + timedelta(minutes=1),
                    None if read_ago is None else now - read_ago,
                    timezone.localdate(now),
                ],
            )
        cursor.execute(
            "INSERT INTO hospital_answer (reference, kind, place, words, by_words, answered)"
            " SELECT n.reference, 'nothing', '', %s, 'Moira Hale, housing options officer', %s"
            " FROM hospital_notice n WHERE n.reference = %s AND NOT EXISTS"
            " (SELECT 1 FROM hospital_answer a WHERE a.reference = n.reference)",
            [ANSWER, now - ANSWERED_AGO, ANSWERED],
        )
