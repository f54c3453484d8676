"""Write the state machine of requests as a document: `lintel manage statemachine`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from lintel.requests.diagram import document

DOCUMENT = "docs/requests-states.md"


class Command(BaseCommand):
    """Writes docs/requests-states.md, or prints it with --print."""

    help = "write the states, verbs and clocks of requests as a document"

    def add_arguments(self, parser: CommandParser) -> None:
        """The command's own options."""
        parser.add_argument("--print", action="store_true", dest="shown", help="print it instead")

    def handle(self, *args: Any, shown: bool = False, **options: Any) -> None:
        """Write the document."""
        if shown:
            self.stdout.write(document(), ending="")
            return
        path = Path(settings.BASE_DIR) / DOCUMENT
        path.write_text(document(), encoding="utf-8")
        self.stdout.write(f"Wrote {DOCUMENT}")
