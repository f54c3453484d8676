"""The agreement rules sight: what it allows, who takes part, who is inside the loop.

Every source of sight is joined with the cells that the version in force allows
(`sharing_allowed`), between agencies that have signed it (`agencies_agency.takes_part`), for
workers inside the loop (`agencies_worker.loop`). The three are derived from what is written down,
by the functions here, in the transaction of the change (docs/adr/0007, 0023).

Here, because the sources belong to sharing, requests and plans. What was there before is carried
over: agencies that had signed have signed version 1, workers who were inside the loop have
accepted it and are trained.
"""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.db import migrations

from lintel.kernel.sight import derive
from lintel.kernel.sight import policies as p
from lintel.sharing import shipped, shipped_words

POST = "tstzrange(NULL, w.left_on::timestamp AT TIME ZONE 'Europe/London')"
NOT_SELF = "pe.worker_id IS DISTINCT FROM w.id"
TENANCY_TIME = """tstzrange(
  (t.started - 60)::timestamp AT TIME ZONE 'Europe/London',
  (t.ended + 90)::timestamp AT TIME ZONE 'Europe/London')"""
# From before anything: version 1 was there when the partnership began.
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)

SOURCES = [
    "sight_from_patch",
    "sight_from_caseload",
    "sight_from_consent",
    "sight_from_override",
    "sight_from_request",
    "sight_from_circle",
    "sight_from_basis",
]
OLD_SOURCES = [s for s in SOURCES if s != "sight_from_basis"]


def kind(agency: str, worker: str = "w.agency_id") -> str:
    """A kind of agency as rules name it: `own` where it is the worker's own."""
    return f"CASE WHEN {agency}.id = {worker} THEN 'own' ELSE {agency}.kind END"


STANDING = """
-- An answer counts from when it was given; a yes that needs the giver's confirmation, from then.
CREATE VIEW sharing_answer_begins AS
  SELECT l.id, l.person_id, l.giver_id, l.recipient_id, l.recipient_agency_id,
         coalesce(l.recipient_agency_id, t.agency_id) AS at_agency_id, l.category, l.answer,
         c.purpose, c.given, c.id AS consent_id,
         CASE WHEN NOT l.answer OR l.giver_id = l.owner_id OR l.category IN (1, 5, 7) THEN c.given
              WHEN l.confirmed IS NOT NULL THEN greatest(c.given, l.confirmed) END AS begins
  FROM sharing_consentline l
  JOIN sharing_consent c ON c.id = l.consent_id
  LEFT JOIN agencies_team t ON t.id = l.recipient_id;

-- The latest answer about a recipient, a category and a purpose is the one that counts; one about
-- an agency is also about its teams, and a later no about a team ends a yes about its agency.
-- A look-up for each line, no window: a window would read the whole partnership's consents.
CREATE VIEW sharing_standing_answer AS
  SELECT l.id, l.person_id, l.giver_id, l.recipient_id, l.recipient_worker_id, l.category,
         l.answer, l.recipient_agency_id, b.at_agency_id, b.purpose,
         CASE WHEN b.begins IS NULL THEN 'empty'::tstzrange
              ELSE tstzrange(b.begins, greatest(b.begins, least(c.until, c.withdrawn, (
                SELECT min(b2.begins) FROM sharing_answer_begins b2
                WHERE b2.person_id = l.person_id AND b2.giver_id = l.giver_id
                  AND b2.category = l.category AND b2.at_agency_id = b.at_agency_id
                  AND b2.purpose IN (b.purpose, 'any')
                  AND (b2.recipient_id = l.recipient_id OR b2.recipient_agency_id IS NOT NULL
                       OR (l.recipient_agency_id IS NOT NULL AND NOT b2.answer))
                  AND (b2.given, b2.consent_id) > (c.given, c.id))))) END AS valid
  FROM sharing_consentline l
  JOIN sharing_consent c ON c.id = l.consent_id
  JOIN sharing_answer_begins b ON b.id = l.id;
"""

