"""Finding my link worker: one's own, those on the other side, and today's cover."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lintel.agencies import actions, queries
from lintel.agencies.states import Side, TeamKind, TeamRole
from lintel.kernel.errors import Denied, Invalid, NotFound
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def housing():
    return factories.team(covers=["QX1"])


@pytest.fixture
def cmht():
    return factories.team(kind=TeamKind.CMHT, covers=["QX1", "QX2"])


def linked(team, towards):
    worker = factories.worker(team)
    return worker, factories.link_worker(worker, team, towards)


def names(links):
    return [link.worker.name for link in links]


def test_an_officer_finds_own_and_other_sides_links(housing, cmht):
    officer = factories.worker(housing)
    own, _ = linked(housing, Side.HEALTH)
    nurse, _ = linked(cmht, Side.HOUSING)
    linked(factories.team(), Side.HEALTH)  # Another landlord's: neither own nor other side.
    found = queries.my_links(factories.actor(officer), timezone.now())
    assert names(found.own) == [own.name]
    assert names(found.other_side) == [nurse.name]
    back = queries.my_links(factories.actor(nurse), timezone.now())
    assert names(back.own) == [nurse.name]
    assert own.name in names(back.other_side)


def test_who_shares_an_area_comes_first(housing, cmht):
    far = factories.team(kind=TeamKind.CMHT, covers=["QX9"], name="A far team")
    far_nurse, _ = linked(far, Side.HOUSING)
    near, _ = linked(cmht, Side.HOUSING)
    found = queries.my_links(factories.actor(factories.worker(housing)), timezone.now())
    assert names(found.other_side) == [near.name, far_nurse.name]


@pytest.mark.parametrize("words", ["cmht", "QX2", "qx2"])
def test_search_by_team_and_area(housing, cmht, words):
    cmht.name = "East CMHT"
    cmht.save()
    nurse, _ = linked(cmht, Side.HOUSING)
    linked(factories.team(kind=TeamKind.WARD, name="Larch ward", covers=[]), Side.HOUSING)
    actor = factories.actor(factories.worker(housing))
    assert names(queries.my_links(actor, timezone.now(), words=words).other_side) == [nurse.name]


def test_the_cover_is_asked_from_the_first_day_to_the_last(housing, cmht):
    nurse, link = linked(cmht, Side.HOUSING)
    cover = factories.worker(cmht)
    now = timezone.now()
    actions.set_away(
        factories.actor(nurse),
        link_id=link.pk,
        first=TODAY() + DAY,
        last=TODAY() + 3 * DAY,
        cover_id=cover.pk,
        now=now,
    )
    actor = factories.actor(factories.worker(housing))

    def asked(days):
        return queries.link_of(actor, link.pk, now + days * DAY).today.worker_id

    assert [asked(days) for days in (0, 1, 2, 3, 4)] == [nurse.pk, *[cover.pk] * 3, nurse.pk]
    assert queries.links_of_team(cmht.pk, now + 2 * DAY) == [cover.pk]
    actions.clear_away(factories.actor(nurse), link_id=link.pk, now=now)
    assert asked(2) == nurse.pk


def test_a_cover_who_left_is_nobody(housing, cmht):
    nurse, link = linked(cmht, Side.HOUSING)
    cover = factories.worker(cmht)
    now = timezone.now()
    values = {"first": TODAY(), "last": TODAY() + DAY, "cover_id": cover.pk, "now": now}
    actions.set_away(factories.actor(nurse), link_id=link.pk, **values)
    cover.left_on = TODAY()
    cover.save()
    assert queries.link_of(factories.actor(nurse), link.pk, now).today is None
    assert queries.links_of_team(cmht.pk, now) == []


def test_only_the_link_worker_or_the_lead_sets_cover(cmht):
    _, link = linked(cmht, Side.HOUSING)
    cover, lead = factories.worker(cmht), factories.worker(cmht, team_role=TeamRole.LEAD)
    values = {"first": TODAY(), "last": TODAY(), "cover_id": cover.pk, "now": timezone.now()}
    actions.set_away(factories.actor(lead), link_id=link.pk, **values)
    with pytest.raises(Denied):
        actions.set_away(factories.actor(cover), link_id=link.pk, **values)
    with pytest.raises(NotFound):
        actions.set_away(factories.actor(lead), link_id=link.pk + 999, **values)


@pytest.mark.parametrize(
    ("first", "last", "who", "field"),
    [
        (2, 1, "cover", "last"),
        (-3, -2, "cover", "last"),
        (0, 400, "cover", "last"),
        (0, 1, "nurse", "cover_id"),
        (0, 1, "stranger", "cover_id"),
    ],
)
def test_wrong_dates_and_covers_are_said(cmht, first, last, who, field):
    nurse, link = linked(cmht, Side.HOUSING)
    people = {"nurse": nurse, "cover": factories.worker(cmht), "stranger": factories.worker()}
    with pytest.raises(Invalid) as said:
        actions.set_away(
            factories.actor(nurse),
            link_id=link.pk,
            first=TODAY() + first * DAY,
            last=TODAY() + last * DAY,
            cover_id=people[who].pk,
            now=timezone.now(),
        )
    assert list(said.value.errors) == [field]


def test_the_page_asks_the_same_number_of_queries_for_any_number(
    client, housing, cmht, django_assert_max_num_queries
):
    client.force_login(factories.worker(housing).user)
    for _ in range(15):
        linked(cmht, Side.HOUSING)
    with django_assert_max_num_queries(25):
        assert client.get("/link-workers/").status_code == 200
