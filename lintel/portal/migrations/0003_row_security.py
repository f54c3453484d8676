"""The tables of the own view under row security, and what the person may say and change there.

The role `lintel_person` writes what the person says: a yes, a no, taking it back, a wish, an ask,
a remark, a permission and its end. It deletes nothing, and sees no event but who they let look
has looked. Codes are redeemed by functions of the definer, before there is anybody to be bound.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

ACCOUNT = "(SELECT current_account())"
OWN = f"person_id = {p.SELF}"
# The people how to reach whom the bound worker may see, whichever agency told them.
REACHED = (
    "person_id = ANY ((SELECT array_agg(k / 1048576)"
    f" FROM unnest(sight_keys('{{{int(C.CONTACT)}}}'::smallint[])) AS k)::bigint[])"
)


def person(table: str, command: str, *, using: str = "", check: str = "", columns: str = "") -> str:
    """What the person may do with a table (with these columns only)."""
    what = f"{command} ({columns})" if columns else command
    return f"GRANT {what} ON {table} TO {p.PERSON};" + p.policy(
        table,
        f"{table}_own_{command.lower()}",
        role=p.PERSON,
        command=command,
        using=using,
        check=check,
    )


def worker(table: str, command: str, *, using: str = "", check: str = "", columns: str = "") -> str:
    """What the bound worker may do with a table (with these columns only)."""
    what = f"{command} ({columns})" if columns else command
    return f"GRANT {what} ON {table} TO {p.APP};" + p.policy(
        table,
        f"{table}_worker_{command.lower()}",
        role=p.APP,
        command=command,
        using=using,
        check=check,
    )


def system(table: str, columns: str) -> str:
    """The clocks read what waits, and note that they told of it."""
    return (
        f"GRANT SELECT, UPDATE ({columns}) ON {table} TO {p.SYSTEM};"
        + p.policy(table, f"{table}_clock", role=p.SYSTEM, command="SELECT", using="true")
        + p.policy(
            table, f"{table}_climb", role=p.SYSTEM, command="UPDATE", using="true", check="true"
        )
    )


INVITED = "portal_invitation"
READ = (
    "id, person_id, kind, categories, relation, until, made, expires, made_by_id,"
    " made_by_account_id, proved, used, used_by_id, cancelled"
)
INVITATION = (
    p.enable(INVITED)
    + worker(INVITED, "SELECT", using=f"person_id = {p.PEOPLE} AND kind = 'self'", columns=READ)
    + worker(
        INVITED,
        "INSERT",
        check=f"person_id = {p.PEOPLE} AND kind = 'self' AND made_by_id = {p.ME} AND used IS NULL",
    )
    + worker(
        INVITED,
        "UPDATE",
        using=f"person_id = {p.PEOPLE} AND kind = 'self'",
        check=f"person_id = {p.PEOPLE} AND cancelled IS NOT NULL",
        columns="cancelled",
    )
    + person(INVITED, "SELECT", using=OWN, columns=READ)
    + person(
        INVITED,
        "INSERT",
        check=f"{OWN} AND kind <> 'self' AND made_by_account_id = {ACCOUNT} AND used IS NULL",
    )
    + person(
        INVITED, "UPDATE", using=OWN, check=f"{OWN} AND cancelled IS NOT NULL", columns="cancelled"
    )
    + p.grant(INVITED, "SELECT, UPDATE", p.SIGHT)
    + p.policy(
        INVITED, "invitation_redeem", role=p.SIGHT, command="ALL", using="true", check="true"
    )
    + p.grant("sharing_viewer", "INSERT, UPDATE", p.SIGHT)
    + p.policy("sharing_viewer", "viewer_redeem", role=p.SIGHT, command="INSERT", check="true")
    + p.policy(
        "sharing_viewer",
        "viewer_replace",
        role=p.SIGHT,
        command="UPDATE",
        using="true",
        check="ended IS NOT NULL",
    )
)

FUNCTIONS = """
-- Use a letter's code for an account: the permission begins, and the code is used up. An earlier
-- account of the person themselves ends: the letter came because it was lost. NULL if the code
-- is none, old, used or taken back, or the account is a worker's or the person's own.
CREATE FUNCTION portal_redeem(hash text, account bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE i portal_invitation;
BEGIN
  SELECT * INTO i FROM portal_invitation
  WHERE code_hash = hash AND used IS NULL AND cancelled IS NULL
    AND made <= clock_timestamp() AND clock_timestamp() < expires FOR UPDATE;
  IF NOT FOUND
     OR EXISTS (SELECT 1 FROM agencies_worker w WHERE w.user_id = account)
     OR (i.kind <> 'self' AND EXISTS (
       SELECT 1 FROM sharing_viewer v WHERE v.user_id = account AND v.person_id = i.person_id
         AND v.kind = 'self' AND v.ended IS NULL)) THEN
    RETURN NULL;
  END IF;
  UPDATE sharing_viewer SET ended = now()
  WHERE person_id = i.person_id AND ended IS NULL
    AND (user_id = account OR (i.kind = 'self' AND kind = 'self'));
  INSERT INTO sharing_viewer
    (user_id, person_id, kind, categories, relation, proved, begins, until, added_by_id)
  VALUES (account, i.person_id, i.kind, i.categories, i.relation, i.proved, now(), i.until,
          i.made_by_id);
  UPDATE portal_invitation SET used = now(), used_by_id = account WHERE id = i.id;
  RETURN i.person_id;
END $$;

-- The address to which an account has codes sent; and whose a code is, once it was typed right.
CREATE FUNCTION portal_reach_of(how text, address text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT r.id FROM portal_reach r
  WHERE r.kind = how AND r.value = address AND r.confirmed IS NOT NULL AND r.ended IS NULL
$$;
CREATE FUNCTION portal_code_account(code uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT r.user_id FROM portal_code c JOIN portal_reach r ON r.id = c.reach_id
  WHERE c.id = code AND c.used IS NOT NULL AND r.confirmed IS NOT NULL AND r.ended IS NULL
$$;
"""
SIGNATURES = [
    "portal_redeem(text, bigint)",
    "portal_reach_of(text, text)",
    "portal_code_account(uuid)",
]

MY_REACH = f"user_id = {ACCOUNT}"
REACH = (
    p.enable("portal_reach")
    + person("portal_reach", "SELECT", using=MY_REACH)
    + person("portal_reach", "INSERT", check=f"{MY_REACH} AND confirmed IS NULL")
    + person("portal_reach", "UPDATE", using=MY_REACH, check=MY_REACH, columns="confirmed, ended")
    + p.read_by_definer("portal_reach")
    + p.grant("portal_reach", "SELECT", p.SYSTEM)
    + p.policy("portal_reach", "portal_reach_send", role=p.SYSTEM, command="SELECT", using="true")
)
# A code says when somebody asked for one, and whose it is in numbers alone.
CODE = (
    f"GRANT SELECT, INSERT, UPDATE (tries, used) ON portal_code TO {p.APP}, {p.PERSON};"
    f"GRANT SELECT ON portal_code TO {p.SIGHT}, {p.SYSTEM};"
)

WISH = (
    p.enable("portal_wish")
    + p.seen_by_person("portal_wish", C.CONTACT)
    + person("portal_wish", "INSERT", check=f"{OWN} AND said_by_id = {ACCOUNT}")
    + worker("portal_wish", "SELECT", using=REACHED)
)

WAITING = "answered IS NULL AND answer = ''"
TEAMS = f"team_id = {p.MY_TEAMS}"
ASK = (
    p.enable("portal_ask")
    + person("portal_ask", "SELECT", using=OWN)
    + person("portal_ask", "INSERT", check=f"{OWN} AND asked_by_id = {ACCOUNT} AND {WAITING}")
    + worker("portal_ask", "SELECT", using=TEAMS)
    + worker(
        "portal_ask",
        "UPDATE",
        using=f"{TEAMS} AND {WAITING}",
        check=f"{TEAMS} AND (taken_by_id IS NULL OR taken_by_id = {p.ME})"
        f" AND (answered_by_id IS NULL OR answered_by_id = {p.ME})",
        columns="taken, taken_by_id, answered, answered_by_id, answer",
    )
    + system("portal_ask", "climbed")
)

SEEN = f"held_key = {p.keys()}"
THE_NOTE = (
    "EXISTS (SELECT 1 FROM people_note n WHERE n.id = note_id"
    " AND n.person_id = portal_remark.person_id AND n.owner_id = portal_remark.owner_id"
    " AND n.category = portal_remark.category)"
)
REMARK = (
    p.enable("portal_remark")
    + person("portal_remark", "SELECT", using=OWN)
    + person(
        "portal_remark",
        "INSERT",
        check=f"{OWN} AND said_by_id = {ACCOUNT} AND {WAITING} AND {THE_NOTE}",
    )
    + worker("portal_remark", "SELECT", using=SEEN)
    + worker(
        "portal_remark",
        "UPDATE",
        using=f"{SEEN} AND owner_id = (SELECT my_agency()) AND {WAITING}",
        check=f"owner_id = (SELECT my_agency()) AND answered_by_id = {p.ME}",
        columns="answered, answered_by_id, answer",
    )
    + system("portal_remark", "climbed")
)

FEEDBACK = (
    p.enable("portal_feedback")
    + person("portal_feedback", "INSERT", check="true")
    + worker("portal_feedback", "SELECT", using="(SELECT leads_partnership())")
)

CONSENT = (
    person(
        "sharing_consent",
        "INSERT",
        check=f"{OWN} AND recorded_by_id IS NULL AND recorded_by_account_id = {ACCOUNT}"
        " AND withdrawn IS NULL",
    )
    + person(
        "sharing_consent",
        "UPDATE",
        using=OWN,
        check=f"{OWN} AND withdrawn IS NOT NULL AND withdrawn_by_account_id = {ACCOUNT}",
        columns="withdrawn, withdrawn_words, withdrawn_by_account_id",
    )
    # The giver's own record, told on the person's own word: there is nothing to confirm.
    + person(
        "sharing_consentline",
        "INSERT",
        check=f"{OWN} AND owner_id = giver_id AND confirmed IS NULL",
    )
    + person("sharing_otherbasis", "SELECT", using=f"{OWN} AND told IS NOT NULL")
)

EVENT_COLUMNS = (
    "at, verb, actor_worker_id, actor_agency_id, integration_id, subject_kind, subject_id,"
    " person_id, owner_id, data"
)
EVENTS = f"""
GRANT SELECT, INSERT ({EVENT_COLUMNS}) ON kernel_event TO {p.PERSON};
GRANT SELECT ON SEQUENCE kernel_event_id_seq TO {p.PERSON};
{
    p.policy(
        "kernel_event",
        "kernel_event_own_add",
        role=p.PERSON,
        command="INSERT",
        check="actor_worker_id IS NULL AND actor_agency_id IS NULL AND integration_id IS NULL"
        f" AND person_id = {p.SUBJECTS}",
    )
}
{
    p.policy(
        "kernel_event",
        "kernel_event_own_looked",
        role=p.PERSON,
        command="SELECT",
        using=f"person_id = {p.SELF} AND verb = 'portal.looked'",
    )
}
GRANT SELECT (id), INSERT ON procrastinate_jobs TO {p.PERSON};
GRANT INSERT ON procrastinate_events TO {p.PERSON};
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO {p.PERSON};
"""

TABLES = [INVITED, "portal_reach", "portal_wish", "portal_ask", "portal_remark", "portal_feedback"]
GIVEN = {
    "sharing_consent": ("INSERT", "UPDATE"),
    "sharing_consentline": ("INSERT",),
    "sharing_otherbasis": ("SELECT",),
}
REVERSE = (
    "".join(f"DROP FUNCTION {s};" for s in SIGNATURES)
    + "".join(p.unprotect(t) for t in TABLES)
    + f"REVOKE ALL ON portal_code FROM {p.APP}, {p.PERSON}, {p.SIGHT}, {p.SYSTEM};"
    + "DROP POLICY viewer_redeem ON sharing_viewer; DROP POLICY viewer_replace ON sharing_viewer;"
    + f"REVOKE INSERT, UPDATE ON sharing_viewer FROM {p.SIGHT};"
    + "".join(
        f"DROP POLICY {t}_own_{c.lower()} ON {t};"
        for t, commands in GIVEN.items()
        for c in commands
    )
    + f"REVOKE INSERT, UPDATE ON sharing_consent, sharing_consentline FROM {p.PERSON};"
    + f"REVOKE SELECT ON sharing_otherbasis FROM {p.PERSON};"
    + "DROP POLICY kernel_event_own_add ON kernel_event;"
    + "DROP POLICY kernel_event_own_looked ON kernel_event;"
    + f"REVOKE ALL ON kernel_event, procrastinate_jobs, procrastinate_events FROM {p.PERSON};"
    + "REVOKE ALL ON SEQUENCE kernel_event_id_seq, procrastinate_jobs_id_seq,"
    + f" procrastinate_events_id_seq FROM {p.PERSON};"
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_tables"), ("kernel", "0004_jobs")]
    operations = [
        p.run(
            INVITATION
            + REACH
            + CODE
            + FUNCTIONS
            + "".join(p.definer(s) for s in SIGNATURES)
            + WISH
            + ASK
            + REMARK
            + FEEDBACK
            + CONSENT
            + EVENTS,
            REVERSE,
        )
    ]
