"""Load areas with their outlines from GeoJSON."""

from argparse import ArgumentParser, BooleanOptionalAction
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lintel.directory.management.commands.load_postcodes import listed
from lintel.directory.places_load import Refused, geojson, load_areas
from lintel.directory.places_load.choosing import Box
from lintel.directory.states import AreaKind

SHOWN = 50


def box(typed: str) -> Box:
    """West, south, east, north between commas."""
    west, south, east, north = (float(part) for part in typed.split(","))
    if west >= east or south >= north:
        raise ValueError(typed)
    return west, south, east, north


class Command(BaseCommand):
    """`lintel load-areas [FILE --kind ward --code WD25CD --name WD25NM] [--within E08000039]`."""

    help = "Load areas: the packaged LSOAs of 2011, or a GeoJSON file of the ONS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from, what of it, and whose it is."""
        parser.add_argument("file", type=Path, nargs="?", help="GeoJSON; none: LSOAs of 2011")
        parser.add_argument("--kind", choices=AreaKind.values)
        parser.add_argument("--code", help="the property with the code, like WD25CD")
        parser.add_argument("--name", help="the property with the name, like WD25NM")
        parser.add_argument("--parent", default="", help="the property with the council's code")
        parser.add_argument(
            "--within", type=listed, default=frozenset(), help="only of these councils (codes)"
        )
        parser.add_argument("--box", type=box, help="only what touches west,south,east,north")
        parser.add_argument(
            "--ours",
            action=BooleanOptionalAction,
            default=None,
            help="mark them as this partnership's, or not",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, printing progress, what was mended or left out, and the sums."""
        try:
            outcome = load_areas(
                self._layer(options),
                now=datetime.now(UTC),
                within=options["within"],
                box=options["box"],
                ours=options["ours"],
                progress=self.stdout.write,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for fault in outcome.faults[:SHOWN]:
            self.stdout.write(fault)
        if len(outcome.faults) > SHOWN:
            self.stdout.write(f"… and {len(outcome.faults) - SHOWN:,} more.")
        self.stdout.write(
            f"{outcome.taken:,} of {outcome.read:,} areas taken: {outcome.added:,} new, "
            f"{outcome.changed:,} changed; {outcome.mended:,} mended, {outcome.left_out:,} left "
            f"out. {outcome.postcodes:,} postcodes were placed in them."
        )

    def _layer(self, options: dict[str, Any]) -> geojson.Layer:
        if not options["file"]:
            return geojson.packaged()
        if not (options["kind"] and options["code"] and options["name"]):
            raise CommandError("With a file, say --kind, --code and --name.")
        return geojson.Layer(
            options["file"],
            AreaKind(options["kind"]),
            options["code"],
            options["name"],
            options["parent"],
        )
