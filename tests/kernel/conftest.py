"""What the kernel's tests share: an actor, and ways past the guards to set a scene."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from lintel.kernel.actor import Actor
from tests.support.database import acting_as

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def actor() -> Actor:
    return Actor(worker_id=7, user_id=70, agency_id=3, name="Invented Worker")


@pytest.fixture
def superuser_sql() -> Callable[..., list[tuple]]:
    """Run SQL as the server's superuser on the test's own connection."""

    def run(statement: str, parameters: list[object] | None = None) -> list[tuple]:
        with acting_as(connection.settings_dict["USER"]), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def tamper(superuser_sql: Callable[..., list[tuple]]) -> Callable[..., None]:
    """Change a guarded table as somebody would who can do anything in the database."""

    def run(table: str, statement: str, parameters: list[object] | None = None) -> None:
        superuser_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        superuser_sql(statement, parameters)
        superuser_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return run
