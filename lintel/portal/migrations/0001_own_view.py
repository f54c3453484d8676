"""What a person sees of themselves, and whoever they let look: the policies of `lintel_person`.

Each table's rows are seen by category, as the permission (`sharing_viewer`) says. No policy of a
worker's changes. Requests are not here: what services ask one another is told by them.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

SEEN = {
    "people_tenancy": C.TENANCY,
    "people_rentaccount": C.MONEY,
    "people_contactpoint": C.CONTACT,
    "people_involvement": "category",
    "plans_ifthingsgowrong": C.PLAN,
}
PERSON = p.grant("people_person", "SELECT", p.PERSON) + p.policy(
    "people_person",
    "people_person_person",
    role=p.PERSON,
    command="SELECT",
    using=f"id = {p.SUBJECTS}",
)
# One entry can be held back from the person, for a reason that is looked at again.
NOTES = p.seen_by_person(
    "people_note",
    "category",
    more="NOT (id = ANY ((SELECT subject_held_back())::bigint[]))",
)
# Who was asked and has not said yes is nobody in the circle.
CIRCLE = p.seen_by_person("plans_circlemember", C.PLAN, more="accepted IS NOT NULL")
# What was said yes and no to: the person's alone, and a carer's as far as they may see that.
LINES = p.seen_by_person("sharing_consentline", "category")
CONSENTS = p.seen_by_person(
    "sharing_consent",
    more=f"(person_id = {p.SELF} OR EXISTS (SELECT 1 FROM sharing_consentline l"
    " WHERE l.consent_id = sharing_consent.id))",
)
# Who works where, by name: what every letter of theirs says. Not their accounts.
AROUND = f"""
GRANT SELECT ON agencies_agency, agencies_team, people_home TO {p.PERSON};
GRANT SELECT (id, agency_id, name, job_title, phone, left_on) ON agencies_worker TO {p.PERSON};
"""

FORWARD = (
    PERSON
    + "".join(p.seen_by_person(table, category) for table, category in SEEN.items())
    + NOTES
    + CIRCLE
    + LINES
    + CONSENTS
    + AROUND
)
TABLES = [
    "people_person",
    *SEEN,
    "people_note",
    "plans_circlemember",
    "sharing_consentline",
    "sharing_consent",
]
REVERSE = (
    "".join(f"DROP POLICY {t}_person ON {t}; REVOKE ALL ON {t} FROM {p.PERSON};" for t in TABLES)
    + f"REVOKE ALL ON agencies_agency, agencies_team, people_home FROM {p.PERSON};"
    + "REVOKE SELECT (id, agency_id, name, job_title, phone, left_on) ON agencies_worker"
    + f" FROM {p.PERSON};"
)


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0004_accepted"),
        ("sharing", "0006_agreement_security"),
        ("people", "0003_searched_words"),
    ]
    operations = [p.run(FORWARD, REVERSE)]
