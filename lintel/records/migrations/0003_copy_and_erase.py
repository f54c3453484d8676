"""Copies, schedules and erasing: what `lintel_records` may, and the functions that run as it."""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.records import sql

# `requests_request` and `requests_handling` are in 0002, and so are our own tables.
ERASED = [
    "people_tenancy",
    "people_rentaccount",
    "people_contactpoint",
    "people_involvement",
    "people_note",
    "plans_circlemember",
    "plans_ifthingsgowrong",
    "plans_told",
    "portal_ask",
    "portal_invitation",
    "portal_remark",
    "portal_wish",
    "sharing_overrideask",
    "sharing_overridenotice",
    "sharing_overridereview",
    "sharing_consent",
    "sharing_consentline",
    "sharing_consentpaper",
    "sharing_override",
    "sharing_otherbasis",
    "sharing_viewer",
    "sharing_heldback",
    "requests_notice",
    "requests_step",
    "requests_message",
    "requests_jointvisit",
]
READ = ["people_person", "kernel_access", "kernel_listed", "sharing_agreement", "sharing_rule"]
# Columns that refer to what is erased, emptied first; and who a person was, at the last.
EMPTIED = {
    "people_note": "corrects_id",
    "requests_request": "consent_id, follows_id",
    "people_person": "name, known_as, born, died, worker_id",
}
OPEN = "agencies_agency, agencies_team, agencies_worker, people_home"

GRANTS = (
    "".join(p.answered_for(t) for t in ERASED)
    + "".join(p.answered_for(t, erased=False) for t in READ)
    + "".join(
        f"GRANT UPDATE ({columns}) ON {t} TO {p.RECORDS};"
        + p.policy(t, f"{t}_emptied", role=p.RECORDS, command="UPDATE", using="true", check="true")
        for t, columns in EMPTIED.items()
    )
    + f"GRANT SELECT ON {OPEN} TO {p.RECORDS};"
    + f"GRANT EXECUTE ON FUNCTION fold_words(text[]) TO {p.RECORDS};"
)
# That a record was opened for safety is shown unless a review put off telling it.
SHOWN = (
    f"verb <> 'denied' AND (person_id = {p.SELF} OR person_ids && (SELECT subject_self())::bigint[]"
    f" OR (person_id = {p.SUBJECTS} AND request_ref = ''"
    " AND access_for_carer(person_id, categories, worker_agency_id, owner_id)))"
    " AND NOT (verb = 'disclosed' AND request_ref <> '' AND access_is_masked(request_ref))"
)
LOOKED = (
    f"ALTER POLICY kernel_access_person ON kernel_access USING ({SHOWN}"
    " AND NOT (verb = 'overrode' AND access_not_told(person_id, worker_id, at)));"
)
REVERSE = (
    f"ALTER POLICY kernel_access_person ON kernel_access USING ({SHOWN});"
    + sql.no_functions()
    + "".join(f"DROP POLICY {t}_emptied ON {t};" for t in EMPTIED)
    + "".join(f"REVOKE UPDATE ({c}) ON {t} FROM {p.RECORDS};" for t, c in EMPTIED.items())
    + "".join(p.not_answered_for(t) for t in [*ERASED, *READ])
    + f"REVOKE ALL ON {OPEN} FROM {p.RECORDS};"
    + f"REVOKE ALL ON FUNCTION fold_words(text[]) FROM {p.RECORDS};"
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_row_security"),
        ("sharing", "0012_override_security"),
        ("portal", "0003_row_security"),
        ("plans", "0005_told"),
    ]
    operations = [p.run(GRANTS + sql.functions() + LOOKED, REVERSE)]
