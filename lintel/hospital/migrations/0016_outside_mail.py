"""What became of the messages to a council outside stands on the notice, where the ward reads it.

The jobs write it, and nothing else of a notice but when it climbed.
"""

from django.db import migrations, models

from lintel.hospital.states import MailState
from lintel.kernel.sight import policies as p

NOTICE, ANSWER = "hospital_notice", "hospital_answer"
COLUMNS = "mail, mail_at, mail_tries, opened"
# Of notices that went out before: their latest link was kept only once it was sent.
BEFORE = f"""
ALTER TABLE {NOTICE} NO FORCE ROW LEVEL SECURITY;
UPDATE {NOTICE} n SET mail = 'sent', mail_at = l.made, opened = l.opened
FROM (SELECT notice_id, max(made) AS made, min(opened) AS opened FROM hospital_outsidelink
      GROUP BY notice_id) l WHERE l.notice_id = n.id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE {NOTICE} FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("hospital", "0015_figures_from_sums")]
    operations = [
        migrations.AddField(
            "notice",
            "mail",
            models.CharField(blank=True, choices=MailState.choices, db_default="", max_length=8),
        ),
        migrations.AddField("notice", "mail_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "notice", "mail_tries", models.PositiveSmallIntegerField(db_default=0, default=0)
        ),
        migrations.AddField("notice", "opened", models.DateTimeField(null=True)),
        p.run(
            f"GRANT UPDATE ({COLUMNS}) ON {NOTICE} TO {p.SYSTEM};" + BEFORE,
            f"REVOKE UPDATE ({COLUMNS}) ON {NOTICE} FROM {p.SYSTEM};",
        ),
        # As all else of a stay: an area is loaded with what councils answered.
        p.run(
            p.loaded_by_import(ANSWER),
            f"DROP POLICY {ANSWER}_load ON {ANSWER}; REVOKE ALL ON {ANSWER} FROM {p.IMPORT};",
        ),
    ]
