"""Finds a Chromium for the tests, and gets one where the machine has none.

`python -m tests.support.browser` prints its path.
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

VARIABLE = "LINTEL_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
GETTING_TAKES = 600


def _works(path: str | Path | None) -> str | None:
    """The path, if a browser there runs."""
    if not path or not Path(path).exists():
        return None
    try:
        subprocess.run(
            [str(path), "--version"], capture_output=True, check=True, timeout=60, cwd="/"
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return str(path)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return _works(playwright.chromium.executable_path)


def _on_the_machine() -> str | None:
    for name in NAMES:
        if found := _works(shutil.which(name) or f"/usr/bin/{name}"):
            return found
    return _works(MAC)


def _get(*command: str) -> bool:
    """Run a command that gets a browser; whether it worked."""
    try:
        done = subprocess.run(
            command,
            stdout=sys.stderr,
            stderr=sys.stderr,
            stdin=subprocess.DEVNULL,
            timeout=GETTING_TAKES,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _fetched() -> str | None:
    """Get a browser: Playwright's, or as root on Debian the system's own package."""
    if _get(sys.executable, "-m", "playwright", "install", "chromium") and (
        found := _playwrights_own()
    ):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _get("apt-get", "update", "-q")
        if _get("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"):
            return _on_the_machine()
    return None


@cache
def executable() -> str:
    """The path of a Chromium that runs.

    Looks at LINTEL_BROWSER, Playwright's own and the machine's, then gets one. Raises RuntimeError
    with what to do when all of that fails.
    """
    given = os.environ.get(VARIABLE)
    if given:
        if found := _works(given):
            return found
        raise RuntimeError(f"{VARIABLE} names {given}, which doesn't run.")
    found = _playwrights_own() or _on_the_machine() or _fetched()
    if found is None:
        raise RuntimeError(
            "No Chromium was found, and none could be got. Install one (for example "
            f"`playwright install --with-deps chromium`) or name it in {VARIABLE}."
        )
    return found


def arguments() -> list[str]:
    """Chromium's arguments: as root it can't make its sandbox; small /dev/shm breaks its tabs."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*sandbox, "--disable-dev-shm-usage"]


if __name__ == "__main__":
    print(executable())