VIEWS = f"""
-- When each published version is in force: until the next one's date.
CREATE VIEW sharing_in_force AS
  SELECT id, number, tstzrange(effective, lead(effective) OVER (ORDER BY effective)) AS valid
  FROM sharing_agreement WHERE effective IS NOT NULL;

-- A worker's places, with the level of need to know that each gives.
CREATE VIEW sharing_place AS
  SELECT m.worker_id, m.team_id, t.agency_id, m.valid,
         CASE m.role WHEN 'lead' THEN 'manager' WHEN 'duty' THEN 'duty' ELSE 'team' END AS level
  FROM agencies_membership m JOIN agencies_team t ON t.id = m.team_id
  UNION ALL
  SELECT l.worker_id, l.team_id, t.agency_id, l.valid, 'link'
  FROM agencies_linkworker l JOIN agencies_team t ON t.id = l.team_id
  UNION ALL
  SELECT l.cover_id, l.team_id, t.agency_id, l.valid * l.away, 'link'
  FROM agencies_linkworker l JOIN agencies_team t ON t.id = l.team_id
  WHERE l.cover_id IS NOT NULL AND l.away IS NOT NULL
  UNION ALL
  SELECT r.worker_id, t.id, t.agency_id, r.valid, 'information_lead'
  FROM agencies_roleheld r
  JOIN agencies_worker w ON w.id = r.worker_id
  JOIN agencies_team t ON t.agency_id = w.agency_id
  WHERE r.role = 'information_lead';

-- Who works with whom, by name: the named worker of an involvement, the officer of a patch.
CREATE VIEW sharing_assigned AS
  SELECT i.worker_id, i.person_id, i.valid
  FROM people_involvement i WHERE i.worker_id IS NOT NULL
  UNION ALL
  SELECT o.worker_id, t.person_id, o.valid * {TENANCY_TIME}
  FROM people_patchofficer o
  JOIN people_home h ON h.patch_id = o.patch_id
  JOIN people_tenancy t ON t.home_id = h.id;

CREATE VIEW sight_from_patch AS
  SELECT w.id AS worker_id, t.person_id, r.category, t.owner_id,
         held.valid * {TENANCY_TIME} * {POST} * r.valid AS valid, 'patch'::text AS source,
         t.id AS source_id, r.detail
  FROM people_tenancy t
  JOIN people_person pe ON pe.id = t.person_id
  JOIN people_home h ON h.id = t.home_id
  JOIN (
    SELECT patch_id, worker_id, valid, 'assigned' AS level FROM people_patchofficer
    UNION ALL
    SELECT pa.id, m.worker_id, m.valid, 'manager' FROM people_patch pa
    JOIN agencies_membership m ON m.team_id = pa.team_id AND m.role = 'lead'
  ) held ON held.patch_id = h.patch_id
  JOIN agencies_worker w ON w.id = held.worker_id AND w.agency_id = t.owner_id AND {NOT_SELF}
  JOIN sharing_allowed r ON r.use = 'housing' AND r.giver = 'own' AND r.receiver = 'own'
    AND r.level = held.level AND r.basis = 'own_work';

CREATE VIEW sight_from_caseload AS
  SELECT w.id AS worker_id, i.person_id, r.category, i.owner_id,
         i.valid * held.valid * {POST} * r.valid AS valid, 'caseload'::text AS source,
         i.id AS source_id, r.detail
  FROM people_involvement i
  JOIN people_person pe ON pe.id = i.person_id
  JOIN LATERAL (
    SELECT i.worker_id, tstzrange(NULL, NULL) AS valid, 'assigned' AS level
    WHERE i.worker_id IS NOT NULL
    UNION ALL
    SELECT m.worker_id, m.valid, 'manager' FROM agencies_membership m
    WHERE m.team_id = i.team_id AND m.role = 'lead'
  ) held ON true
  JOIN agencies_worker w ON w.id = held.worker_id AND w.agency_id = i.owner_id AND {NOT_SELF}
  JOIN sharing_allowed r ON r.giver = 'own' AND r.receiver = 'own' AND r.level = held.level
    AND r.use = CASE WHEN i.category = 7 THEN 'care' ELSE 'tenancy_support' END
    AND r.basis = 'own_work';

-- A consent, and sharing on another basis: who of those told, at which level, and when.
CREATE VIEW sharing_told AS
  SELECT a.id AS source_id, 'consent'::text AS source, a.person_id, a.giver_id AS owner_id,
         a.at_agency_id, a.category, a.purpose, 'consent'::text AS basis, a.valid AS given,
         whom.worker_id, whom.level, whom.valid
  FROM sharing_standing_answer a
  JOIN (
    SELECT worker_id, team_id, level, valid FROM sharing_place
  ) whom ON whom.team_id = a.recipient_id
    AND (a.recipient_worker_id IS NULL OR a.recipient_worker_id = whom.worker_id)
  WHERE a.answer
  UNION ALL
  SELECT a.id, 'consent', a.person_id, a.giver_id, a.at_agency_id, a.category, a.purpose,
         'consent', a.valid, whom.worker_id, whom.level, whom.valid
  FROM sharing_standing_answer a JOIN sharing_place whom ON whom.agency_id = a.recipient_agency_id
  WHERE a.answer
  UNION ALL
  SELECT a.id, 'consent', a.person_id, a.giver_id, a.at_agency_id, a.category, a.purpose,
         'consent', a.valid, m.worker_id, 'assigned', m.valid
  FROM sharing_standing_answer a
  JOIN agencies_membership m ON m.team_id = a.recipient_id
    AND m.worker_id = a.recipient_worker_id
  WHERE a.answer
  UNION ALL
  SELECT a.id, 'consent', a.person_id, a.giver_id, a.at_agency_id, a.category, a.purpose,
         'consent', a.valid, m.worker_id, 'assigned', m.valid * x.valid
  FROM sharing_standing_answer a
  JOIN agencies_membership m ON m.team_id = a.recipient_id
    AND (a.recipient_worker_id IS NULL OR a.recipient_worker_id = m.worker_id)
  JOIN sharing_assigned x ON x.worker_id = m.worker_id AND x.person_id = a.person_id
  WHERE a.answer
  UNION ALL
  SELECT a.id, 'consent', a.person_id, a.giver_id, a.at_agency_id, a.category, a.purpose,
         'consent', a.valid, m.worker_id, 'assigned', m.valid * x.valid
  FROM sharing_standing_answer a
  JOIN agencies_team t ON t.agency_id = a.recipient_agency_id
  JOIN agencies_membership m ON m.team_id = t.id
  JOIN sharing_assigned x ON x.worker_id = m.worker_id AND x.person_id = a.person_id
  WHERE a.answer;

CREATE VIEW sharing_told_on_basis AS
  SELECT b.id AS source_id, b.person_id, b.owner_id, t.agency_id AS at_agency_id, b.categories,
         b.purpose, b.basis, whom.worker_id, whom.level, whom.valid,
         tstzrange(greatest(b.begins, b.authorised),
                   greatest(b.begins, b.authorised, least(b.until, b.ended))) AS given
  FROM sharing_otherbasis b
  JOIN agencies_team t ON t.id = b.recipient_id
  JOIN (
    SELECT worker_id, team_id, level, valid, NULL::bigint AS person_id FROM sharing_place
    UNION ALL
    SELECT m.worker_id, m.team_id, 'assigned', m.valid * x.valid, x.person_id
    FROM agencies_membership m JOIN sharing_assigned x ON x.worker_id = m.worker_id
    UNION ALL
    SELECT m.worker_id, m.team_id, 'named', m.valid, NULL FROM agencies_membership m
  ) whom ON whom.team_id = b.recipient_id
    AND (whom.person_id IS NULL OR whom.person_id = b.person_id)
    AND (b.recipient_worker_id IS NULL OR b.recipient_worker_id = whom.worker_id)
    AND (whom.level <> 'named' OR b.recipient_worker_id IS NOT NULL)
  WHERE b.authorised IS NOT NULL;

CREATE VIEW sight_from_consent AS
  SELECT w.id AS worker_id, a.person_id, a.category, a.owner_id, v.valid, a.source, a.source_id,
         r.detail
  FROM sharing_told a
  JOIN people_person pe ON pe.id = a.person_id
  JOIN agencies_worker w ON w.id = a.worker_id AND {NOT_SELF}
  JOIN agencies_agency giver ON giver.id = a.owner_id
  JOIN agencies_agency told ON told.id = a.at_agency_id
  JOIN sharing_allowed r ON r.use = a.purpose AND r.category = a.category AND r.giver = giver.kind
    AND r.receiver = told.kind AND r.level = a.level AND r.basis = 'consent'
  CROSS JOIN LATERAL unnest(tstzmultirange(a.given * a.valid * {POST} * r.valid)
    * w.loop * giver.takes_part * told.takes_part) AS v(valid);

CREATE VIEW sight_from_basis AS
  SELECT w.id AS worker_id, a.person_id, r.category, a.owner_id, v.valid, 'basis'::text AS source,
         a.source_id, r.detail
  FROM sharing_told_on_basis a
  JOIN people_person pe ON pe.id = a.person_id
  JOIN agencies_worker w ON w.id = a.worker_id AND {NOT_SELF}
  JOIN agencies_agency giver ON giver.id = a.owner_id
  JOIN agencies_agency told ON told.id = a.at_agency_id
  JOIN sharing_allowed r ON r.use = a.purpose AND r.category = ANY (a.categories)
    AND r.giver = giver.kind AND r.receiver = told.kind AND r.basis = a.basis
    AND r.level = CASE a.level WHEN 'named' THEN 'assigned' ELSE a.level END
  CROSS JOIN LATERAL unnest(tstzmultirange(a.given * a.valid * {POST} * r.valid)
    * w.loop * giver.takes_part * told.takes_part) AS v(valid);

CREATE VIEW sight_from_override AS
  SELECT w.id AS worker_id, o.person_id, r.category, o.holder_id AS owner_id, v.valid,
         'override'::text AS source, o.id AS source_id, r.detail
  FROM sharing_override o
  JOIN people_person pe ON pe.id = o.person_id
  JOIN agencies_worker w ON w.id = o.worker_id AND {NOT_SELF}
  JOIN agencies_agency giver ON giver.id = o.holder_id
  JOIN agencies_agency mine ON mine.id = w.agency_id
  JOIN sharing_allowed r ON r.use = 'emergency' AND r.category = ANY (o.categories)
    AND r.giver = giver.kind AND r.receiver = mine.kind AND r.level = 'assigned'
    AND (NOT r.second OR o.authorised IS NOT NULL)
  CROSS JOIN LATERAL (
    SELECT CASE WHEN r.second THEN greatest(o.opened, o.authorised) ELSE o.opened END AS begins
  ) b
  CROSS JOIN LATERAL unnest(tstzmultirange(
      tstzrange(b.begins, greatest(b.begins, least(o.until, o.ended))) * {POST} * r.valid)
    * giver.takes_part * mine.takes_part) AS v(valid);

-- The worker handling an open request about a person sees who the person is: what else they see
-- is what the person consented to.
CREATE VIEW sight_from_request AS
  SELECT w.id AS worker_id, h.person_id, r.category, h.sender_agency_id AS owner_id, v.valid,
         'request'::text AS source, h.id AS source_id, r.detail
  FROM requests_handling h
  JOIN people_person pe ON pe.id = h.person_id
  JOIN agencies_worker w ON w.id = h.worker_id AND {NOT_SELF}
  JOIN agencies_agency giver ON giver.id = h.sender_agency_id
  JOIN agencies_agency mine ON mine.id = w.agency_id
  JOIN sharing_allowed r ON r.use = 'request' AND r.giver = {kind("giver")}
    AND r.receiver = CASE WHEN giver.id = mine.id THEN 'own' ELSE mine.kind END
    AND r.level = 'assigned'
  CROSS JOIN LATERAL unnest(
    -- `greatest` leaves NULL out: an open request must stay without an end.
    tstzmultirange(tstzrange(h.arrived, CASE WHEN h.closed < h.arrived THEN h.arrived
                                            ELSE h.closed END) * {POST} * r.valid)
    * w.loop * giver.takes_part) AS v(valid)
  WHERE NOT h.masked AND h.state <> 'withdrawn';

CREATE VIEW sight_from_circle AS
  SELECT w.id AS worker_id, mine.person_id, r.category, theirs.owner_id, v.valid,
         'circle'::text AS source, theirs.id AS source_id, r.detail
  FROM plans_circlemember mine
  JOIN plans_circlemember theirs ON theirs.person_id = mine.person_id
    AND theirs.circle = mine.circle AND mine.accepted IS NOT NULL AND theirs.accepted IS NOT NULL
  JOIN people_person pe ON pe.id = mine.person_id
  JOIN agencies_worker w ON w.id = mine.worker_id AND {NOT_SELF}
  JOIN agencies_agency giver ON giver.id = theirs.owner_id
  JOIN agencies_agency ours ON ours.id = w.agency_id
  JOIN sharing_allowed r ON r.use = 'together' AND r.giver = {kind("giver")}
    AND r.receiver = CASE WHEN giver.id = ours.id THEN 'own' ELSE ours.kind END
    AND r.level = 'assigned'
  CROSS JOIN LATERAL (
    SELECT greatest(mine.accepted, theirs.accepted) AS begins,
           least(mine."left", theirs."left") AS ends
  ) both_in
  CROSS JOIN LATERAL unnest(
    tstzmultirange(CASE WHEN both_in.ends <= both_in.begins THEN 'empty'
                        ELSE tstzrange(both_in.begins, both_in.ends) END * {POST} * r.valid)
    * w.loop * giver.takes_part) AS v(valid);
"""
DERIVERS = [
    "sharing_answer_begins",
    "sharing_standing_answer",
    "sharing_in_force",
    "sharing_place",
    "sharing_assigned",
    "sharing_told",
    "sharing_told_on_basis",
    *SOURCES,
]
OWNED = "".join(f"ALTER VIEW {view} OWNER TO lintel_sight;" for view in DERIVERS)

