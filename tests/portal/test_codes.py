"""Codes by e-mail and text, and passkeys: coming back to one's own view."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from lintel.kernel import events, messages
from lintel.kernel.actor import bound
from lintel.kernel.models import Event, Message
from lintel.portal import actions
from lintel.portal.actions import codes
from lintel.portal.models import Code, Reach
from tests import factories
from tests.support.db import as_role, rows

pytestmark = pytest.mark.django_db
SENT: list[tuple[str, str]] = []


def keep_text(to: str, words: str) -> None:
    """A sender of texts that keeps them."""
    SENT.append((to, words))


@pytest.fixture(autouse=True)
def offered(settings):
    SENT.clear()
    settings.LINTEL_PERSON_CODES = ["email", "sms"]
    settings.LINTEL_SMS_SENDER = "tests.portal.test_codes.keep_text"


def last_code() -> UUID:
    """The number of the code that was asked for last."""
    with as_role("postgres"):
        return Code.objects.order_by("-made").values_list("pk", flat=True)[0]


def send() -> None:
    """Run the job that sends the last code."""
    codes.send_code(last_code(), now=timezone.now())


def add(world, how="email", value="john@example.test"):
    """Have codes sent to an address, from one's own view."""
    client = world.own
    assert client.post(f"/me/ways/code/{how}/", {"value": value}).status_code == 302
    send()
    return client.post("/me/ways/code/type/", {"code": codes.digits(last_code())})


def test_a_code_by_e_mail_opens_the_view(world):
    assert add(world)["Location"] == "/me/ways/"
    assert "john@example.test" in world.own.get("/me/ways/").content.decode()
    mail.outbox.clear()
    phone = Client()
    asked = phone.post("/me/sign-in/code/email/", {"value": " John@Example.test"})
    assert asked["Location"] == "/me/sign-in/code/type/"
    send()
    (sent,) = mail.outbox
    code = codes.digits(last_code())
    assert sent.to == ["john@example.test"]
    assert code in sent.body
    assert "John" not in sent.body + sent.subject
    assert "Lintel" not in sent.body + sent.subject
    assert phone.post("/me/sign-in/code/type/", {"code": code})["Location"] == "/me/"
    assert "Hello John" in phone.get("/me/").content.decode()
    again = Client()
    session = again.session
    session["lintel_code"] = str(last_code())
    session.save()
    assert "does not work" in again.post("/me/sign-in/code/type/", {"code": code}).content.decode()


def test_a_text_says_nothing_about_anybody(world):
    add(world, "sms", "07700 900 143")
    ((to, words),) = SENT
    assert to == "07700900143"
    assert codes.digits(last_code()) in words
    assert "John" not in words


def test_nothing_says_whether_anybody_has_an_address(world):
    add(world)
    answers = []
    for value in ("john@example.test", "nobody@example.test"):
        client = Client()
        with as_role("postgres"):
            before = rows("SELECT count(*) FROM procrastinate_jobs")[0][0]
        answer = client.post("/me/sign-in/code/email/", {"value": value})
        with as_role("postgres"):
            jobs = rows("SELECT count(*) FROM procrastinate_jobs")[0][0] - before
        typed = client.post("/me/sign-in/code/type/", {"code": "000000"})
        body = typed.content.decode().split("<main")[1].split("_once")[0]
        answers.append((answer.status_code, answer["Location"], jobs, typed.status_code, len(body)))
    assert answers[0] == answers[1]
    mail.outbox.clear()
    send()
    assert mail.outbox == []
    # Not even the right digits of a code that was sent to nobody open anything.
    assert (
        client.post("/me/sign-in/code/type/", {"code": codes.digits(last_code())}).status_code
        == 200
    )
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("how", ["tries", "old"])
def test_a_code_is_for_five_tries_and_ten_minutes(world, how):
    add(world)
    phone = Client()
    phone.post("/me/sign-in/code/email/", {"value": "john@example.test"})
    if how == "old":
        with as_role("postgres"):
            Code.objects.filter(pk=last_code()).update(
                made=timezone.now() - timedelta(minutes=20),
                expires=timezone.now() - timedelta(minutes=10),
            )
    else:
        for _ in range(5):
            phone.post("/me/sign-in/code/type/", {"code": "12"})
    answer = phone.post("/me/sign-in/code/type/", {"code": codes.digits(last_code())})
    assert answer.status_code == 200
    assert phone.get("/me/").status_code == 302


