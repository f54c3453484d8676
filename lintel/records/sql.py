"""The SQL of copies and schedules, made from the one list (`lintel.records.kept`).

Run by migrations. Functions belong to `lintel_records`, the one role that may delete rows about
people; the application runs those that check who asks. plpgsql looks a table up when it runs, so
a later migration may name tables that an earlier one didn't know.
"""

from lintel.kernel.sight import policies as p
from lintel.records.kept import KEPT, PERSONS_OWN
from lintel.records.shapes import Kept, rows_of
from lintel.records.sql_erasing import erasing

OWN_USES = """CASE a.kind WHEN 'trust' THEN ARRAY['care'] WHEN 'landlord'
  THEN ARRAY['housing', 'tenancy_support'] WHEN 'private_landlord' THEN ARRAY['housing']
  ELSE ARRAY['tenancy_support', 'housing'] END"""


def _json(columns: dict[str, str] | object, source: str, order: str) -> str:
    assert isinstance(columns, dict)
    named = ", ".join(f'{sql} AS "{heading}"' for heading, sql in columns.items())
    return (
        f"(SELECT coalesce(json_agg(row_to_json(x)), '[]') FROM"
        f" (SELECT {named} {source} ORDER BY {order}) x)"
    )


# What would tell of a basis that the person hasn't been told of (sharing.0015); as in their view.
UNTOLD = """
        AND NOT access_untold(who, a.owner_id, a.worker_agency_id, a.at, a.page)"""


def copy() -> str:
    """All that an agency holds about a person, as JSON, with what is left out counted."""
    parts = [
        f"'{table}', {_json(dict(columns), f'FROM {table} t WHERE {_whose(table)} = who', 't.id')}"
        for table, columns in PERSONS_OWN.items()
    ]
    parts += [
        f"'{kept.table}', "
        + _json(dict(kept.columns), f"{rows_of(kept)} AND {kept.where}", kept.order)
        for kept in KEPT
    ]
    # A function takes 100 arguments: the objects are put together from parts.
    return f"""
-- Whether a review said that the person must not be told yet that a worker opened their record.
CREATE OR REPLACE FUNCTION access_not_told(who bigint, worker bigint, moment timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM sharing_override o
    JOIN sharing_overridereview v ON v.override_id = o.id
    WHERE o.person_id = who AND o.worker_id = worker AND o.opened = moment AND v.told IS NULL);
END $$;
CREATE OR REPLACE FUNCTION records_copy_of(who bigint, agency bigint) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  RETURN json_build_object(
    'held', json_build_object({", ".join(parts)}),
    'held_back', (SELECT count(*) FROM sharing_heldback b
                  WHERE b.person_id = who AND b.owner_id = agency AND b.released IS NULL),
    'not_told_yet', (SELECT count(*) FROM sharing_otherbasis t
                     WHERE t.person_id = who AND t.owner_id = agency AND t.told IS NULL)
                  + (SELECT count(*) FROM sharing_overridereview t
                     WHERE t.person_id = who AND t.owner_id = agency AND t.told IS NULL),
    'looked', (SELECT coalesce(json_agg(row_to_json(x)), '[]') FROM (
      SELECT {LOOKER} AS "Who", a.verb AS "What", to_char(a.at, 'YYYY-MM') AS "Month",
             count(*) AS "Times"
      FROM kernel_access a
      WHERE a.id IN (SELECT b.id FROM kernel_access b WHERE b.person_id = who UNION ALL
                     SELECT l.access_id FROM kernel_listed l WHERE l.person_id = who)
        AND (a.owner_id = agency OR a.worker_agency_id = agency) AND a.verb <> 'denied'
        AND NOT (a.verb = 'disclosed' AND a.request_ref <> '' AND access_is_masked(a.request_ref))
        AND NOT (a.verb = 'overrode' AND access_not_told(a.person_id, a.worker_id, a.at)){UNTOLD}
      GROUP BY a.worker_id, a.verb, to_char(a.at, 'YYYY-MM')
      ORDER BY to_char(a.at, 'YYYY-MM') DESC, a.worker_id, a.verb) x));
END $$;
CREATE OR REPLACE FUNCTION records_copy(who bigint, agency bigint) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  IF NOT agency = ANY (information_lead_agencies()) THEN RETURN NULL; END IF;
  RETURN records_copy_of(who, agency);
END $$;
-- Which agencies hold anything about a person: for the operator's command, and before forgetting.
CREATE OR REPLACE FUNCTION records_holders(who bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT x.owner_id::bigint FROM (
    {" UNION ALL ".join(_holder(kept) for kept in KEPT)}
  ) x WHERE x.owner_id IS NOT NULL ORDER BY 1;
END $$;
-- Names of others that stand in a text: for masking them, by a lead of an agency that holds it.
CREATE OR REPLACE FUNCTION records_others(who bigint, names text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  IF session_user = 'lintel_app' AND cardinality(information_lead_agencies()) = 0
  THEN RETURN; END IF;
  RETURN QUERY SELECT n FROM unnest(names[1:2000]) AS n
    WHERE EXISTS (SELECT 1 FROM people_person q WHERE q.id <> who
      AND q.folded LIKE replace(replace(fold_words(n), '%', ''), '_', '') || '%'
      AND (EXISTS (SELECT 1 FROM people_tenancy t WHERE t.person_id = q.id)
        OR EXISTS (SELECT 1 FROM people_involvement i WHERE i.person_id = q.id)
        OR EXISTS (SELECT 1 FROM people_note o WHERE o.person_id = q.id)));
END $$;
"""


