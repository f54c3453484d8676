"""Who opened a person's record by another basis than consent that was ended, to tell them so."""

from django.db import migrations

from lintel.kernel.sight import policies as p

LOST = "sharing_who_lost_basis(bigint, bigint)"
FORWARD = f"""
-- As `sharing_who_lost` (0010): only who sees that part by nothing else now.
CREATE FUNCTION sharing_who_lost_basis(ended bigint, actor bigint)
RETURNS TABLE (worker_id bigint, user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT w.id, w.user_id
  FROM sharing_otherbasis b
  JOIN sight s ON s.person_id = b.person_id AND s.owner_id = b.owner_id AND s.source = 'basis'
    AND s.source_id = b.id AND upper(s.valid) = b.ended
  JOIN agencies_worker w ON w.id = s.worker_id AND w.id IS DISTINCT FROM actor
    AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)
  WHERE b.id = $1
    AND NOT EXISTS (SELECT 1 FROM sight n WHERE n.worker_id = s.worker_id
      AND n.person_id = s.person_id AND n.owner_id = s.owner_id AND n.category = s.category
      AND n.valid @> now())
    AND EXISTS (SELECT 1 FROM kernel_access a WHERE a.person_id = s.person_id
      AND a.worker_id = s.worker_id AND a.owner_id = s.owner_id
      AND a.verb IN ('opened', 'exported') AND a.at >= lower(s.valid))
$$;
{p.definer(LOST)}
{p.withhold(LOST)}
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0016_override_untold")]
    operations = [p.run(FORWARD, f"DROP FUNCTION {LOST};")]
