"""Who reads a scanned form, an other basis and a word that something is no longer shared.

And what the jobs ask: whose consent ends soon, who authorises, who lost sight, who is untold.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

PAPER = "sharing_consentpaper"
BASIS = "sharing_otherbasis"
# A form shows the noes: those who were told something never read it (docs/adr/0028).
PAPER_SEEN = f"person_id = {p.PEOPLE} AND owner_id = (SELECT my_agency())"

PAPERS = f"""
{p.enable(PAPER)}
{p.grant(PAPER, "SELECT, INSERT")}
GRANT UPDATE (content, size, removed, removed_by_id, removed_words) ON {PAPER} TO {p.APP};
{p.policy(PAPER, "paper_seen", role=p.APP, command="SELECT", using=PAPER_SEEN)}
{
    p.policy(
        PAPER,
        "paper_added",
        role=p.APP,
        command="INSERT",
        check=f"{PAPER_SEEN} AND added_by_id = {p.ME} AND removed IS NULL",
    )
}
{
    p.policy(
        PAPER,
        "paper_removed",
        role=p.APP,
        command="UPDATE",
        using=f"{PAPER_SEEN} AND removed IS NULL",
        check=f"{PAPER_SEEN} AND removed IS NOT NULL AND removed_by_id = {p.ME} AND size = 0"
        " AND length(content) = 0",
    )
}
{p.read_by_definer(PAPER)}
{p.loaded_by_import(PAPER)}
{p.seen_by_person(PAPER, more=f"person_id = {p.SELF} AND removed IS NULL")}
-- The paper belongs to a conversation of the same person, recorded by the same agency.
ALTER TABLE {PAPER} ADD CONSTRAINT consent_paper_whose
  FOREIGN KEY (consent_id, person_id, owner_id)
  REFERENCES sharing_consent (id, person_id, owner_id);

{p.enable("sharing_nolonger")}
{p.grant("sharing_nolonger", "SELECT")}
GRANT UPDATE (read) ON sharing_nolonger TO {p.APP};
{
    p.policy(
        "sharing_nolonger",
        "no_longer_mine",
        role=p.APP,
        command="SELECT",
        using=f"worker_id = {p.ME}",
    )
}
{
    p.policy(
        "sharing_nolonger",
        "no_longer_read",
        role=p.APP,
        command="UPDATE",
        using=f"worker_id = {p.ME}",
        check=f"worker_id = {p.ME}",
    )
}
{p.grant("sharing_nolonger", "SELECT, INSERT", p.SYSTEM)}
{
    p.policy(
        "sharing_nolonger",
        "no_longer_job",
        role=p.SYSTEM,
        command="ALL",
        using="true",
        check="true",
    )
}
{p.grant("sharing_reminded", "SELECT, INSERT", p.SYSTEM)}
"""

BASES = f"""
-- The agencies whose sharing on another basis the bound worker answers for.
CREATE FUNCTION answering_agencies() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT w.agency_id::bigint), '{{}}')
  FROM agencies_worker w JOIN agencies_roleheld r ON r.worker_id = w.id
  WHERE w.id = current_worker() AND r.role IN ('information_lead', 'manager')
    AND r.valid @> now()
    AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)
$$;
{p.definer("answering_agencies()")}

