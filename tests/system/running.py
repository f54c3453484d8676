"""The product as somebody runs it, on a folder and port of a test's own: started, killed, asked."""

import contextlib
import html
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

import psycopg

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = ("DATABASE_URL", "LINTEL_OWNER_DATABASE_URL", "LINTEL_TEST", "DJANGO_SETTINGS_MODULE")
Fields = dict[str, list[str]]


def free_port() -> int:
    """A local port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command on this folder, with nothing of the test run's own database."""
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    return {**kept, "LINTEL_DATA": str(data), "PYTHONPATH": str(ROOT), **(extra or {})}


def start(
    data: Path,
    port: int,
    *,
    extra: Mapping[str, str] | None = None,
    errors: IO[str] | None = None,
) -> subprocess.Popen[str]:
    """`lintel demo` on the folder and port; what it complains of goes to `errors`."""
    return subprocess.Popen(
        [sys.executable, "-m", "lintel.config.cli", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment(data, extra),
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def wait_ready(demo: subprocess.Popen[str]) -> list[str]:
    """The lines that it says, up to the one with the address."""
    assert demo.stdout is not None
    lines: list[str] = []
    for line in demo.stdout:
        lines.append(line)
        if "Lintel is ready" in line:
            return lines
    raise AssertionError(f"It ended with code {demo.wait()}: {lines}")


def mentioning(*texts: str) -> list[int]:
    """The processes with all of these in their command line or environment, but for this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            here = all(text.encode() in words for text in texts)
            if here and state != "Z" and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return found


def gone(text: str, within: float = 20.0) -> bool:
    """Whether no process mentions `text` any more within that many seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not mentioning(text):
            return True
        time.sleep(0.1)
    return False


def get(port: int, path: str) -> tuple[int, bytes]:
    """The status and the body of a page for nobody signed in."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def end(pids: list[int]) -> int:
    """`kill -9` each; how many were there to be killed."""
    killed = 0
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    return killed


@dataclass
class Product:
    """The demonstration on its own folder and port, with all that a test may do to it."""

    data: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    demo: subprocess.Popen[str] | None = None

    @property
    def log(self) -> Path:
        """What its processes complained of."""
        return self.data.with_name("errors.log")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("a") as errors:
            self.demo = start(self.data, self.port, extra=self.extra, errors=errors)
        wait_ready(self.demo)

    def kill(self) -> None:
        """`kill -9` of the whole; its children must end by themselves."""
        assert self.demo is not None
        self.demo.kill()
        self.demo.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self.demo is not None
        self.demo.send_signal(signal.SIGINT)
        return self.demo.wait(timeout=60)

    def web(self) -> list[int]:
        """The processes of the web server."""
        return mentioning("lintel.config.wsgi", f"LINTEL_DATA={self.data}")

    def worker(self) -> list[int]:
        """The process of the job worker."""
        return mentioning("lintel.config.cli\0worker", f"LINTEL_DATA={self.data}")

    def postmaster(self) -> list[int]:
        """The first process of the database server."""
        with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
            words = (self.data / "postgres" / "data" / "postmaster.pid").read_text().split()
            return [int(words[0])]
        return []

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a `lintel` command on its database, as the owner does: (code, output)."""
        folder = self.data / "postgres" / "socket"
        urls = {
            "DATABASE_URL": f"postgresql://lintel_app@/lintel?host={folder}",
            "LINTEL_OWNER_DATABASE_URL": f"postgresql://lintel_owner@/lintel?host={folder}",
            "LINTEL_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "lintel.config.settings",
        }
        return subprocess.run(
            [sys.executable, "-m", "lintel.config.cli", *words],
            cwd=ROOT,
            env=environment(self.data, {**self.extra, **urls}),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def behind(self) -> psycopg.Connection:
        """A connection past all row security, to look at what is really there."""
        folder = self.data / "postgres" / "socket"
        return psycopg.connect(f"host={folder} user=postgres dbname=lintel", autocommit=True)


class Unknown(Exception):
    """The connection died, or the server failed: whether it was done, nobody said."""


@dataclass
class Answer:
    """What came back."""

    status: int
    location: str
    body: str


@dataclass
class Browser:
    """One worker's browser: cookies and forms, nothing more."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, fields: Fields | None = None) -> Answer:
        """The answer, redirects not followed. Raises Unknown when none came, or a failure."""
        body = urlencode(fields or {}, doseq=True) if method == "POST" else None
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, HTTPException) as error:
            raise Unknown(repr(error)) from error
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if response.status >= 500:
            raise Unknown(str(response.status))
        return Answer(response.status, response.headers.get("Location", ""), text)

    def sign_in(self, email: str) -> None:
        """Sign in as a worker of the demonstration."""
        answer = self.ask("POST", "/demo/sign-in", {"email": [email]})
        assert answer.status == 303, answer

    def form(self, path: str, at: str = "") -> Fields | None:
        """The fields of the form that goes to `path` on the page `at` (itself), hidden ones too.

        None when the page, or that form on it, isn't there for this worker now.
        """
        answer = self.ask("GET", at or path)
        return fields_of(answer.body, path) if answer.status == 200 else None


def fields_of(page: str, path: str) -> Fields | None:
    """The fields of the posting form that goes to `path`, or to the page itself; None if none."""
    reader = _Forms()
    reader.feed(page)
    forms = [fields for to, fields in reader.found if to == path]
    forms += [fields for to, fields in reader.found if to == "" and "_once" in fields]
    return forms[0] if forms else None


class _Forms(HTMLParser):
    """Gathers each posting form's fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Fields]] = []
        self._fields: Fields | None = None
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._fields = {}
            self.found.append((given.get("action", ""), self._fields))
        if self._fields is None or not (name := given.get("name", "")):
            return
        if tag == "textarea":
            self._area = name
            self._fields[name] = [""]
        elif tag == "input":
            choice = given.get("type") in {"radio", "checkbox"}
            if not choice or "checked" in given:
                self._fields.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area and self._fields is not None:
            self._fields[self._area] = [html.unescape(data)]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "textarea":
            self._area = ""
