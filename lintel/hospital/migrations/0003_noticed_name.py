"""The name of whom a council outside was told of, for the page behind its link, and nothing else.

The system role reads notices and no person. A notice that was withdrawn has no name any more.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

NAME = "hospital_noticed_name(bigint)"
FORWARD = f"""
CREATE FUNCTION hospital_noticed_name(notice bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT q.name FROM hospital_notice n JOIN people_person q ON q.id = n.person_id
  WHERE n.id = notice AND n.to_team_id IS NULL AND n.withdrawn IS NULL
$$;
{p.definer(NAME)}
REVOKE EXECUTE ON FUNCTION {NAME} FROM {p.APP};
"""


class Migration(migrations.Migration):
    dependencies = [("hospital", "0002_row_security")]
    operations = [p.run(FORWARD, f"DROP FUNCTION {NAME};")]
