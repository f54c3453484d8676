"""More times on the desk: sent, climbing, opening; and a clock on all that is open."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests", "0002_row_security")]

    operations = [
        migrations.AddField(
            model_name="handling",
            name="climb_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="handling",
            name="contacts",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="handling",
            name="open_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="handling",
            name="opened",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="handling",
            name="sent",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="notice",
            name="code",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("question", "We need to know more"),
                    ("decided", "Decided"),
                    ("closed", "Closed"),
                    ("written", "New message"),
                    ("overdue", "Overdue"),
                    ("redirected", "Passed to another team"),
                    ("handed_over", "Now with somebody else"),
                    ("reopened", "Opened again"),
                    ("opened", "Open to both sides"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="verb",
            field=models.CharField(
                choices=[
                    ("arrive", "arrived"),
                    ("acknowledge", "acknowledged"),
                    ("take", "taken"),
                    ("assign", "given to a worker"),
                    ("find_out", "finding out and getting back"),
                    ("return", "returned for more information"),
                    ("answer", "the sender answered"),
                    ("redirect", "redirected to the right team"),
                    ("decide", "decided"),
                    ("close", "closed"),
                    ("withdraw", "withdrawn by the sender"),
                    ("reopen", "reopened"),
                    ("escalate", "climbed, overdue"),
                    ("hand_over", "handed over"),
                    ("message", "wrote"),
                    ("propose_visit", "proposed a joint visit"),
                    ("open", "opened to both sides with the person's consent"),
                    ("mask", "no longer open: the person's consent ended"),
                    ("review", "looked at again, still acting"),
                    ("inform", "the sender wrote"),
                ],
                max_length=14,
            ),
        ),
        migrations.AddIndex(
            model_name="handling",
            index=models.Index(
                condition=models.Q(("climb_at__isnull", False)),
                fields=["climb_at"],
                name="handling_climb",
            ),
        ),
        migrations.AddIndex(
            model_name="handling",
            index=models.Index(
                condition=models.Q(("open_until__isnull", False)),
                fields=["open_until"],
                name="handling_open_until",
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["state", "sent"], name="request_state"),
        ),
        migrations.AddConstraint(
            model_name="handling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["closed", "withdrawn"]),
                    models.Q(("climb_at__isnull", False), ("due__isnull", False)),
                    _connector="OR",
                ),
                name="handling_open_has_a_clock",
            ),
        ),
    ]