-- The names that stand in the list of those who answer for it: the name alone, no sight.
CREATE FUNCTION sharing_basis_names() RETURNS TABLE (basis_id bigint, name varchar, born date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.id, person.name, person.born FROM {BASIS} b
  JOIN people_person person ON person.id = b.person_id
  WHERE b.owner_id = ANY (answering_agencies())
    AND person.worker_id IS DISTINCT FROM current_worker()
$$;
{p.definer("sharing_basis_names()")}

{
    p.policy(
        BASIS,
        "basis_answered_for",
        role=p.APP,
        command="SELECT",
        using="owner_id = ANY ((SELECT answering_agencies())::bigint[])",
    )
}
{
    p.policy(
        BASIS,
        "basis_decided",
        role=p.APP,
        command="UPDATE",
        using="owner_id = ANY ((SELECT answering_agencies())::bigint[])",
        check="owner_id = ANY ((SELECT answering_agencies())::bigint[])",
    )
}
GRANT UPDATE (authorised_words, told_words, told_by_id, ended_words, ended_by_id)
  ON {BASIS} TO {p.APP};
{
    p.seen_by_person(
        BASIS, more=f"person_id = {p.SELF} AND authorised IS NOT NULL AND told IS NOT NULL"
    )
}

-- What was decided stays decided, and each decision is the bound worker's own.
CREATE FUNCTION sharing_basis_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF OLD.authorised IS NOT NULL AND (NEW.authorised, NEW.authorised_by_id, NEW.authorised_words)
     IS DISTINCT FROM (OLD.authorised, OLD.authorised_by_id, OLD.authorised_words)
  OR OLD.told IS NOT NULL AND (NEW.told, NEW.told_by_id, NEW.told_words)
     IS DISTINCT FROM (OLD.told, OLD.told_by_id, OLD.told_words)
  OR OLD.ended IS NOT NULL AND (NEW.ended, NEW.ended_by_id, NEW.ended_words)
     IS DISTINCT FROM (OLD.ended, OLD.ended_by_id, OLD.ended_words) THEN
    RAISE EXCEPTION 'what was decided about this basis stays' USING ERRCODE = 'check_violation';
  END IF;
  IF current_user = '{p.APP}' AND (
     OLD.authorised IS NULL AND NEW.authorised IS NOT NULL
       AND (NEW.authorised_by_id IS DISTINCT FROM current_worker()
            OR NEW.authorised > now() + interval '1 minute' OR OLD.ended IS NOT NULL)
     OR OLD.told IS NULL AND NEW.told IS NOT NULL
       AND NEW.told_by_id IS DISTINCT FROM current_worker()
     OR OLD.ended IS NULL AND NEW.ended IS NOT NULL
       AND NEW.ended_by_id IS DISTINCT FROM current_worker()) THEN
    RAISE EXCEPTION 'a decision is the worker''s own' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sharing_basis_guard BEFORE UPDATE ON {BASIS}
  FOR EACH ROW EXECUTE FUNCTION sharing_basis_guard();
"""

JOBS = """
-- Who can authorise a basis: the agency's information leads and managers; where the agreement
-- names nobody, also the leads of the recorder's teams. Never who wrote it down.
CREATE FUNCTION sharing_who_authorises(which bigint) RETURNS TABLE (user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT w.user_id FROM sharing_otherbasis b
  JOIN agencies_worker w ON w.agency_id = b.owner_id AND w.id <> b.recorded_by_id
    AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)
  WHERE b.id = which AND b.authorised IS NULL AND b.ended IS NULL AND (
    EXISTS (SELECT 1 FROM agencies_roleheld r WHERE r.worker_id = w.id AND r.valid @> now()
            AND r.role IN ('information_lead', 'manager'))
    OR b.authoriser = '' AND EXISTS (
      SELECT 1 FROM agencies_membership mine JOIN agencies_membership led
        ON led.team_id = mine.team_id AND led.role = 'lead' AND led.valid @> now()
      WHERE mine.worker_id = b.recorded_by_id AND mine.valid @> now() AND led.worker_id = w.id))
$$;

-- What a person has yet to be told of and is due to be looked at again, and the information leads.
CREATE FUNCTION sharing_untold(day date) RETURNS TABLE (basis_id bigint, review date, user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT b.id, b.tell_review, w.user_id FROM sharing_otherbasis b
  JOIN agencies_worker w ON w.agency_id = b.owner_id
    AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)
  JOIN agencies_roleheld r ON r.worker_id = w.id AND r.role = 'information_lead'
    AND r.valid @> now()
  WHERE b.authorised IS NOT NULL AND b.told IS NULL AND b.tell_review <= day
$$;

-- Consents that end soon and still count, with whom to remind: who wrote them down, or, where
-- they left or no longer work with the person, the agency's own workers who do.
CREATE FUNCTION sharing_ending(before timestamptz)
RETURNS TABLE (consent_id bigint, until timestamptz, user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH soon AS MATERIALIZED (
    SELECT c.id, c.person_id, c.owner_id, c.until, c.recorded_by_id FROM sharing_consent c
    WHERE c.until > now() AND c.until <= before AND c.withdrawn IS NULL
      AND EXISTS (
        SELECT 1 FROM sharing_consentline l WHERE l.consent_id = c.id AND l.answer AND NOT EXISTS (
          SELECT 1 FROM sharing_consentline l2 JOIN sharing_consent c2 ON c2.id = l2.consent_id
          WHERE l2.person_id = l.person_id AND l2.giver_id = l.giver_id
            AND l2.category = l.category AND c2.purpose IN (c.purpose, 'any')
            AND (l2.recipient_id = l.recipient_id OR l2.recipient_agency_id = l.recipient_agency_id)
            AND (c2.given, c2.id) > (c.given, c.id)))
  ), works AS (
    SELECT DISTINCT soon.id, s.worker_id FROM soon
    JOIN sight s ON s.person_id = soon.person_id AND s.owner_id = soon.owner_id
      AND s.category = 1 AND s.source IN ('patch', 'caseload') AND s.valid @> now()
  )
  SELECT soon.id, soon.until, w.user_id FROM soon
  JOIN works ON works.id = soon.id
  JOIN agencies_worker w ON w.id = works.worker_id AND w.agency_id = soon.owner_id
  WHERE works.worker_id = soon.recorded_by_id
     OR NOT EXISTS (SELECT 1 FROM works own
                    WHERE own.id = soon.id AND own.worker_id = soon.recorded_by_id)
$$;

-- Who opened the person's record by an answer that this conversation ended (it was taken back, or
-- a no took a yes's place), and sees that part by nothing else now.
CREATE FUNCTION sharing_who_lost(consent bigint, actor bigint)
RETURNS TABLE (worker_id bigint, user_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT w.id, w.user_id
  FROM sharing_consent c
  JOIN sight s ON s.person_id = c.person_id AND s.source = 'consent'
    AND (upper(s.valid) = c.withdrawn
         OR upper(s.valid) = c.given
            AND EXISTS (SELECT 1 FROM sharing_consentline l
                        WHERE l.consent_id = c.id AND NOT l.answer))
  JOIN agencies_worker w ON w.id = s.worker_id AND w.id IS DISTINCT FROM actor
    AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)
  WHERE c.id = consent
    AND NOT EXISTS (SELECT 1 FROM sight n WHERE n.worker_id = s.worker_id
      AND n.person_id = s.person_id AND n.owner_id = s.owner_id AND n.category = s.category
      AND n.valid @> now())
    AND EXISTS (SELECT 1 FROM kernel_access a WHERE a.person_id = s.person_id
      AND a.worker_id = s.worker_id AND a.owner_id = s.owner_id
      AND a.verb IN ('opened', 'exported') AND a.at >= lower(s.valid))
$$;
"""
FOR_JOBS = [
    "sharing_who_authorises(bigint)",
    "sharing_untold(date)",
    "sharing_ending(timestamptz)",
    "sharing_who_lost(bigint, bigint)",
]
JOBS += "".join(p.definer(s) + p.withhold(s) for s in FOR_JOBS) + (
    f"GRANT SELECT ON kernel_access TO {p.SIGHT};"
    + p.policy("kernel_access", "kernel_access_lost", role=p.SIGHT, command="SELECT", using="true")
)

REVERSE = (
    "DROP POLICY kernel_access_lost ON kernel_access;"
    f"REVOKE SELECT ON kernel_access FROM {p.SIGHT};"
    + "".join(f"DROP FUNCTION {s};" for s in FOR_JOBS)
    + f"""
DROP TRIGGER sharing_basis_guard ON {BASIS};
DROP FUNCTION sharing_basis_guard();
DROP POLICY basis_answered_for ON {BASIS};
DROP POLICY basis_decided ON {BASIS};
DROP POLICY {BASIS}_person ON {BASIS};
REVOKE SELECT ON {BASIS} FROM {p.PERSON};
REVOKE UPDATE (authorised_words, told_words, told_by_id, ended_words, ended_by_id)
  ON {BASIS} FROM {p.APP};
DROP FUNCTION sharing_basis_names();
DROP FUNCTION answering_agencies();
REVOKE ALL ON sharing_reminded FROM {p.SYSTEM};
ALTER TABLE {PAPER} DROP CONSTRAINT consent_paper_whose;
"""
    + p.unprotect("sharing_nolonger")
    + p.unprotect(PAPER)
)


class Migration(migrations.Migration):
    dependencies = [("sharing", "0009_consent_asked")]
    operations = [p.run(PAPERS + BASES + JOBS, REVERSE)]
