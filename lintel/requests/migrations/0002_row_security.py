"""The two desks under row security, and the request as a source of sight (docs/adr/0007, 0009)."""

from django.db import migrations

from lintel.kernel.sight import derive
from lintel.kernel.sight import policies as p

SENDERS = f"(sender_id = {p.ME} OR sender_team_id = {p.MY_DESKS})"
MY_HANDLING = f"(team_id = {p.MY_TEAMS} OR climbed_to_id = {p.ME})"
OPEN_TO_ME = f"(open_to_worker_id = {p.ME} OR open_to_team_id = {p.MY_DESKS})"
NOTICE_MINE = f"(sender_worker_id = {p.ME} OR sender_team_id = {p.MY_DESKS})"


def on_receivers_desk(table: str, more: str = "true") -> str:
    """The row's request is on a desk of mine."""
    return (
        f"EXISTS (SELECT 1 FROM requests_handling h WHERE h.request_id = {table}.request_id"
        f" AND (h.team_id = {p.MY_TEAMS} OR h.climbed_to_id = {p.ME}) AND {more})"
    )


def in_open_thread(table: str) -> str:
    """The row's request is one that I sent, and its thread is open."""
    return (
        f"EXISTS (SELECT 1 FROM requests_handling h WHERE h.request_id = {table}.request_id"
        f" AND (h.open_to_worker_id = {p.ME} OR h.open_to_team_id = {p.MY_DESKS}))"
    )


def sent_by_me(table: str) -> str:
    """The row's request is one that I sent."""
    return f"EXISTS (SELECT 1 FROM requests_request r WHERE r.id = {table}.request_id)"


def own_table(table: str, privileges: str, **rules: str) -> str:
    """Row security with one rule a command, and all for the relay."""
    parts = [p.enable(table), p.grant(table, privileges)]
    for command, rule in rules.items():
        parts.append(
            p.policy(
                table,
                f"{table}_{command}",
                role=p.APP,
                command=command.upper(),
                using="" if command == "insert" else rule,
                check="" if command == "select" else rule,
            )
        )
    parts.append(p.grant(table, "SELECT, INSERT, UPDATE", p.SYSTEM))
    parts.append(
        p.policy(table, f"{table}_relay", role=p.SYSTEM, command="ALL", using="true", check="true")
    )
    return "".join(parts) + p.loaded_by_import(table)


MINE = f"by_id = {p.ME}"
FORWARD = (
    own_table(
        "requests_request",
        "SELECT, INSERT, UPDATE",
        select=SENDERS,
        insert=f"sender_id = {p.ME} AND owner_id = (SELECT my_agency())",
        update=SENDERS,
    )
    + own_table(
        "requests_handling",
        "SELECT, UPDATE",
        select=f"{MY_HANDLING} OR {OPEN_TO_ME}",
        update=MY_HANDLING,
    )
    + own_table(
        "requests_notice",
        "SELECT, INSERT, UPDATE",
        select=f"{NOTICE_MINE} AND show_from <= now()",
        insert=on_receivers_desk("requests_notice"),
        update=f"{NOTICE_MINE} AND show_from <= now()",
    )
    + own_table(
        "requests_step",
        "SELECT, INSERT",
        select=f"{on_receivers_desk('requests_step')} OR {in_open_thread('requests_step')}",
        insert=f"{MINE} AND {on_receivers_desk('requests_step')}",
    )
    + own_table(
        "requests_message",
        "SELECT, INSERT",
        select=(
            f"({sent_by_me('requests_message')} AND (from_sender OR to_other_side))"
            f" OR ({on_receivers_desk('requests_message')} AND (NOT from_sender OR to_other_side))"
        ),
        insert=(
            f"{MINE} AND CASE WHEN from_sender THEN {sent_by_me('requests_message')}"
            # A receiver can't write to the sender of a masked request: the words could tell.
            f" WHEN to_other_side THEN {on_receivers_desk('requests_message', 'NOT h.masked')}"
            f" ELSE {on_receivers_desk('requests_message')} END"
        ),
    )
    + own_table(
        "requests_jointvisit",
        "SELECT, INSERT, UPDATE",
        select=f"{on_receivers_desk('requests_jointvisit')} OR {in_open_thread('requests_jointvisit')}",
        insert=(
            f"proposed_by_id = {p.ME} AND CASE WHEN from_sender THEN"
            f" {in_open_thread('requests_jointvisit')}"
            f" ELSE {on_receivers_desk('requests_jointvisit', 'NOT h.masked')} END"
        ),
        update=f"{on_receivers_desk('requests_jointvisit')} OR {in_open_thread('requests_jointvisit')}",
    )
    + p.read_by_definer("requests_handling")
)

