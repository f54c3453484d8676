"""Once: a double click, a lost answer, a repeated call."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintel.kernel import once
from lintel.kernel.actor import Actor, bound
from lintel.kernel.errors import Conflict, Invalid
from lintel.kernel.models import Once
from tests.support.database import superuser


class Work:
    """Work that can be counted, and answers differently each time."""

    def __init__(self, takes: float = 0.0, fails: int = 0) -> None:
        self.done = 0
        self.takes = takes
        self.fails = fails

    def __call__(self) -> dict[str, object]:
        time.sleep(self.takes)
        self.done += 1
        if self.done <= self.fails:
            raise ZeroDivisionError
        return {"location": f"/requests/{self.done}/", "status": 201}


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer(actor: Actor) -> None:
    work = Work()
    with bound(actor):
        first = once.run(actor, "requests.new", "k1", work)
        assert once.run(actor, "requests.new", "k1", work) == first
        assert once.run(actor, "requests.new", "k2", work) != first
        assert once.run(actor, "plans.new", "k1", work) != first
    assert work.done == 3


@pytest.mark.django_db
def test_the_same_key_of_another_worker_is_another_key(actor: Actor) -> None:
    other = Actor(worker_id=8, user_id=80, agency_id=3, name="Other")
    work = Work()
    for who in (actor, other):
        with bound(who):
            once.run(who, "requests.new", "k1", work)
    assert work.done == 2


@pytest.mark.django_db
def test_a_key_used_for_something_else_is_refused(actor: Actor) -> None:
    work = Work()
    with bound(actor):
        once.run(actor, "requests.new", "k1", work, fingerprint="a")
        with pytest.raises(Conflict, match="new key"):
            once.run(actor, "requests.new", "k1", work, fingerprint="b")
        once.run(actor, "requests.new", "k1", work, fingerprint="a")
    assert work.done == 1


@pytest.mark.django_db
def test_failed_work_leaves_nothing_and_can_be_done_again(actor: Actor) -> None:
    work = Work(fails=1)
    with bound(actor):
        with pytest.raises(ZeroDivisionError):
            once.run(actor, "requests.new", "k1", work)
        assert once.run(actor, "requests.new", "k1", work)["status"] == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b"])
def test_a_bad_key_is_refused(actor: Actor, key: str) -> None:
    with bound(actor), pytest.raises(Invalid):
        once.run(actor, "requests.new", key, Work())


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    key=st.text(st.characters(exclude_characters="\x00", codec="utf-8"), min_size=1, max_size=200)
)
def test_any_other_key_works(actor: Actor, key: str) -> None:
    work = Work()
    with bound(actor):
        once.run(actor, "any", key, work)
        once.run(actor, "any", key, work)
        assert work.done <= 1
        assert Once.objects.filter(key=key).count() == 1


@pytest.mark.django_db
def test_nobody_else_sees_the_answers(actor: Actor) -> None:
    with bound(actor):
        once.run(actor, "requests.new", "k1", Work())
        assert Once.objects.count() == 1
    assert not Once.objects.exists()
    with bound(Actor(worker_id=8, user_id=80, agency_id=3, name="Other")):
        assert not Once.objects.exists()
        with pytest.raises(ProgrammingError, match="row-level security"):
            once.run(actor, "requests.new", "k2", Work())


@pytest.mark.django_db
def test_old_answers_are_forgotten(actor: Actor, now: datetime) -> None:
    with bound(actor):
        once.run(actor, "requests.new", "k1", Work())
        created = Once.objects.get().created
    assert once.forget(created) == 0
    assert once.forget(created + timedelta(seconds=1)) == 1


def at_once(number: int, work: Callable[[], object]) -> list[object]:
    """Call `work` in that many threads together; answers and errors, in no order."""
    start = threading.Barrier(number)
    results: list[object] = []

    def run() -> None:
        try:
            start.wait(20)
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_a_double_click_does_it_once(actor: Actor) -> None:
    work = Work(takes=0.3)

    def click() -> object:
        with bound(actor):
            return once.run(actor, "requests.new", "k1", work)

    results = at_once(6, click)
    assert work.done == 1
    assert results == [{"location": "/requests/1/", "status": 201}] * 6


@pytest.mark.django_db(transaction=True)
def test_whoever_waited_does_it_when_the_first_failed(actor: Actor) -> None:
    work = Work(takes=0.2, fails=1)

    def click() -> object:
        with bound(actor):
            return once.run(actor, "requests.new", "k1", work)

    results = at_once(3, click)
    assert work.done == 2
    assert sum(isinstance(result, ZeroDivisionError) for result in results) == 1
    assert results.count({"location": "/requests/2/", "status": 201}) == 2
    with superuser(connection.settings_dict["NAME"]) as behind:
        assert behind.execute("SELECT count(*) FROM kernel_once").fetchone() == (1,)
