"""Who reads an override and what belongs to it, who agrees to it, and who reviews it.

An override is read by who opened it, by the information leads of both agencies, and by whoever
was told of it. A second worker answers through a function of the definer: nobody can write that
somebody else agreed (docs/adr/0025).
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

OVERRIDE = "sharing_override"
ASK = "sharing_overrideask"
NOTICE = "sharing_overridenotice"
REVIEW = "sharing_overridereview"

LEAD_OF = "ANY ((SELECT information_lead_agencies())::bigint[])"
TOLD = "ANY ((SELECT my_override_notices())::bigint[])"
SOON = "now() + interval '1 minute'"
IN_POST = "(w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)"

WHOSE = f"""
CREATE FUNCTION override_whose() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$ BEGIN
  SELECT w.agency_id INTO NEW.agency_id FROM agencies_worker w WHERE w.id = NEW.worker_id;
  RETURN NEW;
END $$;
CREATE TRIGGER override_whose BEFORE INSERT ON {OVERRIDE}
  FOR EACH ROW EXECUTE FUNCTION override_whose();
ALTER TABLE {OVERRIDE} NO FORCE ROW LEVEL SECURITY;
UPDATE {OVERRIDE} o SET agency_id = w.agency_id, review_due = o.opened + interval '7 days'
  FROM agencies_worker w WHERE w.id = o.worker_id AND o.agency_id IS NULL;
-- What the update has yet to check would forbid the next lines where there are overrides.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE {OVERRIDE} FORCE ROW LEVEL SECURITY;
ALTER TABLE {OVERRIDE} ADD CONSTRAINT override_about_whom UNIQUE (id, person_id, holder_id);
ALTER TABLE {REVIEW} ADD CONSTRAINT override_review_about_whom
  FOREIGN KEY (override_id, person_id, owner_id)
  REFERENCES {OVERRIDE} (id, person_id, holder_id);
"""

FUNCTIONS = f"""
-- The overrides that the bound worker was told of, not long ago.
CREATE FUNCTION my_override_notices() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(n.override_id), '{{}}') FROM {NOTICE} n
  WHERE n.worker_id = current_worker() AND my_agency() IS NOT NULL
    AND n.told > now() - interval '90 days'
$$;

