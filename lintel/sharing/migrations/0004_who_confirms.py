"""Who is told that an answer waits for their agency: for the jobs alone."""

from django.db import migrations

from lintel.kernel.sight import policies as p

FORWARD = """
CREATE FUNCTION sharing_who_confirms(consent bigint) RETURNS TABLE (user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT w.user_id
  FROM sharing_consentline l
  JOIN sharing_consent c ON c.id = l.consent_id AND c.withdrawn IS NULL AND c.until > now()
  JOIN sight s ON s.person_id = l.person_id AND s.owner_id = l.giver_id AND s.category = 1
    AND s.source IN ('patch', 'caseload') AND s.valid @> now()
  JOIN agencies_worker w ON w.id = s.worker_id AND w.agency_id = l.giver_id
  WHERE l.consent_id = consent AND l.answer AND l.confirmed IS NULL
    AND l.giver_id <> l.owner_id AND l.category NOT IN (1, 5, 7)
$$;
ALTER FUNCTION sharing_who_confirms(bigint) OWNER TO lintel_sight;
REVOKE ALL ON FUNCTION sharing_who_confirms(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sharing_who_confirms(bigint) TO lintel_system;
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0003_confirmed_and_reasons")]
    operations = [p.run(FORWARD, "DROP FUNCTION sharing_who_confirms(bigint);")]