POST = "tstzrange(NULL, w.left_on::timestamp AT TIME ZONE 'Europe/London')"
# The worker handling an open request about a person sees who the person is, and no more: what
# else they see is what the person consented to.
SOURCE = f"""
CREATE VIEW sight_from_request AS
  SELECT w.id AS worker_id, h.person_id, 1::smallint AS category,
         h.sender_agency_id AS owner_id,
         -- `greatest` leaves NULL out: an open request must stay without an end.
         tstzrange(h.arrived, CASE WHEN h.closed < h.arrived THEN h.arrived ELSE h.closed END)
           * coalesce(w.loop, 'empty') * {POST}
           AS valid,
         'request'::text AS source, h.id AS source_id
  FROM requests_handling h
  JOIN people_person p ON p.id = h.person_id
  JOIN agencies_worker w ON w.id = h.worker_id AND p.worker_id IS DISTINCT FROM w.id
  WHERE NOT h.masked AND h.state <> 'withdrawn';
ALTER VIEW sight_from_request OWNER TO lintel_sight;
"""
BEFORE = ["sight_from_patch", "sight_from_caseload", "sight_from_consent", "sight_from_override"]
TRIGGER = """
CREATE TRIGGER requests_handling_sight_new AFTER INSERT ON requests_handling
  FOR EACH ROW WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION sight_of_handling_changed();
CREATE TRIGGER requests_handling_sight AFTER UPDATE ON requests_handling FOR EACH ROW
  WHEN ((OLD.person_id, OLD.worker_id, OLD.masked, OLD.state = 'withdrawn', OLD.closed)
        IS DISTINCT FROM
        (NEW.person_id, NEW.worker_id, NEW.masked, NEW.state = 'withdrawn', NEW.closed))
  EXECUTE FUNCTION sight_of_handling_changed();
"""
FUNCTION = """
CREATE FUNCTION sight_of_handling_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM sight_recompute(array_remove(
    CASE WHEN TG_OP = 'INSERT' THEN ARRAY[NEW.person_id]
         ELSE ARRAY[OLD.person_id, NEW.person_id] END, NULL));
  RETURN NULL;
END $$;
"""
REVERSE = (
    "DROP TRIGGER requests_handling_sight ON requests_handling;"
    "DROP TRIGGER requests_handling_sight_new ON requests_handling;"
    "DROP FUNCTION sight_of_handling_changed();"
    + derive.derived_view(*BEFORE)
    + "DROP VIEW sight_from_request;"
    + "".join(
        p.unprotect(f"requests_{t}")
        for t in ("jointvisit", "message", "step", "notice", "handling", "request")
    )
)


class Migration(migrations.Migration):
    dependencies = [("requests", "0001_initial"), ("sharing", "0002_row_security")]
    operations = [
        p.run(
            FORWARD
            + SOURCE
            + derive.derived_view(*BEFORE, "sight_from_request")
            + FUNCTION
            + p.definer("sight_of_handling_changed()")
            + p.withhold("sight_of_handling_changed()")
            + TRIGGER,
            REVERSE,
        )
    ]
