"""What the application may do with the libraries' tables: sign-in, sessions, content types.

None of them is about a person in the sense of sight; accounts belong to workers.
"""

from django.db import migrations

TABLES = [
    "django_session",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
]

FORWARD = (
    "".join(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO lintel_app;" for table in TABLES)
    + "GRANT SELECT ON django_migrations TO lintel_app;"
)
REVERSE = "".join(f"REVOKE ALL ON {table} FROM lintel_app;" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("account", "__latest__"),
        ("mfa", "__latest__"),
        ("socialaccount", "__latest__"),
        ("plans", "0002_row_security"),
    ]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