def test_an_address_serves_one_view_and_can_be_stopped(world):
    add(world)
    other = world.client(factories.viewer(factories.person()).user)
    other.post("/me/ways/code/email/", {"value": "john@example.test"})
    answer = other.post("/me/ways/code/type/", {"code": codes.digits(last_code())})
    assert "used for another page" in answer.content.decode()
    with as_role("postgres"):
        number = Reach.objects.get(confirmed__isnull=False).pk
    assert other.post(f"/me/ways/code/{number}/end").status_code == 404
    assert world.own.post(f"/me/ways/code/{number}/end").status_code == 302
    phone = Client()
    phone.post("/me/sign-in/code/email/", {"value": "john@example.test"})
    phone.post("/me/sign-in/code/type/", {"code": codes.digits(last_code())})
    assert phone.get("/me/").status_code == 302


def test_codes_are_off_unless_told(world, settings):
    settings.LINTEL_PERSON_CODES = []
    assert "code by" not in Client().get("/me/sign-in/").content.decode()
    assert Client().get("/me/sign-in/code/email/").status_code == 404
    assert world.own.get("/me/ways/code/email/").status_code == 404
    settings.LINTEL_PERSON_CODES, settings.LINTEL_SMS_SENDER = ["sms"], ""
    assert Client().get("/me/sign-in/code/sms/").status_code == 404


def test_asking_is_limited_by_address(world, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "person_code": "2/h/key"}
    client = Client()
    asks = [
        client.post("/me/sign-in/code/email/", {"value": "a@example.test"}).status_code
        for _ in range(4)
    ]
    assert asks == [302, 302, 429, 429]


def test_a_persons_account_has_no_part_in_the_workers_sign_in(world):
    client = world.own
    for path in ("/accounts/2fa/", "/accounts/password/set/", "/accounts/2fa/webauthn/add/"):
        assert client.get(path)["Location"] == "/me/ways/", path
    assert client.post("/accounts/logout/")["Location"] == "/me/sign-in/"
    worker = world.client(world.officer.user)
    assert worker.get("/me/ways/")["Location"] == "/me/sign-in/"
    assert worker.get("/me/ways/passkey/").status_code == 302


def answered(world):
    """The nurse's team answers what John asked."""
    account = world.account()
    with world.bound():
        number = actions.ask_for_help(
            account, now=timezone.now(), team_id=world.cmht.pk, words="Help", reach_words="Ring"
        )
    with bound(factories.actor(world.nurse)) as nurse:
        actions.answer_ask(nurse, now=timezone.now(), ask_id=number, answer="I come at ten.")
    with as_role("postgres"):
        event = Event.objects.filter(verb="portal.ask_answered").latest("pk")
    events.deliver(event.pk, "lintel.portal.listening.tell_answered")
    with as_role("postgres"):
        return list(Message.objects.filter(to_user_id=world.me.user_id))


def test_who_wants_it_is_told_that_there_is_an_answer_and_nothing_more(world):
    assert answered(world) == []
    add(world)
    assert answered(world) == []  # A code isn't asked for by everybody who wants letters.
    page = world.own.get("/me/ways/").content.decode()
    assert "Yes, send an e-mail" in page
    with as_role("postgres"):
        reach = Reach.objects.get()
    other = factories.viewer(factories.person("Mary Hill"))
    assert world.client(other.user).post(f"/me/ways/code/{reach.pk}/news").status_code == 404
    world.own.post(f"/me/ways/code/{reach.pk}/news")
    (message,) = answered(world)
    assert messages.deliver(message.pk) == "sent"
    sent = mail.outbox[-1]
    assert sent.to == ["john@example.test"]
    assert sent.subject == "There is something new for you"
    for word in ("John", "Tressell", "Lintel", "ten", "team", "question"):
        assert word not in sent.subject + sent.body, word
    world.own.post(f"/me/ways/code/{reach.pk}/quiet")
    assert len(answered(world)) == 1


def test_no_e_mail_goes_to_who_may_not_look_any_more(world):
    add(world)
    with as_role("postgres"):
        Reach.objects.update(news=True)
    (message,) = answered(world)
    with as_role("postgres"):
        Reach.objects.update(ended=timezone.now())
    assert messages.deliver(message.pk) == "given_up"
