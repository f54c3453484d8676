"""Figures are read from the kept sums; they are the same as before, by the same rules.

The functions of 0006 and 0008 count the rows themselves. They stay under other names: a test compares both,
and where a trust has delays and no ward at all, so that it is in nobody's figures, the sums of all
trusts can't be used.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

FEWEST = 5
BOUNDS = """
  bounds AS (
    SELECT date_trunc('month', first)::date AS lo,
           least(date_trunc('month', until)::date,
                 date_trunc('month', now() AT TIME ZONE 'Europe/London')::date) AS hi
  )"""
MINE = "ANY ((SELECT hospital_figures_scope())::integer[])"
IN_SPAN = "k.month >= (SELECT lo FROM bounds) AND k.month < (SELECT hi FROM bounds)"

LENGTHS = f"""
-- As hospital_sums_counted_lengths, from the sums.
CREATE FUNCTION hospital_stay_lengths(first date, until date)
RETURNS TABLE (period text, need text, n integer, mean float8, error float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH {BOUNDS}, sums AS (
    SELECT k.period::text AS period, k.need::text AS need, sum(k.n)::bigint AS n,
           sum(k.days) AS days, sum(k.squares) AS squares
    FROM hospital_staysum k WHERE k.owner_id = {MINE} AND {IN_SPAN}
    GROUP BY GROUPING SETS ((k.period, k.need), (k.period)) HAVING sum(k.n) > 0
  ), cells AS (
    SELECT s.period, s.need, s.n, s.days / s.n AS mean,
           coalesce(sqrt((s.n * s.squares - s.days * s.days) / nullif(s.n * (s.n - 1), 0)), 0)::float8
           / sqrt(s.n) AS error
    FROM sums s
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


def counting(lines: str) -> str:
    """What counts of lines of waiting `w`: not corrected, of the trusts, with a day in the span."""
    return f"""{lines} w.superseded IS NULL AND w.owner_id = ANY (trusts) AND w.since < hi
      AND coalesce(w.until, hi) > lo AND coalesce(w.until, hi) > w.since"""


BY = """(VALUES ('all', ''), ('reason', {0}.reason::text), ('holder', {0}.holder::text),
                               ('whose', {0}.attribution::text)) AS d (dimension, value)"""
MONTH_OF = "(c.value || '-01')::date"
IN_CELL = f"""CASE c.dimension WHEN 'reason' THEN w.reason = c.value
                             WHEN 'holder' THEN w.holder = c.value
                             WHEN 'whose' THEN w.attribution = c.value
                             WHEN 'month' THEN w.since < ({MONTH_OF} + interval '1 month')::date
                                               AND coalesce(w.until, hi) > {MONTH_OF}
                             ELSE true END"""
LOST = f"""
-- As hospital_sums_counted_lost, from the sums.
--
-- Of each cell the sums say how many people: those who waited so in a month of the span and in no
-- month of the span before it. Somebody of whom a delay is open is in no sum, and counted here from
-- their rows. Cells of fewer than {FEWEST} are put together: who is in them is looked up, so that
-- somebody in two of them counts once.
CREATE FUNCTION hospital_days_lost(first date, until date)
RETURNS TABLE (dimension text, value text, people integer, days integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  trusts integer[] := hospital_figures_scope();
  whole integer;
  lo date := date_trunc('month', first)::date;
  hi date := least(date_trunc('month', until)::date,
                   date_trunc('month', now() AT TIME ZONE 'Europe/London')::date);
BEGIN
  IF coalesce(cardinality(trusts), 0) = 0 THEN
    RETURN;
  END IF;
  whole := CASE WHEN cardinality(trusts) = 1 THEN trusts[1] ELSE 0 END;
  -- No month that is over, or more in the sums than is in the figures.
  IF lo >= hi OR (whole = 0 AND EXISTS (
    SELECT 1 FROM agencies_agency a WHERE a.id <> ALL (trusts)
    AND EXISTS (SELECT 1 FROM hospital_lostsum k WHERE k.scope_id = a.id)
  )) THEN
    RETURN QUERY SELECT * FROM hospital_sums_counted_lost(first, until);
    RETURN;
  END IF;
  RETURN QUERY
  WITH kept AS MATERIALIZED (
    SELECT k.dimension::text, k.value::text, k.month, sum(k.people) AS there, sum(k.days) AS days,
           coalesce(sum(k.people) FILTER (WHERE k.before < lo), 0) AS anew
    FROM hospital_lostsum k WHERE k.scope_id = whole AND k.month >= lo AND k.month < hi
    GROUP BY 1, 2, 3
  ), going_on AS MATERIALIZED (
    SELECT w.person_id, w.reason, w.holder, w.attribution, greatest(w.since, lo) AS since,
           least(coalesce(w.until, hi), hi) AS until
    FROM hospital_waiting w
    {
    counting(
        "WHERE w.person_id IN (SELECT o.person_id FROM hospital_waiting o"
        " WHERE o.until IS NULL AND o.superseded IS NULL"
        " AND (whole = 0 OR o.owner_id = whole)) AND"
    )
}
  ), live AS (
    SELECT d.dimension, d.value, l.person_id, l.until - l.since AS days
    FROM going_on l CROSS JOIN LATERAL {BY.format("l")}
    UNION ALL
    SELECT 'month', to_char(m.began, 'YYYY-MM'), l.person_id,
           least(l.until, (m.began + interval '1 month')::date) - greatest(l.since, m.began::date)
    FROM going_on l CROSS JOIN LATERAL generate_series(
      date_trunc('month', l.since::timestamp), l.until::timestamp - interval '1 day',
      interval '1 month') AS m (began)
  ), cells AS MATERIALIZED (
    SELECT x.dimension, x.value, sum(x.n) AS n, sum(x.days) AS days FROM (
      SELECT k.dimension, k.value, k.anew AS n, k.days FROM kept k
      UNION ALL
      SELECT 'month', to_char(k.month, 'YYYY-MM'), k.there, k.days FROM kept k
      WHERE k.dimension = 'all'
      UNION ALL
      SELECT l.dimension, l.value, count(*), sum(l.days) FROM (
        SELECT y.dimension, y.value, y.person_id, sum(y.days) AS days FROM live y GROUP BY 1, 2, 3
      ) l GROUP BY 1, 2
    ) x GROUP BY 1, 2 HAVING sum(x.n) > 0
  ), small AS MATERIALIZED (
    SELECT c.dimension, c.value FROM cells c WHERE c.n < {FEWEST}
  ), theirs AS MATERIALIZED (
    -- Who is in the small cells: by the few months in which the sums have anybody there.
    SELECT c.dimension, w.person_id
    FROM small c JOIN kept k ON CASE c.dimension
      WHEN 'month' THEN k.dimension = 'all' AND k.month = {MONTH_OF}
      ELSE k.dimension = c.dimension AND k.value = c.value END
    JOIN hospital_waiting w
      ON daterange(w.since, w.until) && daterange(k.month, (k.month + interval '1 month')::date)
    WHERE w.until IS NOT NULL AND w.superseded IS NULL AND w.owner_id = ANY (trusts)
      AND {IN_CELL}
    UNION
    SELECT l.dimension, l.person_id FROM live l JOIN small c USING (dimension, value)
  ), few AS (
    SELECT t.dimension, count(*) AS n FROM theirs t GROUP BY 1
  ), marked AS MATERIALIZED (
    SELECT s.dimension, s.value, s.n, s.days,
           coalesce(s.n < {FEWEST} OR (f.n < {FEWEST} AND row_number() OVER (
             PARTITION BY s.dimension, s.n < {
    FEWEST
} ORDER BY s.n, s.value) = 1), false) AS together
    FROM cells s LEFT JOIN few f USING (dimension)
  ), in_both AS (
    -- At most {
    FEWEST - 1
} people in each dimension: who of the small cells is in the next smallest.
    SELECT t.dimension, count(*) AS n
    FROM marked c JOIN theirs t USING (dimension)
    WHERE c.together AND c.n >= {FEWEST} AND EXISTS (
      SELECT 1 FROM hospital_waiting w
      {counting("WHERE w.person_id = t.person_id AND")}
      AND {IN_CELL}
      OFFSET 0  -- By person, never a join with everybody's lines.
    ) GROUP BY 1
  ), summed AS (
    SELECT m.dimension, m.value, m.n, m.days FROM marked m WHERE NOT m.together
    UNION ALL
    SELECT m.dimension, '', f.n + coalesce(sum(m.n) FILTER (WHERE m.n >= {FEWEST}), 0)
           - coalesce(b.n, 0), sum(m.days)
    FROM marked m JOIN few f USING (dimension) LEFT JOIN in_both b USING (dimension)
    WHERE m.together GROUP BY m.dimension, f.n, b.n
  )
  SELECT s.dimension, s.value,
         CASE WHEN s.n >= {FEWEST} THEN (round(s.n / 5.0) * 5)::int END,
         CASE WHEN s.n >= {FEWEST} THEN (round(s.days / 5.0) * 5)::int END
  FROM summed s;
END $$;
"""

ANSWERS = f"""
-- As hospital_sums_counted_answers, from the sums. The sums say in which quarter of a day the two
-- times on either side of a quantile lie; the times themselves are looked up there.
CREATE FUNCTION hospital_answer_times(first date, until date)
RETURNS TABLE (sent integer, answered integer, median float8, slowest_tenth float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH {BOUNDS}, quarters AS MATERIALIZED (
    SELECT k.quarter, sum(k.sent) AS sent, sum(k.answered) AS answered
    FROM hospital_answersum k WHERE k.owner_id = {MINE} AND {IN_SPAN} GROUP BY 1
  ), counted AS (
    SELECT coalesce(sum(q.sent), 0) AS sent, coalesce(sum(q.answered), 0) AS answered
    FROM quarters q
  ), wanted AS (
    SELECT x.share, x.share * (c.answered - 1)::float8 - floor(x.share * (c.answered - 1)::float8)
             AS beyond,
           floor(x.share * (c.answered - 1)::float8)::bigint AS under,
           ceil(x.share * (c.answered - 1)::float8)::bigint AS over
    FROM counted c CROSS JOIN (VALUES (0.5::float8), (0.9::float8)) AS x (share)
    WHERE c.answered > 0
  ), places AS (
    SELECT w.under AS place FROM wanted w UNION SELECT w.over FROM wanted w
  ), piled AS (
    SELECT q.quarter, q.answered, sum(q.answered) OVER (ORDER BY q.quarter) AS upto
    FROM quarters q WHERE q.answered > 0
  ), where_to_look AS MATERIALIZED (
    SELECT p.place, q.quarter, p.place - (q.upto - q.answered) AS inside
    FROM places p JOIN piled q ON q.upto > p.place AND q.upto - q.answered <= p.place
  ), times AS MATERIALIZED (
    SELECT k.quarter, k.took, sum(k.n) AS n,
           sum(sum(k.n)) OVER (PARTITION BY k.quarter ORDER BY k.took) AS upto
    FROM (SELECT DISTINCT l.quarter FROM where_to_look l) l
    JOIN hospital_answertime k ON k.quarter = l.quarter
    WHERE k.owner_id = {MINE} AND {IN_SPAN}
    GROUP BY 1, 2 HAVING sum(k.n) > 0
  ), found AS (
    SELECT l.place, t.took FROM where_to_look l
    JOIN times t ON t.quarter = l.quarter AND t.upto > l.inside AND t.upto - t.n <= l.inside
  ), quantiles AS (
    SELECT w.share, CASE WHEN w.under = w.over THEN a.took
                         ELSE (b.took - a.took) * w.beyond + a.took END AS took
    FROM wanted w JOIN found a ON a.place = w.under JOIN found b ON b.place = w.over
  ), marked AS (
    SELECT c.*, c.answered >= {FEWEST}
           AND (c.sent = c.answered OR c.sent - c.answered >= {FEWEST}) AS shown,
           (SELECT q.took FROM quantiles q WHERE q.share = 0.5) AS median,
           (SELECT q.took FROM quantiles q WHERE q.share = 0.9) AS tenth
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
RENAMED = {
    "hospital_stay_lengths": "hospital_sums_counted_lengths",
    "hospital_days_lost": "hospital_sums_counted_lost",
    "hospital_answer_times": "hospital_sums_counted_answers",
}
FORWARD = (
    "".join(
        f"ALTER FUNCTION {now}(date, date) RENAME TO {then};" + p.withhold(f"{then}(date, date)")
        for now, then in RENAMED.items()
    )
    + LENGTHS
    + LOST
    + ANSWERS
    + "".join(p.definer(f"{name}(date, date)") for name in RENAMED)
)
REVERSE = "".join(
    f"DROP FUNCTION {now}(date, date); ALTER FUNCTION {then}(date, date) RENAME TO {now};"
    f"GRANT EXECUTE ON FUNCTION {now}(date, date) TO {p.APP};"
    for now, then in RENAMED.items()
)


class Migration(migrations.Migration):
    dependencies = [("hospital", "0014_sums_filled")]
    operations = [p.run(FORWARD, REVERSE)]