DERIVING = """
GRANT INSERT, DELETE ON sharing_allowed TO lintel_sight;
GRANT USAGE ON SEQUENCE sharing_allowed_id_seq TO lintel_sight;
CREATE POLICY sharing_allowed_derived ON sharing_allowed FOR ALL TO lintel_sight
  USING (true) WITH CHECK (true);
GRANT UPDATE (takes_part) ON agencies_agency TO lintel_sight;
GRANT UPDATE (loop) ON agencies_worker TO lintel_sight;

-- What the versions allow, cell by cell; a cell that two versions both allow is one row. A few
-- thousand rows, written anew: to look for the differences costs a hundred times as much.
CREATE FUNCTION sharing_derive_allowed() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  DELETE FROM sharing_allowed;
  INSERT INTO sharing_allowed
    (use, basis, category, giver, receiver, level, detail, second, valid)
  SELECT r.use, r.basis, c.category, g.giver, e.receiver, l.level, r.detail, r.second,
         unnest(range_agg(v.valid))
  FROM sharing_rule r
  JOIN sharing_in_force v ON v.id = r.agreement_id
  CROSS JOIN unnest(r.categories) AS c(category)
  CROSS JOIN unnest(r.givers) AS g(giver)
  CROSS JOIN unnest(r.receivers) AS e(receiver)
  CROSS JOIN unnest(r.levels) AS l(level)
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
$$;

-- When each of these agencies (all, for NULL) has signed the version in force.
CREATE FUNCTION sharing_derive_part(agencies bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE agencies_agency a SET takes_part = w.part
  FROM (
    SELECT g.id, coalesce((
      SELECT range_agg(v.valid * tstzrange(s.signed, CASE WHEN s.ended < s.signed THEN s.signed
                                                          ELSE s.ended END))
      FROM sharing_signature s JOIN sharing_in_force v ON v.id = s.agreement_id
      WHERE s.agency_id = g.id), '{}') AS part
    FROM agencies_agency g WHERE agencies IS NULL OR g.id = ANY (agencies)
  ) w WHERE a.id = w.id AND a.takes_part IS DISTINCT FROM w.part
$$;

-- When each of these workers (all, for NULL) is inside the loop; answers those that changed.
CREATE FUNCTION sharing_derive_loop(workers bigint[]) RETURNS bigint[]
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH changed AS (
    UPDATE agencies_worker a SET loop = i.inside
    FROM (
      SELECT w.id, coalesce((
          SELECT range_agg(v.valid * tstzrange(c.accepted, NULL))
          FROM sharing_acceptance c JOIN sharing_in_force v ON v.id = c.agreement_id
          WHERE c.worker_id = w.id), '{}')
        * coalesce((
          SELECT range_agg(tstzrange(t.done_on::timestamp AT TIME ZONE 'Europe/London',
                                     t.until::timestamp AT TIME ZONE 'Europe/London'))
          FROM sharing_training t WHERE t.worker_id = w.id), '{}')
        * coalesce(g.takes_part, '{}') AS inside
      FROM agencies_worker w JOIN agencies_agency g ON g.id = w.agency_id
      WHERE workers IS NULL OR w.id = ANY (workers)
    ) i WHERE a.id = i.id AND a.loop IS DISTINCT FROM i.inside
    RETURNING a.id
  )
  SELECT coalesce(array_agg(id), '{}') FROM changed
$$;

-- People about whom one of these agencies tells another something.
CREATE FUNCTION sharing_people_told_by(agencies bigint[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT person_id), '{}') FROM (
    SELECT person_id FROM sharing_consentline WHERE giver_id = ANY (agencies)
    UNION ALL SELECT person_id FROM sharing_otherbasis WHERE owner_id = ANY (agencies)
    UNION ALL SELECT person_id FROM sharing_override WHERE holder_id = ANY (agencies)
    UNION ALL SELECT person_id FROM plans_circlemember WHERE owner_id = ANY (agencies)
    UNION ALL SELECT person_id FROM requests_handling
      WHERE sender_agency_id = ANY (agencies) AND person_id IS NOT NULL
  ) told
$$;

-- A version was published, or its rules came with it. What is allowed, who takes part and who is
-- inside change at once; sight follows person by person (`sight_spread`), before its date.
CREATE FUNCTION sharing_agreement_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM sharing_derive_allowed();
  PERFORM sharing_derive_part(NULL);
  PERFORM sharing_derive_loop(NULL);
  RETURN NULL;
END $$;

-- An agency signed, which may wait for `sight_spread`; or withdrew, which may not.
CREATE FUNCTION sharing_signature_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE agencies bigint[]; workers bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT agency_id) INTO agencies FROM new_rows;
  ELSE
    SELECT array_agg(DISTINCT agency_id) INTO agencies FROM old_rows;
  END IF;
  PERFORM sharing_derive_part(agencies);
  SELECT array_agg(id) INTO workers FROM agencies_worker WHERE agency_id = ANY (agencies);
  PERFORM sharing_derive_loop(workers);
  IF TG_OP <> 'INSERT' THEN
    -- Guests from other agencies in its teams, too.
    PERFORM sight_recompute_workers(workers || ARRAY(
      SELECT DISTINCT pl.worker_id FROM sharing_place pl WHERE pl.agency_id = ANY (agencies)));
    PERFORM sight_recompute(sharing_people_told_by(agencies));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION sharing_loop_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE workers bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT worker_id) INTO workers FROM new_rows;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT worker_id) INTO workers FROM old_rows;
  ELSE
    SELECT array_agg(DISTINCT worker_id) INTO workers
    FROM (SELECT worker_id FROM new_rows UNION SELECT worker_id FROM old_rows) both_rows;
  END IF;
  PERFORM sight_recompute_workers(sharing_derive_loop(workers));
  RETURN NULL;
END $$;

-- A link worker and who covers for them.
CREATE FUNCTION sharing_link_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE workers bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT u) INTO workers
    FROM new_rows CROSS JOIN unnest(ARRAY[worker_id, cover_id]) AS u WHERE u IS NOT NULL;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT u) INTO workers
    FROM old_rows CROSS JOIN unnest(ARRAY[worker_id, cover_id]) AS u WHERE u IS NOT NULL;
  ELSE
    SELECT array_agg(DISTINCT u) INTO workers
    FROM (SELECT worker_id, cover_id FROM new_rows UNION SELECT worker_id, cover_id FROM old_rows)
      both_rows CROSS JOIN unnest(ARRAY[worker_id, cover_id]) AS u WHERE u IS NOT NULL;
  END IF;
  PERFORM sight_recompute_workers(workers);
  RETURN NULL;
END $$;

-- A worker's post ended or moved: with the agency goes whether it takes part.
CREATE OR REPLACE FUNCTION sight_of_post_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM sharing_derive_loop(ARRAY[NEW.id]);
  PERFORM sight_recompute_workers(ARRAY[NEW.id]);
  RETURN NULL;
END $$;

-- The next `size` people after one: their sight made what it must be. For the background work.
CREATE FUNCTION sight_spread(after bigint, size integer)
RETURNS TABLE (upto bigint, people bigint, changed bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE ids bigint[];
BEGIN
  SELECT array_agg(id ORDER BY id) INTO ids
  FROM (SELECT id FROM people_person WHERE id > after ORDER BY id LIMIT size) next_ones;
  upto := ids[cardinality(ids)];
  people := coalesce(cardinality(ids), 0);
  changed := sight_recompute(ids);
  RETURN NEXT;
END $$;

CREATE FUNCTION sight_people_count() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT count(*) FROM people_person $$;

-- As sight_keys, for what workers wrote in their own words: only where all of it may be seen.
CREATE FUNCTION sight_keys_full(cats smallint[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(array_agg(held_key), '{}') FROM sight
  WHERE worker_id = current_worker() AND category = ANY (cats) AND valid @> now() AND detail = 2
    AND held_key >= coalesce(sight_focus() * 1048576, 0)
    AND held_key < coalesce((sight_focus() + 1) * 1048576, 9223372036854775807)
$$;
"""
INTERNAL = [
    "sharing_derive_allowed()",
    "sharing_derive_part(bigint[])",
    "sharing_derive_loop(bigint[])",
    "sharing_people_told_by(bigint[])",
    "sharing_agreement_changed()",
    "sharing_signature_changed()",
    "sharing_loop_changed()",
    "sharing_link_changed()",
    "sight_spread(bigint, integer)",
    "sight_people_count()",
]
# Written anew, a function forgets its settings: without the one plan for all callers, each call
# would plan the views again, at twenty times the cost.
REPLACED = [
    "sight_recompute(bigint[])",
    "sight_recompute_workers(bigint[])",
    "sight_recompute_all()",
    "sight_differences()",
    "sight_of_post_changed()",
]
HAND_OVER = (
    "".join(p.definer(s) + p.withhold(s) for s in [*INTERNAL, *REPLACED])
    + p.definer("sight_keys_full(smallint[])")
    + p.definer("sharing_answers(bigint)")
    # Who may publish tells how far it has got.
    + f"GRANT EXECUTE ON FUNCTION sight_people_count() TO {p.APP};"
)
ALL_ALLOWED = "'{1,2,3,4,5,6,7,8,9,10,11}'::smallint[]"
NOTES = f"""
DROP POLICY people_note_seen ON people_note;
{
    p.policy(
        "people_note",
        "people_note_seen",
        role=p.APP,
        command="SELECT",
        using=f"held_key = ANY ((SELECT sight_keys_full({ALL_ALLOWED}))::bigint[])",
    )
}
"""
NOTES_BEFORE = f"""
DROP POLICY people_note_seen ON people_note;
{
    p.policy(
        "people_note",
        "people_note_seen",
        role=p.APP,
        command="SELECT",
        using=f"held_key = {p.keys()}",
    )
}
"""


