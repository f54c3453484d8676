"""Let the import load questions and requests for copies: an area that begins with its past."""

from django.db import migrations

from lintel.kernel.sight import policies as p

TABLES = ["records_question", "records_copyrequest"]
FORWARD = "".join(
    p.loaded_by_import(t) + f"GRANT USAGE ON SEQUENCE {t}_id_seq TO {p.IMPORT};" for t in TABLES
)
REVERSE = "".join(
    f"DROP POLICY {t}_load ON {t}; REVOKE ALL ON {t} FROM {p.IMPORT};"
    f"REVOKE ALL ON SEQUENCE {t}_id_seq FROM {p.IMPORT};"
    for t in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("records", "0004_held_back_reminders")]
    operations = [p.run(FORWARD, REVERSE)]
