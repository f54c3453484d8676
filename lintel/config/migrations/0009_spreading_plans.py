"""Sight is made anew for some people or some workers by plans that read no more than theirs.

Measured on a whole area (docs/performance.md). For each person, the rules were joined with every
patch before the person's own tenancy was looked up: the planner knew of no relation between the
columns of a rule, and took sixteen rules for one. For each worker, everybody's consents were read,
and for each consent everybody's tenancies: the views named the worker and the person by another
table than the one to begin with, and "one of these" is not passed on from column to column as "this
one" is. And what was and what must be were compared each with each.
"""

import re
from importlib import import_module

from django.db import migrations

from lintel.kernel.sight import derive
from lintel.kernel.sight import policies as p

RULED = import_module("lintel.config.migrations.0007_sight_by_agreement")
PREVIEWED = import_module("lintel.config.migrations.0008_agreement_preview")
# What names the worker and the person: as before, and where the look-up is to begin. The columns
# are equal, by the very joins of the view.
SOURCES = {
    "sight_from_patch": [("w.id AS worker_id", "held.worker_id")],
    "sight_from_consent": [("w.id AS worker_id", "a.worker_id")],
    "sight_from_basis": [("w.id AS worker_id", "a.worker_id")],
}
TOLD = {
    "sharing_told": [
        (
            "'consent', a.person_id, a.giver_id, a.at_agency_id, a.category, a.purpose,\n"
            "         'consent', a.valid, m.worker_id, 'assigned', m.valid * x.valid",
            "'consent', x.person_id, a.giver_id, a.at_agency_id, a.category, a.purpose,\n"
            "         'consent', a.valid, x.worker_id, 'assigned', m.valid * x.valid",
        )
    ],
    "sharing_told_on_basis": [
        (
            """  JOIN (
    SELECT worker_id, team_id, level, valid, NULL::bigint AS person_id FROM sharing_place
    UNION ALL
    SELECT m.worker_id, m.team_id, 'assigned', m.valid * x.valid, x.person_id
    FROM agencies_membership m JOIN sharing_assigned x ON x.worker_id = m.worker_id
""",
            """  JOIN LATERAL (
    SELECT worker_id, team_id, level, valid, NULL::bigint AS person_id FROM sharing_place
    UNION ALL
    SELECT x.worker_id, m.team_id, 'assigned', m.valid * x.valid, x.person_id
    FROM agencies_membership m JOIN sharing_assigned x ON x.worker_id = m.worker_id
      AND x.person_id = b.person_id
""",
        )
    ],
}
FUNCTIONS = [s for s in RULED.REPLACED if s.startswith(("sight_recompute", "sight_differences"))]


def views(*, first: bool) -> str:
    """The views of sight and those that preview it, beginning `first` with what is asked for."""
    parts = []
    for name, changes in (TOLD | SOURCES).items():
        found = re.search(rf"CREATE VIEW {name} AS.*?;", RULED.VIEWS, re.DOTALL)
        assert found is not None, name
        texts = [found.group(0)] + ([PREVIEWED.previewed(name)] if name in SOURCES else [])
        for text in texts:
            for last, early in changes:
                assert last in text, (name, last)
                text = text.replace(last, early) if first else text
            parts.append(text.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1))
    return "\n".join(parts)


HANDED_OVER = "".join(p.definer(s) + p.withhold(s) for s in FUNCTIONS)
FORWARD = f"""
CREATE STATISTICS sharing_allowed_rules (mcv)
  ON use, basis, giver, receiver, level FROM sharing_allowed;
ALTER STATISTICS sharing_allowed_rules SET STATISTICS 1000;
ANALYZE sharing_allowed;
{views(first=True)}
{derive.recomputing(derive.WITH_DETAIL, compared=derive.BY_HASH)}
{HANDED_OVER}
"""
REVERSE = f"""
{derive.recomputing(derive.WITH_DETAIL)}
{HANDED_OVER}
{views(first=False)}
DROP STATISTICS sharing_allowed_rules;
"""


class Migration(migrations.Migration):
    dependencies = [("config", "0008_agreement_preview")]
    operations = [p.run(FORWARD, REVERSE)]
