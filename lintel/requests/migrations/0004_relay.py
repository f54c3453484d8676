"""The relay's means, and tighter walls between the two desks (docs/adr/0009, 0010).

The relay's functions run for the system role alone: their answers would tell a masked sender who
is known to whom.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

ME = p.ME
OPEN_TO_ME = (
    f"(h.open_to_worker_id = {ME} OR h.open_to_team_id = {p.MY_DESKS})"
    " AND (h.open_until IS NULL OR h.open_until > now())"
)
OPEN_ROW = OPEN_TO_ME.replace("h.", "")
ON_MY_DESK = f"(h.team_id = {p.MY_TEAMS} OR h.climbed_to_id = {ME})"


def desk(table: str, more: str = "true") -> str:
    """The row's request is on a desk of mine."""
    return (
        f"EXISTS (SELECT 1 FROM requests_handling h WHERE h.request_id = {table}.request_id"
        f" AND {ON_MY_DESK} AND {more})"
    )


def thread(table: str, more: str = "true") -> str:
    """The row's request is one that I sent, and its thread is open now."""
    return (
        f"EXISTS (SELECT 1 FROM requests_handling h WHERE h.request_id = {table}.request_id"
        f" AND {OPEN_TO_ME} AND {more})"
    )


def replace(table: str, name: str, command: str, *, using: str = "", check: str = "") -> str:
    """Put a stricter policy in the place of the one of migration 0002."""
    return f"DROP POLICY {name} ON {table};" + p.policy(
        table, name, role=p.APP, command=command, using=using, check=check
    )


# A notice of a masked request says its code and nothing else, whatever the code that writes it.
MASKED_NOTICE = "code IN ('question', 'decided') AND words = '' AND decision = ''"
VISITS = f"{desk('requests_jointvisit')} OR {thread('requests_jointvisit', 'proposed >= h.opened')}"

POLICIES = (
    replace(
        "requests_handling",
        "requests_handling_select",
        "SELECT",
        using=f"team_id = {p.MY_TEAMS} OR climbed_to_id = {ME} OR ({OPEN_ROW})",
    )
    + replace(
        "requests_notice",
        "requests_notice_insert",
        "INSERT",
        check=(
            f"{desk('requests_notice', 'NOT h.masked')}"
            f" OR ({desk('requests_notice')} AND {MASKED_NOTICE})"
        ),
    )
    + "REVOKE UPDATE ON requests_notice FROM lintel_app;"
    + "GRANT UPDATE (seen) ON requests_notice TO lintel_app;"
    # What was done on the desk before the thread was opened stays on the desk.
    + replace(
        "requests_step",
        "requests_step_select",
        "SELECT",
        using=f"{desk('requests_step')} OR {thread('requests_step', 'requests_step.at >= h.opened')}",
    )
    + replace(
        "requests_jointvisit",
        "requests_jointvisit_select",
        "SELECT",
        using=VISITS,
    )
    + replace(
        "requests_jointvisit",
        "requests_jointvisit_insert",
        "INSERT",
        check=(
            f"proposed_by_id = {ME} AND CASE WHEN from_sender THEN"
            f" {thread('requests_jointvisit')}"
            f" ELSE {desk('requests_jointvisit', 'NOT h.masked')} END"
        ),
    )
    + replace(
        "requests_jointvisit",
        "requests_jointvisit_update",
        "UPDATE",
        using=VISITS,
        check=VISITS,
    )
    # A worker who is also the person sees nothing of what is asked about them.
    + "CREATE POLICY requests_handling_not_self ON requests_handling AS RESTRICTIVE FOR ALL"
    " TO lintel_app USING ((person_id = (SELECT own_person())) IS NOT TRUE);"
    + p.read_by_definer("requests_request")
)