-- Who may agree to an override of an agency's worker: its managers, the leads of its teams and
-- its information leads, in post and inside the loop.
CREATE FUNCTION override_seconds(of bigint) RETURNS TABLE (worker_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT w.id FROM agencies_worker w
  WHERE w.agency_id = of AND w.loop @> now() AND {IN_POST}
    AND (EXISTS (SELECT 1 FROM agencies_roleheld r WHERE r.worker_id = w.id
                 AND r.role IN ('manager', 'information_lead') AND r.valid @> now())
      OR EXISTS (SELECT 1 FROM agencies_membership m WHERE m.worker_id = w.id
                 AND m.role = 'lead' AND m.valid @> now()))
$$;

-- What the bound worker is asked to agree to. Who it is about only if they see the person.
CREATE FUNCTION override_asks(one bigint) RETURNS TABLE (
  id bigint, override_id bigint, asked_by_id bigint, at timestamptz, answered timestamptz,
  yes boolean, words text, holder_id integer, agency_id integer, categories smallint[],
  reason text, said text, opened timestamptz, until timestamptz, ended timestamptz,
  authorised timestamptz, person_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.id, o.id, a.asked_by_id, a.at, a.answered, a.yes, a.words, o.holder_id, o.agency_id,
         o.categories, o.reason::text, o.words, o.opened, o.until, o.ended, o.authorised,
         CASE WHEN o.person_id = ANY (sight_people()) THEN o.person_id END
  FROM {ASK} a JOIN {OVERRIDE} o ON o.id = a.override_id
  WHERE a.asked_id = current_worker() AND my_agency() IS NOT NULL AND (one IS NULL OR a.id = one)
$$;

-- The bound worker's own answer, while the override lasts and nobody has said no; whether it
-- counted. A yes opens what needed a second worker.
CREATE FUNCTION override_answer(ask bigint, agree boolean, said text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH mine AS (
    SELECT a.id, a.override_id FROM {ASK} a JOIN {OVERRIDE} o ON o.id = a.override_id
    WHERE a.id = ask AND a.asked_id = current_worker() AND a.answered IS NULL
      AND o.worker_id <> current_worker() AND o.authorised IS NULL
      AND least(o.until, o.ended) > now()
      AND current_worker() IN (SELECT s.worker_id FROM override_seconds(o.agency_id) s)
      AND NOT EXISTS (SELECT 1 FROM {ASK} b WHERE b.override_id = o.id AND NOT b.yes)
  ), answered AS (
    UPDATE {ASK} a SET answered = now(), yes = agree, words = said
    FROM mine WHERE a.id = mine.id RETURNING a.override_id
  ), opened AS (
    UPDATE {OVERRIDE} o SET authorised = now(), authorised_by_id = current_worker()
    FROM answered WHERE agree AND o.id = answered.override_id RETURNING 1
  ) SELECT EXISTS (SELECT 1 FROM answered)
$$;

-- Everybody who is told: the information leads of both agencies, and of both agencies those who
-- work with the person by name (the leads of the team where it has nobody named). Never who
-- opened it, nor the person.
CREATE FUNCTION override_tell(number bigint, moment timestamptz) RETURNS TABLE (user_id bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH o AS (
    SELECT id, person_id, worker_id, holder_id, agency_id FROM {OVERRIDE} WHERE id = number
  ), whom AS (
    SELECT r.worker_id FROM o
    JOIN agencies_worker w ON w.agency_id IN (o.holder_id, o.agency_id)
    JOIN agencies_roleheld r ON r.worker_id = w.id AND r.role = 'information_lead'
      AND r.valid @> moment
    UNION
    SELECT coalesce(i.worker_id, m.worker_id) FROM o
    JOIN people_involvement i ON i.person_id = o.person_id
      AND i.owner_id IN (o.holder_id, o.agency_id) AND i.valid @> moment
    LEFT JOIN agencies_membership m ON i.worker_id IS NULL AND m.team_id = i.team_id
      AND m.role = 'lead' AND m.valid @> moment
    UNION
    SELECT f.worker_id FROM o
    JOIN people_tenancy t ON t.person_id = o.person_id
      AND t.owner_id IN (o.holder_id, o.agency_id)
      AND (t.ended IS NULL OR t.ended > (moment AT TIME ZONE 'Europe/London')::date)
    JOIN people_home h ON h.id = t.home_id
    JOIN people_patchofficer f ON f.patch_id = h.patch_id AND f.valid @> moment
  ), told AS (
    INSERT INTO {NOTICE} (override_id, worker_id, told)
    SELECT DISTINCT o.id, w.id, moment FROM o JOIN people_person p ON p.id = o.person_id
    JOIN whom ON true JOIN agencies_worker w ON w.id = whom.worker_id
      AND w.agency_id IN (o.holder_id, o.agency_id) AND {IN_POST}
    WHERE w.id <> o.worker_id AND w.id IS DISTINCT FROM p.worker_id
    ON CONFLICT DO NOTHING RETURNING worker_id
  ) SELECT w.user_id FROM told JOIN agencies_worker w ON w.id = told.worker_id
$$;

-- The reviews that are late go up; again each week while nobody does them.
CREATE FUNCTION override_climb(moment timestamptz) RETURNS TABLE (id bigint, holder_id integer)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE {OVERRIDE} o SET climbed = moment
  WHERE o.review_due <= moment AND (o.climbed IS NULL OR o.climbed <= moment - interval '7 days')
    AND NOT EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.override_id = o.id)
  RETURNING o.id, o.holder_id
$$;

-- For the partnership lead: which agencies' reviews are late. Nothing of whom they are about.
CREATE FUNCTION override_overdue() RETURNS TABLE (holder_id integer, late bigint, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT o.holder_id, count(*), min(o.review_due) FROM {OVERRIDE} o
  WHERE leads_partnership() AND o.review_due <= now()
    AND NOT EXISTS (SELECT 1 FROM {REVIEW} r WHERE r.override_id = o.id)
  GROUP BY o.holder_id
$$;

-- For the partnership lead: how often, by whole months. Counts below five aren't given, others
-- are rounded to five, so that no difference between two of them is one person.
CREATE FUNCTION override_counts(first date, months integer)
RETURNS TABLE (dimension text, value text, times integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH chosen AS (
    SELECT o.agency_id, o.holder_id, o.reason::text AS reason, r.justified,
           o.opened AT TIME ZONE 'Europe/London' AS at
    FROM {OVERRIDE} o LEFT JOIN {REVIEW} r ON r.override_id = o.id
    WHERE leads_partnership()
      AND o.opened >= date_trunc('month', first)::timestamp AT TIME ZONE 'Europe/London'
      AND o.opened < (date_trunc('month', first) + make_interval(months => months))::timestamp
                     AT TIME ZONE 'Europe/London'
  ), counted AS (
    SELECT 'all' AS dimension, '' AS value, count(*) AS n FROM chosen
    UNION ALL SELECT 'agency', agency_id::text, count(*) FROM chosen GROUP BY agency_id
    UNION ALL SELECT 'holder', holder_id::text, count(*) FROM chosen GROUP BY holder_id
    UNION ALL SELECT 'reason', reason, count(*) FROM chosen GROUP BY reason
    UNION ALL SELECT 'month', to_char(at, 'YYYY-MM'), count(*) FROM chosen
      GROUP BY to_char(at, 'YYYY-MM')
    UNION ALL SELECT 'hour', (extract(hour FROM at)::int / 6)::text, count(*) FROM chosen
      GROUP BY extract(hour FROM at)::int / 6
    UNION ALL SELECT 'outcome', coalesce(justified::text, ''), count(*) FROM chosen
      GROUP BY justified
  )
  SELECT dimension, value, CASE WHEN n = 0 THEN 0 WHEN n >= 5 THEN (round(n / 5.0) * 5)::int END
  FROM counted
$$;

-- What the person reads in their own view: that it was opened, by whom, why, what was found.
CREATE FUNCTION subject_overrides() RETURNS TABLE (
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
    AND o.person_id * 16 + 6 = ANY (subject_held())
$$;
"""
FOR_ALL = [
    "my_override_notices()",
    "override_seconds(bigint)",
    "override_asks(bigint)",
    "override_answer(bigint, boolean, text)",
    "override_overdue()",
    "override_counts(date, integer)",
]
FOR_JOBS = ["override_tell(bigint, timestamptz)", "override_climb(timestamptz)"]
FOR_PEOPLE = "subject_overrides()"
HAND_OVER = (
    "".join(p.definer(s) for s in [*FOR_ALL, *FOR_JOBS, FOR_PEOPLE])
    + "".join(p.withhold(s) for s in [*FOR_JOBS, FOR_PEOPLE])
    + f"GRANT EXECUTE ON FUNCTION {FOR_PEOPLE} TO {p.PERSON};"
)

OVERRIDE_SEEN = (
    f"worker_id = {p.ME} OR holder_id = {LEAD_OF} OR agency_id = {LEAD_OF} OR id = {TOLD}"
)
# Of a person in sight, and with all the rest still to come: nobody opens for another, agrees to
# their own, or leaves out the day of the review.
OVERRIDE_ADDED = (
    f"worker_id = {p.ME} AND person_id = {p.PEOPLE} AND holder_id <> (SELECT my_agency())"
    f" AND opened <= {SOON} AND ended IS NULL AND authorised IS NULL"
    " AND authorised_by_id IS NULL AND climbed IS NULL"
    " AND review_due BETWEEN opened AND opened + interval '20 days'"
)
OF_SEEN = f"EXISTS (SELECT 1 FROM {OVERRIDE} o WHERE o.id = override_id)"
ASK_ADDED = (
    f"asked_by_id = {p.ME} AND asked_id <> {p.ME} AND answered IS NULL AND yes IS NULL"
    f" AND at <= {SOON} AND EXISTS (SELECT 1 FROM {OVERRIDE} o WHERE o.id = override_id"
    f" AND o.worker_id = {p.ME} AND asked_id IN"
    " (SELECT s.worker_id FROM override_seconds(o.agency_id) s))"
)
# By a lead of the agency that holds it, once it is over; by nobody who opened or agreed to it.
REVIEW_ADDED = (
    f"reviewed_by_id = {p.ME} AND owner_id = {LEAD_OF} AND reviewed <= {SOON} AND EXISTS"
    f" (SELECT 1 FROM {OVERRIDE} o WHERE o.id = override_id AND o.worker_id <> {p.ME}"
    f" AND o.authorised_by_id IS DISTINCT FROM {p.ME} AND least(o.until, o.ended) <= {SOON})"
)


def reads(table: str, name: str, using: str) -> str:
    """Row security, and who reads it beside the definer and the import."""
    return (
        p.enable(table)
        + p.grant(table, "SELECT")
        + p.policy(table, name, role=p.APP, command="SELECT", using=using)
        + p.read_by_definer(table)
        + p.loaded_by_import(table)
    )


def written_by_definer(table: str, command: str) -> str:
    """What the definer's functions may do beside reading."""
    test = {"INSERT": {"check": "true"}, "UPDATE": {"using": "true", "check": "true"}}[command]
    return p.policy(table, f"{table}_definer", role=p.SIGHT, command=command, **test)


POLICIES = (
    "".join(
        f"DROP POLICY {name} ON {OVERRIDE};"
        for name in ("override_seen", "override_added", "override_changed")
    )
    + p.policy(OVERRIDE, "override_seen", role=p.APP, command="SELECT", using=OVERRIDE_SEEN)
    + p.policy(OVERRIDE, "override_added", role=p.APP, command="INSERT", check=OVERRIDE_ADDED)
    + p.policy(
        OVERRIDE,
        "override_changed",
        role=p.APP,
        command="UPDATE",
        using=f"worker_id = {p.ME} AND ended IS NULL",
        check=f"worker_id = {p.ME} AND ended IS NOT NULL",
    )
    + f"GRANT UPDATE (authorised, authorised_by_id, climbed) ON {OVERRIDE} TO {p.SIGHT};"
    + written_by_definer(OVERRIDE, "UPDATE")
    + reads(ASK, "override_ask_seen", f"asked_id = {p.ME} OR {OF_SEEN}")
    + p.grant(ASK, "INSERT")
    + p.policy(ASK, "override_ask_added", role=p.APP, command="INSERT", check=ASK_ADDED)
    + f"GRANT UPDATE (answered, yes, words) ON {ASK} TO {p.SIGHT};"
    + written_by_definer(ASK, "UPDATE")
    + reads(NOTICE, "override_notice_seen", f"worker_id = {p.ME}")
    + f"GRANT UPDATE (seen) ON {NOTICE} TO {p.APP};"
    + p.policy(
        NOTICE,
        "override_notice_read",
        role=p.APP,
        command="UPDATE",
        using=f"worker_id = {p.ME}",
        check=f"worker_id = {p.ME}",
    )
    + p.grant(NOTICE, "INSERT", p.SIGHT)
    + f"GRANT USAGE ON SEQUENCE {NOTICE}_id_seq TO {p.SIGHT};"
    + written_by_definer(NOTICE, "INSERT")
    + reads(REVIEW, "override_review_seen", f"owner_id = {LEAD_OF} OR {OF_SEEN}")
    + p.grant(REVIEW, "INSERT")
    + p.policy(REVIEW, "override_review_added", role=p.APP, command="INSERT", check=REVIEW_ADDED)
    + f"GRANT UPDATE (told, told_words, tell_by) ON {REVIEW} TO {p.APP};"
    + p.policy(
        REVIEW,
        "override_review_told",
        role=p.APP,
        command="UPDATE",
        using=f"owner_id = {LEAD_OF} AND told IS NULL",
        check=f"owner_id = {LEAD_OF}",
    )
)

OWN = f"worker_id = {p.ME}"
REVERSE = (
    "".join(p.unprotect(t) for t in (REVIEW, NOTICE, ASK))
    + "".join(
        f"DROP POLICY {name} ON {OVERRIDE};"
        for name in ("override_seen", "override_added", "override_changed", f"{OVERRIDE}_definer")
    )
    + f"REVOKE UPDATE (authorised, authorised_by_id, climbed) ON {OVERRIDE} FROM {p.SIGHT};"
    + p.policy(OVERRIDE, "override_seen", role=p.APP, command="SELECT", using=OWN)
    + p.policy(OVERRIDE, "override_added", role=p.APP, command="INSERT", check=OWN)
    + p.policy(OVERRIDE, "override_changed", role=p.APP, command="UPDATE", using=OWN, check=OWN)
    + "".join(f"DROP FUNCTION {s};" for s in [FOR_PEOPLE, *reversed(FOR_JOBS), *reversed(FOR_ALL)])
    + f"""
ALTER TABLE {REVIEW} DROP CONSTRAINT override_review_about_whom;
ALTER TABLE {OVERRIDE} DROP CONSTRAINT override_about_whom;
DROP TRIGGER override_whose ON {OVERRIDE};
DROP FUNCTION override_whose();
"""
)


class Migration(migrations.Migration):
    dependencies = [("sharing", "0011_override_whole")]
    operations = [p.run(WHOSE + FUNCTIONS + HAND_OVER + POLICIES, REVERSE)]
