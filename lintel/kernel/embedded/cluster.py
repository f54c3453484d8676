"""The data folder of the server: made in one step, configured at each start."""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from lintel.kernel.embedded.account import Account, own_account
from lintel.kernel.embedded.binaries import Binaries
from lintel.kernel.embedded.errors import EmbeddedError
from lintel.kernel.embedded.process import run_to_end

SUPERUSER = "postgres"
PEERS = (SUPERUSER, "lintel_owner", "lintel_app")
"""The database roles that the operating-system user of the folder may sign in as."""

_MEBIBYTE = 1024 * 1024

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",  # No TCP at all.
    "unix_socket_permissions": "0700",
    "port": "5432",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",  # Compiling costs more than our short queries take.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",  # The supervisor reads them.
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    "log_startup_progress_interval": "2s",  # How the supervisor sees recovery progress.
    # Statements and details of errors quote the data; a log must hold nothing about a person.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}


def shared_memory_type() -> str:
    """`posix`, or `mmap` where /dev/shm is small: containers give 64 MB, and queries then fail."""
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108 - only its size is read
    except OSError:
        return "mmap"
    return "posix" if found.f_blocks * found.f_frsize >= 512 * _MEBIBYTE else "mmap"


def initialise(data: Path, *, binaries: Binaries, account: Account, durable: bool) -> None:
    """Make the cluster beside `data`, then rename it: a killed start leaves nothing half made.

    Raises EmbeddedError with the program's own words when it fails (for example, disk full).
    """
    for left_over in data.parent.glob(f"{data.name}.new-*"):
        _clear(left_over)
    made = data.parent / f"{data.name}.new-{secrets.token_hex(4)}"
    made.mkdir(mode=0o700)
    if account.is_other:
        os.chown(made, account.uid, account.gid)
    command = [
        binaries.program("initdb"),
        f"--pgdata={made}",
        f"--username={SUPERUSER}",
        "--auth=peer",
        "--encoding=UTF8",
        "--no-instructions",
        "--data-checksums",
    ]
    if binaries.major >= 17:
        # The builtin provider doesn't change with the machine's C library, so indexes stay right.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    else:
        command += ["--locale=C.UTF-8"]
    if not durable:
        command.append("--no-sync")
    try:
        run_to_end(command, account=account)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(made, ignore_errors=True)
        words = str(error.output).strip().splitlines()[-3:]
        raise EmbeddedError("The database folder could not be made: " + " ".join(words)) from error
    made.rename(data)
    if durable:
        _sync_folder(data.parent)


def _clear(folder: Path) -> None:
    """Remove what a killed start left; its last child may still write there for a moment."""
    for _ in range(60):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_version(data: Path, binaries: Binaries) -> None:
    """Raise EmbeddedError when the data was made by another major version of PostgreSQL."""
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(binaries.major):
        raise EmbeddedError(
            f"The data in {data} was made by PostgreSQL {made_by}, and the installed programs are "
            f"PostgreSQL {binaries.major}. Nothing was changed. See docs/operations.md, "
            "“A new major version of PostgreSQL”."
        )


def configure(data: Path, *, sockets: Path, account: Account, extra: Mapping[str, str]) -> None:
    """Write settings and access rules: ours at each start, so that an upgrade's apply."""
    settings = dict(SETTINGS)
    settings["unix_socket_directories"] = str(sockets)
    settings["dynamic_shared_memory_type"] = shared_memory_type()
    settings.update(extra)
    lines = [f"{name} = {_quoted(value)}\n" for name, value in settings.items()]
    _write(data / "lintel.conf", "".join(lines), account)
    _write(data / "postgresql.conf", "include 'lintel.conf'\n", account)
    _write(data / "pg_hba.conf", "local all all peer map=lintel\n", account)
    people = dict.fromkeys([account.name, own_account().name])
    peers = [f'lintel "{person}" {role}\n' for person in people for role in PEERS]
    _write(data / "pg_ident.conf", "".join(peers), account)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _write(path: Path, text: str, account: Account) -> None:
    """Replace a file in one step, readable by the server's user alone."""
    made = path.with_name(path.name + ".new")
    made.unlink(missing_ok=True)
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        if account.is_other:
            os.fchown(file.fileno(), account.uid, account.gid)
    made.replace(path)
