"""Outgoing e-mail, through a real mail server that fails as real ones do."""

import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from lintel.kernel import messages
from lintel.kernel.actor import Actor, as_system, bound
from lintel.kernel.errors import Conflict, NotFound
from lintel.kernel.models import Message
from lintel.kernel.states import MessageState
from tests.support import database
from tests.support.mail import Mailbox, free_port, mail_server
from tests.support.worker import run_jobs

LEFT = 404
MINUTE = timedelta(minutes=1)
committing = pytest.mark.django_db(transaction=True)


def address(user_id: int) -> str | None:
    """The address hook of these tests: one user has left."""
    return None if user_id == LEFT else f"worker{user_id}@agency.invalid"


def broken_address(user_id: int) -> str | None:
    raise LookupError(f"worker{user_id}@agency.invalid")


@pytest.fixture
def post(settings: object) -> Iterator[Mailbox]:
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST = "127.0.0.1"  # type: ignore[attr-defined]
        settings.EMAIL_PORT = box.port  # type: ignore[attr-defined]
        settings.LINTEL_ADDRESS_OF = f"{__name__}.address"  # type: ignore[attr-defined]
        settings.LINTEL_PUBLIC_URL = "https://lintel.invalid"  # type: ignore[attr-defined]
        yield box


def queue(now: datetime, user_id: int = 70, **more: object) -> uuid.UUID:
    with transaction.atomic():
        return messages.queue(
            to_user_id=user_id,
            template="new",
            link="/requests/7f3c/",
            now=now,
            **more,  # type: ignore[arg-type]
        )


def row(message_id: uuid.UUID) -> Message:
    with as_system():
        return Message.objects.get(pk=message_id)


def clock(at: datetime) -> Callable[[], datetime]:
    return lambda: at


@committing
def test_a_message_goes_out_with_a_link_and_nothing_else(post: Mailbox, actor: Actor) -> None:
    with bound(actor):
        message_id = queue(timezone.now())
    run_jobs()
    (mail,) = post.accepted
    assert post.recipients == ["worker70@agency.invalid"]
    assert mail["Subject"] == "Something new in Lintel"
    assert mail["Message-ID"] == f"<{message_id}@lintel.invalid>"
    assert "https://lintel.invalid/requests/7f3c/" in mail.get_payload()
    sent = row(message_id)
    assert (sent.state, sent.attempts, sent.last_error) == ("sent", 1, "")
    assert sent.sent_at is not None
    run_jobs()
    assert len(post.accepted) == 1


