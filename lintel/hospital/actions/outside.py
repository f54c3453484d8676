"""A council without Lintel: a link by e-mail, a code to the same address, and its answer.

The link is random and opens nothing by itself; whoever follows it has a code sent to the address
that the notice went to. Digests alone are kept. E-mails hold no information about anybody. All
of it under the system role: nobody is signed in here, and it reads notices and no person.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils.crypto import constant_time_compare, salted_hmac

from lintel.hospital.actions.checking import refuse, words_fault
from lintel.hospital.actions.noticing import answer_faults
from lintel.hospital.actions.outside_mail import FOOT, LASTS, digest_of, send_mail, tell_ward
from lintel.hospital.models import Answer, Notice, OutsideLink
from lintel.hospital.queries import notices
from lintel.hospital.states import NOT_HOME, Duty, NoticeReason
from lintel.kernel import events, outbox
from lintel.kernel.actor import as_system
from lintel.kernel.errors import Invalid, NotFound, TooMany

CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
CODES_AN_HOUR = 5
AN_HOUR = timedelta(hours=1)
DOUBLE_CLICK = timedelta(minutes=2)
DIGITS = 6
BAD = {"code": "This code does not work. Check it, or have a new one sent"}
TOO_OFTEN = "Five codes were sent. Wait an hour after the last one, then ask again."
CODE_MAIL = (
    "Your code",
    "Your code is {code}. It works for 10 minutes, on the page that you asked for it on.\n\n"
    "Do not give the code to anybody.\n\n" + FOOT,
)


@dataclass(frozen=True, slots=True)
class OutsideView:
    """What a council outside reads, once it has typed the code."""

    name: str
    ward: str
    trust: str
    ward_phone: str
    reason: str
    duty: str
    contact: str
    expected: date
    vulnerability: str
    suitable: str
    sent: datetime
    to: str
    answers: tuple[notices.AnswerView, ...]
    ended: bool


def waits(token: str, *, now: datetime) -> bool:
    """Whether a link works now; the same work for one that never existed."""
    with as_system():
        return _live(digest_of(token), now) is not None


def ask_code(token: str, *, now: datetime) -> None:
    """Have a code sent to the address that the notice went to.

    Raises NotFound (the link doesn't work) and TooMany (five were sent within the hour).
    """
    with as_system():
        link = _live(digest_of(token), now, lock=True)
        if link is None:
            raise NotFound
        quiet = link.code_until is None or link.code_until - CODE_LASTS + AN_HOUR <= now
        sent = 0 if quiet else link.codes_sent
        if sent >= CODES_AN_HOUR:
            raise TooMany(TOO_OFTEN)
        # What was sent before works no more; the job makes the next.
        OutsideLink.objects.filter(pk=link.pk).update(
            codes_sent=sent + 1, code_digest="", code_until=now + CODE_LASTS, wrong=0
        )
        outbox.defer("hospital.send_code", link_id=link.pk)


def send_code(link_id: int, *, now: datetime) -> bool:
    """Make the code that was asked for, and send it. For jobs only."""
    with as_system():
        link = (
            OutsideLink.objects.select_for_update(of=("self",))
            .select_related("notice__stay")
            .filter(pk=link_id)
            .first()
        )
        if link is None or not _works(link, now):
            return False
        if link.code_until is None or link.code_until <= now:
            return False
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        OutsideLink.objects.filter(pk=link.pk).update(
            code_digest=_code_digest(link.pk, code), code_until=now + CODE_LASTS
        )
        send_mail(link.notice.outside_email, CODE_MAIL, code=code)
    return True


def enter(token: str, typed: str, *, now: datetime) -> str:
    """The digest by which a short session reads the notice, once the code is right.

    Raises NotFound (the link doesn't work), and Invalid in the same words for a code that is
    wrong, old, used, or tried too often.
    """
    plain = "".join(sign for sign in typed if sign.isdigit())
    with as_system():
        link = _live(digest_of(token), now, lock=True)
        if link is None:
            raise NotFound
        right = (
            bool(link.code_digest)
            and link.code_until is not None
            and link.code_until > now
            and link.wrong < CODE_TRIES
            and constant_time_compare(link.code_digest, _code_digest(link.pk, plain))
        )
        if right:
            OutsideLink.objects.filter(pk=link.pk).update(
                code_digest="", wrong=0, opened=link.opened or now
            )
            Notice.objects.filter(pk=link.notice_id, opened__isnull=True).update(opened=now)
            _record(link.notice, "hospital.notice_opened_outside", now)
        else:
            OutsideLink.objects.filter(pk=link.pk).update(wrong=link.wrong + 1)
    if not right:
        raise Invalid(BAD)
    return link.digest


def read(digest: str, *, now: datetime) -> OutsideView:
    """The notice, for a session that typed the code. Raises NotFound when the link has ended."""
    with as_system():
        link = _live(digest, now)
        if link is None:
            raise NotFound
        notice = link.notice
        with connection.cursor() as cursor:
            cursor.execute("SELECT hospital_noticed_name(%s)", [notice.pk])
            name = cursor.fetchone()[0] or ""
        ward = notice.stay.ward
        return OutsideView(
            name=name,
            ward=ward.name,
            trust=ward.agency.name,
            ward_phone=ward.phone,
            reason=NoticeReason(notice.reason).label,
            duty=Duty(notice.duty).label,
            contact=notice.contact,
            expected=notice.expected,
            vulnerability=notice.vulnerability,
            suitable=notice.suitable,
            sent=notice.sent,
            to=notice.outside_name,
            answers=notices.answers([notice.reference]).get(notice.reference, ()),
            ended=notice.stay.ended is not None,
        )


def answer_outside(
    digest: str,
    *,
    now: datetime,
    kind: str,
    at: datetime | None = None,
    place: str = "",
    words: str = "",
    by_words: str,
) -> None:
    """Answer by the link; an answer is added, and an earlier one stays. The ward is told.

    The very same within two minutes is a double click. Raises NotFound (the link has ended) and
    Invalid.
    """
    refuse(
        {
            **answer_faults(now, kind=kind, at=at, place=place, words=words),
            "by_words": words_fault(by_words, "Enter your name and your job", 200),
        }
    )
    with as_system():
        link = _live(digest, now, lock=True)
        if link is None:
            raise NotFound
        same = {
            "reference": link.notice.reference,
            "kind": kind,
            "at": at,
            "place": place.strip(),
            "words": words.strip(),
            "by_words": by_words.strip(),
        }
        if Answer.objects.filter(**same, answered__gt=now - DOUBLE_CLICK).exists():
            return
        Answer.objects.create(**same, answered=now)
        OutsideLink.objects.filter(pk=link.pk).update(answered=now)
        _record(link.notice, "hospital.notice_answered_outside", now)
        tell_ward(link.notice, now)


def _live(digest: str, now: datetime, *, lock: bool = False) -> OutsideLink | None:
    """The link, if it works now. One query, whether it ever existed or not."""
    found = OutsideLink.objects.select_related("notice__stay__ward__agency").filter(digest=digest)
    if lock:
        found = found.select_for_update(of=("self",))
    link = found.first()
    return link if link is not None and _works(link, now) else None


def _works(link: OutsideLink, now: datetime) -> bool:
    stay = link.notice.stay
    over = stay.ended is not None and (stay.ending in NOT_HOME or stay.ended + LASTS <= now)
    return link.ended is None and link.notice.withdrawn is None and not over and now < link.until


def _code_digest(link_id: int, code: str) -> str:
    return salted_hmac(
        "lintel.hospital.outside", f"{link_id}:{code}", algorithm="sha256"
    ).hexdigest()


def _record(notice: Notice, verb: str, now: datetime) -> None:
    events.record(
        None,
        verb,
        now=now,
        subject=("stay", notice.stay_id),
        person_id=notice.person_id,
        owner_id=notice.owner_id,
        data={"reference": notice.reference},
    )