def for_each(table: str, function: str) -> str:
    """Triggers of a statement's rows, all three verbs."""
    return p.recomputed_by_trigger(table).replace("sight_of_people_changed", function)


TRIGGERS = (
    for_each("sharing_signature", "sharing_signature_changed")
    + for_each("sharing_acceptance", "sharing_loop_changed")
    + for_each("sharing_training", "sharing_loop_changed")
    + for_each("agencies_linkworker", "sharing_link_changed")
    + for_each("agencies_roleheld", "sight_of_workers_changed")
    + p.recomputed_by_trigger("sharing_otherbasis")
    + """
CREATE TRIGGER sharing_agreement_sight AFTER UPDATE ON sharing_agreement FOR EACH ROW
  WHEN (OLD.effective IS DISTINCT FROM NEW.effective) EXECUTE FUNCTION sharing_agreement_changed();
CREATE TRIGGER sharing_agreement_sight_new AFTER INSERT ON sharing_agreement FOR EACH ROW
  WHEN (NEW.effective IS NOT NULL) EXECUTE FUNCTION sharing_agreement_changed();
CREATE TRIGGER agencies_worker_sight AFTER UPDATE ON agencies_worker FOR EACH ROW
  WHEN ((OLD.left_on, OLD.agency_id) IS DISTINCT FROM (NEW.left_on, NEW.agency_id))
  EXECUTE FUNCTION sight_of_post_changed();
"""
)
TRIGGERED = [
    "sharing_signature",
    "sharing_acceptance",
    "sharing_training",
    "agencies_linkworker",
    "agencies_roleheld",
    "sharing_otherbasis",
]

