"""The circle under row security, and as a source of sight (docs/adr/0007)."""

from django.db import migrations

from lintel.kernel.sight import derive
from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

POST = "tstzrange(NULL, w.left_on::timestamp AT TIME ZONE 'Europe/London')"
# Whoever is in the circle sees who the person is and what was agreed, whichever agency in the
# circle holds it, and nothing else.
SOURCE = f"""
CREATE VIEW sight_from_circle AS
  SELECT w.id AS worker_id, mine.person_id, c.category::smallint AS category,
         theirs.owner_id,
         both_in.valid * coalesce(w.loop, 'empty') * {POST} AS valid,
         'circle'::text AS source, theirs.id AS source_id
  FROM plans_circlemember mine
  JOIN plans_circlemember theirs ON theirs.person_id = mine.person_id
  JOIN people_person p ON p.id = mine.person_id
  JOIN agencies_worker w ON w.id = mine.worker_id AND p.worker_id IS DISTINCT FROM w.id
  CROSS JOIN LATERAL (
    -- `greatest` leaves NULL out: while both are members there is no end.
    SELECT CASE WHEN least(mine."left", theirs."left") <= greatest(mine.joined, theirs.joined)
           THEN 'empty' ELSE tstzrange(greatest(mine.joined, theirs.joined),
                          least(mine."left", theirs."left")) END AS valid
  ) both_in
  CROSS JOIN unnest(ARRAY[1,10]) AS c(category);
ALTER VIEW sight_from_circle OWNER TO lintel_sight;
"""
BEFORE = [
    "sight_from_patch",
    "sight_from_caseload",
    "sight_from_consent",
    "sight_from_override",
    "sight_from_request",
]


# A member adds another agency's worker: the row is the other agency's, so the rule for adding
# is the person in sight, not the owner.
CIRCLE_WRITES = (
    "DROP POLICY plans_circlemember_added ON plans_circlemember;"
    "DROP POLICY plans_circlemember_changed ON plans_circlemember;"
    + p.policy(
        "plans_circlemember",
        "plans_circlemember_added",
        role=p.APP,
        command="INSERT",
        check=f"person_id = {p.PEOPLE} AND added_by_id = {p.ME}",
    )
    + p.policy(
        "plans_circlemember",
        "plans_circlemember_changed",
        role=p.APP,
        command="UPDATE",
        using=f"held_key = {p.keys(C.PLAN)}",
        check=f"person_id = {p.PEOPLE}",
    )
)


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial"), ("requests", "0002_row_security")]
    operations = [
        p.run(
            p.held("plans_circlemember", C.PLAN)
            + p.held("plans_ifthingsgowrong", C.PLAN)
            + CIRCLE_WRITES
            + SOURCE
            + derive.derived_view(*BEFORE, "sight_from_circle")
            + p.recomputed_by_trigger("plans_circlemember"),
            p.no_trigger("plans_circlemember")
            + derive.derived_view(*BEFORE)
            + "DROP VIEW sight_from_circle;"
            + p.unprotect("plans_circlemember")
            + p.unprotect("plans_ifthingsgowrong"),
        )
    ]
