"""Who noted an admission goes with the stay when that is erased."""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.records import sql

ADMISSION = "hospital_admission"


class Migration(migrations.Migration):
    dependencies = [("records", "0009_mistaken_stays"), ("hospital", "0010_admission_security")]
    operations = [p.run(p.answered_for(ADMISSION) + sql.functions(), p.not_answered_for(ADMISSION))]
