"""Unmet need, for planning, without a name: how many people miss what, and in which district.

Each person counts once, by the latest review since a day; fewer than five are put together with
others, and counts are rounded to five, as for the figures.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

FEWEST = 5
UNMET = f"""
CREATE FUNCTION hospital_unmet(since date)
RETURNS TABLE (dimension text, value text, people integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH latest AS (
    SELECT DISTINCT ON (r.person_id) r.person_id, r.unmet, r.district
    FROM hospital_review r
    WHERE r.owner_id = ANY ((SELECT hospital_figures_scope())::integer[]) AND r."on" >= since
      AND NOT EXISTS (SELECT 1 FROM hospital_review c WHERE c.corrects_id = r.id)
    ORDER BY r.person_id, r."on" DESC, r.recorded DESC, r.id DESC
  ), counted AS (
    SELECT 'need' AS dimension, u.need::text AS value, l.person_id
    FROM latest l CROSS JOIN LATERAL unnest(l.unmet) AS u (need)
    UNION ALL
    SELECT 'district', CASE WHEN l.district = '' THEN '?' ELSE l.district END, l.person_id
    FROM latest l WHERE cardinality(l.unmet) > 0
  ), cells AS (
    SELECT c.dimension, c.value, count(DISTINCT c.person_id) AS n FROM counted c GROUP BY 1, 2
  ), few AS (
    SELECT c.dimension, count(DISTINCT c.person_id) AS n
    FROM counted c JOIN cells s USING (dimension, value) WHERE s.n < {FEWEST} GROUP BY 1
  ), marked AS (
    SELECT s.dimension, s.value, s.n < {FEWEST} OR (f.n < {FEWEST} AND row_number() OVER (
             PARTITION BY s.dimension, s.n < {FEWEST} ORDER BY s.n, s.value) = 1) AS together
    FROM cells s LEFT JOIN few f USING (dimension)
  ), summed AS (
    SELECT c.dimension, CASE WHEN m.together THEN '' ELSE c.value END AS value,
           count(DISTINCT c.person_id) AS n
    FROM counted c JOIN marked m USING (dimension, value) GROUP BY 1, 2
  )
  SELECT s.dimension, s.value, CASE WHEN s.n >= {FEWEST} THEN (round(s.n / 5.0) * 5)::int END
  FROM summed s
$$;
""" + p.definer("hospital_unmet(date)")


class Migration(migrations.Migration):
    dependencies = [("hospital", "0006_figures_security")]
    operations = [p.run(UNMET, "DROP FUNCTION hospital_unmet(date);")]
