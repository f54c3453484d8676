"""Feeds from addresses: pages, what feeds say of themselves, breaking off, and what isn't read."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from lintel.directory.feeds import addresses, pages
from lintel.directory.feeds.addresses import Fetcher, Refused, check_url, is_open, look_up
from lintel.directory.feeds.pages import PagedSource
from tests.directory.feed_server import Answer, serving, trickling


@pytest.fixture(autouse=True)
def _private(settings: Any) -> None:
    settings.LINTEL_FEEDS_PRIVATE = True


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    made = Fetcher(pause=lambda seconds: None)
    yield made
    made.close()


def entry(number: int, **more: Any) -> dict[str, Any]:
    """One that says all: its own page needn't be asked for."""
    return {"id": str(UUID(int=number)), "name": f"N{number}", "schedules": [], **more}


def page(number: int, of: int, each: int = 3, **changes: Any) -> Answer:
    """A truthful page, with what is changed in it."""
    rows = [entry((number - 1) * each + n) for n in range(each)] if 1 <= number <= of else []
    body = {
        "total_items": of * each,
        "total_pages": of,
        "page_number": number,
        "last_page": number == of,
        "contents": rows,
    }
    return Answer({key: v for key, v in (body | changes).items() if v is not ...})


def read(url: str, fetcher: Fetcher) -> tuple[PagedSource, list[Any]]:
    source = PagedSource(url, fetcher)
    return source, list(source.entries())


def number_of(query: dict[str, str]) -> int:
    return int(query.get("page", 1))


def test_every_page_is_read(fetcher: Fetcher) -> None:
    with serving(lambda path, q: page(number_of(q), 4)) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert [given.raw["name"] for given in found] == [f"N{n}" for n in range(12)]
    assert (source.cut, source.notes, source.complete) == ("", [], True)
    assert len(server.asked) == 4


LIES = {
    "more pages than there are": ({"total_pages": 90, "last_page": False}, True),
    "fewer pages than there are": ({"total_pages": 1, "last_page": True}, True),
    "no word of pages": ({"total_pages": ..., "last_page": ..., "total_items": ...}, True),
    "more entries than there are": ({"total_items": 500}, False),
    "fewer entries than there are": ({"total_items": 2, "total_pages": 4}, True),
    "nonsense": ({"total_items": "many", "total_pages": -3, "last_page": "no"}, True),
}


@pytest.mark.parametrize("lie", LIES)
def test_feeds_that_lie_about_totals(fetcher: Fetcher, lie: str) -> None:
    changes, complete = LIES[lie]
    with serving(lambda path, q: page(number_of(q), 4, **changes)) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert len(found) == 12
    assert source.complete is complete
    assert len(server.asked) <= 6
    if "entries" in lie:
        assert "12 came" in source.notes[0]


def test_the_same_page_for_ever(fetcher: Fetcher) -> None:
    with serving(lambda path, q: page(1, 4, last_page=False)) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert len(found) == 3
    assert not source.complete
    assert source.notes == ["The feed says that it has 12; 3 came."]
    assert len(server.asked) == 2


def test_pages_that_go_round(fetcher: Fetcher) -> None:
    with serving(
        lambda path, q: page((number_of(q) - 1) % 3 + 1, 3, last_page=False, total_items=99)
    ) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert len(found) == 9
    assert not source.complete


def test_pages_without_end(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 20)
    with serving(lambda path, q: page(number_of(q), 10**6, last_page=False)) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert (len(found), len(server.asked)) == (60, 20)
    assert "longer than any directory" in source.cut


def test_a_feed_that_counts_from_nothing(fetcher: Fetcher) -> None:
    """The older shape, as some serve it: their page 1 is the second."""

    def script(path: str, q: dict[str, str]) -> Answer:
        number = number_of(q)
        rows = [entry(number * 3 + n) for n in range(3)] if number < 3 else []
        return Answer(
            {
                "content": rows,
                "number": number,
                "first": number == 0,
                "last": number == 2,
                "totalElements": 9,
                "totalPages": 3,
            }
        )

    with serving(script) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert sorted(given.raw["name"] for given in found) == [f"N{n}" for n in range(9)]
    assert source.complete


