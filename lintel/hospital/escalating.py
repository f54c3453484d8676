"""Notices without an answer while discharge draws near: told before it happens, and once.

For the periodic job only. Each notice is a transaction of its own under the system role. The
desk's own clocks climb besides (`lintel.requests.climbing`); this tells the ward's side too, and
of councils outside.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.states import Role, TeamRole
from lintel.hospital import notice_kind
from lintel.hospital.models import Answer, Notice
from lintel.kernel import events, messages
from lintel.kernel.actor import as_system
from lintel.requests import queries as requests
from lintel.requests.tell import in_post

# Further off than any two working days, so that few need their working days counted.
LOOK_AHEAD = timedelta(days=14)


def escalate(*, now: datetime) -> int:
    """Tell of every notice that has no answer two working days before discharge; how many."""
    with as_system():
        near = [
            notice.pk
            for notice in _unanswered().filter(expected__lte=timezone.localdate(now) + LOOK_AHEAD)
            if _is_time(notice, now)
        ]
    return sum(_one(key, now) for key in near)


def _unanswered() -> QuerySet[Notice]:
    reference = OuterRef("reference")
    return Notice.objects.filter(
        withdrawn__isnull=True, escalated__isnull=True, stay__ended__isnull=True
    ).exclude(
        Q(Exists(Answer.objects.filter(reference=reference))) | Q(requests.decided(reference))
    )


def _is_time(notice: Notice, now: datetime) -> bool:
    latest = notice_kind.latest({"discharge": notice.expected.isoformat()})
    return latest is not None and latest <= now


def _one(key: int, now: datetime) -> bool:
    with as_system():
        # Answered, withdrawn or told by another process meanwhile: nothing is told.
        if not _unanswered().filter(pk=key).exists() or not Notice.objects.filter(
            pk=key, escalated__isnull=True
        ).update(escalated=now):
            return False
        notice = Notice.objects.select_related("stay").get(pk=key)
        _tell(notice, now)
        events.record(
            None,
            "hospital.notice_escalated",
            now=now,
            subject=("stay", notice.stay_id),
            person_id=notice.person_id,
            owner_id=notice.owner_id,
            data={"reference": notice.reference},
        )
    return True


def _tell(notice: Notice, now: datetime) -> None:
    stay = notice.stay
    ward = f"/hospital/notices/{notice.reference}/"
    links: dict[int, str] = {}
    leads = in_post(now).filter(
        roles_held__role=Role.PARTNERSHIP_LEAD, roles_held__valid__contains=now
    )
    # Only that something is overdue: the partnership lead sees no stay.
    for worker in leads:
        links[worker.user_id] = "/"
    if notice.to_team_id is not None:
        for worker in _leads(notice.to_team_id, now):
            links[worker.user_id] = f"/requests/desk/{notice.reference}/"
    keys = [key for key in (stay.housing_worker_id, notice.sent_by_id) if key is not None]
    for worker in [*in_post(now).filter(pk__in=keys), *_leads(stay.ward_id, now)]:
        links[worker.user_id] = ward
    for user_id, link in sorted(links.items()):
        messages.queue(to_user_id=user_id, template="due", link=link, now=now)


def _leads(team_id: int, now: datetime) -> QuerySet[Worker]:
    return (
        in_post(now)
        .filter(
            memberships__team_id=team_id,
            memberships__role=TeamRole.LEAD,
            memberships__valid__contains=now,
        )
        .distinct()
    )
