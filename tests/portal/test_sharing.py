"""The person says yes, no and no more themselves, and it works at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.config import middleware
from lintel.kernel.actor import bound
from lintel.kernel.errors import Denied, Invalid
from lintel.kernel.models import Event
from lintel.kernel.sight.states import Category
from lintel.people.models import Note, Person
from lintel.sharing import actions
from lintel.sharing.models import Consent, ConsentLine
from lintel.sharing.states import ANY_PURPOSE, Purpose
from tests import factories
from tests.support.db import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def an_hour_ago(monkeypatch):
    """The pages' clock lies behind the transaction's own, which stands still in a test."""
    monkeypatch.setattr(middleware, "present", lambda: timezone.now() - timedelta(hours=1))


def say(world, answer="yes", **changes):
    """The form as a browser sends it."""
    day = timezone.localdate() + timedelta(days=90)
    return {
        "answer": answer,
        "giver": world.officer.agency_id,
        "team": world.cmht.pk,
        "categories": [int(Category.TENANCY)],
        "purpose": Purpose.CARE,
        "until": day.strftime("%d/%m/%Y"),
        **changes,
    }


def sees(worker, world) -> int:
    """How many of the notes of John's home the worker sees."""
    with bound(factories.actor(worker)):
        return Note.objects.filter(person=world.john, category=Category.TENANCY).count()


def test_a_yes_counts_at_once_and_nobody_confirms_it(world):
    assert sees(world.nurse, world) == 0
    answer = world.own.post("/me/sharing/answer/", say(world))
    assert answer.status_code == 302
    assert sees(world.nurse, world) == 1
    page = world.own.get("/me/sharing/").content.decode()
    assert "North team" in page
    assert "your home" in page
    with as_role("postgres"):
        made = Consent.objects.get()
        assert (made.recorded_by, made.recorded_by_account_id) == (None, world.me.user_id)
        assert made.owner_id == world.officer.agency_id
        assert {line.owner_id for line in ConsentLine.objects.all()} == {made.owner_id}
        assert Event.objects.filter(verb="consent.recorded", person_id=world.john.pk).count() == 1


def test_taking_it_back_takes_sight_away_in_the_same_transaction(world):
    world.own.post("/me/sharing/answer/", say(world))
    assert sees(world.nurse, world) == 1
    with as_role("postgres"):
        number = Consent.objects.get().pk
    asked = world.own.get(f"/me/sharing/{number}/take-back/")
    assert "They will stop seeing this" in asked.content.decode()
    world.own.post(f"/me/sharing/{number}/take-back/")
    assert sees(world.nurse, world) == 0
    with as_role("postgres"):
        assert Consent.objects.get().withdrawn_by_account_id == world.me.user_id
    assert world.own.post(f"/me/sharing/{number}/take-back/").status_code == 409


def test_what_a_worker_wrote_down_is_taken_back_too(world):
    given = timezone.now() - timedelta(hours=2)
    made = factories.consent(
        world.john, world.officer, world.cmht, [Category.TENANCY, 1], given=given
    )
    assert sees(world.nurse, world) == 1
    world.own.post(f"/me/sharing/{made.pk}/take-back/")
    assert sees(world.nurse, world) == 0


def test_a_no_ends_an_earlier_yes(world):
    world.own.post("/me/sharing/answer/", say(world))
    world.own.post("/me/sharing/answer/", say(world, "no"))
    assert sees(world.nurse, world) == 0
    page = world.own.get("/me/sharing/").content.decode()
    assert "must not tell" in page


def test_a_carer_reads_and_changes_nothing(world):
    made = factories.consent(
        world.john, world.officer, world.cmht, [Category.IDENTITY, Category.MONEY, Category.TENANCY]
    )
    carer = world.client(world.carer(Category.TENANCY).user)
    page = carer.get("/me/sharing/").content.decode()
    assert "your home" in page
    assert "your rent" not in page
    assert "Take this back" not in page
    assert carer.get("/me/sharing/answer/").status_code == 403
    assert carer.post("/me/sharing/answer/", say(world)).status_code == 403
    assert carer.post(f"/me/sharing/{made.pk}/take-back/").status_code == 403
    assert sees(world.nurse, world) == 1


def test_nobody_answers_for_another(world):
    other = factories.viewer(factories.person())
    made = factories.consent(world.john, world.officer, world.cmht, [Category.TENANCY, 1])
    client = world.client(other.user)
    assert client.get(f"/me/sharing/{made.pk}/take-back/").status_code == 404
    assert client.post(f"/me/sharing/{made.pk}/take-back/").status_code == 404
    assert sees(world.nurse, world) == 1


def test_the_database_itself_refuses_another_agencys_record_and_another_person(world):
    """Also past the forms: an answer about who holds nothing gives nobody anything."""
    now = timezone.now()
    stranger = factories.person()
    account = world.account()
    with pytest.raises(Invalid), world.bound():
        actions.say_own_answers(
            account,
            now=now,
            giver_id=world.cmht.agency_id,
            team_id=world.cmht.pk,
            purpose=Purpose.CARE,
            answers={Category.MONEY: True},
            until=now + timedelta(days=3),
        )
    carer = world.carer(*Category)
    from django.db import ProgrammingError, transaction

    from lintel.kernel.actor import bound_account

    for person, user in ((stranger, world.me.user_id), (world.john, carer.user_id)):
        with pytest.raises(ProgrammingError), transaction.atomic(), bound_account(user):
            Consent.objects.create(
                person=person,
                owner_id=world.officer.agency_id,
                recorded_by_account_id=user,
                given=now,
                until=now + timedelta(days=1),
                purpose=Purpose.CARE,
                explained="letter",
                explained_words="x",
                recorded=now,
            )
    assert Person.objects.count() == 0


