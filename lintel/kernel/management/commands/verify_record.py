"""`lintel verify-record`: is the record as it was sealed?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from lintel.kernel import record
from lintel.kernel.actor import as_system
from lintel.kernel.verification import parse_heads, verify


class Command(BaseCommand):
    """Prints every finding and ends with 1 if there is one; prints the head to keep elsewhere."""

    help = "Find any change, deletion or insertion in the access record and the events."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            default="",
            help="a head printed earlier, such as 'access:12:ab.. event:9:cd..'",
        )

    def handle(self, *args: Any, head: str, **options: Any) -> None:
        try:
            parse_heads(head)
        except ValueError as error:
            raise CommandError(f"The head can't be read: {error}", returncode=2) from error
        with as_system(), connection.cursor() as cursor:
            findings = verify(cursor, head, now=timezone.now())
        for finding in findings:
            self.stdout.write(str(finding))
        self.stdout.write(f"head: {record.head() or 'nothing sealed yet'}")
        if findings:
            raise CommandError(f"The record is not as it was sealed: {len(findings)} findings.")
        self.stdout.write("The record is as it was sealed. Keep the head outside this machine.")
