"""Deny by default, one bound transaction a view, and guessing that is noticed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import actions
from lintel.agencies.models import Agency, Guess
from lintel.agencies.states import Role
from lintel.kernel.models import Access, Event, Message
from tests import factories
from tests.support.db import as_role

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.agencies.urls_for_middleware"),
]


@pytest.fixture
def worker(client):
    made = factories.worker()
    client.force_login(made.user)
    return made


def test_a_view_is_closed_unless_it_says_otherwise(client):
    answer = client.get("/t/bound?x=1")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/accounts/login/?next=/t/bound%3Fx%3D1",
    )
    assert client.get("/t/open").content == b"open"


def test_the_view_runs_bound_to_the_worker(client, worker):
    assert client.get("/t/bound").content == str(worker.pk).encode()


def test_a_lazy_answer_is_rendered_inside(client, worker):
    assert client.get("/t/lazy").status_code == 200


@pytest.mark.parametrize(
    ("how", "status", "kept"),
    [
        ("answers", 200, True),
        ("404", 404, False),
        ("not-found", 404, False),
        ("denied", 403, False),
        ("conflict", 409, False),
    ],
)
def test_what_is_raised_rolls_back_and_becomes_a_page(client, worker, how, status, kept):
    assert client.get(f"/t/1/{how}").status_code == status
    assert (Agency.objects.get(pk=worker.agency_id).name == "Changed") is kept


def test_a_bug_rolls_back_and_is_not_hidden(client, worker):
    with pytest.raises(RuntimeError, match="bug"):
        client.get("/t/1/bug")
    assert Agency.objects.get(pk=worker.agency_id).name != "Changed"


@pytest.mark.parametrize(
    ("how", "noted"), [("404", 1), ("not-found", 1), ("denied", 1), ("conflict", 0)]
)
def test_asking_for_what_is_not_there_is_noted(client, worker, how, noted):
    client.get(f"/t/7/{how}")
    with as_role("postgres"):
        rows = list(Access.objects.filter(worker_id=worker.pk))
    assert len(rows) == noted
    assert all((row.verb, row.worker_agency_id) == ("denied", worker.agency_id) for row in rows)


def without_tokens(answer):
    """The page without what is random at every answer, whatever it answers."""
    return re.sub(rb'name="(csrfmiddlewaretoken|_once|_who)" value="[^"]*"', b"", answer.content)


def test_absent_and_out_of_sight_are_one_page(client, worker):
    one, other = client.get("/t/7/404"), client.get("/t/8/not-found")
    assert without_tokens(one) == without_tokens(other)
    assert dict(one.headers) == dict(other.headers)


def test_many_guesses_are_told_and_then_stopped(client, worker):
    lead = factories.worker(worker.agency, roles=[Role.INFORMATION_LEAD])
    factories.worker(roles=[Role.INFORMATION_LEAD])  # Another agency's: not told.
    for _ in range(actions.GUESSES_NOTICED - 1):
        client.get("/t/7/404")
    with as_role("postgres"):
        assert Message.objects.count() == 0
    for _ in range(actions.GUESSES_STOPPED - actions.GUESSES_NOTICED + 1):
        assert client.get("/t/7/404").status_code == 404
    with as_role("postgres"):
        assert [m.to_user_id for m in Message.objects.all()] == [lead.user_id]
        event = Event.objects.get(verb="agencies.guessing_noticed")
        assert (event.subject_kind, event.subject_id) == ("worker", str(worker.pk))
    assert client.get("/t/7/404").status_code == 429
    assert client.get("/t/7/answers").status_code == 429
    assert client.get("/t/bound").status_code == 200  # Work that guesses nothing goes on.
    Guess.objects.update(began=timezone.now() - timedelta(minutes=11))
    assert client.get("/t/7/404").status_code == 404
    assert Guess.objects.get().count == 1


def test_a_worker_who_left_is_signed_out(client, worker):
    worker.left_on = timezone.localdate()
    worker.save()
    answer = client.get("/t/bound")
    assert answer.status_code == 403
    assert b"No agency says that you work for it now" in answer.content
    assert client.get("/t/bound").status_code == 302
