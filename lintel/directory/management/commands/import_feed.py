"""Read another directory's feed from a file or an address."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from lintel.directory.feeds.addresses import Refused, check_url
from lintel.directory.feeds.run import Busy, import_stream, import_url
from lintel.directory.models import Feed, FeedFault, FeedRun
from lintel.directory.states import FeedVersion, RunState
from lintel.kernel.actor import as_system

LISTED = 10_000


class Command(BaseCommand):
    """`lintel import feed FILE_OR_URL --feed NAME`."""

    help = "Read another directory’s feed (Open Referral UK 3.0 or v1) from a file or an address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to read, and as which feed."""
        parser.add_argument("source", help="a file, or an address that begins with https://")
        parser.add_argument("--feed", required=True, help="the feed's name; made if it is new")
        parser.add_argument("--shape", choices=FeedVersion.values, help="of a new feed: 3.0 or v1")
        parser.add_argument("--faults", action="store_true", help="list each fault by entry")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read it, and say what came of it."""
        source: str = options["source"]
        is_url = "://" in source
        if not is_url and not Path(source).is_file():
            raise CommandError(f"There is no file {source}.")
        feed = self._feed(options, check(source) if is_url else "")
        now = datetime.now(UTC)
        try:
            if is_url:
                run = import_url(feed, now=now)
            else:
                with Path(source).open("rb") as file:
                    run = import_stream(feed, file, now=now)
        except Busy:
            raise CommandError("This feed is being read already.") from None
        self._report(run, options["faults"])
        if run.state == RunState.STOPPED:
            raise CommandError(run.words)

    def _feed(self, options: dict[str, Any], url: str) -> Feed:
        with as_system():
            found = Feed.objects.filter(name__iexact=options["feed"]).first()
            if found is not None:
                # The address given counts for this reading only.
                found.url = url or found.url
                return found
            if not options["shape"]:
                raise CommandError(
                    f"There is no feed “{options['feed']}” yet. Say its --shape, 3.0 or v1, "
                    "to add it."
                )
            return Feed.objects.create(name=options["feed"], url=url, version=options["shape"])

    def _report(self, run: FeedRun, listed: bool) -> None:
        self.stdout.write(
            f"{run.read:,} read: {run.added:,} added, {run.changed:,} changed, "
            f"{run.unchanged:,} unchanged, {run.kept_out:,} kept out, {run.mended:,} mended, "
            f"{run.gone:,} gone. {run.words}"
        )
        faults = FeedFault.objects.filter(run=run)
        for row in faults.values("code").annotate(n=Count("pk")).order_by("-n", "code"):
            self.stdout.write(f"  {row['n']:6,}  {row['code']}")
        if listed:
            for fault in faults.order_by("pk")[:LISTED]:
                self.stdout.write(f"{fault.key}  {fault.name}  {fault.words}")


def check(url: str) -> str:
    """The address. Raises CommandError where it is none to fetch from."""
    try:
        return check_url(url)
    except Refused as refused:
        raise CommandError(refused.words) from None
