"""The loop is derived, and signing is a signature: what the database already has (config 0007)."""

from django.db import migrations

import lintel.kernel.fields


class Migration(migrations.Migration):
    dependencies = [("agencies", "0005_takes_part"), ("config", "0007_sight_by_agreement")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="agency", name="signed_on"),
                migrations.AlterField(
                    model_name="worker",
                    name="loop",
                    field=lintel.kernel.fields.MomentsField(
                        blank=True, default=None, editable=False, null=True
                    ),
                ),
            ]
        )
    ]
