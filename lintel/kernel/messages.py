"""Outgoing e-mail: fixed words and a link, never anything about anybody.

A message is queued in the transaction of the change that it tells of. The sending job claims the
row and commits that before it talks to the mail server, so that two workers never send the same
message. What is left is one gap, between the server's yes and our note of it: a process killed
there has its message sent again, under the same Message-ID, after `CLAIM_LASTS`
(docs/adr/0006-messages.md).
"""

import logging
import re
import smtplib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from lintel.kernel import outbox
from lintel.kernel.actor import as_system
from lintel.kernel.errors import Conflict, NotFound
from lintel.kernel.models import Message
from lintel.kernel.states import MESSAGE_ENDS, MessageState

logger = logging.getLogger(__name__)

TRIES = 5
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=3),
)
CLAIM_LASTS = timedelta(minutes=10)
SWEEP_AFTER = timedelta(minutes=2)
SWEEP_AT_MOST = 200
# A path made of plain words and ids. No query string: what is typed ends up in those.
LINK = re.compile(r"/(?:[A-Za-z0-9-]{1,40}/){0,6}")


@dataclass(frozen=True, slots=True)
class Template:
    """The words of a message. `{link}` in the body is the only thing that varies."""

    subject: str
    body: str

    def body_with(self, url: str) -> str:
        """The text to send."""
        return self.body.replace("{link}", url)


FOOT = (
    "This message is the same for everybody and says nothing about anybody. "
    "If you did not expect it, you can ignore it."
)
TEMPLATES: dict[str, Template] = {
    "new": Template(
        "Something new in Lintel",
        f"You have something new in Lintel. Sign in to read it:\n\n{{link}}\n\n{FOOT}\n",
    ),
    # To people themselves: in simple words, and the product isn't named.
    "answered": Template(
        "There is something new for you",
        "You have something new to read. Sign in to read it:\n\n{link}\n\n"
        "This e-mail says nothing about you. If it is not for you, you can forget it.\n",
    ),
    "due": Template(
        "Something is waiting for you in Lintel",
        f"Something in Lintel needs you soon. Sign in to see it:\n\n{{link}}\n\n{FOOT}\n",
    ),
    "overdue": Template(
        "Something in Lintel is overdue",
        f"Something in Lintel is past its time. Sign in to see it:\n\n{{link}}\n\n{FOOT}\n",
    ),
}


def queue(
    *,
    to_user_id: int,
    template: str,
    link: str,
    now: datetime,
    not_before: datetime | None = None,
) -> uuid.UUID:
    """Queue a message in the current transaction; sent after the commit, not before `not_before`.

    `template`: a key of `TEMPLATES`. `link`: a path in Lintel of plain words and ids with a slash
    at each end, such as "/requests/7f3c/". Raises ValueError for any other: a query string or a
    name in a link would leave the house.
    """
    if template not in TEMPLATES:
        raise ValueError("There is no such message.")
    if not LINK.fullmatch(link):
        raise ValueError("A link in a message is a plain path.")
    start = max(now, not_before) if not_before else now
    message = Message(
        id=uuid.uuid4(),
        to_user_id=to_user_id,
        template=template,
        link=link,
        created=now,
        state=MessageState.QUEUED,
        next_attempt=start,
    )
    message.save(force_insert=True)
    _defer(message.id, start if start > now else None)
    return message.id


def deliver(message_id: uuid.UUID, *, now: Callable[[], datetime] = timezone.now) -> MessageState:
    """Try once to send a message, if it is due and nobody else has it; answer its state.

    For jobs only. Never raises for what a mail server does: the failure is noted on the message,
    and the next try queued with it, or the message marked as failed after `TRIES` tries.
    """
    message = _claim(message_id, now())
    if message is None:
        with as_system():
            return MessageState(Message.objects.values_list("state", flat=True).get(pk=message_id))
    try:
        address = address_of(message.to_user_id)
        if address is None:
            return _settle(message, MessageState.GIVEN_UP, now(), error="NoAddress")
        compose(message, address).send()
    except Exception as error:
        return _failed(message, error, now())
    return _settle(message, MessageState.SENT, now())


def sweep(*, now: Callable[[], datetime] = timezone.now) -> int:
    """Send what should long have gone: a job was lost, or a process was killed while sending.

    For the periodic job. Answers how many were tried; at most `SWEEP_AT_MOST` in one go.
    """
    late = now() - SWEEP_AFTER
    with as_system():
        found = list(
            Message.objects.filter(_claimable(now()), next_attempt__lte=late)
            .order_by("next_attempt")
            .values_list("id", flat=True)[:SWEEP_AT_MOST]
        )
    for message_id in found:
        deliver(message_id, now=now)
    return len(found)


