"""Runs a Django management command on the right database."""

import os
from collections.abc import Sequence

from lintel.config.commands.database import opened

SETTINGS = "lintel.config.settings"

OURS = {
    "verify-record": ("verify_record", "check that nothing in the access record was changed"),
    "seal-record": ("seal_record", "seal the access record now and print its head"),
    "recompute-sight": ("recompute_sight", "make who sees what follow from its sources again"),
    "synth": ("synth", "make an invented area of any size"),
    "load-postcodes": ("load_postcodes", "load real postcodes, or what is new of them"),
    "load-areas": ("load_areas", "load areas with their outlines: LSOAs, wards, councils, places"),
    "worker": ("procrastinate", "run the jobs until stopped"),
}
"""Our commands that are Django's underneath: the word on the command line, its name, its help."""

IMPORTS = {"tenancies": "import_tenancies", "feed": "import_feed"}
"""What can be imported: the word after `lintel import`, and the command's name."""


def run(arguments: Sequence[str]) -> int:
    """Run the management command in this process; the embedded server runs meanwhile if needed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    with opened() as database:
        os.environ.update(database.environment(owner=True))
        from django.core.management import execute_from_command_line

        execute_from_command_line(["lintel manage", *arguments])
    return 0


def migrate() -> int:
    """Bring the tables up to date, as their owner."""
    return run(["migrate", "--database=owner", "--noinput"])
