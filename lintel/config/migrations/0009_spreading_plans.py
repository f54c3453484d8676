"""Sight is made anew for some people or some workers by plans that read no more than theirs.

Measured on a whole area (docs/performance.md). For each person, the rules were joined with every
patch before the person's own tenancy was looked up: the planner knew of no relation between the
columns of a rule, and took sixteen rules for one. For each worker, everybody's consents were read:
the views named the worker by the last table that they joined. And what was and what must be were
compared each with each.
"""

import re
from importlib import import_module

from django.db import migrations

from lintel.kernel.sight import derive
from lintel.kernel.sight import policies as p

RULED = import_module("lintel.config.migrations.0007_sight_by_agreement")
PREVIEWED = import_module("lintel.config.migrations.0008_agreement_preview")
# The column that names the worker, where it is known first.
WORKERS = {
    "sight_from_patch": ("w.id AS worker_id", "held.worker_id"),
    "sight_from_consent": ("w.id AS worker_id", "a.worker_id"),
    "sight_from_basis": ("w.id AS worker_id", "a.worker_id"),
}
FUNCTIONS = [s for s in RULED.REPLACED if s.startswith(("sight_recompute", "sight_differences"))]


def views(*, first: bool) -> str:
    """The views of sight and those that preview it, with the worker named `first` or as before."""
    parts = []
    for source, (last, early) in WORKERS.items():
        found = re.search(rf"CREATE VIEW {source} AS.*?;", RULED.VIEWS, re.DOTALL)
        assert found is not None, source
        for text in (found.group(0), PREVIEWED.previewed(source)):
            assert text.count(last) == 1, source
            replaced = text.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
            parts.append(replaced.replace(last, early) if first else replaced)
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
