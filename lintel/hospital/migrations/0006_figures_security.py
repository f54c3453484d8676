"""Figures of stays, delays and answers: sums alone, for those who plan and see no person.

Whole months that are over, so that no look on the next day shows what one person changed. Groups
of fewer than five people aren't shown: they are put together with others until they are five, and
counts are rounded to five, so that nothing left out follows from what is shown.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

REPORT, DATED = "hospital_report", "hospital_datecorrection"
HERE = "AT TIME ZONE 'Europe/London'"
FEWEST = 5
LATEST = f"date_trunc('month', now() {HERE})::date"
# First day in, first day out; never the month that goes on.
BOUNDS = f"""
  bounds AS (
    SELECT date_trunc('month', first)::date AS lo,
           least(date_trunc('month', until)::date, {LATEST}) AS hi
  )"""
MINE = "ANY ((SELECT hospital_figures_scope())::integer[])"


def span(name: str) -> str:
    """A bound of the span, as a moment."""
    return f"(SELECT {name}::timestamp {HERE} FROM bounds)"


SCOPE = """
-- The trusts whose figures the bound worker may see; NULL for who may see none.
CREATE FUNCTION hospital_figures_scope() RETURNS integer[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH wards AS (
    SELECT x.team_id, t.agency_id FROM hospital_ward x JOIN agencies_team t ON t.id = x.team_id
  ), places AS (
    SELECT m.team_id, m.role, t.kind
    FROM agencies_membership m JOIN agencies_team t ON t.id = m.team_id
    WHERE m.worker_id = current_worker() AND m.valid @> now() AND my_agency() IS NOT NULL
  )
  SELECT CASE
    WHEN leads_partnership() OR EXISTS (SELECT 1 FROM places WHERE kind = 'commissioning')
      THEN (SELECT coalesce(array_agg(DISTINCT agency_id), '{}') FROM wards)
    WHEN EXISTS (SELECT 1 FROM places JOIN wards USING (team_id) WHERE role = 'lead')
      OR (my_agency() IN (SELECT agency_id FROM wards)
          AND EXISTS (SELECT 1 FROM agencies_roleheld r WHERE r.worker_id = current_worker()
                      AND r.role = 'manager' AND r.valid @> now()))
      THEN ARRAY[my_agency()]
  END
$$;
"""

LENGTHS = f"""
-- How long stays that ended in the span took, before and after the ward's service began, with and
-- without a housing need. Where a cell is too small, the next smallest is left out with it.
CREATE FUNCTION hospital_stay_lengths(first date, until date)
RETURNS TABLE (period text, need text, n integer, mean float8, error float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH {BOUNDS}, asked AS (
    SELECT DISTINCT ON (q.stay_id) q.stay_id, q.need FROM hospital_questions q
    WHERE q.owner_id = {MINE} ORDER BY q.stay_id, q.asked DESC, q.id DESC
  ), chosen AS (
    SELECT CASE WHEN x.service_began IS NULL THEN 'without'
                WHEN (s.admitted {HERE})::date < x.service_began THEN 'before'
                ELSE 'after' END AS period,
           CASE a.need WHEN true THEN 'need' WHEN false THEN 'no_need' ELSE 'not_asked' END AS need,
           (s.ended {HERE})::date - (s.admitted {HERE})::date AS days
    FROM hospital_stay s JOIN hospital_ward x ON x.team_id = s.ward_id
    LEFT JOIN asked a ON a.stay_id = s.id
    WHERE s.owner_id = {MINE} AND s.ended >= {span("lo")} AND s.ended < {span("hi")}
  ), cells AS (
    SELECT c.period, c.need, count(*) AS n, avg(c.days) AS mean,
           coalesce(stddev_samp(c.days), 0) / sqrt(count(*)) AS error
    FROM chosen c GROUP BY GROUPING SETS ((c.period, c.need), (c.period))
  ), marked AS (
    SELECT c.*, sum(CASE WHEN c.n < {FEWEST} THEN c.n ELSE 0 END) OVER part AS few,
           row_number() OVER (PARTITION BY c.period, c.need IS NULL, c.n < {FEWEST} ORDER BY c.n,
                              c.need) AS place
    FROM cells c WINDOW part AS (PARTITION BY c.period, c.need IS NULL)
  ), hidden AS (
    SELECT m.*, m.n < {FEWEST}
           OR (m.need IS NOT NULL AND m.few BETWEEN 1 AND {FEWEST - 1} AND m.place = 1) AS kept_back
    FROM marked m
  )
  SELECT h.period, coalesce(h.need, 'all'),
         CASE WHEN NOT h.kept_back THEN (round(h.n / 5.0) * 5)::int END,
         CASE WHEN NOT h.kept_back THEN round(h.mean)::float8 END,
         CASE WHEN NOT h.kept_back THEN round(h.error::numeric, 1)::float8 END
  FROM hidden h
$$;
"""

LOST = f"""
-- Days lost in the span, by what was waited for, who could act, whose part, and month. What is too
-- small is put together under ''; its people and days are NULL where even so they are too few.
CREATE FUNCTION hospital_days_lost(first date, until date)
RETURNS TABLE (dimension text, value text, people integer, days integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH {BOUNDS}, lines AS (
    SELECT w.person_id, w.reason::text AS reason, w.holder::text AS holder,
           w.attribution::text AS whose, greatest(w.since, b.lo) AS since,
           least(coalesce(w.until, b.hi), b.hi) AS until
    FROM hospital_waiting w CROSS JOIN bounds b
    WHERE w.superseded IS NULL AND w.owner_id = {MINE} AND w.since < b.hi
      AND coalesce(w.until, b.hi) > b.lo AND coalesce(w.until, b.hi) > w.since
  ), counted AS (
    SELECT 'all' AS dimension, '' AS value, person_id, until - since AS days FROM lines
    UNION ALL SELECT 'reason', reason, person_id, until - since FROM lines
    UNION ALL SELECT 'holder', holder, person_id, until - since FROM lines
    UNION ALL SELECT 'whose', whose, person_id, until - since FROM lines
    UNION ALL
    SELECT 'month', to_char(m.began, 'YYYY-MM'), l.person_id,
           least(l.until, (m.began + interval '1 month')::date) - greatest(l.since, m.began::date)
    FROM lines l CROSS JOIN LATERAL generate_series(
      date_trunc('month', l.since)::timestamp, l.until - interval '1 day', interval '1 month'
    ) AS m (began)
  ), cells AS (
    SELECT c.dimension, c.value, count(DISTINCT c.person_id) AS n FROM counted c GROUP BY 1, 2
  ), few AS (
    SELECT c.dimension, count(DISTINCT c.person_id) AS n
    FROM counted c JOIN cells s USING (dimension, value) WHERE s.n < {FEWEST} GROUP BY 1
  ), marked AS (
    SELECT s.dimension, s.value, s.n,
           s.n < {FEWEST} OR (f.n < {FEWEST} AND row_number() OVER (
             PARTITION BY s.dimension, s.n < {FEWEST} ORDER BY s.n, s.value) = 1) AS together
    FROM cells s LEFT JOIN few f USING (dimension)
  ), summed AS (
    SELECT c.dimension, CASE WHEN m.together THEN '' ELSE c.value END AS value,
           count(DISTINCT c.person_id) AS n, sum(c.days) AS days
    FROM counted c JOIN marked m USING (dimension, value) GROUP BY 1, 2
  )
  SELECT s.dimension, s.value,
         CASE WHEN s.n >= {FEWEST} THEN (round(s.n / 5.0) * 5)::int END,
         CASE WHEN s.n >= {FEWEST} THEN (round(s.days / 5.0) * 5)::int END
  FROM summed s
$$;
"""

ANSWERS = f"""
-- Notices sent in the span, and how long the first answer took, in hours.
CREATE FUNCTION hospital_answer_times(first date, until date)
RETURNS TABLE (sent integer, answered integer, median float8, slowest_tenth float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH {BOUNDS}, notices AS (
    SELECT n.sent, min(a.answered) AS answered
    FROM hospital_notice n LEFT JOIN hospital_answer a ON a.reference = n.reference
    WHERE n.owner_id = {MINE} AND n.withdrawn IS NULL
      AND n.sent >= {span("lo")} AND n.sent < {span("hi")}
    GROUP BY n.id, n.sent
  ), counted AS (
    SELECT count(*) AS sent, count(n.answered) AS answered,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY n.answered - n.sent) AS median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY n.answered - n.sent) AS tenth
    FROM notices n
  ), marked AS (
    SELECT c.*, c.answered >= {FEWEST}
           AND (c.sent = c.answered OR c.sent - c.answered >= {FEWEST}) AS shown
    FROM counted c
  )
  SELECT CASE WHEN m.sent = 0 OR m.sent >= {FEWEST} THEN (round(m.sent / 5.0) * 5)::int END,
         CASE WHEN m.shown THEN (round(m.answered / 5.0) * 5)::int END,
         CASE WHEN m.answered >= {FEWEST} THEN round(extract(epoch FROM m.median) / 3600)::float8 END,
         CASE WHEN m.answered >= 10 * {FEWEST}
              THEN round(extract(epoch FROM m.tenth) / 3600)::float8 END
  FROM marked m
$$;
"""

CORRECTED = f"""
-- How many lines were corrected, or noted late, after a report was made, within what it covers.
CREATE FUNCTION hospital_corrected_since(report bigint)
RETURNS TABLE (delays integer, dates integer, late integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH r AS (
    SELECT * FROM {REPORT} x WHERE x.id = report AND x.scope <@ hospital_figures_scope()
  ), lines AS (
    SELECT w.corrects_id IS NOT NULL AS correction
    FROM r JOIN hospital_waiting w ON w.owner_id = ANY (r.scope) AND w.recorded > r.made
    LEFT JOIN hospital_waiting o ON o.id = w.corrects_id
    WHERE (w.since < r.until AND coalesce(w.until, r.until) > r.first)
       OR (o.since < r.until AND coalesce(o.until, r.until) > r.first)
  )
  SELECT (SELECT count(*) FROM lines WHERE correction)::int,
         (SELECT count(*) FROM r JOIN {DATED} d ON d.owner_id = ANY (r.scope) AND d.at > r.made
          WHERE (d.was_ended >= r.first AND d.was_ended < r.until)
             OR (d.now_ended >= r.first AND d.now_ended < r.until))::int,
         (SELECT count(*) FROM lines WHERE NOT correction)::int
$$;
"""

NOTED = f"""
CREATE FUNCTION hospital_dates_noted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO {DATED} (owner_id, at, was_ended, now_ended)
  VALUES (new.owner_id, clock_timestamp(), (old.ended {HERE})::date, (new.ended {HERE})::date);
  RETURN NULL;
END $$;
{p.definer("hospital_dates_noted()")}
{p.withhold("hospital_dates_noted()")}
CREATE TRIGGER hospital_dates_noted AFTER UPDATE ON hospital_stay FOR EACH ROW
  WHEN (old.admitted <> new.admitted OR (old.ended IS NOT NULL AND old.ended IS DISTINCT FROM new.ended))
  EXECUTE FUNCTION hospital_dates_noted();
"""

SIGNATURES = [
    "hospital_figures_scope()",
    "hospital_stay_lengths(date, date)",
    "hospital_days_lost(date, date)",
    "hospital_answer_times(date, date)",
    "hospital_corrected_since(bigint)",
]
REPORTS = (
    p.enable(REPORT)
    + p.grant(REPORT, "SELECT, INSERT")
    + p.policy(
        REPORT,
        "report_seen",
        role=p.APP,
        command="SELECT",
        using="scope <@ (SELECT hospital_figures_scope())",
    )
    + p.policy(
        REPORT,
        "report_made",
        role=p.APP,
        command="INSERT",
        check=f"made_by_id = {p.ME} AND scope = (SELECT hospital_figures_scope())",
    )
    + p.read_by_definer(REPORT)
)
FORWARD = (
    SCOPE
    + p.definer("hospital_figures_scope()")
    + REPORTS
    + p.read_by_definer("hospital_answer")
    + p.grant(DATED, "SELECT, INSERT", p.SIGHT)
    + LENGTHS
    + LOST
    + ANSWERS
    + CORRECTED
    + "".join(p.definer(s) for s in SIGNATURES[1:])
    + NOTED
)
REVERSE = (
    "DROP TRIGGER hospital_dates_noted ON hospital_stay; DROP FUNCTION hospital_dates_noted();"
    + "".join(f"DROP FUNCTION {s};" for s in reversed(SIGNATURES[1:]))
    + "DROP POLICY hospital_answer_derive ON hospital_answer;"
    + f"REVOKE ALL ON hospital_answer FROM {p.SIGHT};"
    + p.unprotect(REPORT)
    + "DROP FUNCTION hospital_figures_scope();"
    + f"REVOKE ALL ON {DATED} FROM {p.SIGHT};"
)


class Migration(migrations.Migration):
    dependencies = [("hospital", "0005_figures"), ("sharing", "0006_agreement_security")]
    operations = [p.run(FORWARD, REVERSE)]
