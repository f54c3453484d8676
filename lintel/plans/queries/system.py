"""Reads of the circle for jobs, past any one's sight."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet

from lintel.agencies.models import Worker
from lintel.kernel.actor import as_system
from lintel.kernel.models import Message
from lintel.plans.models import CircleMember, IfThingsGoWrong


def circles_of(
    person_id: int, *, worker_id: int | None = None, agency_ids: Collection[int] = ()
) -> set[uuid.UUID]:
    """The person's circles that the worker, or one of the agencies, is in. For jobs."""
    with as_system():
        found = CircleMember.objects.filter(
            Q(worker_id=worker_id) | Q(owner_id__in=agency_ids),
            person_id=person_id,
            left__isnull=True,
            accepted__isnull=False,
        )
        return set(found.values_list("circle", flat=True))


def members_for_system(
    person_id: int, circles: Collection[uuid.UUID], *, at: dt.datetime | None = None
) -> list[tuple[int, int, int]]:
    """All in these circles now: (worker, user, agency) numbers. For jobs: past any one's sight.

    With `at`, those only who were in them at that moment already.

    Never those of all the person's circles: who gathered another must not learn of it.
    """
    with as_system():
        found = CircleMember.objects.filter(
            person_id=person_id, circle__in=circles, left__isnull=True, accepted__isnull=False
        )
        if at is not None:
            found = found.filter(accepted__lte=at)
        members = dict(found.values_list("worker_id", "owner_id"))
        users = Worker.objects.filter(pk__in=members, left_on__isnull=True)
        return [(w, user, members[w]) for w, user in users.values_list("pk", "user_id")]


def users_of(worker_ids: Collection[int]) -> set[int]:
    """The accounts of those of these workers who haven't left. For jobs."""
    found = Worker.objects.filter(pk__in=worker_ids, left_on__isnull=True)
    return set(found.values_list("user_id", flat=True))


def told_already(link: str, at: dt.datetime) -> set[int]:
    """The users to whom a message with this link was queued at this very moment. For jobs."""
    with as_system():
        found = Message.objects.filter(link=link, created=at)
        return set(found.values_list("to_user_id", flat=True))


def copies_of(row: IfThingsGoWrong) -> QuerySet[IfThingsGoWrong]:
    """A line of who to contact, as each agency holds it."""
    return IfThingsGoWrong.objects.filter(
        person_id=row.person_id,
        written_by_id=row.written_by_id,
        written=row.written,
        circumstances=row.circumstances,
        contact_words=row.contact_words,
    )
