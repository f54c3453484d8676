"""The daily round: entries that nobody checks are put before who answers for them, and upwards.

For the periodic job. Days are derived from the last check and nothing is marked: an entry is due
`REMIND_BEFORE_DAYS` before it is stale, again on the day, then once a week to the next step of the
chain of responsibility (`queries.responsibility`) until somebody checks it. One message a worker
and round, with a link to the list and no more. A second run on the same day tells nobody twice.
"""

from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from lintel.directory.models import Service
from lintel.directory.queries.own_list import STALE_ON
from lintel.directory.queries.responsibility import chains
from lintel.directory.states import REMIND_BEFORE_DAYS, ServiceState
from lintel.kernel import messages
from lintel.kernel.actor import as_system

CLIMB_EVERY_DAYS = 7
AT_ONCE = 500
LIST = "/directory/mine/"


def step_of(stale_on: date, today: date) -> int:
    """Which step of the chain is told: 0 until a week after it went stale, then one a week."""
    return max(0, (today - stale_on).days) // CLIMB_EVERY_DAYS


def told_since(stale_on: date, today: date) -> date:
    """The day since which the present telling is due: the reminder's, or that of the step."""
    if today < stale_on:
        return stale_on - timedelta(days=REMIND_BEFORE_DAYS)
    return stale_on + timedelta(days=CLIMB_EVERY_DAYS * step_of(stale_on, today))


def remind(*, now: datetime) -> int:
    """Tell those who answer for entries that are due or stale; how many entries it was about.

    Each five hundred entries are a transaction of their own under the system role: what a broken
    run had done isn't told again by the next.
    """
    done, last = 0, None
    while True:
        with as_system():
            found = _due(timezone.localdate(now), last)
            done += _tell(found, now)
        if len(found) < AT_ONCE:
            return done
        last = found[-1].pk


def _due(today: date, last: object) -> list[Service]:
    """The next entries whose check is near or late, locked, in the order of their numbers."""
    near = today + timedelta(days=REMIND_BEFORE_DAYS)
    found = (
        Service.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("organisation", "team", "owner")
        .annotate(stale_on=STALE_ON)
        .filter(state=ServiceState.PUBLISHED, feed=None, stale_on__lte=near)
        .exclude(reminded_on__gte=today)
        .order_by(F("pk"))
    )
    return list((found.filter(pk__gt=last) if last else found)[:AT_ONCE])


def _tell(services: list[Service], now: datetime) -> int:
    today = timezone.localdate(now)
    to_tell = [one for one in services if _is_to_tell(one, today)]
    holders = chains(to_tell, now)
    late: dict[int, bool] = {}
    reminded = []
    for service in to_tell:
        chain = holders[service.pk]
        if not chain:
            continue
        stale_on = _stale_on(service)
        for holder in chain[min(step_of(stale_on, today), len(chain) - 1)]:
            late[holder.user_id] = late.get(holder.user_id, False) or stale_on <= today
        service.reminded_on = today
        reminded.append(service)
    Service.objects.bulk_update(reminded, ["reminded_on"])
    for user_id, is_late in sorted(late.items()):
        template = "overdue" if is_late else "due"
        messages.queue(to_user_id=user_id, template=template, link=LIST, now=now)
    return len(reminded)


def _is_to_tell(service: Service, today: date) -> bool:
    since = told_since(_stale_on(service), today)
    return service.reminded_on is None or service.reminded_on < since


def _stale_on(service: Service) -> date:
    since = service.checked_on or timezone.localdate(service.modified)
    return since + timedelta(days=service.check_every_days)
