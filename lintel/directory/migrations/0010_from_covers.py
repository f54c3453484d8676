"""Entries for teams from the areas that they covered; and who may read what was sent wrongly.

Before this, a team said itself which postcodes it covers (`agencies_team.covers`); requests are
routed by the directory's catchments now. Every open team that covered something and has no entry
gets one, for partners only: nothing becomes public by an upgrade. A second run finds no such team.

Reports of wrong teams tell which service somebody's request had reached, so that only those who
keep the entry read them (docs/adr/0016).
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

NEEDS = """
CASE t.kind
  WHEN 'one_stop_shop' THEN '{advice}'
  WHEN 'cmht' THEN '{mental_health}'
  WHEN 'outreach' THEN '{mental_health}'
  WHEN 'crisis' THEN '{crisis,mental_health}'
  WHEN 'discharge' THEN '{leaving_hospital}'
  WHEN 'homelessness' THEN '{homeless,losing_home}'
  WHEN 'tenancy_support' THEN '{losing_home,running_a_home}'
  WHEN 'floating_support' THEN '{running_a_home}'
  ELSE '{}'
END::varchar[]
"""
NOTE = "Made from the postcodes that the team covered."
# Row security binds the owner of the tables too; the import role may write entries.
ENTRIES = f"""
SET LOCAL ROLE lintel_import;

INSERT INTO directory_organisation (id, agency_id, name, description, url, email, logo, feed_key)
SELECT gen_random_uuid(), a.id, a.name, '', '', '', '', ''
FROM agencies_agency a
WHERE NOT EXISTS (SELECT 1 FROM directory_organisation o WHERE o.agency_id = a.id)
  AND EXISTS (
    SELECT 1 FROM agencies_team t
    WHERE t.agency_id = a.id AND t.covers <> '{{}}'
      AND (t.closed_on IS NULL OR t.closed_on > current_date)
      AND NOT EXISTS (SELECT 1 FROM directory_service s WHERE s.team_id = t.id));

WITH bare AS MATERIALIZED (
  SELECT gen_random_uuid() AS id, o.id AS organisation_id, t.id AS team_id, t.name, t.phone,
    t.email, t.description, {NEEDS} AS needs,
    t.slug || CASE WHEN EXISTS (SELECT 1 FROM directory_service s WHERE s.slug = t.slug)
                   THEN '-' || t.id ELSE '' END AS slug,
    '*' = ANY (t.covers) AS everywhere,
    array_remove(array_remove(
      ARRAY(SELECT DISTINCT upper(btrim(code)) FROM unnest(t.covers) AS code), '*'), '') AS codes
  FROM agencies_team t JOIN directory_organisation o ON o.agency_id = t.agency_id
  WHERE t.covers <> '{{}}' AND (t.closed_on IS NULL OR t.closed_on > current_date)
    AND NOT EXISTS (SELECT 1 FROM directory_service s WHERE s.team_id = t.id)
), piece AS MATERIALIZED (
  SELECT id, 'whole' AS kind, '{{}}'::varchar[] AS codes FROM bare WHERE everywhere
  UNION ALL
  SELECT id, 'postcodes', codes::varchar[] FROM bare WHERE codes <> '{{}}'
), written AS MATERIALIZED (
  SELECT bare.id, jsonb_build_object(
    'inside', '{{}}'::jsonb,
    'entry', jsonb_build_object(
      'name', name, 'email', email, 'description', description, 'needs', to_jsonb(needs),
      'phones', CASE WHEN phone = '' THEN '[]'::jsonb
                     ELSE jsonb_build_array(jsonb_build_object('number', phone)) END,
      'catchments', jsonb_build_array(jsonb_build_object('pieces', (
        SELECT jsonb_agg(jsonb_build_object('kind', kind, 'codes', to_jsonb(piece.codes)))
        FROM piece WHERE piece.id = bare.id))))) AS document
  FROM bare WHERE EXISTS (SELECT 1 FROM piece WHERE piece.id = bare.id)
), services AS (
  INSERT INTO directory_service (id, slug, organisation_id, team_id, state, audience, name,
    summary, words, document, status, emergency, needs, term_ids, check_every_days, modified,
    feed_key, feed_digest)
  SELECT bare.id, slug, organisation_id, team_id, 'published', 'partners', '', '', '', '{{}}',
    'active', false, needs, '{{}}', 90, now(), '', ''
  FROM bare JOIN written USING (id)
), catchments AS (
  INSERT INTO directory_catchment (service_id, "group", kind, codes, excluding, priority, label)
  SELECT id, 0, kind, codes, false, 5, '' FROM piece
), partners AS (
  INSERT INTO directory_partnerentry (service_id, listed, name, summary, words, document)
  SELECT id, true, name, '', left(description, 50000), document FROM bare JOIN written USING (id)
)
INSERT INTO directory_version (service_id, number, state, audience, document, made_at, note,
  settled_at, comment, hands)
