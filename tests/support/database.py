"""One real PostgreSQL server for a test run, and a database for each process of it.

The migrated database is made once and kept under `build/test-seed`, named after everything that
can change it; a run copies it (LINTEL_TEST_FRESH=1 makes it anew). With LINTEL_TEST_ADMIN_URL
(a superuser's address) the run uses that server instead of the embedded one.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lintel.kernel import roles
from lintel.kernel.embedded import Embedded

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "build" / "test-seed"
TEMPLATE = "lintel_template"
SERVER = "LINTEL_TEST_SERVER"
BROKEN = "LINTEL_TEST_BROKEN"
ADMIN_URL = "LINTEL_TEST_ADMIN_URL"
PASSWORD = "tests-only"
# Their content decides the migrated database.
SHAPING = (
    "**/migrations/**/*.py",
    "**/models*.py",
    "**/models/**/*.py",
    "**/states*.py",
    "**/*.sql",
    "**/sql*.py",
    "kernel/**/*.py",
    "config/settings.py",
)


class Server:
    """The server of this run; made by the process that controls the run."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lintel-test-", dir="/tmp"))
        self.folder.chmod(0o711)
        # Swept up by itself, a table that a test just rolled back would count as empty, and all
        # would be planned anew for empty tables at moments of chance: ten times the time.
        settings = {"max_connections": "200", "autovacuum": "off"}
        self.embedded = Embedded(self.folder / "pg", durable=False, settings=settings)

    def start(self) -> None:
        """Start the server with the migrated template in it, and tell the other processes."""
        given = os.environ.get(ADMIN_URL)
        if given:
            os.environ[SERVER] = given
            _make_template(given)
            return
        seed = SEEDS / _mark()
        if os.environ.get("LINTEL_TEST_FRESH"):
            shutil.rmtree(seed, ignore_errors=True)
        if seed.exists():
            self._plant(seed)
        self.embedded.start()
        os.environ[SERVER] = self.embedded.superuser_dsn
        if not seed.exists() and _make_template(self.embedded.superuser_dsn):
            self.embedded.stop()
            self._harvest(seed)
            self.embedded.start()

    def _plant(self, seed: Path) -> None:
        (self.embedded.home).mkdir(mode=0o700)
        account = self.embedded.account
        if account.is_other:
            os.chown(self.embedded.home, account.uid, account.gid)
        subprocess.run(["cp", "-a", "--reflink=auto", seed, self.embedded.data], check=True)

    def _harvest(self, seed: Path) -> None:
        SEEDS.mkdir(parents=True, exist_ok=True)
        made = SEEDS / f"new-{os.getpid()}"
        subprocess.run(["cp", "-a", "--reflink=auto", self.embedded.data, made], check=True)
        try:
            made.rename(seed)
        except OSError:  # Another run was first.
            shutil.rmtree(made, ignore_errors=True)
        for old in sorted(SEEDS.iterdir(), key=lambda path: path.stat().st_mtime)[:-4]:
            shutil.rmtree(old, ignore_errors=True)

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.embedded.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _mark() -> str:
    found = hashlib.sha256(os.environ.get("LINTEL_POSTGRES_BIN", "").encode())
    paths = {path for pattern in SHAPING for path in (ROOT / "lintel").glob(pattern)}
    for path in sorted(paths):
        found.update(str(path.relative_to(ROOT)).encode())
        found.update(path.read_bytes())
    for name in sorted(f"{d.name}=={d.version}" for d in distributions()):
        found.update(name.encode())
    return found.hexdigest()[:20]


