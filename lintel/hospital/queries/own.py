"""A person's own stays in hospital, for their own view. Row security shows what theirs is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from lintel.hospital.models import Answer, Meeting, Notice, Stay, Step
from lintel.hospital.states import AnswerKind, Ending, StepState
from lintel.kernel.actor import Account

# The columns of a worker that the person's role may read.
PHONE = ("housing_worker__phone",)


@dataclass(frozen=True, slots=True)
class OwnStep:
    """Something to be done: what, who, by when, and whether it is done."""

    words: str
    who: str
    due: dt.date | None
    done: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class OwnMeeting:
    """A meeting about leaving."""

    at: dt.datetime
    place: str
    agreed: str


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What a council answered."""

    kind: str
    at: dt.datetime | None
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """What a council was told, and its answers."""

    to: str
    sent: dt.datetime
    vulnerability: str
    suitable: str
    withdrawn: dt.datetime | None
    answers: list[OwnAnswer]


@dataclass(frozen=True, slots=True)
class OwnStay:
    """A stay of the person's; `mistaken`: when one that was none was taken back."""

    ward: str
    trust: str
    worker: str
    phone: str
    admitted: dt.datetime
    expected: dt.date | None
    ended: dt.datetime | None
    mistaken: dt.datetime | None
    recorded: dt.datetime
    steps: list[OwnStep]
    meetings: list[OwnMeeting]
    notices: list[OwnNotice]


def own_stays(account: Account) -> list[OwnStay]:
    """The person's stays, the latest first; a query a table, however many there are."""
    stays = list(
        Stay.objects.filter(person_id=account.person_id)
        .select_related("ward__agency", "housing_worker")
        .only(
            "admitted",
            "expected",
            "ended",
            "ending",
            "recorded",
            "ward",
            "housing_worker__name",
            *PHONE,
        )
        .order_by("-admitted")
    )
    if not stays:
        return []
    ids = [one.pk for one in stays]
    steps, meetings, notices = _steps(ids), _meetings(ids), _notices(ids)
    return [
        OwnStay(
            ward=one.ward.name,
            trust=one.ward.agency.name,
            worker=one.housing_worker.name if one.housing_worker else "",
            phone=(one.housing_worker.phone if one.housing_worker else "") or one.ward.phone,
            admitted=one.admitted,
            expected=one.expected if one.ended is None else None,
            ended=one.ended,
            mistaken=one.ended if one.ending == Ending.MISTAKE else None,
            recorded=one.recorded,
            steps=steps.get(one.pk, []),
            meetings=meetings.get(one.pk, []),
            notices=notices.get(one.pk, []),
        )
        for one in stays
    ]


def _steps(ids: Iterable[int]) -> dict[int, list[OwnStep]]:
    found: dict[int, list[OwnStep]] = {}
    rows = Step.objects.filter(stay_id__in=ids).exclude(state=StepState.DROPPED)
    rows = rows.select_related("worker").only(
        "words", "who_words", "due", "state", "outcome", "stay", "worker__name"
    )
    for s in rows.order_by("added", "pk"):
        who = s.worker.name if s.worker else s.who_words
        found.setdefault(s.stay_id, []).append(
            OwnStep(s.words, who, s.due, s.state == StepState.DONE, s.outcome)
        )
    return found


def _meetings(ids: Iterable[int]) -> dict[int, list[OwnMeeting]]:
    found: dict[int, list[OwnMeeting]] = {}
    for m in Meeting.objects.filter(stay_id__in=ids, cancelled=False).order_by("at"):
        found.setdefault(m.stay_id, []).append(OwnMeeting(m.at, m.place, m.agreed))
    return found


def _notices(ids: Iterable[int]) -> dict[int, list[OwnNotice]]:
    sent = list(
        Notice.objects.filter(
            # What was told by mistake was told all the same.
            Q(withdrawn__isnull=True) | Q(stay__ending=Ending.MISTAKE),
            stay_id__in=ids,
        )
        .select_related("to_team__agency")
        .order_by("-sent")
    )
    answers: dict[str, list[OwnAnswer]] = {}
    for a in Answer.objects.filter(reference__in=[n.reference for n in sent]).order_by("answered"):
        answers.setdefault(a.reference, []).append(
            OwnAnswer(AnswerKind(a.kind).label, a.at, a.place, a.words)
        )
    found: dict[int, list[OwnNotice]] = {}
    for n in sent:
        to = f"{n.to_team.name}, {n.to_team.agency.name}" if n.to_team else n.outside_name
        found.setdefault(n.stay_id, []).append(
            OwnNotice(
                to=to,
                sent=n.sent,
                vulnerability=n.vulnerability,
                suitable=n.suitable,
                withdrawn=n.withdrawn,
                answers=answers.get(n.reference, []),
            )
        )
    return found
