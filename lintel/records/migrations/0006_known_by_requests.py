"""An agency that was only sent a request about somebody answers for that too: its lead finds them.

The desk is the receiver's own: the sender's side finds nobody by it.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p


def people_for_lead(more: str) -> str:
    """The function of `sharing.0003`, with one more way to hold something about somebody."""
    return f"""
CREATE OR REPLACE FUNCTION sharing_people_for_lead(words text, ids bigint[])
RETURNS TABLE (id bigint, name varchar, born date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT p.id, p.name, p.born FROM people_person p
  WHERE CASE WHEN words IS NULL THEN p.id = ANY (ids)
             ELSE p.folded LIKE '%' || fold_words(words) || '%'
                  OR p.id IN (SELECT t.person_id FROM people_tenancy t
                              WHERE t.reference = words
                                AND t.owner_id = ANY (information_lead_agencies())) END
    AND (EXISTS (SELECT 1 FROM people_tenancy t WHERE t.person_id = p.id
                 AND t.owner_id = ANY (information_lead_agencies()))
      OR EXISTS (SELECT 1 FROM people_involvement i WHERE i.person_id = p.id
                 AND i.owner_id = ANY (information_lead_agencies()))
      OR EXISTS (SELECT 1 FROM sharing_consent c WHERE c.person_id = p.id
                 AND c.owner_id = ANY (information_lead_agencies())){more})
  ORDER BY p.name, p.id
  LIMIT CASE WHEN words IS NULL THEN NULL ELSE 20 END
$$;
ALTER FUNCTION sharing_people_for_lead(text, bigint[]) SET plan_cache_mode = force_generic_plan;
"""


BY_REQUEST = """
      OR EXISTS (SELECT 1 FROM requests_handling h JOIN agencies_team x ON x.id = h.team_id
                 WHERE h.person_id = p.id AND x.agency_id = ANY (information_lead_agencies()))"""


class Migration(migrations.Migration):
    dependencies = [("records", "0005_loaded"), ("requests", "0007_between_receivers")]
    operations = [p.run(people_for_lead(BY_REQUEST), people_for_lead(""))]
