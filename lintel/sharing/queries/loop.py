"""Is a worker inside the confidentiality loop, why not, and until when it can be foreseen.

The truth is `agencies_worker.loop`, which SQL derives; here each condition is read from what it
follows from, to say what to do next. About workers in their work, and about no one else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    Max,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone

from lintel.agencies.models import Membership, RoleHeld, Worker
from lintel.agencies.queries import in_post
from lintel.agencies.states import Role, TeamRole
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.sharing.models import Acceptance, Agreement, Signature, Training
from lintel.sharing.states import REMIND_DAYS, LoopCause


@dataclass(frozen=True, slots=True)
class Versions:
    """The version of the agreement in force, and the next that is published; None for none."""

    current: Agreement | None
    coming: Agreement | None


@dataclass(frozen=True, slots=True)
class Lapse:
    """From when, and for want of what, somebody will be outside the loop."""

    cause: LoopCause
    on: date


@dataclass(frozen=True, slots=True)
class LoopState:
    """A worker and the four conditions. `inside`: as the database has it at this moment.

    `signed` and `accepted`: when, for the version in force; `trained_on` and `trained_until`: of
    the training that lasts longest. None: it isn't so. `lapses`: what is coming, soonest first.
    """

    worker_id: int
    user_id: int
    name: str
    job_title: str
    agency: str
    inside: bool
    signed: datetime | None
    accepted: datetime | None
    trained_on: date | None
    trained_until: date | None
    course: str
    left_on: date | None
    missing: tuple[LoopCause, ...]
    lapses: tuple[Lapse, ...]


def versions_now(now: datetime) -> Versions:
    """The version in force at `now`, and the next one that is published; one query."""
    published = Agreement.objects.filter(effective__isnull=False)
    current = published.filter(effective__lte=now).order_by("-effective")[:1]
    coming = published.filter(effective__gt=now).order_by("effective")[:1]
    found = {one.effective > now: one for one in current.union(coming) if one.effective}
    return Versions(found.get(False), found.get(True))


def loop_states(workers: QuerySet[Worker], now: datetime) -> list[LoopState]:
    """How each of these workers stands, in the order of the queryset; six queries for all."""
    inside = ExpressionWrapper(Q(loop__contains=now), output_field=BooleanField())
    found = list(workers.annotate(inside_now=inside).select_related("agency"))
    ids = [one.pk for one in found]
    known = versions_now(now)
    signed = {
        key: when
        for *key_of, when in Signature.objects.filter(
            agreement__in=_published(known),
            agency_id__in={one.agency_id for one in found},
            ended__isnull=True,
        ).values_list("agreement_id", "agency_id", "signed")
        for key in [tuple(key_of)]
    }
    accepted = {
        (version, worker): when
        for version, worker, when in Acceptance.objects.filter(
            agreement__in=_published(known), worker_id__in=ids
        ).values_list("agreement_id", "worker_id", "accepted")
    }
    trained = _longest(ids)
    return [_state(one, known, signed, accepted, trained.get(one.pk), now) for one in found]


def my_loop(actor: Actor, now: datetime) -> LoopState:
    """How the actor stands. Raises NotFound for a worker who isn't there."""
    for state in loop_states(Worker.objects.filter(pk=actor.worker_id), now):
        return state
    raise NotFound


def outside_loop(actor: Actor, now: datetime) -> QuerySet[Worker]:
    """The workers whom the actor looks after (`training_kept`) who are outside the loop now."""
    return training_kept(actor, now).exclude(loop__contains=now).select_related("user", "agency")


def soon_outside(actor: Actor, now: datetime) -> QuerySet[Worker]:
    """The workers whom the actor looks after who are inside, and soon won't be; the next first."""
    near = timezone.localdate(now) + timedelta(days=max(REMIND_DAYS))
    found = training_kept(actor, now).filter(loop__contains=now)
    found = found.annotate(trained_until=Max("trainings__until"))
    ends = Q(trained_until__lte=near) | Q(left_on__lte=near)
    coming = versions_now(now).coming
    if coming is not None and coming.effective and timezone.localdate(coming.effective) <= near:
        accepted = Acceptance.objects.filter(agreement=coming).values("worker_id")
        signed = Signature.objects.filter(agreement=coming, ended__isnull=True)
        ends |= ~Q(pk__in=accepted) | ~Q(agency_id__in=signed.values("agency_id"))
    return found.filter(ends).select_related("user", "agency")


def training_kept(actor: Actor, now: datetime) -> QuerySet[Worker]:
    """The workers in post whose training the actor records: never their own.

    A manager and an information lead: of their agency. A lead: of the teams that they lead. The
    partnership lead: of whoever has nobody in their own agency, such as its only worker.
    """
    kept = Q(pk__in=[])
    if actor.has(Role.MANAGER) or actor.has(Role.INFORMATION_LEAD):
        kept |= Q(agency_id=actor.agency_id)
    elif actor.lead_team_ids:
        led = Worker.objects.filter(
            memberships__team_id__in=actor.lead_team_ids, memberships__valid__contains=now
        )
        kept |= Q(agency_id=actor.agency_id, pk__in=led.values("pk"))
    if actor.has(Role.PARTNERSHIP_LEAD):
        kept |= Q(pk__in=kept_by_nobody(now).values("pk"))
    return in_post(now).filter(kept).exclude(pk=actor.worker_id).order_by("name", "id")


