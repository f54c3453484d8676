"""Who has which training, who is due for renewal, and who has none that is in date."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from lintel.agencies.models import Membership, Team, Worker
from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.sharing.models import Training
from lintel.sharing.queries.loop import training_kept
from lintel.sharing.states import DUE_DAYS

STATES = ("in_date", "due", "lapsed", "none")
SORTS = {"name": "name", "until": "trained_until"}


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A worker, their teams, and the training that lasts longest."""

    worker_id: int
    name: str
    job_title: str
    email: str
    teams: str
    course: str
    done_on: date | None
    until: date | None
    state: str


def state_of(until: date | None, today: date) -> str:
    """One of `STATES`: due is in date still, for `DUE_DAYS` at most."""
    if until is None:
        return "none"
    if until <= today:
        return "lapsed"
    return "due" if until <= today + timedelta(days=DUE_DAYS) else "in_date"


def trained(
    actor: Actor,
    now: datetime,
    *,
    words: str = "",
    team_id: int | None = None,
    state: str = "",
    sort: str = "until",
    down: bool = False,
) -> QuerySet[Worker]:
    """The workers whose training the actor keeps, narrowed and sorted, with `trained_until`."""
    found = training_kept(actor, now).annotate(trained_until=Max("trainings__until"))
    for word in words.split()[:8]:
        found = found.filter(Q(name__icontains=word) | Q(job_title__icontains=word))
    if team_id is not None:
        here = Membership.objects.filter(team_id=team_id, valid__contains=now)
        found = found.filter(pk__in=here.values("worker_id"))
    found = found.filter(_that_are(state, timezone.localdate(now)))
    key = F(SORTS.get(sort, "trained_until"))
    # Who has none at all is the most pressing.
    order = key.desc(nulls_last=True) if down else key.asc(nulls_first=True)
    return found.order_by(order, "name", "id")


def training_counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many of those workers are in each of `STATES`."""
    today = timezone.localdate(now)
    rows = training_kept(actor, now).annotate(trained_until=Max("trainings__until"))
    numbers = rows.aggregate(
        **{state: Count("pk", filter=_that_are(state, today)) for state in STATES}
    )
    return {state: int(numbers[state]) for state in STATES}


def _that_are(state: str, today: date) -> Q:
    soon = today + timedelta(days=DUE_DAYS)
    return {
        "in_date": Q(trained_until__gt=soon),
        "due": Q(trained_until__gt=today, trained_until__lte=soon),
        "lapsed": Q(trained_until__lte=today),
        "none": Q(trained_until__isnull=True),
    }.get(state, Q())


def training_rows(actor: Actor, workers: list[Worker], now: datetime) -> list[TrainingRow]:
    """These workers with their training and teams, in their order; two queries.

    Of another agency than the actor's: with the agency.
    """
    ids = [one.pk for one in workers]
    longest = {
        row.worker_id: row
        for row in Training.objects.filter(worker_id__in=ids)
        .order_by("worker_id", "-until", "-id")
        .distinct("worker_id")
    }
    teams: dict[int, list[str]] = {}
    places = Membership.objects.filter(worker_id__in=ids, valid__contains=now)
    for worker_id, name in (
        places.order_by("team__name").values_list("worker_id", "team__name").distinct()
    ):
        teams.setdefault(worker_id, []).append(name)
    today = timezone.localdate(now)
    rows = []
    for one in workers:
        row = longest.get(one.pk)
        rows.append(
            TrainingRow(
                worker_id=one.pk,
                name=one.name,
                job_title=one.job_title,
                email=one.user.email,
                teams=", ".join(
                    [
                        *teams.get(one.pk, []),
                        *([] if one.agency_id == actor.agency_id else [one.agency.name]),
                    ]
                ),
                course=row.course if row else "",
                done_on=row.done_on if row else None,
                until=row.until if row else None,
                state=state_of(row.until if row else None, today),
            )
        )
    return rows


def training_of(actor: Actor, worker_id: int, now: datetime) -> tuple[Worker, list[Training]]:
    """A worker whom the actor keeps, and all their training, newest first. Raises NotFound."""
    worker = training_kept(actor, now).filter(pk=worker_id).first()
    if worker is None:
        raise NotFound
    rows = Training.objects.filter(worker_id=worker_id).select_related("recorded_by", "ended_by")
    return worker, list(rows.order_by("-done_on", "-id"))


def teams_kept(actor: Actor, now: datetime) -> list[Team]:
    """The teams of the workers whom the actor keeps, by name."""
    places = Membership.objects.filter(
        worker__in=training_kept(actor, now).order_by().values("pk"), valid__contains=now
    )
    own = [] if actor.has(Role.PARTNERSHIP_LEAD) else [actor.agency_id]
    found = Team.objects.filter(pk__in=places.values("team_id"))
    return list(found.filter(agency_id__in=own) if own else found)
