"""The rules of sight in SQL: views over the sources, and the functions that apply them.

`sight_derived` says what sight must be at any time; `sight_recompute*` make it so, for people,
for workers or for all. The independent statement in Python is `lintel.sharing.rules`; a
property-based test holds the two together (docs/adr/0007).
"""

COLUMNS = "worker_id, person_id, category, owner_id, valid, source, source_id"
# Since the agreement rules how much of a category is seen (config/migrations/0007).
WITH_DETAIL = f"{COLUMNS}, detail"


def derived_view(*sources: str, columns: str = COLUMNS) -> str:
    """SQL for `sight_derived`: the union of the source views, empty ranges left out."""
    union = " UNION ALL ".join(f"SELECT {columns} FROM {source}" for source in sources)
    return f"""
    CREATE OR REPLACE VIEW sight_derived AS
      SELECT DISTINCT {columns} FROM ({union}) all_sources WHERE NOT isempty(valid);
    ALTER VIEW sight_derived OWNER TO lintel_sight;
    """


def _apply(columns: str, column: str = "", argument: str = "") -> str:
    """Make sight what it must be, for these people or workers, or for all; count the changes."""
    these = f"{column} = ANY ({argument})" if column else "true"
    same = " AND ".join(f"w.{name} = s.{name}" for name in columns.split(", "))
    return f"""
  WITH want AS MATERIALIZED (
    SELECT {columns} FROM sight_derived WHERE {these}
  ), gone AS (
    DELETE FROM sight s WHERE {these} AND NOT EXISTS (SELECT 1 FROM want w WHERE {same})
    RETURNING 1
  ), added AS (
    INSERT INTO sight ({columns})
    SELECT {columns} FROM want
    EXCEPT SELECT {columns} FROM sight WHERE {these}
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM added) INTO changed;
"""


# One lock for all of sight; people are locked one by one under a shared hold of it, wide changes
# (a worker leaves, thousands are imported) hold it alone. Each statement of a function sees what
# was committed before it began, so whoever waits for the lock computes from the other's result.
GLOBAL_LOCK = 7201
PERSON_LOCK = 7202


# What sight is and what it must be are compared by all columns at once. The planner, which takes
# both for a few rows, would merge them by person or worker alone and compare each with each.
BY_HASH = "SET enable_mergejoin = off"


def recomputing(columns: str = COLUMNS, *, compared: str = "") -> str:
    """SQL for the functions that make sight what `sight_derived` says.

    `compared`: settings for those about some people or workers; BY_HASH since config 0009.
    """
    return f"""
CREATE OR REPLACE FUNCTION sight_recompute(people bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp {compared}
AS $$
DECLARE changed bigint; one bigint;
BEGIN
  IF people IS NULL OR cardinality(people) = 0 THEN RETURN 0; END IF;
  IF cardinality(people) > 500 THEN
    PERFORM pg_advisory_xact_lock({GLOBAL_LOCK}, 0);
  ELSE
    PERFORM pg_advisory_xact_lock_shared({GLOBAL_LOCK}, 0);
    FOR one IN SELECT DISTINCT u FROM unnest(people) u ORDER BY u LOOP
      PERFORM pg_advisory_xact_lock({PERSON_LOCK}, hashint8(one));
    END LOOP;
  END IF;
  {_apply(columns, "person_id", "people")}
  RETURN changed;
END $$;

CREATE OR REPLACE FUNCTION sight_recompute_workers(workers bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp {compared}
AS $$
DECLARE changed bigint;
BEGIN
  IF workers IS NULL OR cardinality(workers) = 0 THEN RETURN 0; END IF;
  PERFORM pg_advisory_xact_lock({GLOBAL_LOCK}, 0);
  {_apply(columns, "worker_id", "workers")}
  RETURN changed;
END $$;

CREATE OR REPLACE FUNCTION sight_recompute_all() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE changed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock({GLOBAL_LOCK}, 0);
  {_apply(columns)}
  RETURN changed;
END $$;

-- Rows that differ from their sources: 'missing' or 'unfounded'. None, if all is well.
CREATE OR REPLACE FUNCTION sight_differences()
RETURNS TABLE (fault text, worker bigint, person bigint, cat smallint, owner integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  (SELECT 'missing', worker_id, person_id, category, owner_id FROM (
     SELECT {columns} FROM sight_derived EXCEPT SELECT {columns} FROM sight) m)
  UNION ALL
  (SELECT 'unfounded', worker_id, person_id, category, owner_id FROM (
     SELECT {columns} FROM sight EXCEPT SELECT {columns} FROM sight_derived) u)
$$;
"""


FUNCTIONS = f"""
{recomputing()}
CREATE FUNCTION sight_of_people_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE people bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT person_id) INTO people FROM new_rows;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT person_id) INTO people FROM old_rows;
  ELSE
    SELECT array_agg(DISTINCT person_id) INTO people
    FROM (SELECT person_id FROM new_rows UNION SELECT person_id FROM old_rows) both_rows;
  END IF;
  PERFORM sight_recompute(people);
  RETURN NULL;
END $$;

CREATE FUNCTION sight_of_workers_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE workers bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT worker_id) INTO workers FROM new_rows;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT worker_id) INTO workers FROM old_rows;
  ELSE
    SELECT array_agg(DISTINCT worker_id) INTO workers
    FROM (SELECT worker_id FROM new_rows UNION SELECT worker_id FROM old_rows) both_rows;
  END IF;
  PERFORM sight_recompute_workers(workers);
  RETURN NULL;
END $$;

CREATE FUNCTION sight_of_post_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM sight_recompute_workers(ARRAY[NEW.id]);
  RETURN NULL;
END $$;

CREATE FUNCTION sight_of_home_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  -- A tenancy being added in another transaction can't be seen yet: wait for it, or it for us.
  PERFORM pg_advisory_xact_lock({GLOBAL_LOCK}, 0);
  PERFORM sight_recompute(
    (SELECT array_agg(DISTINCT person_id) FROM people_tenancy WHERE home_id = NEW.id));
  RETURN NULL;
END $$;

CREATE FUNCTION sight_of_patch_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock({GLOBAL_LOCK}, 0);
  PERFORM sight_recompute(
    (SELECT array_agg(DISTINCT t.person_id) FROM people_tenancy t
     JOIN people_home h ON h.id = t.home_id WHERE h.patch_id = NEW.id));
  RETURN NULL;
END $$;

CREATE FUNCTION sight_of_person_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM sight_recompute(ARRAY[NEW.id]);
  RETURN NULL;
END $$;
"""

SIGNATURES = [
    "sight_recompute(bigint[])",
    "sight_recompute_workers(bigint[])",
    "sight_recompute_all()",
    "sight_differences()",
    "sight_of_people_changed()",
    "sight_of_workers_changed()",
    "sight_of_post_changed()",
    "sight_of_home_changed()",
    "sight_of_patch_changed()",
    "sight_of_person_changed()",
]
