"""Reads of advance notices and their answers; whom a person agreed to have told."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from lintel.agencies.models import Team
from lintel.agencies.states import TeamKind
from lintel.hospital.models import Answer, Notice
from lintel.hospital.queries.stays import find
from lintel.hospital.states import AnswerKind, Duty, NoticeReason
from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.requests import queries as requests
from lintel.sharing import queries as sharing
from lintel.sharing.states import Purpose

WHY = "The notice is part of a stay in the worker's sight."


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a council answered, who and when."""

    kind: str
    kind_words: str
    at: dt.datetime | None
    place: str
    words: str
    by: str
    answered: dt.datetime


@dataclass(frozen=True, slots=True)
class NoticeView:
    """An advance notice with its answers, the latest first. `to`: team and council, in words."""

    reference: str
    stay_id: int
    person_id: int
    person: str
    to: str
    outside_email: str
    duty: str
    reason: str
    contact: str
    expected: dt.date
    vulnerability: str
    suitable: str
    agreed_words: str
    sent: dt.datetime
    sent_by: str
    withdrawn: dt.datetime | None
    escalated: dt.datetime | None
    stay_expected: dt.date | None
    stay_ended: dt.datetime | None
    answers: tuple[AnswerView, ...]
    # To a council outside: what became of the last message, and when somebody read the notice.
    mail: str = ""
    mail_at: dt.datetime | None = None
    opened: dt.datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it is still something that a council works on before a discharge."""
        return self.withdrawn is None and self.stay_ended is None

    @property
    def date_moved(self) -> bool:
        """Whether the ward expects another day than the council was told."""
        return self.stands and self.stay_expected not in (None, self.expected)


@dataclass(frozen=True, slots=True)
class Council:
    """A council's housing options team, and what the person agreed to have told to it."""

    team_id: int
    name: str
    consent_id: int | None
    categories: frozenset[Category]

    @property
    def agreed(self) -> bool:
        """Whether the legal minimum is agreed to: who they are, and how to reach them."""
        return self.consent_id is not None and Category.CONTACT in self.categories


def of_stay(actor: Actor, stay_id: int, *, now: dt.datetime) -> list[NoticeView]:
    """The notices of a stay in sight, the latest first; three queries. Raises NotFound."""
    found = list(_whole(Notice.objects.filter(stay=find(actor, stay_id))).order_by("-sent"))
    _record(actor, found, now)
    return _views(found)


def one(actor: Actor, reference: str, *, now: dt.datetime) -> NoticeView:
    """One notice of a stay in sight. Raises NotFound."""
    found = list(_whole(Notice.objects.filter(reference=reference)))
    if not found:
        raise NotFound
    _record(actor, found, now)
    return _views(found)[0]


def answers(references: Iterable[str]) -> dict[str, tuple[AnswerView, ...]]:
    """The answers to these notices in sight, the latest first; one query."""
    made: dict[str, list[AnswerView]] = {}
    for row in (
        Answer.objects.filter(reference__in=list(references))
        .select_related("by__agency")
        .order_by("-answered", "-pk")
    ):
        made.setdefault(row.reference, []).append(
            AnswerView(
                kind=row.kind,
                kind_words=AnswerKind(row.kind).label,
                at=row.at,
                place=row.place,
                words=row.words,
                by=f"{row.by.name}, {row.by.agency.name}" if row.by else row.by_words,
                answered=row.answered,
            )
        )
    return {reference: tuple(rows) for reference, rows in made.items()}


def councils(actor: Actor, person_id: int, *, now: dt.datetime) -> list[Council]:
    """The housing options teams that take requests, with what the person agreed to for each.

    Only what was agreed to for finding a home counts (Housing Act 1996, s.213B: the person agrees
    to the referral and chooses the authority). Five queries however many teams there are.
    """
    lines = [
        (view.id, line)
        for view in sharing.consents_for(actor, person_id, now=now)
        if view.purpose == Purpose.REHOUSING
        for line in view.lines
        if line.in_force and line.answer and line.giver_id == actor.agency_id
    ]
    made = []
    for team in requests.open_teams(now).filter(kind=TeamKind.HOMELESSNESS):
        told = [
            (consent_id, line.category)
            for consent_id, line in lines
            if (line.recipient_id or 0) == team.pk
            or (line.recipient_id is None and line.recipient_agency_id == team.agency_id)
        ]
        who = next((key for key, category in told if category is Category.IDENTITY), None)
        made.append(
            Council(team.pk, _team_words(team), who, frozenset(category for _, category in told))
        )
    return made


def _team_words(team: Team) -> str:
    return f"{team.name}, {team.agency.name}"


def _whole(found: QuerySet[Notice]) -> QuerySet[Notice]:
    return found.select_related("stay", "person", "to_team__agency", "sent_by")


def _views(found: list[Notice]) -> list[NoticeView]:
    known = answers(n.reference for n in found)
    return [
        NoticeView(
            reference=n.reference,
            stay_id=n.stay_id,
            person_id=n.person_id,
            person=n.person.name,
            to=_team_words(n.to_team) if n.to_team else n.outside_name,
            outside_email=n.outside_email,
            duty=Duty(n.duty).label,
            reason=NoticeReason(n.reason).label,
            contact=n.contact,
            expected=n.expected,
            vulnerability=n.vulnerability,
            suitable=n.suitable,
            agreed_words=n.agreed_words,
            sent=n.sent,
            sent_by=n.sent_by.name,
            withdrawn=n.withdrawn,
            escalated=n.escalated,
            stay_expected=n.stay.expected,
            stay_ended=n.stay.ended,
            answers=known.get(n.reference, ()),
            mail=n.mail,
            mail_at=n.mail_at,
            opened=n.opened,
        )
        for n in found
    ]


def _record(actor: Actor, found: list[Notice], now: dt.datetime) -> None:
    if found:
        access.record(
            actor,
            AccessVerb.OPENED,
            now=now,
            person_id=found[0].person_id,
            owner_id=found[0].owner_id,
            categories=[Category.HOSPITAL_STAY, Category.CONTACT],
            why=WHY,
            page="hospital.notices",
        )
