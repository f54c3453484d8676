"""Who notes admissions is watched by the trust's information leads, and by nobody else."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lintel.agencies.states import AgencyKind, Role
from lintel.hospital import actions
from lintel.hospital.models import Admission, Stay
from lintel.hospital.queries import admissions
from lintel.kernel.actor import bound
from lintel.kernel.clock import calendar
from lintel.kernel.errors import Denied, NotFound
from lintel.kernel.models import Access
from tests import factories
from tests.hospital.world import BORN, DAY, HOUR, NOW, World, a_ward, make_world
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
SINCE = (NOW - 60 * DAY).date()


@pytest.fixture
def world() -> World:
    made = make_world()
    for name, team in (("lead", factories.team(made.trust)), ("elsewhere", made.office)):
        made.more[name] = factories.worker(team, roles=[Role.INFORMATION_LEAD], name=f"Ina {name}")
    return made


def working_time() -> Iterator[datetime]:
    """Moments at which the partnership works, the latest first, one a day."""
    days = (NOW - n * DAY for n in range(1, 60))
    return (at for at in days if calendar().is_open(at))


def night() -> datetime:
    return NOW.replace(hour=2)


def noted(world: World, at: datetime = NOW, *, known: bool = False, by: str = "wanda") -> int:
    """An admission of somebody of their own."""
    somebody = factories.person()
    if known:
        factories.involvement(somebody, factories.team(world.trust))
    with bound(world.actor(by)) as actor:
        return actions.admit(
            actor,
            now=at,
            ward_team_id=world.ward.pk,
            name=somebody.name,
            born=BORN,
            admitted=at - HOUR,
            housing_worker_id=world.wanda.pk,
        )


def take_back(world: World, stay_id: int, at: datetime = NOW) -> None:
    with bound(world.actor("wanda")) as wanda:
        actions.take_back(wanda, now=at, stay_id=stay_id, why="never_came")


def end(world: World, stay_id: int, at: datetime) -> None:
    with bound(world.actor("wanda")) as wanda:
        actions.discharge(wanda, now=at, stay_id=stay_id, at=at, ending="home")


def found(world: World, name: str = "lead") -> admissions.Noted:
    with bound(factories.actor(world.more[name])) as lead:
        return admissions.noted(lead, since=SINCE)


def client(worker: Any) -> Client:
    made = Client()
    made.force_login(worker.user)
    return made


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_they_are_counted_by_worker_and_month(world: World) -> None:
    at = NOW.replace(day=15) - 31 * DAY
    noted(world, at)
    noted(world, at, known=True)
    end(world, noted(world, at), at + HOUR)
    end(world, noted(world, at), at + 3 * DAY)
    take_back(world, noted(world, at, known=True), at)
    noted(world, NOW, by="ward_nurse")
    lines = found(world).lines
    assert (lines[0].worker, lines[0].noted) == ("Nina Nurse, Nurse", 1)
    (hers,) = [line for line in lines if line.worker_id == world.wanda.pk]
    assert (hers.noted, hers.known, hers.short, hers.mistaken) == (5, 2, 1, 1)
    assert hers.month == f"{at:%Y-%m}"
    assert found(world).total == 6


def test_somebody_who_was_here_before_is_known_and_the_landlord_s_tenant_is_not(
    world: World,
) -> None:
    first = world.admit()
    take_back(world, first)
    second = world.admit()
    with as_role("postgres"):
        assert dict(Admission.objects.values_list("stay_id", "known")) == {
            first: False,
            second: True,
        }


def test_an_end_that_is_dated_back_is_no_less_short(world: World) -> None:
    with bound(world.actor("wanda")) as wanda:
        one = world.admit(admitted=NOW - 20 * DAY)
        actions.discharge(wanda, now=NOW + 2 * DAY, stay_id=one, at=NOW - 2 * DAY, ending="home")
    assert found(world).lines[0].short == 1


@pytest.mark.parametrize(("times", "said"), [(2, False), (3, True)])
def test_three_mistaken_in_thirty_days_stand_out(world: World, times: int, said: bool) -> None:
    for _, at in zip(range(times), working_time(), strict=False):
        take_back(world, noted(world, at), at)
    words = [one.words for one in found(world).stand_out]
    assert words == (
        ["Wanda Ward, Housing worker: 3 taken back as mistaken in 30 days"] if said else []
    )


def test_short_ones_at_night_stand_out(world: World) -> None:
    for back in range(2):
        at = night() - back * DAY
        end(world, noted(world, at), at + HOUR)
    (one,) = found(world).stand_out
    assert one.worker_id == world.wanda.pk
    assert one.words.endswith("2 noted outside working hours and ended within a day")


def test_short_ones_of_people_who_were_known_stand_out(world: World) -> None:
    for _, at in zip(range(3), working_time(), strict=False):
        end(world, noted(world, at, known=True), at + HOUR)
    (one,) = found(world).stand_out
    assert "3 of people whom the trust knew" in one.words


def test_nothing_stands_out_of_many_ordinary_ones(world: World) -> None:
    for _, at in zip(range(6), working_time(), strict=False):
        end(world, noted(world, at, known=True), at + 2 * DAY)
    assert found(world).stand_out == []


def test_it_is_for_the_trust_s_information_leads(world: World) -> None:
    noted(world)
    other = factories.agency(AgencyKind.TRUST)
    other_ward = a_ward(other)
    world.more["other"] = factories.worker(other_ward, roles=[Role.INFORMATION_LEAD])
    assert found(world, "other").total == 0
    with pytest.raises(NotFound):
        found(world, "elsewhere")
    for name in ("wanda", "ward_lead", "partnership_lead", "commissioner", "officer"):
        with bound(world.actor(name)) as actor:
            assert not Admission.objects.exists(), name
            with pytest.raises(Denied):
                admissions.noted(actor, since=SINCE)
            with connection.cursor() as cursor:
                for what in ("counts", "short"):
                    cursor.execute(f"SELECT * FROM hospital_admission_{what}(%s)", [SINCE])
                    assert cursor.fetchall() == [], (name, what)
    with bound(factories.actor(world.more["lead"])):
        assert Admission.objects.count() == 1
        assert not Stay.objects.exists()


def test_the_page_its_tab_and_its_copy(world: World) -> None:
    for _, at in zip(range(3), working_time(), strict=False):
        take_back(world, noted(world, at), at)
    lead = client(world.more["lead"])
    assert "Admissions" in text(lead.get("/safety/patterns/"))
    assert "Admissions" not in text(client(world.more["elsewhere"]).get("/safety/patterns/"))
    page = lead.get("/hospital/admissions/")
    assert "3 taken back as mistaken in 30 days" in text(page)
    assert f'href="/access/workers/{world.wanda.pk}/"' in page.content.decode()
    assert lead.get(f"/access/workers/{world.wanda.pk}/").status_code == 200
    copy = lead.get("/hospital/admissions/copy?months=3")
    assert "Taken back as mistaken" in copy.getvalue().decode()
    with as_role("postgres"):
        taken = Access.objects.filter(verb="exported", worker_id=world.more["lead"].pk)
        assert [one.page for one in taken] == ["admissions by worker"]
    assert client(world.wanda).get("/hospital/admissions/").status_code == 403
    assert client(world.more["elsewhere"]).get("/hospital/admissions/").status_code == 404


def test_many_take_no_more_queries_and_go_over_pages(world: World) -> None:
    lead = client(world.more["lead"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert lead.get("/hospital/admissions/").status_code == 200
        return len(captured)

    noted(world)
    asked()  # Fills what is kept between requests.
    few = asked()
    for n in range(55):
        nurse = factories.worker(world.ward, name=f"Nurse {n}")
        world.more["one"] = nurse
        with bound(factories.actor(nurse)) as actor:
            actions.admit(
                actor,
                now=NOW,
                ward_team_id=world.ward.pk,
                name=f"Somebody {n}",
                born=BORN,
                admitted=NOW - timedelta(hours=2),
                housing_worker_id=world.wanda.pk,
            )
    assert asked() == few
    assert "Nurse 9," in text(lead.get("/hospital/admissions/?page=2"))


def test_looking_costs_nobody_the_secret(world: World) -> None:
    """What the ward reads of its stay is the same for somebody known and somebody new."""
    noted(world, known=True)
    noted(world)
    with bound(world.actor("wanda")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM hospital_admission")
        assert cursor.fetchone() == (0,)
