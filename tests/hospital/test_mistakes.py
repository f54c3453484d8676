"""An admission of the wrong person is taken back: at once, in the open, and out of all sums."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lintel.agencies.states import Role, TeamKind
from lintel.hospital import actions, queries
from lintel.hospital.actions import waiting
from lintel.hospital.models import Meeting, Notice, Stay, Step, Waiting
from lintel.hospital.queries import waiting as board
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Denied, Invalid, NotFound
from lintel.kernel.models import Access, Event, Message
from lintel.people.models import Person
from lintel.requests import actions as requests
from lintel.requests.models import Handling, Request
from lintel.sharing.states import Purpose
from tests import factories
from tests.hospital.test_notices import answer
from tests.hospital.test_stays import ANSWERS
from tests.hospital.world import BORN, DAY, NAME, NOW, World, make_world, stay
from tests.requests.pump import pump
from tests.support.db import as_role

pytestmark = pytest.mark.django_db
CAUSE = waiting.Cause(reason="18", attribution="04", holder="ward", next_step="Ring the landlord")


@pytest.fixture
def world() -> World:
    made = make_world()
    made.more["lead"] = factories.worker(
        factories.team(made.trust), roles=[Role.INFORMATION_LEAD], name="Ina Lead"
    )
    made.more["stay"] = made.admit(admitted=NOW - 3 * DAY)
    return made


def take_back(world: World, by: str = "wanda", **given: Any) -> list[str]:
    with bound(world.actor(by)) as actor:
        told = actions.take_back(
            actor,
            **{"now": NOW, "stay_id": world.more["stay"], "why": "wrong_person", **given},
        )
    pump(NOW)
    return told


def notice(world: World, by: str = "wanda", **given: Any) -> str:
    factories.consent(
        world.tenant, world.wanda, world.options, purpose=Purpose.REHOUSING, given=NOW - DAY
    )
    with bound(world.actor(by)) as actor:
        sent = actions.send_notice(
            actor,
            **{
                "now": NOW,
                "stay_id": world.more["stay"],
                "to_team_id": world.options.pk,
                "reason": "homeless",
                "contact": "07700 900123",
                "expected": (NOW + 9 * DAY).date(),
                **given,
            },
        )
    pump(NOW)
    return sent


def row(model: Any, **where: Any) -> Any:
    with as_role("postgres"):
        return model.objects.get(**where)


def client(world: World, name: str) -> Client:
    made = Client()
    made.force_login((getattr(world, name, None) or world.more[name]).user)
    return made


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_ward_s_sight_ends_at_once(world: World) -> None:
    take_back(world)
    for name in ("wanda", "ward_lead"):
        with bound(world.actor(name)) as actor:
            assert not Stay.objects.exists()
            assert not Person.objects.filter(pk=world.tenant.pk).exists()
            with pytest.raises(NotFound):
                queries.stay(actor, world.more["stay"], now=NOW)
    with bound(world.actor("officer")):
        assert Person.objects.filter(pk=world.tenant.pk).exists()


def test_it_stays_in_the_record_as_mistaken(world: World) -> None:
    take_back(world, why="other", words="Two people of one name")
    one = row(Stay)
    assert (one.ending, one.ended, one.ending_words) == ("mistake", NOW, "Two people of one name")
    with as_role("postgres"):
        assert Event.objects.filter(verb="hospital.taken_back", subject_id=str(one.pk)).exists()
        assert Access.objects.filter(page="hospital:mistake", person_id=world.tenant.pk).exists()


def test_what_was_awaited_is_closed_and_what_was_counted_is_corrected(world: World) -> None:
    one = world.more["stay"]
    with bound(world.actor("wanda")) as wanda:
        actions.add_step(wanda, now=NOW, stay_id=one, kind="keys", words="X", who_words="His son")
        actions.call_meeting(wanda, now=NOW, stay_id=one, at=NOW + DAY, place="Here", who="All")
        waiting.ready(wanda, now=NOW, stay_id=one, since=(NOW - 2 * DAY).date(), cause=CAUSE)
        assert board.board(wanda, now=NOW)
    take_back(world)
    assert row(Step).state == "dropped"
    assert row(Meeting).cancelled
    with as_role("postgres"):
        old, new = Waiting.objects.order_by("pk")
        assert old.superseded == NOW
        assert (new.corrects_id, new.since, new.until) == (old.pk, old.since, old.since)
    with bound(world.actor("wanda")) as wanda:
        assert board.board(wanda, now=NOW) == []


def test_it_counts_in_no_length_of_stay(world: World) -> None:
    """Six people's stays, one of them by mistake: five are counted, and none of four."""
    long_ago = timezone.now() - timedelta(days=90)

    def counted() -> Any:
        with bound(world.actor("ward_lead")), connection.cursor() as cursor:
            cursor.execute(
                "SELECT n FROM hospital_stay_lengths(%s, %s) WHERE need = 'all'",
                [long_ago.date() - timedelta(days=62), timezone.localdate()],
            )
            return cursor.fetchall()

    made = [
        stay(factories.person(f"P {n}"), world.ward, long_ago, long_ago + DAY) for n in range(5)
    ]
    assert counted() == [(5,)]
    with as_role("postgres"):
        Stay.objects.filter(pk=made[0].pk).update(ending="mistake")
    assert counted() == [(None,)]


