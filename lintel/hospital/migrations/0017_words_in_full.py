"""What a ward wrote in words is read by whoever may read all of a stay; a summary has where and when.

Whole tables, but for the stay itself: a row of it without words stays in sight of a summary.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

TABLES = ("questions", "step", "meeting", "waiting", "notice", "absence", "placement")
STAY, REVIEW = "hospital_stay", "hospital_review"
FORWARD = (
    "".join(p.read_in_full(f"hospital_{table}", C.HOSPITAL_STAY) for table in TABLES)
    + p.read_in_full(STAY, C.HOSPITAL_STAY, facts="ending_words = ''")
    + p.read_in_full(REVIEW, C.SUPPORT_NEEDS)
)
REVERSE = (
    "".join(p.read_in_summary(f"hospital_{table}", C.HOSPITAL_STAY) for table in TABLES)
    + p.read_in_summary(STAY, C.HOSPITAL_STAY)
    + p.read_in_summary(REVIEW, C.SUPPORT_NEEDS)
)


class Migration(migrations.Migration):
    dependencies = [("hospital", "0016_outside_mail"), ("config", "0009_spreading_plans")]
    operations = [p.run(FORWARD, REVERSE)]