def kept_by_nobody(now: datetime) -> QuerySet[Worker]:
    """The workers in post whose training nobody in their own agency records."""
    today = timezone.localdate(now)
    held = (
        RoleHeld.objects.filter(
            worker__agency_id=OuterRef("agency_id"),
            role__in=[Role.MANAGER, Role.INFORMATION_LEAD],
            valid__contains=now,
        )
        .exclude(worker_id=OuterRef("pk"))
        .exclude(worker__left_on__lte=today)
    )
    led = (
        Membership.objects.filter(
            team__memberships__worker_id=OuterRef("pk"), team__memberships__valid__contains=now
        )
        .filter(worker__agency_id=OuterRef("agency_id"), role=TeamRole.LEAD, valid__contains=now)
        .exclude(worker_id=OuterRef("pk"))
        .exclude(worker__left_on__lte=today)
    )
    return in_post(now).filter(~Exists(held), ~Exists(led))


def soonest(state: LoopState, now: datetime) -> Lapse | None:
    """What will take the worker out of the loop within the longest time of a reminder."""
    near = timezone.localdate(now) + timedelta(days=max(REMIND_DAYS))
    return next((one for one in state.lapses if one.on <= near), None)


def leads_of(workers: Iterable[int], now: datetime) -> dict[int, set[int]]:
    """Whom to tell beside each worker: their teams' leads and the information leads (user ids)."""
    ids = list(workers)
    found: dict[int, set[int]] = {worker_id: set() for worker_id in ids}
    able = Worker.objects.exclude(left_on__lte=timezone.localdate(now))
    agency_of = dict(Worker.objects.filter(pk__in=ids).values_list("pk", "agency_id"))
    information = list(
        able.filter(
            agency_id__in=set(agency_of.values()),
            roles_held__role=Role.INFORMATION_LEAD,
            roles_held__valid__contains=now,
        ).values_list("agency_id", "pk", "user_id")
    )
    teams = Worker.objects.filter(pk__in=ids, memberships__valid__contains=now).values_list(
        "pk", "memberships__team_id"
    )
    in_team: dict[int, set[int]] = {}
    for worker_id, team_id in teams:
        in_team.setdefault(team_id, set()).add(worker_id)
    leads = able.filter(
        memberships__team_id__in=in_team,
        memberships__role="lead",
        memberships__valid__contains=now,
    ).values_list("memberships__team_id", "pk", "user_id")
    for worker_id, agency_id in agency_of.items():
        found[worker_id] |= {u for a, pk, u in information if a == agency_id and pk != worker_id}
    for team_id, lead_id, user_id in leads:
        for worker_id in in_team.get(team_id, set()) - {lead_id}:
            found[worker_id].add(user_id)
    return found


def start_of(day: date) -> datetime:
    """Midnight in London, when a day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _published(known: Versions) -> list[Agreement]:
    return [one for one in (known.current, known.coming) if one is not None]


def _longest(ids: Sequence[int]) -> dict[int, Training]:
    """The training of each worker that lasts longest, ended or not: past it they have none."""
    rows = Training.objects.filter(worker_id__in=ids).order_by("worker_id", "-until", "-id")
    return {row.worker_id: row for row in rows.distinct("worker_id")}


def _state(
    worker: Worker,
    known: Versions,
    signed: dict[tuple[int, ...], datetime],
    accepted: dict[tuple[int, int], datetime],
    training: Training | None,
    now: datetime,
) -> LoopState:
    today = timezone.localdate(now)
    current, coming = known.current, known.coming
    has_signed = signed.get((current.pk, worker.agency_id)) if current else None
    has_accepted = accepted.get((current.pk, worker.pk)) if current else None
    in_date = training is not None and training.done_on <= today < training.until
    missing = [
        cause
        for cause, holds in (
            (LoopCause.SIGNATURE, has_signed is not None),
            (LoopCause.ACCEPTANCE, has_accepted is not None),
            (LoopCause.TRAINING, in_date),
            (LoopCause.POST, worker.left_on is None or worker.left_on > today),
        )
        if not holds
    ]
    lapses = []
    if training is not None and in_date:
        lapses.append(Lapse(LoopCause.TRAINING, training.until))
    if coming is not None and coming.effective is not None:
        day = timezone.localdate(coming.effective)
        if (coming.pk, worker.agency_id) not in signed:
            lapses.append(Lapse(LoopCause.SIGNATURE, day))
        if (coming.pk, worker.pk) not in accepted:
            lapses.append(Lapse(LoopCause.ACCEPTANCE, day))
    if worker.left_on is not None and worker.left_on > today:
        lapses.append(Lapse(LoopCause.POST, worker.left_on))
    return LoopState(
        worker_id=worker.pk,
        user_id=worker.user_id,
        name=worker.name,
        job_title=worker.job_title,
        agency=worker.agency.name,
        inside=bool(worker.inside_now),  # type: ignore[attr-defined]
        signed=has_signed,
        accepted=has_accepted,
        trained_on=training.done_on if training else None,
        trained_until=training.until if training else None,
        course=training.course if training else "",
        left_on=worker.left_on,
        missing=tuple(missing),
        lapses=tuple(sorted(lapses, key=lambda one: one.on)),
    )