# Nobody writes what is derived, whatever they may write beside it: it stays what it was.
KEPT = """
CREATE FUNCTION sharing_keep_derived() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF current_user = 'lintel_sight' THEN RETURN NEW; END IF;
  IF TG_TABLE_NAME = 'agencies_worker' THEN
    -- In quotes: the word is the language's own.
    NEW."loop" := '{}';
    IF TG_OP = 'UPDATE' THEN NEW."loop" := OLD."loop"; END IF;
  ELSE
    NEW.takes_part := '{}';
    IF TG_OP = 'UPDATE' THEN NEW.takes_part := OLD.takes_part; END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER agencies_worker_derived BEFORE INSERT OR UPDATE ON agencies_worker
  FOR EACH ROW EXECUTE FUNCTION sharing_keep_derived();
CREATE TRIGGER agencies_agency_derived BEFORE INSERT OR UPDATE ON agencies_agency
  FOR EACH ROW EXECUTE FUNCTION sharing_keep_derived();
"""
KEPT_BEFORE = """
DROP TRIGGER agencies_worker_derived ON agencies_worker;
DROP TRIGGER agencies_agency_derived ON agencies_agency;
DROP FUNCTION sharing_keep_derived();
"""

RELAY = """
CREATE OR REPLACE FUNCTION relay_open_until(handling bigint, moment timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT max(upper(v.valid))
  FROM requests_handling h
  JOIN agencies_team t ON t.id = h.team_id
  JOIN agencies_agency giver ON giver.id = t.agency_id
  JOIN agencies_team st ON st.id = h.sender_team_id
  JOIN agencies_agency told ON told.id = st.agency_id
  JOIN sharing_standing_answer a ON a.person_id = h.person_id AND a.giver_id = t.agency_id
    AND (a.recipient_id = h.sender_team_id OR a.recipient_agency_id = st.agency_id)
    AND (a.recipient_worker_id IS NULL OR a.recipient_worker_id = h.sender_worker_id)
    AND a.category = CASE WHEN t.kind IN ('cmht', 'crisis', 'outreach', 'ward', 'discharge')
                          THEN 7 ELSE 5 END
  JOIN sharing_allowed r ON r.use = a.purpose AND r.basis = 'consent' AND r.category = a.category
    AND r.giver = giver.kind AND r.receiver = told.kind
  CROSS JOIN LATERAL unnest(tstzmultirange(a.valid * r.valid)
    * giver.takes_part * told.takes_part) AS v(valid)
  WHERE h.id = handling AND a.answer AND v.valid @> moment
$$;
"""
RELAY_BEFORE = """
CREATE OR REPLACE FUNCTION relay_open_until(handling bigint, moment timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT max(upper(a.valid))
  FROM requests_handling h
  JOIN agencies_team t ON t.id = h.team_id
  JOIN sharing_standing_answer a ON a.person_id = h.person_id AND a.giver_id = t.agency_id
    AND a.recipient_id = h.sender_team_id
    AND (a.recipient_worker_id IS NULL OR a.recipient_worker_id = h.sender_worker_id)
    AND a.category = CASE WHEN t.kind IN ('cmht', 'crisis', 'outreach', 'ward', 'discharge')
                          THEN 7 ELSE 5 END
  WHERE h.id = handling AND a.answer AND a.valid @> moment
$$;
"""
# Who reads an answer: now also the workers of an agency that was named as a whole.
LINES = f"""
DROP POLICY line_seen ON sharing_consentline;
{
    p.policy(
        "sharing_consentline",
        "line_seen",
        role=p.APP,
        command="SELECT",
        using=(
            f"person_id = {p.PEOPLE} AND (owner_id = (SELECT my_agency())"
            f" OR (answer AND (giver_id = (SELECT my_agency()) OR recipient_id = {p.MY_TEAMS}"
            " OR (recipient_agency_id = (SELECT my_agency())"
            " AND cardinality((SELECT my_teams())::bigint[]) > 0))))"
        ),
    )
}
CREATE OR REPLACE FUNCTION sharing_answers(person bigint)
RETURNS TABLE (line_id bigint, valid tstzrange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.id, a.valid FROM sharing_standing_answer a JOIN sharing_consentline l ON l.id = a.id
  WHERE l.person_id = person AND person = ANY (sight_people())
    AND (l.owner_id = my_agency()
         OR (l.answer AND (l.giver_id = my_agency() OR l.recipient_id = ANY (my_teams())
              OR (l.recipient_agency_id = my_agency() AND cardinality(my_teams()) > 0))))
$$;
"""
LINES_BEFORE = f"""
DROP POLICY line_seen ON sharing_consentline;
{
    p.policy(
        "sharing_consentline",
        "line_seen",
        role=p.APP,
        command="SELECT",
        using=(
            f"person_id = {p.PEOPLE} AND (owner_id = (SELECT my_agency())"
            f" OR (answer AND (giver_id = (SELECT my_agency()) OR recipient_id = {p.MY_TEAMS})))"
        ),
    )
}
CREATE OR REPLACE FUNCTION sharing_answers(person bigint)
RETURNS TABLE (line_id bigint, valid tstzrange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT a.id, a.valid FROM sharing_standing_answer a JOIN sharing_consentline l ON l.id = a.id
  WHERE l.person_id = person AND person = ANY (sight_people())
    AND (l.owner_id = my_agency()
         OR (l.answer AND (l.giver_id = my_agency() OR l.recipient_id = ANY (my_teams()))))
$$;
"""

