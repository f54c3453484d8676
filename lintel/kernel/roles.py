"""The database's roles, made by a command that is safe to run again.

`lintel_owner` owns and migrates the tables; `lintel_app` is what the web and the jobs sign in as,
and row security binds it; `lintel_sight` owns the functions that derive sight, and `lintel_system`
is what the relay and the clocks act as; `lintel_import` is what the import command becomes to load
people; `lintel_person` is what the web becomes for a person's own view; `lintel_records` owns the
functions that copy and erase what an agency holds. The last five can't sign in.

Works on PostgreSQL 15 and later, with a superuser or with a managed service's CREATEROLE and
CREATEDB.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

OWNER = "lintel_owner"
APP = "lintel_app"
SIGHT = "lintel_sight"
SYSTEM = "lintel_system"
IMPORT = "lintel_import"
PERSON = "lintel_person"
RECORDS = "lintel_records"

EXTENSIONS = ("pg_trgm", "btree_gist", "btree_gin", "unaccent")
OLDEST = 150000

_LOGIN: Mapping[str, bool] = {
    OWNER: True,
    APP: True,
    SIGHT: False,
    SYSTEM: False,
    IMPORT: False,
    PERSON: False,
    RECORDS: False,
}
# What each role must not be, whoever made it before. Superuser, replication and bypass of row
# security can only be altered by a superuser, so they are altered only where they are wrong.
_FORBIDDEN: Mapping[str, str] = {
    "rolsuper": "NOSUPERUSER",
    "rolbypassrls": "NOBYPASSRLS",
    "rolreplication": "NOREPLICATION",
    "rolcreatedb": "NOCREATEDB",
    "rolcreaterole": "NOCREATEROLE",
}

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Passwords:
    """Passwords of the two roles that sign in; None leaves what is there (peer, certificates)."""

    owner: str | None = None
    app: str | None = None


def ensure_roles(admin_dsn: str, dbname: str, passwords: Passwords = Passwords()) -> None:
    """Create what is missing and put right what differs: roles, database, extensions, schema.

    `admin_dsn` is a libpq address whose user may create roles and databases; the database in it is
    where roles are made (usually `postgres`). Raises psycopg.Error when the user may not, and
    ValueError when the server is older than PostgreSQL 15.
    """
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if connection.info.server_version < OLDEST:
            raise ValueError("Lintel needs PostgreSQL 15 or later.")
        # Two runs at once would both find a role missing.
        connection.execute("SELECT pg_advisory_lock(hashtext('lintel roles'))")
        _make_roles(connection, passwords)
        _make_database(connection, dbname)
    with psycopg.connect(make_conninfo(admin_dsn, dbname=dbname), autocommit=True) as connection:
        _furnish(connection, dbname)


def _run(connection: Connection, template: str, **names: str) -> None:
    """Run one statement with identifiers filled in."""
    composed = sql.SQL(template).format(
        **{key: sql.Identifier(name) for key, name in names.items()}
    )
    connection.execute(composed)


def _make_roles(connection: Connection, passwords: Passwords) -> None:
    for role, may_login in _LOGIN.items():
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            _run(connection, "CREATE ROLE {role}", role=role)
        _put_right(connection, role, may_login)
    _set_password(connection, OWNER, passwords.owner)
    _set_password(connection, APP, passwords.app)
    _grant_roles(connection)


def _put_right(connection: Connection, role: str, may_login: bool) -> None:
    columns = ", ".join(_FORBIDDEN)
    found = connection.execute(
        f"SELECT rolcanlogin, rolinherit, {columns} FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    assert found is not None
    words = [word for word, has in zip(_FORBIDDEN.values(), found[2:], strict=True) if has]
    if found[0] != may_login:
        words.append("LOGIN" if may_login else "NOLOGIN")
    # The application must ask for the system role by name; nothing of it comes by membership.
    inherits = role != APP
    if found[1] != inherits:
        words.append("INHERIT" if inherits else "NOINHERIT")
    if words:
        _run(connection, "ALTER ROLE {role} " + " ".join(words), role=role)


def _set_password(connection: Connection, role: str, password: str | None) -> None:
    if password is None:
        return
    # Hashed here, so that the server's log can never hold the password.
    hashed = connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("ALTER ROLE {role} PASSWORD {hashed}").format(
            role=sql.Identifier(role), hashed=sql.Literal(hashed)
        )
    )


def _grant_roles(connection: Connection) -> None:
    """The memberships: the application may become the system; the owner is the definer's keeper.

    The owner inherits the definer, because handing a function over and then granting its use needs
    both sides' rights. The owner can alter any policy as it is; it never serves a request.
    """
    if connection.info.server_version >= 160000:
        _run(
            connection,
            "GRANT {system} TO {app} WITH INHERIT FALSE, SET TRUE",
            system=SYSTEM,
            app=APP,
        )
        _run(
            connection,
            "GRANT {person} TO {app} WITH INHERIT FALSE, SET TRUE",
            person=PERSON,
            app=APP,
        )
        _run(
            connection,
            "GRANT {sight} TO {owner} WITH INHERIT TRUE, SET TRUE",
            sight=SIGHT,
            owner=OWNER,
        )
        _run(
            connection,
            "GRANT {records} TO {owner} WITH INHERIT TRUE, SET TRUE",
            records=RECORDS,
            owner=OWNER,
        )
        _run(
            connection,
            "GRANT {load} TO {owner} WITH INHERIT FALSE, SET TRUE",
            load=IMPORT,
            owner=OWNER,
        )
    else:
        _run(connection, "GRANT {system} TO {app}", system=SYSTEM, app=APP)
        _run(connection, "GRANT {person} TO {app}", person=PERSON, app=APP)
        _run(connection, "GRANT {sight} TO {owner}", sight=SIGHT, owner=OWNER)
        _run(connection, "GRANT {records} TO {owner}", records=RECORDS, owner=OWNER)
        _run(connection, "GRANT {load} TO {owner}", load=IMPORT, owner=OWNER)
    # A managed service's administrator is no superuser, and gives the database to a role only as
    # its member.
    # From 16 on, having made a role isn't yet being able to act as it.
    kind = "SET" if connection.info.server_version >= 160000 else "MEMBER"
    row = connection.execute("SELECT pg_has_role(%s, %s), current_user", [OWNER, kind]).fetchone()
    assert row is not None
    if not row[0]:
        _run(connection, "GRANT {owner} TO {me}", owner=OWNER, me=str(row[1]))


def _make_database(connection: Connection, dbname: str) -> None:
    found = connection.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [dbname]
    ).fetchone()
    if found is None:
        _run(connection, "CREATE DATABASE {name} OWNER {owner}", name=dbname, owner=OWNER)
    elif found[0] != OWNER:
        _run(connection, "ALTER DATABASE {name} OWNER TO {owner}", name=dbname, owner=OWNER)


def _furnish(connection: Connection, dbname: str) -> None:
    """Extensions, and who may connect and create: nobody that isn't named here."""
    for extension in EXTENSIONS:
        _run(connection, "CREATE EXTENSION IF NOT EXISTS {name} SCHEMA public", name=extension)
    _run(connection, "ALTER SCHEMA public OWNER TO {owner}", owner=OWNER)
    for statement in (
        "REVOKE ALL ON DATABASE {db} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {db} TO {app}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM {app}, {system}, {person}",
        "GRANT USAGE ON SCHEMA public TO {app}, {system}, {sight}, {load}, {person}, {records}",
        # A function's new owner needs CREATE on the schema for the hand-over.
        "GRANT CREATE ON SCHEMA public TO {sight}, {records}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE ALL ON TABLES FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE ALL ON SEQUENCES FROM PUBLIC",
    ):
        _run(
            connection,
            statement,
            db=dbname,
            owner=OWNER,
            app=APP,
            system=SYSTEM,
            sight=SIGHT,
            load=IMPORT,
            person=PERSON,
            records=RECORDS,
        )
