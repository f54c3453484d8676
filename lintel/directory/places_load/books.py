"""Keeps the books of a load (`GeographyLoad`), and lets one load run at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connections

from lintel.directory.models import GeographyLoad
from lintel.directory.states import RunState

LOCK = "SELECT pg_try_advisory_lock(hashtext('lintel load of geography'))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('lintel load of geography'))"


class Refused(ValueError):
    """The file, or what was asked for, can't be taken as a whole; nothing was changed."""


class Busy(Refused):
    """Another load is running."""


@contextmanager
def kept(what: str, source: str, *, now: datetime, alias: str) -> Iterator[GeographyLoad]:
    """A line in the books for the time of a load. Raises Busy when another is running.

    A line that still says "running" when no load runs is of one that was killed: it is closed.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            raise Busy("Another load is running. Try again when it is done.")
        try:
            lines = GeographyLoad.objects.using(alias)
            lines.filter(state=RunState.RUNNING).update(state=RunState.STOPPED)
            line = lines.create(what=what[:40], source=source[:200], started=now)
            try:
                yield line
            except BaseException:
                _close(line, RunState.STOPPED, alias)
                raise
            _close(line, RunState.DONE, alias)
        finally:
            if not connections[alias].needs_rollback:
                cursor.execute(UNLOCK)


def note(line: GeographyLoad, rows: int) -> None:
    """Write down how far the load is."""
    line.rows = rows
    line.save(update_fields=["rows"])


def _close(line: GeographyLoad, state: RunState, alias: str) -> None:
    if connections[alias].needs_rollback:
        return
    line.state = state
    line.ended = datetime.now(UTC)
    line.save(update_fields=["state", "ended", "rows"])
