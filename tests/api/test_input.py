"""What bad input gets: a problem that says what and where, and nothing done."""

import json

import pytest

from lintel.requests.api import reading
from lintel.requests.models import Request
from tests import factories
from tests.api.caller import ABOUT, ADVICE, Caller, concern
from tests.support.db import as_role

pytestmark = pytest.mark.django_db(transaction=True)
ADVICE_PATH = "/api/v1/requests/advice"


@pytest.fixture
def caller():
    return Caller.of(factories.worker())


def send(caller, content, content_type="application/json", **headers):
    headers = {"Idempotency-Key": "a-key-of-mine"} | caller.headers() | headers
    return caller.client.generic("POST", ADVICE_PATH, content, content_type, headers=headers)


def problem(answer, status, code):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert body["type"] == f"http://localhost:8000/api/problems/{code}"
    with as_role("postgres"):
        assert not Request.objects.exists()
    return body


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"not json",
        b"\xff\xfe",
        b'{"seen": "\xff"}',
        b'{"seen": NaN}',
        b'{"seen": 1, "seen": 2}',
        b'{"seen": "\\ud800"}',
        b"[" * 100_000,
        b"1" * 10_000,
    ],
    ids=["cut", "text", "utf-16", "latin", "nan", "twice", "surrogate", "deep", "long number"],
)
def test_what_cannot_be_read(caller, content):
    problem(send(caller, content), 400, "malformed")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""],
)
def test_only_json(caller, content_type):
    answer = send(caller, json.dumps(ADVICE), content_type)
    problem(answer, 415, "media-type")
    assert answer["Accept"] == "application/json"


def test_json_with_its_charset(caller):
    answer = send(caller, json.dumps(ADVICE), 'application/json; charset="UTF-8"')
    assert answer.status_code == 201


def test_too_large(caller):
    body = json.dumps({**ADVICE, "seen": "x" * (reading.LARGEST + 1)})
    problem(send(caller, body), 413, "too-large")


def test_the_longest_text_arrives_whole(caller):
    """Ten thousand characters outside the basic plane, escaped: twelve bytes each."""
    answer = caller.post("requests/advice", {**ADVICE, "seen": "𝕏" * 10_000})
    assert answer.status_code == 201
    kept = caller.get(f"requests/sent/{answer.json()['reference']}").json()
    assert kept["letter"]["seen"] == "𝕏" * 10_000


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"seen": ""}, "#/seen"),
        ({"seen": " \n\t "}, "#/seen"),
        ({"seen": None}, "#/seen"),
        ({"seen": 5}, "#/seen"),
        ({"seen": "a\x00b"}, "#/seen"),
        ({"seen": "a\x1bb"}, "#/seen"),
        ({"seen": "x" * 10_001}, "#/seen"),
        ({"urgency": "now"}, "#/urgency"),
        ({"signs": ["hoarding", "witchcraft"]}, "#/signs/1"),
        ({"signs": "hoarding"}, "#/signs"),
        ({"name": "John"}, "#/name"),
        ({"district": "SY1 2AB"}, "#/district"),
        ({"team": "another-team"}, "#/team"),
    ],
)
def test_each_fault_has_its_place(caller, changes, pointer):
    body = problem(send(caller, json.dumps({**ADVICE, **changes})), 422, "invalid")
    assert pointer in [fault["pointer"] for fault in body["errors"]]
    assert all(fault["detail"] for fault in body["errors"])
    assert "witchcraft" not in str(body)


@pytest.mark.parametrize(
    ("who", "pointer"),
    [
        ({}, "#/who/person_id"),
        ({"person_id": "5"}, "#/who/person_id"),
        ({"person_id": 0}, "#/who/person_id"),
        ({"person_id": 2**63}, "#/who/person_id"),
        ({"person_id": True}, "#/who/person_id"),
        ({"person_id": 5, "tenancy": "T1"}, "#/who/person_id"),
        ({"tenancy": ""}, "#/who/tenancy"),
        ({"about": {"name": "John"}}, "#/who/about/address"),
        ({"about": {"name": "\u200b\u200b", "born": " "}}, "#/who/about/born"),
        ({"about": {**ABOUT, "postcode": "SY1 2AB\x00"}}, "#/who/about/postcode"),
        ({"about": {**ABOUT, "age": 5}}, "#/who/about/age"),
        (None, "#/who"),
        ([], "#/who"),
        ("John", "#/who"),
    ],
)
def test_who_is_said_in_one_way(caller, who, pointer):
    body = problem(caller.post("requests/concerns", concern(who)), 422, "invalid")
    assert pointer in [fault["pointer"] for fault in body["errors"]]


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("requests/sent", {"limit": "0"}, "limit"),
        ("requests/sent", {"limit": "101"}, "limit"),
        ("requests/sent", {"shown": "secret"}, "shown"),
        ("requests/sent", {"cursor": "nonsense"}, "cursor"),
        ("requests/sent", {"cursor": "W251bGwsIG51bGxd"}, "cursor"),
        ("requests/sent", {"colour": "red"}, ""),
        ("requests/inbox", {"view": "theirs"}, "view"),
        ("teams", {"postcode": "\x00"}, "postcode"),
        ("me", {"a": "1"}, ""),
    ],
)
def test_parameters_are_strict(caller, path, query, parameter):
    body = problem(caller.get(path, **query), 422, "invalid")
    assert [fault["parameter"] for fault in body["errors"]] == [parameter]


@pytest.mark.parametrize("reference", ["LN-1", "ln-2222-2222", "LN-2222-2222%00", "..%2fdesk"])
def test_a_reference_has_its_form(caller, reference):
    answer = caller.client.get(f"/api/v1/requests/sent/{reference}", headers=caller.headers())
    assert answer.status_code in (404, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_for_repeating_is_needed_to_raise(caller):
    body = problem(caller.post("requests/advice", ADVICE, key=None), 422, "invalid")
    assert body["errors"] == [{"parameter": "Idempotency-Key", "detail": "This is needed"}]
    problem(caller.post("requests/advice", ADVICE, key="short"), 422, "invalid")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET", "HEAD", "OPTIONS", "TRACE"])
def test_other_methods(caller, method):
    answer = caller.client.generic(method, ADVICE_PATH, headers=caller.headers())
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/", "/api/v1", "/api/v1/me/", "/api/v2/me", "/api/docs"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_any_other_address_is_a_problem(caller, path, method):
    assert problem(caller.client.generic(method, path), 404, "not-found")


def test_a_fault_of_ours_is_a_problem_without_words(caller, monkeypatch):
    def fail(*args, **more):
        raise RuntimeError("John Invented, 1 Example Street")

    monkeypatch.setattr("lintel.requests.api.finding.show.teams", fail)
    caller.client.raise_request_exception = False
    answer = caller.get("teams")
    assert "Invented" not in answer.content.decode()
    problem(answer, 500, "failed")


def test_kinds_of_problem_explain_themselves(client):
    answer = client.get("/api/problems/too-many")
    assert answer.json()["status"] == 429
    assert client.get("/api/problems/none").status_code == 404
