"""The whole run's ground: one real server, a database for each process, tests as `lintel_app`.

`db` tests run in a transaction that is rolled back; `transactional_db` tests commit, and the
database is put back as migrated after each. Both sign in as the application's role, so row
security binds every test. To set the scene past it: `tests.support.database.acting_as`.
"""

import atexit
import os
from collections.abc import Iterator

import pytest

from tests.support import database

_server: database.Server | None = None


def _worker(config: pytest.Config) -> str:
    found: str = getattr(config, "workerinput", {}).get("workerid", "main")
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the server in the controlling process; read Django's settings in each."""
    global _server
    if config.option.collectonly:
        os.environ.setdefault(database.SERVER, "postgresql:///nowhere")
    elif not hasattr(config, "workerinput"):
        _server = database.Server()
        atexit.register(_server.stop)  # Also when a later part of the setting-up fails.
        _server.start()
    database.point_settings(_worker(config))
    from django.conf import settings

    settings.DATABASES  # noqa: B018 - reads the settings now, before pytest-django sets up


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when the run is over."""
    if _server is not None:
        _server.stop()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: object
) -> Iterator[None]:
    """Make this process's database from the migrated template, and have tests act in it."""
    if broken := os.environ.get(database.BROKEN):
        pytest.fail(f"The migrations don't run:\n{broken}", pytrace=False)
    from django.db import connections
    from django.db.backends.signals import connection_created
    from django.test import TransactionTestCase
    from psycopg.conninfo import conninfo_to_dict

    from lintel.kernel.roles import APP

    name = database.name_of(_worker(request.config))
    database.make(name)
    admin = conninfo_to_dict(os.environ[database.SERVER])
    # A worker process inherits the controller's environment, and may have read its settings.
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name
    chosen = connections["default"].settings_dict
    chosen["USER"] = admin["user"]
    chosen["PASSWORD"] = admin.get("password", "")
    # Raw connections made from these settings (the job worker's) are the application's role too.
    chosen["OPTIONS"] = {**chosen["OPTIONS"], "options": f"-c role={APP}"}

    def become_app(connection: object, **_: object) -> None:
        if getattr(connection, "alias", "") == "default":
            with connection.cursor() as cursor:  # type: ignore[attr-defined]
                cursor.execute(f"SET SESSION AUTHORIZATION {APP}")

    connection_created.connect(become_app, weak=False)
    as_migrated = database.Kept(name, "as_migrated")
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: as_migrated.put_back()
    yield
    TransactionTestCase._fixture_teardown = original
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
    database.drop(name)
