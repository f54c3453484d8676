"""Reads of stays. Row security shows the stays in the worker's sight, and no other."""

import datetime as dt
from collections.abc import Collection

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from lintel.agencies.models import Membership, Worker
from lintel.hospital.models import (
    Absence,
    Meeting,
    Notice,
    Questions,
    Stay,
    Step,
    Waiting,
    Ward,
    WardSpell,
)
from lintel.hospital.queries.shapes import (
    AbsenceView,
    Asked,
    MeetingView,
    Row,
    SpellView,
    StayView,
    StepView,
    TakenBack,
    WardView,
)
from lintel.hospital.states import Away, Ending, Return, StepKind, StepState, Tenure, Yes
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.queries import reads_all
from lintel.kernel.sight.states import Category

LARGEST_ID = 2**63 - 1
QUESTIONS = {
    "tenure": "Where they lived",
    "where_words": "Address, or whose home it is",
    "can_return": "Can they go back?",
    "return_words": "What must be put right first",
    "at_risk": "Could they lose the home?",
    "arrears": "Is rent owed?",
    "benefits": "Are benefits in payment?",
    "pets": "Are there pets?",
    "keys": "Who has the keys",
    "dependants": "Does anybody depend on them?",
    "safe": "Is it safe there?",
    "more": "More",
}
_CHOICES = {"tenure": Tenure, "can_return": Return}
_YES = ("at_risk", "arrears", "benefits", "pets", "dependants", "safe")


def wards(actor: Actor) -> list[WardView]:
    """The wards of the actor's agency; whose member the actor is comes first."""
    found = Ward.objects.filter(team__agency_id=actor.agency_id).select_related("team__agency")
    views = [
        WardView(
            w.team_id,
            w.team.name,
            w.team.slug,
            w.team.agency.name,
            w.team.agency_id,
            w.beds,
            w.night_pence,
        )
        for w in found.order_by("team__name")
    ]
    return sorted(views, key=lambda w: (w.team_id not in actor.team_ids, w.name))


def ward(actor: Actor, slug: str) -> WardView:
    """One ward of the actor's agency. Raises NotFound."""
    for one in wards(actor):
        if one.slug == slug:
            return one
    raise NotFound


def members(ward_team_id: int, now: dt.datetime) -> list[tuple[int, str]]:
    """Who belongs to a ward's team now: number and name, for choosing who works on housing."""
    found = Worker.objects.filter(
        Exists(
            Membership.objects.filter(
                worker_id=OuterRef("pk"), team_id=ward_team_id, valid__contains=now
            )
        )
    ).exclude(left_on__lte=timezone.localdate(now))
    return [(w.pk, f"{w.name}, {w.job_title}") for w in found.order_by("name", "pk")]


def nights(admitted: dt.datetime, ended: dt.datetime | None, now: dt.datetime) -> int:
    """Nights from admission until the end, or until now: midnights of the ward's place."""
    return (timezone.localdate(ended or now) - timezone.localdate(admitted)).days


def on_ward(
    actor: Actor, ward_team_ids: Collection[int], *, now: dt.datetime, past: bool = False
) -> QuerySet[Stay]:
    """The stays on these wards in the actor's sight: those going on, or those that ended."""
    latest = Questions.objects.filter(stay=OuterRef("pk")).order_by("-asked", "-pk")
    steps = Q(pk__isnull=False)
    return (
        Stay.objects.filter(ward_id__in=ward_team_ids, ended__isnull=not past)
        .exclude(ending=Ending.MISTAKE)
        .select_related("person", "ward", "housing_worker")
        .annotate(
            need=Subquery(latest.values("need")[:1]),
            open_steps=_count(Step.objects.filter(steps, state=StepState.OPEN)),
            late_steps=_count(
                Step.objects.filter(state=StepState.OPEN, due__lt=timezone.localdate(now))
            ),
            ready_since=Subquery(
                Waiting.objects.filter(
                    stay=OuterRef("pk"), superseded__isnull=True, until__isnull=True
                )
                .order_by("since")
                .values("since")[:1]
            ),
            away=Subquery(
                Absence.objects.filter(stay=OuterRef("pk"), until__isnull=True)
                .order_by("-since")
                .values("kind")[:1]
            ),
            notice=Subquery(
                Notice.objects.filter(stay=OuterRef("pk"), withdrawn__isnull=True)
                .order_by("-sent")
                .values("reference")[:1]
            ),
        )
        .order_by("-ended" if past else "admitted", "pk")
    )


def _count(of: QuerySet[Step]) -> Subquery:
    counted = (
        of.filter(stay=OuterRef("pk")).order_by().values("stay").annotate(n=Count("pk")).values("n")
    )
    return Subquery(counted)


def rows(stays: Collection[Stay], now: dt.datetime) -> list[Row]:
    """The stays of `on_ward`, as shown in a list."""
    return [
        Row(
            stay_id=s.pk,
            person_id=s.person_id,
            person=s.person.name,
            born=s.person.born,
            ward=s.ward.name,
            admitted=s.admitted,
            days=nights(s.admitted, s.ended, now),
            expected=s.expected,
            ended=s.ended,
            housing_worker=s.housing_worker.name if s.housing_worker else "",
            asked=s.need is not None,  # type: ignore[attr-defined]
            need=s.need,  # type: ignore[attr-defined]
            open_steps=s.open_steps or 0,  # type: ignore[attr-defined]
            late_steps=s.late_steps or 0,  # type: ignore[attr-defined]
            ready_since=s.ready_since,  # type: ignore[attr-defined]
            away=Away(s.away).label if s.away else "",  # type: ignore[attr-defined]
            notice=s.notice or "",  # type: ignore[attr-defined]
        )
        for s in stays
    ]


