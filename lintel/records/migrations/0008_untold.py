"""A copy doesn't count, in who has looked, what a basis that the person wasn't told of would tell."""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.records import sql

UNTOLD = "access_untold(bigint, bigint, bigint, timestamptz, text)"


class Migration(migrations.Migration):
    dependencies = [("records", "0007_hospital"), ("sharing", "0016_override_untold")]
    operations = [
        p.run(
            f"GRANT EXECUTE ON FUNCTION {UNTOLD} TO {p.RECORDS};" + sql.functions(),
            sql.functions().replace(sql.UNTOLD, "")
            + f"REVOKE ALL ON FUNCTION {UNTOLD} FROM {p.RECORDS};",
        )
    ]
