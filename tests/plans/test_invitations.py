"""A worker of another agency is in the circle once they accept, and nothing shows before."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, NotFound
from lintel.people import queries as people
from lintel.plans import actions, queries
from lintel.plans.models import CircleMember, IfThingsGoWrong
from tests import factories
from tests.plans.test_circle import (
    AGREED,
    CONTACTS,
    accept,
    act,
    add,
    before,
    join,
    members,
    run_events,
    seen,
    world,
)
from tests.support.db import as_role, rows

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def known_to_the_trust(world):
    """The tenant is the nurse's, who gathered a circle and wrote whom to contact."""
    factories.involvement(world.tenant, world.cmht, world.nurse)
    join(world.nurse, world.tenant, world.friend, at=before(60))
    act(
        world.nurse, actions.record_if_things_go_wrong, at=before(50),
        person_id=world.tenant.pk, contacts=CONTACTS,
    )  # fmt: skip
    run_events()


def invited(who):
    actor = factories.actor(who)
    with bound(actor):
        return queries.invitations(actor)


def everything_of(who, tenant):
    """All that the worker's own SELECT finds of circles and of what was left for them."""
    actor = factories.actor(who)
    with bound(actor):
        circle = queries.circle(actor, tenant.pk, now=timezone.now())
        return (
            [(m.name, m.agency) for m in circle.members],
            [(a.name, a.by_me, a.declined is None, a.declined_words) for a in circle.asked],
            circle.if_wrong,
            rows("SELECT worker_id, owner_id, accepted IS NULL FROM plans_circlemember"),
            rows("SELECT owner_id FROM plans_ifthingsgowrong"),
            rows("SELECT owner_id, category, source FROM sight ORDER BY 1, 2, 3"),
        )


@pytest.mark.parametrize("answer", [None, "accepts", "declines"])
@pytest.mark.parametrize("known", [False, True])
def test_who_asks_learns_the_answer_and_nothing_else(world, known, answer):
    if known:
        known_to_the_trust(world)
    before_asking = everything_of(world.officer, world.tenant)
    assert before_asking[:3] == ([], [], [])
    add(world.officer, world.tenant, world.nurse)
    run_events()
    if answer == "declines":
        (mine,) = invited(world.nurse)
        act(world.nurse, actions.decline_circle, member_id=mine.id, words="Ask the duty desk.")
        run_events()
    elif answer == "accepts":
        accept(world.nurse, world.tenant)
    found = everything_of(world.officer, world.tenant)
    ours = ("Olu Officer", world.team.agency.name)
    if answer == "accepts":
        assert found[0] == [ours, ("Amina Nurse", world.cmht.agency.name)]
        return
    words = "Ask the duty desk." if answer else ""
    assert found[0] == [ours]
    assert found[1] == [("Amina Nurse", True, answer is None, words)]
    assert found[2] == found[4] == []
    assert {owner for owner, _, _ in found[5]} == {world.team.agency_id}
    with as_role("postgres"):
        told = rows("SELECT count(*) FROM kernel_message WHERE to_user_id = %s",
                    world.officer.user_id)  # fmt: skip
    assert told == [(1 if answer else 0,)]


def test_circles_gathered_apart_know_nothing_of_each_other(world):
    known_to_the_trust(world)
    add(world.officer, world.tenant, world.officer, at=before(9))
    act(
        world.officer, actions.record_if_things_go_wrong, at=before(8),
        person_id=world.tenant.pk, contacts=[("He is away", "The office")],
    )  # fmt: skip
    run_events()
    assert members(world.officer, world.tenant) == ["Olu Officer"]
    assert [line.contact for line in seen(world.officer, world.tenant).if_wrong] == ["The office"]
    assert members(world.friend, world.tenant) == ["Amina Nurse", "Fay Friend"]
    assert [line.contact for line in seen(world.friend, world.tenant).if_wrong] == [CONTACTS[0][1]]
    with as_role("postgres"):
        told = rows("SELECT 1 FROM kernel_message WHERE to_user_id = %s", world.officer.user_id)
        holders = set(
            IfThingsGoWrong.objects.filter(contact_words="The office").values_list("owner_id")
        )
    assert told == []
    assert holders == {(world.team.agency_id,)}


