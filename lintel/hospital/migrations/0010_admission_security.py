"""Admissions are watched: by whom, how often, of somebody known, and what became of them.

Whoever notes an admission sees from then on what the trust holds of that person. It can't be
asked for beforehand, on a ward at night; so it is looked at afterwards, by the trust's
information leads and nobody else (docs/adr/0030).
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

ADMISSION = "hospital_admission"
LEAD_OF = "ANY ((SELECT information_lead_agencies())::bigint[])"
HERE = "AT TIME ZONE 'Europe/London'"
# An end that is told to have been earlier than within a day of noting it is no less short.
SHORT = "(s.ended < a.noted + interval '1 day' AND s.ending <> 'mistake')"
NOTED = f"""
CREATE FUNCTION hospital_admission_noted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- What is imported no worker noted.
  IF current_worker() IS NULL THEN RETURN NULL; END IF;
  INSERT INTO {ADMISSION} (stay_id, owner_id, worker_id, noted, known)
  VALUES (new.id, new.owner_id, current_worker(), new.recorded,
    EXISTS (SELECT 1 FROM people_involvement i WHERE i.person_id = new.person_id
            AND i.owner_id = new.owner_id AND i.id <> new.involvement_id)
    OR EXISTS (SELECT 1 FROM hospital_stay s WHERE s.person_id = new.person_id
               AND s.owner_id = new.owner_id AND s.id <> new.id)
    OR EXISTS (SELECT 1 FROM people_note n WHERE n.person_id = new.person_id
               AND n.owner_id = new.owner_id)
    OR EXISTS (SELECT 1 FROM people_contactpoint c WHERE c.person_id = new.person_id
               AND c.owner_id = new.owner_id)
    OR EXISTS (SELECT 1 FROM sharing_consent c WHERE c.person_id = new.person_id
               AND c.owner_id = new.owner_id));
  RETURN NULL;
END $$;
{p.definer("hospital_admission_noted()")}
{p.withhold("hospital_admission_noted()")}
CREATE TRIGGER hospital_admission_noted AFTER INSERT ON hospital_stay
  FOR EACH ROW EXECUTE FUNCTION hospital_admission_noted();
"""
COUNTS = f"""
-- Admissions since a day, by worker and month; for information leads of the trust.
CREATE FUNCTION hospital_admission_counts(since date) RETURNS TABLE (
  worker_id bigint, month text, noted integer, known integer, short integer, mistaken integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.worker_id, to_char(a.noted {HERE}, 'YYYY-MM'), count(*)::int,
         (count(*) FILTER (WHERE a.known))::int, (count(*) FILTER (WHERE {SHORT}))::int,
         (count(*) FILTER (WHERE s.ending = 'mistake'))::int
  FROM {ADMISSION} a JOIN hospital_stay s ON s.id = a.stay_id
  WHERE a.owner_id = {LEAD_OF} AND a.noted >= since::timestamp {HERE}
  GROUP BY 1, 2
$$;
-- Those that were taken back, or ended within a day of being noted; whose, and not of whom.
CREATE FUNCTION hospital_admission_short(since date) RETURNS TABLE (
  worker_id bigint, noted timestamptz, known boolean, mistaken boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.worker_id, a.noted, a.known, s.ending = 'mistake'
  FROM {ADMISSION} a JOIN hospital_stay s ON s.id = a.stay_id
  WHERE a.owner_id = {LEAD_OF} AND a.noted >= since::timestamp {HERE}
    AND (s.ending = 'mistake' OR {SHORT})
  ORDER BY a.noted, a.stay_id
$$;
"""
READS = ["hospital_admission_counts(date)", "hospital_admission_short(date)"]
FORWARD = (
    p.enable(ADMISSION)
    + p.grant(ADMISSION, "SELECT")
    + p.policy(
        ADMISSION, "admission_seen", role=p.APP, command="SELECT", using=f"owner_id = {LEAD_OF}"
    )
    + p.read_by_definer(ADMISSION)
    + p.loaded_by_import(ADMISSION)
    + p.grant(ADMISSION, "INSERT", p.SIGHT)
    + p.policy(ADMISSION, "admission_noted", role=p.SIGHT, command="INSERT", check="true")
    + NOTED
    + COUNTS
    + "".join(p.definer(signature) for signature in READS)
)
REVERSE = (
    "DROP TRIGGER hospital_admission_noted ON hospital_stay;"
    "DROP FUNCTION hospital_admission_noted();"
    + "".join(f"DROP FUNCTION {signature};" for signature in READS)
    + p.unprotect(ADMISSION)
)


class Migration(migrations.Migration):
    dependencies = [("hospital", "0009_admission"), ("sharing", "0019_override_hand_over")]
    operations = [p.run(FORWARD, REVERSE)]
