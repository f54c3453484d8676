"""Starts, watches and stops a PostgreSQL server that lives in a folder.

Whether it lives is asked by a real connection, never by a process number: those are reused. A
start holds a file lock, waits for an earlier server to finish, and then for recovery as long as
that makes progress.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg

from lintel.kernel.embedded import cluster, process, sockets
from lintel.kernel.embedded.account import (
    Account,
    private_folder,
    reachable_home,
    server_account,
)
from lintel.kernel.embedded.binaries import Binaries, find
from lintel.kernel.embedded.errors import EmbeddedError

STALLED_AFTER = 120.0
"""Seconds without a sign of progress after which a start gives up."""

_POLL = 0.02
_LOG_LIMIT = 16 * 1024 * 1024


class Answer(Enum):
    """What a connection attempt tells."""

    UP = "up"
    STARTING = "starting"
    STOPPING = "stopping"
    NOBODY = "nobody"


class Embedded:
    """A PostgreSQL server in `folder`; attached to when another process already runs it there.

    `settings` override the server's; `durable=False` is for throw-away test data only.
    """

    def __init__(
        self, folder: Path, *, settings: Mapping[str, str] | None = None, durable: bool = True
    ) -> None:
        self.folder = Path(folder).absolute()
        self._settings = dict(settings or {})
        self._durable = durable
        if not durable:
            self._settings |= {"fsync": "off", "full_page_writes": "off"}
        self._process: subprocess.Popen[bytes] | None = None
        self._account: Account | None = None
        self._home: Path | None = None

    @property
    def account(self) -> Account:
        """The operating-system user that the server runs as."""
        if self._account is None:
            self._account = server_account(self.folder)
        return self._account

    @property
    def home(self) -> Path:
        """The folder itself, or its stand-in where the server's user can't reach the folder."""
        if self._home is None:
            self._home = reachable_home(self.folder, self.account)
        return self._home

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "server.log"

    @property
    def socket_folder(self) -> Path:
        """The folder of the server's socket; entered only by the user that runs the server."""
        return sockets.folder_for(self.home, self.account)

    def dsn(self, role: str, dbname: str) -> str:
        """The libpq address of `dbname` for `role` (no password: peer authentication)."""
        return sockets.dsn(self.socket_folder, role, dbname)

    @property
    def superuser_dsn(self) -> str:
        """The address for the superuser, to the maintenance database."""
        return self.dsn(cluster.SUPERUSER, "postgres")

    @property
    def owns_server(self) -> bool:
        """Whether this object started the server, and so stops it."""
        return self._process is not None

    def alive(self) -> bool:
        """Whether the server answers a query now."""
        return self.ask() is Answer.UP

    def ask(self) -> Answer:
        """Connect and see. Raises EmbeddedError when a server is there and turns us away."""
        try:
            with psycopg.connect(self.superuser_dsn, connect_timeout=10) as connection:
                connection.execute("SELECT 1")
            return Answer.UP
        except psycopg.OperationalError as error:
            words = str(error)
        if "starting up" in words or "not yet accepting" in words or "recovery" in words:
            return Answer.STARTING
        if "shutting down" in words:
            return Answer.STOPPING
        if "too many clients" in words or "connection slots" in words:
            return Answer.UP
        if "authentication failed" in words:
            raise EmbeddedError(
                f"A server runs in {self.home}, and was started by another user of this machine. "
                "Run Lintel as that user, or use another folder."
            )
        return Answer.NOBODY

    def start(self) -> None:
        """Have the server running when this returns; safe to call again, and after a crash.

        Raises EmbeddedError with what to do: no user to run as, another major version, a full
        disk, or no progress for `STALLED_AFTER` seconds. It can be tried again after any of them.
        """
        self.folder.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        private_folder(self.home, self.account)
        with self._lock():
            private_folder(self.socket_folder, self.account)
            self._reap()
            if self._wait_for_earlier():
                return
            binaries = find(self.account)
            if not (self.data / "PG_VERSION").exists():
                cluster.initialise(
                    self.data, binaries=binaries, account=self.account, durable=self._durable
                )
            cluster.check_version(self.data, binaries)
            cluster.configure(
                self.data, sockets=self.socket_folder, account=self.account, extra=self._settings
            )
            self._launch(binaries)

    def stop(self, *, patience: float = 60.0) -> None:
        """Stop the server if this object started it: at once, without waiting for clients."""
        running, self._process = self._process, None
        if running is None:
            return
        if running.poll() is None:
            running.send_signal(signal.SIGINT)
            try:
                running.wait(patience)
            except subprocess.TimeoutExpired:
                running.send_signal(signal.SIGQUIT)  # Recovery at the next start loses nothing.
                running.wait()
        sockets.tidy(self.socket_folder, self.home)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Only one process starts the server; the others wait, and find it running."""
        with (self.home / "start.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _reap(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._process = None

    def _wait_for_earlier(self) -> bool:
        """Whether a server runs here already; waits for one that is on its way up or down."""
        progress = Progress(self.log)
        while True:
            answer = self.ask()
            if answer is Answer.UP:
                return True
            pid = self._recorded_pid()
            there = pid is not None and process.is_server_of(pid, self.data)
            if answer is Answer.NOBODY and not there:
                return False
            progress.check(
                f"An earlier server (process {pid}) in {self.home} neither ends nor answers"
            )
            time.sleep(_POLL)

    def _recorded_pid(self) -> int | None:
        try:
            return abs(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        except (OSError, ValueError):
            return None

    def _launch(self, binaries: Binaries) -> None:
        """Start the server and wait until it answers; try again while an old one lets go."""
        progress = Progress(self.log)
        while True:
            stale = self._recorded_pid()
            start_of_words = self._turn_log()
            with self._open_log() as output:
                # PostgreSQL takes the number in its lock file for a live server if any process of
                # the user has it now. We know better, and name it as a relative to be ignored; the
                # check of shared memory still guards against a server that does live.
                self._process = process.spawn(
                    [binaries.program("postgres"), "-D", str(self.data)],
                    account=self.account,
                    output=output,
                    extra={"PG_GRANDPARENT_PID": str(stale)} if stale else {},
                )
            try:
                if self._wait_until_up(self._process, progress):
                    return
            except BaseException:
                self.stop(patience=5)
                raise
            self._process = None
            words = self._words_since(start_of_words)
            # The children of a killed server need a moment to notice, and hold its memory.
            if "pre-existing shared memory block" not in words and "already exists" not in words:
                raise EmbeddedError(_explained(words, self.log))
            progress.check("The processes of an earlier server don't end")
            time.sleep(_POLL * 2)

    def _wait_until_up(self, running: subprocess.Popen[bytes], progress: "Progress") -> bool:
        while running.poll() is None:
            if self.ask() is Answer.UP:
                return True
            progress.check(f"The server in {self.home} doesn't come up")
            time.sleep(_POLL)
        return False

    def _turn_log(self) -> int:
        """Begin a new log when the old one has grown; return where the next words will stand."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.stat().st_size if self.log.exists() else 0

    @contextmanager
    def _open_log(self) -> Iterator[IO[bytes]]:
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab", buffering=0) as file:
            yield file

    def _words_since(self, place: int) -> str:
        with self.log.open("rb") as file:
            file.seek(place)
            return file.read().decode(errors="replace")


class Progress:
    """Gives up when the server's log has not grown for `STALLED_AFTER` seconds.

    The server reports recovery every two seconds, however long it takes.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._size = -1
        self._since = time.monotonic()

    def check(self, problem: str) -> None:
        """Raise EmbeddedError naming `problem` when nothing has moved for too long."""
        size = self._log.stat().st_size if self._log.exists() else 0
        if size != self._size:
            self._size, self._since = size, time.monotonic()
        elif time.monotonic() - self._since > STALLED_AFTER:
            raise EmbeddedError(f"{problem}. Its log is {self._log}; starting again is safe.")


def _explained(words: str, log: Path) -> str:
    """What the server said last, and what to do where we know."""
    said = [line for line in words.splitlines() if "FATAL" in line or "PANIC" in line]
    message = said[-1].split("] ", 1)[-1] if said else "it ended without a word"
    advice = ""
    if "No space left on device" in words:
        advice = " The disk is full: make room and start again; nothing that was saved is lost."
    return f"PostgreSQL did not start: {message}.{advice} The whole log: {log}"
