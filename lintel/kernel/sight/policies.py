"""SQL that puts a table about a person under row security. Used by migrations only.

The policies' shape is measured (docs/performance.md): an init plan over an index, evaluated once
a statement. A function for each row, or a correlated subquery, costs hundreds of times more.
"""

from django.db import migrations

from lintel.kernel.sight.states import Category

APP = "lintel_app"
SIGHT = "lintel_sight"
SYSTEM = "lintel_system"
IMPORT = "lintel_import"
PERSON = "lintel_person"
RECORDS = "lintel_records"

# The people whose identity the bound worker may see.
PEOPLE = "ANY ((SELECT sight_people())::bigint[])"
ME = "(SELECT current_worker())"
MY_TEAMS = "ANY ((SELECT my_teams())::bigint[])"
# The people whose own view the bound account sees; those of them who are the account's own self.
SUBJECTS = "ANY ((SELECT subject_people())::bigint[])"
SELF = "ANY ((SELECT subject_self())::bigint[])"
# What a worker writes of their own agency: about a person in their sight.
WRITTEN = f"owner_id = (SELECT my_agency()) AND person_id = {PEOPLE}"
MY_DESKS = "ANY ((SELECT my_desk_teams())::bigint[])"


def key_expression(category: Category | None) -> str:
    """The generated column's expression; with no category the row's own column is used."""
    number = "category" if category is None else str(int(category))
    return f"person_id * 1048576 + owner_id * 16 + {number}"


def enable(table: str) -> str:
    """Force row security on the table: nothing is visible until a policy says so."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    )


def grant(table: str, privileges: str = "SELECT, INSERT, UPDATE", role: str = APP) -> str:
    """Grant privileges on the table (no DELETE unless asked for)."""
    return f"GRANT {privileges} ON {table} TO {role};"


def policy(
    table: str, name: str, *, role: str, command: str, using: str = "", check: str = ""
) -> str:
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


def full_keys(*categories: Category) -> str:
    """The held keys of which the bound worker may read all, also what somebody wrote in words."""
    return keys(*categories).replace("sight_keys(", "sight_keys_full(")


def read_in_full(table: str, *categories: Category, facts: str = "") -> str:
    """Words are read by whoever may read all of a category, not a summary (docs/adr/0023).

    `facts`: which of the rows hold no words, and stay in sight of a summary. A table that is
    written asks the same of a change: `changed_in_full`.
    """
    return f"ALTER POLICY {table}_seen ON {table} USING ({_read_in_full(categories, facts)});"


def read_in_summary(table: str, *categories: Category) -> str:
    """The reverse of `read_in_full`: any sight of the category shows the row."""
    return f"ALTER POLICY {table}_seen ON {table} USING (held_key = {keys(*categories)});"


def changed_in_full(table: str, *categories: Category, facts: str = "") -> str:
    """Words are overwritten by whoever may read them, and works for the agency that holds them.

    An update that reads nothing (no WHERE, no RETURNING) isn't asked the policy for reads.
    """
    seen = _read_in_full(categories, facts)
    return f"ALTER POLICY {table}_changed ON {table} USING (({seen}) AND {WRITTEN});"


def changed_in_summary(table: str, *categories: Category) -> str:
    """The reverse of `changed_in_full`: as `held` makes it."""
    seen = f"held_key = {keys(*categories)}"
    return f"ALTER POLICY {table}_changed ON {table} USING ({seen} AND {WRITTEN});"


def _read_in_full(categories: tuple[Category, ...], facts: str) -> str:
    seen = f"held_key = {full_keys(*categories)}"
    return f"held_key = {keys(*categories)} AND ({facts} OR {seen})" if facts else seen


def held(table: str, *categories: Category, writes: bool = True) -> str:
    """Row security for a table with person, owner and `held_key`.

    Seen: what a sight row opens, a summary too; a table with words asks for more
    (`read_in_full`, `changed_in_full`). Written: only by a worker of the owning agency, about a
    person in the worker's sight. The definer role reads all, to derive sight; the import role
    loads.
    """
    seen = f"held_key = {keys(*categories)}"
    parts = [
        enable(table),
        grant(table, "SELECT"),
        policy(table, f"{table}_seen", role=APP, command="SELECT", using=seen),
        read_by_definer(table),
        loaded_by_import(table),
    ]
    if writes:
        parts += [
            grant(table, "INSERT, UPDATE"),
            policy(table, f"{table}_added", role=APP, command="INSERT", check=WRITTEN),
            policy(
                table,
                f"{table}_changed",
                role=APP,
                command="UPDATE",
                using=f"{seen} AND {WRITTEN}",
                check=WRITTEN,
            ),
        ]
    return "\n".join(parts)


def loaded_by_import(table: str) -> str:
    """Let the import load the table (a command's role, never the web's)."""
    return grant(table, "SELECT, INSERT, UPDATE", IMPORT) + policy(
        table, f"{table}_load", role=IMPORT, command="ALL", using="true", check="true"
    )


def read_by_definer(table: str) -> str:
    """Let the sight functions read the table: they derive sight from it."""
    return grant(table, "SELECT", SIGHT) + policy(
        table, f"{table}_derive", role=SIGHT, command="SELECT", using="true"
    )


def seen_by_person(
    table: str, category: Category | str | None = None, *, more: str = "true", name: str = ""
) -> str:
    """Let the person see their rows of a table in their own view, and whom they let look.

    `category`: the rows' own, or a column's name; None for what every viewer sees. A policy of
    the role `lintel_person` alone, so that what workers' queries cost does not change.
    """
    held = f"person_id = {SUBJECTS}"
    if category is not None:
        number = category if isinstance(category, str) else str(int(category))
        held += f" AND (person_id * 16 + {number}) = ANY ((SELECT subject_held())::bigint[])"
    return grant(table, "SELECT", PERSON) + policy(
        table, name or f"{table}_person", role=PERSON, command="SELECT", using=f"{held} AND {more}"
    )


def answered_for(table: str, *, erased: bool = True) -> str:
    """Let the functions that copy and erase what an agency holds read a table, and erase from it.

    The application never becomes `lintel_records`: it runs those functions, and they check who
    asks. A table about a person also stands in `lintel.records.kept`.
    """
    found = grant(table, "SELECT", RECORDS) + policy(
        table, f"{table}_copied", role=RECORDS, command="SELECT", using="true"
    )
    if erased:
        found += grant(table, "DELETE", RECORDS) + policy(
            table, f"{table}_erased", role=RECORDS, command="DELETE", using="true"
        )
    return found


def not_answered_for(table: str) -> str:
    """The reverse of `answered_for`."""
    return (
        f"DROP POLICY {table}_copied ON {table}; DROP POLICY IF EXISTS {table}_erased ON {table};"
        f"REVOKE ALL ON {table} FROM {RECORDS};"
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
    REVOKE ALL ON {table} FROM {APP}, {SIGHT}, {SYSTEM}, {IMPORT}, {PERSON}, {RECORDS};
    """


