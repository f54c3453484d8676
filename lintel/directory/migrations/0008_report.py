"""What anybody says is wrong with an entry: added by all, read and settled by workers in post."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from lintel.kernel.sight import policies as p

TABLE = "directory_report"
FORWARD = (
    p.enable(TABLE)
    + p.grant(TABLE, "SELECT, INSERT, UPDATE")
    # Signed out, too: a row goes in, and nothing comes out.
    + p.policy(TABLE, "directory_report_add", role=p.APP, command="INSERT", check="true")
    + "".join(
        p.policy(
            TABLE,
            f"directory_report_workers_{command.lower()}",
            role=p.APP,
            command=command,
            using="(SELECT my_agency()) IS NOT NULL",
        )
        for command in ("SELECT", "UPDATE")
    )
    + "".join(
        p.grant(TABLE, "SELECT, INSERT, UPDATE, DELETE", role)
        + p.policy(TABLE, f"{TABLE}_{role}", role=role, command="ALL", using="true", check="true")
        for role in (p.SYSTEM, p.IMPORT)
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0007_hands"),
        ("agencies", "0002_functions"),
        ("sight", "0002_functions"),
    ]
    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("words", models.CharField(max_length=600)),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="directory.service",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.worker",
                    ),
                ),
            ],
        ),
        p.run(FORWARD, p.unprotect(TABLE)),
    ]
