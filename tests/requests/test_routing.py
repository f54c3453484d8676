"""Requests go by the directory's catchments: one way of routing, and nothing is dropped."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lintel.agencies.models import Team
from lintel.agencies.states import Role, TeamKind
from lintel.directory.actions import take_out
from lintel.directory.entry import Catchment, Piece, Rule
from lintel.directory.models import Misroute
from lintel.directory.queries.editions import facts
from lintel.directory.states import CatchmentKind, RuleKind
from lintel.kernel import events
from lintel.kernel.actor import as_system, bound
from lintel.kernel.errors import Invalid
from lintel.requests import actions, queries, routing
from lintel.requests.models import Handling
from lintel.requests.states import NotOurs
from tests import factories
from tests.directory import making
from tests.requests.driver import request_of
from tests.requests.pump import pump
from tests.requests.world import NOW, World, concern, make_world
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)
# A square around a point, and far from every other.
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-2.2, 53.0], [-2.0, 53.0], [-2.0, 53.2], [-2.2, 53.2], [-2.2, 53.0]]],
}


def codes(*wanted: str, but: tuple[str, ...] = (), **more: Any) -> Catchment:
    """A catchment of postcodes, without some; "*" is everywhere."""
    pieces = factories.pieces_of(wanted)
    if but:
        pieces.append(Piece(kind=CatchmentKind.POSTCODES, codes=list(but), excluding=True))
    return Catchment(pieces=pieces, **more)


def piece(kind: CatchmentKind, **what: Any) -> Catchment:
    return Catchment(pieces=[Piece(kind=kind, **what)])


def shop(name: str, *catchments: Catchment, **fields: Any) -> Team:
    made = factories.team(kind=TeamKind.ONE_STOP_SHOP, name=name, **fields)
    if catchments:
        factories.entry(made, list(catchments))
    return made


# What each shop says it covers, an address, and the shop that answers. "first" has the lowest
# number: what is left where no catchment says anything.
Shops = dict[str, tuple[list[Catchment], dict[str, Any]]]
TABLE: dict[str, tuple[Shops, str, str]] = {
    "inside one": (
        {"first": ([codes("QX9")], {}), "near": ([codes("QX1")], {})},
        "QX1 2AB",
        "near",
    ),
    "the narrower of two": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1 2")], {})},
        "QX1 2AB",
        "near",
    ),
    "a district isn't a longer one": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1")], {})},
        "QX12 2AB",
        "first",
    ),
    "stated priority before narrowness": (
        {"first": ([codes("QX1 2")], {}), "near": ([codes("*", priority=1)], {})},
        "QX1 2AB",
        "near",
    ),
    "inside none": (
        {"first": ([codes("QX9")], {}), "near": ([codes("QX1")], {})},
        "QX5 1AA",
        "first",
    ),
    "no entry at all": ({"first": ([], {}), "near": ([], {})}, "QX1 2AB", "first"),
    "a closed team": (
        {"first": ([codes("QX9")], {}), "near": ([codes("QX1")], {"closed_on": TODAY})},
        "QX1 2AB",
        "first",
    ),
    "one that takes no requests": (
        {"first": ([codes("QX9")], {}), "near": ([codes("QX1")], {"takes_requests": False})},
        "QX1 2AB",
        "first",
    ),
    "an area that has ended": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1", valid_to=TODAY - DAY)], {})},
        "QX1 2AB",
        "first",
    ),
    "an area on its last day": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1", valid_to=TODAY)], {})},
        "QX1 2AB",
        "near",
    ),
    "an area still to come": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1", valid_from=TODAY + DAY)], {})},
        "QX1 2AB",
        "first",
    ),
    "an exception": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1", but=("QX1 2",))], {})},
        "QX1 2AB",
        "first",
    ),
    "beside an exception": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1", but=("QX1 2",))], {})},
        "QX1 3AB",
        "near",
    ),
    "half a postcode": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1")], {})},
        "qx1",
        "near",
    ),
    "small letters and no space": (
        {"first": ([codes("*")], {}), "near": ([codes("QX1 2")], {})},
        "qx12ab",
        "near",
    ),
    **{
        f"a postcode that is none: {typed!r}": (
            {"first": ([codes("QX1")], {}), "near": ([codes("*")], {})},
            typed,
            "near",
        )
        for typed in ("", "  ", "???", "QX1 2A!", "BT1 1AA", "JE2 3AB", "12345", "no idea")
    },
    "nothing known and nobody for everywhere": (
        {"first": ([codes("QX1")], {}), "near": ([codes("QX2")], {})},
        "",
        "first",
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_which_shop_answers(case: str) -> None:
    shops, postcode, meant = TABLE[case]
    for name, (catchments, fields) in shops.items():
        shop(name, *catchments, **fields)
    found = routing.shop_for(postcode, NOW)
    assert found is not None
    assert found.name == meant


def test_a_drawn_area_and_a_ward_hold_the_addresses_in_them() -> None:
    making.geography()
    making.postcode("QX1 2AB", lon=-2.1, lat=53.1)
    making.postcode("QX1 2AD", lon=-2.5, lat=53.5, ward="W2")
    making.postcode("QX1 2AE", lon=-2.5, lat=53.5, ward="W1")
    shop("everywhere", codes("*"))
    shop("drawn", piece(CatchmentKind.DRAWN, shape=SQUARE))
    shop("ward", piece(CatchmentKind.AREAS, codes=["W1"]))
    meant = {
        "QX1 2AB": "drawn",
        "QX1 2AD": "everywhere",
        "QX1 2AE": "ward",
        "QX9 1AA": "everywhere",
    }
    found = {postcode: routing.shop_for(postcode, NOW) for postcode in meant}
    assert {postcode: team and team.name for postcode, team in found.items()} == meant


def test_no_shop_is_none() -> None:
    shop("closed", codes("*"), closed_on=TODAY)
    assert routing.shop_for("QX1 2AB", NOW) is None


def test_never_the_senders_own_shop() -> None:
    own, other = shop("own", codes("QX1")), shop("other", codes("QX9"))
    assert routing.shop_for("QX1 2AB", NOW, not_team_id=own.pk) == other


def test_a_question_goes_to_the_entry_for_advice() -> None:
    shop("narrow", codes("QX1"))
    desk = factories.team(kind=TeamKind.ONE_STOP_SHOP)
    factories.entry(desk, [codes("*")], needs=["advice"])
    assert routing.shop_for("QX1 2AB", NOW, need="advice") == desk


def test_a_withdrawn_entry_covers_nothing() -> None:
    shop("first", codes("*"))
    near = factories.team(kind=TeamKind.ONE_STOP_SHOP)
    service = factories.entry(near, [codes("QX1")])
    assert routing.shop_for("QX1 2AB", NOW) == near
    with as_role("lintel_import"):
        take_out(service, now=NOW)
    found = routing.shop_for("QX1 2AB", NOW)
    assert found is not None
    assert found.name == "first"


# Offers ---------------------------------------------------------------------------------------


def names(offers: list[queries.Offer]) -> list[str]:
    return [offer.team.name for offer in offers]


def test_what_is_offered_for_an_address() -> None:
    office = factories.team()
    officer = factories.actor(factories.worker(office))
    money = factories.team(name="Money", kind=TeamKind.VOLUNTARY)
    factories.entry(money, [codes("QX1", priority=1)], needs=["money"])
    older = factories.team(name="Older", kind=TeamKind.VOLUNTARY)
    factories.entry(
        older,
        [codes("QX1")],
        needs=["money"],
        rules=[Rule(kind=RuleKind.AGE, words="For people over 65", minimum=65)],
    )
    factories.team(name="Everywhere", kind=TeamKind.VOLUNTARY, covers=["*"])
    factories.team(name="Far", kind=TeamKind.VOLUNTARY, covers=["QX9"])
    factories.team(name="Unwritten", kind=TeamKind.VOLUNTARY)
    factories.entry(office, [codes("QX1")])
    with bound(officer):
        asked = {"postcode": "QX1 2AB", "now": NOW}
        plain = queries.services_for(officer, **asked)
        young = queries.services_for(officer, **asked, age=30)
        needing = queries.services_for(officer, **asked, need="money", age=70)
        nowhere = queries.services_for(officer, postcode="", now=NOW)
    assert names(plain.covering) == ["Money", "Older", "Everywhere"]
    assert names(plain.others) == ["Far", "Unwritten"]
    assert plain.covering[0].reasons[:2] == ("Covers QX1", "First choice for this address")
    assert names(young.covering) == ["Money", "Everywhere"]
    assert [o.reasons for o in young.others if o.team == older] == [
        ("For people aged 65 and over",)
    ]
    assert names(needing.covering) == ["Money", "Older"]
    assert names(needing.others) == ["Everywhere", "Far", "Unwritten"]
    assert names(nowhere.covering) == ["Everywhere"]


def test_the_number_of_queries_does_not_grow() -> None:
    officer = factories.actor(factories.worker())

    def asked() -> int:
        with bound(officer):
            facts()
            with CaptureQueriesContext(connection) as captured:
                queries.services_for(officer, postcode="QX1 2AB", now=NOW, need="money", age=40)
        return len(captured)

    for n in range(2):
        made = factories.team(covers=["QX1"], name=f"Team {n}")
        factories.entry(made, [codes("QX1")], needs=["money"])
    few = asked()
    for n in range(15):
        made = factories.team(covers=["QX1"], name=f"More {n}")
        factories.entry(made, [codes("*")], needs=["money"])
    assert asked() == few


# Wrong teams ----------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    return make_world(known=False)


def send(world: World, **more: Any) -> str:
    officer = world.actor("officer")
    with bound(officer):
        made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk, **more))
    pump(NOW)
    return made.reference


def redirect(world: World, who: str, reference: str, to: Team, reason: str = "") -> None:
    actor = world.actor(who)
    with bound(actor):
        actions.redirect(
            actor, now=NOW, reference=reference, to_team_id=to.pk, words="Not us", reason=reason
        )
    pump(NOW)


def misroutes() -> list[Misroute]:
    with as_system():
        return list(Misroute.objects.order_by("id"))


def test_a_wrong_area_is_told_to_the_entry(world: World) -> None:
    reference = send(world)
    redirect(world, "shop_worker", reference, world.cmht)
    redirect(world, "nurse", reference, world.other_cmht, NotOurs.AREA)
    (found,) = misroutes()
    assert found.service.team == world.cmht
    assert (found.sector, found.right_team) == ("SY1 2", world.other_cmht)
    with as_system():
        desk = Handling.objects.get(reference=reference)
    assert desk.route_words.endswith("The address is not in our area. Not us")


def test_the_event_names_nobody(world: World) -> None:
    reference = send(world)
    redirect(world, "shop_worker", reference, world.cmht)
    redirect(world, "nurse", reference, world.other_cmht, NotOurs.WORK)
    with as_role("postgres"):
        (event,) = rows(
            "SELECT subject_kind, person_id, owner_id, data, id FROM kernel_event"
            " WHERE verb = 'requests.misrouted'"
        )
    assert event[:3] == ("team", None, None)
    told = json.loads(event[3])
    assert set(told) == {"service", "wrong_team", "right_team", "sector"}
    assert reference not in event[3]
    # A job that died after its commit is run again.
    events.deliver(event[4], "lintel.directory.listening.misrouted")
    assert len(misroutes()) == 1


@pytest.mark.parametrize(
    ("who", "reason"), [("nurse", ""), ("nurse", NotOurs.ANOTHER), ("shop_worker", NotOurs.AREA)]
)
def test_what_is_no_fault_of_a_catchment(world: World, who: str, reason: str) -> None:
    """No reason, another team that can do more, and the shop, whose work is to pass on."""
    reference = send(world)
    if who == "nurse":
        redirect(world, "shop_worker", reference, world.cmht)
    redirect(world, who, reference, world.other_cmht, reason)
    assert misroutes() == []


def test_a_team_that_the_relay_chose_for_the_person_tells_nothing() -> None:
    world = make_world()
    reference = send(world)
    redirect(world, "nurse", reference, world.other_cmht, NotOurs.AREA)
    assert misroutes() == []


def test_a_decline_tells_it_too(world: World) -> None:
    reference = send(world)
    redirect(world, "shop_worker", reference, world.cmht)
    nurse = world.actor("nurse")
    with bound(nurse):
        actions.take(nurse, now=NOW, reference=reference)
        said = {"words": "Not here", "better_route": "South", "not_ours": NotOurs.WORK}
        actions.decide(nurse, now=NOW, reference=reference, decision="not_for_us", **said)
    pump(NOW)
    (found,) = misroutes()
    assert (found.service.team, found.sector, found.right_team) == (world.cmht, "SY1 2", None)


def test_a_reason_is_one_of_those(world: World) -> None:
    reference = send(world)
    with pytest.raises(Invalid) as wrong:
        redirect(world, "shop_worker", reference, world.cmht, "because")
    assert wrong.value.errors == {"reason": "Choose one of the answers"}


def test_only_who_keeps_the_entry_reads_of_wrong_teams(world: World) -> None:
    reference = send(world)
    redirect(world, "shop_worker", reference, world.cmht)
    redirect(world, "nurse", reference, world.other_cmht, NotOurs.AREA)
    manager = factories.worker(world.trust, roles=[Role.MANAGER])
    seen = {"cmht_lead": 1, "partnership_lead": 1, "nurse": 0, "officer": 0, "office_lead": 0}
    seen |= {"landlord_information_lead": 0, "shop_lead": 0, "other_nurse": 0}
    for name, count in seen.items():
        with bound(world.actor(name)):
            assert Misroute.objects.count() == count, name
    with bound(factories.actor(manager)):
        assert Misroute.objects.count() == 1
    assert Misroute.objects.count() == 0


# The relay ------------------------------------------------------------------------------------


@pytest.mark.parametrize("stale", [False, True], ids=["the index is read", "the index is old"])
def test_the_relay_asks_the_same_whoever_is_known(stale: bool) -> None:
    """Also when the directory has changed since this process last looked."""
    world = make_world(known=False)
    officer = world.actor("officer")
    asked = []
    for known in (True, False):
        point = transaction.savepoint()
        if known:
            factories.involvement(world.tenant, world.cmht, world.nurse)
        with bound(officer):
            made = actions.raise_concern(officer, now=NOW, **concern(world.tenant.pk))
        if stale:
            factories.team(covers=["QX1"])
        else:
            queries.place_of("SY1 2AB")
            facts()
        letter = request_of(made.reference)
        with as_system(), CaptureQueriesContext(connection) as captured:
            found = routing.route(letter, NOW)
        asked.append([shape(query["sql"]) for query in captured])
        assert found.team == (world.cmht if known else world.shop)
        transaction.savepoint_rollback(point)
    assert asked[0] == asked[1]
    assert any("directory_edition" in sql for sql in asked[0])
    assert any('FROM "directory_catchment"' in sql for sql in asked[0]) is stale


def shape(sql: str) -> str:
    """What is asked, without what numbers differ."""
    return re.sub(r"\d+", "0", sql.split(" WHERE ")[0])
