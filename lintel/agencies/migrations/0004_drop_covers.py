"""Teams no longer say which postcodes they cover: their entries in the directory do.

Going back fills the column from the catchments, as far as it can hold them.
"""

from django.db import migrations

BACK = """
UPDATE agencies_team t SET covers = held.codes FROM (
  SELECT s.team_id, array_agg(DISTINCT left(code, 10)) AS codes
  FROM directory_service s JOIN directory_catchment c ON c.service_id = s.id,
    unnest(CASE c.kind WHEN 'whole' THEN '{*}' ELSE c.codes END) AS code
  WHERE c.kind IN ('whole', 'postcodes') AND NOT c.excluding
    AND (c.valid IS NULL OR c.valid @> current_date)
  GROUP BY s.team_id
) held WHERE held.team_id = t.id
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_sign_in"), ("directory", "0010_from_covers")]
    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, BACK),
        migrations.RemoveField(model_name="team", name="covers"),
    ]
