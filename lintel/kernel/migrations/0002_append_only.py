"""Events, accesses and seals can be added to and read, and nothing else, by anybody.

See docs/adr/0004-tamper-evident-record.md. Who may read events and accesses is said by a
migration of agencies (`ACCESS_POLICY_SQL`, `EVENT_POLICY_SQL`): it knows the information leads.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: it can only be added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
# Whoever takes a number for a row holds this lock until commit or rollback: the statement's
# trigger fires before the number is taken. So the sealer, which asks for the lock alone for an
# instant, learns the highest number below which nothing can still appear.
IN_FLIGHT = """
CREATE FUNCTION kernel_in_flight() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(19534, TG_ARGV[0]::int);
    RETURN NULL;
END $$;
"""


def append_only(table: str) -> str:
    """Refuse every change of a row, and emptying, to everybody, the owner too."""
    return f"""
    CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
    """


def in_flight(table: str, number: int) -> str:
    """Hold the stream's shared lock from before a row has its number."""
    return f"""
    CREATE TRIGGER {table}_in_flight BEFORE INSERT ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION kernel_in_flight({number});
    """


def stream(table: str, number: int, columns: str) -> str:
    """A sealed table. No privilege on `id` and `recorded_at`: those are the database's to say."""
    return f"""
    {append_only(table)}
    {in_flight(table, number)}
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT ({columns}) ON {table} TO lintel_app, lintel_system;
    GRANT INSERT ({columns}) ON {table} TO lintel_import;
    GRANT SELECT ON SEQUENCE {table}_id_seq TO lintel_app, lintel_system;
    CREATE POLICY {table}_add ON {table} FOR INSERT
        TO lintel_app, lintel_system, lintel_import WITH CHECK (true);
    CREATE POLICY {table}_seal ON {table} FOR SELECT TO lintel_system USING (true);
    """


def undo_stream(table: str) -> str:
    return f"""
    DROP POLICY {table}_seal ON {table};
    DROP POLICY {table}_add ON {table};
    REVOKE ALL ON SEQUENCE {table}_id_seq FROM lintel_app, lintel_system;
    REVOKE ALL ON {table} FROM lintel_app, lintel_system, lintel_import;
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    DROP TRIGGER {table}_in_flight ON {table};
    DROP TRIGGER {table}_append_only ON {table};
    """


ACCESS_COLUMNS = (
    "at, verb, worker_id, worker_agency_id, integration_id, person_id, person_ids, owner_id,"
    " categories, why, purpose, request_ref, page"
)
EVENT_COLUMNS = (
    "at, verb, actor_worker_id, actor_agency_id, integration_id, subject_kind, subject_id,"
    " person_id, owner_id, data"
)
SEAL_COLUMNS = (
    "stream, number, after_id, first_id, last_id, upto_id, count, leaves, root, previous_hash,"
    " hash, sealed_at"
)
# Hashes don't compress: don't try.
SEAL = f"""
    ALTER TABLE kernel_seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
    {append_only("kernel_seal")}
    GRANT SELECT, INSERT ({SEAL_COLUMNS}) ON kernel_seal TO lintel_system;
"""
UNDO_SEAL = """
    REVOKE ALL ON kernel_seal FROM lintel_system;
    DROP TRIGGER kernel_seal_append_only ON kernel_seal;
    ALTER TABLE kernel_seal ALTER COLUMN leaves SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION kernel_refuse_change();"),
        migrations.RunSQL(IN_FLIGHT, "DROP FUNCTION kernel_in_flight();"),
        migrations.RunSQL(stream("kernel_access", 1, ACCESS_COLUMNS), undo_stream("kernel_access")),
        migrations.RunSQL(stream("kernel_event", 2, EVENT_COLUMNS), undo_stream("kernel_event")),
        migrations.RunSQL(SEAL, UNDO_SEAL),
    ]
