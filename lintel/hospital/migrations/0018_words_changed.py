"""What a ward wrote in words is overwritten by whoever may read it, and by no one blindly."""

from importlib import import_module

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

READ = import_module("lintel.hospital.migrations.0017_words_in_full")
FORWARD = (
    "".join(p.changed_in_full(f"hospital_{table}", C.HOSPITAL_STAY) for table in READ.TABLES)
    + p.changed_in_full(READ.STAY, C.HOSPITAL_STAY, facts="ending_words = ''")
    + p.changed_in_full(READ.REVIEW, C.SUPPORT_NEEDS)
)
REVERSE = (
    "".join(p.changed_in_summary(f"hospital_{table}", C.HOSPITAL_STAY) for table in READ.TABLES)
    + p.changed_in_summary(READ.STAY, C.HOSPITAL_STAY)
    + p.changed_in_summary(READ.REVIEW, C.SUPPORT_NEEDS)
)


class Migration(migrations.Migration):
    dependencies = [("hospital", "0017_words_in_full")]
    operations = [p.run(FORWARD, REVERSE)]
