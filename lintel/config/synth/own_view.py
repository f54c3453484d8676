"""Accounts of people themselves, and of whoever they let look, in the demonstration area."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction

from lintel.agencies.models import NO_ADDRESS
from lintel.config.synth.copying import unguarded
from lintel.kernel.sight.states import Category
from lintel.sharing.states import ViewerKind

BEGAN = timedelta(days=40)


@dataclass(frozen=True)
class Account:
    """An account on the demonstration's page: who it is, whose view it opens, what to try."""

    key: str
    name: str
    role: str
    person: str
    kind: ViewerKind
    hint: str
    categories: tuple[Category, ...] = ()
    relation: str = ""

    @property
    def email(self) -> str:
        """What the account is called; nothing can be sent there."""
        return self.key + NO_ADDRESS


ACCOUNTS = (
    Account(
        "john-tressell",
        "John Tressell",
        "Tenant",
        "John Tressell",
        ViewerKind.SELF,
        "His own page, best on a phone: who is around him, and what he said yes to.",
    ),
    Account(
        "alan-tressell",
        "Alan Tressell",
        "John’s brother",
        "John Tressell",
        ViewerKind.CARER,
        "What John lets him see: not money, and nothing about health.",
        (Category.CONTACT, Category.SUPPORT_NEEDS, Category.PLAN),
        "my brother",
    ),
)


def fill(now: datetime, alias: str = "owner") -> None:
    """Make the accounts of those who live in the area, and their permissions."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        cursor.execute(
            "SELECT name, min(id) FROM people_person WHERE name = ANY (%s) GROUP BY name",
            [[one.person for one in ACCOUNTS]],
        )
        people = dict(cursor.fetchall())
        cursor.execute("RESET ROLE")
        made = {
            one.key: _add(cursor, one, people[one.person], now)
            for one in ACCOUNTS
            if one.person in people
        }
    if "john-tressell" in made:
        _wish(people["John Tressell"], made["john-tressell"], now, alias)


def _wish(person_id: int, user_id: int, now: datetime, alias: str) -> None:
    """How John wants to be reached, as he said it in his own view."""
    with unguarded(("portal_wish",), alias) as cursor:
        cursor.execute(
            "INSERT INTO portal_wish (person_id, said, said_by_id, ways, by_whom, language,"
            " large_print, never_on, words) VALUES (%s, %s, %s, %s, %s, '', true, %s, %s)",
            [
                person_id,
                now - timedelta(days=20),
                user_id,
                ["phone", "visit"],
                "Amina, or my brother Alan",
                [0],
                "Please ring first. I sleep late.",
            ],
        )


def _add(cursor: Any, one: Account, person_id: int, now: datetime) -> int:
    """Make one account and its permission; its number."""
    cursor.execute(
        "INSERT INTO agencies_user (password, email, is_active, date_joined, sign_in_epoch)"
        " VALUES (%s, %s, true, %s, 1) RETURNING id",
        ["!" + one.key, one.email, now - BEGAN],
    )
    user_id = int(cursor.fetchone()[0])
    cursor.execute("SET LOCAL ROLE lintel_import")
    cursor.execute(
        "INSERT INTO sharing_viewer"
        " (user_id, person_id, kind, categories, relation, proved, begins)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            user_id,
            person_id,
            str(one.kind),
            list(map(int, one.categories)),
            one.relation,
            "for the demonstration",
            now - BEGAN,
        ],
    )
    cursor.execute("RESET ROLE")
    return user_id
