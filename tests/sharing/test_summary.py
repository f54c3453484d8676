"""A summary is the facts, without what anybody wrote in words (docs/adr/0023, `Detail.SUMMARY`).

The first test goes through all tables that are seen by sight of a category, so that a new one with
words in it can't be forgotten; the others look at those that hold facts beside the words.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import AgencyKind, TeamKind
from lintel.hospital import actions as hospital
from lintel.hospital.actions import placing, reviewing
from lintel.hospital.models import (
    Absence,
    Meeting,
    Notice,
    Placement,
    Questions,
    Review,
    Stay,
    Step,
    Waiting,
)
from lintel.kernel.actor import bound
from lintel.kernel.errors import Denied
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import Category
from lintel.people import actions as people_actions
from lintel.people import queries as people
from lintel.people.models import ContactPoint
from lintel.people.states import ContactKind
from lintel.plans import actions as plans_actions
from lintel.plans import queries as plans
from lintel.plans.models import CircleMember
from lintel.sharing.states import Detail
from tests import factories
from tests.hospital.test_placements import AWAY
from tests.hospital.test_reviews import SAID as REVIEWED
from tests.hospital.test_stays import ANSWERS
from tests.hospital.world import DAY, NOW, World, make_world
from tests.kernel.test_row_security import ABOUT_A_PERSON, Rule
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db

# Text that is a fact: a reference, a name, a label. All other text is somebody's words.
FACTS = {
    "people_tenancy": {"reference", "tenant_reference", "folded"},
    "people_involvement": {"role_words"},
}
# Seen in part by a summary: the rows without words, or one's own; the tests below say which.
IN_PART = {"hospital_stay", "plans_circlemember"}
FULL = "sight_keys_full"


def words_of(model: type[models.Model]) -> set[str]:
    """The columns that hold what somebody typed: text with no list of choices."""
    found = set()
    for field in model._meta.concrete_fields:
        inner = field.base_field if isinstance(field, ArrayField) else field
        if isinstance(inner, models.CharField | models.TextField) and not inner.choices:
            found.add(field.column)
    return found - FACTS.get(model._meta.db_table, set())


def held_with_words() -> list[str]:
    tables = {m._meta.db_table: m for m in apps.get_models()}
    held = [table for table, rule in ABOUT_A_PERSON.items() if rule is Rule.HELD]
    return [table for table in held if words_of(tables[table])]


def test_the_list_is_not_empty() -> None:
    found = held_with_words()
    assert {"people_note", "people_contactpoint", "hospital_questions"} <= set(found)
    assert "people_rentaccount" not in found


def asked_by(table: str, command: str) -> list[str]:
    """What the application's policies for a command ask of a row."""
    with as_role("postgres"):
        found = rows(
            "SELECT qual FROM pg_policies WHERE tablename = %s AND cmd IN (%s, 'ALL')"
            " AND 'lintel_app' = ANY (roles)",
            table,
            command,
        )
    return [using for (using,) in found]


def asks_for_all(table: str, using: str) -> bool:
    """Whether a policy shows rows by all of a category alone, but for what holds no words."""
    return FULL in using and (table in IN_PART or "sight_keys(" not in using)


@pytest.mark.parametrize("table", held_with_words())
def test_words_are_read_by_whoever_may_read_all_of_the_category(table: str) -> None:
    policies = asked_by(table, "SELECT")
    assert policies
    for using in policies:
        assert asks_for_all(table, using)


@pytest.mark.parametrize("table", held_with_words())
def test_words_are_overwritten_by_whoever_may_read_them(table: str) -> None:
    """Without a WHERE an update asks the policy for updates alone, and not the one for reads."""
    for using in asked_by(table, "UPDATE"):
        assert asks_for_all(table, using)


@contextmanager
def summary(who: Worker) -> Iterator[None]:
    """All that the worker sees is a summary, for a time."""
    mine = Sight.objects.filter(worker_id=who.pk)
    with as_role("postgres"):
        assert mine.update(detail=Detail.SUMMARY)
    yield
    with as_role("postgres"):
        mine.update(detail=Detail.FULL)


@pytest.fixture
def world() -> World:
    """The tenant has been to a ward, and a private landlord is told by consent."""
    made = make_world()
    private = factories.team(factories.agency(AgencyKind.PRIVATE_LANDLORD), TeamKind.LETTINGS)
    cmht = factories.team(made.trust, TeamKind.CMHT)
    nurse = factories.worker(cmht, name="Nadia Nurse", job_title="Nurse")
    factories.involvement(made.tenant, cmht, nurse)
    lena = factories.worker(private, name="Lena Landlady")
    made.more |= {"lena": lena, "nurse": nurse, "private": private, "cmht": cmht}
    return made