def test_what_is_wrong_is_said_beside_the_field(world):
    answer = world.own.post("/me/sharing/answer/", say(world, until="1/1/2020"))
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    with pytest.raises(Denied):
        actions.only_self(world.account().__class__(1, 1, "carer", ""))


def test_sent_twice_it_is_said_once(world):
    world.own.post("/me/sharing/answer/", say(world))
    world.own.post("/me/sharing/answer/", say(world))
    with as_role("postgres"):
        assert Consent.objects.count() == 1
    world.own.post("/me/sharing/answer/", say(world, "no"))
    with as_role("postgres"):
        assert Consent.objects.count() == 2


def test_a_yes_that_the_agreement_does_not_allow_is_not_taken(world, monkeypatch):
    """Nothing would follow from it; a no is heard whatever the agreement says."""
    from lintel.sharing import queries
    from lintel.sharing.queries import Agreed

    monkeypatch.setattr(queries, "agreed", lambda now: Agreed(in_force=True, cells={}))
    monkeypatch.setattr(queries, "takes_part", lambda agency, now, agreed: True)
    answer = world.own.post("/me/sharing/answer/", say(world))
    assert "may not share all of this" in answer.content.decode()
    with as_role("postgres"):
        assert Consent.objects.count() == 0
    assert world.own.post("/me/sharing/answer/", say(world, "no")).status_code == 302
    monkeypatch.setattr(queries, "takes_part", lambda agency, now, agreed: False)
    answer = world.own.post("/me/sharing/answer/", say(world))
    assert "They have not signed what is needed" in answer.content.decode()


def test_a_yes_to_all_of_a_service_reaches_its_teams_in_the_loop(world):
    other = factories.worker(factories.team(world.cmht.agency), name="Olive Other")
    whole = say(world, team=f"a{world.cmht.agency_id}", purpose=Purpose.CARE)
    assert world.own.post("/me/sharing/answer/", whole).status_code == 302
    assert sees(world.nurse, world) == 1
    page = world.own.get("/me/sharing/").content.decode()
    assert f"all of {world.cmht.agency.name}" in page
    with as_role("postgres"):
        (agency,) = set(ConsentLine.objects.values_list("recipient_agency_id", flat=True))
    assert agency == world.cmht.agency_id
    # A no to one team of it ends it, in the database and on the page.
    world.own.post("/me/sharing/answer/", say(world, "no"))
    assert sees(world.nurse, world) == 0
    assert sees(other, world) == 0
    page = world.own.get("/me/sharing/").content.decode().split("What is over")[0]
    assert page.count("<li>your home</li>") == 1  # Below the no.
    elsewhere = factories.agency()
    refused = world.own.post("/me/sharing/answer/", say(world, team=f"a{elsewhere.pk}"))
    assert refused.status_code == 200


def test_no_to_everything_ends_each_yes_at_once_and_can_be_undone(world, monkeypatch):
    clock = timezone.now() - timedelta(hours=3)
    monkeypatch.setattr(middleware, "present", lambda: clock)
    world.own.post("/me/sharing/answer/", say(world))
    assert sees(world.nurse, world) == 1
    clock += timedelta(hours=1)
    asked = world.own.get("/me/sharing/no-to-all/").content.decode()
    assert "This will stop" in asked
    assert "North team" in asked
    world.own.post("/me/sharing/no-to-all/")
    world.own.post("/me/sharing/no-to-all/")  # Pressed twice.
    assert sees(world.nurse, world) == 0
    with as_role("postgres"):
        refusals = Consent.objects.filter(purpose=ANY_PURPOSE)
        givers = set(refusals.values_list("owner_id", flat=True))
        assert refusals.count() == len(givers)
        assert not ConsentLine.objects.filter(consent__in=refusals, answer=True).exists()
    page = world.own.get("/me/sharing/").content.decode()
    assert "must not tell" in page
    assert "may tell" not in page.split("What is over")[0].split("must not tell", 1)[1]
    assert "North team" in world.own.get("/me/sharing/undo/").content.decode()
    clock += timedelta(minutes=5)
    world.own.post("/me/sharing/undo/")
    assert sees(world.nurse, world) == 1
    assert "Take back your no" not in world.own.get("/me/sharing/").content.decode()
    assert world.own.post("/me/sharing/undo/").status_code == 409


def test_a_no_is_not_undone_over_what_was_said_after_it(world, monkeypatch):
    clock = timezone.now() - timedelta(hours=3)
    monkeypatch.setattr(middleware, "present", lambda: clock)
    world.own.post("/me/sharing/answer/", say(world))
    clock += timedelta(minutes=10)
    world.own.post("/me/sharing/no-to-all/")
    clock += timedelta(minutes=10)
    world.own.post("/me/sharing/answer/", say(world, "no"))
    assert world.own.get("/me/sharing/undo/").status_code == 302
    assert world.own.post("/me/sharing/undo/").status_code == 409
    assert sees(world.nurse, world) == 0


def test_a_carer_says_no_to_nothing(world):
    carer = world.client(world.carer(Category.TENANCY).user)
    for page in ("no-to-all", "undo"):
        assert carer.get(f"/me/sharing/{page}/").status_code == 403
        assert carer.post(f"/me/sharing/{page}/").status_code == 403
    assert "Say no to everything" not in carer.get("/me/sharing/").content.decode()
    with as_role("postgres"):
        assert not Consent.objects.exists()
