"""Child processes that end when their parent does, even by `kill -9`."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from lintel.kernel.embedded.account import Account

_PR_SET_PDEATHSIG = 1


def _load_prctl() -> Callable[[int, int], int] | None:
    """Look the function up before the fork: afterwards only what is safe may run."""
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[[int, int], int] = ctypes.CDLL(None, use_errno=True).prctl
    return found


_prctl = _load_prctl()


def die_with_parent(wanted: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` that asks the kernel for `wanted` at the parent's death (Linux only).

    It holds for the thread that starts the child: start it from one that lives as long as the
    child should. On other systems the child outlives a killed parent; the next start attaches.
    """
    parent = os.getpid()

    def ask() -> None:
        if _prctl is not None:
            _prctl(_PR_SET_PDEATHSIG, int(wanted))
            if os.getppid() != parent:  # The parent died in between: there is nobody to serve.
                os._exit(1)

    return ask


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """A small, fixed environment: nothing of ours (keys, passwords) reaches the server."""
    kept = {k: os.environ[k] for k in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if k in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC", **extra}


def spawn(
    command: Sequence[str],
    *,
    account: Account,
    output: IO[bytes],
    extra: Mapping[str, str],
) -> subprocess.Popen[bytes]:
    """Start a long-running server as `account`, apart from the terminal's Ctrl-C."""
    options: dict[str, Any] = account.popen_options()
    return subprocess.Popen(  # noqa: S603 - our own program
        list(command),
        cwd="/",
        env=_environment(extra),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGINT),
        **options,
    )


def run_to_end(command: Sequence[str], *, account: Account) -> None:
    """Run a program as `account`; raise CalledProcessError with its output when it fails."""
    options: dict[str, Any] = account.popen_options()
    subprocess.run(  # noqa: S603 - our own program
        list(command),
        cwd="/",
        env=_environment({}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        preexec_fn=die_with_parent(signal.SIGKILL),
        **options,
    )


def is_server_of(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL server on `data`, and not one that took its number."""
    proc = Path("/proc") / str(pid)
    if proc.parent.joinpath("self").exists():
        try:
            return (proc / "cwd").samefile(data)
        except OSError:  # Gone, or of another user, and so not ours.
            return False
    answer = subprocess.run(  # noqa: S603
        ["ps", "-p", str(pid), "-o", "comm="],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return "postgres" in answer.stdout