def _make_template(admin: str) -> bool:
    """Make and migrate the template; on failure say so to the tests that need a database."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
    roles.ensure_roles(admin, TEMPLATE, _passwords())
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "django",
            "migrate",
            "--database=owner",
            "--verbosity=0",
            "--skip-checks",
        ],
        cwd=ROOT,
        env={**os.environ, **_urls(admin, TEMPLATE), "LINTEL_TEST": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        os.environ[BROKEN] = done.stdout[-2000:] + done.stderr[-6000:]
        return False
    return True


def _passwords() -> roles.Passwords:
    return roles.Passwords(PASSWORD, PASSWORD) if os.environ.get(ADMIN_URL) else roles.Passwords()


def _login(admin: str, role: str, dbname: str) -> str:
    password = {"password": PASSWORD} if os.environ.get(ADMIN_URL) else {}
    host = {k: v for k, v in conninfo_to_dict(admin).items() if k in {"host", "port", "sslmode"}}
    return make_conninfo("", user=role, dbname=dbname, **password, **host)


def _urls(admin: str, dbname: str) -> dict[str, str]:
    return {
        "DATABASE_URL": _login(admin, roles.APP, dbname),
        "LINTEL_OWNER_DATABASE_URL": _login(admin, roles.OWNER, dbname),
        "DJANGO_SETTINGS_MODULE": "lintel.config.settings",
    }


def name_of(worker: str) -> str:
    """The database of one process of the run."""
    return f"lintel_test_{worker}"


def point_settings(worker: str) -> None:
    """Point the environment at this process's database; before Django's settings are read."""
    os.environ.update(_urls(os.environ[SERVER], name_of(worker)))
    os.environ["LINTEL_TEST"] = "1"


def make(dbname: str, *, template: str = TEMPLATE) -> None:
    """Make a database from the migrated template, afresh."""
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {dbname} WITH (FORCE)")
        for last_try in (False,) * 50 + (True,):
            try:
                connection.execute(
                    f"CREATE DATABASE {dbname} TEMPLATE {template} OWNER {roles.OWNER}"
                )
                break
            except psycopg.errors.ObjectInUse:
                if last_try:
                    raise
                time.sleep(0.1)
        # A database's own grants aren't copied from its template.
        connection.execute(f"REVOKE ALL ON DATABASE {dbname} FROM PUBLIC")
        connection.execute(f"GRANT CONNECT ON DATABASE {dbname} TO {roles.APP}")


def make_empty(dbname: str) -> None:
    """Make a database with the roles and nothing else, for migrations to begin in."""
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {dbname} WITH (FORCE)")
    roles.ensure_roles(os.environ[SERVER], dbname, _passwords())


def drop(dbname: str) -> None:
    """Drop a database, whoever is connected."""
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {dbname} WITH (FORCE)")


def urls(dbname: str) -> dict[str, str]:
    """The environment for a child process that works on this database, with real sign-ins."""
    return _urls(os.environ[SERVER], dbname)


def superuser(dbname: str) -> psycopg.Connection:
    """A connection past all row security: for looking behind the scenes in a test."""
    return psycopg.connect(make_conninfo(os.environ[SERVER], dbname=dbname), autocommit=True)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """In a test: the default connection acts as `role` (`lintel_owner`, `postgres`) for a while.

    In the same transaction, so that what it writes is seen and rolled back with the test. It works
    because the tests' connection is a superuser's that has become `lintel_app`; the application's
    own connection could not.
    """
    from django.db import connection, transaction

    local = "LOCAL" if connection.in_atomic_block else ""

    def become(name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET {local} SESSION AUTHORIZATION {name}")

    if not local:
        become(role)
        try:
            yield
        finally:
            become(roles.APP)
        return
    with transaction.atomic():  # An error inside puts the role back with the savepoint.
        become(role)
        yield
        become(roles.APP)


class Kept:
    """All rows of a database as they are now, to be put back; past triggers and keys."""

    def __init__(self, dbname: str, schema: str) -> None:
        self.dbname = dbname
        self.schema = schema
        self.columns: dict[str, str] = {}
        with superuser(dbname) as connection:
            self.tables = [
                row[0]
                for row in connection.execute(
                    "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
                    " AND relnamespace = 'public'::regnamespace ORDER BY 1"
                )
            ]
            self.filled = self._filled(connection)
            self._keep(connection)

    def _filled(self, connection: psycopg.Connection) -> list[str]:
        parts = [
            f"SELECT {name} WHERE EXISTS (SELECT FROM {table})"
            for table in self.tables
            for name in ["'" + table.replace("'", "''") + "'"]
        ]
        return [row[0] for row in connection.execute(" UNION ALL ".join(parts))]

    def _keep(self, connection: psycopg.Connection) -> None:
        connection.execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")
        connection.execute(f"CREATE SCHEMA {self.schema}")
        for number, table in enumerate(self.filled):
            connection.execute(f"CREATE TABLE {self.schema}.t{number} AS TABLE {table}")
            self.columns[table] = ", ".join(
                f'"{row[0]}"'
                for row in connection.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
                    " AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                    [table],
                )
            )

    def put_back(self) -> None:
        """Remove what is there, and put back what was kept."""
        with superuser(self.dbname) as connection:
            connection.execute("SET lock_timeout = '10s'")
            connection.execute("SET session_replication_role = replica")
            with connection.transaction():
                for table in self._filled(connection):
                    connection.execute(sql.SQL(f"DELETE FROM {table}"))
                for number, table in enumerate(self.filled):
                    names = self.columns[table]
                    connection.execute(
                        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE"
                        f" SELECT {names} FROM {self.schema}.t{number}"
                    )
