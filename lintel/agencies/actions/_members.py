"""Who belongs to a team, from when to when, and who leads it."""

from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from lintel.agencies import policy, queries
from lintel.agencies.actions._teams import locked_team
from lintel.agencies.models import LinkWorker, Membership, Team
from lintel.agencies.states import TeamRole
from lintel.kernel import events, messages
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid

FARTHEST = timedelta(days=366)
LAST_LEAD = "Nobody else leads this team from that day. Name another lead first."
LINKS = "They are the team’s link worker. End or hand over the link work first."
END = """
UPDATE agencies_membership SET valid = tstzrange(lower(valid), %s)
WHERE team_id = %s AND worker_id = %s AND (upper_inf(valid) OR upper(valid) > %s)
  AND (%s = '' OR role = %s)
"""


def add_member(
    actor: Actor,
    *,
    team_id: int,
    worker_id: int,
    role: str,
    first: date,
    last: date | None,
    now: datetime,
) -> None:
    """A worker of the agency belongs to a team from the first day to the last (None: no end).

    Both days included; today means now. For the team's lead and managers of its agency, and for
    nobody themselves. Raises NotFound, Denied, Invalid.
    """
    with transaction.atomic():
        team = locked_team(team_id, now)
        policy.keep_members(actor, team, worker_id)
        errors = {}
        worker = queries.in_post(now).filter(pk=worker_id, agency_id=team.agency_id).first()
        if worker is None:
            errors["worker_id"] = "Choose a worker of the agency who is in post"
        if role not in TeamRole.values:
            errors["role"] = "Choose a part in the team"
        check_days(errors, first, last, now)
        valid = DateTimeTZRange(begins(first, now), ends(last))
        held = Membership.objects.filter(team=team, worker_id=worker_id, role=role)
        if not errors and held.filter(valid__overlap=valid).exists():
            errors["worker_id"] = "They have this part in the team already"
        if errors or worker is None:
            raise Invalid(errors)
        Membership.objects.create(team=team, worker=worker, role=role, valid=valid)
        _happened(actor, "agencies.member_added", team, worker_id, now, {"role": role})
        _tell(team, worker.user_id, now)


def end_member(
    actor: Actor, *, team_id: int, worker_id: int, on: date, now: datetime, role: str = ""
) -> None:
    """A worker belongs to a team no more from the day `on`; today means now.

    `role`: only this part ends, for example the duty. Raises NotFound, Denied, Invalid, and
    Conflict: the only lead, or a link worker who would belong to the team no more.
    """
    with transaction.atomic():
        team = locked_team(team_id, now)
        policy.keep_members(actor, team, worker_id)
        errors: dict[str, str] = {}
        check_days(errors, on, None, now, "on")
        moment = begins(on, now) if not errors else now
        held = Membership.objects.filter(
            team=team, worker_id=worker_id, valid__contains=moment
        ).select_related("worker")
        every = list(held)
        rows = [one for one in every if not role or one.role == role]
        goes = len(rows) == len(every)
        if not rows:
            errors["worker_id"] = "They are not in the team on that day"
        if errors:
            raise Invalid(errors)
        leads = Membership.objects.filter(team=team, role=TeamRole.LEAD, valid__contains=moment)
        if any(one.role == TeamRole.LEAD for one in rows) and not (
            leads.exclude(worker_id=worker_id).exists()
        ):
            raise Conflict(LAST_LEAD)
        links = LinkWorker.objects.filter(team=team, worker_id=worker_id, valid__contains=moment)
        if goes and links.exists():
            raise Conflict(LINKS)
        with connection.cursor() as cursor:
            # What would only begin later doesn't.
            cursor.execute(
                "DELETE FROM agencies_membership WHERE team_id = %s AND worker_id = %s"
                " AND lower(valid) >= %s AND (%s = '' OR role = %s)",
                [team.pk, worker_id, moment, role, role],
            )
            cursor.execute(END, [moment, team.pk, worker_id, moment, role, role])
        _happened(actor, "agencies.member_ended", team, worker_id, now, {"on": on, "role": role})
        _tell(team, rows[0].worker.user_id, now)


def check_days(
    errors: dict[str, str], first: date, last: date | None, now: datetime, name: str = "first"
) -> None:
    """Note what is wrong with the days: from today, within a year, the last not before."""
    today = timezone.localdate(now)
    if first < today:
        errors[name] = "Choose today or a day after"
    elif first - today > FARTHEST:
        errors[name] = "Choose a day within a year"
    if last is not None and last < first:
        errors["last"] = "The last day is before the first"


def begins(day: date, now: datetime) -> datetime:
    """When a day begins; now, for today."""
    return max(timezone.make_aware(datetime.combine(day, time.min)), now)


def ends(last: date | None) -> datetime | None:
    """When a last day is over."""
    if last is None:
        return None
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def _happened(
    actor: Actor, verb: str, team: Team, worker_id: int, now: datetime, data: dict[str, object]
) -> None:
    events.record(
        actor,
        verb,
        now=now,
        subject=("worker", worker_id),
        owner_id=team.agency_id,
        data={"team": team.pk, **data},
    )


def _tell(team: Team, user_id: int, now: datetime) -> None:
    """The worker, and the leads of the team: nobody joins a desk unseen."""
    leads = Membership.objects.filter(team=team, role=TeamRole.LEAD, valid__contains=now)
    link = f"/teams/{team.slug}/" if len(team.slug) <= 40 else "/teams/"
    for one in sorted({user_id, *leads.values_list("worker__user_id", flat=True)}):
        messages.queue(to_user_id=one, template="new", link=link, now=now)
