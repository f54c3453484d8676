"""The daily job reads when a note that is held back is to be looked at again."""

from django.db import migrations

from lintel.kernel.sight import policies as p

TABLE = "sharing_heldback"
FORWARD = p.grant(TABLE, "SELECT", p.SYSTEM) + p.policy(
    TABLE, "held_back_reminds", role=p.SYSTEM, command="SELECT", using="true"
)
REVERSE = f"DROP POLICY held_back_reminds ON {TABLE}; REVOKE ALL ON {TABLE} FROM {p.SYSTEM};"


class Migration(migrations.Migration):
    dependencies = [("records", "0003_copy_and_erase"), ("sharing", "0012_override_security")]
    operations = [p.run(FORWARD, REVERSE)]
