"""Asking for help, saying how to be reached, and one's own words beside the record."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from lintel.agencies.states import Role, TeamKind
from lintel.kernel import events
from lintel.kernel.actor import bound
from lintel.kernel.models import Event, Message
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import Category
from lintel.portal import jobs, listening
from lintel.portal.models import Ask, Feedback, Remark
from lintel.sharing.models import HeldBack
from lintel.sharing.states import Detail
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


def ask(world, team, words="Somebody to help me with my letters", **changes):
    """Ask for help as a browser does."""
    values = {"words": words, "team": team.pk, "reach_words": "07700 900143, mornings"}
    return world.own.post("/me/help/", {**values, **changes})


def test_help_is_asked_for_without_a_label_and_answered(world):
    page = world.own.get("/me/help/").content.decode()
    for label in ("diagnosis", "condition", "illness", "disab", "vulnerab"):
        assert label not in page.lower()
    assert ask(world, world.cmht).status_code == 302
    assert "They must answer by" in world.own.get("/me/help/").content.decode()
    nurse = world.client(world.nurse.user)
    assert "1 person asked your team for help" in nurse.get("/").content.decode()
    listed = nurse.get("/asked/").content.decode()
    assert "John Tressell" in listed
    with as_role("postgres"):
        number = Ask.objects.get().pk
    one = nurse.get(f"/asked/{number}/").content.decode()
    assert "07700 900143, mornings" in one
    assert nurse.post(f"/asked/{number}/take").status_code == 302
    assert "Daniel Okafor is looking at it" in world.own.get("/me/help/").content.decode()
    assert nurse.post(f"/asked/{number}/", {"answer": ""}).status_code == 200
    assert nurse.post(f"/asked/{number}/", {"answer": "I come on Monday."}).status_code == 302
    assert "I come on Monday." in world.own.get("/me/help/").content.decode()
    assert nurse.post(f"/asked/{number}/", {"answer": "Again"}).status_code == 409


def test_only_the_team_that_was_asked_reads_it(world):
    ask(world, world.cmht)
    with as_role("postgres"):
        number = Ask.objects.get().pk
    officer = world.client(world.officer.user)
    assert "John" not in officer.get("/asked/").content.decode()
    assert officer.get(f"/asked/{number}/").status_code == 404
    assert officer.post(f"/asked/{number}/", {"answer": "x"}).status_code == 404
    assert officer.post(f"/asked/{number}/take").status_code == 404


def test_the_one_stop_shop_can_always_be_asked_and_no_other_team(world):
    shop = factories.team(kind=TeamKind.ONE_STOP_SHOP, name="The Door")
    other = factories.team(name="Somewhere else")
    page = world.own.get("/me/help/").content.decode()
    assert "The Door" in page
    assert "Somewhere else" not in page
    assert ask(world, shop).status_code == 302
    assert ask(world, other).status_code == 200
    with as_role("postgres"):
        assert Ask.objects.count() == 1


def test_sent_twice_it_is_asked_once(world):
    ask(world, world.cmht)
    ask(world, world.cmht)
    with as_role("postgres"):
        assert Ask.objects.count() == 1


def test_the_team_is_told_and_its_lead_when_nobody_answers_in_time(world):
    lead = factories.worker(world.cmht, team_role="lead")
    ask(world, world.cmht)
    with as_role("postgres"):
        event = Event.objects.get(verb="portal.asked")
    with as_role("lintel_app"):
        events.deliver(event.pk, "lintel.portal.listening.tell_asked")
    with as_role("postgres"):
        assert set(Message.objects.values_list("to_user_id", "link")) == {
            (world.nurse.user_id, "/asked/"),
            (lead.user_id, "/asked/"),
        }
        Message.objects.all().delete()
    late = timezone.now() + timedelta(days=10)
    assert listening.climb(now=timezone.now()) == 0
    assert listening.climb(now=late) == 1
    assert listening.climb(now=late) == 0
    with as_role("postgres"):
        (message,) = Message.objects.all()
        assert (message.to_user_id, message.template) == (lead.user_id, "overdue")
    assert jobs.climb is not None


WISH = {
    "ways": ["visit", "phone"],
    "by_whom": "Amina only",
    "language": "Welsh",
    "large_print": "on",
    "never_on": ["0"],
    "words": "Ring first",
}


def test_workers_who_may_reach_the_person_read_how_they_want_it(world):
    assert world.own.post("/me/contact/", WISH).status_code == 302
    words = ("Amina only", "Welsh", "large print", "Never on: Monday", "Ring first", "Letter")
    mine = world.own.get("/me/contact/").content.decode()
    page = world.client(world.officer.user).get(f"/people/{world.john.pk}/").content.decode()
    for said in words:
        assert said in mine, said
        assert said in page, said
    circle = factories.worker(factories.team())
    factories.circle(world.john, circle)  # Sees who John is, and not how to reach him.
    other = world.client(circle.user).get(f"/people/{world.john.pk}/")
    assert other.status_code == 200
    assert "Ring first" not in other.content.decode()


def test_a_carer_says_nothing_for_the_person(world):
    carer = world.client(world.carer(Category.CONTACT, Category.TENANCY).user)
    assert carer.post("/me/contact/", WISH).status_code == 403
    assert carer.get("/me/help/").status_code == 403
    assert carer.get(f"/me/record/{world.note.pk}/say/").status_code == 403
    assert carer.get("/me/record/say/").status_code == 403
    assert carer.get("/me/carers/").status_code == 403
    page = carer.get("/me/contact/")
    assert "01632 960001" in page.content.decode()


def test_ones_own_side_stands_beside_the_entry_and_is_answered(world):
    path = f"/me/record/{world.note.pk}/say/"
    assert "Neighbour complained" in world.own.get(path).content.decode()
    said = {"kind": "my_side", "words": "It was my radio, once."}
    assert world.own.post(path, said).status_code == 302
    assert "They must answer by" in world.own.get("/me/record/").content.decode()
    officer = world.client(world.officer.user)
    page = officer.get(f"/people/{world.john.pk}/").content.decode()
    assert "It was my radio, once." in page
    with as_role("postgres"):
        number = Remark.objects.get().pk
    answer = f"/people/{world.john.pk}/said/{number}/"
    assert answer in page
    assert officer.post(answer, {"answer": "Thank you, I see."}).status_code == 302
    assert "Thank you, I see." in world.own.get("/me/record/").content.decode()
    # Only those who read the entry read what stands beside it, and only its agency answers.
    assert world.client(world.nurse.user).get(answer).status_code == 404
    factories.consent(world.john, world.officer, world.cmht, [Category.IDENTITY, Category.TENANCY])
    nurse = world.client(world.nurse.user)
    assert "It was my radio" in nurse.get(f"/people/{world.john.pk}/").content.decode()
    assert nurse.get(answer).status_code == 403


def fact(world, **changes):
    """Say that a fact is wrong, as a browser does."""
    said = {
        "agency": world.officer.agency_id,
        "category": int(Category.TENANCY),
        "kind": "correction",
        "words": "I live at number 9.",
    }
    return world.own.post("/me/record/say/", said | changes)


def test_a_fact_is_said_to_be_wrong_and_answered(world):
    assert "/me/record/say/" in world.own.get("/me/record/").content.decode()
    assert "Your name and date of birth" in world.own.get("/me/record/say/").content.decode()
    assert fact(world).status_code == 302
    assert fact(world).status_code == 302  # Sent twice it is said once.
    mine = world.own.get("/me/record/").content.decode()
    assert mine.count("I live at number 9.") == 1
    assert "They must answer by" in mine
    officer = world.client(world.officer.user)
    page = officer.get(f"/people/{world.john.pk}/").content.decode()
    assert "I live at number 9." in page
    with as_role("postgres"):
        number = Remark.objects.get().pk
    answer = f"/people/{world.john.pk}/said/{number}/"
    assert answer in page
    assert officer.post(answer, {"answer": "You are right. It is changed."}).status_code == 302
    assert "You are right." in world.own.get("/me/record/").content.decode()
    # Whoever doesn't see the home reads nothing of it.
    nurse = world.client(world.nurse.user)
    assert nurse.get(answer).status_code == 404
    assert "number 9" not in nurse.get(f"/people/{world.john.pk}/").content.decode()


def test_those_who_work_with_the_person_are_told_of_it(world):
    fact(world)
    with as_role("postgres"):
        event = Event.objects.get(verb="portal.remarked")
    with as_role("lintel_app"):
        events.deliver(event.pk, "lintel.portal.listening.tell_remarked")
    with as_role("postgres"):
        told = list(Message.objects.values_list("to_user_id", "link"))
    assert told == [(world.officer.user_id, f"/people/{world.john.pk}/")]


def test_a_fact_is_of_an_agency_that_holds_something(world):
    other = factories.agency()
    page = fact(world, agency=other.pk).content.decode()
    assert "There is a problem" in page
    assert "I live at number 9." in page  # Nothing typed is lost.
    assert fact(world, category=int(Category.ENFORCEMENT)).status_code == 200
    assert fact(world, words=" ").status_code == 200
    with as_role("postgres"):
        assert not Remark.objects.exists()
    # Past the form, the database refuses as well.
    now = timezone.now()
    for owner, category in ((other, Category.TENANCY), (world.officer.agency, Category.SAFETY)):
        with (
            pytest.raises(ProgrammingError, match="row-level"),
            transaction.atomic(),
            world.bound(),
        ):
            Remark(
                person_id=world.john.pk,
                owner_id=owner.pk,
                category=category,
                kind="correction",
                words="x",
                said=now,
                said_by_id=world.me.user_id,
                due=now,
            ).save(force_insert=True)


def test_whoever_sees_the_facts_alone_reads_no_words_about_them(world):
    """A summary is without what was written in words (docs/adr/0023): neither a worker's, nor
    the person's own, which may say anything."""
    fact(world)
    note = {"kind": "my_side", "words": "It was my radio, once."}
    world.own.post(f"/me/record/{world.note.pk}/say/", note)
    factories.consent(world.john, world.officer, world.cmht, [Category.IDENTITY, Category.TENANCY])
    nurse = world.client(world.nurse.user)
    page = nurse.get(f"/people/{world.john.pk}/").content.decode()
    assert "I live at number 9." in page
    assert "It was my radio" in page
    with as_role("postgres"):
        seen = Sight.objects.filter(worker_id=world.nurse.pk, owner_id=world.officer.agency_id)
        assert seen.update(detail=Detail.SUMMARY)
        numbers = list(Remark.objects.values_list("pk", flat=True))
    page = nurse.get(f"/people/{world.john.pk}/").content.decode()
    assert "Example Street" in page
    assert "I live at number 9." not in page
    assert "It was my radio" not in page
    for number in numbers:
        assert nurse.get(f"/people/{world.john.pk}/said/{number}/").status_code == 404
    with bound(factories.actor(world.nurse)):
        assert not Remark.objects.exists()


