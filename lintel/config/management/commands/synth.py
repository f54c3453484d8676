"""Fill an empty database with an invented area of any size."""

import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lintel.config.synth import Scale, generate


class Command(BaseCommand):
    """`lintel synth --people 1700000 --tenancies 250000 --workers 10000 --agencies 200`."""

    help = "Fill an empty database with an invented area, streamed to COPY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The size of the area, and the seed and day that make it the same again."""
        for name in ("people", "tenancies", "workers", "agencies", "seed"):
            parser.add_argument(f"--{name}", type=int, default=getattr(Scale, name))
        parser.add_argument("--today", type=datetime.fromisoformat, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate, printing progress by table."""
        started = time.monotonic()
        now = options["today"] or datetime.now(UTC)
        now = now if now.tzinfo else now.replace(tzinfo=UTC)

        def progress(table: str, count: int) -> None:
            self.stdout.write(f"{time.monotonic() - started:8.1f} s  {table}: {count:,}")

        try:
            scale = Scale(
                options["people"],
                options["tenancies"],
                options["workers"],
                options["agencies"],
                options["seed"],
            )
            generate(scale, now, progress)
        except ValueError as error:
            raise CommandError(str(error)) from error