def definer(signature: str) -> str:
    """Hand a function to the definer role, and let only the application and the jobs run it.

    One plan for all callers: planning anew for each would cost three times the look-up itself
    (docs/performance.md).
    """
    return f"""
    ALTER FUNCTION {signature} SET plan_cache_mode = force_generic_plan;
    ALTER FUNCTION {signature} OWNER TO {SIGHT};
    REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION {signature} TO {APP}, {SYSTEM}, {SIGHT};
    """


def records_function(signature: str, *, to: str = "") -> str:
    """Hand a function to `lintel_records`; run by nobody but the roles `to`, if any."""
    return f"""
    ALTER FUNCTION {signature} OWNER TO {RECORDS};
    REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;
    """ + (f"GRANT EXECUTE ON FUNCTION {signature} TO {to};" if to else "")


def withhold(signature: str) -> str:
    """Take a definer's function away from the application: triggers run it, or a command."""
    return f"REVOKE ALL ON FUNCTION {signature} FROM {APP};"


def recomputed_by_trigger(table: str) -> str:
    """Recompute sight of the people of every row that a statement adds, changes or removes.

    By trigger, so that no code path can change a source of sight and forget (docs/adr/0007).
    """
    tables = {
        "insert": "REFERENCING NEW TABLE AS new_rows",
        "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "REFERENCING OLD TABLE AS old_rows",
    }
    return "\n".join(
        f"CREATE TRIGGER {table}_sight_{verb} AFTER {verb.upper()} ON {table} {names} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION sight_of_people_changed();"
        for verb, names in tables.items()
    )


def no_trigger(table: str) -> str:
    """The reverse of `recomputed_by_trigger`."""
    return "\n".join(
        f"DROP TRIGGER IF EXISTS {table}_sight_{verb} ON {table};"
        for verb in ("insert", "update", "delete")
    )


def run(forward: str, reverse: str = migrations.RunSQL.noop) -> migrations.RunSQL:
    """A migration step."""
    return migrations.RunSQL(forward, reverse)