def test_what_is_held_back_is_not_there_at_all(world):
    with as_role("lintel_import"):
        HeldBack.objects.create(
            person=world.john,
            owner=world.officer.agency,
            note=world.note,
            category=world.note.category,
            reason="It could do serious harm",
            held_by=world.officer,
            held=timezone.now() - timedelta(minutes=1),
            review_on=timezone.localdate() + timedelta(days=30),
        )
    assert "Neighbour" not in world.own.get("/me/record/").content.decode()
    path = f"/me/record/{world.note.pk}/say/"
    assert world.own.get(path).status_code == 404
    assert world.own.post(path, {"kind": "my_side", "words": "x"}).status_code == 404
    nowhere = world.own.get("/me/record/987654321/say/")
    assert nowhere.status_code == 404
    with bound(factories.actor(world.officer)):
        from lintel.people.models import Note

        assert Note.objects.filter(pk=world.note.pk).exists()


def test_feedback_is_kept_without_a_name(world):
    answer = world.own.post("/me/feedback/", {"useful": "partly", "words": "Bigger letters"})
    assert answer.status_code == 302
    with as_role("postgres"):
        made = Feedback.objects.get()
        assert made.words == "Bigger letters"
        assert not {f.name for f in Feedback._meta.fields} & {"person", "user", "account"}
    lead = factories.worker(roles=[Role.PARTNERSHIP_LEAD])
    assert "Bigger letters" in world.client(lead.user).get("/own-view/feedback/").content.decode()
    assert world.client(world.officer.user).get("/own-view/feedback/").status_code == 403
