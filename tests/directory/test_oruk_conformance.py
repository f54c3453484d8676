"""The check of others: it passes ours, finds each lie of a server that lies, and asks politely."""

import copy
import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from lintel.directory.conformance import __main__ as command
from lintel.directory.conformance import asking, checks
from lintel.directory.conformance.report import Mark, Report
from lintel.directory.conformance.schemas import Schemas
from lintel.directory.entry import Rule, Term
from lintel.directory.states import RuleKind
from tests.directory import making
from tests.support import shared


@pytest.fixture
def schemas() -> Schemas:
    return Schemas(shared.needed("oruk", "schemas"))


def faults(report: Report) -> list[str]:
    """What is wrong, in words."""
    return [one.words for one in report.found if one.mark is Mark.FAULT]


@pytest.mark.django_db(transaction=True)
class TestOurs:
    @pytest.fixture(autouse=True)
    def _directory(self):
        making.postcode()
        adults = [Rule(kind=RuleKind.AGE, words="Adults", minimum=18, maximum=64)]
        for number in range(130):
            values = {
                "rules": adults if number % 2 else [],
                "hours": [making.hours("daily")] if number % 3 else [making.hours()],
                "locations": [making.at(lat=making.LAT + number / 1000)],
            }
            making.published(f"Service {number}", owned_by=f"Agency {number % 9}", **values)
        terms = [
            Term(id=f"00000000-0000-4000-8000-{n:012}", taxonomy=f"T{n % 3}", name=f"Term {n}")
            for n in range(120)
        ]
        making.published("Everything", terms=terms)

    def test_it_meets_both_levels(self, live_server, schemas, capsys):
        address = f"{live_server.url}/oruk/v3"
        code = command.main([address, "--pause", "0"])
        said = capsys.readouterr().out
        assert "Level 1: met\nLevel 2: met" in said, said
        assert "FAULT" not in said
        assert code == 0

    def test_near_is_fewer(self, live_server, schemas):
        report = checks.Run(asking.Asker(f"{live_server.url}/oruk/v3/", pause=0), schemas).all()
        assert [one.words for one in report.found if "within" in one.words] == [
            "/service_at_locations: 6 within 500 metres, 131 within 20 km, 131 in all"
        ]


# A server of our own making, and what it may lie about.

NAMES = ("services", "taxonomies", "taxonomy_terms", "service_at_locations")


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def thing(name: str, number: int) -> dict:
    """The least that the schemas take."""
    told = {"id": uuid(number), "name": f"Thing number{number}", "description": "A thing"}
    if name == "services":
        return told | {"status": "active"}
    if name == "service_at_locations":
        address = {"id": uuid(900), "address_1": "1 High St", "city": "Q", "state_province": ""}
        address |= {"postal_code": "QX1 2AB", "country": "GB", "address_type": "physical"}
        place = {"id": uuid(901), "location_type": "physical", "addresses": [address]}
        return {"id": uuid(number), "location": place}
    return told


