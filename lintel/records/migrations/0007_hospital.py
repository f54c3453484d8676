"""Copies and erasing know what is held about stays in hospital."""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.records import sql

# Their rows are found through the notice that they belong to.
BESIDE = ["hospital_answer", "hospital_outsidelink"]

NOTICE = "hospital_notice"

FORWARD = (
    "".join(p.answered_for(table) for table in BESIDE)
    + f"GRANT UPDATE (consent_id) ON {NOTICE} TO {p.RECORDS};"
    + p.policy(
        NOTICE, f"{NOTICE}_emptied", role=p.RECORDS, command="UPDATE", using="true", check="true"
    )
    + sql.functions()
)
REVERSE = (
    f"DROP POLICY {NOTICE}_emptied ON {NOTICE};"
    f"REVOKE UPDATE (consent_id) ON {NOTICE} FROM {p.RECORDS};"
    + "".join(p.not_answered_for(table) for table in BESIDE)
)


class Migration(migrations.Migration):
    dependencies = [("records", "0006_known_by_requests"), ("hospital", "0002_row_security")]
    operations = [p.run(FORWARD, REVERSE)]
