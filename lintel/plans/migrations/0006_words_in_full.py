"""What was agreed in words is read by whoever may read all of the plan, and by whose part it is.

A summary has who is in the circle and how to reach them: `circle_facts`.
"""

from importlib import import_module

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

BEFORE = import_module("lintel.plans.migrations.0004_accepted")
MEMBER, CONTACT, TOLD = "plans_circlemember", "plans_ifthingsgowrong", "plans_told"
PLAN_KEYS = f"'{{{int(C.PLAN)}}}'::smallint[]"


def seen_by(held: str) -> str:
    """Who reads a place in a circle; until it is accepted, those between whom it is."""
    return (
        f"ALTER POLICY {MEMBER}_seen ON {MEMBER} USING (({held} AND (accepted IS NOT NULL"
        f" OR {BEFORE.OURS})) OR ({BEFORE.ASKED_BY_ME}) OR ({BEFORE.ASKED_ME}));"
    )


ALL = f"(held_key = {p.full_keys(C.PLAN)} OR ({BEFORE.SEEN} AND worker_id = {p.ME}))"
FACTS = f"""
-- Who is in one person's circles, where the bound worker sees a summary of the plan.
CREATE FUNCTION circle_facts(who bigint)
RETURNS TABLE (id bigint, worker_id bigint, owner_id bigint, role_words varchar,
  reach_words varchar, accepted timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT m.id, m.worker_id, m.owner_id, m.role_words, m.reach_words, m.accepted FROM {MEMBER} m
  WHERE m.held_key >= who * 1048576 AND m.held_key < (who + 1) * 1048576
    AND m.accepted IS NOT NULL AND m."left" IS NULL
    AND m.worker_id IS DISTINCT FROM current_worker()
    AND m.held_key = ANY ((SELECT sight_keys({PLAN_KEYS}))::bigint[])
    AND m.held_key <> ALL ((SELECT sight_keys_full({PLAN_KEYS}))::bigint[])
$$;
{p.definer("circle_facts(bigint)")}
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_told"), ("config", "0009_spreading_plans")]
    operations = [
        p.run(
            FACTS + seen_by(ALL) + p.read_in_full(CONTACT, C.PLAN) + p.read_in_full(TOLD),
            p.read_in_summary(TOLD)
            + p.read_in_summary(CONTACT, C.PLAN)
            + seen_by(BEFORE.SEEN)
            + "DROP FUNCTION circle_facts(bigint);",
        )
    ]
