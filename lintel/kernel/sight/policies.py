"""SQL that puts a table about a person under row security. Used by migrations only.

The policies' shape is measured (docs/performance.md): an init plan over an index, evaluated once
a statement. A function for each row, or a correlated subquery, costs hundreds of times more.
"""

from django.db import migrations

from lintel.kernel.sight.states import Category

APP = "lintel_app"
SIGHT = "lintel_sight"
SYSTEM = "lintel_system"


def key_expression(category: Category | None) -> str:
    """The generated column's expression; with no category the row's own column is used."""
    number = "category" if category is None else str(int(category))
    return f"person_id * 1048576 + owner_id * 16 + {number}"


def enable(table: str) -> str:
    """Force row security on the table: nothing is visible until a policy says so."""
    return f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"


def grant(table: str, privileges: str = "SELECT, INSERT, UPDATE", role: str = APP) -> str:
    """Grant privileges on the table (no DELETE unless asked for)."""
    return f"GRANT {privileges} ON {table} TO {role};"


def grant_sequence(table: str, column: str = "id", role: str = APP) -> str:
    """Let the role use an identity column's sequence (a no-op need on identity, kept for COPY)."""
    return f"GRANT USAGE ON SEQUENCE {table}_{column}_seq TO {role};"


def policy(table: str, name: str, *, role: str, command: str, using: str = "", check: str = "") -> str:
    """One CREATE POLICY statement."""
    parts = [f"CREATE POLICY {name} ON {table} FOR {command} TO {role}"]
    if using:
        parts.append(f"USING ({using})")
    if check:
        parts.append(f"WITH CHECK ({check})")
    return " ".join(parts) + ";"


def keys(*categories: Category) -> str:
    """The held keys that the bound worker may see in these categories (all when none given)."""
    numbers = ",".join(str(int(c)) for c in (categories or tuple(Category)))
    return f"ANY ((SELECT sight_keys('{{{numbers}}}'::smallint[]))::bigint[])"


def held(table: str, *categories: Category) -> str:
    """Row security for a table with person, owner and `held_key`.

    Seen: what a sight row opens. Written: only by a worker of the owning agency, about a person
    in the worker's sight. The definer role reads all, to derive sight.
    """
    seen = f"held_key = {keys(*categories)}"
    written = "owner_id = (SELECT my_agency())"
    return "\n".join(
        [
            enable(table),
            grant(table),
            policy(table, f"{table}_seen", role=APP, command="SELECT", using=seen),
            policy(table, f"{table}_added", role=APP, command="INSERT", check=written),
            policy(
                table,
                f"{table}_changed",
                role=APP,
                command="UPDATE",
                using=f"{seen} AND {written}",
                check=written,
            ),
            read_by_definer(table),
        ]
    )


def read_by_definer(table: str) -> str:
    """Let the sight functions read the table: they derive sight from it."""
    return grant(table, "SELECT", SIGHT) + policy(
        table, f"{table}_derive", role=SIGHT, command="SELECT", using="true"
    )


def unprotect(table: str) -> str:
    """The reverse: drop all policies of a table and switch row security off."""
    return f"""
    DO $$ DECLARE p record; BEGIN
      FOR p IN SELECT policyname FROM pg_policies WHERE tablename = '{table}' LOOP
        EXECUTE format('DROP POLICY %I ON {table}', p.policyname);
      END LOOP;
    END $$;
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    REVOKE ALL ON {table} FROM {APP}, {SIGHT}, {SYSTEM};
    """


def definer(signature: str) -> str:
    """Hand a function to the definer role, and let only the application and the jobs run it."""
    return f"""
    ALTER FUNCTION {signature} OWNER TO {SIGHT};
    REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION {signature} TO {APP}, {SYSTEM}, {SIGHT};
    """


def run(forward: str, reverse: str = migrations.RunSQL.noop) -> migrations.RunSQL:
    """A migration step."""
    return migrations.RunSQL(forward, reverse)
