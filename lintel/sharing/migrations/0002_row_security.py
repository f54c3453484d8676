"""Consent and overrides under row security, and the sources of sight (docs/adr/0007)."""

from django.db import migrations

from lintel.kernel.sight import derive
from lintel.kernel.sight import policies as p

# The time that a worker is in post; `left_on` is the first day no longer there.
POST = "tstzrange(NULL, w.left_on::timestamp AT TIME ZONE 'Europe/London')"
NOT_SELF = "p.worker_id IS DISTINCT FROM w.id"

# A landlord's own record of its tenants: from 60 days before the tenancy (sign-up) to 90 after.
TENANCY_TIME = """tstzrange(
  (t.started - 60)::timestamp AT TIME ZONE 'Europe/London',
  (t.ended + 90)::timestamp AT TIME ZONE 'Europe/London')"""

VIEWS = f"""
CREATE VIEW sight_from_patch AS
  SELECT w.id AS worker_id, t.person_id, c.category::smallint AS category, t.owner_id,
         held.valid * {TENANCY_TIME} * {POST} AS valid, 'patch'::text AS source,
         t.id AS source_id
  FROM people_tenancy t
  JOIN people_person p ON p.id = t.person_id
  JOIN people_home h ON h.id = t.home_id
  JOIN (
    SELECT patch_id, worker_id, valid FROM people_patchofficer
    UNION ALL
    SELECT pa.id, m.worker_id, m.valid FROM people_patch pa
    JOIN agencies_membership m ON m.team_id = pa.team_id AND m.role = 'lead'
  ) held ON held.patch_id = h.patch_id
  JOIN agencies_worker w ON w.id = held.worker_id AND w.agency_id = t.owner_id AND {NOT_SELF}
  CROSS JOIN unnest(ARRAY[1,2,3,4,5,6,10,11]) AS c(category);

CREATE VIEW sight_from_caseload AS
  SELECT w.id AS worker_id, i.person_id, c.category::smallint AS category, i.owner_id,
         i.valid * held.valid * {POST} AS valid, 'caseload'::text AS source, i.id AS source_id
  FROM people_involvement i
  JOIN people_person p ON p.id = i.person_id
  JOIN LATERAL (
    SELECT i.worker_id, tstzrange(NULL, NULL) AS valid WHERE i.worker_id IS NOT NULL
    UNION ALL
    SELECT m.worker_id, m.valid FROM agencies_membership m
    WHERE m.team_id = i.team_id AND m.role = 'lead'
  ) held ON true
  JOIN agencies_worker w ON w.id = held.worker_id AND w.agency_id = i.owner_id AND {NOT_SELF}
  JOIN unnest(ARRAY[1,2,5,6,7,8,9,10]) AS c(category)
    ON i.category = 7 OR c.category IN (1,2,5,6,10);

-- The latest answer about a team and a category is the one that counts. A look-up for each line,
-- no window: a window would read the whole partnership's consents to recompute one worker.
CREATE VIEW sharing_standing_answer AS
  SELECT l.id, l.person_id, l.giver_id, l.recipient_id, l.recipient_worker_id, l.category,
         l.answer,
         tstzrange(c.given, greatest(c.given, least(c.until, c.withdrawn, (
           SELECT min(c2.given) FROM sharing_consentline l2
           JOIN sharing_consent c2 ON c2.id = l2.consent_id
           WHERE l2.person_id = l.person_id AND l2.giver_id = l.giver_id
             AND l2.recipient_id = l.recipient_id AND l2.category = l.category
             AND (c2.given, c2.id) > (c.given, c.id))))) AS valid
  FROM sharing_consentline l JOIN sharing_consent c ON c.id = l.consent_id;

CREATE VIEW sight_from_consent AS
  SELECT w.id AS worker_id, a.person_id, a.category, a.giver_id AS owner_id,
         a.valid * m.valid * coalesce(w.loop, 'empty') * {POST} AS valid,
         'consent'::text AS source, a.id AS source_id
  FROM sharing_standing_answer a
  JOIN people_person p ON p.id = a.person_id
  JOIN agencies_membership m ON m.team_id = a.recipient_id
    AND (a.recipient_worker_id IS NULL OR a.recipient_worker_id = m.worker_id)
  JOIN agencies_worker w ON w.id = m.worker_id AND {NOT_SELF}
  WHERE a.answer;

CREATE VIEW sight_from_override AS
  SELECT w.id AS worker_id, o.person_id, c.category, o.holder_id AS owner_id,
         tstzrange(o.opened, greatest(o.opened, least(o.until, o.ended))) * {POST} AS valid,
         'override'::text AS source, o.id AS source_id
  FROM sharing_override o
  JOIN people_person p ON p.id = o.person_id
  JOIN agencies_worker w ON w.id = o.worker_id AND {NOT_SELF}
  CROSS JOIN unnest(o.categories) AS c(category);
"""
SOURCES = ["sight_from_patch", "sight_from_caseload", "sight_from_consent", "sight_from_override"]

OWN_VIEWS = "".join(
    f"ALTER VIEW {v} OWNER TO lintel_sight;" for v in [*SOURCES, "sharing_standing_answer"]
)

