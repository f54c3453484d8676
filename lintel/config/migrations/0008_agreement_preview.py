"""Who would gain and lose sight by a draft of the agreement, counted without changing anything.

The sources of sight are read once more, by the very text that derives it, with the rules of a
draft and of the version in force in the place of what is allowed. So what is counted beforehand
and what happens can't drift apart (docs/adr/0024).
"""

import re
from importlib import import_module

from django.db import migrations

from lintel.kernel.sight import policies as p

RULED = import_module("lintel.config.migrations.0007_sight_by_agreement")
COLUMNS = "worker_id, person_id, category, owner_id, valid, detail, use, level, agreement_id"


def previewed(source: str) -> str:
    """The view of one source, over the cells of any version instead of those allowed in time."""
    found = re.search(rf"CREATE VIEW {source} AS.*?;", RULED.VIEWS, re.DOTALL)
    assert found is not None, source
    text = found.group(0).replace(source, source.replace("sight_from", "preview_from"), 1)
    text = text.replace("sharing_allowed r", "sharing_preview_cell r")
    return text.replace("r.detail\n", "r.detail, r.use, r.level, r.agreement_id\n", 1)


NAMES = [source.replace("sight_from", "preview_from") for source in RULED.SOURCES]
UNION = " UNION ALL ".join(f"SELECT {COLUMNS} FROM {name}" for name in NAMES)
VIEWS = f"""
CREATE VIEW sharing_preview_cell AS
  SELECT r.agreement_id, r.use, r.basis, c.category, g.giver, e.receiver, l.level, r.detail,
         r.second, tstzrange(NULL, NULL) AS valid
  FROM sharing_rule r
  CROSS JOIN unnest(r.categories) AS c(category)
  CROSS JOIN unnest(r.givers) AS g(giver)
  CROSS JOIN unnest(r.receivers) AS e(receiver)
  CROSS JOIN unnest(r.levels) AS l(level);
{"".join(previewed(source) for source in RULED.SOURCES)}
CREATE VIEW sharing_preview_sight AS {UNION};
"""
ALL = ["sharing_preview_cell", *NAMES, "sharing_preview_sight"]
OWNED = "".join(f"ALTER VIEW {view} OWNER TO lintel_sight;" for view in ALL)


def counted(name: str, was: str, will: str) -> str:
    """People for whom this is so, for one column of the answer."""
    return f"count(DISTINCT s.person_id) FILTER (WHERE {was} AND {will}) AS {name}"


COUNTS = ", ".join(
    (
        counted("gains", "s.was IS NULL", "s.will IS NOT NULL"),
        counted("loses", "s.was IS NOT NULL", "s.will IS NULL"),
        counted("more", "s.was < s.will", "true"),
        counted("less", "s.was > s.will", "true"),
    )
)
FUNCTIONS = f"""
-- The next people after one: the last of them, and how many.
CREATE FUNCTION agreement_preview_next(after bigint, size integer)
RETURNS TABLE (upto bigint, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT max(n.id), count(*)
  FROM (SELECT id FROM people_person WHERE id > after ORDER BY id LIMIT size) n
$$;

-- For these people (after one, up to another): of how many would workers gain or lose sight, by
-- purpose, kind of agency, level and category; and altogether, with an empty purpose and level.
CREATE FUNCTION agreement_preview(
  base bigint, draft bigint, after bigint, upto bigint, moment timestamptz)
RETURNS TABLE (for_use text, of_kind text, at_level text, of_category smallint,
               gains bigint, loses bigint, more bigint, less bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH seen AS MATERIALIZED (
    SELECT d.worker_id, d.person_id, d.category, d.owner_id, d.use, d.level,
           max(d.detail) FILTER (WHERE d.agreement_id = base) AS was,
           max(d.detail) FILTER (WHERE d.agreement_id = draft) AS will
    FROM sharing_preview_sight d
    WHERE d.person_id > after AND d.person_id <= upto
      AND d.agreement_id IN (base, draft) AND d.valid @> moment
    GROUP BY 1, 2, 3, 4, 5, 6
  ), altogether AS (
    SELECT worker_id, person_id, category, owner_id, max(was) AS was, max(will) AS will
    FROM seen GROUP BY 1, 2, 3, 4
  )
  SELECT s.use::text, a.kind::text, s.level::text, s.category, {COUNTS}
  FROM seen s
  JOIN agencies_worker w ON w.id = s.worker_id JOIN agencies_agency a ON a.id = w.agency_id
  WHERE s.was IS DISTINCT FROM s.will
  GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT '', a.kind::text, '', s.category, {COUNTS}
  FROM altogether s
  JOIN agencies_worker w ON w.id = s.worker_id JOIN agencies_agency a ON a.id = w.agency_id
  WHERE s.was IS DISTINCT FROM s.will
  GROUP BY 1, 2, 3, 4
$$;
"""
SIGNATURES = [
    "agreement_preview_next(bigint, integer)",
    "agreement_preview(bigint, bigint, bigint, bigint, timestamptz)",
]
FORWARD = VIEWS + OWNED + FUNCTIONS + "".join(p.definer(s) + p.withhold(s) for s in SIGNATURES)
REVERSE = "".join(f"DROP FUNCTION {s};" for s in SIGNATURES) + "".join(
    f"DROP VIEW {view};" for view in reversed(ALL)
)


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0007_sight_by_agreement"),
        ("sharing", "0008_agreement_preview"),
    ]
    operations = [p.run(FORWARD, REVERSE)]