def test_the_real_stay_can_be_noted(world: World) -> None:
    with pytest.raises(Conflict):
        world.admit(admitted=NOW - 2 * DAY)
    take_back(world)
    again = world.admit(admitted=NOW - 2 * DAY)
    with bound(world.actor("wanda")) as wanda:
        found = queries.rows(list(queries.on_ward(wanda, [world.ward.pk], now=NOW)), NOW)
        assert [r.stay_id for r in found] == [again]
        # The former is in sight again with the person, and in no list; and nothing opens it.
        assert Stay.objects.filter(ending="mistake").exists()
        assert not queries.on_ward(wanda, [world.ward.pk], now=NOW, past=True)
        with pytest.raises(NotFound):
            queries.stay(wanda, world.more["stay"], now=NOW)
        with pytest.raises(Conflict):
            actions.ask(wanda, now=NOW, stay_id=world.more["stay"], answers=ANSWERS)


def test_a_council_hears_that_it_was_a_mistake(world: World) -> None:
    reference = notice(world)
    assert take_back(world) == []
    assert row(Request, reference=reference).state == "withdrawn"
    assert "by mistake" in row(Request, reference=reference).withdrawn_words
    assert row(Handling, reference=reference).state == "withdrawn"
    assert row(Notice).withdrawn == NOW


def test_what_the_lead_of_the_ward_sent_is_taken_back_too(world: World) -> None:
    reference = notice(world, by="ward_lead")
    take_back(world)
    assert row(Handling, reference=reference).state == "withdrawn"


def test_a_council_that_acts_on_it_stops(world: World) -> None:
    reference = notice(world)
    answer(world, reference, "offer", words="A room from Monday")
    assert take_back(world, now=NOW + DAY) == []
    assert row(Handling, reference=reference).state == "withdrawn"


def test_a_council_that_said_it_is_another_s_is_written_to(world: World) -> None:
    reference = notice(world)
    answer(world, reference, "wrong", words="Tarnholme: 01632 960111")
    assert take_back(world, now=NOW + DAY) == []
    with bound(world.actor("hazel")), connection.cursor() as cursor:
        cursor.execute("SELECT words FROM requests_message")
        assert any("by mistake" in words for (words,) in cursor.fetchall())
    assert row(Notice).withdrawn


def test_a_council_that_has_closed_it_is_named_so_that_somebody_rings(world: World) -> None:
    reference = notice(world)
    answer(world, reference, "offer", words="A room from Monday")
    with bound(world.actor("hazel")) as hazel:
        contacts = [("Any worry", "The duty desk")]
        requests.close(hazel, now=NOW + DAY, reference=reference, words="Done", contacts=contacts)
    pump(NOW + DAY)
    assert take_back(world, now=NOW + DAY) == [f"{world.options.name}, {world.council.name}"]
    assert row(Notice).withdrawn


