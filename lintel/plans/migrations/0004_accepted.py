"""Who is asked into a circle by another agency is in it once they accept (docs/adr/0007, 0021)."""

import uuid

from django.db import migrations, models

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

MEMBER = "plans_circlemember"
POST = "tstzrange(NULL, w.left_on::timestamp AT TIME ZONE 'Europe/London')"


def source(same: str, start: str) -> str:
    """The circle as a source of sight: who is in it together, and from when."""
    return f"""
CREATE OR REPLACE VIEW sight_from_circle AS
  SELECT w.id AS worker_id, mine.person_id, c.category::smallint AS category,
         theirs.owner_id,
         both_in.valid * coalesce(w.loop, 'empty') * {POST} AS valid,
         'circle'::text AS source, theirs.id AS source_id
  FROM plans_circlemember mine
  JOIN plans_circlemember theirs ON theirs.person_id = mine.person_id {same}
  JOIN people_person p ON p.id = mine.person_id
  JOIN agencies_worker w ON w.id = mine.worker_id AND p.worker_id IS DISTINCT FROM w.id
  CROSS JOIN LATERAL (
    -- `greatest` leaves NULL out: while both are members there is no end.
    SELECT CASE WHEN least(mine."left", theirs."left") <= {start}
           THEN 'empty' ELSE tstzrange({start}, least(mine."left", theirs."left")) END AS valid
  ) both_in
  CROSS JOIN unnest(ARRAY[1,10]) AS c(category);
"""


BOTH_ACCEPTED = source(
    "AND theirs.circle = mine.circle AND mine.accepted IS NOT NULL AND theirs.accepted IS NOT NULL",
    "greatest(mine.accepted, theirs.accepted)",
)
BOTH_JOINED = source("", "greatest(mine.joined, theirs.joined)")

# Rows from before: whoever was in it stays in it. Row security is forced on the owner too.
KEEP = f"""
ALTER TABLE {MEMBER} NO FORCE ROW LEVEL SECURITY;
UPDATE {MEMBER} SET accepted = joined;
ALTER TABLE {MEMBER} FORCE ROW LEVEL SECURITY;
"""
# Going back, nobody may be let in who never accepted, nor be in the one circle twice.
FORGET = f"""
ALTER TABLE {MEMBER} NO FORCE ROW LEVEL SECURITY;
UPDATE {MEMBER} SET "left" = joined WHERE accepted IS NULL AND "left" IS NULL;
UPDATE {MEMBER} a SET "left" = a.accepted FROM {MEMBER} b
WHERE a.person_id = b.person_id AND a.worker_id = b.worker_id AND a.id > b.id
  AND a."left" IS NULL AND b."left" IS NULL;
ALTER TABLE {MEMBER} FORCE ROW LEVEL SECURITY;
"""

SEEN = f"held_key = {p.keys(C.PLAN)}"
ASKED_BY_ME = f"accepted IS NULL AND added_by_id = {p.ME} AND person_id = {p.PEOPLE}"
ASKED_ME = f'accepted IS NULL AND "left" IS NULL AND worker_id = {p.ME}'
OURS = "owner_id = (SELECT my_agency())"


def replace(name: str, command: str, *, using: str = "", check: str = "") -> str:
    """Put a policy in the place of the one of the same name."""
    return f"DROP POLICY {MEMBER}_{name} ON {MEMBER};" + p.policy(
        MEMBER, f"{MEMBER}_{name}", role=p.APP, command=command, using=using, check=check
    )


# An invitation is between who asks, who is asked, and the agency of who is asked: others in sight
# of that agency's plans would learn from it who else is around the person.
POLICIES = (
    replace(
        "seen",
        "SELECT",
        using=f"({SEEN} AND (accepted IS NOT NULL OR {OURS})) OR ({ASKED_BY_ME}) OR ({ASKED_ME})",
    )
    + replace(
        "added",
        "INSERT",
        check=f"person_id = {p.PEOPLE} AND added_by_id = {p.ME} AND (accepted IS NULL OR {OURS})",
    )
    + replace(
        "changed",
        "UPDATE",
        using=f"({SEEN} AND accepted IS NOT NULL) OR ({ASKED_BY_ME})",
        check=f"person_id = {p.PEOPLE}",
    )
    # Nobody accepts for another: the application can write an end, and no acceptance.
    + f"REVOKE UPDATE ON {MEMBER} FROM {p.APP};"
    + f'GRANT UPDATE ("left", left_words, asked_name) ON {MEMBER} TO {p.APP};'
)
POLICIES_BEFORE = (
    replace("seen", "SELECT", using=SEEN)
    + replace("added", "INSERT", check=f"person_id = {p.PEOPLE} AND added_by_id = {p.ME}")
    + replace("changed", "UPDATE", using=SEEN, check=f"person_id = {p.PEOPLE}")
    + f'REVOKE UPDATE ("left", left_words, asked_name) ON {MEMBER} FROM {p.APP};'
    + p.grant(MEMBER, "UPDATE")
)

# The bound worker's own answer to their own invitation, before they see anything of the person.
ANSWER = f"""
GRANT UPDATE ON {MEMBER} TO {p.SIGHT};
CREATE POLICY {MEMBER}_answer ON {MEMBER} FOR UPDATE TO {p.SIGHT}
  USING (worker_id = {p.ME} AND accepted IS NULL) WITH CHECK (worker_id = {p.ME});
CREATE FUNCTION circle_answer(member bigint, yes boolean, said text, moment timestamptz)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH answered AS (
    UPDATE {MEMBER} SET asked_name = '', left_words = said,
      accepted = CASE WHEN yes THEN moment END, declined = CASE WHEN NOT yes THEN moment END,
      "left" = CASE WHEN NOT yes THEN moment END
    WHERE id = member AND worker_id = current_worker() AND accepted IS NULL AND "left" IS NULL
    RETURNING 1
  ) SELECT EXISTS (SELECT 1 FROM answered)
$$;
ALTER FUNCTION circle_answer(bigint, boolean, text, timestamptz) OWNER TO {p.SIGHT};
REVOKE ALL ON FUNCTION circle_answer(bigint, boolean, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION circle_answer(bigint, boolean, text, timestamptz) TO {p.APP};
"""
NO_ANSWER = f"""
DROP FUNCTION circle_answer(bigint, boolean, text, timestamptz);
DROP POLICY {MEMBER}_answer ON {MEMBER};
REVOKE UPDATE ON {MEMBER} FROM {p.SIGHT};
"""


def once(*fields: str) -> models.UniqueConstraint:
    """Nobody is in one circle twice."""
    return models.UniqueConstraint(
        *fields, condition=models.Q(left__isnull=True), name="circle_once"
    )


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_told_to_all")]
    operations = [
        # One value for all rows there are: so far each person had one circle.
        migrations.AddField("circlemember", "circle", models.UUIDField(default=uuid.uuid4)),
        migrations.AddField(
            "circlemember", "accepted", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "circlemember", "declined", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "circlemember", "asked_name", models.CharField(blank=True, default="", max_length=250)
        ),
        migrations.AlterField(
            "circlemember", "asked_name", models.CharField(blank=True, max_length=250)
        ),
        migrations.RemoveConstraint("circlemember", "circle_once"),
        p.run(KEEP, FORGET),
        migrations.AddConstraint("circlemember", once("person", "circle", "worker")),
        p.run(BOTH_ACCEPTED + POLICIES + ANSWER, NO_ANSWER + POLICIES_BEFORE + BOTH_JOINED),
    ]
