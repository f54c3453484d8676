"""A council without Lintel: the link, the code, the answer; forwarded, twice, late."""

import re
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from lintel.hospital import actions, escalating
from lintel.hospital.actions import outside, outside_mail
from lintel.hospital.models import Answer, Notice, OutsideLink
from lintel.kernel.actor import bound
from lintel.kernel.errors import Invalid, TooMany
from lintel.kernel.models import Access, Message
from tests.hospital.world import DAY, NAME, NOW, World, make_world
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
TO = "housing.options@elsewhere.gov.uk"
LETTER = {
    "outside_name": "Elsewhere District Council",
    "outside_email": TO,
    "agreed_words": "We read it together. He asked for Elsewhere, where his sister lives.",
    "reason": "threatened",
    "contact": "07700 900123",
}
ANSWER = {"kind": "offer", "offer": "A room in Elsewhere.", "by_words": "Ed Else, officer"}


@pytest.fixture
def world() -> World:
    made = make_world()
    made.more["stay"] = made.admit()
    return made


def present() -> datetime:
    return timezone.now()


def send(world: World, **given: Any) -> Notice:
    with bound(world.actor("wanda")) as wanda:
        reference = actions.send_notice(
            wanda,
            **{
                "now": NOW,
                "stay_id": world.more["stay"],
                "expected": (present() + 10 * DAY).date(),
                **LETTER,
                **given,
            },
        )
    with as_role("postgres"):
        notice = Notice.objects.get(reference=reference)
        assert rows(
            "SELECT args->>'notice_id' FROM procrastinate_jobs"
            " WHERE task_name = 'hospital.send_link'"
        ) == [(str(notice.pk),)]
    return notice


def link(notice: Notice) -> str:
    """The link as it arrives: its path."""
    mail.outbox.clear()
    assert outside_mail.send_link(notice.pk, now=present())
    (sent,) = mail.outbox
    assert sent.to == [TO]
    assert NAME not in sent.subject + sent.body
    found = re.search(r"/hospital/outside/([0-9a-f]{40})/", sent.body)
    assert found
    return found[0]


def code(now: datetime | None = None) -> str:
    """The code that arrives once it was asked for."""
    mail.outbox.clear()
    with as_role("postgres"):
        key = OutsideLink.objects.latest("pk").pk
    assert outside.send_code(key, now=now or present())
    (sent,) = mail.outbox
    assert sent.to == [TO]
    return re.findall(r"\b\d{6}\b", sent.body)[0]


