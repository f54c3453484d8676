"""What the person is told, and a leaver's places in circles, which a colleague is asked to take.

Handing over gives nobody sight: the colleague is asked, and is in the circle once they accept.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from lintel.kernel.sight import policies as p

TOLD = "plans_told"
MEMBER = "plans_circlemember"
# The bound worker is a manager of the leaver's agency, or leads a team that the leaver is in.
SEES_OUT = """
  EXISTS (SELECT 1 FROM agencies_worker l WHERE l.id = leaver AND l.agency_id = my_agency())
  AND leaver <> current_worker()
  AND (EXISTS (SELECT 1 FROM agencies_roleheld h WHERE h.worker_id = current_worker()
               AND h.role = 'manager' AND h.valid @> now())
       OR EXISTS (SELECT 1 FROM agencies_membership mine
                  JOIN agencies_membership theirs ON theirs.team_id = mine.team_id
                  WHERE mine.worker_id = current_worker() AND mine.role = 'lead'
                    AND mine.valid @> now()
                    AND theirs.worker_id = leaver AND theirs.valid @> now()))
"""
FORWARD = f"""
{p.held(TOLD, writes=False)}
{p.seen_by_person(TOLD, "category")}
{p.grant(TOLD, "SELECT, INSERT", p.SYSTEM)}
{p.policy(TOLD, "told_by_jobs", role=p.SYSTEM, command="SELECT", using="true")}
{p.policy(TOLD, "told_added", role=p.SYSTEM, command="INSERT", check="true")}
{p.grant(TOLD, "INSERT", p.SIGHT)}
{p.policy(TOLD, "told_of_patch", role=p.SIGHT, command="INSERT", check="true")}

-- Tell the tenants of a patch; for jobs, which see no tenancy themselves.
CREATE FUNCTION relay_told_of_patch(patch bigint, said text, moment timestamptz, heard bigint)
RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH told AS (
    INSERT INTO {TOLD} (person_id, owner_id, category, words, told, event)
    SELECT DISTINCT t.person_id, t.owner_id, 3, said, moment, heard
    FROM people_tenancy t JOIN people_home h ON h.id = t.home_id
    JOIN people_patch a ON a.id = h.patch_id AND a.agency_id = t.owner_id
    WHERE h.patch_id = patch AND (t.ended IS NULL OR t.ended > moment::date)
    ON CONFLICT DO NOTHING RETURNING 1
  ) SELECT count(*) FROM told
$$;
{p.definer("relay_told_of_patch(bigint, text, timestamptz, bigint)")}
{p.withhold("relay_told_of_patch(bigint, text, timestamptz, bigint)")}

-- A leaver's places in circles end; the taker, if there is one, is asked to take each.
CREATE POLICY {MEMBER}_handed_over ON {MEMBER} FOR UPDATE TO {p.SIGHT}
  USING (accepted IS NOT NULL AND "left" IS NULL) WITH CHECK ("left" IS NOT NULL);
CREATE POLICY {MEMBER}_asked ON {MEMBER} FOR INSERT TO {p.SIGHT} WITH CHECK (accepted IS NULL);
GRANT INSERT ON {MEMBER} TO {p.SIGHT};
CREATE FUNCTION circle_hand_over(leaver bigint, taker bigint, said text, moment timestamptz)
RETURNS TABLE (person bigint, gathering uuid, agency integer)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH held AS (
    UPDATE {MEMBER} SET "left" = moment, left_words = said
    WHERE worker_id = leaver AND accepted IS NOT NULL AND "left" IS NULL AND {SEES_OUT}
    RETURNING person_id, circle, owner_id, role_words, agreed_words
  ), asked AS (
    INSERT INTO {MEMBER} (person_id, circle, owner_id, worker_id, role_words, reach_words,
      agreed_words, added_by_id, joined, asked_name, left_words)
    SELECT h.person_id, h.circle, h.owner_id, w.id, h.role_words,
      coalesce(nullif(w.phone, ''), 'Through Lintel'), h.agreed_words, current_worker(), moment,
      p.name, ''
    FROM held h JOIN people_person p ON p.id = h.person_id
    JOIN agencies_worker w ON w.id = taker AND w.agency_id = h.owner_id
      AND p.worker_id IS DISTINCT FROM w.id
    ON CONFLICT DO NOTHING RETURNING 1
  ) SELECT person_id, circle, owner_id FROM held
$$;
{p.definer("circle_hand_over(bigint, bigint, text, timestamptz)")}
"""
REVERSE = f"""
DROP FUNCTION circle_hand_over(bigint, bigint, text, timestamptz);
DROP POLICY {MEMBER}_asked ON {MEMBER};
DROP POLICY {MEMBER}_handed_over ON {MEMBER};
REVOKE INSERT ON {MEMBER} FROM {p.SIGHT};
DROP FUNCTION relay_told_of_patch(bigint, text, timestamptz, bigint);
{p.unprotect(TOLD)}
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0005_takes_part"),
        ("people", "0003_searched_words"),
        ("plans", "0004_accepted"),
        ("sharing", "0007_training_and_reminders"),
    ]

    operations = [
        migrations.CreateModel(
            name="Told",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.SmallIntegerField(
                        choices=[
                            (1, "who they are (name, date of birth)"),
                            (2, "how to reach them"),
                            (3, "their home and tenancy"),
                            (4, "rent and money"),
                            (5, "support they need"),
                            (6, "safety"),
                            (7, "which health services are involved"),
                            (8, "health details"),
                            (9, "hospital stays"),
                            (10, "what was agreed together"),
                            (11, "action about the tenancy"),
                        ]
                    ),
                ),
                ("words", models.CharField(max_length=500)),
                ("told", models.DateTimeField()),
                ("event", models.BigIntegerField()),
                (
                    "held_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("person_id"), "*", models.Value(1048576)
                                ),
                                "+",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("owner_id"), "*", models.Value(16)
                                ),
                            ),
                            "+",
                            models.F("category"),
                        ),
                        output_field=models.BigIntegerField(),
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["held_key"], name="told_held"),
                    models.Index(fields=["person"], name="told_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("person"), models.F("event"), name="told_once")
                ],
            },
        ),
        p.run(FORWARD, REVERSE),
    ]
