"""Placements away: who is where, at what cost, the plan home, and the picture of all."""

import csv
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import TeamKind
from lintel.directory.models import Postcode
from lintel.hospital import figures
from lintel.hospital.actions import placing as acts
from lintel.hospital.actions.placing import Placing
from lintel.hospital.presenters import placements as words
from lintel.hospital.queries import placements as queries
from lintel.kernel.actor import bound
from lintel.kernel.clock import LONDON
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Access
from lintel.kernel.sight.states import Category
from lintel.people.models import Home, Person
from tests import factories
from tests.hospital.world import World, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.astimezone(LONDON).date()
AWAY = Placing(
    provider="Moorside Hospital",
    place="Elsewhere",
    reason="no_home",
    since=TODAY - timedelta(days=400),
    week_pence=350_000,
    would_take="A flat with somebody there at night",
    home_by=TODAY + timedelta(days=60),
    home_week_pence=60_000,
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


def nurse(world: World) -> Worker:
    found: Worker = world.more["nurse"]
    return found


def place(world: World, who: Person | None = None, given: Placing = AWAY) -> int:
    person = who or world.tenant
    with bound(factories.actor(nurse(world))) as actor:
        return acts.place(actor, now=NOW, person_id=person.pk, given=given)


def test_somebody_is_placed_visited_planned_for_and_comes_home(world: World) -> None:
    one = place(world)
    with bound(factories.actor(nurse(world))) as actor:
        view = queries.placement(actor, one, now=NOW)
        assert (view.days, view.visit_late, view.reason_words) == (
            400,
            True,
            "No suitable home with support here",
        )
        acts.change(
            actor, now=NOW, placement_id=one,
            given=replace(AWAY, visitor_words="Nadia, CMHT", last_visit=TODAY),
        )  # fmt: skip
        view = queries.placement(actor, one, now=NOW)
        assert (view.visitor, view.visit_late) == ("Nadia, CMHT", False)
        with pytest.raises(Conflict):
            acts.place(actor, now=NOW, person_id=world.tenant.pk, given=AWAY)
        with pytest.raises(Invalid):
            acts.end(
                actor, now=NOW, placement_id=one,
                until=AWAY.since - timedelta(days=1), words="Home",
            )  # fmt: skip
        acts.end(actor, now=NOW, placement_id=one, until=TODAY, words="A flat in Moorgate")
        assert queries.placed(actor, now=NOW) == []
        (kept,) = queries.placed(actor, now=NOW, person_id=world.tenant.pk, past=True)
        assert kept.ended_words == "A flat in Moorgate"
        with pytest.raises(Conflict):
            acts.change(actor, now=NOW, placement_id=one, given=AWAY)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"since": TODAY + timedelta(days=1), "home_by": None}, "since"),
        ({"home_by": TODAY - timedelta(days=500)}, "home_by"),
        ({"last_visit": TODAY - timedelta(days=500)}, "last_visit"),
        ({"last_visit": TODAY + timedelta(days=1)}, "last_visit"),
        ({"week_pence": 18_000_000}, "week"),
        ({"reason": "x"}, "reason"),
        ({"place": " "}, "place"),
        ({"postcode": "nowhere"}, "postcode"),
    ],
)
def test_what_can_t_be_is_told_where(world: World, changed: dict, field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        place(world, given=replace(AWAY, **changed))
    assert set(wrong.value.errors) == {field}


def test_only_health_and_commissioners_write_and_only_sight_reads(world: World) -> None:
    one = place(world)
    with bound(world.actor("officer")) as officer:
        with pytest.raises(Denied):
            acts.place(officer, now=NOW, person_id=world.tenant.pk, given=AWAY)
        with pytest.raises(NotFound):
            queries.placement(officer, one, now=NOW)
        with pytest.raises(NotFound):
            acts.end(officer, now=NOW, placement_id=one, until=TODAY, words="x")
        assert queries.placed(officer, now=NOW) == []


def test_the_group_picture_says_what_it_can_t_show(world: World) -> None:
    place(world)
    for n, price in enumerate((70_000, None)):
        who = factories.tenant(world.officer, f"Other {n}", born=date(1980, 1, n + 1))
        factories.involvement(who, world.more["cmht"], nurse(world))
        place(world, who, replace(AWAY, home_week_pence=price, week_pence=300_000))
    with bound(factories.actor(nurse(world))) as actor:
        rows = queries.placed(actor, now=NOW)
    picture = queries.group(rows)
    assert (picture.people, picture.priced) == (3, 2)
    assert picture.away_pence == figures.year_pence(350_000) + figures.year_pence(300_000)
    said = " ".join(words.picture(rows))
    assert "3 people are placed away" in said
    assert "For 2 of them" in said
    assert figures.PLACES_NOT_RANDOMISED in said
    assert "before" not in said
    assert words.cells(rows)[-1][0] == "All, 3 people"
    assert words.cells(rows)[-1][5] == "£9,500"


def test_how_far_from_home_where_both_postcodes_are_known(world: World) -> None:
    with as_role("postgres"):
        Postcode.objects.bulk_create(
            [
                Postcode(code="QX1 1AA", lon=-1.47, lat=53.38),
                Postcode(code="QX9 9ZZ", lon=-0.13, lat=51.5),
            ]
        )
        Home.objects.filter(tenancies__person=world.tenant).update(postcode="QX1 1AA")
    one = place(world, given=replace(AWAY, postcode="qx99zz"))
    with bound(factories.actor(nurse(world))) as actor:
        # The nurse doesn't see the tenancy.
        (row,) = queries.placed(actor, now=NOW)
        assert row.miles is None
        assert "a home of theirs that you see" in words.miles_words(row)
    with as_role("postgres"):
        factories.consent(world.tenant, world.officer, world.more["cmht"], [Category.TENANCY])
    with bound(factories.actor(nurse(world))) as actor:
        (row,) = queries.placed(actor, now=NOW)
        # Sheffield to London, and no road is as straight.
        assert row.miles == 142
        assert queries.placement(actor, one, now=NOW) == row
        assert words.miles_words(row) == "142 miles, as the crow flies"
        assert row.home_owner_id == world.landlord.pk
    client = Client()
    client.force_login(nurse(world).user)
    assert "142" in client.get("/hospital/placements/").content.decode()
    with as_role("postgres"):
        told = Access.objects.get(page="hospital-waiting:placements", owner_id=world.landlord.pk)
        assert told.person_ids == [world.tenant.pk]
        assert told.categories == ["tenancy"]
    with bound(factories.actor(nurse(world))) as actor:
        acts.end(actor, now=NOW, placement_id=one, until=TODAY, words="Home")
        gone = queries.placement(actor, one, now=NOW)
    assert gone.miles is None
    assert "How far from home" not in [line["key"] for line in words.card(gone)]


def test_miles_cost_no_more_for_more_people(world: World) -> None:
    def cost() -> int:
        with (
            bound(factories.actor(nurse(world))) as actor,
            CaptureQueriesContext(connection) as found,
        ):
            queries.placed(actor, now=NOW)
        return len(found)

    place(world, given=replace(AWAY, postcode="QX9 9ZZ"))
    few = cost()
    for n in range(3):
        who = factories.tenant(world.officer, f"Other {n}", born=date(1980, 1, n + 1))
        factories.involvement(who, world.more["cmht"], nurse(world))
        place(world, who, replace(AWAY, postcode="QX9 9ZZ"))
    assert cost() == few


def test_the_pages(world: World) -> None:
    client = Client()
    client.force_login(nurse(world).user)
    mine = reverse("hospital-waiting:placements-person", args=[world.tenant.pk])
    assert "No placement" in client.get(mine).content.decode()
    assert "Nobody whom you see" in client.get("/hospital/placements/").content.decode()
    typed = {
        "provider": "Moorside", "place": "Elsewhere", "postcode": "", "reason": "no_home",
        "why_words": "", "since": "1 March 2025", "week": "three", "visitor_words": "",
        "last_visit": "", "would_take": "A flat <near> her sister", "home_by": "", "home_week": "",
    }  # fmt: skip
    text = client.post(f"{mine}add", typed).content.decode()
    assert "Enter pounds" in text
    assert "near" in text
    assert client.post(f"{mine}add", {**typed, "week": "3500.50"}).status_code == 302
    board = client.get("/hospital/placements/").content.decode()
    assert "1 person is placed away" in board
    (row,) = list(
        csv.DictReader(
            client.get("/hospital/placements/copy").content.decode("utf-8-sig").splitlines()
        )
    )
    assert row["Cost a week (pounds)"] == "3500"
    with as_role("postgres"):
        verbs = set(
            Access.objects.filter(page="hospital-waiting:placements").values_list("verb", flat=True)
        )
    assert verbs == {"listed", "exported"}
    with bound(factories.actor(nurse(world))) as actor:
        (one,) = queries.placed(actor, now=NOW)
    page = reverse("hospital-waiting:placement", args=[one.id])
    assert "A flat &lt;near&gt; her sister" in client.get(page).content.decode()
    assert "3500.5" in client.get(f"{page}change").content.decode()
    assert client.post(f"{page}change", {**typed, "week": "9"}).status_code == 302
    assert client.post(f"{page}end", {"until": "today", "words": "Home"}).status_code == 302
    assert client.get(f"{mine}add").status_code == 200
    client.force_login(world.officer.user)
    assert client.get(page).status_code == 404
    assert client.get(f"{mine}add").status_code == 403
