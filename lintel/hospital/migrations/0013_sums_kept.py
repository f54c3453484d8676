"""Sums of stays, delays and answers, kept by triggers in the transaction of what changes them.

Each trigger works out what a statement makes more or less, from the rows before it and after it,
and adds that to a journal (`models_figures`). Nobody who writes waits for another who writes about
somebody else (of a thousand, one in passing). Two who write about the same person, or the same
notice, are put in order by a lock until the end of the transaction, so that each sees what the one
before it left; and the day on which a ward's service began does not change while a stay is put
down by it.

Somebody of whom a delay is open is in no sum: their days grow by themselves, and they are counted
when figures are read. What is erased leaves the sums as it leaves the rows.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

HERE = "AT TIME ZONE 'Europe/London'"
STAYS, LOST = "hospital_staysum", "hospital_lostsum"
ANSWERS, TIMES = "hospital_answersum", "hospital_answertime"
SUMS = [STAYS, LOST, ANSWERS, TIMES]
# No month came before.
NEVER = "date '0001-01-01'"

# Locks by a remainder, so that however many rows a statement has, the locks are few. In ascending
# order, people before wards, so that two statements never wait for each other.
ORDER = """
CREATE FUNCTION hospital_sums_order(these bigint[], kind integer, alone boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one integer;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE 'sums are kept in transactions that read what is committed'
      USING ERRCODE = 'active_sql_transaction';
  END IF;
  FOR one IN SELECT DISTINCT kind * 1024 + (x & 1023)::integer FROM unnest(these) x ORDER BY 1 LOOP
    IF alone THEN
      PERFORM pg_advisory_xact_lock(hashtext('hospital_sums'), one);
    ELSE
      PERFORM pg_advisory_xact_lock_shared(hashtext('hospital_sums'), one);
    END IF;
  END LOOP;
END $$;
"""
PERSON, WARD, NOTICE, WHOLE = range(4)


def order(these: str, kind: int, *, alone: bool = True) -> str:
    """Wait for whoever writes about these; alone, or beside others who only read them."""
    return (
        f"PERFORM hospital_sums_order(ARRAY(SELECT x.{these} FROM unnest(was || made) x),"
        f" {kind}, {str(alone).lower()});"
    )


def trigger(table: str, body: str) -> str:
    """A trigger after each statement, with the rows it took away (`was`) and made (`made`)."""
    tables = {
        "insert": "REFERENCING NEW TABLE AS new_rows",
        "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "REFERENCING OLD TABLE AS old_rows",
    }
    name = f"{table.replace('hospital_', 'hospital_sums_of_')}()"
    return f"""
CREATE FUNCTION {name} RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE was {table}[] := '{{}}'; made {table}[] := '{{}}';
BEGIN
  IF TG_OP <> 'INSERT' THEN
    was := ARRAY(SELECT ROW(o.*)::{table} FROM old_rows o);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    made := ARRAY(SELECT ROW(n.*)::{table} FROM new_rows n);
  END IF;
  IF cardinality(was || made) = 0 THEN
    RETURN NULL;
  END IF;
  {body}
  RETURN NULL;
END $$;
{p.definer(name)}{p.withhold(name)}
""" + "".join(
        f"CREATE TRIGGER {table}_sums_{verb} AFTER {verb.upper()} ON {table} {names}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name};"
        for verb, names in tables.items()
    )


def no_trigger(table: str) -> str:
    """The reverse."""
    return (
        "".join(
            f"DROP TRIGGER {table}_sums_{verb} ON {table};"
            for verb in ("insert", "update", "delete")
        )
        + f"DROP FUNCTION {table.replace('hospital_', 'hospital_sums_of_')}();"
    )


# Rows of a table as they were before the statement, or are after it, by `sign`.
BOTH = "(SELECT -1 AS sign, o.* FROM unnest(was) o UNION ALL SELECT 1, n.* FROM unnest(made) n)"
LATEST = """(SELECT q.need FROM hospital_questions q
    WHERE q.stay_id = s.id AND q.owner_id = s.owner_id ORDER BY q.asked DESC, q.id DESC LIMIT 1)"""
# The same before and after a change of the answers.
LATEST_THEN = """(SELECT q.need FROM (
      SELECT h.id, h.stay_id, h.owner_id, h.need, h.asked FROM hospital_questions h
      WHERE s.sign = 1 OR h.id <> ALL (ARRAY(SELECT n.id FROM unnest(made) n))
      UNION ALL
      SELECT o.id, o.stay_id, o.owner_id, o.need, o.asked FROM unnest(was) o WHERE s.sign = -1
    ) q WHERE q.stay_id = s.id AND q.owner_id = s.owner_id ORDER BY q.asked DESC, q.id DESC LIMIT 1)"""


def stay_sums(
    stays: str, *, wards: str = "hospital_ward", need: str = LATEST, sign: str = "s.sign"
) -> str:
    """How long stays that ended took: what the rows of `stays` make more, or less."""
    return f"""
  INSERT INTO {STAYS} (owner_id, month, period, need, n, days, squares)
  SELECT x.owner_id, x.month, x.period, x.need, sum(x.sign), sum(x.sign * x.days),
         sum(x.sign * x.days * x.days)
  FROM (
    SELECT {sign} AS sign, s.owner_id, date_trunc('month', s.ended {HERE})::date AS month,
           CASE WHEN w.service_began IS NULL THEN 'without'
                WHEN (s.admitted {HERE})::date < w.service_began THEN 'before'
                ELSE 'after' END AS period,
           CASE {need} WHEN true THEN 'need' WHEN false THEN 'no_need' ELSE 'not_asked' END AS need,
           ((s.ended {HERE})::date - (s.admitted {HERE})::date)::bigint AS days
    FROM {stays} s JOIN {wards} w ON w.team_id = s.ward_id
    WHERE s.ended IS NOT NULL AND s.ending <> 'mistake'
  ) x
  GROUP BY 1, 2, 3, 4 HAVING sum(x.sign) <> 0 OR sum(x.sign * x.days) <> 0
    OR sum(x.sign * x.days * x.days) <> 0;"""


def lost_sums(lines: str) -> str:
    """Who waited in which months, of people of whom nothing is open.

    `lines`: all lines of whom it is about, with `sign`.
    """
    return f"""
  INSERT INTO {LOST} (scope_id, dimension, value, month, before, people, days)
  WITH lines AS (
    SELECT l.sign, l.person_id, x.scope_id, l.reason::text AS reason, l.holder::text AS holder,
           l.attribution::text AS whose, l.since, l.until,
           bool_or(l.until IS NULL) OVER (PARTITION BY l.sign, l.person_id, x.scope_id) AS open
    FROM {lines} l CROSS JOIN LATERAL (VALUES (l.owner_id::integer), (0)) AS x (scope_id)
    WHERE l.superseded IS NULL AND (l.until IS NULL OR l.until > l.since)
  ), months AS (
    SELECT l.sign, l.scope_id, l.person_id, d.dimension, d.value, m.began::date AS month,
           sum(least(l.until, (m.began + interval '1 month')::date)
               - greatest(l.since, m.began::date)) AS days
    FROM lines l
    CROSS JOIN LATERAL generate_series(date_trunc('month', l.since::timestamp),
      l.until::timestamp - interval '1 day', interval '1 month') AS m (began)
    CROSS JOIN LATERAL (VALUES ('all', ''), ('reason', l.reason), ('holder', l.holder),
                               ('whose', l.whose)) AS d (dimension, value)
    WHERE NOT l.open
    GROUP BY 1, 2, 3, 4, 5, 6
  ), chained AS (
    SELECT m.*, coalesce(lag(m.month) OVER (
             PARTITION BY m.sign, m.scope_id, m.person_id, m.dimension, m.value ORDER BY m.month
           ), {NEVER}) AS before
    FROM months m
  )
  SELECT c.scope_id, c.dimension, c.value, c.month, c.before, sum(c.sign), sum(c.sign * c.days)
  FROM chained c
  GROUP BY 1, 2, 3, 4, 5 HAVING sum(c.sign) <> 0 OR sum(c.sign * c.days) <> 0;"""


def answer_sums(notices: str, answers: str, sign: str = "n.sign") -> str:
    """Notices sent, and how long the first answer took."""
    return f"""
  WITH taken AS MATERIALIZED (
    SELECT x.sign, x.owner_id, x.month, x.took,
           coalesce(floor(extract(epoch FROM x.took) / 21600), 0)::integer AS quarter
    FROM (
      SELECT {sign} AS sign, n.owner_id, date_trunc('month', n.sent {HERE})::date AS month,
             {answers} - n.sent AS took
      FROM {notices} n WHERE n.withdrawn IS NULL
    ) x
  ), times AS (
    INSERT INTO {TIMES} (owner_id, month, quarter, took, n)
    SELECT t.owner_id, t.month, t.quarter, t.took, sum(t.sign) FROM taken t
    WHERE t.took IS NOT NULL GROUP BY 1, 2, 3, 4 HAVING sum(t.sign) <> 0
  )
  INSERT INTO {ANSWERS} (owner_id, month, quarter, sent, answered)
  SELECT t.owner_id, t.month, t.quarter, sum(t.sign),
         coalesce(sum(t.sign) FILTER (WHERE t.took IS NOT NULL), 0)
  FROM taken t GROUP BY 1, 2, 3
  HAVING sum(t.sign) <> 0 OR sum(t.sign) FILTER (WHERE t.took IS NOT NULL) <> 0;"""


FIRST = "(SELECT min(a.answered) FROM hospital_answer a WHERE a.reference = n.reference)"
FIRST_THEN = """(SELECT min(a.answered) FROM (
        SELECT h.reference, h.answered FROM hospital_answer h
        WHERE n.sign = 1 OR h.id <> ALL (ARRAY(SELECT y.id FROM unnest(made) y))
        UNION ALL
        SELECT o.reference, o.answered FROM unnest(was) o WHERE n.sign = -1
      ) a WHERE a.reference = n.reference)"""
BODIES = {
    "hospital_stay": f"""
  IF NOT EXISTS (SELECT 1 FROM unnest(was || made) x WHERE x.ended IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  {order("person_id", PERSON)}
  {order("ward_id", WARD, alone=False)}
  {stay_sums(BOTH)}""",
    "hospital_questions": f"""
  {order("person_id", PERSON)}
  PERFORM hospital_sums_order(ARRAY(SELECT s.ward_id FROM hospital_stay s WHERE s.id IN (
    SELECT x.stay_id FROM unnest(was || made) x)), {WARD}, false);
  {
        stay_sums(
            '''(SELECT y.sign, t.* FROM hospital_stay t CROSS JOIN (VALUES (-1), (1)) y (sign)
      WHERE t.id IN (SELECT x.stay_id FROM unnest(was || made) x))''',
            need=LATEST_THEN,
        )
    }""",
    "hospital_ward": f"""
  {order("team_id", WARD)}
  {stay_sums("hospital_stay", wards=BOTH, sign="w.sign")}""",
    "hospital_waiting": f"""
  {order("person_id", PERSON)}
  {
        lost_sums('''(
      SELECT y.sign, h.person_id, h.owner_id, h.reason, h.holder, h.attribution, h.since, h.until,
             h.superseded
      FROM hospital_waiting h CROSS JOIN (VALUES (-1), (1)) y (sign)
      WHERE h.person_id IN (SELECT x.person_id FROM unnest(was || made) x)
        AND (y.sign = 1 OR h.id <> ALL (ARRAY(SELECT n.id FROM unnest(made) n)))
      UNION ALL
      SELECT -1, o.person_id, o.owner_id, o.reason, o.holder, o.attribution, o.since, o.until,
             o.superseded
      FROM unnest(was) o
    )''')
    }""",
    "hospital_notice": f"""
  PERFORM hospital_sums_order(
    ARRAY(SELECT hashtext(x.reference)::bigint FROM unnest(was || made) x), {NOTICE}, true);
  {answer_sums(BOTH, FIRST)}""",
    "hospital_answer": f"""
  PERFORM hospital_sums_order(
    ARRAY(SELECT hashtext(x.reference)::bigint FROM unnest(was || made) x), {NOTICE}, true);
  {
        answer_sums(
            '''(SELECT y.sign, t.* FROM hospital_notice t CROSS JOIN (VALUES (-1), (1)) y (sign)
      WHERE t.reference IN (SELECT x.reference FROM unnest(was || made) x))''',
            FIRST_THEN,
        )
    }""",
}
ALONE = f"PERFORM hospital_sums_order('{{0}}', {WHOLE}, true);"

REBUILD = f"""
-- Count all sums from the rows. Whoever writes meanwhile isn't waited for: each statement takes
-- away the sums that it sees and counts the rows that it sees. What is committed later is neither,
-- and the trigger's own row of it stays.
CREATE FUNCTION hospital_sums_rebuild() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  {ALONE}
  WITH gone AS (DELETE FROM {STAYS})
  {stay_sums("hospital_stay", sign="1")}
  WITH gone AS (DELETE FROM {LOST})
  {lost_sums("(SELECT 1 AS sign, h.* FROM hospital_waiting h)")}
  WITH gone AS (DELETE FROM {ANSWERS}), went AS (DELETE FROM {TIMES}),
  {answer_sums("hospital_notice", FIRST, sign="1").replace("WITH", "", 1)}
END $$;
"""


def gathered(table: str, keys: str, counts: str) -> str:
    """Put rows of the same key together; what comes to nothing goes."""
    names, totals = keys.split(", "), counts.split(", ")
    same = " AND ".join(f"t.{k} = d.{k}" for k in names)
    nothing = " AND ".join(f"sum({c}) = 0" for c in totals)
    something = " OR ".join(f"sum({c}) <> 0" for c in totals)
    return f"""
  WITH many AS (
    SELECT {keys} FROM {table} GROUP BY {keys} HAVING count(*) > 1 OR ({nothing})
  ), gone AS (
    DELETE FROM {table} t USING many d WHERE {same} RETURNING t.*
  )
  INSERT INTO {table} ({keys}, {counts})
  SELECT {keys}, {", ".join(f"sum({c})" for c in totals)} FROM gone
  GROUP BY {keys} HAVING {something};"""


GATHER = f"""
-- Make the journals short: the sums stay what they are. Beside those who write, and after another
-- run or a rebuild, never during it.
CREATE FUNCTION hospital_sums_gather() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  {ALONE}
  {gathered(STAYS, "owner_id, month, period, need", "n, days, squares")}
  {gathered(LOST, "scope_id, dimension, value, month, before", "people, days")}
  {gathered(ANSWERS, "owner_id, month, quarter", "sent, answered")}
  {gathered(TIMES, "owner_id, month, quarter, took", "n")}
END $$;
"""
FUNCTIONS = [
    "hospital_sums_order(bigint[], integer, boolean)",
    "hospital_sums_rebuild()",
    "hospital_sums_gather()",
]
CLOSED = "".join(
    p.enable(table)
    + p.grant(table, "SELECT, INSERT, DELETE", p.SIGHT)
    + p.policy(table, f"{table}_kept", role=p.SIGHT, command="ALL", using="true", check="true")
    for table in SUMS
)
FORWARD = (
    CLOSED
    + ORDER
    + REBUILD
    + GATHER
    + "".join(p.definer(name) + p.withhold(name) for name in FUNCTIONS)
    + "".join(trigger(table, body) for table, body in BODIES.items())
)
REVERSE = (
    "".join(no_trigger(table) for table in BODIES)
    + "".join(f"DROP FUNCTION {name};" for name in reversed(FUNCTIONS))
    + "".join(p.unprotect(table) for table in SUMS)
)


class Migration(migrations.Migration):
    dependencies = [("hospital", "0012_sums")]
    operations = [p.run(FORWARD, REVERSE)]
