"""The messages to a council without Lintel about a notice, and what became of them.

They hold no information about anybody. What the mail server says is noted on the notice, where the
ward reads it; what bounces later, elsewhere, can't be seen from here, so that the ward is also
told whether anybody has read the notice.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from lintel.hospital.models import Notice, OutsideLink
from lintel.hospital.states import MailState
from lintel.kernel import messages
from lintel.kernel.actor import as_system
from lintel.kernel.clock import calendar
from lintel.requests.tell import in_post

LASTS = timedelta(days=28)
# How often a message is tried (`lintel.hospital.jobs`): over some four days.
MAIL_TRIES = 10
FOOT = (
    "This message says nothing about anybody. If you did not expect it, you can ignore it. "
    "Do not reply to it.\n"
)
LINK_MAIL = (
    "A notice waits for your council",
    "A hospital has sent your council a notice that asks for an answer. Read and answer it "
    "here:\n\n{link}\n\nYou do not need an account. We will send a code to this address, so keep "
    "this message in a mailbox that only your team reads.\n\n" + FOOT,
)
CHANGED_MAIL = (
    "A notice that we sent you has changed",
    "A date in a notice that a hospital sent your council has changed. Read it by the link in "
    "our first message.\n\n" + FOOT,
)
BACK_MAIL = (
    "A notice that we sent you was taken back",
    "A notice that a hospital sent your council was taken back. Its link does not work any more, "
    "and you need do nothing.\n\n" + FOOT,
)


def digest_of(token: str) -> str:
    """What is kept of a link."""
    return sha256(token.encode()).hexdigest()


def send_link(notice_id: int, *, now: datetime) -> bool:
    """Make a link and send it to the council; an earlier one ends. For jobs only.

    If the mail server says no, no link is kept, the ward can read that, and the job is tried
    again; unless it is no use, or was tried ten times: then somebody of the ward is told.
    """
    return _sent(notice_id, now, _link_sent)


def tell_outside(notice_id: int, *, now: datetime) -> bool:
    """Tell the council by e-mail that a notice changed or was withdrawn, as `send_link`."""
    return _sent(notice_id, now, _change_sent)


def _sent(notice_id: int, now: datetime, send: Callable[[Notice, datetime], bool]) -> bool:
    """Send something about a notice to the council outside, and note what became of it."""
    try:
        with as_system():
            notice = Notice.objects.select_related("stay").filter(pk=notice_id).first()
            if notice is None or notice.to_team_id is not None or not send(notice, now):
                return False
            Notice.objects.filter(pk=notice_id).update(
                mail=MailState.SENT, mail_at=now, mail_tries=0
            )
    except (SMTPException, OSError) as error:
        if _not_taken(notice_id, error, now):
            raise
        return False
    return True


def _not_taken(notice_id: int, error: Exception, now: datetime) -> bool:
    """Note that the mail server said no, and answer whether it is tried again."""
    with as_system():
        notice = Notice.objects.select_related("stay").get(pk=notice_id)
        tries = notice.mail_tries + 1
        state = MailState.AGAIN
        if messages.is_permanent(error):
            state = MailState.REFUSED
        elif tries >= MAIL_TRIES:
            state = MailState.GIVEN_UP
        Notice.objects.filter(pk=notice_id).update(mail=state, mail_at=now, mail_tries=tries)
        if state is not MailState.AGAIN:
            tell_ward(notice, now)
    return state is MailState.AGAIN


def _link_sent(notice: Notice, now: datetime) -> bool:
    if notice.withdrawn is not None:
        return False
    OutsideLink.objects.filter(notice=notice, ended__isnull=True).update(ended=now)
    token = secrets.token_hex(20)
    OutsideLink.objects.create(
        notice=notice, digest=digest_of(token), made=now, until=_until(notice)
    )
    link = f"{settings.LINTEL_PUBLIC_URL}/hospital/outside/{token}/"
    send_mail(notice.outside_email, LINK_MAIL, link=link)
    return True


def _change_sent(notice: Notice, now: datetime) -> bool:
    links = OutsideLink.objects.filter(notice=notice, ended__isnull=True)
    if notice.withdrawn is not None:
        links.update(ended=now)
    else:
        links.update(until=_until(notice))
    send_mail(notice.outside_email, CHANGED_MAIL if notice.withdrawn is None else BACK_MAIL)
    return True


def _until(notice: Notice) -> datetime:
    """The end of the 28th day after the discharge that the council was told of."""
    cal = calendar()
    return cal.at(notice.expected + LASTS + timedelta(days=1), cal.opens.replace(hour=0))


def send_mail(to: str, template: tuple[str, str], **values: str) -> None:
    """Send one of the messages."""
    subject, body = template
    EmailMessage(
        subject=subject,
        body=body.format(**values),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def tell_ward(notice: Notice, now: datetime) -> None:
    """Tell whoever works on the person's housing, or who sent it."""
    keys = [key for key in (notice.stay.housing_worker_id, notice.sent_by_id) if key is not None]
    for worker in in_post(now).filter(pk__in=keys).order_by("pk"):
        messages.queue(
            to_user_id=worker.user_id,
            template="new",
            link=f"/hospital/notices/{notice.reference}/",
            now=now,
        )
