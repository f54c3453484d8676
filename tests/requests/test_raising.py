"""Raising: what is checked, who may, where it goes, once, and not too often."""

import re
from datetime import date, timedelta

import pytest

from lintel.agencies.states import HEALTH_TEAMS, AgencyKind, Role, TeamKind
from lintel.kernel.actor import as_system, bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound, TooMany
from lintel.kernel.models import Access, Event
from lintel.kernel.models import Message as Mail
from lintel.requests import actions, queries
from lintel.requests.actions import About
from lintel.requests.models import Handling, Request
from lintel.requests.references import new_reference, tidy
from lintel.requests.routing import born_in
from tests import factories
from tests.requests.pump import pump
from tests.requests.world import HOUR, NOW, World, concern, make_world
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return make_world()


def raise_one(world: World, at: timedelta = timedelta(0), **more: object) -> Request:
    officer = world.actor("officer")
    typed = {**concern(world.tenant.pk), **more}
    with bound(officer):
        return actions.raise_concern(officer, now=NOW + at, **typed)


def where(request: Request) -> Handling:
    pump(NOW)
    with as_system():
        return Handling.objects.select_related("team", "worker").get(request_id=request.pk)


def typed(world: World, **more: str) -> Handling:
    """A concern about somebody who isn't listed, as typed."""
    about = About(**{"name": "John Invented", "born": "", "address": "", "postcode": "", **more})
    return where(raise_one(world, person_id=None, about=about))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seen", "  "),
        ("seen", "x" * 10_001),
        ("seen", "a\x00b"),
        ("urgency", "yesterday"),
        ("signs", ["ill"]),
        ("person_knows", "maybe"),
    ],
)
def test_what_is_wrong_is_said_by_field(world: World, field: str, value: object) -> None:
    with pytest.raises(Invalid) as wrong:
        raise_one(world, **{field: value})
    assert set(wrong.value.errors) == {field}


def test_somebody_unlisted_must_be_placed(world: World) -> None:
    with pytest.raises(Invalid) as wrong:
        raise_one(world, person_id=None, about=About(name="John", address="1 Example Street"))
    assert "about_address" in wrong.value.errors


def test_a_person_out_of_sight_is_not_found(world: World) -> None:
    other = factories.person("Somebody Else")
    for number in (other.pk, 10**12):
        with pytest.raises(NotFound):
            raise_one(world, person_id=number)


def test_known_people_go_to_their_named_worker(world: World) -> None:
    found = where(raise_one(world))
    assert (found.team, found.worker, found.person_id) == (
        world.cmht,
        world.nurse,
        world.tenant.pk,
    )


def test_others_go_to_the_shop_which_learns_no_more_than_was_written() -> None:
    world = make_world(known=False)
    found = where(raise_one(world))
    assert (found.team, found.worker, found.person_id) == (world.shop, None, None)


def test_a_named_worker_who_left_is_passed_over(world: World) -> None:
    world.nurse.left_on = NOW.date()
    world.nurse.save()
    found = where(raise_one(world))
    assert (found.team, found.worker) == (world.cmht, None)


def test_health_teams_come_before_others() -> None:
    world = make_world(known=False)
    support = factories.team(factories.agency(AgencyKind.VOLUNTARY), kind=TeamKind.FLOATING_SUPPORT)
    factories.involvement(world.tenant, support)
    assert where(raise_one(world)).team == support
    factories.involvement(world.tenant, world.cmht)
    assert where(raise_one(world, at=MINUTE)).team == world.cmht


def test_the_database_and_the_code_agree_which_teams_are_of_health() -> None:
    with as_role("postgres"):
        found = rows(
            "SELECT prosrc FROM pg_proc WHERE proname IN ('relay_route', 'relay_open_until')"
        )
    lists = [re.search(r"t\.kind IN \(([^)]+)\)", source) for (source,) in found]
    assert len(lists) == 2
    for named in lists:
        assert named
        assert {kind.strip(" '") for kind in named[1].split(",")} == HEALTH_TEAMS


def test_the_senders_own_team_is_not_asked() -> None:
    world = make_world(known=False)
    factories.involvement(world.tenant, world.office)
    assert where(raise_one(world)).team == world.shop


def test_somebody_typed_is_matched_exactly_or_not_at_all(world: World) -> None:
    home = world.tenant.pk and _home(world)
    assert typed(world, born="3 April 1972").team == world.cmht
    assert typed(world, born="3.4.1972", name="JOHN  INVENTED").team == world.cmht
    place = {"address": home[0], "postcode": home[1].lower()}
    assert typed(world, **place).team == world.cmht
    assert typed(world, born="4 April 1972").team == world.shop


def test_no_guess_is_near_enough(world: World) -> None:
    home = _home(world)
    for wrong in (
        {"born": "3 April 1972", "name": "Jon Invented"},
        {"born": "April 1972"},
        {"address": "2 Elsewhere", "postcode": home[1]},
    ):
        assert typed(world, **wrong).team == world.shop


