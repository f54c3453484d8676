"""Whoever may read what was agreed changes it; who left, also where only their own place is seen.

A line of who to contact is ended in every copy in sight, whoever's it is (0003).
"""

from importlib import import_module

from django.db import migrations

from lintel.kernel.sight import policies as p
from lintel.kernel.sight.states import Category as C

BEFORE = import_module("lintel.plans.migrations.0004_accepted")
READ = import_module("lintel.plans.migrations.0006_words_in_full")


def changed_by(place: str, line: str) -> str:
    """Who changes a place in a circle, and a line of who to contact."""
    return (
        f"ALTER POLICY {READ.MEMBER}_changed ON {READ.MEMBER}"
        f" USING (({place} AND accepted IS NOT NULL) OR ({BEFORE.ASKED_BY_ME}));"
        f"ALTER POLICY {READ.CONTACT}_changed ON {READ.CONTACT} USING ({line});"
    )


class Migration(migrations.Migration):
    dependencies = [("plans", "0006_words_in_full")]
    operations = [
        p.run(
            changed_by(READ.ALL, f"held_key = {p.full_keys(C.PLAN)}"),
            changed_by(BEFORE.SEEN, BEFORE.SEEN),
        )
    ]
