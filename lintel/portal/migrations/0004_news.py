"""Whether a person wants to be told by e-mail that there is an answer: theirs to say."""

from django.db import migrations, models

from lintel.kernel.sight import policies as p


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_row_security")]
    operations = [
        migrations.AddField(
            model_name="reach",
            name="news",
            field=models.BooleanField(db_default=False, default=False),
        ),
        p.run(
            f"GRANT UPDATE (news) ON portal_reach TO {p.PERSON};",
            f"REVOKE UPDATE (news) ON portal_reach FROM {p.PERSON};",
        ),
    ]