def failed(*, limit: int = 100, to_user_ids: list[int] | None = None) -> list[Message]:
    """The newest messages (to these users) that did not go and won't be tried again, for a page.

    Says who was not reached, by user id, and nothing of what it was about. The caller checks
    that the actor may see this.
    """
    with as_system():
        found = _stopped()
        if to_user_ids is not None:
            found = found.filter(to_user_id__in=to_user_ids)
        return list(found.order_by("-created")[:limit])


def count_failed(*, to_user_ids: list[int] | None = None) -> int:
    """How many messages did not go, in all or to these users. The caller checks the actor."""
    with as_system():
        found = _stopped()
        if to_user_ids is not None:
            found = found.filter(to_user_id__in=to_user_ids)
        return found.count()


def resend(message_id: uuid.UUID, *, now: datetime) -> None:
    """Start the tries of a failed message again. The caller checks that the actor may.

    Raises NotFound, and Conflict when it is on its way or was sent after all.
    """
    with as_system():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is None:
            raise NotFound
        if message.state not in MESSAGE_ENDS:
            raise Conflict("This message is already on its way, or was sent.")
        Message.objects.filter(pk=message_id).update(
            state=MessageState.QUEUED, attempts=0, next_attempt=now, last_error=""
        )
        _defer(message_id, None)


def address_of(user_id: int) -> str | None:
    """The address to write to now, by the function that setting `LINTEL_ADDRESS_OF` names.

    It takes a user id, and answers None for somebody who has left.
    """
    hook: Callable[[int], str | None] = import_string(settings.LINTEL_ADDRESS_OF)
    return hook(user_id)


def compose(message: Message, address: str) -> EmailMessage:
    """The e-mail, with the same Message-ID at every try so that mail systems drop a repeat."""
    template = TEMPLATES[message.template]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=template.subject,
        body=template.body_with(settings.LINTEL_PUBLIC_URL + message.link),
        to=[address],
        headers={
            "Message-ID": f"<{message.id}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def is_permanent(error: Exception) -> bool:
    """Whether the mail server said that trying again is no use (RFC 5321, 4.2.1: 5yz)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return bool(codes) and all(code >= 500 for code in codes)
    # Refused credentials are the operator's to mend, and 5yz there says nothing of the message.
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError):
        return False
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _claimable(now: datetime) -> Q:
    abandoned = Q(state=MessageState.SENDING, claimed_at__lte=now - CLAIM_LASTS)
    return Q(state=MessageState.QUEUED, next_attempt__lte=now) | abandoned


def _claim(message_id: uuid.UUID, now: datetime) -> Message | None:
    """Take the message, and commit that, or answer None when it isn't to be taken."""
    with as_system():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(_claimable(now), pk=message_id)
            .first()
        )
        if message is None:
            return None
        message.state = MessageState.SENDING
        message.attempts += 1
        message.claimed_at = now
        message.save(update_fields=["state", "attempts", "claimed_at"])
        return message


def _failed(message: Message, error: Exception, now: datetime) -> MessageState:
    name = type(error).__name__
    # The error's words can hold the address: only its class is kept and logged.
    if is_permanent(error) or message.attempts >= TRIES:
        logger.warning("message %s failed for good: %s", message.id, name)
        return _settle(message, MessageState.FAILED, now, error=name)
    logger.info("message %s failed, will be tried again: %s", message.id, name)
    again = now + BACKOFF[message.attempts - 1]
    return _settle(message, MessageState.QUEUED, now, error=name, again=again)


def _settle(
    message: Message,
    state: MessageState,
    now: datetime,
    *,
    error: str = "",
    again: datetime | None = None,
) -> MessageState:
    """Note how a try ended, unless another process has claimed the message since."""
    with as_system():
        changed = Message.objects.filter(
            pk=message.id, state=MessageState.SENDING, claimed_at=message.claimed_at
        ).update(
            state=state,
            last_error=error,
            sent_at=now if state is MessageState.SENT else None,
            next_attempt=again or message.next_attempt,
        )
        if changed and again:
            _defer(message.id, again)
    return state


def _stopped() -> QuerySet[Message]:
    return Message.objects.filter(state__in=MESSAGE_ENDS)


def _defer(message_id: uuid.UUID, at: datetime | None) -> None:
    outbox.defer("lintel.send_message", at=at, message_id=str(message_id))
