"""Advance notices inside: what may be sent, who reads it, what comes back, what climbs."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lintel.agencies.states import TeamKind
from lintel.hospital import actions, escalating, notice_kind
from lintel.hospital.models import Answer, Notice, Stay
from lintel.hospital.queries import notices
from lintel.kernel.actor import bound
from lintel.kernel.errors import Conflict, Invalid, NotFound
from lintel.kernel.models import Access, Message
from lintel.kernel.sight.states import Category as C
from lintel.requests.models import Handling, Request
from lintel.sharing.states import Purpose
from tests import factories
from tests.hospital.world import DAY, HOUR, NOW, World, make_world
from tests.requests.pump import pump
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
IN_TWO_WEEKS = (NOW + 14 * DAY).date()
MINIMUM = (C.IDENTITY, C.CONTACT)
LETTER = {"reason": "homeless", "contact": "07700 900123, any time", "expected": IN_TWO_WEEKS}


@pytest.fixture
def world() -> World:
    made = make_world()
    made.more["stay"] = made.admit()
    return made


def agree(world: World, *categories: C, **fields: Any) -> None:
    given = {"purpose": Purpose.REHOUSING, "given": NOW - HOUR, **fields}
    factories.consent(world.tenant, world.wanda, world.options, categories or MINIMUM, **given)


def send(world: World, by: str = "wanda", **given: Any) -> str:
    values = {"now": NOW, "stay_id": world.more["stay"], "to_team_id": world.options.pk, **LETTER}
    with bound(world.actor(by)) as actor:
        sent = actions.send_notice(actor, **{**values, **given})
    pump(NOW)
    return sent


def answer(world: World, reference: str, kind: str, by: str = "hazel", **given: Any) -> None:
    with bound(world.actor(by)) as actor:
        actions.answer_notice(actor, now=NOW + HOUR, reference=reference, kind=kind, **given)
    pump(NOW + HOUR)


def seen(world: World, reference: str, by: str = "wanda") -> notices.NoticeView:
    with bound(world.actor(by)) as actor:
        return notices.one(actor, reference, now=NOW + HOUR)


def desk(reference: str) -> Handling:
    with as_role("postgres"):
        return Handling.objects.get(reference=reference)


def client(world: World, name: str) -> Client:
    made = Client()
    made.force_login(getattr(world, name).user)
    return made


def test_the_minimum_and_no_more_is_sent(world: World) -> None:
    agree(world)
    reference = send(world)
    got = desk(reference)
    assert got.extra == {
        "reason": "homeless",
        "duty": "duty",
        "contact": LETTER["contact"],
        "discharge": IN_TWO_WEEKS.isoformat(),
    }
    assert (got.about_name, got.about_born, got.about_address, got.masked) == (
        world.tenant.name,
        "",
        "",
        False,
    )
    assert got.team_id == world.options.pk
    with as_role("postgres"):
        told = Access.objects.filter(request_ref=reference, verb="disclosed")
        given = {name for row in told for name in row.categories}
    assert given == {"identity", "contact", "hospital_stay"}


def test_refused_then_given(world: World) -> None:
    """A no sends nothing and leaves nothing; the yes that comes later sends it."""
    factories.consent(
        world.tenant,
        world.wanda,
        world.options,
        (),
        refused=MINIMUM,
        purpose=Purpose.REHOUSING,
        given=NOW - 2 * HOUR,
    )
    with pytest.raises(Invalid) as wrong:
        send(world)
    assert "has not agreed" in wrong.value.errors["to"]
    with as_role("postgres"):
        assert not Notice.objects.exists()
        assert not Handling.objects.exists()
    agree(world)
    assert desk(send(world)).team_id == world.options.pk


def test_a_yes_for_something_else_is_none_for_a_notice(world: World) -> None:
    agree(world, purpose=Purpose.CARE)
    with pytest.raises(Invalid, match="to find a suitable home"):
        send(world)


def test_more_than_the_minimum_needs_its_own_yes(world: World) -> None:
    agree(world)
    with pytest.raises(Invalid) as wrong:
        send(world, vulnerability="He hears voices.", suitable="Ground floor.")
    assert set(wrong.value.errors) == {"vulnerability", "suitable"}
    agree(world, *MINIMUM, C.SUPPORT_NEEDS, C.HEALTH_DETAIL, given=NOW - timedelta(minutes=5))
    got = desk(send(world, vulnerability="He hears voices.", suitable="Ground floor."))
    assert got.extra["vulnerability"] == "He hears voices."
    assert ("What would be suitable", "Ground floor.") in notice_kind.rows(got.extra)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"expected": NOW.date() - DAY}, "expected"),
        ({"reason": "other"}, "reason"),
        ({"contact": " "}, "contact"),
        ({"vulnerability": "x" * 5001}, "vulnerability"),
        ({"to_team_id": 0}, "to"),
    ],
)
def test_bad_input_is_told_where(world: World, given: dict[str, Any], field: str) -> None:
    agree(world)
    with pytest.raises(Invalid) as wrong:
        send(world, **given)
    assert set(wrong.value.errors) == {field}


def test_once_and_one_to_a_council(world: World) -> None:
    agree(world)
    assert send(world, once="a") == send(world, once="a")
    with pytest.raises(Conflict, match="stands already"):
        send(world)


def test_only_during_a_stay_and_only_by_who_may(world: World) -> None:
    agree(world)
    with pytest.raises(NotFound):
        send(world, by="officer")
    with bound(world.actor("wanda")) as wanda:
        actions.discharge(wanda, now=NOW, stay_id=world.more["stay"], at=NOW, ending="home")
    with pytest.raises(Conflict, match="ended"):
        send(world)


def test_a_community_team_s_notice_is_voluntary(world: World) -> None:
    cmht = factories.team(world.trust, TeamKind.CMHT)
    nurse = factories.worker(cmht, name="Amina Nurse")
    factories.involvement(world.tenant, cmht, nurse)
    world.more["nurse"] = nurse
    agree(world)
    with bound(factories.actor(nurse)) as actor:
        reference = actions.send_notice(
            actor, now=NOW, stay_id=world.more["stay"], to_team_id=world.options.pk, **LETTER
        )
    pump(NOW)
    told = dict(notice_kind.rows(desk(reference).extra))
    assert told["Duty to refer"] == "Voluntary: the service is not under the duty"


def test_an_earlier_date_moves_the_desk_s_clock(world: World) -> None:
    agree(world)
    reference = send(world)
    sooner = date.fromordinal((NOW + 3 * DAY).date().toordinal())
    before = desk(reference).due
    with bound(world.actor("wanda")) as wanda:
        with pytest.raises(Invalid) as wrong:
            actions.change_date(wanda, now=NOW, reference=reference, expected=IN_TWO_WEEKS, why="")
        assert set(wrong.value.errors) == {"expected", "why"}
        actions.change_date(
            wanda, now=NOW, reference=reference, expected=sooner, why="A bed is needed."
        )
    pump(NOW)
    got = desk(reference)
    assert got.extra["discharge"] == sooner.isoformat()
    assert got.due is not None
    assert before is not None
    assert got.due < before
    assert got.due <= max(notice_kind.latest(got.extra), got.arrived + HOUR)
    page = client(world, "hazel").get(f"/requests/desk/{reference}/").content.decode()
    assert "A bed is needed." in page
    assert seen(world, reference).expected == sooner


def test_a_change_of_the_stay_offers_to_send_it_on(world: World) -> None:
    agree(world)
    send(world)
    stay = world.more["stay"]
    with bound(world.actor("wanda")) as wanda:
        actions.change_expected(
            wanda, now=NOW, stay_id=stay, expected=IN_TWO_WEEKS - timedelta(days=3)
        )
    page = client(world, "wanda").get(f"/hospital/stays/{stay}/notices/").content.decode()
    assert "The date has moved" in page


def test_the_council_answers_and_answers_again(world: World) -> None:
    agree(world)
    reference = send(world)
    with pytest.raises(Invalid) as wrong:
        answer(world, reference, "appointment", at=NOW - DAY)
    assert set(wrong.value.errors) == {"at", "place"}
    answer(world, reference, "appointment", at=NOW + 2 * DAY, place="The Town Hall")
    assert desk(reference).decision == "acting"
    answer(world, reference, "offer", words="A room at Station Road.")
    assert [a.kind for a in seen(world, reference).answers] == ["offer", "appointment"]
    page = client(world, "wanda").get(f"/requests/sent/{reference}/").content.decode()
    assert "A room at Station Road" in page
    with bound(world.actor("hazel")), pytest.raises(ProgrammingError), transaction.atomic():
        Answer.objects.update(words="")


def test_another_council_s(world: World) -> None:
    agree(world)
    reference = send(world)
    with pytest.raises(Invalid) as wrong:
        answer(world, reference, "wrong")
    assert wrong.value.errors["words"].startswith("Name the council")
    answer(world, reference, "wrong", words="Elsewhere District Council, 01632 960 200")
    got = desk(reference)
    assert (got.decision, got.better_route) == (
        "not_for_us",
        "Elsewhere District Council, 01632 960 200",
    )


def test_withdrawn(world: World) -> None:
    agree(world)
    reference = send(world)
    with bound(world.actor("wanda")) as wanda:
        actions.withdraw_notice(wanda, now=NOW, reference=reference, why="He goes to his sister.")
        with pytest.raises(Conflict):
            actions.withdraw_notice(wanda, now=NOW, reference=reference, why="Again")
    pump(NOW)
    with pytest.raises(Conflict, match="withdrawn"):
        answer(world, reference, "offer", words="A room")
    assert "no answer is awaited" in (
        client(world, "hazel").get(f"/hospital/notices/{reference}/answer/").content.decode()
    )


def test_another_team_neither_reads_nor_answers(world: World) -> None:
    agree(world)
    reference = send(world)
    for name in ("officer", "partnership_lead", "commissioner", "other_wanda"):
        with pytest.raises(NotFound):
            answer(world, reference, "offer", by=name, words="A room")
        with pytest.raises(NotFound):
            seen(world, reference, by=name)


def told() -> set[tuple[int, str]]:
    with as_role("postgres"):
        return set(Message.objects.filter(template="due").values_list("to_user_id", "link"))


def test_silence_climbs_once_before_discharge(world: World) -> None:
    agree(world)
    reference = send(world)
    latest = notice_kind.latest(desk(reference).extra)
    assert latest is not None
    assert escalating.escalate(now=latest - timedelta(minutes=1)) == 0
    assert escalating.escalate(now=latest) == 1
    ward, council = f"/hospital/notices/{reference}/", f"/requests/desk/{reference}/"
    assert told() == {
        (world.wanda.user_id, ward),
        (world.ward_lead.user_id, ward),
        (world.options_lead.user_id, council),
        (world.partnership_lead.user_id, "/"),
    }
    assert escalating.escalate(now=latest + DAY) == 0
    assert seen(world, reference).escalated == latest


def test_no_climbing_after_an_answer_a_withdrawal_or_the_end(world: World) -> None:
    agree(world)
    reference = send(world)
    answer(world, reference, "nothing", words="Nothing is free. We look again on Monday.")
    assert escalating.escalate(now=NOW + 13 * DAY) == 0
    with bound(world.actor("wanda")) as wanda:
        actions.discharge(wanda, now=NOW, stay_id=world.more["stay"], at=NOW, ending="died")
    assert escalating.escalate(now=NOW + 13 * DAY) == 0


def visible_to(world: World, name: str) -> dict[str, int]:
    """How many rows of each table this worker finds."""
    counts = {}
    with bound(world.actor(name)):
        for (table,) in rows(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT')"
            # The queue holds numbers alone, of everybody's jobs.
            " AND relname NOT LIKE 'procrastinate%%'"
        ):
            counts[table] = rows(f'SELECT count(*) FROM "{table}"')[0][0]
    return counts


def test_a_landlord_s_officer_sees_nothing_of_any_of_it(world: World) -> None:
    """Not a row more, in any table, through sending, changing, answering and taking back."""
    agree(world)
    before = visible_to(world, "officer")
    assert before["people_person"] == 1
    reference = send(world)
    answer(world, reference, "offer", words="A room")
    with bound(world.actor("wanda")) as wanda:
        actions.change_date(
            wanda,
            now=NOW,
            reference=reference,
            expected=IN_TWO_WEEKS - timedelta(days=1),
            why="Sooner",
        )
    pump(NOW)
    after = visible_to(world, "officer")
    assert {t: (before[t], n) for t, n in after.items() if n != before[t]} == {}


def test_the_pages(world: World) -> None:
    stay = world.more["stay"]
    wanda, hazel = client(world, "wanda"), client(world, "hazel")
    empty = wanda.get(f"/hospital/stays/{stay}/notices/").content.decode()
    assert "No council has been told yet" in empty
    at = f"/hospital/stays/{stay}/notices/new"
    posted = {
        "to": world.options.pk,
        "reason": "homeless",
        "contact": "07700 900123",
        "expected": "in 5 weeks",
    }
    refused = wanda.post(at, posted).content.decode()
    assert "has not agreed that" in refused
    assert "07700 900123" in refused
    agree(world)
    sent = wanda.post(at, {**posted, "expected": (NOW + 30 * DAY).strftime("%d/%m/%Y")})
    assert sent.status_code == 302, sent.content.decode()
    reference = sent["Location"].split("/")[-2]
    pump(NOW)
    inbox = hazel.get(f"/requests/desk/{reference}/").content.decode()
    for words in ("Homeless, or will be on leaving", "07700 900123", "Under the duty to refer"):
        assert words in inbox
    assert f"/hospital/notices/{reference}/answer/" in inbox
    assert "Decide<" not in inbox
    wrong = hazel.post(f"/hospital/notices/{reference}/answer/", {"kind": "offer", "offer": ""})
    assert "There is a problem" in wrong.content.decode()
    done = hazel.post(
        f"/hospital/notices/{reference}/answer/", {"kind": "offer", "offer": "A room from Monday."}
    )
    assert done.status_code == 302
    with CaptureQueriesContext(connection) as one:
        page = wanda.get(f"/hospital/notices/{reference}/").content.decode()
    assert "A room from Monday." in page
    answer(world, reference, "nothing", words="It fell through.")
    with CaptureQueriesContext(connection) as two:
        wanda.get(f"/hospital/notices/{reference}/")
    assert len(one) == len(two)
    changed = wanda.post(
        f"/hospital/notices/{reference}/date", {"expected": "tomorrow", "why": "A bed is needed"}
    )
    assert changed.status_code == 302
    again = wanda.post(f"/hospital/notices/{reference}/withdraw", {"why": ""})
    assert "There is a problem" in again.content.decode()


def test_after_a_move_the_notice_is_the_new_ward_s_to_change(world: World) -> None:
    """And the former ward's no more; the stay's own date follows."""
    agree(world)
    reference = send(world)
    with bound(world.actor("wanda")) as wanda:
        actions.move(
            wanda,
            now=NOW,
            stay_id=world.more["stay"],
            ward_team_id=world.other_ward.pk,
            housing_worker_id=world.other_wanda.pk,
            at=NOW,
        )
    with bound(world.actor("other_wanda")) as other:
        actions.change_date(
            other, now=NOW, reference=reference, expected=IN_TWO_WEEKS - DAY, why="Sooner"
        )
        assert Stay.objects.get(pk=world.more["stay"]).expected == IN_TWO_WEEKS - DAY
    with bound(world.actor("wanda")) as wanda, pytest.raises(NotFound):
        actions.change_date(wanda, now=NOW, reference=reference, expected=IN_TWO_WEEKS, why="X")


def move(world: World) -> None:
    """The housing worker moves them to the second ward."""
    with bound(world.actor("wanda")) as wanda:
        actions.move(
            wanda,
            now=NOW,
            stay_id=world.more["stay"],
            ward_team_id=world.other_ward.pk,
            housing_worker_id=world.other_wanda.pk,
            at=NOW,
        )


def test_a_move_takes_along_what_the_lead_had_sent(world: World) -> None:
    """Whoever moves them need not have sent it, nor see what somebody else of the ward sent."""
    agree(world)
    reference = send(world, by="ward_lead")
    move(world)
    with as_role("postgres"):
        sent = Request.objects.get(reference=reference)
    assert (sent.sender_id, sent.sender_team_id) == (world.other_wanda.pk, world.other_ward.pk)


def test_a_notice_that_is_masked_again_stops_no_move(world: World) -> None:
    """The person took their yes back: what was sent stays where it is, and they move."""
    agree(world)
    reference = send(world)
    with as_role("postgres"):
        Request.objects.filter(reference=reference).update(masked=True)
    move(world)
    with as_role("postgres"):
        assert Request.objects.get(reference=reference).sender_id == world.wanda.pk
        assert Stay.objects.get(pk=world.more["stay"]).ward_id == world.other_ward.pk


def read(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_both_desks_see_the_clock_towards_discharge(world: World) -> None:
    """On the council's list, on its page of the request and on the ward's, until it is over."""
    agree(world)
    now = timezone.now()
    day = timezone.localdate() + timedelta(days=30)
    reference = send(world, now=now, expected=day)
    pump(now)
    waiting = "30 days to discharge, no answer yet"
    hazel, wanda = client(world, "hazel"), client(world, "wanda")
    assert "30 days to discharge" in read(hazel.get("/requests/inbox/"))
    assert f"Discharge {waiting}" in read(hazel.get(f"/requests/desk/{reference}/"))
    assert f"Discharge: {waiting}" in read(wanda.get(f"/requests/sent/{reference}/"))
    with bound(world.actor("hazel")) as actor:
        actions.answer_notice(
            actor, now=now, reference=reference, kind="offer", words="A room from Monday"
        )
    pump(now)
    answered = read(hazel.get(f"/requests/desk/{reference}/"))
    assert "30 days to discharge" in answered
    assert "no answer yet" not in answered
    with bound(world.actor("wanda")) as actor:
        actions.withdraw_notice(actor, now=now, reference=reference, why="They go home")
    pump(now)
    assert "to discharge" not in read(hazel.get("/requests/inbox/?view=closed"))
    assert "to discharge" not in read(hazel.get(f"/requests/desk/{reference}/"))
