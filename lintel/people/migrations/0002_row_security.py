"""Every table about a person goes under row security (docs/adr/0007)."""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

HELD = {
    "people_tenancy": ((C.TENANCY,), False),
    "people_rentaccount": ((C.MONEY,), False),
    "people_contactpoint": ((C.CONTACT,), True),
    "people_involvement": ((C.HEALTH_INVOLVEMENT, C.SUPPORT_NEEDS), True),
    "people_note": ((), True),
}
OPEN = ["people_patch", "people_patchofficer", "people_home"]

FORWARD = (
    p.enable("people_person")
    + p.grant("people_person", "SELECT, UPDATE")
    + p.policy(
        "people_person", "person_seen", role=p.APP, command="SELECT", using=f"id = {p.PEOPLE}"
    )
    + p.policy(
        "people_person",
        "person_changed",
        role=p.APP,
        command="UPDATE",
        using=f"id = {p.PEOPLE}",
        check=f"id = {p.PEOPLE}",
    )
    + p.read_by_definer("people_person")
    + p.loaded_by_import("people_person")
    + "".join(p.held(t, *categories, writes=writes) for t, (categories, writes) in HELD.items())
    + "".join(
        p.grant(t, "SELECT, INSERT, UPDATE")
        + p.grant(t, "SELECT", p.SIGHT)
        + p.grant(t, "SELECT", p.SYSTEM)
        + p.grant(t, "SELECT, INSERT, UPDATE", p.IMPORT)
        for t in OPEN
    )
)
REVERSE = "".join(p.unprotect(t) for t in ["people_person", *HELD]) + "".join(
    f"REVOKE ALL ON {t} FROM {p.APP}, {p.SIGHT}, {p.SYSTEM}, {p.IMPORT};" for t in OPEN
)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("agencies", "0002_functions")]
    operations = [p.run(FORWARD, REVERSE)]