def test_a_list_without_pages_is_asked_for_once(fetcher: Fetcher) -> None:
    with serving(lambda path, q: Answer([entry(1), entry(2)])) as server:
        source, found = read(f"{server.url}/all.json", fetcher)
    assert (len(found), server.asked, source.complete) == (2, ["/all.json"], True)


def test_the_root_of_an_interface_leads_to_its_list(fetcher: Fetcher) -> None:
    def script(path: str, q: dict[str, str]) -> Answer:
        if path.endswith("/services"):
            return page(number_of(q), 2)
        return Answer({"version": "3.0", "profile": "x", "openapi_url": "y"})

    with serving(script) as server:
        source, found = read(f"{server.url}/oruk/", fetcher)
    assert (len(found), source.complete) == (6, True)


def test_services_are_read_from_their_own_pages(fetcher: Fetcher) -> None:
    def script(path: str, q: dict[str, str]) -> Answer:
        if path == "/services":
            rows = [{"id": str(n), "name": f"N{n}"} for n in range(5)]
            return Answer({"contents": rows, "total_items": 5, "last_page": True})
        key = path.rpartition("/")[2]
        if key == "3":
            return Answer(status=404)
        other = "9" if key == "4" else key
        return Answer({"id": other, "name": f"N{key}", "schedules": [], "fees": "None"})

    with serving(script) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert [given.raw.get("fees", "") for given in found] == ["None", "None", "None", "", ""]
    assert [given.partial for given in found] == [False, False, False, True, True]
    assert source.complete


def test_a_feed_without_pages_for_services_is_asked_once(fetcher: Fetcher) -> None:
    def script(path: str, q: dict[str, str]) -> Answer:
        if path != "/services":
            return Answer(status=404)
        return Answer({"contents": [{"id": "1", "name": "A"}, {"id": "2"}], "last_page": True})

    with serving(script) as server:
        _, found = read(f"{server.url}/services", fetcher)
    assert [given.partial for given in found] == [False, False]
    assert len(server.asked) == 2


@pytest.mark.parametrize("where", [10, 150, -3])
def test_a_connection_that_drops_keeps_what_came(fetcher: Fetcher, where: int) -> None:
    def script(path: str, q: dict[str, str]) -> Answer:
        answer = page(number_of(q), 4)
        if number_of(q) == 3:
            answer.cut = where % len(answer.bytes)
        return answer

    with serving(script) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert 6 <= len(found) <= 9
    assert source.cut
    assert not source.complete
    assert len(server.asked) == 2 + addresses.TRIES


def test_a_server_that_comes_back_is_read_on(fetcher: Fetcher) -> None:
    failed: list[str] = []

    def script(path: str, q: dict[str, str]) -> Answer:
        if number_of(q) == 2 and len(failed) < 2:
            failed.append(path)
            return Answer(status=503)
        return page(number_of(q), 3)

    with serving(script) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert (len(found), source.complete) == (9, True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(b"<html><body>Sorry</body></html>"), "web page"),
        (Answer(b""), "empty"),
        (Answer({"message": "no"}), "no list"),
        (Answer(status=500), "answered 500"),
        (Answer(status=401), "answered 401"),
    ],
)
def test_what_is_no_feed(fetcher: Fetcher, answer: Answer, words: str) -> None:
    with serving(lambda path, q: answer) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert (found, source.complete) == ([], False)
    assert words in source.cut


def test_a_packed_page_that_unpacks_without_end_is_left(fetcher: Fetcher, settings: Any) -> None:
    settings.LINTEL_FEEDS_MOST_MB = 1
    bomb = gzip.compress(b'[{"id":"1","name":"' + b"x" * 50_000_000 + b'"}]')
    with serving(lambda path, q: Answer(bomb, headers={"Content-Encoding": "gzip"})) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert (found, source.cut) == ([], "The feed is larger than 1 MB.")
    assert fetcher.bytes < 20_000_000


