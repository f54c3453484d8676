"""A row of waiting can be ended and superseded: its generated key is no change.

Before an update, PostgreSQL has not made generated columns yet, and the row looked changed.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p


def kept(left_out: str) -> str:
    """The function of 0002, with the columns that may differ."""
    return f"""
CREATE OR REPLACE FUNCTION hospital_waiting_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(new) {left_out}) <> (to_jsonb(old) {left_out})
     OR old.superseded IS NOT NULL
     OR (old.until IS NOT NULL AND new.until IS DISTINCT FROM old.until) THEN
    RAISE EXCEPTION 'a reported delay is corrected by a new row'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN new;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("hospital", "0003_noticed_name")]
    operations = [
        p.run(
            kept("- 'until' - 'superseded' - 'held_key'"),
            kept("- 'until' - 'superseded'"),
        )
    ]
