"""Import a landlord's tenancies from a CSV or XLSX file."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lintel.agencies.models import Agency
from lintel.people.imports import FileRefused, import_tenancies
from lintel.people.imports.columns import COLUMNS


class Command(BaseCommand):
    """`lintel import tenancies FILE --landlord shethernley-homes`."""

    help = "Import a landlord's tenancies from a CSV or XLSX file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, whose it is, and where the report goes."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--landlord", help="the landlord's short name (slug)")
        parser.add_argument("--mapping", type=Path, help="TOML: their column name = ours")
        parser.add_argument("--report", type=Path, help="CSV by row; FILE.report.csv by default")
        parser.add_argument(
            "--dry-run", action="store_true", help="check and report, write nothing"
        )
        parser.add_argument("--columns", action="store_true", help="list the columns and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, printing progress and the sums."""
        if options["columns"]:
            for column in COLUMNS:
                need = "required" if column.required else "optional"
                self.stdout.write(f"{column.name:20} {need:9} {column.words}")
            return
        if not options["file"] or not options["landlord"]:
            raise CommandError("Name the file, and the landlord with --landlord.")
        agency = Agency.objects.using("owner").filter(slug=options["landlord"]).first()
        if agency is None:
            raise CommandError(f"There is no agency with the short name {options['landlord']}.")
        report = options["report"] or options["file"].with_suffix(".report.csv")
        try:
            outcome = import_tenancies(
                options["file"],
                agency_id=agency.pk,
                now=datetime.now(UTC),
                mapping=options["mapping"],
                report=report,
                dry_run=options["dry_run"],
                progress=lambda rows: self.stdout.write(f"{rows:,} rows read"),
            )
        except FileRefused as refused:
            raise CommandError(f"Nothing was imported. {refused}") from refused
        self.stdout.write(
            f"{outcome.accepted:,} rows accepted, {outcome.corrected:,} corrected, "
            f"{outcome.refused:,} refused. Report: {report}"
        )
        for table, count in outcome.changed.items():
            self.stdout.write(f"  {table}: {count:,} written")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was kept.")
