"""The person's own words about their record are read by whoever may read all of it.

A summary is without what was written in words (docs/adr/0023): notes ask for all of a category,
and what stands beside them, or beside a fact, must ask for no less. A private landlord who is told
the facts alone would have read what somebody said to their housing officer.
"""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category

ALL = ",".join(str(int(category)) for category in Category)
MINE = "owner_id = (SELECT my_agency())"


def read_by(keys: str) -> str:
    """Who reads a remark, and who answers it: whose keys these are."""
    seen = f"held_key = ANY ((SELECT {keys}('{{{ALL}}}'::smallint[]))::bigint[])"
    return f"""
ALTER POLICY portal_remark_worker_select ON portal_remark USING ({seen});
ALTER POLICY portal_remark_worker_update ON portal_remark
  USING ({seen} AND {MINE} AND answered IS NULL AND answer = '')
  WITH CHECK ({MINE} AND answered_by_id = {p.ME});
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_remarks_on_facts"),
        ("config", "0009_spreading_plans"),
    ]
    operations = [p.run(read_by("sight_keys_full"), read_by("sight_keys"))]
