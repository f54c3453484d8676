"""The database roles: made from nothing, made again, put right, by a superuser and without one."""

from collections.abc import Iterator

import psycopg
import pytest

from lintel.kernel import roles
from lintel.kernel.embedded import Embedded
from lintel.kernel.embedded.account import own_account
from tests.support.folders import open_folder

ROLES = (
    roles.OWNER,
    roles.APP,
    roles.SIGHT,
    roles.SYSTEM,
    roles.IMPORT,
    roles.PERSON,
    roles.RECORDS,
)


@pytest.fixture(scope="module")
def server() -> Iterator[Embedded]:
    with open_folder() as folder, Embedded(folder / "pg", durable=False) as running:
        yield running


@pytest.fixture(scope="module")
def ready(server: Embedded) -> Embedded:
    roles.ensure_roles(server.superuser_dsn, "area")
    roles.ensure_roles(server.superuser_dsn, "area")
    return server


def ask(dsn: str, query: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(query, values).fetchall()


def test_attributes(ready: Embedded) -> None:
    found = {
        row[0]: row[1:]
        for row in ask(
            ready.superuser_dsn,
            "SELECT rolname, rolcanlogin, rolinherit, rolsuper OR rolbypassrls OR rolcreaterole"
            " OR rolcreatedb OR rolreplication FROM pg_roles WHERE rolname = ANY (%s)",
            list(ROLES),
        )
    }
    assert found == {
        roles.OWNER: (True, True, False),
        roles.APP: (True, False, False),
        roles.SIGHT: (False, True, False),
        roles.SYSTEM: (False, True, False),
        roles.IMPORT: (False, True, False),
        roles.PERSON: (False, True, False),
        roles.RECORDS: (False, True, False),
    }


def test_memberships_are_these_and_no_other(ready: Embedded) -> None:
    with psycopg.connect(ready.superuser_dsn) as connection:
        version = connection.info.server_version
    if version < 160000:  # Inheriting isn't a membership's there, but the member's (attributes).
        assert ask(
            ready.superuser_dsn,
            "SELECT roleid::regrole::text, member::regrole::text, admin_option FROM pg_auth_members"
            " WHERE roleid::regrole::text LIKE 'lintel%%' ORDER BY 1",
        ) == [
            (roles.IMPORT, roles.OWNER, False),
            (roles.PERSON, roles.APP, False),
            (roles.RECORDS, roles.OWNER, False),
            (roles.SIGHT, roles.OWNER, False),
            (roles.SYSTEM, roles.APP, False),
        ]
        return
    found = ask(
        ready.superuser_dsn,
        "SELECT roleid::regrole::text, member::regrole::text, inherit_option, set_option,"
        " admin_option FROM pg_auth_members"
        " WHERE roleid::regrole::text LIKE 'lintel%%' OR member::regrole::text LIKE 'lintel%%'"
        " ORDER BY 1",
    )
    assert found == [
        (roles.IMPORT, roles.OWNER, False, True, False),
        (roles.PERSON, roles.APP, False, True, False),
        (roles.RECORDS, roles.OWNER, True, True, False),
        (roles.SIGHT, roles.OWNER, True, True, False),
        (roles.SYSTEM, roles.APP, False, True, False),
    ]


def test_the_database_is_the_owners_and_open_to_nobody_else(ready: Embedded) -> None:
    assert ask(
        ready.dsn("postgres", "area"),
        "SELECT pg_get_userbyid(datdba), has_database_privilege('lintel_app', oid, 'CONNECT'),"
        " has_database_privilege('lintel_app', oid, 'TEMP'),"
        " has_database_privilege('lintel_app', oid, 'CREATE'),"
        " has_database_privilege('lintel_sight', oid, 'CONNECT')"
        " FROM pg_database WHERE datname = 'area'",
    ) == [(roles.OWNER, True, False, False, False)]
    assert ask(
        ready.dsn("postgres", "area"),
        "SELECT nspowner::regrole::text, has_schema_privilege('lintel_app', oid, 'CREATE'),"
        " has_schema_privilege('lintel_app', oid, 'USAGE'),"
        " has_schema_privilege('lintel_sight', oid, 'CREATE')"
        " FROM pg_namespace WHERE nspname = 'public'",
    ) == [(roles.OWNER, False, True, True)]


def test_extensions(ready: Embedded) -> None:
    found = ask(ready.dsn("postgres", "area"), "SELECT extname FROM pg_extension")
    assert {str(row[0]) for row in found} >= set(roles.EXTENSIONS)


@pytest.mark.parametrize("role", [roles.OWNER, "postgres"])
def test_the_application_cannot_become_more(ready: Embedded, role: str) -> None:
    with psycopg.connect(ready.dsn(roles.APP, "area"), autocommit=True) as connection:
        for statement in (f"SET ROLE {role}", f"SET SESSION AUTHORIZATION {role}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[call-overload]


def test_the_application_becomes_the_system_only_by_asking(ready: Embedded) -> None:
    with psycopg.connect(ready.dsn(roles.OWNER, "area")) as connection:
        connection.execute("CREATE TABLE relay (id int)")
        connection.execute(f"GRANT SELECT ON relay TO {roles.SYSTEM}")
    with psycopg.connect(ready.dsn(roles.APP, "area")) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM relay")
        connection.rollback()
        connection.execute(f"SET LOCAL ROLE {roles.SYSTEM}")
        assert connection.execute("SELECT count(*) FROM relay").fetchone() == (0,)


def test_a_new_table_gives_the_application_nothing(ready: Embedded) -> None:
    with psycopg.connect(ready.dsn(roles.OWNER, "area")) as connection:
        connection.execute("CREATE TABLE fresh (id int GENERATED ALWAYS AS IDENTITY)")
    with psycopg.connect(ready.dsn(roles.APP, "area")) as connection:
        for statement in ("SELECT * FROM fresh", "INSERT INTO fresh DEFAULT VALUES"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[call-overload]
            connection.rollback()


def test_the_owner_hands_functions_to_the_definer_and_replaces_them(ready: Embedded) -> None:
    made = "CREATE OR REPLACE FUNCTION seen() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1"
    for _ in range(2):
        with psycopg.connect(ready.dsn(roles.OWNER, "area")) as connection:
            connection.execute(made)
            connection.execute(f"ALTER FUNCTION seen() OWNER TO {roles.SIGHT}")
            connection.execute("REVOKE ALL ON FUNCTION seen() FROM PUBLIC")
            connection.execute(f"GRANT EXECUTE ON FUNCTION seen() TO {roles.APP}")
    assert ask(ready.dsn(roles.APP, "area"), "SELECT seen()") == [(1,)]


def test_what_somebody_loosened_is_put_right(ready: Embedded) -> None:
    with psycopg.connect(ready.superuser_dsn, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {roles.APP} BYPASSRLS INHERIT CREATEDB")
        connection.execute(f"ALTER ROLE {roles.SIGHT} LOGIN")
    with psycopg.connect(ready.dsn("postgres", "area"), autocommit=True) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    roles.ensure_roles(ready.superuser_dsn, "area")
    test_attributes(ready)
    test_the_database_is_the_owners_and_open_to_nobody_else(ready)


def test_without_a_superuser() -> None:
    """As a managed service gives it: CREATEROLE and CREATEDB, no more. On a server of its own."""
    with open_folder() as folder, Embedded(folder / "pg", durable=False) as own:
        with psycopg.connect(own.superuser_dsn, autocommit=True) as connection:
            connection.execute("CREATE ROLE manager CREATEROLE CREATEDB LOGIN")
            # The folder's user signs in as Lintel's roles only; let it in as this one too.
            with (own.data / "pg_ident.conf").open("a") as file:
                file.writelines(f'lintel "{name}" manager\n' for name in {own_account().name})
            connection.execute("SELECT pg_reload_conf()")
        managed = own.dsn("manager", "postgres")
        for _ in range(2):
            roles.ensure_roles(managed, "area", roles.Passwords("one", "two"))
        assert ask(own.dsn(roles.APP, "area"), "SELECT 1") == [(1,)]
        stored = ask(
            own.superuser_dsn, "SELECT rolpassword FROM pg_authid WHERE rolname = %s", roles.APP
        )
        assert str(stored[0][0]).startswith("SCRAM-SHA-256$")
        test_attributes(own)