def test_who_is_asked_reads_what_is_needed_to_answer(world):
    add(world.officer, world.tenant, world.nurse)
    (one,) = invited(world.nurse)
    assert (one.person, one.role_words, one.agreed_words) == ("John Marsden", "his nurse", AGREED)
    assert one.asked_by.startswith("Olu Officer")
    actor = factories.actor(world.nurse)
    with bound(actor):
        with pytest.raises(NotFound):
            people.person(actor, world.tenant.pk)
        assert rows("SELECT 1 FROM people_person") == []
        assert rows("SELECT worker_id FROM plans_circlemember") == [(world.nurse.pk,)]
    assert invited(world.nurse_two) == invited(world.outsider) == []


def test_only_who_is_asked_answers(world):
    add(world.officer, world.tenant, world.nurse)
    (one,) = invited(world.nurse)
    for other in (world.officer, world.nurse_two, world.outsider):
        for answer in (actions.accept_circle, actions.decline_circle):
            with pytest.raises(NotFound):
                act(other, answer, member_id=one.id)
    actor = factories.actor(world.officer)
    with bound(actor), connection.cursor() as cursor:
        cursor.execute("SELECT circle_answer(%s, true, '', now())", [one.id])
        assert cursor.fetchone() == (False,)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("UPDATE plans_circlemember SET accepted = now()")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(
                "INSERT INTO plans_circlemember (person_id, circle, owner_id, worker_id,"
                " role_words, reach_words, agreed_words, added_by_id, joined, accepted,"
                " asked_name, left_words) VALUES (%s, gen_random_uuid(), %s, %s, '', '', '', %s,"
                " now(), now(), '', '')",
                [world.tenant.pk, world.nurse.agency_id, world.nurse_two.pk, world.officer.pk],
            )
    assert members(world.officer, world.tenant) == ["Olu Officer"]


def test_an_answer_is_given_once(world):
    add(world.officer, world.tenant, world.nurse)
    (one,) = invited(world.nurse)
    accept(world.nurse, world.tenant)
    with pytest.raises(NotFound):
        act(world.nurse, actions.decline_circle, member_id=one.id)
    assert invited(world.nurse) == []
    with as_role("postgres"):
        assert not CircleMember.objects.exclude(asked_name="").exists()


def test_out_of_the_loop_nobody_accepts(world):
    add(world.officer, world.tenant, world.nurse)
    (one,) = invited(world.nurse)
    with as_role("postgres"):
        factories.let_out(world.nurse)
    with pytest.raises(Denied):
        act(world.nurse, actions.accept_circle, member_id=one.id)


def test_what_is_taken_back_is_gone(world):
    add(world.officer, world.tenant, world.nurse)
    (one,) = invited(world.nurse)
    values = {"person_id": world.tenant.pk, "member_id": one.id}
    with pytest.raises(NotFound):
        act(world.outsider, actions.withdraw_circle, **values)
    act(world.officer, actions.withdraw_circle, **values)
    assert invited(world.nurse) == []
    assert seen(world.officer, world.tenant).asked == []
    with pytest.raises(NotFound):
        act(world.nurse, actions.accept_circle, member_id=one.id)
    with as_role("postgres"):
        assert not CircleMember.objects.exclude(asked_name="").exists()
    join(world.officer, world.tenant, world.nurse)
    assert set(members(world.nurse, world.tenant)) == {"Olu Officer", "Amina Nurse"}


def test_an_answer_that_comes_too_late_says_so(world):
    """The page was open when it was taken back: the function finds nothing left to answer."""
    add(world.officer, world.tenant, world.nurse)
    (one,) = invited(world.nurse)
    act(world.officer, actions.withdraw_circle, person_id=world.tenant.pk, member_id=one.id)
    with pytest.raises((Conflict, NotFound)):
        act(world.nurse, actions.decline_circle, member_id=one.id)