# What stood in the two columns becomes signatures, acceptances and training (see the top).
CARRY_OVER = f"""
INSERT INTO sharing_signature (agreement_id, agency_id, signed, ended_words)
SELECT 1, id, signed_on::timestamp AT TIME ZONE 'Europe/London', '' FROM agencies_agency
WHERE signed_on IS NOT NULL;
INSERT INTO sharing_acceptance (agreement_id, worker_id, accepted)
SELECT 1, id, coalesce(lower(loop), '{ALWAYS.isoformat()}') FROM agencies_worker
WHERE loop IS NOT NULL AND NOT isempty(loop);
INSERT INTO sharing_training (worker_id, course, done_on, until, recorded, ended_words)
SELECT id, 'Confidentiality, before the record of courses began',
       coalesce((lower(loop) AT TIME ZONE 'Europe/London')::date, '2000-01-01'),
       greatest(coalesce((upper(loop) AT TIME ZONE 'Europe/London')::date, current_date + 365),
                coalesce((lower(loop) AT TIME ZONE 'Europe/London')::date, '2000-01-01') + 1),
       now(), ''
FROM agencies_worker WHERE loop IS NOT NULL AND NOT isempty(loop);
"""
TYPES = """
ALTER TABLE agencies_worker ALTER COLUMN loop TYPE tstzmultirange
  USING CASE WHEN loop IS NULL THEN '{}' ELSE tstzmultirange(loop) END;
ALTER TABLE agencies_agency DROP COLUMN signed_on;
"""
TYPES_BEFORE = """
ALTER TABLE agencies_agency ADD COLUMN signed_on date;
UPDATE agencies_agency SET signed_on = (lower(takes_part) AT TIME ZONE 'Europe/London')::date;
ALTER TABLE agencies_worker ALTER COLUMN loop TYPE tstzrange
  USING CASE WHEN isempty(loop) THEN NULL ELSE range_merge(loop) END;
"""


