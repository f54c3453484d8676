"""`lintel recompute-sight`: make sight what its sources say, or only check that it is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from lintel.sharing import upkeep


class Command(BaseCommand):
    """Safe to run at any time: readers are not stopped, and nothing changes where all is well."""

    help = "Recompute who sees what from its sources; with --check, only say what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--check`, and which database (the owner's)."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if it differs"
        )
        parser.add_argument("--database", default="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check or recompute, and say how it went."""
        connection = connections[options["database"]]
        if not options["check"]:
            changed = upkeep.recompute(connection)
            self.stdout.write(f"{changed} rows of sight put right")
            return
        found = upkeep.differences(connection)
        if found:
            said = ", ".join(f"{count} {fault}" for fault, count in found.items())
            raise CommandError(f"Sight differs from its sources: {said}. Run without --check.")
        self.stdout.write("Sight is what its sources say")
