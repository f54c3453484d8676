"""What the bound worker belongs to, for policies; and the grants on the agencies' tables."""

from django.db import migrations

from lintel.kernel.sight import policies as p

TABLES = [
    "agencies_agency",
    "agencies_team",
    "agencies_worker",
    "agencies_membership",
    "agencies_roleheld",
    "agencies_linkworker",
    "agencies_integration",
    "agencies_token",
    "agencies_user",
]

ACTIVE = """w.id = current_worker()
    AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)"""

FUNCTIONS = f"""
CREATE FUNCTION my_agency() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT w.agency_id FROM agencies_worker w WHERE {ACTIVE} $$;

-- Teams whose inbox the worker reads: a current member, inside the confidentiality loop.
CREATE FUNCTION my_teams() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT m.team_id), '{{}}')
  FROM agencies_worker w JOIN agencies_membership m ON m.worker_id = w.id
  WHERE {ACTIVE} AND m.valid @> now() AND w.loop @> now()
$$;

-- Teams whose sent requests the worker also answers for: as their lead, or as their link worker.
CREATE FUNCTION my_desk_teams() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT t.team_id), '{{}}') FROM (
    SELECT m.team_id FROM agencies_worker w JOIN agencies_membership m ON m.worker_id = w.id
    WHERE {ACTIVE} AND m.valid @> now() AND m.role = 'lead' AND w.loop @> now()
    UNION ALL
    SELECT l.team_id FROM agencies_worker w
    JOIN agencies_linkworker l ON l.worker_id = w.id OR (l.cover_id = w.id AND l.away @> now())
    WHERE {ACTIVE} AND l.valid @> now() AND w.loop @> now()
  ) t
$$;

CREATE FUNCTION information_lead_agencies() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT w.agency_id::bigint), '{{}}')
  FROM agencies_worker w JOIN agencies_roleheld r ON r.worker_id = w.id
  WHERE {ACTIVE} AND r.role = 'information_lead' AND r.valid @> now()
$$;

{p.definer("my_agency()")}
{p.definer("my_teams()")}
{p.definer("my_desk_teams()")}
{p.definer("information_lead_agencies()")}
""" + "".join(
    p.grant(t, "SELECT, INSERT, UPDATE, DELETE")
    + (
        p.grant(t, "SELECT", p.SIGHT)
        + p.grant(t, "SELECT", p.SYSTEM)
        + p.grant(t, "SELECT", p.IMPORT)
        if t not in {"agencies_token", "agencies_user"}
        else ""
    )
    for t in TABLES
)

REVERSE = """
DROP FUNCTION information_lead_agencies();
DROP FUNCTION my_desk_teams();
DROP FUNCTION my_teams();
DROP FUNCTION my_agency();
""" + "".join(f"REVOKE ALL ON {t} FROM {p.APP}, {p.SIGHT}, {p.SYSTEM}, {p.IMPORT};" for t in TABLES)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("sight", "0002_functions")]
    operations = [p.run(FUNCTIONS, REVERSE)]
