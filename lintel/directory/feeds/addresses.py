"""Fetching from addresses that somebody typed: nothing inside this house can be reached by it.

The name is looked up once, every address that it has is checked, and the connection goes to the
very address that was checked: a name that changes its mind in between gains nothing. Redirects
are followed three times, each checked the same way.
"""

import ipaddress
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from typing import IO
from urllib.parse import urljoin, urlsplit, urlunsplit

import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

REDIRECTS = 3
IN_MEMORY = 2_000_000
TRIES = 3
PAUSES = (1.0, 4.0)
AGAIN = {408, 425, 429, 500, 502, 503, 504}
TIMEOUT = urllib3.Timeout(connect=10, read=30)
PORTS = {"http": 80, "https": 443}
# Seconds. A time-out is of each piece that comes: a server that sends a letter at a time would
# hold the reading for good.
LONGEST_HEAD, LONGEST_PAGE = 60, 15 * 60
CONNECTIONS = 4
AGENT = "Lintel directory (Open Referral UK reader)"
CUT_OFF = "The connection ended before the page did."
TOO_SLOW = "The page came too slowly to be read to its end."

Pause = Callable[[float], None]


class Refused(Exception):
    """An address that is not fetched from, or that gave nothing; `words` say why."""

    def __init__(self, words: str, *, status: int = 0) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


@dataclass(slots=True)
class Fetched:
    """What came. `cut`: the connection ended early; what came before it is in `file`."""

    file: IO[bytes]
    url: str
    size: int = 0
    cut: str = ""


def private_allowed() -> bool:
    """Whether addresses inside private networks may be read (LINTEL_FEEDS_PRIVATE)."""
    return bool(getattr(settings, "LINTEL_FEEDS_PRIVATE", False))


def most_bytes() -> int:
    """The most that one feed may hold (LINTEL_FEEDS_MOST_MB)."""
    return int(getattr(settings, "LINTEL_FEEDS_MOST_MB", 300)) * 1024 * 1024