@committing
def test_a_change_that_is_undone_sends_nothing(post: Mailbox, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        queue(now)
        raise ZeroDivisionError
    assert not ProcrastinateJob.objects.exists()
    with as_system():
        assert not Message.objects.exists()


@committing
def test_the_job_carries_the_messages_id_only(post: Mailbox, now: datetime) -> None:
    message_id = queue(now)
    assert ProcrastinateJob.objects.get().args == {"message_id": str(message_id)}


@committing
def test_a_message_waits_for_its_time(post: Mailbox, now: datetime) -> None:
    message_id = queue(now, not_before=now + 3 * MINUTE)
    assert ProcrastinateJob.objects.get().scheduled_at == now + 3 * MINUTE
    assert messages.deliver(message_id, now=clock(now + MINUTE)) is MessageState.QUEUED
    assert post.accepted == []
    assert messages.deliver(message_id, now=clock(now + 3 * MINUTE)) is MessageState.SENT


@committing
def test_it_is_tried_again_after_a_temporary_failure(post: Mailbox, now: datetime) -> None:
    post.to_recipient = ["450 mailbox busy"]
    post.to_data = ["451 try later"]
    message_id = queue(now)
    assert messages.deliver(message_id, now=clock(now)) is MessageState.QUEUED
    waiting = row(message_id)
    assert (waiting.attempts, waiting.last_error) == (1, "SMTPRecipientsRefused")
    assert waiting.next_attempt == now + MINUTE
    assert ProcrastinateJob.objects.filter(scheduled_at=now + MINUTE).count() == 1
    # Too early is not a try.
    assert messages.deliver(message_id, now=clock(now + MINUTE / 2)) is MessageState.QUEUED
    assert messages.deliver(message_id, now=clock(now + MINUTE)) is MessageState.QUEUED
    assert row(message_id).last_error == "SMTPDataError"
    assert row(message_id).next_attempt == now + 6 * MINUTE
    assert messages.deliver(message_id, now=clock(now + 6 * MINUTE)) is MessageState.SENT
    assert (row(message_id).attempts, len(post.accepted)) == (3, 1)


@committing
@pytest.mark.parametrize("refusal", ["recipient", "data"])
def test_a_refusal_for_good_is_not_tried_again(post: Mailbox, now: datetime, refusal: str) -> None:
    setattr(post, f"to_{refusal}", ["550 no such worker70@agency.invalid"])
    message_id = queue(now)
    assert messages.deliver(message_id, now=clock(now)) is MessageState.FAILED
    stopped = row(message_id)
    assert stopped.attempts == 1
    assert "@" not in stopped.last_error
    assert [found.id for found in messages.failed()] == [message_id]
    assert messages.count_failed() == 1
    assert messages.count_failed(to_user_ids=[71]) == 0


@committing
def test_with_the_mail_server_down_it_gives_up_after_five_tries(
    post: Mailbox, settings: object, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_PORT = free_port()  # type: ignore[attr-defined]
    message_id = queue(now)
    times = []
    at = now
    while messages.deliver(message_id, now=clock(at)) is MessageState.QUEUED:
        at = row(message_id).next_attempt
        times.append(at - now)
    assert times == [MINUTE, 6 * MINUTE, 36 * MINUTE, 216 * MINUTE]
    stopped = row(message_id)
    assert (stopped.state, stopped.attempts) == ("failed", messages.TRIES)
    assert stopped.last_error == "ConnectionRefusedError"
    assert "@" not in caplog.text
    # Mended, and sent again by somebody who saw that it had failed.
    settings.EMAIL_PORT = post.port  # type: ignore[attr-defined]
    later = at + MINUTE
    messages.resend(message_id, now=later)
    with pytest.raises(Conflict):
        messages.resend(message_id, now=later)
    assert messages.deliver(message_id, now=clock(later)) is MessageState.SENT
    assert len(post.accepted) == 1
    with pytest.raises(Conflict):
        messages.resend(message_id, now=later)
    assert messages.failed() == []


@committing
def test_a_message_that_is_not_there_cannot_be_sent_again(now: datetime) -> None:
    with pytest.raises(NotFound):
        messages.resend(uuid.uuid4(), now=now)


@committing
def test_nobody_is_written_to_after_leaving(post: Mailbox, now: datetime) -> None:
    message_id = queue(now, LEFT)
    assert messages.deliver(message_id, now=clock(now)) is MessageState.GIVEN_UP
    assert row(message_id).last_error == "NoAddress"
    assert post.accepted == []


@committing
def test_a_broken_address_book_is_a_failure_like_any_other(
    post: Mailbox, settings: object, now: datetime
) -> None:
    settings.LINTEL_ADDRESS_OF = f"{__name__}.broken_address"  # type: ignore[attr-defined]
    message_id = queue(now)
    assert messages.deliver(message_id, now=clock(now)) is MessageState.QUEUED
    assert row(message_id).last_error == "LookupError"


@committing
def test_two_workers_never_send_the_same_message(post: Mailbox, now: datetime) -> None:
    message_id = queue(now)
    post.hold = threading.Event()
    states: list[MessageState] = []

    def deliver() -> None:
        states.append(messages.deliver(message_id, now=clock(now)))
        connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert post.got_data.wait(20)
    for thread in threads:
        thread.join(0.3)
    post.hold.set()
    for thread in threads:
        thread.join(20)
    assert len(post.accepted) == 1
    assert len(states) == 4
    # The others see it as it is when they come: waiting, on its way, or gone.
    assert MessageState.SENT in states
    assert set(states) <= {MessageState.QUEUED, MessageState.SENDING, MessageState.SENT}


KILLED = """
import sys, uuid, django
django.setup()
from datetime import datetime
from django.conf import settings
settings.LINTEL_ADDRESS_OF = "__main__.address"
def address(user_id): return f"worker{user_id}@agency.invalid"
from lintel.kernel import messages
at = datetime.fromisoformat(sys.argv[2])
messages.deliver(uuid.UUID(sys.argv[1]), now=lambda: at)
"""


@committing
def test_killed_between_the_servers_yes_and_our_note_it_is_sent_again_later(
    post: Mailbox, now: datetime
) -> None:
    """The one gap in which a message goes twice; both have the same Message-ID."""
    message_id = queue(now)
    post.hold = threading.Event()
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(message_id), now.isoformat()],
        cwd=Path(__file__).resolve().parents[2],
        env={
            **os.environ,
            **database.urls(connection.settings_dict["NAME"]),
            "PYTHONPATH": ".",
            "LINTEL_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "LINTEL_SMTP_HOST": "127.0.0.1",
            "LINTEL_SMTP_PORT": str(post.port),
        },
    )
    try:
        assert post.got_data.wait(30)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(20)
    post.hold.set()
    assert row(message_id).state == "sending"
    assert messages.sweep(now=clock(now + 9 * MINUTE)) == 0
    assert messages.sweep(now=clock(now + 11 * MINUTE)) == 1
    assert row(message_id).state == "sent"
    first, second = post.accepted
    assert first["Message-ID"] == second["Message-ID"]


