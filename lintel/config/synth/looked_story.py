"""Who has looked at John Tressell's record, what he asked about it, and a copy that is due."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connections, transaction

from lintel.kernel.clock import due_at
from lintel.kernel.sight.states import Category as C
from lintel.kernel.sight.states import Source
from lintel.kernel.states import AccessVerb
from lintel.records.states import COPY_MONTHS, QUESTION_CLOCK

PERSON = "John Tressell"
LEAD = "Priya Nair"


@dataclass(frozen=True)
class Looked:
    """What a worker did, and how many days and hours ago."""

    worker: str
    days: int
    verb: AccessVerb
    categories: tuple[C, ...]
    why: str
    page: str = "people:person"


HOUSING = (C.IDENTITY, C.CONTACT, C.TENANCY, C.SUPPORT_NEEDS)
STORY = (
    Looked("Amina Yusuf", 1, AccessVerb.LISTED, (C.IDENTITY, C.TENANCY), Source.PATCH.label),
    Looked("Amina Yusuf", 2, AccessVerb.OPENED, HOUSING, Source.PATCH.label),
    Looked(
        "Daniel Okafor", 2, AccessVerb.OPENED, (C.IDENTITY, C.HEALTH_DETAIL), Source.CASELOAD.label
    ),
    Looked("Daniel Okafor", 3, AccessVerb.OPENED, (C.IDENTITY, C.PLAN), Source.CASELOAD.label),
    Looked("Graham Pike", 9, AccessVerb.OPENED, (C.IDENTITY, C.MONEY), Source.PATCH.label),
    Looked("Amina Yusuf", 10, AccessVerb.OPENED, HOUSING, Source.PATCH.label),
    Looked("Amina Yusuf", 17, AccessVerb.OPENED, HOUSING, Source.PATCH.label),
)
# About whose looking, what was asked and how long ago, and the answer.
ASKED = (
    (
        "Graham Pike",
        2,
        "Graham Pike, Housing manager, Shethernley Homes: looked at your name and date of birth and"
        " your rent and money, because they look after your home",
        "I don’t know him. Why does he look at my rent?",
        "",
    ),
    (
        "Amina Yusuf",
        16,
        "Amina Yusuf, Housing officer, Shethernley Homes: looked at your home, because they look"
        " after your home",
        "",
        "Amina got ready for her visit on the Tuesday. She read where you live and how to reach"
        " you.",
    ),
)


def fill(now: datetime, alias: str = "owner") -> None:
    """Write the story into an area that has its people; nothing in any other."""
    names = sorted({one.worker for one in STORY} | {LEAD})
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        cursor.execute(
            "SELECT name, min(id), min(agency_id) FROM agencies_worker WHERE name = ANY (%s)"
            " GROUP BY name",
            [names],
        )
        workers = {name: (number, agency) for name, number, agency in cursor.fetchall()}
        cursor.execute("SELECT min(id) FROM people_person WHERE name = %s", [PERSON])
        (person,) = cursor.fetchone()
        cursor.execute(
            "SELECT min(user_id) FROM sharing_viewer WHERE person_id = %s AND kind = 'self'",
            [person],
        )
        (account,) = cursor.fetchone()
        if person and account and len(workers) == len(names):
            _looked(cursor, person, workers, now)
            _asked(cursor, person, account, workers, now)
            _copy(cursor, person, workers[LEAD], now)
        cursor.execute("RESET ROLE")


def _looked(cursor: Any, person: int, workers: dict[str, tuple[int, int]], now: datetime) -> None:
    for hour, one in enumerate(sorted(STORY, key=lambda one: -one.days)):
        number, agency = workers[one.worker]
        listed = one.verb is AccessVerb.LISTED
        cursor.execute(
            "INSERT INTO kernel_access (at, verb, worker_id, worker_agency_id, person_id,"
            " person_ids, owner_id, categories, why, purpose, request_ref, page)"
            " VALUES (%s, %s, %s, %s, %s, %s::bigint[], %s, %s::text[], %s::jsonb, '', '', %s)",
            [
                now - timedelta(days=one.days, hours=hour % 5),
                str(one.verb),
                number,
                agency,
                None if listed else person,
                [person] if listed else None,
                agency,
                sorted(c.name.lower() for c in one.categories),
                json.dumps({"all": one.why}),
                "people:list" if listed else one.page,
            ],
        )


def _asked(
    cursor: Any,
    person: int,
    account: int,
    workers: dict[str, tuple[int, int]],
    now: datetime,
) -> None:
    for number, (name, days, shown, words, answer) in enumerate(ASKED, start=1):
        worker, agency = workers[name]
        asked = now - timedelta(days=days)
        cursor.execute(
            "INSERT INTO records_question (person_id, owner_id, asked_by_id, kind, name,"
            " access_id, worker_id, shown, words, asked, due, answer, answered, answered_by_id)"
            " VALUES (%s, %s, %s, 'self', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                person,
                agency,
                account,
                PERSON,
                # The import can't read the record back: no row of this number is asked about.
                -number,
                worker,
                shown,
                words,
                asked,
                due_at(QUESTION_CLOCK, asked),
                answer,
                asked + timedelta(days=2) if answer else None,
                workers[LEAD][0] if answer else None,
            ],
        )


def _copy(cursor: Any, person: int, lead: tuple[int, int], now: datetime) -> None:
    asked = (now - timedelta(days=12)).date()
    cursor.execute(
        "INSERT INTO records_copyrequest (person_id, owner_id, asked_on, asked_words, due_on,"
        " extended_words, recorded, recorded_by_id, done_words)"
        " VALUES (%s, %s, %s, %s, %s, '', %s, %s, '')",
        [
            person,
            lead[1],
            asked,
            "He asked Amina on a visit. She has known him for years.",
            asked + relativedelta(months=COPY_MONTHS),
            now - timedelta(days=11),
            lead[0],
        ],
    )
