"""The access record: what is written, and that the writer can't read it back."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lintel.kernel import access
from lintel.kernel.access import Seen, Window
from lintel.kernel.actor import Actor, as_system, bound
from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


def rows() -> list[Access]:
    with as_system():
        return list(Access.objects.order_by("id"))


def test_an_opening_says_who_what_and_why(actor: Actor, now: datetime) -> None:
    access.record(
        actor,
        AccessVerb.OPENED,
        now=now,
        person_id=42,
        owner_id=5,
        categories=[Category.MONEY, Category.IDENTITY, "money"],
        why={"money": "because the person consented on 3 May"},
        purpose="tenancy support",
        request_ref="R-1",
        page="person",
    )
    (row,) = rows()
    assert (row.at, row.verb, row.worker_id, row.worker_agency_id) == (now, "opened", 7, 3)
    assert (row.person_id, row.person_ids, row.owner_id) == (42, None, 5)
    assert row.categories == ["identity", "money"]
    assert row.why == {"money": "because the person consented on 3 May"}
    assert (row.purpose, row.request_ref, row.page) == ("tenancy support", "R-1", "person")
    assert row.recorded_at is not None


def test_each_agency_whose_information_was_seen_has_a_row(actor: Actor, now: datetime) -> None:
    access.record_each(
        actor,
        AccessVerb.OPENED,
        now=now,
        person_id=42,
        seen=[Seen(5, [Category.MONEY], "patch"), Seen(6, ["safety"], "consent")],
        page="person",
    )
    access.record_each(actor, AccessVerb.OPENED, now=now, person_id=42, seen=[])
    assert [(row.owner_id, row.categories, row.why) for row in rows()] == [
        (5, ["money"], {"all": "patch"}),
        (6, ["safety"], {"all": "consent"}),
    ]


def test_a_list_is_one_row_with_everyone_in_it(actor: Actor, now: datetime) -> None:
    access.record_listed(
        actor, now=now, person_ids=[44, 42, 44], categories=["identity"], why="patch", page="people"
    )
    access.record_listed(actor, now=now, person_ids=[], categories=["identity"], why="patch")
    (row,) = rows()
    assert (row.verb, row.person_id, row.person_ids) == ("listed", None, [42, 44])


def test_a_search_that_found_nobody_is_recorded(actor: Actor, now: datetime) -> None:
    access.record_listed(
        actor,
        now=now,
        person_ids=[],
        categories=["identity"],
        why="patch",
        verb=AccessVerb.SEARCHED,
    )
    assert [(row.verb, row.person_ids) for row in rows()] == [("searched", [])]


def test_looking_up_by_person_finds_lists_too(actor: Actor, now: datetime) -> None:
    other = Actor(worker_id=8, user_id=80, agency_id=4, name="Other")
    for who, people in ((actor, [42, 43]), (other, [43]), (other, [42])):
        access.record_listed(who, now=now, person_ids=people, categories=[], why="patch")
    access.record(
        other, AccessVerb.OPENED, now=now, person_id=42, owner_id=None, categories=[], why="patch"
    )
    with as_system():
        assert [(row.worker_id, row.verb) for row in access.about(42, Window(10))] == [
            (8, "opened"),
            (8, "listed"),
            (7, "listed"),
        ]
        assert [row.person_ids for row in access.by_worker(8, Window(10))] == [None, [42], [43]]


def test_pages_follow_one_another_and_leave_nothing_out(actor: Actor, now: datetime) -> None:
    for n in range(12):
        at = now - timedelta(days=n)
        if n % 3:
            access.record_listed(actor, now=at, person_ids=[42, 50 + n], categories=[], why="patch")
        else:
            access.record(
                actor,
                AccessVerb.OPENED,
                now=at,
                person_id=42,
                owner_id=None,
                categories=[],
                why="patch",
            )
    with as_system():
        whole = access.about(42, Window(100))
        assert [row.at for row in whole] == [now - timedelta(days=n) for n in range(12)]
        paged: list[Access] = []
        while page := access.about(42, Window(5, before=paged[-1].pk if paged else None)):
            paged += page
        assert paged == whole
        some = Window(100, since=now - timedelta(days=7), until=now - timedelta(days=2))
        assert access.about(42, some) == whole[3:8]
        assert access.about(42, Window(2, verb="opened")) == [whole[0], whole[3]]
        assert access.by_worker(7, Window(3, before=whole[8].pk)) == whole[9:]


def test_a_page_costs_the_same_number_of_queries_wherever_it_is(
    actor: Actor, now: datetime
) -> None:
    for n in range(30):
        access.record_listed(
            actor, now=now - timedelta(days=n), person_ids=[42], categories=[], why=""
        )
    counts = []
    with as_system():
        last = access.about(42, Window(100))[-3]
        for window in (Window(2), Window(20), Window(2, before=last.pk)):
            with CaptureQueriesContext(connection) as asked:
                access.about(42, window)
            counts.append(len(asked))
    assert counts == [2, 2, 3]


def test_who_was_in_a_list_is_written_by_the_record_alone(actor: Actor, now: datetime) -> None:
    for statement in (
        "INSERT INTO kernel_listed VALUES (1, now(), 1, 1, 1)",
        "DELETE FROM kernel_listed",
        "UPDATE kernel_listed SET person_id = 1",
    ):
        for role in ("lintel_app", "lintel_system", "lintel_import"):
            with (
                as_role(role),
                pytest.raises(ProgrammingError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_an_integration_is_named(now: datetime) -> None:
    system = Actor(worker_id=7, user_id=70, agency_id=3, name="System", integration_id=11)
    access.record(
        system, AccessVerb.DENIED, now=now, person_id=None, owner_id=None, categories=[], why=""
    )
    assert [(row.verb, row.integration_id) for row in rows()] == [("denied", 11)]


def test_the_worker_cannot_read_what_was_recorded(actor: Actor, now: datetime) -> None:
    with bound(actor):
        access.record_listed(actor, now=now, person_ids=[42], categories=[], why="patch")
        assert not Access.objects.exists()
    assert not Access.objects.exists()


def test_a_verb_that_is_not_known_is_refused(actor: Actor, now: datetime) -> None:
    with pytest.raises(ValueError, match="peeked"):
        access.record(
            actor,
            "peeked",  # type: ignore[arg-type]
            now=now,
            person_id=1,
            owner_id=1,
            categories=[],
            why="",
        )


def test_a_row_is_about_one_person_or_a_list(actor: Actor, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        access._insert(
            actor,
            now,
            [access._Row(AccessVerb.LISTED, Seen(None, [], ""), person_id=1, person_ids=[1])],
        )


def test_what_is_rolled_back_was_not_seen(actor: Actor, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError), bound(actor):  # noqa: PT012
        access.record_listed(actor, now=now, person_ids=[42], categories=[], why="patch")
        raise ZeroDivisionError
    assert rows() == []
