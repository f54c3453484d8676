"""The circle and what was agreed, for the person's own view: each takes the account that looks.

Called inside `lintel.kernel.actor.bound_account`: row security says what is found.
"""

import datetime as dt
from dataclasses import dataclass

from lintel.kernel.actor import Account
from lintel.plans.models import CircleMember, IfThingsGoWrong


@dataclass(frozen=True, slots=True)
class InMyCircle:
    """Somebody in the person's circle, and what was agreed with them."""

    worker_id: int
    name: str
    job_title: str
    agency: str
    role_words: str
    reach_words: str
    agreed_words: str
    joined: dt.datetime


@dataclass(frozen=True, slots=True)
class MyContact:
    """Whom to contact in which circumstances."""

    circumstances: str
    contact: str
    agency: str
    written: dt.datetime


def own_circle(account: Account, *, now: dt.datetime) -> list[InMyCircle]:
    """Who is in the person's circle now, each once, the longest there first."""
    found = (
        CircleMember.objects.filter(
            person_id=account.person_id, left__isnull=True, accepted__isnull=False
        )
        .select_related("worker", "owner")
        .only(
            "role_words",
            "reach_words",
            "agreed_words",
            "accepted",
            "owner",
            "worker__id",
            "worker__name",
            "worker__job_title",
            "worker__left_on",
        )
        .order_by("accepted", "id")
    )
    today = now.date()
    once: dict[int, InMyCircle] = {}
    for m in found:
        if m.worker.left_on is not None and m.worker.left_on <= today:
            continue
        once.setdefault(
            m.worker_id,
            InMyCircle(
                worker_id=m.worker_id,
                name=m.worker.name,
                job_title=m.worker.job_title,
                agency=m.owner.name,
                role_words=m.role_words,
                reach_words=m.reach_words,
                agreed_words=m.agreed_words,
                joined=m.accepted or now,
            ),
        )
    return list(once.values())


def own_if_wrong(account: Account) -> list[MyContact]:
    """Who to contact in which circumstances, newest first; each once, though many hold a copy."""
    found = (
        IfThingsGoWrong.objects.filter(person_id=account.person_id, ended__isnull=True)
        .select_related("owner")
        .order_by("-written", "id")
    )
    views: dict[tuple[str, str], MyContact] = {}
    for row in found:
        view = MyContact(row.circumstances, row.contact_words, row.owner.name, row.written)
        views.setdefault((row.circumstances, row.contact_words), view)
    return list(views.values())