def test_two_of_one_name_are_nobody(world: World) -> None:
    factories.person("John Invented")
    assert typed(world, born="3 April 1972").team == world.shop


def test_names_are_folded(world: World) -> None:
    zoe = factories.person("Zoë O'Brien-Łuczak", born=date(1980, 5, 1))
    factories.involvement(zoe, world.cmht)
    assert typed(world, name="zoe obrien luczak", born="1980-05-01").team == world.cmht


def _home(world: World) -> tuple[str, str]:
    with as_role("postgres"):
        from lintel.people.models import Home

        home = Home.objects.get(tenancies__person=world.tenant)
    return home.address, home.postcode


def test_the_closest_shop_is_asked() -> None:
    world = make_world(known=False)
    near = factories.team(world.council, TeamKind.ONE_STOP_SHOP, covers=["SY1"])
    far = factories.team(world.council, TeamKind.ONE_STOP_SHOP, covers=["SY12", "LD"])
    assert where(raise_one(world)).team == near
    about = About("A B", "", "1 Street", "SY12 3AB")
    assert where(raise_one(world, person_id=None, about=about)).team == far


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("3 April 1972", date(1972, 4, 3)),
        ("03/04/1972", date(1972, 4, 3)),
        ("1972-04-03", date(1972, 4, 3)),
        ("April 1972", None),
        ("1972", None),
        ("about fifty", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_dates_of_birth_as_people_write_them(said: str, meant: date | None) -> None:
    assert born_in(said) == meant


def test_a_double_click_sends_once(world: World) -> None:
    first = raise_one(world, once="a key")
    again = raise_one(world, once="a key", at=MINUTE)
    assert first == again
    with pytest.raises(Conflict):
        raise_one(world, once="a key", seen="Something else")
    with as_system():
        assert Request.objects.count() == 1


def test_the_shop_itself_cannot_ask_masked(world: World) -> None:
    shop = world.actor("shop_worker")
    with bound(shop), pytest.raises(Denied):
        actions.raise_concern(shop, now=NOW, **concern(None))
    nobody = factories.actor(factories.worker(world.landlord))
    with bound(nobody), pytest.raises(Denied):
        actions.raise_concern(nobody, now=NOW, **concern(None))


def test_what_is_disclosed_is_in_the_access_record(world: World) -> None:
    made = raise_one(world)
    with as_system():
        rows = list(Access.objects.values_list("verb", "person_id", "owner_id", "request_ref"))
    assert rows == [("disclosed", world.tenant.pk, world.landlord.pk, made.reference)]


def test_the_senders_information_lead_does_not_learn_who_reads_it(world: World) -> None:
    made = raise_one(world)
    pump(NOW)
    nurse, lead = world.actor("nurse"), world.actor("landlord_information_lead")
    with bound(nurse):
        queries.desk_one(nurse, made.reference, now=NOW + HOUR)
        actions.take(nurse, now=NOW + HOUR, reference=made.reference)
    with bound(lead):
        assert {row.worker_id for row in Access.objects.all()} == {world.officer.pk}
        assert {row.actor_worker_id for row in Event.objects.all()} == {world.officer.pk}


@pytest.mark.parametrize("known", [True, False])
def test_many_guesses_are_stopped_and_noticed(known: bool) -> None:
    world = make_world(known=known)
    lead = factories.worker(world.landlord, roles=[Role.INFORMATION_LEAD])
    about = About("John Invented", "3 April 1972")
    for n in range(5):
        raise_one(world, at=n * MINUTE, person_id=None, about=about)
    with pytest.raises(TooMany):
        raise_one(world, at=6 * MINUTE, person_id=None, about=about)
    # Somebody on the patch can still be raised, and others an hour later.
    raise_one(world, at=6 * MINUTE)
    raise_one(world, at=HOUR + MINUTE, person_id=None, about=about)
    with as_system():
        assert Event.objects.filter(verb="requests.many_unlisted").count() >= 1
        assert Mail.objects.filter(to_user_id=lead.user_id).count() >= 1
        assert not Event.objects.filter(verb="requests.many_concerns").exists()


def test_many_concerns_in_a_day_are_stopped(world: World) -> None:
    for n in range(20):
        raise_one(world, at=n * MINUTE)
    with pytest.raises(TooMany):
        raise_one(world, at=HOUR)
    with as_system():
        assert Event.objects.filter(verb="requests.many_concerns").count() == 1
    raise_one(world, at=25 * HOUR)


def test_references_count_nothing() -> None:
    made = {new_reference() for _ in range(500)}
    assert len(made) == 500
    assert all(len(r) == 12 for r in made)
    one = made.pop()
    assert tidy(one.lower().replace("-", " ")) == one