def page(who: Worker, name: str, *args: int) -> str:
    client = Client()
    client.force_login(who.user)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_private_landlord_who_is_told_the_facts_rings_the_number_and_reads_no_words(
    world: World,
) -> None:
    """By the shipped agreement: consent to tenancy support gives a private landlord a summary."""
    lena = world.more["lena"]
    factories.contact(
        world.tenant, world.landlord, "01632 960001", note="His sister; he hears voices"
    )
    factories.circle(world.tenant, world.officer, agreed_words="He rings when he stops sleeping")
    factories.consent(
        world.tenant,
        world.officer,
        world.more["private"],
        [Category.IDENTITY, Category.CONTACT, Category.SUPPORT_NEEDS, Category.PLAN],
    )
    mine = Sight.objects.filter(worker_id=lena.pk)
    with as_role("postgres"):
        assert set(mine.values_list("detail", flat=True)) == {Detail.SUMMARY}
    seen = page(lena, "people:person", world.tenant.pk)
    assert "01632 960001" in seen
    assert "Olu Officer" in seen
    assert "hears voices" not in seen
    assert "stops sleeping" not in seen
    seen = page(lena, "plans:circle", world.tenant.pk)
    assert "You see a summary" in seen
    assert "stops sleeping" not in seen
    assert "Nobody has said yet" not in seen
    with bound(factories.actor(lena)):
        assert not ContactPoint.objects.exists()
        assert not CircleMember.objects.exists()


def test_the_facts_are_of_the_person_asked_for_and_of_what_is_in_sight(world: World) -> None:
    """Neither another person's ways to be reached, nor another agency's, come with the facts."""
    lena = world.more["lena"]
    other = factories.tenant(world.officer, "Other Invented")
    factories.contact(other, world.landlord, "01632 960002")
    factories.contact(world.tenant, world.landlord, "01632 960003", note="Mornings")
    factories.contact(world.tenant, world.trust, "01632 960004")
    factories.contact(
        world.tenant, world.landlord, str(timezone.localdate() + DAY), kind=ContactKind.HOLD
    )
    factories.consent(world.tenant, world.officer, world.more["private"])
    with bound(factories.actor(lena)) as actor:
        found = people.contacts(actor, world.tenant.pk)
        assert [(c.value, c.note) for c in found if c.kind is ContactKind.PHONE] == [
            ("01632 960003", "")
        ]
        assert found[0].kind is ContactKind.HOLD
        assert people.contacts(actor, other.pk) == []
    with bound(world.actor("officer")) as actor:
        found = people.contacts(actor, world.tenant.pk)
        assert [(c.value, c.note) for c in found if c.kind is ContactKind.PHONE] == [
            ("01632 960003", "Mornings")
        ]


def test_who_is_in_a_circle_reads_what_they_agreed_to_and_no_other_s_words(world: World) -> None:
    """Also when an agreement gives those in a circle a summary: one's own place is one's own."""
    nurse = world.more["nurse"]
    factories.circle(world.tenant, world.officer, agreed_words="He rings when he stops sleeping")
    factories.circle(world.tenant, nurse, agreed_words="She comes on Mondays")
    with bound(world.actor("officer")) as actor:
        plans_actions.record_if_things_go_wrong(
            actor,
            now=timezone.now(),
            person_id=world.tenant.pk,
            contacts=[("He stops his tablets", "Ring Olu")],
        )
    with bound(factories.actor(nurse)) as actor:
        whole = plans.circle(actor, world.tenant.pk, now=timezone.now())
        assert len(whole.if_wrong) == 1
    with summary(nurse), bound(factories.actor(nurse)) as actor:
        seen = plans.circle(actor, world.tenant.pk, now=timezone.now())
        assert [(m.name, m.agreed_words) for m in seen.members] == [
            ("Olu Officer", ""),
            ("Nadia Nurse", "She comes on Mondays"),
        ]
        assert seen.members[0].reach_words == "by phone"
        assert (seen.me_in_it, seen.if_wrong) == (True, [])
        write = reverse("plans:if-wrong", args=[world.tenant.pk])
        assert write not in page(nurse, "plans:circle", world.tenant.pk)
        mine = next(m for m in seen.members if m.is_me)
        assert plans.member(actor, world.tenant.pk, mine.id).pk == mine.id
        plans_actions.leave_circle(
            actor, now=timezone.now(), person_id=world.tenant.pk, member_id=mine.id
        )
    with as_role("postgres"):
        assert CircleMember.objects.get(pk=mine.id).left is not None


def test_what_is_seen_in_summary_is_not_overwritten_unread(world: World) -> None:
    """In raw SQL as the application's role, without reading anything."""
    nurse = world.more["nurse"]
    factories.circle(world.tenant, world.officer)
    factories.circle(world.tenant, nurse)
    with bound(world.actor("officer")) as actor:
        plans_actions.record_if_things_go_wrong(
            actor,
            now=timezone.now(),
            person_id=world.tenant.pk,
            contacts=[("He stops his tablets", "Ring Olu")],
        )
    changes = (
        ("UPDATE plans_ifthingsgowrong SET contact_words = 'Ring nobody'", 0),
        # Their own place, to leave it.
        ("UPDATE plans_circlemember SET left_words = 'Gone'", 1),
    )
    with summary(nurse), bound(factories.actor(nurse)), connection.cursor() as cursor:
        for change, reached in changes:
            cursor.execute(change)
            assert cursor.rowcount == reached, change