PERSON_SOURCES = [
    "people_tenancy",
    "people_involvement",
    "sharing_consent",
    "sharing_consentline",
    "sharing_override",
]
WORKER_SOURCES = ["people_patchofficer", "agencies_membership"]

TRIGGERS = (
    "".join(p.recomputed_by_trigger(t) for t in PERSON_SOURCES)
    + "".join(
        p.recomputed_by_trigger(t).replace("sight_of_people_changed", "sight_of_workers_changed")
        for t in WORKER_SOURCES
    )
    + """
CREATE TRIGGER agencies_worker_sight AFTER UPDATE ON agencies_worker FOR EACH ROW
  WHEN ((OLD.left_on, OLD.loop, OLD.agency_id)
        IS DISTINCT FROM (NEW.left_on, NEW.loop, NEW.agency_id))
  EXECUTE FUNCTION sight_of_post_changed();
CREATE TRIGGER people_home_sight AFTER UPDATE OF patch_id ON people_home
  FOR EACH ROW WHEN (OLD.patch_id IS DISTINCT FROM NEW.patch_id)
  EXECUTE FUNCTION sight_of_home_changed();
CREATE TRIGGER people_patch_sight AFTER UPDATE ON people_patch
  FOR EACH ROW WHEN (OLD.team_id IS DISTINCT FROM NEW.team_id)
  EXECUTE FUNCTION sight_of_patch_changed();
CREATE TRIGGER people_person_sight AFTER UPDATE ON people_person
  FOR EACH ROW WHEN (OLD.worker_id IS DISTINCT FROM NEW.worker_id)
  EXECUTE FUNCTION sight_of_person_changed();
"""
)

LINE_SEEN = (
    f"person_id = {p.PEOPLE} AND (owner_id = (SELECT my_agency())"
    f" OR giver_id = (SELECT my_agency()) OR (answer AND recipient_id = {p.MY_TEAMS}))"
)
CONSENT_SEEN = (
    f"person_id = {p.PEOPLE} AND (owner_id = (SELECT my_agency()) OR EXISTS"
    " (SELECT 1 FROM sharing_consentline l WHERE l.consent_id = sharing_consent.id))"
)
WRITTEN = f"person_id = {p.PEOPLE} AND owner_id = (SELECT my_agency())"
OVERRIDE_SEEN = f"worker_id = {p.ME}"

POLICIES = (
    p.enable("sharing_consent")
    + p.grant("sharing_consent")
    + p.policy("sharing_consent", "consent_seen", role=p.APP, command="SELECT", using=CONSENT_SEEN)
    + p.policy("sharing_consent", "consent_added", role=p.APP, command="INSERT", check=WRITTEN)
    + p.policy(
        "sharing_consent",
        "consent_changed",
        role=p.APP,
        command="UPDATE",
        using=f"person_id = {p.PEOPLE}",
        check=f"person_id = {p.PEOPLE}",
    )
    + p.enable("sharing_consentline")
    + p.grant("sharing_consentline", "SELECT, INSERT")
    + p.policy("sharing_consentline", "line_seen", role=p.APP, command="SELECT", using=LINE_SEEN)
    + p.policy("sharing_consentline", "line_added", role=p.APP, command="INSERT", check=WRITTEN)
    + p.enable("sharing_override")
    + p.grant("sharing_override")
    + p.policy(
        "sharing_override", "override_seen", role=p.APP, command="SELECT", using=OVERRIDE_SEEN
    )
    + p.policy(
        "sharing_override", "override_added", role=p.APP, command="INSERT", check=OVERRIDE_SEEN
    )
    + p.policy(
        "sharing_override",
        "override_changed",
        role=p.APP,
        command="UPDATE",
        using=OVERRIDE_SEEN,
        check=OVERRIDE_SEEN,
    )
    + "".join(
        p.read_by_definer(t) + p.loaded_by_import(t)
        for t in ("sharing_consent", "sharing_consentline", "sharing_override")
    )
    # The relay asks whether consent opens a thread.
    + "".join(
        p.grant(t, "SELECT", p.SYSTEM)
        + p.policy(t, f"{t}_relay", role=p.SYSTEM, command="SELECT", using="true")
        for t in ("sharing_consent", "sharing_consentline")
    )
)

FORWARD = (
    POLICIES
    + VIEWS
    + OWN_VIEWS
    + derive.derived_view(*SOURCES)
    + derive.FUNCTIONS
    + "".join(p.definer(s) + p.withhold(s) for s in derive.SIGNATURES)
    + TRIGGERS
)
REVERSE = (
    "".join(p.no_trigger(t) for t in [*PERSON_SOURCES, *WORKER_SOURCES])
    + """
DROP TRIGGER agencies_worker_sight ON agencies_worker;
DROP TRIGGER people_home_sight ON people_home;
DROP TRIGGER people_patch_sight ON people_patch;
DROP TRIGGER people_person_sight ON people_person;
"""
    + "".join(f"DROP FUNCTION {s};" for s in derive.SIGNATURES)
    + "DROP VIEW sight_derived;"
    + "".join(f"DROP VIEW {v};" for v in [*SOURCES, "sharing_standing_answer"])
    + "".join(
        p.unprotect(t) for t in ("sharing_consent", "sharing_consentline", "sharing_override")
    )
)


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial"), ("people", "0002_row_security")]
    operations = [p.run(FORWARD, REVERSE)]
