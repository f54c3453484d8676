"""A person may say that a fact is wrong, not only a note: a name, a home, how to reach them.

Such a remark names an agency that holds something about the person, and one of the kinds of facts.
Who is told that it waits for an answer: the agency's named workers and those of the patch.
"""

import django.db.models.deletion
from django.db import migrations, models

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

FACTS = (C.IDENTITY, C.CONTACT, C.TENANCY, C.MONEY, C.SUPPORT_NEEDS, C.HEALTH_INVOLVEMENT)
FACTS += (C.HOSPITAL_STAY, C.PLAN)
HOLDERS = ("people_tenancy", "people_contactpoint", "people_involvement", "people_note")
OWN = f"person_id = {p.SELF}"
WAITING = "answered IS NULL AND answer = ''"
THE_NOTE = (
    "EXISTS (SELECT 1 FROM people_note n WHERE n.id = note_id"
    " AND n.person_id = portal_remark.person_id AND n.owner_id = portal_remark.owner_id"
    " AND n.category = portal_remark.category)"
)
HELD = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} h WHERE h.person_id = portal_remark.person_id"
    " AND h.owner_id = portal_remark.owner_id)"
    for table in HOLDERS
)
A_FACT = f"category IN ({', '.join(str(int(c)) for c in FACTS)}) AND ({HELD})"


def insert(about: str) -> str:
    """The policy of what the person may write."""
    return f"""
DROP POLICY portal_remark_own_insert ON portal_remark;
CREATE POLICY portal_remark_own_insert ON portal_remark FOR INSERT TO {p.PERSON}
  WITH CHECK ({OWN} AND said_by_id = (SELECT current_account()) AND {WAITING} AND ({about}));
"""


SIGNATURE = "remark_answerers(bigint, bigint, integer, timestamptz)"
ANSWERERS = f"""
CREATE FUNCTION remark_answerers(person bigint, owner bigint, facts integer, moment timestamptz)
RETURNS TABLE (user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT w.user_id
  FROM sight s JOIN agencies_worker w ON w.id = s.worker_id AND w.agency_id = owner
  WHERE s.person_id = person AND s.owner_id = owner AND s.category = facts
    AND s.valid @> moment AND s.source IN ('patch', 'caseload')
$$;
{p.definer(SIGNATURE)}
{p.withhold(SIGNATURE)}
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_news")]
    operations = [
        migrations.AlterField(
            model_name="remark",
            name="note",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.note",
            ),
        ),
        p.run(
            insert(f"({THE_NOTE}) OR (note_id IS NULL AND {A_FACT})") + ANSWERERS,
            f"DROP FUNCTION {SIGNATURE};" + insert(THE_NOTE),
        ),
    ]
