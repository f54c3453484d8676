"""Training is ended with a reason and never lengthened; who soon lapses is told once."""

import django.db.models.deletion
from django.db import migrations, models

from lintel.kernel.sight import policies as p

TRAINING = "sharing_training"
REMINDER = "sharing_loopreminder"
KEPT = "worker_id = ANY ((SELECT training_kept())::bigint[])"
FORWARD = f"""
-- The workers whose training the bound worker records: never their own.
CREATE FUNCTION training_kept() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT o.id), '{{}}')
  FROM agencies_worker w JOIN agencies_worker o ON o.agency_id = w.agency_id AND o.id <> w.id
  WHERE w.id = current_worker()
    AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)
    AND (EXISTS (SELECT 1 FROM agencies_roleheld r WHERE r.worker_id = w.id
                 AND r.role IN ('manager', 'information_lead') AND r.valid @> now())
      OR EXISTS (SELECT 1 FROM agencies_membership mine
                 JOIN agencies_membership theirs ON theirs.team_id = mine.team_id
                 WHERE mine.worker_id = w.id AND mine.role = 'lead' AND mine.valid @> now()
                   AND theirs.worker_id = o.id AND theirs.valid @> now()))
$$;
{p.definer("training_kept()")}

-- What is recorded ends earlier or not at all: longer is a new record, by somebody who says so.
CREATE FUNCTION training_never_lengthened() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF NEW.until > OLD.until OR OLD.ended IS NOT NULL THEN
    RAISE EXCEPTION 'training is never lengthened, and ended once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sharing_training_shorter BEFORE UPDATE ON {TRAINING}
  FOR EACH ROW EXECUTE FUNCTION training_never_lengthened();

DROP POLICY sharing_training_insert ON {TRAINING};
DROP POLICY sharing_training_ended ON {TRAINING};
GRANT UPDATE (ended, ended_by_id, ended_words) ON {TRAINING} TO {p.APP};
{
    p.policy(
        TRAINING,
        "sharing_training_insert",
        role=p.APP,
        command="INSERT",
        check=f"{KEPT} AND recorded_by_id = {p.ME} AND ended IS NULL"
        " AND recorded <= now() + interval '1 minute'",
    )
}
{
    p.policy(
        TRAINING,
        "sharing_training_ended",
        role=p.APP,
        command="UPDATE",
        using=KEPT,
        check=f"{KEPT} AND ended IS NOT NULL AND ended_by_id = {p.ME}",
    )
}

{p.enable(REMINDER)}
{p.grant(REMINDER, "SELECT, INSERT", p.SYSTEM)}
{p.policy(REMINDER, "loop_reminder_job", role=p.SYSTEM, command="ALL", using="true", check="true")}
"""
COLLEAGUE = (
    f"worker_id <> {p.ME} AND recorded_by_id = {p.ME} AND EXISTS"
    " (SELECT 1 FROM agencies_worker w WHERE w.id = worker_id AND w.agency_id = (SELECT my_agency()))"
)
REVERSE = f"""
{p.unprotect(REMINDER)}
DROP POLICY sharing_training_insert ON {TRAINING};
DROP POLICY sharing_training_ended ON {TRAINING};
{p.policy(TRAINING, "sharing_training_insert", role=p.APP, command="INSERT", check=COLLEAGUE)}
{
    p.policy(
        TRAINING,
        "sharing_training_ended",
        role=p.APP,
        command="UPDATE",
        using=f"worker_id <> {p.ME}",
        check=f"worker_id <> {p.ME}",
    )
}
DROP TRIGGER sharing_training_shorter ON {TRAINING};
DROP FUNCTION training_never_lengthened();
DROP FUNCTION training_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0005_takes_part"),
        ("sharing", "0006_agreement_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="LoopReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("signature", "Your agency has signed the agreement"),
                            ("acceptance", "You have accepted the agreement"),
                            ("training", "Your training is in date"),
                            ("post", "You are in post"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ends_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("told", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="training",
            name="training_lasts",
        ),
        migrations.AddField(
            model_name="training",
            name="ended",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="training",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.worker",
            ),
        ),
        migrations.AddField(
            model_name="training",
            name="ended_words",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddIndex(
            model_name="training",
            index=models.Index(fields=["until"], name="training_until"),
        ),
        migrations.AddConstraint(
            model_name="training",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("done_on"))), name="training_lasts"
            ),
        ),
        migrations.AddConstraint(
            model_name="training",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended__isnull", False), ("until__gt", models.F("done_on")), _connector="OR"
                ),
                name="training_ends_after_done",
            ),
        ),
        migrations.AddField(
            model_name="loopreminder",
            name="worker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.worker"
            ),
        ),
        migrations.AddConstraint(
            model_name="loopreminder",
            constraint=models.UniqueConstraint(
                models.F("worker"),
                models.F("cause"),
                models.F("ends_on"),
                models.F("days"),
                name="loop_reminder_once",
            ),
        ),
        p.run(FORWARD, REVERSE),
    ]