def opened(path: str) -> Client:
    """A browser in which the notice is open."""
    made = Client()
    assert made.post(path)["Location"] == f"{path}code"
    assert made.post(f"{path}code", {"code": code()})["Location"] == f"{path}notice"
    return made


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outside_email": "someone@elsewhere.example"}, "outside_email"),
        ({"outside_email": "nonsense"}, "outside_email"),
        ({"outside_name": ""}, "outside_name"),
        ({"agreed_words": " "}, "agreed_words"),
        ({"suitable": "Ground floor"}, "agreed_more"),
    ],
)
def test_what_is_missing_is_told_where(world: World, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        send(world, **given)
    assert set(wrong.value.errors) == {field}


def test_read_by_a_code_and_answered_twice(world: World) -> None:
    notice = send(world)
    path = link(notice)
    council = opened(path)
    page = council.get(f"{path}notice").content.decode()
    for words in (NAME, "07700 900123", "Likely to become homeless", world.ward.name):
        assert words in page
    assert "1972" not in page
    assert (
        "There is a problem"
        in council.post(f"{path}notice", {**ANSWER, "offer": ""}).content.decode()
    )
    assert council.post(f"{path}notice", ANSWER).status_code == 302
    assert council.post(f"{path}notice", ANSWER).status_code == 302  # a double click
    other = opened(path)
    nothing = {"kind": "nothing", "nothing": "It fell through.", "by_words": "Ed Else"}
    assert other.post(f"{path}notice", nothing).status_code == 302
    with as_role("postgres"):
        kinds = list(Answer.objects.order_by("pk").values_list("kind", "words"))
        told = Message.objects.filter(to_user_id=world.wanda.user_id)
        assert {m.link for m in told} == {f"/hospital/notices/{notice.reference}/"}
        disclosed = Access.objects.get(verb="disclosed", request_ref=notice.reference)
    assert kinds == [("offer", "A room in Elsewhere."), ("nothing", "It fell through.")]
    assert set(disclosed.categories) == {"contact", "hospital_stay", "identity"}
    ward = Client()
    ward.force_login(world.wanda.user)
    page = ward.get(f"/hospital/notices/{notice.reference}/").content.decode()
    assert "A room in Elsewhere." in page
    assert "Ed Else, officer" in page


def test_forwarded_it_shows_nothing(world: World) -> None:
    path = link(send(world))
    opened(path)
    stranger = Client()
    assert stranger.get(f"{path}notice")["Location"] == path
    assert stranger.post(f"{path}notice", ANSWER)["Location"] == path
    page = stranger.get(path).content.decode()
    assert "A notice waits for your council" in page
    assert NAME not in page
    assert world.ward.name not in page
    assert TO not in page
    with as_role("postgres"):
        assert not Answer.objects.exists()


def test_a_code_is_right_once_and_five_times_wrong_at_most(world: World) -> None:
    path = link(send(world))
    token = path.split("/")[-2]
    outside.ask_code(token, now=present())
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    outside.enter(token, right, now=present())
    for typed in (right, wrong):
        with pytest.raises(Invalid, match="does not work"):
            outside.enter(token, typed, now=present())
    outside.ask_code(token, now=present())
    right = code()
    with pytest.raises(Invalid):
        outside.enter(token, right, now=present() + timedelta(minutes=11))
    for _ in range(4):
        with pytest.raises(Invalid):
            outside.enter(token, wrong, now=present())
    with pytest.raises(Invalid):
        outside.enter(token, right, now=present())  # the sixth try


def test_five_codes_an_hour(world: World) -> None:
    path = link(send(world))
    token = path.split("/")[-2]
    for _ in range(5):
        outside.ask_code(token, now=present())
    with pytest.raises(TooMany):
        outside.ask_code(token, now=present())
    assert Client().post(path).status_code == 429
    outside.ask_code(token, now=present() + timedelta(hours=1, minutes=1))


def gone(path: str) -> str:
    """The page of a link that doesn't work, the same for any method."""
    client = Client()
    answers = [client.get(path), client.post(path), client.get(f"{path}code")]
    assert {a.status_code for a in answers} == {404}
    bodies = {re.sub(r"value=\"[^\"]*\"", "", a.content.decode()) for a in answers}
    (body,) = bodies
    assert "ring the hospital" in body
    assert NAME not in body
    return body


def test_late_and_wrong_links_look_the_same(world: World) -> None:
    """Withdrawn, after a death, after 28 days, and one that never was."""
    never = gone(f"/hospital/outside/{'a' * 40}/")
    notice = send(world)
    path = link(notice)
    council = opened(path)
    token = path.split("/")[-2]
    with as_role("postgres"):
        until = OutsideLink.objects.latest("pk").until
    assert outside.waits(token, now=until - timedelta(seconds=1))
    assert not outside.waits(token, now=until)
    # The whole of the 28th day still counts.
    assert timezone.localdate(until) - notice.expected == timedelta(days=29)
    with bound(world.actor("wanda")) as wanda:
        actions.withdraw_notice(
            wanda, now=NOW, reference=notice.reference, why="He goes to his sister."
        )
    mail.outbox.clear()
    assert outside_mail.tell_outside(notice.pk, now=present())
    assert "taken back" in mail.outbox[0].subject
    assert NAME not in mail.outbox[0].body
    assert gone(path) == never
    assert council.get(f"{path}notice").status_code == 404
    assert council.post(f"{path}notice", ANSWER).status_code == 404


def test_a_death_ends_the_link(world: World) -> None:
    path = link(send(world))
    with bound(world.actor("wanda")) as wanda:
        actions.discharge(wanda, now=NOW, stay_id=world.more["stay"], at=NOW, ending="died")
    assert not outside.waits(path.split("/")[-2], now=present())


def test_a_date_travels_to_the_link_s_page(world: World) -> None:
    notice = send(world)
    path = link(notice)
    council = opened(path)
    sooner = notice.expected - timedelta(days=3)
    with bound(world.actor("wanda")) as wanda:
        actions.change_date(
            wanda, now=NOW, reference=notice.reference, expected=sooner, why="A bed is needed."
        )
    assert outside_mail.tell_outside(notice.pk, now=present())
    assert NAME not in mail.outbox[-1].body
    page = council.get(f"{path}notice").content.decode()
    assert f"{sooner.day} {sooner:%B %Y}" in page


def test_the_half_hour_ends(world: World) -> None:
    path = link(send(world))
    council = opened(path)
    session = council.session
    session["lintel_outside"] = [session["lintel_outside"][0], int(present().timestamp()) - 1]
    session.save()
    assert council.get(f"{path}notice")["Location"] == path
    council = opened(path)
    council.post(f"{path}leave")
    assert council.get(f"{path}notice")["Location"] == path


def test_silence_climbs_on_the_ward_s_side(world: World) -> None:
    notice = send(world)
    at = present() + 10 * DAY
    assert escalating.escalate(now=at) == 1
    assert escalating.escalate(now=at) == 0
    ward = f"/hospital/notices/{notice.reference}/"
    with as_role("postgres"):
        told = set(Message.objects.filter(template="due").values_list("to_user_id", "link"))
    assert told == {
        (world.wanda.user_id, ward),
        (world.ward_lead.user_id, ward),
        (world.partnership_lead.user_id, "/"),
    }


def test_a_link_keeps_digests_alone(world: World) -> None:
    path = link(send(world))
    token = path.split("/")[-2]
    outside.ask_code(token, now=present())
    typed = code()
    with as_role("postgres"):
        row = str(rows("SELECT * FROM hospital_outsidelink"))
        jobs = str(rows("SELECT task_name, args FROM procrastinate_jobs"))
    assert token not in row + jobs
    assert typed not in re.sub(r"datetime\.\w+\([^)]*\)", "", row)
    assert TO not in jobs


def standing(world: World, notice: Notice) -> str:
    """What the ward reads of the notice."""
    ward = Client()
    ward.force_login(world.wanda.user)
    page = ward.get(f"/hospital/notices/{notice.reference}/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


class Refusing:
    """A mail server that says no."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *given: Any, **more: Any) -> int:
        raise self.error


NO_SUCH = SMTPRecipientsRefused({TO: (550, b"No such user")})
LATER = SMTPRecipientsRefused({TO: (451, b"Try again later")})


def test_the_ward_reads_that_it_went_out_and_when_it_was_read(world: World) -> None:
    notice = send(world)
    assert "The message to them On its way" in standing(world, notice)
    path = link(notice)
    sent = standing(world, notice)
    assert "Nobody has read it yet. Ring the council" in sent
    Client().get(path)
    assert "Nobody has read it yet" in standing(world, notice)  # A scanner of mail follows links.
    opened(path)
    assert "Read there first" in standing(world, notice)
    with as_role("postgres"):
        first = Notice.objects.get().opened
    opened(path)
    with as_role("postgres"):
        assert Notice.objects.get().opened == first


def test_nobody_is_told_to_ring_on_the_first_day(world: World) -> None:
    notice = send(world, now=present())
    link(notice)
    page = standing(world, notice)
    assert "Nobody has read it yet" in page
    assert "Ring the council" not in page


def test_an_address_that_is_refused_is_told_the_ward_and_not_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = send(world)
    monkeypatch.setattr(EmailMessage, "send", Refusing(NO_SUCH))
    assert outside_mail.send_link(notice.pk, now=present()) is False
    assert "there is no such address, or it takes no messages" in standing(world, notice)
    with as_role("postgres"):
        assert not OutsideLink.objects.exists()
        told = Message.objects.get(to_user_id=world.wanda.user_id)
    assert told.link == f"/hospital/notices/{notice.reference}/"


def test_a_server_that_is_down_is_tried_ten_times(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = send(world)
    with monkeypatch.context() as down:
        down.setattr(EmailMessage, "send", Refusing(LATER))
        for _ in range(outside_mail.MAIL_TRIES - 1):
            with pytest.raises(SMTPRecipientsRefused):
                outside_mail.send_link(notice.pk, now=present())
        assert "It is tried again. Ring the council" in standing(world, notice)
        with as_role("postgres"):
            assert not Message.objects.exists()
        down.setattr(EmailMessage, "send", Refusing(ConnectionRefusedError()))
        assert outside_mail.send_link(notice.pk, now=present()) is False
    assert "It is not tried again. Ring the council" in standing(world, notice)
    with as_role("postgres"):
        assert Message.objects.count() == 1
    link(notice)
    assert "Sent " in standing(world, notice)
