"""What is written beside a way to reach somebody is read by whoever may read all of it.

A summary has the number to ring, and not the note beside it: `contact_facts`.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

CONTACT = "people_contactpoint"
CONTACT_KEYS = f"'{{{int(C.CONTACT)}}}'::smallint[]"
FACTS = f"""
-- One person's ways to be reached of which the bound worker sees a summary: without the notes.
CREATE FUNCTION contact_facts(who bigint)
RETURNS TABLE (id bigint, owner_id bigint, kind varchar, value varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT c.id, c.owner_id, c.kind, c.value FROM {CONTACT} c
  WHERE c.held_key >= who * 1048576 AND c.held_key < (who + 1) * 1048576
    AND c.held_key = ANY ((SELECT sight_keys({CONTACT_KEYS}))::bigint[])
    AND c.held_key <> ALL ((SELECT sight_keys_full({CONTACT_KEYS}))::bigint[])
$$;
{p.definer("contact_facts(bigint)")}
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0004_letters"), ("config", "0009_spreading_plans")]
    operations = [
        p.run(
            FACTS + p.read_in_full(CONTACT, C.CONTACT),
            p.read_in_summary(CONTACT, C.CONTACT) + "DROP FUNCTION contact_facts(bigint);",
        )
    ]
