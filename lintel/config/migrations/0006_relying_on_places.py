"""Places in circles rely on a worker too; consents that name them must be asked for again.

Counted past the sight of who asks, as before: numbers and nothing else.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

COUNTS = """(SELECT count(*) FROM people_patchofficer o
     WHERE o.worker_id = worker AND o.valid && tstzrange(start, NULL)),
    (SELECT count(*) FROM people_involvement i
     WHERE i.worker_id = worker AND i.valid && tstzrange(start, NULL)),
    (SELECT count(*) FROM requests_request r WHERE r.sender_id = worker AND r.state = 'sent'),
    (SELECT count(*) FROM requests_handling h
     WHERE h.worker_id = worker AND h.state NOT IN ('closed', 'withdrawn'))"""
MORE = """,
    (SELECT count(*) FROM plans_circlemember m
     WHERE m.worker_id = worker AND m.accepted IS NOT NULL AND m."left" IS NULL),
    (SELECT count(DISTINCT l.person_id) FROM sharing_consentline l
     JOIN sharing_consent c ON c.id = l.consent_id
     WHERE l.recipient_worker_id = worker AND l.answer AND c.until > start
       AND c.withdrawn IS NULL)"""


def function(columns: str, counts: str) -> str:
    """The function that counts, for the worker's manager or lead alone."""
    return f"""
DROP FUNCTION relying_on(bigint, timestamptz);
CREATE FUNCTION relying_on(worker bigint, start timestamptz)
RETURNS TABLE ({columns})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT
    {counts}
  WHERE EXISTS (SELECT 1 FROM agencies_worker w WHERE w.id = worker AND w.agency_id = my_agency())
    AND (
      EXISTS (SELECT 1 FROM agencies_roleheld h WHERE h.worker_id = current_worker()
              AND h.role = 'manager' AND h.valid @> now())
      OR EXISTS (
        SELECT 1 FROM agencies_membership mine
        JOIN agencies_membership theirs ON theirs.team_id = mine.team_id
        WHERE mine.worker_id = current_worker() AND mine.role = 'lead' AND mine.valid @> now()
          AND theirs.worker_id = worker AND theirs.valid @> now()))
$$;
""" + p.definer("relying_on(bigint, timestamptz)")


BEFORE = "patches bigint, people bigint, sent bigint, desk bigint"


class Migration(migrations.Migration):
    dependencies = [("config", "0005_own_masked"), ("plans", "0005_told")]
    operations = [
        p.run(
            function(f"{BEFORE}, circles bigint, named bigint", COUNTS + MORE),
            function(BEFORE, COUNTS),
        )
    ]