def test_nobody_begins_a_second_circle_beside_one_that_they_see_in_summary(world: World) -> None:
    nurse = world.more["nurse"]
    colleague = factories.worker(world.more["cmht"], name="Carl Colleague")
    factories.involvement(world.tenant, world.more["cmht"], colleague)
    factories.circle(world.tenant, nurse)
    asked = {
        "now": timezone.now(),
        "person_id": world.tenant.pk,
        "worker_id": world.officer.pk,
        "role_words": "The officer",
        "reach_words": "By phone",
        "agreed_words": "To meet",
    }
    add = reverse("plans:add", args=[world.tenant.pk])
    with summary(colleague):
        with bound(factories.actor(colleague)) as actor, pytest.raises(Denied, match="a summary"):
            plans_actions.add_to_circle(actor, **asked)
        assert add not in page(colleague, "plans:circle", world.tenant.pk)
        client = Client()
        client.force_login(colleague.user)
        assert client.get(add).status_code == 403
    with bound(factories.actor(colleague)) as actor:
        plans_actions.add_to_circle(actor, **asked)
    with as_role("postgres"):
        circles = CircleMember.objects.filter(person=world.tenant).values_list("circle")
        assert circles.distinct().count() == 1


STAY_WORDS = (Questions, Step, Meeting, Waiting, Notice, Absence, Placement, Review)


def test_a_summary_of_a_stay_is_where_and_when(world: World) -> None:
    stay = world.admit()
    with bound(world.actor("wanda")) as wanda:
        hospital.ask(wanda, now=NOW, stay_id=stay, answers=ANSWERS)
        hospital.go_away(
            wanda, now=NOW, stay_id=stay, kind="leave", since=NOW, words="At his sister’s"
        )
    seen = page(world.wanda, "hospital:stay", stay)
    assert "A flat of Shethernley Homes" in seen
    assert "At his sister" in seen
    with summary(world.wanda):
        seen = page(world.wanda, "hospital:stay", stay)
        assert world.ward.name in seen
        assert "You see a summary of this stay" in seen
        assert "Shethernley Homes" not in seen
        assert "At his sister" not in seen
        with bound(world.actor("wanda")) as wanda:
            for kind in STAY_WORDS:
                assert not kind.objects.exists(), kind
            with pytest.raises(Denied, match="a summary of this stay"):
                hospital.ask(wanda, now=NOW, stay_id=stay, answers=ANSWERS)
        client = Client()
        client.force_login(world.wanda.user)
        assert client.get(reverse("hospital:questions", args=[stay])).status_code == 403
        # What is words alone isn't there, rather than said to be empty.
        for name in ("notices:list", "notices:send", "hospital-waiting:stay"):
            assert reverse(name, args=[stay]) not in seen
            assert client.get(reverse(name, args=[stay])).status_code == 404
    with bound(world.actor("wanda")) as wanda:
        hospital.discharge(
            wanda, now=NOW, stay_id=stay, at=NOW, ending="home", words="With his sister"
        )
    with summary(world.wanda), bound(world.actor("wanda")):
        assert not Stay.objects.filter(pk=stay).exists()
    with as_role("postgres"):
        Stay.objects.filter(pk=stay).update(ending_words="")
    with summary(world.wanda), bound(world.actor("wanda")):
        assert Stay.objects.filter(pk=stay).exists()


def test_nobody_writes_what_they_could_not_read_back(world: World) -> None:
    """Not an error of the database: a reason."""
    nurse = world.more["nurse"]
    with summary(nurse), bound(factories.actor(nurse)) as actor:
        one = {"now": timezone.now(), "person_id": world.tenant.pk}
        with pytest.raises(Denied):
            people_actions.add_note(
                actor, category=Category.SUPPORT_NEEDS, words="He is well", **one
            )
        with pytest.raises(Denied):
            people_actions.record_contact(
                actor, kind=ContactKind.PHONE, value="01632 960009", **one
            )
        with pytest.raises(Denied):
            reviewing.review(actor, given=REVIEWED, **one)
        with pytest.raises(Denied):
            placing.place(actor, given=AWAY, **one)
    with summary(nurse):
        client = Client()
        client.force_login(nurse.user)
        for name in (
            "people:note",
            "people:contact",
            "hospital-waiting:review-add",
            "hospital-waiting:placement-add",
        ):
            assert client.get(reverse(name, args=[world.tenant.pk])).status_code == 403


def test_whoever_answers_for_what_is_said_may_read_it(world: World) -> None:
    """A remark that waits is told to those of its agency who may read it, and to no other."""
    asked = (
        "SELECT count(*) FROM remark_answerers(%s, %s, %s, now())",
        world.tenant.pk,
        world.landlord.pk,
        Category.TENANCY,
    )
    with as_role("postgres"):
        assert rows(*asked) == [(1,)]
    with summary(world.officer), as_role("postgres"):
        assert rows(*asked) == [(0,)]
