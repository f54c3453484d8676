"""What one agency leaves for the others is held by each of them (docs/adr/0021).

Who to contact if things go wrong must outlast the worker who wrote it, and their part in the
circle. So each agency in the circle is given its own copy, made by the system role.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

MEMBER, CONTACT = "plans_circlemember", "plans_ifthingsgowrong"

FORWARD = (
    p.grant(MEMBER, "SELECT", p.SYSTEM)
    + p.policy(MEMBER, f"{MEMBER}_tell", role=p.SYSTEM, command="SELECT", using="true")
    + p.grant(CONTACT, "SELECT, INSERT, UPDATE", p.SYSTEM)
    + p.policy(CONTACT, f"{CONTACT}_tell", role=p.SYSTEM, command="ALL", using="true", check="true")
    # A line that is no longer right is ended in every copy that is in sight, whoever's it is.
    + f"DROP POLICY {CONTACT}_changed ON {CONTACT};"
    + p.policy(
        CONTACT,
        f"{CONTACT}_changed",
        role=p.APP,
        command="UPDATE",
        using=f"held_key = {p.keys(C.PLAN)}",
        check=f"person_id = {p.PEOPLE}",
    )
)
WRITTEN = f"owner_id = (SELECT my_agency()) AND person_id = {p.PEOPLE}"
REVERSE = (
    f"DROP POLICY {CONTACT}_tell ON {CONTACT}; DROP POLICY {MEMBER}_tell ON {MEMBER};"
    f"REVOKE ALL ON {MEMBER}, {CONTACT} FROM {p.SYSTEM};"
    f"DROP POLICY {CONTACT}_changed ON {CONTACT};"
    + p.policy(
        CONTACT,
        f"{CONTACT}_changed",
        role=p.APP,
        command="UPDATE",
        using=f"held_key = {p.keys(C.PLAN)} AND {WRITTEN}",
        check=WRITTEN,
    )
)


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_row_security")]
    operations = [p.run(FORWARD, REVERSE)]
