"""Finds a Chromium for the tests, and gets one where the machine has none.

`python -m tests.support.browser` prints its path.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from lintel.web.assets import node_folder

VARIABLE = "LINTEL_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
GETTING_TAKES = 240
PATIENCE = 30_000
"""Milliseconds that a page has to do what a test waits for: a busy machine is no failure."""
PACKED = "@sparticuz/chromium@147.0.0"
"""A Chromium inside an npm package, with the libraries that it needs: for machines with neither."""
UNPACKED = Path(__file__).resolve().parents[2] / "build" / "browser"
UNPACK = """
import chromium from "@sparticuz/chromium";
console.log(await chromium.executablePath());
"""


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


def _get(*command: str, **environment: str) -> bool:
    """Run a command that gets a browser; whether it worked."""
    try:
        done = subprocess.run(
            command,
            stdout=sys.stderr,
            stderr=sys.stderr,
            stdin=subprocess.DEVNULL,
            timeout=GETTING_TAKES,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", **environment},
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _unpacked() -> str | None:
    """The browser of the npm package, unpacked under `build/browser`, behind a starting script."""
    starter = UNPACKED / "start"
    tools = node_folder()
    place = UNPACKED / "files"
    place.mkdir(parents=True, exist_ok=True)
    (UNPACKED / "unpack.mjs").write_text(UNPACK)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    # The variable has it unpack its libraries too, as it does where it is usually run.
    where = {"PATH": path, "TMPDIR": str(place), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    npm = [str(tools / "npm"), "install", "--no-audit", "--no-fund", "--prefix", str(UNPACKED)]
    if not _get(*npm, PACKED, **where):
        return None
    if not _get(str(tools / "node"), str(UNPACKED / "unpack.mjs"), **where):
        return None
    fonts = place / "fonts" / "fonts.conf"
    fonts.write_text(fonts.read_text().replace("/tmp/", f"{place}/"))
    starter.write_text(
        "#!/bin/sh\n"
        f'export LD_LIBRARY_PATH="{place}/al2023/lib" FONTCONFIG_PATH="{place}/fonts"\n'
        f'exec "{place}/chromium" "$@"\n'
    )
    starter.chmod(0o755)
    return _works(starter)


def _fetched() -> str | None:
    """Get a browser: Playwright's, a packed one, or as root on Debian the system's own package."""
    if _get(sys.executable, "-m", "playwright", "install", "chromium") and (
        found := _playwrights_own()
    ):
        return found
    if found := _unpacked():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _get("apt-get", "update", "-q")
        if _get("apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"):
            return _on_the_machine()
    return None


def _present() -> str | None:
    return _playwrights_own() or _on_the_machine() or _works(UNPACKED / "start")


def _fetched_once() -> str | None:
    """Get a browser, unless another process of the run has got one meanwhile."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        return _present() or _fetched()


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
    found = _present() or _fetched_once()
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


@cache
def started() -> Any:
    """The one browser of this process, started when first asked for; it ends with the process.

    One for all folders of tests: Playwright's synchronous interface can be started only once.
    """
    # Its loop runs in this thread; the database isn't in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    found = executable()  # before Playwright starts: it may start one itself
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    browser = playwright.chromium.launch(executable_path=found, args=arguments())
    atexit.register(browser.close)
    return browser


def press(page: Any, name: str) -> None:
    """Press the button, and wait for the page that comes of it to be whole.

    A click returns when the new page has begun: what is read at once may not have arrived.
    """
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


if __name__ == "__main__":
    print(executable())
