"""Drills: everything killed while writing, a reused process number, a first start cut short."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lintel.kernel.embedded import Embedded, EmbeddedError
from lintel.kernel.embedded.process import is_server_of
from tests.support.folders import open_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def start_writer(folder: Path, acknowledged: Path, turn: int) -> tuple[subprocess.Popen[str], int]:
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.support.drill_writer", folder, acknowledged, str(turn)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    return writer, int(writer.stdout.readline())


def check(folder: Path, acknowledged: Path) -> int:
    """Reopen at once; every acknowledged write must be there, once. How many there were."""
    told = Counter(acknowledged.read_text().split("\n")[:-1])
    with Embedded(folder / "pg") as server, psycopg.connect(server.superuser_dsn) as connection:
        rows = connection.execute("SELECT turn || ' ' || number FROM written").fetchall()
    there = Counter(row[0] for row in rows)
    assert not told - there
    assert max(there.values()) == 1
    # At most the one write on its way at each kill is there without having been acknowledged.
    assert len(there) - len(told) <= len({line.split()[0] for line in there})
    return len(told)


def wait_for_lines(file: Path, count: int) -> None:
    """Wait until the writer has had so many writes acknowledged, however slow the machine is."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if file.exists() and file.read_text().count("\n") >= count:
            return
        time.sleep(0.02)
    raise AssertionError("The writer gets nothing written.")


def drill(folder: Path, *, rounds: int, only_writer: bool) -> int:
    acknowledged = folder / "acknowledged"
    found = 0
    for turn in range(rounds):
        writer, postmaster = start_writer(folder / "pg", acknowledged, turn)
        wait_for_lines(acknowledged, found + 60)
        time.sleep(random.uniform(0, 0.3))
        victims = [writer.pid]
        if not only_writer:
            victims += [postmaster, *children_of(postmaster)]
        for pid in victims:
            kill(pid)
        writer.wait()
        found = check(folder, acknowledged)
    return found


def test_everything_killed_while_writing_and_reopened_at_once(folder: Path) -> None:
    assert drill(folder, rounds=3, only_writer=False) > 100


def test_the_supervisor_killed_takes_the_server_along(folder: Path) -> None:
    assert drill(folder, rounds=2, only_writer=True) > 100
    writer, postmaster = start_writer(folder / "pg", folder / "acknowledged", 9)
    kill(writer.pid)
    writer.wait()
    deadline = time.monotonic() + 20
    while is_server_of(postmaster, folder / "pg" / "data") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_server_of(postmaster, folder / "pg" / "data")


@pytest.mark.deep
def test_everything_killed_many_times(folder: Path) -> None:
    assert drill(folder, rounds=100, only_writer=False) > 10_000


def test_the_postmaster_alone_killed(folder: Path) -> None:
    """The supervisor lives on: starting again brings the server back with its data."""
    with Embedded(folder / "pg") as server:
        with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        kill(int((server.data / "postmaster.pid").read_text().split()[0]))
        server.start()
        assert server.owns_server
        with psycopg.connect(server.superuser_dsn) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (42,)


def test_a_process_number_that_another_process_has_now(folder: Path) -> None:
    """The stale lock file names a live process of the same user, which is no server."""
    with Embedded(folder / "pg") as server:
        record = (server.data / "postmaster.pid").read_text()
    options = server.account.popen_options()
    other = subprocess.Popen(["sleep", "600"], cwd="/", **options)  # type: ignore[call-overload]
    try:
        lines = record.split("\n")
        (server.data / "postmaster.pid").write_text("\n".join([str(other.pid), *lines[1:]]))
        os.chown(server.data / "postmaster.pid", server.account.uid, server.account.gid)
        began = time.monotonic()
        with Embedded(folder / "pg") as again:
            assert again.alive()
            assert time.monotonic() - began < 5
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("after", [0.02, 0.15, 0.3])
def test_a_first_start_cut_short(folder: Path, after: float) -> None:
    """Killed at several points of making the folder; the next start makes it, and tidies up."""
    acknowledged = folder / "acknowledged"
    command = [sys.executable, "-m", "tests.support.drill_writer", folder / "pg", acknowledged, "0"]
    first = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 30
    while not list((folder / "pg").glob("data.new-*")) and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(after)
    kill(first.pid)
    first.wait()
    with Embedded(folder / "pg") as server:
        assert server.alive()
        assert not list(server.home.glob("data.new-*"))


def test_an_interrupted_copy_of_old_is_no_obstacle(folder: Path) -> None:
    with Embedded(folder / "pg", durable=False) as server:
        home = server.home
    half = home / "data.new-dead"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with Embedded(folder / "pg", durable=False) as server:
        assert server.alive()


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, small enough to fill."""
    place = folder / "disk"
    place.mkdir(mode=0o711)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=110m,mode=711", "tmpfs", place],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("only root outside a container may mount a small file system to fill")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def write_until_refused(connection: psycopg.Connection) -> int:
    """Write numbers until the server refuses one; how many were acknowledged."""
    acknowledged = 0
    with contextlib.suppress(psycopg.Error):
        while True:
            # The message goes to the write-ahead log only: that is what must run full.
            connection.execute(
                "WITH log AS (SELECT pg_logical_emit_message(true, '', repeat('x', 9999)))"
                " INSERT INTO written SELECT %s FROM log",
                [acknowledged],
            )
            acknowledged += 1
    return acknowledged


def test_a_full_disk_loses_nothing_that_was_acknowledged(small_disk: Path) -> None:
    server = Embedded(small_disk / "pg", settings={"wal_recycle": "off"})
    ballast = small_disk / "ballast"
    try:
        server.start()
        with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE written (number int)")
            room = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize
            ballast.write_bytes(bytes(room - 4 * 1024 * 1024))
            acknowledged = write_until_refused(connection)
        server.stop()
        with pytest.raises(EmbeddedError, match="The disk is full: make room"):
            server.start()
        ballast.unlink()
        server.start()
        with psycopg.connect(server.superuser_dsn) as connection:
            row = connection.execute("SELECT count(*), max(number) FROM written").fetchone()
        assert acknowledged > 100
        assert row == (acknowledged, acknowledged - 1)
    finally:
        server.stop()
