"""Stays and what hangs on them under row security; who may begin a stay; what is never rewritten.

Whoever has sight of hospital stays that the trust holds sees them (docs/adr/0030); answers and
reviews have rules of their own. A link for a council outside is the system's alone.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

STAYS = [
    "hospital_stay",
    "hospital_wardspell",
    "hospital_absence",
    "hospital_questions",
    "hospital_step",
    "hospital_meeting",
    "hospital_waiting",
    "hospital_notice",
    "hospital_placement",
]
REVIEW, ANSWER, LINK = "hospital_review", "hospital_answer", "hospital_outsidelink"
HELD = [*STAYS, REVIEW]

# Somebody who is admitted need not be in anybody's sight yet: they are found by exactly this name
# and date of birth, or written down. The ward's own members alone may do it, and from then on
# see them by the involvement that this writes.
BEGIN = f"""
CREATE FUNCTION hospital_begin(
  called text, birth date, at_ward bigint, housing bigint, at timestamptz,
  OUT who bigint, OUT involved bigint
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE agency integer := my_agency();
BEGIN
  IF NOT at_ward = ANY (my_teams())
     OR NOT EXISTS (SELECT 1 FROM agencies_team t WHERE t.id = at_ward AND t.agency_id = agency
                    AND t.kind IN ('ward', 'discharge'))
     OR NOT EXISTS (SELECT 1 FROM agencies_membership m WHERE m.team_id = at_ward
                    AND m.worker_id = housing AND m.valid @> now()) THEN
    RAISE insufficient_privilege USING MESSAGE = 'only a member of the ward admits to it';
  END IF;
  -- Two admissions of somebody new at once must not write them down twice.
  PERFORM pg_advisory_xact_lock(hashtext('hospital_begin'), hashtext(fold_words(called)));
  SELECT CASE WHEN count(*) = 1 THEN min(q.id) END INTO who FROM people_person q
  WHERE q.folded LIKE '%' || fold_words(called) || '%' AND fold_words(q.name) = fold_words(called)
    AND q.born = birth;
  IF who IS NULL THEN
    INSERT INTO people_person (name, known_as, born, no_fixed_address, created)
    VALUES (called, '', birth, false, now()) RETURNING id INTO who;
  END IF;
  IF EXISTS (SELECT 1 FROM people_person q WHERE q.id = who AND q.worker_id = current_worker()) THEN
    RAISE insufficient_privilege USING MESSAGE = 'nobody admits themselves';
  END IF;
  INSERT INTO people_involvement (person_id, owner_id, category, team_id, worker_id, role_words,
                                  valid)
  VALUES (who, agency, {int(C.HEALTH_INVOLVEMENT)}, at_ward, housing, 'Housing worker on the ward',
          tstzrange(at, NULL)) RETURNING id INTO involved;
END $$;
""" + p.definer("hospital_begin(text, date, bigint, bigint, timestamptz)")
BEGIN_WRITES = "".join(
    p.grant(table, "INSERT", p.SIGHT)
    + p.policy(table, f"{table}_admitted", role=p.SIGHT, command="INSERT", check="true")
    for table in ("people_person", "people_involvement")
)

# What was reported stays: a row of waiting is superseded once, and an open end is filled in once.
KEPT_AS_REPORTED = """
CREATE FUNCTION hospital_waiting_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(new) - 'until' - 'superseded') <> (to_jsonb(old) - 'until' - 'superseded')
     OR old.superseded IS NOT NULL
     OR (old.until IS NOT NULL AND new.until IS DISTINCT FROM old.until) THEN
    RAISE EXCEPTION 'a reported delay is corrected by a new row'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER hospital_waiting_kept BEFORE UPDATE ON hospital_waiting
  FOR EACH ROW EXECUTE FUNCTION hospital_waiting_kept();
