"""What the application may do with the job queue, whose tables belong to the owner.

Depends on the newest migration of the queue: after an upgrade that adds tables, add a migration
with their grants.
"""

from django.db import migrations

# The application runs the workers too, so it moves, finishes and clears jobs. The system role
# only queues them, from within its own transactions.
JOBS_GRANT_SQL = """
    GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events,
        procrastinate_periodic_defers, procrastinate_workers TO lintel_app;
    GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq,
        procrastinate_periodic_defers_id_seq TO lintel_app;
    GRANT SELECT (id), INSERT ON procrastinate_jobs TO lintel_system;
    GRANT INSERT ON procrastinate_events TO lintel_system;
    GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq
        TO lintel_system;
"""
JOBS_REVOKE_SQL = """
    REVOKE ALL ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,
        procrastinate_workers FROM lintel_app, lintel_system;
    REVOKE ALL ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq,
        procrastinate_periodic_defers_id_seq FROM lintel_app, lintel_system;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_once_and_message"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [migrations.RunSQL(JOBS_GRANT_SQL, JOBS_REVOKE_SQL)]
