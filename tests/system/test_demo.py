"""`lintel demo`, as somebody runs it: started, looked at, killed, started again."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.folders import open_folder
from tests.system.running import free_port, get, gone, mentioning, start, wait_ready


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "data"


@pytest.mark.timeout(300)
def test_a_first_look_then_killed_then_a_second_look(data: Path) -> None:
    port = free_port()
    demo = start(data, port)
    try:
        wait_ready(demo)
        assert get(port, "/demo")[0] == 200
        accounts = json.loads(get(port, "/demo/accounts.json")[1])
        assert len(accounts) >= 60
        assert {"name", "role", "agency", "email"} <= accounts[0].keys()

        second = start(data, free_port())
        assert second.wait(timeout=30) == 1  # One demo at a time on a folder.
        taken = start(data.with_name("other"), port)
        assert taken.wait(timeout=30) == 1

        demo.kill()
        demo.wait()
        assert gone(str(data)), "kill -9 of the demo left children behind"

        began = time.monotonic()
        demo = start(data, port)
        wait_ready(demo)
        took = time.monotonic() - began
        assert json.loads(get(port, "/demo/accounts.json")[1]) == accounts
        assert (
            took < 60
        )  # The goal of 5 s is measured by `make bench`; here two tests share two cores.

        demo.send_signal(signal.SIGTERM)
        assert demo.wait(timeout=30) == 0
        assert gone(str(data), within=5)
    finally:
        demo.kill()
        demo.wait()


@pytest.mark.timeout(300)
def test_a_part_that_is_killed_comes_back(data: Path) -> None:
    port = free_port()
    demo = start(data, port)
    try:
        wait_ready(demo)
        web = [pid for pid in mentioning("lintel.config.wsgi") if pid in mentioning(str(data))]
        server = int((data / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGKILL)
        for pid in web:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 30
        status = 0
        while status != 200 and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                status = get(port, "/demo/accounts.json")[0]
            time.sleep(0.2)
        assert status == 200
        socket_folder = data / "postgres" / "socket"
        with psycopg.connect(f"host={socket_folder} user=lintel_owner dbname=lintel") as connection:
            assert connection.execute("SELECT count(*) > 0 FROM agencies_agency").fetchone() == (
                True,
            )
    finally:
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=30) == 0
    assert gone(str(data), within=5)
