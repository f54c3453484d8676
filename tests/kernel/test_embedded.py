"""The embedded server: who may reach it, and that it starts, attaches, stops and keeps its data."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lintel.kernel.embedded import Embedded, EmbeddedError, account, cluster, supervisor
from tests.support.folders import open_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found


@pytest.fixture(scope="module")
def server() -> Iterator[Embedded]:
    with open_folder() as found, Embedded(found / "pg", durable=False) as running:
        yield running


def ask(server: Embedded, query: str) -> object:
    with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return row[0]


def keep(server: Embedded) -> None:
    with psycopg.connect(server.superuser_dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_only_its_user_can_enter(server: Embedded) -> None:
    assert [mode(path) for path in (server.home, server.data, server.socket_folder)] == [0o700] * 3
    assert mode(server.log) == 0o600
    for name in ("lintel.conf", "pg_hba.conf", "pg_ident.conf"):
        assert mode(server.data / name) == 0o600


def test_it_listens_to_no_network(server: Embedded) -> None:
    assert ask(server, "SHOW listen_addresses") == ""
    pid = int((server.data / "postmaster.pid").read_text().split()[0])
    sockets = {
        link.readlink().name
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if "socket:" in str(link.readlink())
    }
    table = Path(f"/proc/{pid}/net/tcp").read_text() + Path(f"/proc/{pid}/net/tcp6").read_text()
    listening = {f"socket:[{line.split()[9]}]" for line in table.splitlines() if " 0A " in line}
    assert not sockets & listening


def test_it_asks_the_system_who_is_there(server: Embedded) -> None:
    rules = (server.data / "pg_hba.conf").read_text().split("\n")
    assert rules == ["local all all peer map=lintel", ""]
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(server.dsn("lintel_sight", "postgres"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_another_user_of_the_machine_gets_nowhere(server: Embedded) -> None:
    """Not even through the closed folder: peer authentication turns the user away by itself."""
    for path in (server.home, server.socket_folder):
        path.chmod(0o711)
    socket = server.socket_folder / ".s.PGSQL.5432"
    socket.chmod(0o777)
    code = (
        "import os, sys, psycopg\n"
        "os.setgid(12345); os.setuid(12345)\n"
        "try:\n    psycopg.connect(sys.argv[1])\n"
        "except psycopg.OperationalError as error:\n    print('no:', error)\n"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, server.superuser_dsn],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        socket.chmod(0o700)
        for path in (server.home, server.socket_folder):
            path.chmod(0o700)
    assert done.stdout.startswith("no:")
    assert "authentication failed" in done.stdout or "could not look up" in done.stdout


def test_what_is_on(server: Embedded) -> None:
    assert ask(server, "SHOW data_checksums") == "on"
    assert ask(server, "SHOW autovacuum") == "on"
    assert ask(server, "SHOW jit") == "off"
    assert ask(server, "SHOW log_error_verbosity") == "terse"
    assert ask(server, "SELECT 'É' ILIKE 'é'") is True
    with psycopg.connect(server.superuser_dsn) as connection:
        version = connection.info.server_version
    if version >= 170000:
        named = "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1"
        assert ask(server, named) == "bC.UTF-8"


def test_a_durable_one_syncs(folder: Path) -> None:
    with Embedded(folder / "pg") as server:
        assert ask(server, "SHOW fsync") == "on"
        assert ask(server, "SHOW synchronous_commit") == "on"


def test_errors_in_its_log_quote_no_data(server: Embedded) -> None:
    with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name text PRIMARY KEY)")
        connection.execute("INSERT INTO people VALUES ('Wilhelmina')")
        for values in (["Wilhelmina"], None):
            with pytest.raises(psycopg.Error):
                connection.execute(
                    "INSERT INTO people VALUES (%s)" if values else "SELECT 'Wilhelmina'::int",
                    values,
                )
    words = server.log.read_text()
    assert "duplicate key" in words
    assert "INSERT" not in words
    assert "Key (name)" not in words


def test_the_second_start_keeps_the_data_and_is_quick(folder: Path) -> None:
    with Embedded(folder / "pg") as server:
        keep(server)
    began = time.monotonic()
    with Embedded(folder / "pg") as server:
        assert time.monotonic() - began < 3
        assert ask(server, "SELECT n FROM kept") == 42


def test_a_second_supervisor_attaches_and_leaves_it_running(server: Embedded) -> None:
    with Embedded(server.folder) as second:
        assert not second.owns_server
        assert ask(second, "SELECT 1") == 1
    assert server.alive()


def test_many_starts_at_once_make_one_server(folder: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from lintel.kernel.embedded import Embedded\n"
        "server = Embedded(pathlib.Path(sys.argv[1]), durable=False)\n"
        "server.start()\n"
        "print(server.owns_server, server.alive(), flush=True)\n"
        "sys.stdin.readline()\n"
        "server.stop()\n"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, folder / "pg"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = sorted(start.stdout.readline().strip() for start in starts if start.stdout)
    for start in starts:
        start.communicate("")
    assert said == ["False True"] * 3 + ["True True"]


@pytest.mark.skipif(os.geteuid() != 0, reason="elsewhere every test runs as an ordinary user")
def test_an_ordinary_user_runs_it_as_itself(folder: Path) -> None:
    code = (
        "import os, pathlib, sys, psycopg\n"
        "from lintel.kernel.embedded import Embedded\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "with Embedded(pathlib.Path(sys.argv[1]), durable=False) as server:\n"
        "    with psycopg.connect(server.superuser_dsn) as connection:\n"
        "        print(connection.execute('SELECT current_user').fetchone()[0])\n"
        "    print(server.data.stat().st_uid)\n"
    )
    folder.chmod(0o777)
    done = subprocess.run(
        [sys.executable, "-c", code, folder / "own" / "pg"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("postgres\n65534\n", "")


def test_a_long_path_moves_the_socket_to_a_closed_folder(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    folder.joinpath("d" * 60).mkdir(mode=0o711)
    with Embedded(deep, durable=False) as server:
        assert len(os.fsencode(server.socket_folder)) < 80
        assert mode(server.socket_folder) == 0o700
        assert ask(server, "SELECT 1") == 1
        with Embedded(deep) as second:
            assert not second.owns_server
    assert not server.socket_folder.exists()


def test_a_socket_folder_that_is_open_or_not_ours_is_refused(folder: Path) -> None:
    owner = account.server_account(folder)
    opened = folder / "opened"
    opened.mkdir(mode=0o755)
    os.chown(opened, owner.uid, owner.gid)
    opened.chmod(0o755)
    with pytest.raises(EmbeddedError, match="can be entered by others"):
        account.private_folder(opened, owner)
    (folder / "link").symlink_to("/tmp")
    with pytest.raises(EmbeddedError, match="something else"):
        account.private_folder(folder / "link", owner)


def test_another_major_version_is_refused_and_nothing_changed(folder: Path) -> None:
    with Embedded(folder / "pg", durable=False) as server:
        pass
    (server.data / "PG_VERSION").write_text("17\n")
    before = sorted(path.name for path in server.data.iterdir())
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 17"):
        Embedded(folder / "pg").start()
    assert sorted(path.name for path in server.data.iterdir()) == before


def test_a_start_that_fails_says_why_and_can_be_tried_again(folder: Path) -> None:
    with Embedded(folder / "pg", durable=False):
        pass
    with pytest.raises(EmbeddedError, match=r"did not start: .*configuration"):
        Embedded(folder / "pg", settings={"shared_buffers": "no such amount"}).start()
    with Embedded(folder / "pg", durable=False) as server:
        assert server.alive()


def test_it_gives_up_only_without_progress(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STALLED_AFTER", 0.2)
    log = folder / "log"
    log.touch()
    progress = supervisor.Progress(log)
    for _ in range(6):
        with log.open("a") as file:
            file.write("redo in progress\n")
        progress.check("stuck")
        time.sleep(0.1)
    time.sleep(0.2)
    with pytest.raises(EmbeddedError, match="stuck"):
        progress.check("stuck")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server to another user")
def test_roots_own_folders_stay_closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "SHARED_HOME", folder / "shared")
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with Embedded(closed / "data" / "pg", durable=False) as server:
        assert server.home.parent == folder / "shared"
        keep(server)
        assert mode(closed) == 0o700
    with Embedded(closed / "data" / "pg", durable=False) as server:
        assert ask(server, "SELECT n FROM kept") == 42
    (closed / "data" / "pg").unlink()  # As removing the folder would: a fresh start.
    with Embedded(closed / "data" / "pg", durable=False) as server:
        assert ask(server, "SELECT to_regclass('kept') IS NULL") is True


def test_small_shared_memory_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    small = os.statvfs_result((4096, 4096, 16384, 16384, 16384, 1, 1, 1, 0, 255))
    monkeypatch.setattr(cluster.os, "statvfs", lambda path: small)
    assert cluster.shared_memory_type() == "mmap"