@committing
def test_a_lost_job_is_made_up_for(post: Mailbox, now: datetime) -> None:
    message_id = queue(now)
    ProcrastinateJob.objects.all()._raw_delete(using="default")
    assert messages.sweep(now=clock(now + MINUTE)) == 0
    assert messages.sweep(now=clock(now + 2 * MINUTE)) == 1
    assert row(message_id).state == "sent"


@committing
def test_whoever_lost_the_claim_does_not_undo_what_was_sent(post: Mailbox, now: datetime) -> None:
    message_id = queue(now)
    slow = messages._claim(message_id, now)
    assert slow is not None
    later = now + 11 * MINUTE
    assert messages.deliver(message_id, now=clock(later)) is MessageState.SENT
    messages._failed(slow, TimeoutError(), later + MINUTE)
    assert row(message_id).state == "sent"
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db
def test_the_application_cannot_read_or_change_messages(actor: Actor, now: datetime) -> None:
    with bound(actor):
        queue(now)
        for statement in (
            "SELECT * FROM kernel_message",
            "UPDATE kernel_message SET state = 'sent'",
            "DELETE FROM kernel_message",
        ):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


@pytest.mark.django_db
@given(link=st.text() | st.from_regex(messages.LINK, fullmatch=True))
def test_a_body_is_fixed_words_and_a_plain_link(link: str) -> None:
    plain = re.fullmatch(r"/([A-Za-z0-9-]{1,40}/){0,6}", link) is not None
    for name, template in messages.TEMPLATES.items():
        try:
            messages.queue(to_user_id=1, template=name, link=link, now=timezone.now())
        except ValueError:
            assert not plain
            continue
        assert plain
        body = template.body_with("https://lintel.invalid" + link)
        before, after = template.body.split("{link}")
        assert body == before + "https://lintel.invalid" + link + after


def test_templates_hold_no_more_than_their_link() -> None:
    for template in messages.TEMPLATES.values():
        assert template.body.count("{") == template.body.count("{link}") == 1
        assert "{" not in template.subject
        assert "\n" not in template.subject


@pytest.mark.django_db
@pytest.mark.parametrize(
    "link",
    ["/people/?q=Smith", "//evil.invalid/", "https://evil.invalid/", "/a b/", "/é/", "/x/\n", "/x"],
)
def test_a_link_that_could_carry_something_out_is_refused(link: str, now: datetime) -> None:
    with pytest.raises(ValueError, match="plain path"):
        messages.queue(to_user_id=1, template="new", link=link, now=now)


@pytest.mark.django_db
def test_a_message_in_words_of_ones_own_is_refused(now: datetime) -> None:
    with pytest.raises(ValueError, match="no such message"):
        messages.queue(to_user_id=1, template="Mr Smith is unwell", link="/", now=now)
