"""Letters on hold: told to whoever lets the person their home, with no word of who asked or why."""

from django.db import migrations, models

from lintel.kernel.sight import policies as p
from lintel.people.states import ContactKind

TABLE = "people_contactpoint"
# Whoever sees who the person is may pass on that they asked for it; and learns by it neither
# whether there is a landlord, nor whether letters were on hold before. The row is the landlord's.
HOLD = """
CREATE FUNCTION people_hold_letters(who bigint, until_day date, told text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  IF NOT who = ANY (sight_people()) THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody in sight';
  END IF;
  DELETE FROM people_contactpoint c WHERE c.person_id = who AND c.kind = 'hold';
  INSERT INTO people_contactpoint (person_id, owner_id, kind, value, note)
  SELECT DISTINCT who, t.owner_id, 'hold', to_char(until_day, 'YYYY-MM-DD'), told
  FROM people_tenancy t WHERE t.person_id = who AND t.ended IS NULL AND until_day > current_date;
END $$;
""" + p.definer("people_hold_letters(bigint, date, text)")
WRITES = (
    p.grant(TABLE, "INSERT, DELETE", p.SIGHT)
    + p.policy(TABLE, f"{TABLE}_held", role=p.SIGHT, command="INSERT", check="kind = 'hold'")
    + p.policy(TABLE, f"{TABLE}_let", role=p.SIGHT, command="DELETE", using="kind = 'hold'")
)
REVERSE = (
    "DROP FUNCTION people_hold_letters(bigint, date, text);"
    f"DROP POLICY {TABLE}_held ON {TABLE}; DROP POLICY {TABLE}_let ON {TABLE};"
    f"REVOKE INSERT, DELETE ON {TABLE} FROM {p.SIGHT};"
    f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY;"
    f"DELETE FROM {TABLE} WHERE kind = 'hold';"
    f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_searched_words"),
        ("config", "0008_agreement_preview"),
    ]
    operations = [
        migrations.AlterField(
            "contactpoint",
            "kind",
            models.CharField(choices=ContactKind.choices, max_length=12),
        ),
        p.run(WRITES + HOLD, REVERSE),
    ]
