"""`lintel demo`: everything that a first look needs, started and stopped together."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from lintel.config.commands.children import Child, Children
from lintel.config.commands.database import Database, data_folder, opened
from lintel.kernel.embedded import EmbeddedError
from lintel.kernel.embedded.process import die_with_parent

READY_WITHIN = 60.0
LOOK_EVERY = 0.5


class Stop(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def run(*, port: int, host: str) -> int:
    """Serve the demonstration at `host:port` until told to stop; return the exit code."""
    data = data_folder()
    if taken := _port_taken(host, port):
        print(taken, file=sys.stderr)
        return 1
    data.mkdir(mode=0o711, parents=True, exist_ok=True)
    _listen_for_stop()
    try:
        with _only_one(data), opened() as database:
            _prepare({**_environment(data, port), **database.environment(owner=True)})
            _serve(database, data, host, port)
    except Stop:
        return 0
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError:
        print("The database or the pages could not be made ready (above).", file=sys.stderr)
        return 1
    return 0


def _listen_for_stop() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        # A second signal must not interrupt the stopping.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stop

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def _port_taken(host: str, port: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"Port {port} can't be used ({error.strerror}). Try: make demo PORT={port + 1}"
    return ""


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    with (data / "demo.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                f"A demo already runs on {data}. Stop it, or set LINTEL_DATA to another folder."
            ) from None
        yield


def _environment(data: Path, port: int) -> dict[str, str]:
    """The demo's settings; what is already in the environment wins, but for the demo itself."""
    defaults = {
        "LINTEL_PUBLIC_URL": f"http://localhost:{port}",
        "LINTEL_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "LINTEL_EMAIL_FOLDER": str(data / "mail"),
        "LINTEL_STATIC_ROOT": str(data / "static"),
        "DJANGO_SETTINGS_MODULE": "lintel.config.settings",
    }
    kept = {name: os.environ.get(name, value) for name, value in defaults.items()}
    return {**kept, "LINTEL_DEMO": "1"}


def _prepare(environment: Mapping[str, str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "lintel.config.commands.prepare"],
        env={**os.environ, **environment},
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    try:
        code = process.wait()
    except Stop:
        process.terminate()
        process.wait()
        raise
    if code:
        raise subprocess.CalledProcessError(code, "prepare")


def _children(environment: Mapping[str, str], host: str, port: int) -> Children:
    web = [
        *(sys.executable, "-m", "gunicorn", "lintel.config.wsgi:application"),
        *("--bind", f"{host}:{port}", "--workers", "2", "--worker-class", "sync"),
        *("--graceful-timeout", "5", "--timeout", "60", "--no-control-socket"),
        *("--log-level", "warning"),
    ]
    jobs = [
        *(sys.executable, "-m", "lintel.config.cli", "worker"),
        *("--shutdown-graceful-timeout", "5"),
    ]
    return Children(
        [
            Child("web server", web, environment),
            # Asked politely it would wait for its jobs, and those for a database that is gone too.
            Child("job worker", jobs, environment, when_orphaned=signal.SIGKILL),
        ]
    )


def _serve(database: Database, data: Path, host: str, port: int) -> None:
    environment = {**_environment(data, port), **database.environment(owner=False)}
    children = _children(environment, host, port)
    try:
        children.start()
        if _wait_ready(children, host, port):
            _welcome(host, port)
        while True:
            _tell(children.tend())
            if database.server is not None and not database.server.alive():
                _tell(["The database ended; starting it again."])
                database.server.start()
            time.sleep(LOOK_EVERY)
    finally:
        children.stop()


def _tell(lines: list[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def _wait_ready(children: Children, host: str, port: int) -> bool:
    """Wait for the first answer, whatever it says; False when none comes in `READY_WITHIN` s."""
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{_address(host, port)}/demo", timeout=10):  # noqa: S310
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            _tell(children.tend())
            time.sleep(0.1)
    _tell([f"No page came in {READY_WITHIN:.0f} s; the messages above may say why. Still trying."])
    return False


def _address(host: str, port: int) -> str:
    return f"http://{'127.0.0.1' if host in {'0.0.0.0', ''} else host}:{port}"  # noqa: S104


def _welcome(host: str, port: int) -> None:
    """Print where to go, and as whom: the accounts that the demo itself offers."""
    print(f"\nLintel is ready: http://localhost:{port}/demo   (Ctrl-C stops it)\n", flush=True)
    try:
        answer = urllib.request.urlopen(  # noqa: S310
            f"{_address(host, port)}/demo/accounts.json", timeout=10
        )
        with answer:
            found = json.load(answer)
    except (OSError, ValueError):
        return
    accounts = found.get("accounts", []) if isinstance(found, dict) else found
    keys = ("email", "name", "role", "agency")
    rows = [[str(account.get(key, "")) for key in keys] for account in accounts[:12]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(keys))] if rows else []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  " + "  ".join(cells).rstrip())
    if len(accounts) > 12:
        print(f"  and {len(accounts) - 12} more at /demo")
    print(flush=True)
