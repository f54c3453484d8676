"""Who has looked, for the person; and the registers of what an agency answers for, for its leads.

The access record is read by the person whom a row is about, through `lintel_person`: never who
else was in a list with them (no privilege on that column), never a masked request's sending, and
by a carer as far as every category of the row is theirs to see (docs/adr/0027).
"""

from django.db import migrations

from lintel.kernel.sight import policies as p

LEADS = "ANY ((SELECT information_lead_agencies())::bigint[])"
OWN = f"owner_id = {LEADS}"
ACCESS_COLUMNS = (
    "id, at, verb, worker_id, worker_agency_id, integration_id, person_id, owner_id, categories,"
    " why, purpose, page"
)

FUNCTIONS = f"""
-- Whether a request is masked now: who sent it is nobody's to learn from the access record.
CREATE FUNCTION access_is_masked(ref text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce((SELECT h.masked FROM requests_handling h WHERE h.reference = ref),
                  (SELECT r.masked FROM requests_request r WHERE r.reference = ref), false)
$$;
-- Whether a carer may see that somebody looked: all that was seen is theirs to see, and the row
-- doesn't tell of a health service where they may not know which are involved.
CREATE FUNCTION access_for_carer(person bigint, seen text[], agency bigint, owner bigint)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT cardinality(seen) > 0 AND bool_and(coalesce(
      (person * 16 + array_position(ARRAY['identity', 'contact', 'tenancy', 'money',
        'support_needs', 'safety', 'health_involvement', 'health_detail', 'hospital_stay', 'plan',
        'enforcement'], c)) = ANY (held), false))
    AND ((person * 16 + 7) = ANY (held) OR NOT EXISTS (SELECT 1 FROM agencies_agency a
         WHERE a.id IN (agency, owner) AND a.kind = 'trust'))
  FROM unnest(seen) AS c, (SELECT subject_held()) AS mine(held)
  GROUP BY held
$$;
{p.definer("access_for_carer(bigint, text[], bigint, bigint)")}
{p.withhold("access_for_carer(bigint, text[], bigint, bigint)")}
GRANT EXECUTE ON FUNCTION access_for_carer(bigint, text[], bigint, bigint) TO {p.PERSON};
{p.records_function("access_is_masked(text)", to=p.PERSON)}
{p.answered_for("requests_request")}
{p.answered_for("requests_handling")}
"""
LOOKED = f"""
GRANT SELECT ({ACCESS_COLUMNS}) ON kernel_access TO {p.PERSON};
{
    p.policy(
        "kernel_access",
        "kernel_access_person",
        role=p.PERSON,
        command="SELECT",
        using=(
            f"verb <> 'denied' AND (person_id = {p.SELF}"
            " OR person_ids && (SELECT subject_self())::bigint[]"
            f" OR (person_id = {p.SUBJECTS} AND request_ref = ''"
            " AND access_for_carer(person_id, categories, worker_agency_id, owner_id)))"
            " AND NOT (verb = 'disclosed' AND request_ref <> '' AND access_is_masked(request_ref))"
        ),
    )
}
GRANT SELECT (person_id, at, access_id) ON kernel_listed TO {p.PERSON};
{
    p.policy(
        "kernel_listed",
        "kernel_listed_person",
        role=p.PERSON,
        command="SELECT",
        using=f"person_id = {p.SELF}",
    )
}
"""
QUESTION = f"""
{p.enable("records_question")}
{p.grant("records_question", "SELECT")}
GRANT UPDATE (answer, answered, answered_by_id) ON records_question TO {p.APP};
{p.policy("records_question", "question_lead", role=p.APP, command="SELECT", using=OWN)}
{
    p.policy(
        "records_question",
        "question_answered",
        role=p.APP,
        command="UPDATE",
        using=f"{OWN} AND answered IS NULL",
        check=f"{OWN} AND answered_by_id = {p.ME}",
    )
}
GRANT SELECT, INSERT ON records_question TO {p.PERSON};
GRANT USAGE ON SEQUENCE records_question_id_seq TO {p.PERSON};
{
    p.policy(
        "records_question",
        "question_mine",
        role=p.PERSON,
        command="SELECT",
        using=(
            f"person_id = {p.SELF}"
            f" OR (asked_by_id = (SELECT current_account()) AND person_id = {p.SUBJECTS})"
        ),
    )
}
{
    p.policy(
        "records_question",
        "question_asked",
        role=p.PERSON,
        command="INSERT",
        check=(
            f"person_id = {p.SUBJECTS} AND asked_by_id = (SELECT current_account())"
            " AND answered IS NULL AND climbed IS NULL AND EXISTS (SELECT 1 FROM kernel_access a"
            " WHERE a.id = access_id AND a.worker_id = records_question.worker_id"
            " AND a.worker_agency_id = records_question.owner_id)"
        ),
    )
}
GRANT SELECT ON records_question TO {p.SYSTEM};
GRANT UPDATE (climbed) ON records_question TO {p.SYSTEM};
{
    p.policy(
        "records_question",
        "question_climbs",
        role=p.SYSTEM,
        command="ALL",
        using="true",
        check="true",
    )
}
{p.answered_for("records_question")}
-- For the partnership lead: which agency is late, and nothing about anybody.
CREATE FUNCTION records_questions_late() RETURNS TABLE (agency_id integer, asked timestamptz,
  due timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT q.owner_id, q.asked, q.due FROM records_question q
  WHERE q.answered IS NULL AND q.climbed IS NOT NULL AND leads_partnership()
  ORDER BY q.due
$$;
GRANT EXECUTE ON FUNCTION leads_partnership(), information_lead_agencies(), current_worker()
  TO {p.RECORDS};
{p.records_function("records_questions_late()", to=p.APP)}
"""


