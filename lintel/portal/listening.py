"""Who is told of what a person asked or said; and who, when nobody answers in time.

Runs in jobs, as the system: a message holds a link and nothing about anybody.
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.agencies.queries import in_post, information_leads
from lintel.agencies.states import TeamRole
from lintel.kernel import messages
from lintel.kernel.actor import as_system
from lintel.kernel.events import Happened
from lintel.portal.models import Ask, Remark
from lintel.portal.queries import has_own_view, news_address

SUBSCRIPTIONS = {
    "portal.asked": "tell_asked",
    "portal.remarked": "tell_remarked",
    "portal.ask_answered": "tell_answered",
    "portal.remark_answered": "tell_answered",
    "records.answered": "tell_answered",
}
ASKED = "/asked/"
# Where it says less than the page of the answer would.
OWN_VIEW = "/me/"
AT_ONCE = 500


def tell_asked(event: Happened) -> None:
    """Tell the team that was asked. A repeat may send a message twice, which does no harm."""
    now = timezone.now()
    team_id = int(event.data["team"])
    users = in_post(now).filter(memberships__team_id=team_id, memberships__valid__contains=now)
    found = sorted(set(users.values_list("user_id", flat=True)))
    with as_system():
        for user_id in found:
            messages.queue(to_user_id=user_id, template="new", link=ASKED, now=now)


def tell_remarked(event: Happened) -> None:
    """Tell who wrote the entry; of a fact, those of the agency who work with the person.

    The information leads where there is nobody.
    """
    now = timezone.now()
    owner_id = event.owner_id or 0
    link = f"/people/{event.person_id}/"
    if writer_id := event.data.get("writer"):
        writer = in_post(now).filter(pk=int(writer_id), agency_id=owner_id)
        told = list(writer.values_list("user_id", flat=True))
    else:
        told = _answerers(int(event.subject_id), now)
    if not told:
        told, link = [lead.user_id for lead in information_leads(owner_id, now)], "/"
    with as_system():
        for user_id in told:
            messages.queue(to_user_id=user_id, template="new", link=link, now=now)


def _answerers(remark_id: int, now: datetime) -> list[int]:
    """The accounts of those of the agency who work with the person and may read what was said."""
    with as_system():
        one = Remark.objects.filter(pk=remark_id).first()
        if one is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT user_id FROM remark_answerers(%s, %s, %s, %s) ORDER BY user_id",
                [one.person_id, one.owner_id, one.category, now],
            )
            return [row[0] for row in cursor.fetchall()]


def tell_answered(event: Happened) -> None:
    """Tell whoever asked that there is an answer, if they want an e-mail and may still look."""
    now = timezone.now()
    user_id = int(event.data["account"])
    with as_system():
        wanted = news_address(user_id) is not None
    if wanted and has_own_view(user_id, now=now):
        with as_system():
            messages.queue(to_user_id=user_id, template="answered", link=OWN_VIEW, now=now)


def climb(*, now: datetime) -> int:
    """Tell those who lead of what nobody answered in time, once each; how many that were."""
    asks, remarks = _late(now)
    for ask in asks:
        leads = in_post(now).filter(
            memberships__team_id=ask.team_id,
            memberships__role=TeamRole.LEAD,
            memberships__valid__contains=now,
        )
        _overdue(Ask, ask.pk, list(leads.distinct()), ASKED, now)
    for remark in remarks:
        link = f"/people/{remark.person_id}/"
        _overdue(Remark, remark.pk, information_leads(remark.owner_id, now), link, now)
    return len(asks) + len(remarks)


def _late(now: datetime) -> tuple[list[Ask], list[Remark]]:
    waiting = {"answered__isnull": True, "climbed__isnull": True, "due__lte": now}
    with as_system():
        return (
            list(Ask.objects.filter(**waiting).order_by("due")[:AT_ONCE]),
            list(Remark.objects.filter(**waiting).order_by("due")[:AT_ONCE]),
        )


def _overdue(
    kind: type[Ask] | type[Remark], number: int, told: list[Worker], link: str, now: datetime
) -> None:
    with as_system():
        if kind.objects.filter(pk=number, climbed__isnull=True).update(climbed=now):
            for worker in told:
                messages.queue(to_user_id=worker.user_id, template="overdue", link=link, now=now)
