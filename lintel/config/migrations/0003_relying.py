"""How much relies on a worker, counted past the sight of who asks: numbers and nothing else.

A manager who doesn't lead the team sees neither its people nor its requests, and must still not
be able to let somebody go while work is left with them.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

FORWARD = """
CREATE FUNCTION relying_on(worker bigint, start timestamptz)
RETURNS TABLE (patches bigint, people bigint, sent bigint, desk bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT
    (SELECT count(*) FROM people_patchofficer o
     WHERE o.worker_id = worker AND o.valid && tstzrange(start, NULL)),
    (SELECT count(*) FROM people_involvement i
     WHERE i.worker_id = worker AND i.valid && tstzrange(start, NULL)),
    (SELECT count(*) FROM requests_request r WHERE r.sender_id = worker AND r.state = 'sent'),
    (SELECT count(*) FROM requests_handling h
     WHERE h.worker_id = worker AND h.state NOT IN ('closed', 'withdrawn'))
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


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0002_cache"),
        ("requests", "0004_relay"),
        ("people", "0002_row_security"),
    ]
    operations = [p.run(FORWARD, "DROP FUNCTION relying_on(bigint, timestamptz);")]
