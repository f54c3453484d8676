"""An index for the second half of the policy on notices: those of the teams answered for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0004_relay"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["sender_team_id", "-show_from"], name="notice_team"),
        ),
    ]
