"""The demo's children: restarted when they end, stopped together."""

import sys
import time
from pathlib import Path

import pytest

from lintel.config.commands import children
from lintel.config.commands.children import Child, Children


def until(condition: object, within: float = 10.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_one_that_ends_is_started_again_after_longer_and_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(children, "FIRST_WAIT", 0.0)
    child = Child("job", [sys.executable, "-c", "import sys; sys.exit(3)"], {}, wait=0.05)
    child.start()
    waits = []
    for _ in range(3):
        assert until(lambda: child.process is not None and child.process.poll() is not None)
        told = child.tend()
        assert told.startswith("The job ended (code 3)")
        waits.append(child.wait)
        assert child.tend() == ""
        assert until(lambda: child.tend() == "" and child.process is not None)
    assert waits == [0.1, 0.2, 0.4]


def test_all_are_stopped_even_one_that_does_not_listen(tmp_path: Path) -> None:
    deaf = (
        "import signal, sys, time, pathlib\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(sys.argv[1]).touch()\n"
        "time.sleep(600)\n"
    )
    ready = tmp_path / "ready"
    group = Children(
        [
            Child("polite", [sys.executable, "-c", "import time; time.sleep(600)"], {}),
            Child("deaf", [sys.executable, "-c", deaf, str(ready)], {}),
        ]
    )
    group.start()
    assert until(ready.exists)
    group.stop(patience=0.3)
    assert all(child.process and child.process.poll() is not None for child in group.members)


def test_what_a_child_is_given_it_gets(tmp_path: Path) -> None:
    code = "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(os.environ['GIVEN'])"
    child = Child("one", [sys.executable, "-c", code, str(tmp_path / "said")], {"GIVEN": "yes"})
    child.start()
    assert child.process is not None
    child.process.wait()
    assert (tmp_path / "said").read_text() == "yes"
