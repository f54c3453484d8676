"""Where no agency holds anything about somebody any more, how their account was reached goes too.

An address or phone for codes, and keys, of accounts that saw their page and nobody else's.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.records import sql

REACH, CODE, KEY, USER = "portal_reach", "portal_code", "mfa_authenticator", "agencies_user"
ACCOUNT = "id, is_active, sign_in_epoch"
FORWARD = (
    p.answered_for(REACH)
    # These are not about a person, and under no row security.
    + f"GRANT SELECT (id, reach_id), DELETE ON {CODE} TO {p.RECORDS};"
    + f"GRANT SELECT (id, user_id), DELETE ON {KEY} TO {p.RECORDS};"
    + f"GRANT SELECT ({ACCOUNT}), UPDATE (is_active, sign_in_epoch) ON {USER} TO {p.RECORDS};"
    + sql.functions()
)
REVERSE = p.not_answered_for(REACH) + "".join(
    f"REVOKE ALL ON {table} FROM {p.RECORDS};" for table in (CODE, KEY, USER)
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0010_admissions"),
        ("portal", "0007_answerers"),
        ("config", "0009_spreading_plans"),
    ]
    operations = [p.run(FORWARD, REVERSE)]