def write_version_1(apps: Any, schema_editor: Any) -> None:
    """Version 1, with its prose and its rules; in force from before anything."""
    agreements = apps.get_model("sharing", "Agreement")
    made = agreements.objects.using(schema_editor.connection.alias).create(
        id=1,
        number=1,
        title=shipped_words.TITLE,
        sections=shipped_words.SECTIONS,
        drafted=ALWAYS,
        published=ALWAYS,
        effective=ALWAYS,
    )
    rules = apps.get_model("sharing", "Rule")
    rules.objects.using(schema_editor.connection.alias).bulk_create(
        rules(
            agreement=made,
            use=s.use,
            categories=[int(c) for c in s.categories],
            givers=list(s.givers),
            receivers=list(s.receivers),
            levels=[str(level) for level in s.levels],
            basis=s.basis,
            statute=s.statute,
            authoriser=s.authoriser,
            second=s.second,
            detail=int(s.detail),
            retention_months=s.retention_months,
        )
        for s in shipped.RULES
    )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT setval('sharing_agreement_id_seq', 1)")


def forget(apps: Any, schema_editor: Any) -> None:
    """Nothing to undo: the tables are emptied with the migration that made them."""


def bind_owner(tables: list[str], *, forced: bool) -> str:
    """Row security binds the owner too; a migration writes what a migration must."""
    word = "FORCE" if forced else "NO FORCE"
    return "SET CONSTRAINTS ALL IMMEDIATE;" + "".join(
        f"ALTER TABLE {table} {word} ROW LEVEL SECURITY;" for table in tables
    )


