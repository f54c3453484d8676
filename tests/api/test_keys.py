"""Who may call, for whom, and for how long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import actions
from lintel.agencies.models import Guess
from lintel.agencies.states import Scope
from lintel.kernel.errors import Conflict
from lintel.kernel.models import Access
from tests import factories
from tests.api.caller import ADVICE, Caller, concern, issue, lead_of
from tests.support.db import as_role

pytestmark = pytest.mark.django_db(transaction=True)
ABSENT = "LN-2222-2222"


@pytest.fixture
def officer():
    return factories.worker(name="Olu Officer")


def assert_problem(answer, status, code):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert body["type"].endswith(f"/api/problems/{code}")
    return body


def test_a_key_says_for_whom_it_acts(officer):
    answer = Caller.of(officer, Scope.FOLLOW).get("me")
    assert answer.status_code == 200
    slug = officer.memberships.get().team.slug
    assert answer.json() == {
        "name": "Olu Officer",
        "agency": officer.agency.name,
        "integration": "Housing system",
        "scopes": ["requests:follow"],
        "teams": [slug],
    }


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (None, 'Bearer realm="Lintel"'),
        ("Basic b2x1OnBhc3M=", 'Bearer realm="Lintel", error="invalid_token"'),
        ("Bearer", 'Bearer realm="Lintel", error="invalid_token"'),
        ("Bearer lintel_unknown", 'Bearer realm="Lintel", error="invalid_token"'),
        ("Bearer lintel_\xe9", 'Bearer realm="Lintel", error="invalid_token"'),
    ],
)
def test_without_a_good_key_nothing_opens(client, header, challenge):
    headers = {"Authorization": header} if header else {}
    answer = client.get("/api/v1/me", headers=headers)
    assert_problem(answer, 401, "unauthorised")
    assert answer["WWW-Authenticate"] == challenge


def test_a_session_is_no_key(client, officer):
    client.force_login(officer.user)
    assert client.get("/api/v1/me").status_code == 401
    assert client.post("/api/v1/requests/advice", ADVICE, "application/json").status_code == 401


def test_a_key_opens_no_page(officer):
    caller = Caller.of(officer)
    answer = caller.client.get("/requests/sent/", headers=caller.headers())
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_an_error_takes_back_what_was_done_before_it(officer, monkeypatch):
    """The request is written before the answer is shown; when that fails, it was never sent."""
    caller = Caller.of(officer)

    def fail(made):
        raise Conflict("Too late.")

    monkeypatch.setattr("lintel.requests.api.raising.show.raised", fail)
    assert_problem(caller.post("requests/advice", ADVICE, key="one-and-only"), 409, "conflict")
    monkeypatch.undo()
    assert caller.get("requests/sent").json()["items"] == []
    assert caller.post("requests/advice", ADVICE, key="one-and-only").status_code == 201


def test_a_key_ends_with_its_time_its_revoking_and_its_worker(officer, monkeypatch):
    by_time, by_hand, by_leaving = (issue(officer) for _ in range(3))
    now = timezone.now()
    assert Caller(by_time.raw).get("me").status_code == 200
    monkeypatch.setattr("lintel.config.middleware.present", lambda: now + timedelta(days=31))
    assert Caller(by_time.raw).get("me").status_code == 401
    monkeypatch.undo()
    actions.revoke_token(lead_of(officer), token_id=by_hand.token_id, now=now)
    assert Caller(by_hand.raw).get("me").status_code == 401
    officer.left_on = timezone.localdate()
    officer.save()
    assert Caller(by_leaving.raw).get("me").status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        (Scope.RAISE, "get", "requests/sent"),
        (Scope.RAISE, "get", f"requests/sent/{ABSENT}"),
        (Scope.RAISE, "get", "requests/inbox"),
        (Scope.FOLLOW, "post", "requests/concerns"),
        (Scope.FOLLOW, "post", f"requests/sent/{ABSENT}/withdraw"),
        (Scope.FOLLOW, "get", "people/by-tenancy/T1"),
        (Scope.FOLLOW, "get", f"requests/desk/{ABSENT}"),
        (Scope.ANSWER, "post", "requests/advice"),
        (Scope.ANSWER, "get", "requests/sent"),
        (Scope.RAISE, "post", f"requests/desk/{ABSENT}/decide"),
    ],
)
def test_a_key_opens_its_scopes_and_no_more(officer, scope, method, path):
    answer = getattr(Caller.of(officer, scope), method)(path)
    assert_problem(answer, 403, "out-of-scope")
    assert 'error="insufficient_scope", scope="requests:' in answer["WWW-Authenticate"]


def test_another_agencys_worker_finds_nothing(officer):
    made = Caller.of(officer).post("requests/advice", ADVICE).json()
    stranger = Caller.of(factories.worker())
    absent = stranger.get(f"requests/sent/{ABSENT}")
    for path in (f"requests/sent/{made['reference']}", f"requests/desk/{made['reference']}"):
        answer = stranger.get(path)
        assert answer.content == absent.content
        assert_problem(answer, 404, "not-found")
    for act in ("withdraw", "information", "answer"):
        answer = stranger.post(f"requests/sent/{made['reference']}/{act}", {"words": "Mine"})
        assert_problem(answer, 404, "not-found")
    assert stranger.get("requests/sent").json() == {"items": [], "next": None}


def test_guesses_are_noted_and_then_stopped(officer):
    tenant = factories.tenant(factories.worker())
    caller = Caller.of(officer)
    assert_problem(
        caller.post("requests/concerns", concern({"person_id": tenant.pk})), 404, "not-found"
    )
    assert_problem(caller.get(f"requests/sent/{ABSENT}"), 404, "not-found")
    with as_role("postgres"):
        rows = list(Access.objects.filter(worker_id=officer.pk, verb="denied").order_by("id"))
    assert [(r.page, r.person_id, r.request_ref) for r in rows] == [
        ("api:raise_concern", tenant.pk, ""),
        ("api:sent_one", None, ABSENT),
    ]
    assert all(r.integration_id for r in rows)
    Guess.objects.update(count=actions.GUESSES_STOPPED)
    answer = caller.get(f"requests/sent/{ABSENT}")
    assert_problem(answer, 429, "too-many")
    assert answer["Retry-After"] == "600"
    assert caller.get("requests/sent").status_code == 200  # Work that guesses nothing goes on.


def test_a_wrong_address_is_no_guess_about_anybody(officer):
    assert_problem(Caller.of(officer).get("nothing"), 404, "not-found")
    assert not Guess.objects.exists()
