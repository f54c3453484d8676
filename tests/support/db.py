"""The roles of the database in a test: who writes what past the application's own rights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection

from tests.support.database import acting_as

P = ParamSpec("P")
R = TypeVar("R")

_role: ContextVar[str] = ContextVar("role", default="")


@contextmanager
def as_role(role: str) -> Iterator[None]:
    """Act as `role` (`lintel_import`, `lintel_system`, `postgres`) on the default connection.

    May be nested: afterwards the connection is what it was before.
    """
    if _role.get() == role:
        yield
        return
    token = _role.set(role)
    try:
        with acting_as(role):
            yield
    finally:
        _role.reset(token)
    if before := _role.get():
        local = "LOCAL" if connection.in_atomic_block else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SET {local} SESSION AUTHORIZATION {before}")


def under(role: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function that runs as `role`."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            with as_role(role):
                return function(*args, **kwargs)

        return run

    return decorate


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """The rows of a query on the default connection, as whatever role it is."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def value(sql: str, *params: Any) -> Any:
    """The one value of a query."""
    return rows(sql, *params)[0][0]