def test_another_of_the_same_circle_learns_nothing_of_who_is_asked(world):
    join(world.officer, world.tenant, world.friend, at=before(9))
    add(world.friend, world.tenant, world.nurse)
    assert seen(world.officer, world.tenant).asked == []
    with pytest.raises(Conflict):
        add(world.officer, world.tenant, world.nurse)


def test_a_colleague_is_in_it_at_once_and_in_the_same_circle(world):
    join(world.officer, world.tenant, world.nurse, at=before(9))
    second = factories.worker(world.team, name="Second Officer")
    add(world.officer, world.tenant, second)
    assert members(second, world.tenant) == ["Olu Officer", "Amina Nurse", "Second Officer"]
    assert members(world.nurse, world.tenant) == ["Olu Officer", "Amina Nurse", "Second Officer"]


def test_sight_begins_with_the_answer(world):
    asked, answered = before(60), before(5)
    add(world.officer, world.tenant, world.nurse, at=asked)
    accept(world.nurse, world.tenant, at=answered)
    with as_role("postgres"):
        begins = rows(
            "SELECT DISTINCT lower(valid) FROM sight WHERE source = 'circle' AND worker_id = %s",
            world.nurse.pk,
        )
    assert all(start >= answered - timedelta(seconds=1) for (start,) in begins)


def signed_in(worker):
    client = Client()
    client.force_login(worker.user)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def test_the_pages_from_asking_to_joining(world):
    officer, nurse = signed_in(world.officer), signed_in(world.nurse)
    circle = f"/people/{world.tenant.pk}/circle/"
    given = {
        "worker": world.nurse.pk, "looked_for": "nurse", "role_words": "his nurse",
        "reach_words": "01632 960 002", "agreed_words": AGREED,
    }  # fmt: skip
    page = officer.post(f"{circle}add", given, follow=True)
    assert "They are asked to join the circle" in text_of(page)
    assert "No answer yet" in text_of(page)
    assert nurse.get(circle).status_code == 404
    assert "1 circle to answer" in text_of(nurse.get("/"))
    page = text_of(nurse.get("/people/circle-invitations/"))
    assert "John Marsden" in page
    assert "Olu Officer" in page
    assert AGREED in page
    (one,) = invited(world.nurse)
    for who in (officer, signed_in(world.outsider)):
        assert who.get(f"/people/circle-invitations/{one.id}/decline").status_code == 404
        assert who.post(f"/people/circle-invitations/{one.id}/accept").status_code == 404
    page = nurse.post(f"/people/circle-invitations/{one.id}/accept")
    assert (page.status_code, page["Location"]) == (302, circle)
    assert "Nobody is waiting for your answer" in text_of(nurse.get("/people/circle-invitations/"))


def test_the_pages_from_asking_to_no(world):
    officer, nurse = signed_in(world.officer), signed_in(world.nurse)
    add(world.officer, world.tenant, world.nurse)
    (one,) = invited(world.nurse)
    answer = f"/people/circle-invitations/{one.id}/decline"
    assert nurse.get(answer).status_code == 200
    page = nurse.post(answer, {"words": "Ask the duty desk."}, follow=True)
    assert "You said no" in text_of(page)
    page = text_of(officer.get(f"/people/{world.tenant.pk}/circle/"))
    assert "Said no" in page
    assert "Ask the duty desk." in page
    with as_role("postgres"):
        read = rows(
            "SELECT person_ids FROM kernel_access WHERE worker_id = %s AND verb = 'listed'",
            world.nurse.pk,
        )
    assert read == [([world.tenant.pk],)]


def test_asking_is_taken_back_on_the_page(world):
    officer = signed_in(world.officer)
    add(world.officer, world.tenant, world.nurse)
    (one,) = invited(world.nurse)
    address = f"/people/{world.tenant.pk}/circle/{one.id}/take-back"
    assert signed_in(world.outsider).post(address).status_code == 404
    assert "They are no longer asked" in text_of(officer.post(address, follow=True))
    assert officer.post(address).status_code == 404
