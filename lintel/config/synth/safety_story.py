"""Records opened for safety in the demonstration area: one reviewed, and one that waits for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction

from lintel.kernel import clock
from lintel.kernel.sight.states import Category as C
from lintel.sharing.states import REVIEW_WORKING_DAYS, Consequence, OverrideReason

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Opened:
    """Who opened whose record about whom, when and why; and what its review found."""

    person: str
    worker: str
    ago: timedelta
    reason: OverrideReason
    words: str
    categories: tuple[C, ...]
    told: tuple[str, ...]
    agreed_by: str = ""
    second: tuple[C, ...] = ()
    findings: str = ""
    told_words: str = ""


HOLDER = "shethern-valley-trust"
REVIEWER = "Marcus Webb"
STORY = (
    Opened(
        "John Tressell",
        "Amina Yusuf",
        timedelta(days=23),
        OverrideReason.VITAL_INTERESTS,
        "Smoke in the hall, and John does not come to the door. The fire service asks whether he"
        " takes something that makes him hard to wake.",
        (C.IDENTITY, C.SAFETY, C.HEALTH_DETAIL),
        ("Daniel Okafor", "Marcus Webb", "Priya Nair"),
        agreed_by="Graham Pike",
        second=(C.HEALTH_DETAIL,),
        findings="John could have been hurt. Amina looked at what the fire service needed, for"
        " twenty minutes, and closed it. It was right to open it.",
        told_words="Daniel told John the next morning. John was glad that somebody had asked.",
    ),
    Opened(
        "Peter Langton",
        "Ruth Adeyemi",
        timedelta(days=1, hours=3),
        OverrideReason.SAFEGUARDING,
        "A neighbour says that somebody has moved in with Peter and takes his money. He looked"
        " frightened and would not speak at the door.",
        (C.IDENTITY, C.SUPPORT_NEEDS, C.SAFETY),
        ("Siobhan Reilly", "Marcus Webb", "Priya Nair"),
    ),
)


def fill(now: datetime, alias: str = "owner") -> None:
    """Write the story into an area that has its people; nothing in any other."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        workers = _ids(cursor, "agencies_worker", _workers())
        people = _ids(cursor, "people_person", [one.person for one in STORY])
        cursor.execute("SELECT id FROM agencies_agency WHERE slug = %s", [HOLDER])
        holder = cursor.fetchone()
        if holder and len(workers) == len(_workers()):
            for one in STORY:
                if one.person in people:
                    _add(cursor, one, people[one.person], workers, holder[0], now)
        cursor.execute("RESET ROLE")


def _workers() -> set[str]:
    named = {REVIEWER}
    for one in STORY:
        named |= {one.worker, *one.told, *([one.agreed_by] if one.agreed_by else [])}
    return named


def _ids(cursor: Any, table: str, names: Any) -> dict[str, int]:
    cursor.execute(
        f"SELECT name, min(id) FROM {table} WHERE name = ANY (%s) GROUP BY name",
        [sorted(names)],
    )
    return dict(cursor.fetchall())


def _add(
    cursor: Any, one: Opened, person: int, workers: dict[str, int], holder: int, now: datetime
) -> None:
    opened = now - one.ago
    agreed = workers[one.agreed_by] if one.agreed_by else None
    cursor.execute(
        "INSERT INTO sharing_override (person_id, worker_id, holder_id, categories, second, reason,"
        " words, opened, until, ended, authorised, authorised_by_id, review_due)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        [
            person,
            workers[one.worker],
            holder,
            [int(c) for c in one.categories],
            [int(c) for c in one.second],
            str(one.reason),
            one.words,
            opened,
            opened + HOUR,
            opened + HOUR / 3,
            opened + HOUR / 20 if agreed else None,
            agreed,
            clock.add_working_days(opened, REVIEW_WORKING_DAYS),
        ],
    )
    (number,) = cursor.fetchone()
    if agreed:
        cursor.execute(
            "INSERT INTO sharing_overrideask (override_id, asked_id, asked_by_id, at, answered,"
            " yes, words) VALUES (%s, %s, %s, %s, %s, true, '')",
            [number, agreed, workers[one.worker], opened, opened + HOUR / 20],
        )
    for name in one.told:
        seen = opened + HOUR if one.findings else None
        cursor.execute(
            "INSERT INTO sharing_overridenotice (override_id, worker_id, told, seen)"
            " VALUES (%s, %s, %s, %s)",
            [number, workers[name], opened, seen],
        )
    if one.findings:
        cursor.execute(
            "INSERT INTO sharing_overridereview (override_id, person_id, owner_id, justified,"
            " findings, consequences, told, told_words, reviewed, reviewed_by_id)"
            " VALUES (%s, %s, %s, true, %s, %s, %s, %s, %s, %s)",
            [
                number,
                person,
                holder,
                one.findings,
                [str(Consequence.NONE)],
                opened + 24 * HOUR,
                one.told_words,
                opened + 48 * HOUR,
                workers[REVIEWER],
            ],
        )
