"""Housing at care reviews: four questions, corrected openly, and counted without a name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import TeamKind
from lintel.hospital.actions.reviewing import Reviewed, review
from lintel.hospital.models import Review
from lintel.hospital.queries import reviews as queries
from lintel.kernel.actor import bound
from lintel.kernel.clock import LONDON
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.people.models import Person
from tests import factories
from tests.hospital.world import World, make_world
from tests.support.db import as_role, under

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.astimezone(LONDON).date()
SAID = Reviewed(
    kind="review",
    on=TODAY,
    lives_words="A bedsit, alone",
    suits=False,
    needs=["floating", "move"],
    unmet=["move"],
    words="Stairs",
    district="ts1",
)


@pytest.fixture
def world() -> World:
    """A nurse of the trust works with the tenant."""
    made = make_world()
    cmht = factories.team(made.trust, TeamKind.CMHT)
    nurse = factories.worker(cmht, name="Nadia Nurse", job_title="Nurse")
    factories.involvement(made.tenant, cmht, nurse)
    made.more |= {"cmht": cmht, "nurse": nurse}
    return made


def write(world: World, given: Reviewed = SAID, corrects: int | None = None) -> int:
    nurse: Worker = world.more["nurse"]
    with bound(factories.actor(nurse)) as actor:
        return review(actor, now=NOW, person_id=world.tenant.pk, given=given, corrects_id=corrects)


def seen(world: World) -> list[queries.ReviewView]:
    with bound(factories.actor(world.more["nurse"])) as actor:
        return queries.of_person(actor, world.tenant.pk)


def test_a_review_is_corrected_by_a_new_one_and_stays(world: World) -> None:
    first = write(world)
    new = write(world, replace(SAID, unmet=[]), corrects=first)
    with pytest.raises(Conflict):
        write(world, SAID, corrects=first)
    with pytest.raises(NotFound):
        write(world, SAID, corrects=new + 10_000)
    by_id = {r.id: r for r in seen(world)}
    assert (by_id[first].corrected, by_id[new].corrected) == (True, False)
    assert (by_id[first].unmet, by_id[new].unmet) == (["move"], [])
    assert by_id[new].district == "TS1"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"unmet": ["home"]}, "unmet"),
        ({"needs": ["x", "move"]}, "needs"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"district": "TS1 1AA"}, "district"),
        ({"lives_words": ""}, "lives_words"),
        ({"kind": "x"}, "kind"),
    ],
)
def test_what_can_t_be_is_told_where(world: World, changed: dict, field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        write(world, replace(SAID, **changed))
    assert set(wrong.value.errors) == {field}


def test_only_health_workers_who_see_the_person_write(world: World) -> None:
    write(world)
    with bound(world.actor("officer")) as officer:
        assert queries.of_person(officer, world.tenant.pk) == []
        with pytest.raises(Denied):
            review(officer, now=NOW, person_id=world.tenant.pk, given=SAID)
    with bound(world.actor("other_wanda")) as other, pytest.raises(NotFound):
        review(other, now=NOW, person_id=world.tenant.pk, given=SAID)


@under("postgres")
def reviews(world: World, people: int, **given: object) -> list[Review]:
    found = Person.objects.bulk_create(
        Person(name=f"Nobody {factories.number()}", created=NOW) for _ in range(people)
    )
    return Review.objects.bulk_create(
        Review(
            person=who,
            owner=world.trust,
            by=world.wanda,
            recorded=NOW,
            **{
                "kind": "review",
                "on": TODAY,
                "lives_words": "x",
                "suits": False,
                "needs": ["home", "move", "repairs"],
                **given,
            },
        )
        for who in found
    )


def counted(world: World, name: str = "commissioner") -> tuple[dict, dict]:
    with bound(world.actor(name)) as actor:
        needs, districts = queries.unmet(actor, since=TODAY - timedelta(days=300))
    return {u.words: u.people for u in needs}, {u.words: u.people for u in districts}


def test_unmet_need_goes_to_planning_without_a_name(world: World) -> None:
    reviews(world, 12, unmet=["home"], district="TS1")
    # An earlier review of the same person doesn't count, nor one that was corrected.
    (old, *_) = reviews(world, 6, unmet=["move"], district="TS2")
    with as_role("postgres"):
        old.pk, old.unmet, old.on = None, ["home"], TODAY - timedelta(days=90)
        old.save()
    reviews(world, 1, unmet=["repairs"], district="TS3")
    needs, districts = counted(world)
    # One misses repairs: put together with the six who miss a move.
    assert needs == {"A home of their own": 10, "Others, each too few to show": 5}
    assert districts == {"TS1": 10, "Others, each too few to show": 5}
    assert counted(world, "ward_lead") == (needs, districts)
    with bound(world.actor("hazel")) as hazel:
        with pytest.raises(Denied):
            queries.unmet(hazel, since=date(2020, 1, 1))
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM hospital_unmet('2020-01-01')")
            assert cursor.fetchall() == []


def test_too_few_in_all_are_not_shown(world: World) -> None:
    reviews(world, 4, unmet=["home"], district="TS1")
    assert counted(world) == (
        {"Others, each too few to show": None},
        {"Others, each too few to show": None},
    )


def test_the_pages(world: World) -> None:
    client = Client()
    client.force_login(world.more["nurse"].user)
    page = reverse("hospital-waiting:reviews", args=[world.tenant.pk])
    assert "No review" in client.get(page).content.decode()
    typed = {
        "kind": "review", "on": "today", "lives_words": "A bedsit <alone>", "district": "TS1",
        "suits": "no", "needs": ["move"], "unmet": ["move", "home"], "words": "",
    }  # fmt: skip
    text = client.post(f"{page}add", typed).content.decode()
    assert "What is missing must be among what they need" in text
    assert client.post(f"{page}add", {**typed, "unmet": ["move"]}).status_code == 302
    assert "A bedsit &lt;alone&gt;" in client.get(page).content.decode()
    (one,) = seen(world)
    correct = reverse("hospital-waiting:review-correct", args=[world.tenant.pk, one.id])
    assert "A bedsit" in client.get(correct).content.decode()
    assert client.post(correct, {**typed, "unmet": []}).status_code == 302
    assert "Corrected since" in client.get(page).content.decode()
    unmet = reverse("hospital-waiting:unmet")
    assert client.get(unmet).status_code == 403
    client.force_login(world.commissioner.user)
    assert "No review says that anything is missing" in client.get(unmet).content.decode()
    reviews(world, 7, unmet=["home"], district="TS1")
    assert "A home of their own" in client.get(unmet).content.decode()
    assert "A home of their own,5" in client.get(f"{unmet}copy").content.decode()
    client.force_login(world.officer.user)
    assert client.get(f"{page}add").status_code == 403
