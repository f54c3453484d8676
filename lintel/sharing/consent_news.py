"""Who is told of what happens to consent and to other bases, and who is reminded in time.

For jobs alone, under the role `lintel_system`. Messages carry a link and nothing else; a job that
runs twice tells once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from lintel.kernel import messages
from lintel.kernel.actor import as_system
from lintel.kernel.events import Happened
from lintel.sharing.models import NoLonger, Reminded

BASES = "/other-basis/"
DAY = "/consent/"
NO_LONGER = "/consent/no-longer/"
# Before a consent ends its worker is reminded twice.
FIRST = timedelta(days=30)
SECOND = timedelta(days=7)


def ask_to_authorise(event: Happened) -> None:
    """An other basis was written down: tell those who may authorise it, never its recorder."""
    with as_system():
        found = _rows("SELECT user_id FROM sharing_who_authorises(%s)", int(event.subject_id))
        _tell((user for (user,) in found), BASES, "new", event.at)


def tell_who_lost(event: Happened) -> None:
    """A consent was taken back, or a no took its place: tell who saw something by it, no more."""
    _tell_lost("sharing_who_lost", event)


def tell_who_lost_basis(event: Happened) -> None:
    """An other basis was ended: tell who saw something by it, in the same words as of a consent."""
    _tell_lost("sharing_who_lost_basis", event)


def _tell_lost(function: str, event: Happened) -> None:
    """Tell those whom the function finds.

    The line that they read names neither the person nor what was said, nor whether it was a yes.
    Only those who had opened the record by it are told, and only if nothing else shows them the
    same.
    """
    with as_system():
        found = _rows(
            f"SELECT worker_id, user_id FROM {function}(%s, %s)",
            int(event.subject_id),
            event.actor_worker_id,
        )
        # Several purposes taken back together are told once.
        told = set(
            NoLonger.objects.filter(
                worker__in=[worker for worker, _ in found], at=event.at
            ).values_list("worker_id", flat=True)
        )
        new = [(worker, user) for worker, user in found if worker not in told]
        NoLonger.objects.bulk_create(
            [NoLonger(worker_id=worker, event_id=event.id, at=event.at) for worker, _ in new],
            ignore_conflicts=True,
        )
        _tell((user for _, user in new), NO_LONGER, "new", event.at)


def remind_ending(*, now: datetime) -> int:
    """Remind of consents that end soon, 30 and 7 days before; answers of how many."""
    with as_system():
        found = _rows("SELECT consent_id, until, user_id FROM sharing_ending(%s)", now + FIRST)
        steps = {number: "7" if until <= now + SECOND else "30" for number, until, _ in found}
        reminded = _first_time("consent", steps, now)
        _tell({user for number, _, user in found if number in reminded}, DAY, "due", now)
    return len(reminded)


def remind_untold(*, now: datetime) -> int:
    """Remind the information leads of whom nobody has told, on the day chosen and weekly after."""
    day = timezone.localdate(now)
    with as_system():
        found = _rows("SELECT basis_id, review, user_id FROM sharing_untold(%s)", day)
        steps = {
            number: f"{review.isoformat()} {(day - review).days // 7}"
            for number, review, _ in found
        }
        reminded = _first_time("basis", steps, now)
        _tell({user for number, _, user in found if number in reminded}, BASES, "due", now)
    return len(reminded)


def _first_time(kind: str, steps: dict[int, str], now: datetime) -> set[int]:
    """Those not reminded of at this step before; they are noted as such."""
    done = {
        (number, step)
        for number, step in Reminded.objects.filter(kind=kind, subject_id__in=steps).values_list(
            "subject_id", "step"
        )
    }
    new = {number: step for number, step in steps.items() if (number, step) not in done}
    Reminded.objects.bulk_create(
        [Reminded(kind=kind, subject_id=n, step=step, at=now) for n, step in new.items()],
        ignore_conflicts=True,
    )
    return set(new)


def _tell(users: Iterable[int], link: str, template: str, now: datetime) -> None:
    for user_id in sorted(set(users)):
        messages.queue(to_user_id=user_id, template=template, link=link, now=now)


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())
