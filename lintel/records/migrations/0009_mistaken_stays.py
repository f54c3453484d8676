"""A copy says of a stay that was noted by mistake that it was."""

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.records import sql


class Migration(migrations.Migration):
    dependencies = [("records", "0008_untold"), ("hospital", "0008_mistake")]
    operations = [p.run(sql.functions())]
