"""Who waits still, and who waited in a month, found without reading all who waited once.

Concurrently: delays are noted all day.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from lintel.kernel.sight import policies as p

DAYS = """
CREATE INDEX CONCURRENTLY waiting_days ON hospital_waiting USING gist (daterange(since, until))
WHERE until IS NOT NULL AND superseded IS NULL
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("hospital", "0010_admission_security")]

    operations = [
        AddIndexConcurrently(
            "waiting",
            models.Index(
                fields=["owner", "person"],
                name="waiting_open",
                condition=models.Q(("superseded__isnull", True), ("until__isnull", True)),
            ),
        ),
        p.run(DAYS, "DROP INDEX CONCURRENTLY waiting_days"),
    ]
