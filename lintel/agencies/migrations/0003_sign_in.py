"""Sessions that can be ended everywhere, guesses that are counted, and who reads the record."""

import django.db.models.deletion
from django.db import migrations, models

from lintel.kernel.access import ACCESS_POLICY_REVERSE_SQL, ACCESS_POLICY_SQL
from lintel.kernel.events import EVENT_POLICY_REVERSE_SQL, EVENT_POLICY_SQL
from lintel.kernel.sight import policies as p


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_functions"), ("kernel", "0004_jobs")]
    operations = [
        migrations.AddField("user", "sign_in_epoch", models.PositiveIntegerField(default=0)),
        migrations.CreateModel(
            name="Guess",
            fields=[
                (
                    "worker",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="guesses",
                        serialize=False,
                        to="agencies.worker",
                    ),
                ),
                ("began", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        p.run(
            p.grant("agencies_guess", "SELECT, INSERT, UPDATE, DELETE"),
            f"REVOKE ALL ON agencies_guess FROM {p.APP};",
        ),
        p.run(ACCESS_POLICY_SQL, ACCESS_POLICY_REVERSE_SQL),
        p.run(EVENT_POLICY_SQL, EVENT_POLICY_REVERSE_SQL),
    ]
