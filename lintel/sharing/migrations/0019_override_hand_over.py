"""A worker leaves: what they opened for safety closes, and who was asked to agree is replaced.

Whoever sees the worker out learns nothing of either: a function of the definer does it.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

OVERRIDE, ASK = "sharing_override", "sharing_overrideask"
CLOSE, TAKE = "override_close_of(bigint)", "override_hand_over(bigint)"
# As `relying_on` (config): a manager of the agency, or the lead of a team of theirs.
MAY = """EXISTS (SELECT 1 FROM agencies_worker w WHERE w.id = leaver AND w.agency_id = my_agency())
    AND leaver <> current_worker()
    AND (EXISTS (SELECT 1 FROM agencies_roleheld h WHERE h.worker_id = current_worker()
                 AND h.role = 'manager' AND h.valid @> now())
      OR EXISTS (SELECT 1 FROM agencies_membership mine
                 JOIN agencies_membership theirs ON theirs.team_id = mine.team_id
                 WHERE mine.worker_id = current_worker() AND mine.role = 'lead'
                   AND mine.valid @> now()
                   AND theirs.worker_id = leaver AND theirs.valid @> now()))"""
FORWARD = f"""
-- Close what the worker has open; how many.
CREATE FUNCTION override_close_of(leaver bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH closed AS (
    UPDATE {OVERRIDE} o SET ended = now()
    WHERE o.worker_id = leaver AND o.ended IS NULL AND o.opened < now() AND o.until > now()
      AND {MAY}
    RETURNING 1
  ) SELECT count(*) FROM closed
$$;
-- Ask somebody else who may agree in the place of the worker, for the one who opened it: whoever
-- sees them out, if they may, since they are there now; else an information lead before others.
CREATE FUNCTION override_hand_over(leaver bigint) RETURNS TABLE (ask_id bigint, user_id bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH waiting AS (
    SELECT DISTINCT o.id, o.worker_id, o.agency_id
    FROM {ASK} a JOIN {OVERRIDE} o ON o.id = a.override_id
    WHERE a.asked_id = leaver AND a.answered IS NULL AND o.authorised IS NULL
      AND least(o.until, o.ended) > now()
      AND NOT EXISTS (SELECT 1 FROM {ASK} b WHERE b.override_id = o.id AND NOT b.yes)
      AND {MAY}
  ), taker AS (
    SELECT DISTINCT ON (v.id) v.id, v.worker_id AS opener, s.worker_id
    FROM waiting v CROSS JOIN LATERAL override_seconds(v.agency_id) s
    WHERE s.worker_id NOT IN (leaver, v.worker_id)
      AND NOT EXISTS (SELECT 1 FROM {ASK} b WHERE b.override_id = v.id
                      AND b.asked_id = s.worker_id)
    ORDER BY v.id, s.worker_id = current_worker() DESC,
      EXISTS (SELECT 1 FROM agencies_roleheld r WHERE r.worker_id = s.worker_id
              AND r.role = 'information_lead' AND r.valid @> now()) DESC, s.worker_id
  ), made AS (
    INSERT INTO {ASK} (override_id, asked_id, asked_by_id, at, words)
    SELECT t.id, t.worker_id, t.opener, now(), '' FROM taker t
    RETURNING id, asked_id
  ) SELECT made.id, w.user_id FROM made JOIN agencies_worker w ON w.id = made.asked_id
$$;
GRANT UPDATE (ended) ON {OVERRIDE} TO {p.SIGHT};
GRANT INSERT ON {ASK} TO {p.SIGHT};
GRANT USAGE ON SEQUENCE {ASK}_id_seq TO {p.SIGHT};
{p.policy(ASK, "override_ask_taken_over", role=p.SIGHT, command="INSERT", check="true")}
{p.definer(CLOSE)}
{p.definer(TAKE)}
"""
REVERSE = f"""
DROP FUNCTION {TAKE};
DROP FUNCTION {CLOSE};
DROP POLICY override_ask_taken_over ON {ASK};
REVOKE USAGE ON SEQUENCE {ASK}_id_seq FROM {p.SIGHT};
REVOKE INSERT ON {ASK} FROM {p.SIGHT};
REVOKE UPDATE (ended) ON {OVERRIDE} FROM {p.SIGHT};
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0018_training_of_the_alone")]
    operations = [p.run(FORWARD, REVERSE)]
