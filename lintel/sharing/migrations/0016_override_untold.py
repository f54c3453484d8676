"""What a review says must not be told yet isn't in the person's own view until it is told."""

from django.db import migrations

from lintel.kernel.sight import policies as p

OVERRIDE, REVIEW = "sharing_override", "sharing_overridereview"


def shown(unless: str) -> str:
    """`subject_overrides`, less those that this leaves out."""
    return f"""
CREATE OR REPLACE FUNCTION subject_overrides() RETURNS TABLE (
  id bigint, person_id bigint, opened timestamptz, until timestamptz, worker text,
  job_title text, agency text, holder text, categories smallint[], reason text, words text,
  agreed_by text, justified boolean, findings text, told_words text, reviewed timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT o.id, o.person_id, o.opened, least(o.until, o.ended), w.name::text, w.job_title::text,
         g.name::text, h.name::text, o.categories, o.reason::text, o.words, s.name::text,
         r.justified, r.findings, CASE WHEN r.told IS NOT NULL THEN r.told_words END, r.reviewed
  FROM {OVERRIDE} o
  JOIN agencies_worker w ON w.id = o.worker_id
  JOIN agencies_agency g ON g.id = o.agency_id
  JOIN agencies_agency h ON h.id = o.holder_id
  LEFT JOIN agencies_worker s ON s.id = o.authorised_by_id
  LEFT JOIN {REVIEW} r ON r.override_id = o.id
  WHERE o.person_id = ANY (subject_people())
    AND o.person_id * 16 + 6 = ANY (subject_held()){unless}
$$;
"""


UNTOLD = " AND (r.id IS NULL OR r.told IS NOT NULL)"
# Replacing keeps the owner and the grants, and drops how its plans are kept.
GENERIC = "ALTER FUNCTION subject_overrides() SET plan_cache_mode = force_generic_plan;"


class Migration(migrations.Migration):
    dependencies = [("sharing", "0015_untold")]
    operations = [p.run(shown(UNTOLD) + GENERIC, shown("") + GENERIC)]