def test_only_the_ward_does_it_once_and_with_a_reason(world: World) -> None:
    with pytest.raises(NotFound):
        take_back(world, by="officer")
    with pytest.raises(Invalid):
        take_back(world, why="")
    with pytest.raises(Invalid) as wrong:
        take_back(world, why="other")
    assert set(wrong.value.errors) == {"words"}
    community = factories.team(world.trust, TeamKind.CMHT)
    nurse = factories.worker(community, name="Carla Coordinator")
    factories.involvement(world.tenant, community, nurse)
    world.more["nurse"] = nurse
    stay_page = client(world, "nurse").get(f"/hospital/stays/{world.more['stay']}/")
    assert "End the stay" in text(stay_page)
    assert "This person isn’t here" not in text(stay_page)
    with bound(factories.actor(nurse)) as other, pytest.raises(Denied):
        actions.take_back(other, now=NOW, stay_id=world.more["stay"], why="twice")
    take_back(world)
    with bound(factories.actor(nurse)) as other, pytest.raises(Conflict):
        actions.take_back(other, now=NOW, stay_id=world.more["stay"], why="twice")


def test_a_stay_that_has_ended_can_have_been_a_mistake(world: World) -> None:
    with bound(world.actor("wanda")) as wanda:
        actions.discharge(wanda, now=NOW, stay_id=world.more["stay"], at=NOW, ending="home")
        with pytest.raises(Invalid):
            actions.discharge(
                wanda, now=NOW, stay_id=world.admit(name="Nova Newcomer"), at=NOW, ending="mistake"
            )
    take_back(world, now=NOW + DAY)
    assert row(Stay, person=world.tenant).ending == "mistake"


def test_the_information_lead_is_told_and_the_mail_says_nothing(world: World) -> None:
    elsewhere = factories.worker(
        factories.team(world.council), roles=[Role.INFORMATION_LEAD], name="Else Where"
    )
    take_back(world)
    with as_role("postgres"):
        told = dict(Message.objects.values_list("to_user_id", "link"))
    assert told[world.more["lead"].user_id] == "/hospital/admissions/"
    assert elsewhere.user_id not in told


def test_the_pages_from_the_stay_to_the_kind_page(world: World) -> None:
    one = f"/hospital/stays/{world.more['stay']}/"
    wanda = client(world, "wanda")
    assert "This person isn’t here" in text(wanda.get(one))
    page = wanda.get(f"{one}mistake/")
    assert "stops seeing this person at once" in text(page)
    assert "Say what happened" in text(wanda.post(f"{one}mistake/", {"words": ""}))
    missing = wanda.post(f"{one}mistake/", {"why": "other"})
    assert "Say in a few words what happened" in text(missing)
    done = wanda.post(f"{one}mistake/", {"why": "wrong_person"}, follow=True)
    assert "Taken back. You don’t see this person any more" in text(done)
    assert NAME not in text(done)
    for path in ("", "mistake/", "questions/", "end/", "notices/", "waiting/"):
        gone = wanda.get(one + path)
        assert gone.status_code == 410, path
        assert "This stay was noted by mistake" in text(gone)
        assert NAME not in text(gone)
    assert client(world, "ward_nurse").get(one).status_code == 410
    for name in ("officer", "other_wanda", "hazel"):
        assert client(world, name).get(one).status_code == 404, name
    assert wanda.get("/hospital/stays/999999999/").status_code == 404


def test_the_person_reads_that_it_was_a_mistake(world: World) -> None:
    notice(world)
    take_back(world)
    own = Client()
    own.force_login(factories.viewer(world.tenant).user)
    read = text(own.get("/me/hospital/"))
    assert "That was a mistake. We took it back on" in read
    assert "would need a home. That was part of the mistake" in read
    assert "You may leave" not in read
    assert BORN.isoformat() not in read
