"""What a rule was made from, and the counts of who would gain and lose sight by a draft."""

import django.db.models.deletion
from django.db import migrations, models

from lintel.kernel.sight import policies as p

TABLE = "sharing_preview"
PARTNERSHIP = "(SELECT leads_partnership())"
DRAFT = (
    "EXISTS (SELECT 1 FROM sharing_agreement a WHERE a.id = agreement_id AND a.effective IS NULL)"
)
# Counts only; for those who decide. Asked for by an action, counted by a job.
SECURITY = (
    p.enable(TABLE)
    + p.grant(TABLE, "SELECT, INSERT, DELETE")
    + p.policy(TABLE, "preview_read", role=p.APP, command="SELECT", using=PARTNERSHIP)
    + p.policy(
        TABLE,
        "preview_asked",
        role=p.APP,
        command="INSERT",
        check=f"{PARTNERSHIP} AND asked_by_id = {p.ME} AND finished IS NULL AND {DRAFT}",
    )
    + p.policy(TABLE, "preview_dropped", role=p.APP, command="DELETE", using=PARTNERSHIP)
    + p.grant(TABLE, "SELECT, UPDATE", p.SYSTEM)
    + p.policy(TABLE, "preview_counted", role=p.SYSTEM, command="ALL", using="true", check="true")
    + p.loaded_by_import(TABLE)
)


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0005_takes_part"),
        ("sharing", "0007_training_and_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="rule",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="sharing.rule",
            ),
        ),
        migrations.CreateModel(
            name="Preview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked", models.DateTimeField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("moment", models.DateTimeField()),
                ("total", models.BigIntegerField(default=0)),
                ("done", models.BigIntegerField(default=0)),
                ("finished", models.DateTimeField(blank=True, null=True)),
                ("rows", models.JSONField(default=list)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="previews",
                        to="sharing.agreement",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.worker",
                    ),
                ),
            ],
        ),
        p.run(SECURITY, p.unprotect(TABLE)),
    ]
