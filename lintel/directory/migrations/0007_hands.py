"""Who wrote in a version: two people see to every publishing, and neither is both."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_searching_and_grants")]
    operations = [
        migrations.AddField(
            model_name="version",
            name="hands",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        )
    ]
