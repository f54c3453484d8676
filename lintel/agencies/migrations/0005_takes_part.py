from django.db import migrations

import lintel.kernel.fields


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_drop_covers"),
    ]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="takes_part",
            field=lintel.kernel.fields.MomentsField(
                blank=True, default=None, editable=False, null=True
            ),
        ),
    ]
