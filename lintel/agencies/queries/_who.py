"""Who acts: the worker behind an account, in post, with teams and roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet
from django.utils import timezone

from lintel.agencies.models import RoleHeld, User, Worker
from lintel.agencies.states import Role
from lintel.kernel.actor import Actor

GUESS_WINDOW = timedelta(minutes=10)

# One statement for all that every page needs to know of who asks: it runs once a request.
SIGNED_IN_SQL = """
SELECT w.id, w.user_id, w.agency_id, w.name, w.job_title, a.name,
  ARRAY(SELECT DISTINCT m.team_id FROM agencies_membership m
        WHERE m.worker_id = w.id AND m.valid @> %(now)s),
  ARRAY(SELECT DISTINCT m.team_id FROM agencies_membership m
        WHERE m.worker_id = w.id AND m.role = 'lead' AND m.valid @> %(now)s),
  ARRAY(SELECT DISTINCT r.role FROM agencies_roleheld r
        WHERE r.worker_id = w.id AND r.valid @> %(now)s),
  EXISTS (SELECT 1 FROM mfa_authenticator f
          WHERE f.user_id = w.user_id AND f.type IN ('totp', 'webauthn')),
  coalesce((SELECT g.count FROM agencies_guess g
            WHERE g.worker_id = w.id AND g.began > %(window)s), 0),
  ARRAY(SELECT DISTINCT t.kind FROM agencies_membership m JOIN agencies_team t ON t.id = m.team_id
        WHERE m.worker_id = w.id AND m.valid @> %(now)s),
  coalesce(w.loop @> %(now)s::timestamptz, false)
FROM agencies_worker w
JOIN agencies_user u ON u.id = w.user_id
JOIN agencies_agency a ON a.id = w.agency_id
WHERE {which} AND u.is_active AND (w.left_on IS NULL OR w.left_on > %(today)s)
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks: the actor, the words for the page's header, and what sign-in must know."""

    actor: Actor
    job_title: str
    agency_name: str
    has_second_factor: bool
    guesses: int
    team_kinds: frozenset[str]
    in_loop: bool


def signed_in(user_id: int, now: datetime) -> SignedIn | None:
    """The worker behind an account, or None: no worker, not active, or no longer in post.

    `left_on` is the first day out of post. `guesses` counts since at most ten minutes ago.
    """
    return _signed_in("w.user_id = %(id)s", user_id, now)


def actor_for(user: User, now: datetime) -> Actor | None:
    """The actor behind an account, with the memberships and roles held at `now`; one query.

    None for an account with no worker, a closed account, and a worker who has left. Membership
    doesn't need the confidentiality loop here: what needs it is decided by row security.
    """
    if user.pk is None:
        return None
    found = signed_in(user.pk, now)
    return found.actor if found else None


def actor_of_worker(worker_id: int, now: datetime) -> Actor | None:
    """The actor for a worker's own number; None as for `actor_for`. For jobs and tokens."""
    found = _signed_in("w.id = %(id)s", worker_id, now)
    return found.actor if found else None


def _signed_in(which: str, number: int, now: datetime) -> SignedIn | None:
    values: dict[str, int | date | datetime] = {
        "id": number,
        "now": now,
        "window": now - GUESS_WINDOW,
        "today": timezone.localdate(now),
    }
    with connection.cursor() as cursor:
        cursor.execute(SIGNED_IN_SQL.format(which=which), values)
        row: Sequence[Any] | None = cursor.fetchone()
    if row is None:
        return None
    actor = Actor(
        worker_id=row[0],
        user_id=row[1],
        agency_id=row[2],
        name=row[3],
        team_ids=frozenset(row[6]),
        lead_team_ids=frozenset(row[7]),
        roles=frozenset(row[8]),
    )
    return SignedIn(
        actor,
        row[4],
        row[5],
        has_second_factor=row[9],
        guesses=row[10],
        team_kinds=frozenset(row[11]),
        in_loop=row[12],
    )


def in_post(now: datetime) -> QuerySet[Worker]:
    """Workers who haven't left, with an open account; a queryset for other reads to narrow."""
    return Worker.objects.filter(user__is_active=True).exclude(left_on__lte=timezone.localdate(now))


def address_of(user_id: int) -> str | None:
    """Where to write to a worker; None for somebody who has left, and for who is none."""
    return (
        in_post(timezone.now())
        .filter(user_id=user_id)
        .values_list("user__email", flat=True)
        .first()
    )


def information_leads(agency_id: int, now: datetime) -> list[Worker]:
    """The information leads of an agency who are in post at `now`."""
    return list(
        in_post(now)
        .filter(
            agency_id=agency_id,
            roles_held__role=Role.INFORMATION_LEAD,
            roles_held__valid__contains=now,
        )
        .distinct()
    )


def information_leads_on(agency_id: int, on: date, moment: datetime) -> QuerySet[Worker]:
    """Who is an information lead of an agency at a moment on a day, and still in post then."""
    return (
        Worker.objects.filter(
            user__is_active=True,
            agency_id=agency_id,
            roles_held__role=Role.INFORMATION_LEAD,
            roles_held__valid__contains=moment,
        )
        .exclude(left_on__lte=on)
        .distinct()
    )


def information_lead_places(agency_id: int, now: datetime) -> list[RoleHeld]:
    """The times of an agency's information leads that haven't ended, those to come too."""
    return list(
        RoleHeld.objects.filter(
            role=Role.INFORMATION_LEAD,
            worker__in=in_post(now).filter(agency_id=agency_id).values("pk"),
        )
        .filter(Q(valid__endswith=None) | Q(valid__endswith__gt=now))
        .select_related("worker")
        .order_by("worker__name", "id")
    )


def only_information_lead(worker_id: int, on: date) -> list[str]:
    """A sentence where the agency has no other information lead once the worker is gone.

    `on` is the first day out of post: who is named in the course of it takes over.
    """
    start = timezone.make_aware(datetime.combine(on, time.min))
    held = RoleHeld.objects.filter(
        worker_id=worker_id, role=Role.INFORMATION_LEAD, valid__overlap=DateTimeTZRange(start, None)
    ).select_related("worker__agency")
    return [
        f"{one.worker.agency.name} has no other information lead: a manager names one first."
        for one in held[:1]
        if not information_leads_on(one.worker.agency_id, on, start + timedelta(days=1))
        .exclude(pk=worker_id)
        .exists()
    ]