def test_packed_pages_are_read(fetcher: Fetcher) -> None:
    packed = gzip.compress(json.dumps([entry(1)]).encode())
    with serving(lambda path, q: Answer(packed, headers={"Content-Encoding": "gzip"})) as server:
        source, found = read(f"{server.url}/services", fetcher)
    assert (len(found), source.complete) == (1, True)


def test_a_page_without_end_is_left_as_pages_without_end_are(fetcher: Fetcher) -> None:
    hours = iter(range(100))
    with serving(lambda path, q: page(1, 1, each=2000)) as server:
        source = PagedSource(f"{server.url}/services", fetcher, clock=lambda: next(hours) * 1000.0)
        found = list(source.entries())
    assert 0 < len(found) < 2000
    assert (source.cut, source.complete) == (pages.ENDLESS, False)


SLOW = {
    "a head": (b"HTTP/1.1 200 OK\r\n", "No answer could be read"),
    "what leads on": (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "on and on"),
    "a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", addresses.TOO_SLOW),
    "a body of any length": (b"HTTP/1.1 200 OK\r\n\r\n[", addresses.TOO_SLOW),
    "the length of a piece": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        addresses.TOO_SLOW,
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_server_that_sends_a_space_at_a_time_holds_nobody(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(addresses, "LONGEST_HEAD", 0.3)
    monkeypatch.setattr(addresses, "LONGEST_PAGE", 0.3)
    begins, words = SLOW[name]
    with trickling(begins) as url, ThreadPoolExecutor(1) as apart:
        source, found = apart.submit(read, url, fetcher).result(timeout=20)
    assert (found, source.complete) == ([], False)
    assert words in source.cut


# What isn't read


def test_redirects_are_followed_so_far(fetcher: Fetcher) -> None:
    def script(path: str, q: dict[str, str]) -> Answer:
        steps = int(path.removeprefix("/")) if path[1:].isdigit() else 0
        if steps:
            return Answer(status=302, headers={"Location": f"/{steps - 1}"})
        return Answer([entry(1)])

    with serving(script) as server:
        assert fetcher.get(f"{server.url}/3").size
        with pytest.raises(Refused, match="on and on"):
            fetcher.get(f"{server.url}/4")


def test_a_redirect_into_the_house_is_not_followed(fetcher: Fetcher, settings: Any) -> None:
    """The first step is let through, as if it were outside; the second is looked at anew."""
    hops = iter([True, False])

    def script(path: str, q: dict[str, str]) -> Answer:
        return Answer(status=302, headers={"Location": "http://169.254.169.254/latest/"})

    original = addresses.private_allowed
    addresses.private_allowed = lambda: next(hops)
    try:
        with serving(script) as server, pytest.raises(Refused, match="private network"):
            fetcher.get(f"{server.url}/services")
    finally:
        addresses.private_allowed = original


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "http://10.0.0.8/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
def test_private_networks_are_not_read(fetcher: Fetcher, settings: Any, url: str) -> None:
    settings.LINTEL_FEEDS_PRIVATE = False
    with pytest.raises(Refused):
        fetcher.get(url)


def test_a_name_with_one_private_address_is_not_read(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINTEL_FEEDS_PRIVATE = False
    both = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *a, **k: both)
    with pytest.raises(Refused):
        look_up("feed.example", 80)
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *a, **k: both[:1])
    assert look_up("feed.example", 80) == "93.184.216.34"


@pytest.mark.parametrize(
    ("address", "open_"),
    [
        ("8.8.8.8", True),
        ("2a00:1450::1", True),
        ("::ffff:8.8.8.8", True),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
    ],
)
def test_open_addresses(address: str, open_: bool) -> None:
    assert is_open(address) is open_


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:word@x.org/",
        "https://user@x.org/",
        "https://",
        "https://x.org:99999/",
        "https://x.org/a b",
        "x.org/services",
        "http://[::1/",
    ],
)
def test_addresses_that_are_refused_by_their_form(url: str) -> None:
    with pytest.raises(Refused):
        check_url(url)


def test_the_place_in_a_page_is_no_part_of_the_address() -> None:
    assert check_url(" https://x.org/services?a=1#top ") == "https://x.org/services?a=1"
