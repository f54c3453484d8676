"""What the person has not been told of yet doesn't show in their view of who looked either.

A restrictive policy: it takes away from whatever else lets the person read the access record.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

FORWARD = f"""
-- The agencies that share something about the bound account's people without having told them.
CREATE FUNCTION subject_untold() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT b.owner_id::bigint), '{{}}') FROM sharing_otherbasis b
  WHERE b.person_id = ANY (subject_people()) AND b.told IS NULL
$$;
-- Whether a row of the access record would tell of it: its own page, and what the team that is
-- told opened of that agency's record since it was authorised.
CREATE FUNCTION access_untold(
  person bigint, owner bigint, reader bigint, read_at timestamptz, read_page text
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT 1 FROM sharing_otherbasis b JOIN agencies_team t ON t.id = b.recipient_id
    WHERE b.person_id = person AND b.owner_id = owner AND b.told IS NULL
      AND (read_page = 'other basis' OR t.agency_id = reader AND read_at >= b.authorised))
$$;
{p.definer("subject_untold()")}
{p.withhold("subject_untold()")}
{p.definer("access_untold(bigint, bigint, bigint, timestamptz, text)")}
{p.withhold("access_untold(bigint, bigint, bigint, timestamptz, text)")}
GRANT EXECUTE ON FUNCTION subject_untold() TO {p.PERSON};
GRANT EXECUTE ON FUNCTION access_untold(bigint, bigint, bigint, timestamptz, text) TO {p.PERSON};

CREATE POLICY kernel_access_untold ON kernel_access AS RESTRICTIVE FOR SELECT TO {p.PERSON}
USING (
  owner_id IS NULL OR NOT (
    owner_id = ANY ((SELECT subject_untold())::bigint[])
    AND access_untold(person_id, owner_id, worker_agency_id, at, page))
);
"""
REVERSE = """
DROP POLICY kernel_access_untold ON kernel_access;
DROP FUNCTION access_untold(bigint, bigint, bigint, timestamptz, text);
DROP FUNCTION subject_untold();
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0014_publishing_guarded")]
    operations = [p.run(FORWARD, REVERSE)]
