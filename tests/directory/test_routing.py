"""Who covers this address, for this need, now: the answer, its order and its reasons."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lintel.directory.entry import Closure, Inside, Rule
from lintel.directory.models import Service
from lintel.directory.place import Place
from lintel.directory.queries import route, teams_covering
from lintel.directory.queries.editions import stamp, tidy
from lintel.directory.states import Audience, RuleKind
from lintel.kernel.actor import bound
from tests import factories
from tests.directory import making as m

pytestmark = pytest.mark.django_db

HERE = Place(postcode="QX1 2AB", lon=m.LON, lat=m.LAT, areas=frozenset({"C1", "W1", "L1"}))
NIGHT = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)


def names(place: Place = HERE, **asked: object) -> list[str]:
    """The names of the services that cover the place, best first."""
    asked.setdefault("when", m.NOW)
    return [option.entry.name for option in route(place, **asked).options]  # type: ignore[arg-type]


def test_only_what_covers_the_address_and_the_need_is_given() -> None:
    m.published("Here", catchments=[m.postcodes("QX1")])
    m.published("Elsewhere", catchments=[m.postcodes("QX2")])
    m.published("Other need", needs=["hoarding"])
    m.published("Says nothing of where", catchments=[])
    assert names(need="money") == ["Here"]
    assert names(need="hoarding") == ["Other need"]
    assert names(need="crisis") == []
    assert sorted(names()) == ["Here", "Other need"]


def test_the_order_is_priority_then_narrowness_then_open_now_then_name() -> None:
    m.published("Whole, open", catchments=[m.whole()])
    m.published(
        "Whole, shut", catchments=[m.whole()], hours=[m.hours(opens="18:00", closes="19:00")]
    )
    m.published(
        "A whole, shut",
        catchments=[m.whole()],
        closures=[Closure(first=m.NOW.date(), last=m.NOW.date(), why="Training")],
    )
    m.published("Ward", catchments=[m.areas("W1")])
    m.published("Sector", catchments=[m.postcodes("QX1 2")])
    m.published("First", catchments=[m.whole(priority=1)])
    assert names() == ["First", "Sector", "Ward", "Whole, open", "A whole, shut", "Whole, shut"]


def test_a_service_that_does_not_run_comes_last() -> None:
    m.published("Shut", catchments=[m.whole(priority=1)], status="temporarily closed")
    m.published("Runs", catchments=[m.whole(priority=9)])
    assert names() == ["Runs", "Shut"]


def test_the_reasons_say_why_in_words() -> None:
    m.geography()
    m.published("Ward", catchments=[m.areas("W1", priority=1)])
    m.published("District", catchments=[m.postcodes("QX1")])
    m.published("Sector", catchments=[m.postcodes("QX1 2")])
    m.published("Whole", catchments=[m.whole()])
    reasons = {o.entry.name: o.reasons for o in route(HERE, when=m.NOW).options}
    assert reasons == {
        "Ward": ("Covers Market", "First choice for this address"),
        "District": ("Covers QX1",),
        "Sector": ("Covers postcodes that begin with QX1 2",),
        "Whole": ("Covers the whole partnership",),
    }


def test_an_age_that_it_is_not_for_is_said_and_not_hidden() -> None:
    m.published(
        "Young people",
        rules=[Rule(kind=RuleKind.AGE, words="Aged 16 to 25", minimum=16, maximum=25)],
    )
    for age, given, refused in [
        (15, [], ["For people aged 16 to 25"]),
        (16, ["Young people"], []),
        (25, ["Young people"], []),
        (26, [], ["For people aged 16 to 25"]),
        (None, ["Young people"], []),
    ]:
        answer = route(HERE, age=age, when=m.NOW)
        assert [o.entry.name for o in answer.options] == given
        assert [n.why for n in answer.not_for] == refused


def test_emergency_services_are_always_given() -> None:
    m.published("Crisis team", emergency=True, needs=["crisis"], always_open=True, hours=[])
    answer = route(HERE, need="money", when=NIGHT)
    assert [o.entry.name for o in answer.urgent] == ["Crisis team"]
    assert answer.urgent[0].open.open is True
    assert not answer.options


def test_what_is_shut_says_where_to_turn() -> None:
    crisis = m.published("Crisis team", always_open=True, hours=[])
    m.published("Day team", needs=["hoarding"], out_of_hours=crisis.pk)
    (day,) = route(HERE, need="hoarding", when=NIGHT).options
    assert day.open.open is False
    assert day.out_of_hours is not None
    assert day.out_of_hours.name == "Crisis team"


def test_what_is_for_partners_only_is_for_workers_only() -> None:
    m.published("Refuge", audience=Audience.PARTNERS, inside=Inside(direct_line="01632 960777"))
    m.published("Open", inside=Inside(thresholds="Two of these"))
    assert names() == ["Open"]
    assert all(option.inside is None for option in route(HERE, when=m.NOW).options)
    # Even a page that asks for what workers see is given nothing without one.
    assert names(workers=True) == ["Open"]
    with bound(factories.actor(factories.worker())):
        options = {o.entry.name: o for o in route(HERE, when=m.NOW, workers=True).options}
    assert set(options) == {"Open", "Refuge"}
    assert options["Refuge"].inside is not None
    assert options["Refuge"].inside.direct_line == "01632 960777"


def test_a_change_is_seen_at_once_and_a_tidied_directory_answers_the_same() -> None:
    service = m.published("Before")
    assert names() == ["Before"]
    m.publish(service, m.entry("After", catchments=[m.postcodes("QX1")]))
    assert names() == ["After"]
    m.publish(service, m.entry("After", catchments=[m.postcodes("QX2")]))
    assert names() == []
    for number in range(80):
        m.publish(service, m.entry(f"After {number}"))
    before = stamp()
    tidy()
    assert stamp() != before
    assert names() == ["After 79"]


def test_teams_are_found_by_their_entries() -> None:
    north, south = factories.team(), factories.team()
    m.published("North", service={"team": north}, catchments=[m.postcodes("QX1", but=("QX1 3",))])
    m.published("South", service={"team": south}, catchments=[m.postcodes("QX1", priority=6)])
    m.published("No team")
    found = [hit.team_id for hit in teams_covering(HERE, when=m.NOW)]
    assert [team for team in found if team in (north.pk, south.pk)] == [north.pk, south.pk]
    there = Place(postcode="QX1 3AB")
    assert [h.team_id for h in teams_covering(there, when=m.NOW, team_ids=[north.pk])] == []
    (hit,) = teams_covering(HERE, when=m.NOW, team_ids=[south.pk])
    assert hit.words == "Covers QX1"


def test_a_catchment_ends_and_begins_on_its_day() -> None:
    today = m.NOW.date()
    ending = m.whole().model_copy(update={"valid_to": today})
    beginning = m.whole().model_copy(update={"valid_from": today + timedelta(days=1)})
    m.published("Ending", catchments=[ending])
    m.published("Beginning", catchments=[beginning])
    assert names() == ["Ending"]
    assert names(when=m.NOW + timedelta(days=1)) == ["Beginning"]


def test_the_number_of_queries_is_the_same_for_two_services_and_two_hundred() -> None:
    def cost() -> int:
        route(HERE, when=m.NOW)
        with CaptureQueriesContext(connection) as asked:
            route(HERE, when=m.NOW)
        return len(asked)

    crisis = m.published("Crisis", emergency=True)
    m.published("One", catchments=[m.areas("W1")], out_of_hours=crisis.pk)
    few = cost()
    for number in range(30):
        m.published(f"More {number}", catchments=[m.areas("W1")], out_of_hours=crisis.pk)
    assert Service.objects.count() == 32
    assert cost() == few <= 5
