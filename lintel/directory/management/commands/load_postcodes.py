"""Load postcodes: the packaged list, or the ONS Postcode Directory."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lintel.directory.places_load import PostcodeOutcome, Refused, load_postcodes


def listed(typed: str) -> frozenset[str]:
    """Codes between commas."""
    return frozenset(code.strip().upper() for code in typed.split(",") if code.strip())


class Command(BaseCommand):
    """`lintel load-postcodes [--file ONSPD.zip] [--only S,SY] [--council E08000039]`."""

    help = "Load postcodes from the packaged list, or from the ONS Postcode Directory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from, and what of it."""
        parser.add_argument("--file", type=Path, help="the ONS's own file, ZIP or CSV")
        parser.add_argument("--only", type=listed, default=frozenset(), help="areas: S,SY")
        parser.add_argument(
            "--council", type=listed, default=frozenset(), help="ONS codes: E08000039,E07000035"
        )
        parser.add_argument(
            "--end-missing",
            action="store_true",
            help="mark what the list lacks as out of use, however much that is",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, printing progress and the sums."""
        started = monotonic()
        try:
            outcome = load_postcodes(
                now=datetime.now(UTC),
                file=options["file"],
                areas=options["only"],
                councils=options["council"],
                end_missing=options["end_missing"],
                progress=self.stdout.write,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self._sums(outcome, monotonic() - started)

    def _sums(self, outcome: PostcodeOutcome, seconds: float) -> None:
        self.stdout.write(
            f"{outcome.taken:,} postcodes in {seconds:.0f} s "
            f"({outcome.taken / max(seconds, 0.001):,.0f} a second): {outcome.added:,} new, "
            f"{outcome.changed:,} changed. {outcome.without_point:,} have no place on the map."
        )
        if outcome.left_out:
            self.stdout.write(
                f"{outcome.left_out:,} rows left out: Northern Ireland, the Crown dependencies, "
                "and what is no postcode of today."
            )
        if outcome.ended:
            self.stdout.write(f"{outcome.ended:,} are no longer in the list: marked as ended.")
        elif outcome.missing:
            self.stdout.write(
                f"{outcome.missing:,} postcodes here are not in the list. That is too many to be "
                "true, so they stay in use. To end them, run this again with --end-missing."
            )
