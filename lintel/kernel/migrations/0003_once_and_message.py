"""Who may touch the kept answers and the outgoing messages."""

from django.db import migrations

MINE = "worker_id = (SELECT nullif(current_setting('lintel.worker', true), '')::bigint)"

ONCE = f"""
    ALTER TABLE kernel_once ENABLE ROW LEVEL SECURITY;
    ALTER TABLE kernel_once FORCE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT (worker_id, scope, key, fingerprint), UPDATE (response) ON kernel_once
        TO lintel_app;
    GRANT SELECT, DELETE ON kernel_once TO lintel_system;
    CREATE POLICY kernel_once_mine ON kernel_once TO lintel_app
        USING ({MINE}) WITH CHECK ({MINE});
    CREATE POLICY kernel_once_old ON kernel_once TO lintel_system USING (true);
"""
UNDO_ONCE = """
    DROP POLICY kernel_once_old ON kernel_once;
    DROP POLICY kernel_once_mine ON kernel_once;
    REVOKE ALL ON kernel_once FROM lintel_app, lintel_system;
    ALTER TABLE kernel_once NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE kernel_once DISABLE ROW LEVEL SECURITY;
"""
# A worker queues messages and can't look at any: that one was sent, and to whom, is a trace of
# what a receiving service did. Reading and sending are the system's.
MESSAGE = """
    ALTER TABLE kernel_message ENABLE ROW LEVEL SECURITY;
    ALTER TABLE kernel_message FORCE ROW LEVEL SECURITY;
    GRANT INSERT ON kernel_message TO lintel_app;
    GRANT SELECT, INSERT ON kernel_message TO lintel_system;
    GRANT UPDATE (state, attempts, last_error, next_attempt, claimed_at, sent_at)
        ON kernel_message TO lintel_system;
    CREATE POLICY kernel_message_queue ON kernel_message FOR INSERT TO lintel_app
        WITH CHECK (state = 'queued' AND attempts = 0);
    CREATE POLICY kernel_message_send ON kernel_message TO lintel_system
        USING (true) WITH CHECK (true);
"""
UNDO_MESSAGE = """
    DROP POLICY kernel_message_send ON kernel_message;
    DROP POLICY kernel_message_queue ON kernel_message;
    REVOKE ALL ON kernel_message FROM lintel_app, lintel_system;
    ALTER TABLE kernel_message NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE kernel_message DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_append_only")]

    operations = [
        migrations.RunSQL(ONCE, UNDO_ONCE),
        migrations.RunSQL(MESSAGE, UNDO_MESSAGE),
    ]
