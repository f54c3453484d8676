"""Accounts of people themselves, and of whoever they let look, in the demonstration area."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction

from lintel.agencies.models import NO_ADDRESS
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
        for one in ACCOUNTS:
            if one.person in people:
                _add(cursor, one, people[one.person], now)


def _add(cursor: Any, one: Account, person_id: int, now: datetime) -> None:
    cursor.execute(
        "INSERT INTO agencies_user (password, email, is_active, date_joined, sign_in_epoch)"
        " VALUES (%s, %s, true, %s, 1) RETURNING id",
        ["!" + one.key, one.email, now - BEGAN],
    )
    (user_id,) = cursor.fetchone()
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
