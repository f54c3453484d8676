"""Teams are opened, renamed, closed; their members and link workers go from one to another.

Who goes where when a whole team is reorganised is planned in `lintel.config.reorganising`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from lintel.agencies import policy
from lintel.agencies.models import LinkWorker, Membership, Team
from lintel.agencies.states import TeamRole
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound

# What is left of a place in a team goes on in the other, less what is held there already.
MOVE_MEMBERS = """
INSERT INTO agencies_membership (worker_id, team_id, role, valid)
SELECT m.worker_id, %(to)s, m.role, part
FROM (
  SELECT worker_id, CASE WHEN role = 'lead' AND NOT %(leads)s THEN 'member' ELSE role END AS role,
         range_agg(valid * tstzrange(%(now)s, NULL)) AS valid
  FROM agencies_membership
  WHERE team_id = %(from)s AND worker_id = ANY (%(workers)s) AND valid && tstzrange(%(now)s, NULL)
  GROUP BY 1, 2
) m
CROSS JOIN LATERAL unnest(m.valid - coalesce((
  SELECT range_agg(held.valid) FROM agencies_membership held
  WHERE held.team_id = %(to)s AND held.worker_id = m.worker_id AND held.role = m.role
), '{}'::tstzmultirange)) AS part
"""
MOVE_LINKS = """
INSERT INTO agencies_linkworker (worker_id, team_id, towards, covers, away, cover_id, valid)
SELECT l.worker_id, %(to)s, l.towards, l.covers, l.away, l.cover_id,
       l.valid * tstzrange(%(now)s, NULL)
FROM agencies_linkworker l
WHERE l.team_id = %(from)s AND l.worker_id = ANY (%(workers)s)
  AND l.valid && tstzrange(%(now)s, NULL)
  AND NOT EXISTS (SELECT 1 FROM agencies_linkworker o WHERE o.team_id = %(to)s
                  AND o.worker_id = l.worker_id AND o.towards = l.towards AND o.valid && l.valid)
"""
END = """
UPDATE {table} SET valid = tstzrange(lower(valid), %(now)s)
WHERE team_id = %(from)s AND worker_id = ANY (%(workers)s) AND valid @> %(now)s
  AND lower(valid) IS DISTINCT FROM %(now)s
"""
DROP = """
DELETE FROM {table} WHERE team_id = %(from)s AND worker_id = ANY (%(workers)s)
  AND lower(valid) >= %(now)s
"""


def open_team(
    actor: Actor,
    *,
    like: Team,
    name: str,
    phone: str,
    email: str,
    now: datetime,
) -> Team:
    """A new team beside another, of its agency and kind. Raises Denied, Invalid."""
    policy.reorganise(actor, like)
    _check(like.agency_id, name, email)
    with transaction.atomic():
        team = Team.objects.create(
            agency_id=like.agency_id,
            name=name.strip(),
            slug=_slug(name),
            kind=like.kind,
            phone=phone.strip(),
            email=email.strip(),
            takes_requests=like.takes_requests,
        )
        _happened(actor, "agencies.team_opened", team, now, {"beside": like.pk})
    return team


def change_team(
    actor: Actor,
    *,
    team_id: int,
    name: str,
    phone: str,
    email: str,
    description: str,
    now: datetime,
) -> Team:
    """Rename a team, or say where it is reached now. Its address in Lintel stays.

    Raises NotFound, Denied, Invalid.
    """
    with transaction.atomic():
        team = locked_team(team_id, now)
        policy.reorganise(actor, team)
        _check(team.agency_id, name, email, but=team.pk)
        before = {"name": team.name, "phone": team.phone, "email": team.email}
        team.name, team.phone = name.strip(), phone.strip()
        team.email, team.description = email.strip(), description.strip()
        team.save(update_fields=["name", "phone", "email", "description"])
        _happened(actor, "agencies.team_changed", team, now, {"before": before})
    return team


def move_members(
    actor: Actor,
    *,
    from_team: Team,
    to_team: Team,
    worker_ids: Collection[int],
    as_leads: bool,
    now: datetime,
) -> None:
    """Their places and link work in one team end now, and go on in the other.

    `as_leads`: who led goes on to lead; else they are members there. Raises Denied.
    """
    policy.reorganise(actor, from_team)
    values: dict[str, Any] = {
        "from": from_team.pk,
        "to": to_team.pk,
        "workers": sorted(worker_ids),
        "leads": as_leads,
        "now": now,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(MOVE_MEMBERS, values)
            cursor.execute(MOVE_LINKS, values)
            for table in (Membership._meta.db_table, LinkWorker._meta.db_table):
                cursor.execute(DROP.format(table=table), values)
                cursor.execute(END.format(table=table), values)
        for worker_id in values["workers"]:
            events.record(
                actor,
                "agencies.member_moved",
                now=now,
                subject=("worker", worker_id),
                owner_id=from_team.agency_id,
                data={"from": from_team.pk, "to": to_team.pk},
            )


def close_team(actor: Actor, *, team: Team, now: datetime) -> None:
    """A team is no more from today on. Raises Denied, and Conflict while somebody works in it."""
    policy.reorganise(actor, team)
    with transaction.atomic():
        if Membership.objects.filter(team=team, valid__endswith__isnull=True).exists():
            raise Conflict("Somebody still works in this team.")
        team.closed_on = timezone.localdate(now)
        team.save(update_fields=["closed_on"])
        _happened(actor, "agencies.team_closed", team, now, {})


def name_lead(
    actor: Actor, *, team: Team, worker_id: int, now: datetime, split_from: Team | None = None
) -> None:
    """Make a member the lead of the team, of a new one for who leads the team that it comes from.

    Raises Denied, Invalid.
    """
    policy.reorganise(actor, split_from or team)
    held = Membership.objects.filter(team=team, worker_id=worker_id, valid__contains=now)
    if not held.exists():
        raise Invalid({"lead": "Choose somebody of the team"})
    if held.filter(role=TeamRole.LEAD).exists():
        return
    with transaction.atomic():
        Membership.objects.create(
            team=team, worker_id=worker_id, role=TeamRole.LEAD, valid=(now, None)
        )
        _happened(actor, "agencies.team_lead_named", team, now, {"worker": worker_id})


def locked_team(team_id: int, now: datetime) -> Team:
    """An open team, locked. Raises NotFound."""
    team = (
        Team.objects.select_for_update(of=("self",))
        .select_related("agency")
        .filter(pk=team_id)
        .exclude(closed_on__lte=timezone.localdate(now))
        .first()
    )
    if team is None:
        raise NotFound
    return team


def _check(agency_id: int, name: str, email: str, *, but: int = 0) -> None:
    errors = {}
    same = Team.objects.filter(agency_id=agency_id, name__iexact=name.strip(), closed_on=None)
    if not name.strip():
        errors["name"] = "Enter the team’s name"
    elif same.exclude(pk=but).exists():
        errors["name"] = "The agency has a team of this name already"
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            errors["email"] = "Enter an e-mail address, like team@example.org"
    if errors:
        raise Invalid(errors)


def _slug(name: str) -> str:
    base = slugify(name)[:36] or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, 1000) if f"{base}-{n}" not in taken)


def _happened(actor: Actor, verb: str, team: Team, now: datetime, data: dict[str, object]) -> None:
    events.record(
        actor, verb, now=now, subject=("team", team.pk), owner_id=team.agency_id, data=data
    )
