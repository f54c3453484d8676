"""Where the server listens: a socket in a folder that only its user can enter.

A socket's path is at most about 100 bytes long. Where the data folder's is longer, the socket moves
to a private folder with a name that follows from the data folder's, so that others find it.
"""

import contextlib
import hashlib
import os
from pathlib import Path
from urllib.parse import quote

from lintel.kernel.embedded.account import Account

SHARED = Path("/tmp")  # noqa: S108
_LONGEST = 100 - len("/.s.PGSQL.5432.lock")


def folder_for(home: Path, account: Account) -> Path:
    """The socket's folder for a server in `home`; not made or checked here."""
    inside = home / "socket"
    if len(os.fsencode(inside)) <= _LONGEST:
        return inside
    mark = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]
    # Neither TMPDIR nor XDG_RUNTIME_DIR: every process that attaches must come to the same answer.
    # Others can write here too, so the folder's owner and mode are checked before it is used.
    return SHARED / f"lintel-{account.uid}-{mark}"


def tidy(sockets: Path, home: Path) -> None:
    """Remove the socket's folder where it stands apart from the data, and is empty."""
    if sockets.parent != home:
        with contextlib.suppress(OSError):
            sockets.rmdir()


def dsn(sockets: Path, role: str, dbname: str) -> str:
    """A libpq URL through the socket's folder."""
    return f"postgresql://{quote(role)}@/{quote(dbname)}?host={quote(str(sockets), safe='/')}"