def check_url(url: str) -> str:
    """The address, if its form is that of one to fetch from. Raises Refused with words."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Refused("This is no web address") from None
    if parts.scheme not in PORTS or not host:
        raise Refused("Enter a web address that starts with https:// or http://")
    if parts.username is not None or parts.password is not None:
        raise Refused("Enter the address without a user name or password in it")
    if port == 0 or any(ord(letter) < 33 for letter in url.strip()):
        raise Refused("This is no web address")
    return urlunsplit(parts._replace(fragment=""))


def is_open(address: str) -> bool:
    """Whether an IP address is one of the open internet.

    Addresses that carry another inside (mapped, 6to4, NAT64, Teredo) are judged by that one, too.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        carried = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in NAT64:
            carried.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if any(one is not None and not one.is_global for one in carried):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def look_up(host: str, port: int) -> str:
    """The address to connect to. Raises Refused unless each one of the name's may be read."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(f"The name {host} can’t be found on the internet.") from None
    addresses = [str(row[4][0]) for row in found]
    if not private_allowed() and not all(is_open(one) for one in addresses):
        raise Refused("The address is inside a private network, which is not read.")
    # Few machines lack the older kind, many the newer.
    return min(addresses, key=lambda one: ":" in one)


@contextmanager
def _cut_after(seconds: float, cut: Callable[[], None]) -> Iterator[None]:
    """Call `cut` from another thread if the block takes longer."""
    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class _Connection(HTTPConnection):
    """A connection that is cut off when the head of an answer doesn't come in time."""

    was_cut = False

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # As its parent's.
        """The answer, with its body yet to be read."""
        with _cut_after(LONGEST_HEAD, self._cut):
            answer = super().getresponse()
        if self.was_cut:
            # What there was of a head was read as the whole of it.
            raise TimeoutError
        return answer

    def _cut(self) -> None:
        sock, self.was_cut = self.sock, True
        if sock is not None:
            with suppress(OSError):
                # Under TLS too: only the plain socket may be ended while another thread reads.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _SecureConnection(_Connection, HTTPSConnection):
    """The same under TLS."""


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class Fetcher:
    """Fetches one feed's pages, from as few connections as it takes."""

    def __init__(self, *, pause: Pause = time.sleep) -> None:
        self._pools: dict[tuple[str, str, int, str], urllib3.HTTPConnectionPool] = {}
        self._pause = pause
        self.bytes = 0

    def close(self) -> None:
        """Let the connections go."""
        for pool in self._pools.values():
            pool.close()

    def get(self, url: str) -> Fetched:
        """The page, in a file of its own. Tried again where that helps. Raises Refused.

        What a connection that broke off had brought counts only after the last try.
        """
        for number in range(TRIES):
            last = number == TRIES - 1
            try:
                page = self._once(url)
            except Refused as refused:
                if last or refused.status not in AGAIN:
                    raise
            except (HTTPError, OSError) as error:
                if last:
                    raise Refused(f"No answer could be read ({type(error).__name__}).") from error
            else:
                if last or not page.cut:
                    return page
                page.file.close()
            self._pause(PAUSES[number])
        raise AssertionError

    def _once(self, url: str) -> Fetched:
        for _ in range(REDIRECTS + 1):
            answer = self._answer(url)
            if answer.status not in {301, 302, 303, 307, 308}:
                return self._kept(answer, url)
            location = answer.headers.get("Location", "")
            # Whatever else it sends, perhaps without end, is nothing to us.
            answer.close()
            onward = urljoin(url, location)
            if urlsplit(url).scheme == "https" and urlsplit(onward).scheme != "https":
                raise Refused("The address leads on to one that is not secure.")
            url = onward
        raise Refused("The address leads on and on, to one place after another.")

    def _answer(self, url: str) -> urllib3.BaseHTTPResponse:
        parts = urlsplit(check_url(url))
        host = parts.hostname or ""
        port = parts.port or PORTS[parts.scheme]
        pool = self._pool(parts.scheme, host, port)
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        shown = f"[{host}]" if ":" in host else host
        headers = {
            "Host": shown if port == PORTS[parts.scheme] else f"{shown}:{port}",
            "Accept": "application/json",
            "User-Agent": AGENT,
            "Accept-Encoding": "gzip",
        }
        return pool.urlopen(
            "GET",
            urllib3.util.parse_url(path).request_uri,
            headers=headers,
            preload_content=False,
            decode_content=True,
            redirect=False,
            retries=False,
            assert_same_host=False,
        )

    def _pool(self, scheme: str, host: str, port: int) -> urllib3.HTTPConnectionPool:
        address = look_up(host, port)
        key = (scheme, host, port, address)
        if key not in self._pools:
            self._pools[key] = (
                _SecurePool(
                    address,
                    port,
                    timeout=TIMEOUT,
                    maxsize=CONNECTIONS,
                    server_hostname=host,
                    assert_hostname=host,
                )
                if scheme == "https"
                else _Pool(address, port, timeout=TIMEOUT, maxsize=CONNECTIONS)
            )
        return self._pools[key]

    def _kept(self, answer: urllib3.BaseHTTPResponse, url: str) -> Fetched:
        if answer.status != 200:
            answer.close()
            raise Refused(f"The server answered {answer.status}.", status=answer.status)
        # Of its own: the next page may be asked for while this one is worked through.
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        page = Fetched(file, url)
        ends = time.monotonic() + LONGEST_PAGE
        try:
            with _cut_after(LONGEST_PAGE, answer.shutdown):
                for chunk in answer.stream(65536, decode_content=True):
                    page.size += len(chunk)
                    self.bytes += len(chunk)
                    if self.bytes > most_bytes():
                        answer.close()
                        raise Refused(f"The feed is larger than {most_bytes() >> 20} MB.")
                    file.write(chunk)
        except (HTTPError, OSError):
            page.cut = CUT_OFF
        if time.monotonic() > ends:
            # It may look like the end of a page that doesn't say how long it is.
            page.cut = TOO_SLOW
        if page.cut:
            answer.close()
        else:
            answer.release_conn()
        file.seek(0)
        return page