LOOKER = "(SELECT w.name || ', ' || w.job_title FROM agencies_worker w WHERE w.id = a.worker_id)"


def _whose(table: str) -> str:
    return "t.id" if table == "people_person" else "t.person_id"


def _holder(kept: Kept) -> str:
    return (
        f"SELECT {kept.owner} AS owner_id FROM {kept.table} t {kept.joins}"
        f" WHERE {kept.person} = who"
    )


def schedule() -> str:
    """What is due: how long each agency keeps each category, and since when it counts."""
    held = " UNION ALL ".join(
        f"SELECT {k.person} AS person_id, {k.owner} AS owner_id, {k.category} AS category"
        f" FROM {k.table} t {k.joins}"
        for k in KEPT
        if k.counted
    )
    ends = " UNION ALL ".join(
        f"SELECT {k.person} AS person_id, {k.owner} AS owner_id, {k.end} AS ended"
        f" FROM {k.table} t {k.joins}"
        for k in KEPT
        if k.end
    )
    told = " UNION ALL ".join(
        f"SELECT {k.person} AS person_id, {k.owner} AS owner_id, {k.end} AS ended"
        f" FROM {k.table} t WHERE {k.category} = 0"
        for k in KEPT
        if k.table in {"requests_handling", "requests_request"}
    )
    return f"""
-- How long an agency keeps a category, as the agreement in force says: an agency's own rules for
-- its own work, and for what it was told in requests (category 0) the rules of requests.
CREATE OR REPLACE FUNCTION records_months() RETURNS TABLE (owner_id bigint, category integer,
  months integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH rule AS (
    SELECT r.* FROM sharing_rule r WHERE r.agreement_id = (
      SELECT g.id FROM sharing_agreement g WHERE g.effective <= now()
      ORDER BY g.effective DESC LIMIT 1))
  SELECT a.id::bigint, c.category, CASE WHEN c.category = 0 THEN
      (SELECT max(r.retention_months) FROM rule r
       WHERE r.use = 'request' AND a.kind = ANY (r.receivers))
    ELSE coalesce(
      (SELECT max(r.retention_months) FROM rule r WHERE 'own' = ANY (r.receivers)
       AND c.category = ANY (r.categories) AND r.use = ANY ({OWN_USES})),
      (SELECT max(r.retention_months) FROM rule r WHERE 'own' = ANY (r.receivers)
       AND c.category = ANY (r.categories))) END
  FROM agencies_agency a CROSS JOIN generate_series(0, 11) AS c(category)
$$;
-- What is due now, of one person or (empty) of all. What an agency holds of its own counts from
-- the end of its last reason to hold anything about the person; what it was told in a request,
-- from the end of that request.
CREATE OR REPLACE FUNCTION records_due_now(who bigint) RETURNS TABLE (person_id bigint,
  owner_id bigint, category integer, due_on date, "rows" bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH months AS MATERIALIZED (SELECT * FROM records_months() m WHERE m.months IS NOT NULL),
  held AS (SELECT x.person_id, x.owner_id, x.category, count(*) AS many FROM ({held}) x
           WHERE x.category > 0 AND (who IS NULL OR x.person_id = who) GROUP BY 1, 2, 3),
  ends AS (SELECT x.person_id, x.owner_id, max(x.ended) AS ended FROM ({ends}) x
           WHERE who IS NULL OR x.person_id = who GROUP BY 1, 2),
  told AS (SELECT x.person_id, x.owner_id, x.ended FROM ({told}) x
           WHERE who IS NULL OR x.person_id = who)
  SELECT h.person_id, h.owner_id::bigint, h.category::integer,
         (e.ended + make_interval(months => m.months))::date, h.many
  FROM held h JOIN ends e ON e.person_id = h.person_id AND e.owner_id = h.owner_id
  JOIN months m ON m.owner_id = h.owner_id AND m.category = h.category
  WHERE e.ended < 'infinity' AND e.ended + make_interval(months => m.months) <= now()
  UNION ALL
  SELECT t.person_id, t.owner_id::bigint, 0,
         min(t.ended + make_interval(months => m.months))::date, count(*)
  FROM told t JOIN months m ON m.owner_id = t.owner_id AND m.category = 0
  WHERE t.ended < 'infinity' AND t.ended + make_interval(months => m.months) <= now()
  GROUP BY 1, 2;
END $$;
-- Every night: list what is due, and take off what no longer is. Decisions are left alone.
CREATE OR REPLACE FUNCTION records_list_due() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE listed integer;
BEGIN
  UPDATE records_due d SET decided = '', decided_at = NULL, decided_by_id = NULL,
    keep_words = '', keep_until = NULL
    WHERE d.erased IS NULL AND d.decided = 'keep' AND d.keep_until <= current_date;
  -- One statement, so that the whole list is worked out once: what is added and what is taken off
  -- are never the same row.
  WITH tonight AS MATERIALIZED (
    SELECT * FROM records_due_now(NULL) n WHERE NOT EXISTS (SELECT 1 FROM records_hold h
      WHERE h.lifted IS NULL AND h.person_id = n.person_id AND h.owner_id = n.owner_id)),
  gone AS (
    DELETE FROM records_due d WHERE d.erased IS NULL AND NOT EXISTS (
      SELECT 1 FROM tonight t WHERE t.person_id IS NOT DISTINCT FROM d.person_id
        AND t.owner_id = d.owner_id AND t.category = d.category))
  INSERT INTO records_due AS d (person_id, owner_id, category, due_on, rows, found, decided,
    keep_words)
  SELECT t.person_id, t.owner_id, t.category, t.due_on, t.rows, now(), '', '' FROM tonight t
  ON CONFLICT (person_id, owner_id, category) WHERE erased IS NULL
    DO UPDATE SET due_on = excluded.due_on, rows = excluded.rows;
  GET DIAGNOSTICS listed = ROW_COUNT;
  RETURN listed;
END $$;
"""


