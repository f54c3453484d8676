"""A stay that was noted by mistake: it blocks no other, counts in no figure, and says so.

The constraint that leaves it out is made before the former one goes, so that no moment is without
one; its index is of one row a stay, and made in about a second for ten years of a large trust.
"""

from importlib import import_module

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

import lintel.hospital.models
from lintel.kernel.sight import policies as p

FIGURES = import_module("lintel.hospital.migrations.0006_figures_security")
LENGTHS = FIGURES.LENGTHS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
COUNTED = "WHERE s.owner_id"
NOT_MISTAKEN = "WHERE s.ending <> 'mistake' AND s.owner_id"
assert COUNTED in LENGTHS
LENGTHS_OF = "hospital_stay_lengths(date, date)"

TAKEN_BACK = f"""
-- That a stay was taken back, when, and on which ward: for members of its wards, who see the
-- person no more, and for whoever sees the row.
CREATE FUNCTION hospital_taken_back(stay bigint, OUT at timestamptz, OUT ward text)
RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT s.ended, t.name FROM hospital_stay s JOIN agencies_team t ON t.id = s.ward_id
  WHERE s.id = stay AND s.ending = 'mistake'
    AND ((s.owner_id = my_agency() AND EXISTS (
           SELECT 1 FROM hospital_wardspell w WHERE w.stay_id = s.id
           AND w.ward_id = ANY (my_teams())))
         OR s.held_key = ANY (sight_keys('{{9}}'::smallint[])))
$$;
{p.definer("hospital_taken_back(bigint)")}
"""
# A version that knows of no mistake reads such a stay as one that took no time.
UNKNOWN = """
ALTER TABLE hospital_stay NO FORCE ROW LEVEL SECURITY;
UPDATE hospital_stay SET ending = 'other_hospital', ending_words = 'Noted by mistake',
  ended = admitted WHERE ending = 'mistake';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE hospital_stay FORCE ROW LEVEL SECURITY;
"""


def once(name: str, **more: object) -> django.contrib.postgres.constraints.ExclusionConstraint:
    """One stay at a time."""
    return django.contrib.postgres.constraints.ExclusionConstraint(
        expressions=[
            ("owner", "="),
            ("person", "="),
            (
                lintel.hospital.models._During(
                    "admitted", "ended", django.contrib.postgres.fields.ranges.RangeBoundary()
                ),
                "&&",
            ),
        ],
        name=name,
        **more,  # type: ignore[arg-type]
    )


class Migration(migrations.Migration):
    dependencies = [("hospital", "0007_unmet")]
    operations = [
        migrations.AlterField(
            "stay",
            "ending",
            models.CharField(
                blank=True, choices=lintel.hospital.models.Ending.choices, max_length=16
            ),
        ),
        migrations.AddConstraint(
            "stay",
            once("stay_one_at_a_time", condition=models.Q(("ending", "mistake"), _negated=True)),
        ),
        migrations.RemoveConstraint("stay", "stay_once_at_a_time"),
        p.run(
            LENGTHS.replace(COUNTED, NOT_MISTAKEN) + p.definer(LENGTHS_OF) + TAKEN_BACK,
            "DROP FUNCTION hospital_taken_back(bigint);" + LENGTHS + p.definer(LENGTHS_OF),
        ),
        # Last, so that it is undone first: before the former constraint is there again.
        p.run(migrations.RunSQL.noop, UNKNOWN),
    ]
