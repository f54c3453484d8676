from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sight", "0002_functions"),
    ]

    operations = [
        migrations.AddField(
            model_name="sight",
            name="detail",
            field=models.SmallIntegerField(db_default=2, default=2),
        ),
        migrations.AlterField(
            model_name="sight",
            name="source",
            field=models.CharField(
                choices=[
                    ("patch", "the person's home is on the worker's patch"),
                    ("caseload", "the worker is a named worker for the person"),
                    ("consent", "the person consented"),
                    ("request", "the worker is handling a request about the person"),
                    ("override", "the worker opened the record for safety"),
                    ("circle", "the person agreed that the worker is in their circle"),
                    ("basis", "the law allows it, as written down and authorised"),
                ],
                max_length=12,
            ),
        ),
    ]