FUNCTIONS = """
CREATE FUNCTION own_person() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id FROM people_person WHERE worker_id = current_worker() $$;

-- The person that a request is about: the one chosen, or, where the sender typed who it is, the
-- only one with exactly this name and date of birth, or this name at this address and postcode.
CREATE FUNCTION relay_person(request bigint, typed_born date) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH r AS MATERIALIZED (
    SELECT person_id, fold_words(about_name) AS name, fold_words(about_address) AS address,
           upper(regexp_replace(about_postcode, '[^[:alnum:]]', '', 'g')) AS postcode
    FROM requests_request WHERE id = request
  ), named AS (
    SELECT p.id FROM r JOIN people_person p
      ON p.folded LIKE '%' || r.name || '%' AND fold_words(p.name) = r.name
    WHERE r.person_id IS NULL AND r.name <> '' AND (
      p.born = typed_born
      OR (r.address <> '' AND r.postcode <> '' AND EXISTS (
        SELECT 1 FROM people_tenancy t JOIN people_home h ON h.id = t.home_id
        WHERE t.person_id = p.id AND t.ended IS NULL
          AND upper(regexp_replace(h.postcode, '[^[:alnum:]]', '', 'g')) = r.postcode
          AND (fold_words(h.address) || ' ') LIKE r.address || ' %')))
  )
  SELECT person_id FROM r WHERE person_id IS NOT NULL
  UNION ALL
  SELECT min(id) FROM named HAVING count(*) = 1
$$;

-- The team that works with the person, and its named worker where there is one who can act.
-- Health teams come first, then other agencies, then teams with a named worker.
CREATE FUNCTION relay_route(request bigint, person bigint, moment timestamptz)
RETURNS TABLE (team_id bigint, worker_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT i.team_id, named.id
  FROM requests_request r
  JOIN people_involvement i ON i.person_id = person AND i.valid @> moment
  JOIN agencies_team t ON t.id = i.team_id AND t.takes_requests
    AND (t.closed_on IS NULL OR t.closed_on > (moment AT TIME ZONE 'Europe/London')::date)
  LEFT JOIN LATERAL (
    SELECT w.id FROM agencies_worker w
    WHERE w.id = i.worker_id AND w.loop @> moment
      AND (w.left_on IS NULL OR w.left_on > (moment AT TIME ZONE 'Europe/London')::date)
      AND EXISTS (SELECT 1 FROM agencies_membership m
                  WHERE m.worker_id = w.id AND m.team_id = t.id AND m.valid @> moment)
      AND NOT EXISTS (SELECT 1 FROM people_person p WHERE p.id = person AND p.worker_id = w.id)
  ) named ON true
  WHERE r.id = request AND t.id <> r.sender_team_id
    AND NOT EXISTS (SELECT 1 FROM agencies_membership m
                    WHERE m.worker_id = r.sender_id AND m.team_id = t.id AND m.valid @> moment)
  ORDER BY t.kind IN ('cmht', 'crisis', 'outreach', 'ward', 'discharge') DESC,
    t.agency_id <> r.owner_id DESC, named.id IS NOT NULL DESC, lower(i.valid) DESC NULLS LAST, i.id
  LIMIT 1
$$;

CREATE FUNCTION relay_involved(team bigint, person bigint, moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT 1 FROM people_involvement i
                 WHERE i.person_id = person AND i.team_id = team AND i.valid @> moment)
$$;

-- Until when the person's standing consent lets the handling team's agency tell the sender's team
-- that it is involved; null when it doesn't.
CREATE FUNCTION relay_open_until(handling bigint, moment timestamptz) RETURNS timestamptz
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
SYSTEM_ONLY = [
    "relay_person(bigint, date)",
    "relay_route(bigint, bigint, timestamptz)",
    "relay_involved(bigint, bigint, timestamptz)",
    "relay_open_until(bigint, timestamptz)",
]


def system_only(signature: str) -> str:
    """Hand the function to the definer role; the system role alone may run it."""
    return f"""
    ALTER FUNCTION {signature} OWNER TO {p.SIGHT};
    REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION {signature} TO {p.SYSTEM};
    """


FORWARD = (
    FUNCTIONS
    + p.definer("own_person()")
    + "".join(system_only(signature) for signature in SYSTEM_ONLY)
    + POLICIES
)
# As they were in migration 0002.
OPEN_BEFORE = f"(h.open_to_worker_id = {ME} OR h.open_to_team_id = {p.MY_DESKS})"


def thread_before(table: str) -> str:
    """The row's request is one that I sent, and its thread is open."""
    return (
        f"EXISTS (SELECT 1 FROM requests_handling h WHERE h.request_id = {table}.request_id"
        f" AND {OPEN_BEFORE})"
    )


VISITS_BEFORE = f"{desk('requests_jointvisit')} OR {thread_before('requests_jointvisit')}"
BEFORE = (
    replace(
        "requests_handling",
        "requests_handling_select",
        "SELECT",
        using=f"{ON_MY_DESK} OR {OPEN_BEFORE}".replace("h.", ""),
    )
    + replace("requests_notice", "requests_notice_insert", "INSERT", check=desk("requests_notice"))
    + replace(
        "requests_step",
        "requests_step_select",
        "SELECT",
        using=f"{desk('requests_step')} OR {thread_before('requests_step')}",
    )
    + replace("requests_jointvisit", "requests_jointvisit_select", "SELECT", using=VISITS_BEFORE)
    + replace(
        "requests_jointvisit",
        "requests_jointvisit_insert",
        "INSERT",
        check=(
            f"proposed_by_id = {ME} AND CASE WHEN from_sender THEN"
            f" {thread_before('requests_jointvisit')}"
            f" ELSE {desk('requests_jointvisit', 'NOT h.masked')} END"
        ),
    )
    + replace(
        "requests_jointvisit",
        "requests_jointvisit_update",
        "UPDATE",
        using=VISITS_BEFORE,
        check=VISITS_BEFORE,
    )
)
REVERSE = (
    BEFORE + "DROP POLICY requests_request_derive ON requests_request;"
    "REVOKE SELECT ON requests_request FROM lintel_sight;"
    "DROP POLICY requests_handling_not_self ON requests_handling;"
    "REVOKE UPDATE (seen) ON requests_notice FROM lintel_app;"
    "GRANT UPDATE ON requests_notice TO lintel_app;"
    + "".join(f"DROP FUNCTION {signature};" for signature in reversed(SYSTEM_ONLY))
    + "DROP FUNCTION own_person();"
)


class Migration(migrations.Migration):
    dependencies = [("requests", "0003_desk_times")]
    operations = [p.run(FORWARD, REVERSE)]
