"""Who is told that a remark waits for an answer: those of the agency who may read it, no others."""

from importlib import import_module

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import ALL_OF_IT

BEFORE = import_module("lintel.portal.migrations.0005_remarks_on_facts")
SIGNATURE = BEFORE.SIGNATURE
ANY_SIGHT = BEFORE.ANSWERERS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
SEEN = "s.category = facts"
assert SEEN in ANY_SIGHT
ALL_SEEN = ANY_SIGHT.replace(SEEN, f"{SEEN} AND s.detail = {ALL_OF_IT}")


class Migration(migrations.Migration):
    dependencies = [("portal", "0006_remarks_in_full")]
    operations = [p.run(ALL_SEEN, ANY_SIGHT)]