class Server:
    """Answers from memory. `lies` change a page before it is sent."""

    def __init__(self) -> None:
        self.things = {name: [thing(name, n) for n in range(1, 251)] for name in NAMES}
        self.lie = lambda path, query, told: told
        self.headers = {"Access-Control-Allow-Origin": "*"}
        self.asked: Counter[str] = Counter()

    def answer(self, address: str) -> tuple[int, object]:
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path
        self.asked[path] += 1
        if path == "/":
            told = {"version": "HSDS-UK-3.0", "profile": "https://x.example", "openapi_url": "x"}
            return 200, self.lie(path, query, told)
        _, name, *key = path.split("/")
        if key:
            found = [one for one in self.things[name] if one["id"] == key[0]]
            return (200, self.lie(path, query, copy.deepcopy(found[0]))) if found else (404, {})
        held = self.things[name]
        if query.keys() & {"taxonomy_id", "taxonomy_term_id", "minimum_age", "maximum_age"}:
            held = []
        if "search" in query:
            held = [one for one in held if query["search"] in one["name"]]
        page, size = int(query.get("page", 1)), int(query.get("per_page", 50))
        contents = held[(page - 1) * size : page * size]
        pages = -(-len(held) // size)
        told = {
            "total_items": len(held),
            "total_pages": pages,
            "page_number": page,
            "size": len(contents),
            "first_page": page == 1,
            "last_page": page >= pages,
            "empty": not contents,
            "contents": copy.deepcopy(contents),
        }
        return 200, self.lie(path, query, told)


@contextmanager
def running(server: Server):
    """The server's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, told = server.answer(self.path)
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            for name, value in (server.headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def run(server: Server, schemas: Schemas, **limits) -> Report:
    with running(server) as address:
        return checks.Run(asking.Asker(address, pause=0, **limits), schemas).all()


def on(path: str, page: int | None = None, **changes):
    """A lie: these values on a path, or on one page of it."""

    def lie(asked, query, told):
        if asked != path or (page is not None and query.get("page") != str(page)):
            return told
        return told | changes

    return lie


def repeat(path, query, told):
    if path == "/services" and query.get("page") == "2":
        told["contents"][0]["id"] = uuid(1)
    return told


def drop(path, query, told):
    if path == "/services" and query.get("page") == "2":
        told["contents"] = told["contents"][1:]
    return told


def ignore(path, query, told):
    return told | {"total_items": 250} if "search" in query else told


def no_paging(path, query, told):
    return {"contents": told["contents"]} if path == "/services" else told


def broken(path, query, told):
    return b"[" * 100_000 if path == "/services" else told


LIES = {
    "an old version": (on("/", version="HSDS-UK-1.0"), "not HSDS-UK-3.0"),
    "nothing on itself": (on("/", profile=""), "/: no profile"),
    "a wrong total": (on("/services", total_items=251), "251"),
    "a wrong number of pages": (on("/services", total_pages=2), "total_pages is 2"),
    "a wrong page number": (on("/services", 2, page_number=1), "page_number is 1"),
    "a wrong size": (on("/services", 3, size=100), "size is 100, and it holds 50"),
    "always the first page": (on("/services", first_page=True), "first_page is True"),
    "never the last page": (on("/services", 3, last_page=False), "last_page is False"),
    "never empty": (on("/services", empty=True), "empty is True"),
    "a thing twice": (repeat, "was on a page before"),
    "a thing left out": (drop, "it holds 99"),
    "a search that is ignored": (ignore, "seems to be ignored"),
    "no paging at all": (no_paging, "missing, or of the wrong type"),
    "no JSON": (broken, "isn’t JSON"),
    "yes for true": (on("/services", last_page="true"), "last_page missing, or of the wrong"),
    "another thing than asked": (on(f"/services/{uuid(1)}", id=uuid(2)), "it has the id"),
    "a bad status": (on(f"/services/{uuid(1)}", status="open"), "'open' is not one of"),
    "a list of words": (on("/services", 1, contents=["x"] * 100), "isn’t an object"),
    "a bad term": (on("/taxonomy_terms", 1, contents=[{"id": "7"}]), "taxonomy_terms: 7"),
}


def test_an_honest_server_meets_both_levels(schemas):
    report = run(Server(), schemas)
    assert faults(report) == []
    assert report.met(2)


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_found(lie, schemas):
    server = Server()
    server.lie, words = LIES[lie]
    report = run(server, schemas)
    assert [found for found in faults(report) if words in found], faults(report)
    assert not report.met(2)


def test_other_sites_must_be_let_in(schemas):
    server = Server()
    server.headers = {}
    report = run(server, schemas)
    assert "no Access-Control-Allow-Origin" in faults(report)[0]
    assert report.verdict(1) is Mark.FAULT


def test_level_two_may_fail_alone(schemas):
    server = Server()
    server.lie = on("/taxonomies", total_items=0)
    report = run(server, schemas)
    assert report.met(1)
    assert not report.met(2)


def test_nothing_to_look_at_is_not_a_pass(schemas):
    server = Server()
    server.things = {name: [] for name in NAMES}
    report = run(server, schemas)
    assert faults(report) == []
    assert report.verdict(1) is Mark.UNKNOWN
    assert not report.met(1)


def test_fewer_a_page_than_asked_for_is_no_fault(schemas):
    server = Server()
    whole = server.answer
    server.answer = lambda address: whole(address.replace("per_page=100", "per_page=40"))
    report = run(server, schemas)
    assert faults(report) == []
    assert "gives 40 a page, not 100" in " ".join(one.words for one in report.found)


def test_it_asks_no_more_than_it_is_told(schemas):
    server = Server()
    report = run(server, schemas, most=7)
    assert server.asked.total() == 7
    assert "stopped after 7 questions" in [
        one.words for one in report.found if one.mark is Mark.UNKNOWN
    ]
    assert not report.met(1)


def test_an_endless_server_is_left(schemas):
    server = Server()
    server.things["services"] = [thing("services", number) for number in range(1, 5001)]
    report = run(server, schemas)
    assert server.asked["/services"] < 35
    assert faults(report) == []
    assert "/services: only the first 20 pages were looked at" in [
        one.words for one in report.found
    ]


def test_nobody_there(schemas, capsys):
    assert command.main(["http://127.0.0.1:9/oruk/v3", "--pause", "0"]) == command.NOT_MET
    assert "Level 1: NOT MET" in capsys.readouterr().out


def test_what_stops_it_is_said(tmp_path, capsys):
    assert command.main(["https://a.example", "--schemas", str(tmp_path)]) == command.NOT_RUN
    assert "No service, service_at_location" in capsys.readouterr().err
    shared.needed("oruk", "schemas")
    for address in ("file:///etc/passwd", "a.example"):
        assert command.main([address]) == command.NOT_RUN
        assert "https://" in capsys.readouterr().err
