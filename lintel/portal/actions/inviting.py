"""Letters with a code: made by a worker for the person, and by the person for a carer."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from lintel.agencies.models import NO_ADDRESS, User
from lintel.kernel import events
from lintel.kernel.actor import Account, Actor
from lintel.kernel.errors import Invalid, NotFound
from lintel.people import queries as people
from lintel.portal import policy
from lintel.portal.models import Invitation
from lintel.portal.states import LETTER_LASTS
from lintel.sharing.actions import check_categories
from lintel.sharing.states import ViewerKind

# Read from paper and typed on a phone: nothing that looks like another sign. 12 of 29 signs are
# 58 bits, so that a hash without salt or stretching is enough.
SIGNS = "23456789ABCDEFGHJKMNPQRTVWXYZ"
LENGTH = 12
BAD = {"code": "This code does not work. Check each letter. A code works once, for 4 weeks"}


def new_code() -> str:
    """A code as it is printed: three groups of four."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return "-".join(signs[i : i + 4] for i in range(0, LENGTH, 4))


def hash_of(code: str) -> str:
    """What is kept of a code, however it was typed."""
    typed = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(f"lintel.portal:{typed}".encode()).hexdigest()


def make_letter(actor: Actor, *, now: datetime, person_id: int, proved: str) -> str:
    """Make a code with which the person opens their own view; answers it, for this once.

    `proved`: how the letter reaches the person and nobody else. Earlier letters stop working.
    Raises NotFound, Denied and Invalid (proved).
    """
    people.person(actor, person_id)
    policy.make_letter(actor, people.own_categories(actor, person_id, now=now))
    if not proved.strip():
        raise Invalid({"proved": "Say how the letter gets to the person"})
    code = new_code()
    with transaction.atomic():
        Invitation.objects.filter(
            person_id=person_id, kind=ViewerKind.SELF, used__isnull=True, cancelled__isnull=True
        ).update(cancelled=now)
        made = Invitation.objects.create(
            person_id=person_id,
            kind=ViewerKind.SELF,
            code_hash=hash_of(code),
            made=now,
            expires=now + LETTER_LASTS,
            made_by_id=actor.worker_id,
            proved=proved,
        )
        events.record(
            actor,
            "portal.letter_made",
            now=now,
            subject=("invitation", made.pk),
            person_id=person_id,
            owner_id=actor.agency_id,
        )
    return code


def cancel_letter(actor: Actor, *, now: datetime, person_id: int) -> None:
    """The letters that were not used yet work no longer. Raises NotFound, Denied."""
    people.person(actor, person_id)
    policy.make_letter(actor, people.own_categories(actor, person_id, now=now))
    with transaction.atomic():
        Invitation.objects.filter(
            person_id=person_id, kind=ViewerKind.SELF, used__isnull=True, cancelled__isnull=True
        ).update(cancelled=now)
        events.record(
            actor,
            "portal.letter_cancelled",
            now=now,
            subject=("person", person_id),
            person_id=person_id,
            owner_id=actor.agency_id,
        )


def let_look(
    account: Account,
    *,
    now: datetime,
    kind: ViewerKind,
    relation: str,
    categories: Collection[int],
    until: datetime | None,
) -> str:
    """The person lets somebody look; answers the code to give to them, for this once.

    Raises Denied for anybody but the person, and Invalid (relation, categories, until).
    """
    policy.only_self(account)
    wrong: dict[str, str] = {}
    if not relation.strip():
        wrong["relation"] = "Say who they are"
    if until is not None and until <= now:
        wrong["until"] = "The last day must be in the future"
    if wrong or kind == ViewerKind.SELF:
        raise Invalid(wrong or {"kind": "Choose who they are"})
    code = new_code()
    with transaction.atomic():
        made = Invitation.objects.create(
            person_id=account.person_id,
            kind=kind,
            categories=check_categories(categories),
            relation=relation,
            until=until,
            code_hash=hash_of(code),
            made=now,
            expires=min(filter(None, (now + LETTER_LASTS, until))),
            made_by_account_id=account.user_id,
        )
        events.record(
            None,
            "portal.let_look",
            now=now,
            subject=("invitation", made.pk),
            person_id=account.person_id,
            data={"account": account.user_id, "categories": list(made.categories)},
        )
    return code


def cancel_own_invitation(account: Account, *, now: datetime, invitation_id: int) -> None:
    """A code that nobody has used yet works no longer. Raises NotFound, and Denied for others."""
    policy.only_self(account)
    waiting = Invitation.objects.filter(
        pk=invitation_id,
        person_id=account.person_id,
        used__isnull=True,
        cancelled__isnull=True,
    ).exclude(kind=ViewerKind.SELF)
    if not waiting.update(cancelled=now):
        raise NotFound


def redeem(*, now: datetime, code: str, user: User | None) -> User:
    """Open a view with a letter's code; answers the account to sign in, a new one for nobody.

    Called with nobody bound. Raises Invalid (code), the same for a code that never was, is old,
    was used, or is not for this account: nothing says whether anybody exists.
    """
    with transaction.atomic():
        if user is None:
            user = User.objects.create_user(secrets.token_hex(16) + NO_ADDRESS)
        with connection.cursor() as cursor:
            cursor.execute("SELECT portal_redeem(%s, %s)", [hash_of(code), user.pk])
            (person_id,) = cursor.fetchone()
        if person_id is None:
            raise Invalid(BAD)
        events.record(
            None,
            "portal.opened",
            now=now,
            subject=("account", user.pk),
            person_id=person_id,
        )
    return user
