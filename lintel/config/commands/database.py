"""Which database a command works on: the one named by `DATABASE_URL`, or the embedded one."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lintel.kernel import roles
from lintel.kernel.embedded import Embedded

APP_URL = "DATABASE_URL"
OWNER_URL = "LINTEL_OWNER_DATABASE_URL"
DATABASE = "lintel"


def data_folder() -> Path:
    """Where the demo keeps everything: `LINTEL_DATA`, or `.lintel` in the current folder."""
    return Path(os.environ.get("LINTEL_DATA") or ".lintel").absolute()


@dataclass(frozen=True, slots=True)
class Database:
    """The addresses of one database, and its server where that is ours to run."""

    app_url: str
    owner_url: str
    server: Embedded | None = None

    def environment(self, *, owner: bool) -> Mapping[str, str]:
        """What a child process needs; the owner's address only where it migrates or maintains."""
        # Named in both cases: a child inherits what stands in our own environment.
        return {APP_URL: self.app_url, OWNER_URL: self.owner_url if owner else self.app_url}


@contextmanager
def opened() -> Iterator[Database]:
    """The database, running and with its roles while the context lasts.

    With `DATABASE_URL` set nothing is started or made: `lintel roles` does that, once. Raises
    EmbeddedError when the embedded server can't be started.
    """
    given = os.environ.get(APP_URL)
    if given:
        yield Database(given, os.environ.get(OWNER_URL, given))
        return
    with Embedded(data_folder() / "postgres") as server:
        roles.ensure_roles(server.superuser_dsn, DATABASE)
        yield Database(server.dsn(roles.APP, DATABASE), server.dsn(roles.OWNER, DATABASE), server)