def find(actor: Actor, stay_id: int) -> Stay:
    """The row of a stay in sight. Raises NotFound, also for one that was taken back."""
    found = (
        Stay.objects.select_related("person", "ward__agency", "housing_worker")
        .filter(pk=min(stay_id, LARGEST_ID))
        .exclude(ending=Ending.MISTAKE)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def find_whole(actor: Actor, stay_id: int) -> Stay:
    """The row of a stay of which the actor may read all. Raises NotFound, for a summary too."""
    one = find(actor, stay_id)
    if not reads_all(actor, one.person_id, one.owner_id, Category.HOSPITAL_STAY):
        raise NotFound
    return one


def stay(actor: Actor, stay_id: int, *, now: dt.datetime) -> StayView:
    """A stay with its questions, steps, wards, absences and meetings. Raises NotFound."""
    one = find(actor, stay_id)
    asked = [
        _asked(q)
        for q in Questions.objects.filter(stay=one)
        .select_related("asked_by")
        .order_by("-asked", "-pk")
    ]
    return StayView(
        id=one.pk,
        person_id=one.person_id,
        person=one.person.name,
        owner_id=one.owner_id,
        owner=one.ward.agency.name,
        ward=one.ward.name,
        ward_team_id=one.ward_id,
        housing_worker=one.housing_worker.name if one.housing_worker else "",
        housing_worker_id=one.housing_worker_id,
        admitted=one.admitted,
        expected=one.expected,
        ended=one.ended,
        ending=Ending(one.ending).label if one.ending else "",
        ending_words=one.ending_words,
        nights=nights(one.admitted, one.ended, now),
        whole=bool(asked) or reads_all(actor, one.person_id, one.owner_id, Category.HOSPITAL_STAY),
        asked=asked[0] if asked else None,
        earlier=asked[1:],
        steps=_steps(one, now),
        spells=[
            SpellView(s.ward.name, s.since, s.until)
            for s in WardSpell.objects.filter(stay=one).select_related("ward").order_by("-since")
        ],
        absences=[
            AbsenceView(a.pk, a.kind, Away(a.kind).label, a.since, a.until, a.words)
            for a in Absence.objects.filter(stay=one).order_by("-since")
        ],
        meetings=[
            MeetingView(m.pk, m.at, m.place, m.invited, m.agreed, m.cancelled, m.called_by.name)
            for m in Meeting.objects.filter(stay=one).select_related("called_by").order_by("-at")
        ],
    )


def stays_of(actor: Actor, person_id: int) -> list[Stay]:
    """A person's stays in sight, the latest first."""
    return list(
        Stay.objects.filter(person_id=person_id)
        .exclude(ending=Ending.MISTAKE)
        .select_related("ward__agency", "housing_worker")
        .order_by("-admitted")
    )


def taken_back(actor: Actor, stay_id: int) -> TakenBack | None:
    """That a stay was noted by mistake: for those of its wards, and for whoever sees its row.

    Says nothing about anybody. One query, whether there ever was such a stay or not.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, ward FROM hospital_taken_back(%s)", [min(stay_id, LARGEST_ID)])
        found = cursor.fetchone()
    return TakenBack(*found) if found else None


def spell_before(one: Stay) -> dt.datetime | None:
    """When the last of its spells on a ward began, or what was noted last of being away."""
    moments = [
        *WardSpell.objects.filter(stay=one).values_list("since", flat=True),
        *(
            moment
            for pair in Absence.objects.filter(stay=one).values_list("since", "until")
            for moment in pair
            if moment is not None
        ),
    ]
    return max(moments, default=None)


def _asked(q: Questions) -> Asked:
    answers = {}
    typed = {name: str(getattr(q, name)) for name in QUESTIONS}
    for name, label in QUESTIONS.items():
        value = typed[name]
        if not value:
            continue
        kind = Yes if name in _YES else _CHOICES.get(name)
        answers[label] = str(kind(value).label) if kind else value
    return Asked(answers, typed, q.need, q.asked_by.name, q.asked)


def _steps(one: Stay, now: dt.datetime) -> list[StepView]:
    today = timezone.localdate(now)
    found = Step.objects.filter(stay=one).select_related("worker", "settled_by")
    views = [
        StepView(
            id=s.pk,
            kind=s.kind,
            kind_words=StepKind(s.kind).label,
            words=s.words,
            who=s.worker.name if s.worker else s.who_words,
            worker_id=s.worker_id,
            due=s.due,
            late=s.state == StepState.OPEN and s.due is not None and s.due < today,
            state=s.state,
            outcome=s.outcome,
            settled=s.settled,
            settled_by=s.settled_by.name if s.settled_by else "",
        )
        for s in found.order_by("added", "pk")
    ]
    return sorted(views, key=lambda s: (s.state != StepState.OPEN, s.due or dt.date.max))