def register(table: str, changed: str, by: str) -> str:
    """A register that an agency's information leads keep: only these columns ever change."""
    return (
        p.enable(table)
        + p.grant(table, "SELECT, INSERT")
        + f"GRANT UPDATE ({changed}) ON {table} TO {p.APP};"
        + p.policy(table, f"{table}_seen", role=p.APP, command="SELECT", using=OWN)
        + p.policy(
            table, f"{table}_added", role=p.APP, command="INSERT", check=f"{OWN} AND {by} = {p.ME}"
        )
        + p.policy(table, f"{table}_changed", role=p.APP, command="UPDATE", using=OWN, check=OWN)
        + p.answered_for(table)
    )


REGISTERS = (
    register(
        "records_copyrequest",
        "due_on, extended_words, done_on, done_words, done_by_id",
        "recorded_by_id",
    )
    + register("records_hold", "review_on, lifted, lifted_words, lifted_by_id", "placed_by_id")
    + register(
        "records_erasure",
        "state, decided, decided_by_id, decided_words",
        "recorded_by_id",
    )
    + f"""
{p.enable("records_due")}
{p.grant("records_due", "SELECT")}
GRANT UPDATE (decided, decided_at, decided_by_id, keep_words, keep_until) ON records_due TO {p.APP};
{p.policy("records_due", "records_due_seen", role=p.APP, command="SELECT", using=OWN)}
{
        p.policy(
            "records_due",
            "records_due_decided",
            role=p.APP,
            command="UPDATE",
            using=f"{OWN} AND erased IS NULL",
            check=f"{OWN} AND decided_by_id = {p.ME}",
        )
    }
GRANT SELECT ON records_due, records_hold, records_copyrequest, records_erasure TO {p.SYSTEM};
"""
    + "".join(
        p.policy(t, f"{t}_reminds", role=p.SYSTEM, command="SELECT", using="true")
        for t in ("records_due", "records_hold", "records_copyrequest", "records_erasure")
    )
    # Erasing keeps these rows as numbers: the functions empty their words (0003).
    + f"""
GRANT SELECT, INSERT, UPDATE, DELETE ON records_due TO {p.RECORDS};
GRANT USAGE ON SEQUENCE records_due_id_seq TO {p.RECORDS};
GRANT UPDATE ON records_erasure TO {p.RECORDS};
{
        p.policy(
            "records_due",
            "records_due_kept",
            role=p.RECORDS,
            command="ALL",
            using="true",
            check="true",
        )
    }
{
        p.policy(
            "records_erasure",
            "records_erasure_kept",
            role=p.RECORDS,
            command="UPDATE",
            using="true",
            check="true",
        )
    }
"""
)
TABLES = ["question", "copyrequest", "hold", "erasure", "due"]
REVERSE = (
    "DROP FUNCTION records_questions_late();"
    "DROP POLICY kernel_listed_person ON kernel_listed;"
    "DROP POLICY kernel_access_person ON kernel_access;"
    f"REVOKE ALL ON kernel_listed, kernel_access FROM {p.PERSON};"
    f"REVOKE SELECT ({ACCESS_COLUMNS}) ON kernel_access FROM {p.PERSON};"
    f"REVOKE SELECT (person_id, at, access_id) ON kernel_listed FROM {p.PERSON};"
    + "".join(p.unprotect(f"records_{t}") for t in TABLES)
    + p.not_answered_for("requests_request")
    + p.not_answered_for("requests_handling")
    + "DROP FUNCTION access_for_carer(bigint, text[], bigint, bigint);"
    "DROP FUNCTION access_is_masked(text);"
    f"REVOKE ALL ON FUNCTION leads_partnership(), information_lead_agencies(), current_worker()"
    f" FROM {p.RECORDS};"
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
        ("kernel", "0006_access_by_time"),
        ("requests", "0007_between_receivers"),
        ("sharing", "0006_agreement_security"),
        ("plans", "0004_accepted"),
    ]
    operations = [p.run(FUNCTIONS + LOOKED + QUESTION + REGISTERS, REVERSE)]
