"""The partnership lead keeps the training of whoever has nobody in their own agency to do so.

Else the only worker of an agency could never get inside the loop: nobody certifies themselves.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

POST = "(x.left_on IS NULL OR x.left_on > (now() AT TIME ZONE 'Europe/London')::date)"


def keeps(by: str, of: str) -> str:
    """SQL: whether one worker records another's training, in the same agency (0007)."""
    return f"""(EXISTS (SELECT 1 FROM agencies_roleheld r WHERE r.worker_id = {by}.id
                 AND r.role IN ('manager', 'information_lead') AND r.valid @> now())
      OR EXISTS (SELECT 1 FROM agencies_membership mine
                 JOIN agencies_membership theirs ON theirs.team_id = mine.team_id
                 WHERE mine.worker_id = {by}.id AND mine.role = 'lead' AND mine.valid @> now()
                   AND theirs.worker_id = {of}.id AND theirs.valid @> now()))"""


def kept(more: str) -> str:
    """The function, with one more way to keep somebody's training."""
    return f"""
CREATE OR REPLACE FUNCTION training_kept() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT o.id), '{{}}')
  FROM agencies_worker x JOIN agencies_worker o ON o.id <> x.id
  WHERE x.id = current_worker() AND {POST}
    AND (o.agency_id = x.agency_id AND {keeps("x", "o")}{more})
$$;
{p.definer("training_kept()")}
"""


ALONE = f"""
      OR EXISTS (SELECT 1 FROM agencies_roleheld r WHERE r.worker_id = current_worker()
                 AND r.role = 'partnership_lead' AND r.valid @> now())
         AND NOT EXISTS (SELECT 1 FROM agencies_worker x
                         WHERE x.agency_id = o.agency_id AND x.id <> o.id AND {POST}
                           AND {keeps("x", "o")})"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0017_who_lost_by_basis")]
    operations = [p.run(kept(ALONE), kept(""))]