SELECT id, 1, 'published', 'partners', document, now(), '{NOTE}', now(), '', '{{}}' FROM written;

-- Checked now: nothing may be pending on the tables when they are altered below.
SET CONSTRAINTS ALL IMMEDIATE;
RESET ROLE;
"""

MISROUTES = (
    """
-- The entries that the bound worker keeps, as `lintel.directory.policy.keeps` says; all of them
-- for the partnership lead.
CREATE FUNCTION my_entries() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH me AS (
    SELECT w.id, w.agency_id FROM agencies_worker w
    WHERE w.id = current_worker()
      AND (w.left_on IS NULL OR w.left_on > (now() AT TIME ZONE 'Europe/London')::date)
  ), held AS (
    SELECT r.role FROM me JOIN agencies_roleheld r ON r.worker_id = me.id AND r.valid @> now()
  ), leads AS (
    SELECT m.team_id FROM me JOIN agencies_membership m ON m.worker_id = me.id
    WHERE m.role = 'lead' AND m.valid @> now()
  )
  SELECT coalesce(array_agg(s.id), '{}')
  FROM me, directory_service s
  JOIN directory_organisation o ON o.id = s.organisation_id
  LEFT JOIN agencies_team t ON t.id = s.team_id
  LEFT JOIN agencies_worker owner ON owner.id = s.owner_id
  WHERE s.owner_id = me.id OR s.deputy_id = me.id OR s.team_id IN (SELECT team_id FROM leads)
    OR EXISTS (SELECT 1 FROM held WHERE role = 'partnership_lead')
    OR (EXISTS (SELECT 1 FROM held WHERE role = 'manager')
        AND me.agency_id IN (o.agency_id, t.agency_id, owner.agency_id))
$$;
"""
    + p.grant("directory_service", "SELECT", p.SIGHT)
    + p.grant("directory_organisation", "SELECT", p.SIGHT)
    + p.definer("my_entries()")
    + f"REVOKE ALL ON directory_misroute FROM {p.APP};"
    + p.enable("directory_misroute")
    + p.grant("directory_misroute", "SELECT, UPDATE")
    + p.policy(
        "directory_misroute",
        "directory_misroute_kept",
        role=p.APP,
        command="ALL",
        using="service_id = ANY ((SELECT my_entries())::uuid[])",
        check="service_id = ANY ((SELECT my_entries())::uuid[])",
    )
    + "".join(
        p.policy(
            "directory_misroute",
            f"directory_misroute_{role}",
            role=role,
            command="ALL",
            using="true",
            check="true",
        )
        for role in (p.SYSTEM, p.IMPORT)
    )
)
MISROUTES_REVERSE = (
    p.unprotect("directory_misroute")
    + "".join(
        p.grant("directory_misroute", "SELECT, INSERT, UPDATE, DELETE", role)
        for role in (p.APP, p.SYSTEM, p.IMPORT)
    )
    + f"""
DROP FUNCTION my_entries();
REVOKE SELECT ON directory_service, directory_organisation FROM {p.SIGHT};
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0008_report"),
        ("agencies", "0003_sign_in"),
        ("sight", "0002_functions"),
    ]
    # Going back leaves the entries: somebody may have gone on with them.
    operations = [p.run(ENTRIES), p.run(MISROUTES, MISROUTES_REVERSE)]
