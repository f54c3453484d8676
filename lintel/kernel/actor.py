"""Who acts, and how the database knows.

The actor is bound to the transaction. Row-level security reads the binding: with none bound,
no row about a person is visible (DESIGN.md, "Sight").
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class Actor:
    """One worker, acting in one transaction.

    `integration_id` is set when an agency's own system acts for the worker through the API.
    `lead_team_ids` are the teams that the worker leads.
    """

    worker_id: int
    user_id: int
    agency_id: int
    name: str
    team_ids: frozenset[int] = frozenset()
    lead_team_ids: frozenset[int] = frozenset()
    roles: frozenset[str] = field(default_factory=frozenset)
    integration_id: int | None = None
    integration_scopes: frozenset[str] = frozenset()

    def has(self, role: str) -> bool:
        """Whether the worker holds this agency-wide role (`lintel.agencies.states.Role`)."""
        return role in self.roles


def bind(worker_id: int) -> None:
    """Bind the worker to the current transaction; ends with it.

    Raises RuntimeError outside a transaction, where the binding would silently be lost.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An actor is bound to a transaction; there is none open.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lintel.worker', %s, true)", [str(worker_id)])


def focus(person_id: int | None) -> None:
    """Narrow what the rest of the transaction sees to one person; None widens it again.

    It can only take away: row security still asks sight. A page about one person then costs the
    same whether the worker sees ten people or ten thousand (docs/performance.md).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A focus is bound to a transaction; there is none open.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lintel.person', %s, true)",
            ["" if person_id is None else str(person_id)],
        )


_bound_worker: ContextVar[int | None] = ContextVar("bound_worker", default=None)


@contextmanager
def bound(actor: Actor) -> Iterator[Actor]:
    """Open a transaction with `actor` bound to it; at its end the former binding is back.

    The binding dies with the transaction by itself; inside a longer transaction (a savepoint)
    PostgreSQL keeps SET LOCAL, so the former one is put back by hand.
    """
    with transaction.atomic():
        bind(actor.worker_id)
        token = _bound_worker.set(actor.worker_id)
        try:
            yield actor
        finally:
            _bound_worker.reset(token)
        # After an error the rollback puts the setting back, and a statement here would hide it.
        former = _bound_worker.get()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lintel.worker', %s, true)",
                ["" if former is None else str(former)],
            )


@contextmanager
def as_system() -> Iterator[None]:
    """Act as the relay and the clocks: a transaction under the role `lintel_system`.

    For jobs only. The role reads and moves requests, and sees no record about a person beyond
    who is involved (the policies `TO lintel_system` are its whole power).
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('role'), set_config('role', 'lintel_system', true)"
            )
            former = cursor.fetchone()[0]
        yield
        # After an error the rollback puts the role back, and a statement here would hide it.
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', %s, true)", [former])


@dataclass(frozen=True, slots=True)
class Account:
    """A person's own account, or somebody's whom they let look, acting in one transaction.

    `kind` is `lintel.sharing.states.ViewerKind`, for the person whose view is open.
    """

    user_id: int
    person_id: int
    kind: str
    name: str = ""


@contextmanager
def bound_account(user_id: int) -> Iterator[None]:
    """A transaction as the role `lintel_person`, bound to an account and to no worker.

    Row security shows what the account's permissions (`sharing.Viewer`) show, and nothing that a
    worker's rights would. May be nested; afterwards all is as before.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('role'),"
                " coalesce(current_setting('lintel.worker', true), ''),"
                " coalesce(current_setting('lintel.account', true), '')"
            )
            role, worker, account = cursor.fetchone()
            cursor.execute(
                "SELECT set_config('lintel.worker', '', true),"
                " set_config('lintel.account', %s, true),"
                " set_config('role', 'lintel_person', true)",
                [str(user_id)],
            )
        yield
        # After an error the rollback puts all back, and a statement here would hide it.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('lintel.worker', %s, true),"
                " set_config('lintel.account', %s, true)",
                [role, worker, account],
            )
