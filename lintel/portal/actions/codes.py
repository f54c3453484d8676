"""Codes by e-mail or text message: to sign in with, and to prove that an address is one's own.

The code follows from its row's number and the secret key: nothing that opens a view is kept, and
the job that sends it carries a number. Asking for a code does the same work whether or not
anybody has that address.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.module_loading import import_string

from lintel.agencies.models import User
from lintel.kernel import outbox
from lintel.kernel.actor import Account, as_system
from lintel.kernel.errors import Invalid, NotFound
from lintel.portal.models import Code, Reach
from lintel.portal.states import CODE_LASTS, CODE_TRIES, CodeKind

BAD = {"code": "This code does not work. Check it, or ask for a new one"}
SUBJECT = "Your code"
WORDS = (
    "Your code is {code}. It works for 10 minutes.\n\n"
    "If you did not ask for it, you can forget this message. Do not give the code to anybody.\n"
)
DIGITS = 6


def digits(code_id: UUID) -> str:
    """The six digits that belong to a code's number."""
    made = salted_hmac("lintel.portal.code", str(code_id), algorithm="sha256").hexdigest()
    return f"{int(made, 16) % 10**DIGITS:0{DIGITS}d}"


def offered() -> list[CodeKind]:
    """The ways in which codes are sent here (setting LINTEL_PERSON_CODES)."""
    kinds = [CodeKind(way) for way in settings.LINTEL_PERSON_CODES]
    return [k for k in kinds if k is not CodeKind.SMS or settings.LINTEL_SMS_SENDER]


def tidy(kind: CodeKind, value: str) -> str:
    """An address as it is kept and compared."""
    if kind is CodeKind.EMAIL:
        return value.strip().lower()
    return "".join(sign for sign in value if sign.isdigit() or sign == "+")


def start_sign_in(*, now: datetime, kind: CodeKind, value: str) -> UUID:
    """Ask for a code; it is sent if somebody has that address. With nobody bound."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT portal_reach_of(%s, %s)", [str(kind), tidy(kind, value)])
            (reach_id,) = cursor.fetchone()
        return _new_code(reach_id, now)


def finish_sign_in(*, now: datetime, code_id: UUID, typed: str) -> User:
    """The account whose code was typed. With nobody bound.

    Raises Invalid (code), in the same words for a wrong code, an old one, one that was used or
    tried too often, and one that was never sent.
    """
    if not _right(code_id, typed, now):
        raise Invalid(BAD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_code_account(%s)", [code_id])
        (user_id,) = cursor.fetchone()
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None:
        raise Invalid(BAD)
    return user


def add_reach(account: Account, *, now: datetime, kind: CodeKind, value: str) -> UUID:
    """Have codes sent to an address from now on, once a code that goes there is typed.

    Within `bound_account`. Answers the code's number.
    """
    with transaction.atomic():
        made = Reach.objects.create(
            user_id=account.user_id, kind=kind, value=tidy(kind, value), added=now
        )
        return _new_code(made.pk, now)


def confirm_reach(account: Account, *, now: datetime, code_id: UUID, typed: str) -> None:
    """The code arrived: the address is the account's; an earlier one of its kind ends.

    Within `bound_account`. Raises Invalid (code), also where another view uses the address.
    """
    row = Code.objects.filter(pk=code_id).values("reach_id").first()
    mine = Reach.objects.filter(pk=row["reach_id"] if row else 0, user_id=account.user_id).first()
    if mine is None or not _right(code_id, typed, now):
        raise Invalid(BAD)
    try:
        with transaction.atomic():
            Reach.objects.filter(
                user_id=account.user_id, kind=mine.kind, confirmed__isnull=False, ended__isnull=True
            ).update(ended=now)
            Reach.objects.filter(pk=mine.pk).update(confirmed=now)
    except IntegrityError:
        raise Invalid({"code": "This is used for another page. Use a different one"}) from None


def end_reach(account: Account, *, now: datetime, reach_id: int) -> None:
    """No code is sent there any more. Within `bound_account`. Raises NotFound."""
    mine = Reach.objects.filter(pk=reach_id, user_id=account.user_id, ended__isnull=True)
    if not mine.update(ended=now):
        raise NotFound


def tell_news(account: Account, *, now: datetime, reach_id: int, wanted: bool) -> None:
    """Say whether an e-mail comes when there is an answer to read, or not. Raises NotFound.

    Within `bound_account`. Nobody is written to who didn't ask for it: others may read the e-mail.
    """
    mine = Reach.objects.filter(
        pk=reach_id,
        user_id=account.user_id,
        kind=CodeKind.EMAIL,
        confirmed__isnull=False,
        ended__isnull=True,
    )
    if not mine.update(news=wanted):
        raise NotFound


def send_code(code_id: UUID, *, now: datetime) -> bool:
    """Send a code to where it belongs, if anywhere and still of use; whether it was. For jobs."""
    with as_system():
        row = Code.objects.filter(pk=code_id, used__isnull=True).select_related("reach").first()
    if row is None or row.reach is None or row.expires <= now:
        return False
    words = WORDS.format(code=digits(code_id))
    if row.reach.kind == CodeKind.SMS:
        import_string(settings.LINTEL_SMS_SENDER)(row.reach.value, words)
    else:
        EmailMessage(
            subject=SUBJECT,
            body=words,
            to=[row.reach.value],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
    return True


def _new_code(reach_id: int | None, now: datetime) -> UUID:
    made = Code.objects.create(id=uuid4(), reach_id=reach_id, made=now, expires=now + CODE_LASTS)
    outbox.defer("portal.send_code", code_id=str(made.pk))
    return made.pk


def _right(code_id: UUID, typed: str, now: datetime) -> bool:
    """Whether the code is right and can be used; then it is used up. A wrong one counts."""
    with transaction.atomic():
        row = Code.objects.select_for_update().filter(pk=code_id).first()
        if row is None or row.used or row.expires <= now or row.tries >= CODE_TRIES:
            return False
        plain = "".join(sign for sign in typed if sign.isdigit())
        right = constant_time_compare(plain, digits(code_id)) and row.reach_id is not None
        Code.objects.filter(pk=row.pk).update(tries=row.tries + 1, used=now if right else None)
    return right