"""
CORRECTED = ["hospital_questions", REVIEW]


def added_to() -> str:
    """Answers to the questions, and reviews, are asked again; nobody rewrites them."""
    return "".join(f"REVOKE UPDATE ON {table} FROM {p.APP};" for table in CORRECTED)


NOTICED = f"EXISTS (SELECT 1 FROM hospital_notice n WHERE n.reference = {ANSWER}.reference)"
ON_DESK = (
    f"EXISTS (SELECT 1 FROM requests_handling h WHERE h.reference = {ANSWER}.reference"
    " AND h.kind = 'notice' AND h.team_id = {teams})"
)
ANSWERS = (
    p.enable(ANSWER)
    + p.grant(ANSWER, "SELECT, INSERT")
    + p.policy(
        ANSWER,
        "answer_seen",
        role=p.APP,
        command="SELECT",
        using=f"{NOTICED} OR {ON_DESK.format(teams=p.MY_TEAMS)}",
    )
    + p.policy(
        ANSWER,
        "answer_given",
        role=p.APP,
        command="INSERT",
        check=f"by_id = {p.ME} AND {ON_DESK.format(teams=p.MY_TEAMS)}",
    )
    + p.grant(ANSWER, "SELECT, INSERT", p.SYSTEM)
    + p.policy(ANSWER, "answer_system", role=p.SYSTEM, command="SELECT", using="true")
    + p.policy(ANSWER, "answer_by_link", role=p.SYSTEM, command="INSERT", check="by_id IS NULL")
)
LINKS = (
    p.enable(LINK)
    + p.grant(LINK, "SELECT, INSERT, UPDATE", p.SYSTEM)
    + p.policy(LINK, "link_system", role=p.SYSTEM, command="ALL", using="true", check="true")
    + p.grant(LINK, "INSERT")
    + p.policy(
        LINK,
        "link_made",
        role=p.APP,
        command="INSERT",
        check=f"EXISTS (SELECT 1 FROM hospital_notice n WHERE n.id = {LINK}.notice_id)",
    )
)
# The clocks look for notices without an answer, and note that they told of it.
CLOCKS = (
    p.grant("hospital_stay", "SELECT", p.SYSTEM)
    + p.policy("hospital_stay", "stay_clock", role=p.SYSTEM, command="SELECT", using="true")
    + p.grant("hospital_notice", "SELECT", p.SYSTEM)
    + f"GRANT UPDATE (escalated) ON hospital_notice TO {p.SYSTEM};"
    + p.policy("hospital_notice", "notice_clock", role=p.SYSTEM, command="SELECT", using="true")
    + p.policy(
        "hospital_notice",
        "notice_climb",
        role=p.SYSTEM,
        command="UPDATE",
        using="true",
        check="true",
    )
)
WARD = "".join(
    p.grant("hospital_ward", what, role)
    for what, role in (
        ("SELECT, INSERT, UPDATE", p.APP),
        ("SELECT", p.SYSTEM),
        ("SELECT", p.SIGHT),
        ("SELECT, INSERT, UPDATE", p.IMPORT),
    )
)
PERSON = "".join(p.seen_by_person(table, C.HOSPITAL_STAY) for table in STAYS) + p.seen_by_person(
    REVIEW, C.SUPPORT_NEEDS
)
PERSON += p.grant(ANSWER, "SELECT", p.PERSON) + p.policy(
    ANSWER, f"{ANSWER}_person", role=p.PERSON, command="SELECT", using=NOTICED
)
COPIED = "".join(p.answered_for(table) for table in HELD)

FORWARD = (
    "".join(p.held(table, C.HOSPITAL_STAY) for table in STAYS)
    + p.held(REVIEW, C.SUPPORT_NEEDS)
    + added_to()
    + KEPT_AS_REPORTED
    + BEGIN_WRITES
    + BEGIN
    + ANSWERS
    + LINKS
    + CLOCKS
    + WARD
    + PERSON
    + COPIED
)
REVERSE = (
    "DROP FUNCTION hospital_begin(text, date, bigint, bigint, timestamptz);"
    + "".join(
        f"DROP POLICY {table}_admitted ON {table}; REVOKE INSERT ON {table} FROM {p.SIGHT};"
        for table in ("people_person", "people_involvement")
    )
    + "DROP TRIGGER hospital_waiting_kept ON hospital_waiting;"
    + "DROP FUNCTION hospital_waiting_kept();"
    # The policies on answers look into the notices'.
    + p.unprotect(ANSWER)
    + "".join(p.unprotect(table) for table in [*HELD, LINK])
    + f"REVOKE ALL ON hospital_ward FROM {p.APP}, {p.SYSTEM}, {p.SIGHT}, {p.IMPORT};"
)


class Migration(migrations.Migration):
    dependencies = [
        ("hospital", "0001_initial"),
        ("requests", "0007_between_receivers"),
        ("portal", "0003_row_security"),
        ("config", "0008_agreement_preview"),
    ]
    operations = [p.run(FORWARD, REVERSE)]
