"""Asking a server: one question at a time, so many at most, with a pause between them."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AGENT = "Lintel conformance check (Open Referral UK 3.0)"
LARGEST = 50_000_000
HANDLERS = (
    # Web addresses only: not those of files, wherever the server may send us.
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.HTTPDefaultErrorHandler,
)


class Unanswered(Exception):
    """There was no answer; the words say why."""


class Enough(Exception):
    """So many questions were asked as may be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` by their names in small letters."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body. Raises ValueError if it isn't JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class Asker:
    """Asks the server at `base`. `pause` and `timeout` are in seconds."""

    base: str
    most: int = 300
    pause: float = 0.1
    timeout: float = 20.0
    asked: int = 0
    _opener: urllib.request.OpenerDirector = field(default_factory=urllib.request.OpenerDirector)

    def __post_init__(self) -> None:
        self.base = self.base.rstrip("/")
        if urllib.parse.urlsplit(self.base).scheme not in ("http", "https"):
            raise ValueError("Give an address that begins with https:// or http://")
        for handler in HANDLERS:
            self._opener.add_handler(handler())

    def get(self, path: str, **query: object) -> Answer:
        """The answer, whatever its status. Raises Unanswered, Enough."""
        if self.asked >= self.most:
            raise Enough
        if self.asked:
            time.sleep(self.pause)
        self.asked += 1
        url = self.base + path + (f"?{urllib.parse.urlencode(query)}" if query else "")
        headers = {"User-Agent": AGENT, "Accept": "application/json", "Origin": "https://a.example"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - checked above
        try:
            return self._read(request, url)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unanswered(f"{url}: {getattr(error, 'reason', error) or error!r}") from error

    def _read(self, request: urllib.request.Request, url: str) -> Answer:
        try:
            response = self._opener.open(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            body = response.read(LARGEST + 1)
            if len(body) > LARGEST:
                raise ValueError(f"more than {LARGEST // 1_000_000} MB in one answer")
            named = {name.lower(): value for name, value in response.headers.items()}
            return Answer(url, response.status or 0, named, body)