WRITTEN_HERE = [
    "sharing_agreement",
    "sharing_rule",
    "sharing_signature",
    "sharing_acceptance",
    "sharing_training",
]
DERIVE_ALL = """
SELECT sharing_derive_allowed(); SELECT sharing_derive_part(NULL); SELECT sharing_derive_loop(NULL);
SELECT sight_recompute_all();
"""
OLD = {
    name: import_module(f"lintel.{name}")
    for name in (
        "sharing.migrations.0002_row_security",
        "sharing.migrations.0003_confirmed_and_reasons",
        "requests.migrations.0002_row_security",
        "plans.migrations.0004_accepted",
    )
}


def old_views() -> str:
    """The sources of sight as they were before."""
    views = OLD["sharing.migrations.0002_row_security"].VIEWS
    first = views.index("-- The latest answer about a team")
    last = views.index("CREATE VIEW sight_from_consent")
    return (
        views[:first]
        + OLD["sharing.migrations.0003_confirmed_and_reasons"].STANDING
        + "ALTER VIEW sharing_standing_answer OWNER TO lintel_sight;"
        + views[last:]
        + OLD["requests.migrations.0002_row_security"].SOURCE
        + OLD["plans.migrations.0004_accepted"].BOTH_ACCEPTED
        + "".join(f"ALTER VIEW {view} OWNER TO lintel_sight;" for view in OLD_SOURCES)
    )


DROP_OLD = (
    "DROP VIEW sight_derived;"
    + "".join(f"DROP VIEW {view};" for view in OLD_SOURCES)
    + "DROP VIEW sharing_standing_answer; DROP VIEW sharing_answer_begins;"
    + "DROP TRIGGER agencies_worker_sight ON agencies_worker;"
)
POST_BEFORE = """
CREATE OR REPLACE FUNCTION sight_of_post_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM sight_recompute_workers(ARRAY[NEW.id]);
  RETURN NULL;
END $$;
CREATE TRIGGER agencies_worker_sight AFTER UPDATE ON agencies_worker FOR EACH ROW
  WHEN ((OLD.left_on, OLD.loop, OLD.agency_id)
        IS DISTINCT FROM (NEW.left_on, NEW.loop, NEW.agency_id))
  EXECUTE FUNCTION sight_of_post_changed();
"""
NO_TRIGGERS = (
    "".join(p.no_trigger(t) for t in TRIGGERED)
    + """
DROP TRIGGER sharing_agreement_sight ON sharing_agreement;
DROP TRIGGER sharing_agreement_sight_new ON sharing_agreement;
DROP TRIGGER agencies_worker_sight ON agencies_worker;
"""
)
NO_DERIVING = (
    "".join(f"DROP FUNCTION {s};" for s in INTERNAL)
    + """
DROP POLICY sharing_allowed_derived ON sharing_allowed;
REVOKE INSERT, DELETE ON sharing_allowed FROM lintel_sight;
REVOKE UPDATE (takes_part) ON agencies_agency FROM lintel_sight;
REVOKE UPDATE (loop) ON agencies_worker FROM lintel_sight;
"""
)
FORWARD = (
    DROP_OLD
    + TYPES
    + STANDING
    + VIEWS
    + OWNED
    + derive.derived_view(*SOURCES, columns=derive.WITH_DETAIL)
    + derive.recomputing(derive.WITH_DETAIL)
    + DERIVING
    + TRIGGERS
    + KEPT
    + RELAY
    + LINES
    + HAND_OVER
    + NOTES
    + DERIVE_ALL
)
REVERSE = (
    LINES_BEFORE
    + RELAY_BEFORE
    + NOTES_BEFORE
    + "DROP FUNCTION sight_keys_full(smallint[]);"
    + KEPT_BEFORE
    + NO_TRIGGERS
    + NO_DERIVING
    + "DROP VIEW sight_derived;"
    + "".join(f"DROP VIEW {view};" for view in reversed(DERIVERS))
    + TYPES_BEFORE
    + old_views()
    + derive.derived_view(*OLD_SOURCES)
    + derive.recomputing()
    + POST_BEFORE
    + "".join(p.definer(s) + p.withhold(s) for s in REPLACED)
    + p.definer("sharing_answers(bigint)")
    + "SELECT sight_recompute_all();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0006_relying_on_places"),
        ("sight", "0003_detail"),
        ("agencies", "0005_takes_part"),
        ("sharing", "0015_untold"),
        ("requests", "0007_between_receivers"),
        ("plans", "0005_told"),
    ]
    operations = [
        p.run(bind_owner(WRITTEN_HERE, forced=False), bind_owner(WRITTEN_HERE, forced=True)),
        migrations.RunPython(write_version_1, forget),
        p.run(CARRY_OVER),
        p.run(bind_owner(WRITTEN_HERE, forced=True), bind_owner(WRITTEN_HERE, forced=False)),
        p.run(FORWARD, REVERSE),
    ]
