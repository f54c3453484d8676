"""Workers come and go: an account is given by invitation, and ends when the worker leaves."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F
from django.utils import timezone

from lintel.agencies import policy, queries
from lintel.agencies.models import (
    Agency,
    LinkWorker,
    Membership,
    RoleHeld,
    Team,
    Token,
    User,
    Worker,
)
from lintel.agencies.states import Role, TeamRole
from lintel.kernel import events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Invited:
    """A new account and its worker; the invitation itself is the caller's to send."""

    user: User
    worker: Worker


def invite(
    *,
    email: str,
    name: str,
    job_title: str,
    agency: str,
    team: str = "",
    team_role: str = TeamRole.MEMBER,
    roles: tuple[str, ...] = (),
    now: datetime,
) -> Invited:
    """Give somebody an account without a password, and a post at an agency (by slug).

    For the operator's command. The worker is outside the confidentiality loop until trained.
    Raises Invalid: an address that is taken or is none, an unknown agency, team or role.
    """
    errors = {}
    try:
        validate_email(email)
    except ValidationError:
        errors["email"] = "This is not an e-mail address."
    if User.objects.filter(email__iexact=email).exists():
        errors["email"] = "There is an account with this address already."
    home = Agency.objects.filter(slug=agency).first()
    if home is None:
        errors["agency"] = "There is no agency with this short name."
    place = Team.objects.filter(slug=team, agency__slug=agency).first() if team else None
    if team and place is None:
        errors["team"] = "The agency has no team with this short name."
    if not set(roles) <= set(Role.values):
        errors["roles"] = "There is no such role."
    if errors or home is None:
        raise Invalid(errors)
    with transaction.atomic():
        user = User.objects.create_user(email)
        worker = Worker.objects.create(user=user, agency=home, name=name, job_title=job_title)
        valid = DateTimeTZRange(now, None)
        if place is not None:
            Membership.objects.create(worker=worker, team=place, role=team_role, valid=valid)
        RoleHeld.objects.bulk_create(
            RoleHeld(worker=worker, role=role, valid=valid) for role in roles
        )
        events.record(
            None,
            "agencies.worker_invited",
            now=now,
            subject=("worker", worker.pk),
            owner_id=home.pk,
        )
    return Invited(user, worker)


def sign_out_everywhere(actor: Actor, *, user_id: int, now: datetime) -> None:
    """End every session of one's own account. Raises NotFound for another's."""
    if user_id != actor.user_id:
        raise NotFound
    with transaction.atomic():
        _end_sessions(user_id)
        events.record(
            actor, "agencies.signed_out_everywhere", now=now, subject=("worker", actor.worker_id)
        )


def _end_sessions(user_id: int) -> None:
    User.objects.filter(pk=user_id).update(sign_in_epoch=F("sign_in_epoch") + 1)


def leave(actor: Actor, *, worker_id: int, on: date, now: datetime) -> None:
    """Say that a worker leaves: `on` is the first day out of post.

    Memberships, roles and link work end then; sessions and keys at once if that day has come.
    What relies on the worker elsewhere is handed over before: call `lintel.config.leaving`.
    Raises NotFound, Denied, Invalid for a day more than a year away, and Conflict when they have
    left already or somebody relies on them here: a link worker without a successor, a cover.
    """
    with transaction.atomic():
        worker = (
            Worker.objects.select_for_update()
            .filter(pk=worker_id, agency_id=actor.agency_id)
            .first()
        )
        if worker is None:
            raise NotFound
        policy.see_out(actor, worker, now)
        today = timezone.localdate(now)
        if worker.left_on is not None and worker.left_on <= today:
            raise Conflict(f"{worker.name} has left already.")
        if abs((on - today).days) > 366:
            raise Invalid({"on": "Enter a day within a year of today"})
        relied_on = queries.relied_on(worker_id, on)
        if relied_on := [*relied_on, *queries.only_information_lead(worker_id, on)]:
            raise Conflict(" ".join(relied_on))
        end = timezone.make_aware(datetime.combine(on, time.min))
        worker.left_on = on
        worker.save(update_fields=["left_on"])
        for table in (Membership, RoleHeld, LinkWorker):
            _end_ranges(table._meta.db_table, worker_id, end)
        if on <= today:
            _end_sessions(worker.user_id)
            Token.objects.filter(worker_id=worker_id, revoked=None).update(revoked=now)
        events.record(
            actor,
            "agencies.worker_leaves",
            now=now,
            subject=("worker", worker_id),
            data={"on": on},
        )


def _end_ranges(table: str, worker_id: int, end: datetime) -> None:
    """Cut what the worker holds at `end`; what would only begin later is dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE worker_id = %s AND lower(valid) >= %s", [worker_id, end]
        )
        cursor.execute(
            f"UPDATE {table} SET valid = tstzrange(lower(valid), %s) "
            "WHERE worker_id = %s AND (upper_inf(valid) OR upper(valid) > %s)",
            [end, worker_id, end],
        )
