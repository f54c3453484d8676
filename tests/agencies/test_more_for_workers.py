"""Pages for everybody that show a worker more: only one who could open any other page now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.config import middleware
from lintel.web import who
from lintel.web.rescue import SESSION_KEY
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.agencies.urls_for_middleware"),
]
NOBODY = b"nobody None"


@pytest.fixture
def worker(client):
    made = factories.worker()
    client.force_login(made.user)
    return made


def test_anybody_gets_what_the_public_gets(client):
    assert client.get("/t/more").content == NOBODY


def test_a_worker_is_bound_for_the_reading(client, worker):
    assert client.get("/t/more").content == f"{worker.pk} {worker.pk}".encode()
    # And nothing is left on the connection.
    client.logout()
    assert client.get("/t/more").content == NOBODY


def test_without_a_second_factor_a_worker_is_the_public(client, worker, settings):
    settings.LINTEL_SECOND_FACTOR = True
    assert client.get("/t/more").content == NOBODY


def test_a_session_that_is_over_is_the_public(client, worker, settings, monkeypatch):
    client.get("/t/more")
    late = timezone.now() + timedelta(minutes=settings.LINTEL_SESSION_IDLE_MINUTES + 1)
    monkeypatch.setattr(middleware, "present", lambda: late)
    answer = client.get("/t/more")
    assert (answer.status_code, answer.content) == (200, NOBODY)


@pytest.mark.parametrize("how", ["left", "closed"])
def test_who_has_left_is_the_public(client, worker, how):
    if how == "left":
        worker.left_on = timezone.localdate()
        worker.save()
    else:
        worker.user.is_active = False
        worker.user.save()
    answer = client.get("/t/more")
    assert (answer.status_code, answer.content) == (200, NOBODY)


def test_an_error_becomes_a_page_for_both(client, worker):
    assert client.post("/t/more").status_code == 404
    client.logout()
    assert client.post("/t/more").status_code == 404


def test_a_form_for_everybody_does_not_wait_for_its_opener(client, worker):
    token = who.who_token(worker.user_id, "/t/more")
    client.logout()
    answer = client.post("/t/more", {who.FIELD: token, "place": "QX1 2AB"})
    assert answer.status_code == 404
    assert SESSION_KEY not in client.session