# Run by nobody but other functions, and by the owner's commands.
NOT_TOLD = "access_not_told(bigint, bigint, timestamptz)"
INNER = (
    "records_copy_of(bigint, bigint)",
    "records_holders(bigint)",
    "records_months()",
    "records_due_now(bigint)",
    "records_erase_rows(bigint, bigint, integer[], boolean)",
    "records_forget(bigint)",
    "records_still_held(bigint, bigint)",
)
# Run by the application: each checks who asks.
CHECKED = (
    "records_copy(bigint, bigint)",
    "records_others(bigint, text[])",
    "records_erase_due(bigint)",
    "records_erase_asked(bigint)",
)
NIGHTLY = "records_list_due()"


def functions() -> str:
    """Make all of them, or make them anew."""
    return (
        copy()
        + schedule()
        + erasing()
        + "".join(p.records_function(s) for s in INNER)
        + "".join(p.records_function(s, to=p.APP) for s in CHECKED)
        + p.records_function(NIGHTLY, to=p.SYSTEM)
        + p.records_function(NOT_TOLD, to=p.PERSON)
    )


def no_functions() -> str:
    """The reverse."""
    return "".join(f"DROP FUNCTION {s};" for s in (NOT_TOLD, NIGHTLY, *CHECKED, *INNER))
