"""A conversation about sharing and its answers, as a worker gives them to be written down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from lintel.agencies.models import Agency, Membership, Team
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid
from lintel.kernel.sight.states import Category
from lintel.sharing import policy, queries
from lintel.sharing.states import (
    ANY_PURPOSE,
    LONGEST_CONSENT,
    Capacity,
    Explained,
    Purpose,
    Said,
    purpose_words,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: may the giver (an agency) tell the recipient this category?

    The recipient is a team, one worker of a team, or everybody of an agency who is inside the loop
    (`recipient_agency_id`, with no team).
    """

    giver_id: int
    recipient_id: int | None
    category: Category
    answer: bool
    recipient_worker_id: int | None = None
    recipient_agency_id: int | None = None

    @property
    def to(self) -> tuple[int | None, int | None]:
        """Who is told: the team, or the agency."""
        return self.recipient_id, self.recipient_agency_id


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation: what for, until when, how it was explained, and in which words.

    `capacity`: whether they could decide this, and how that was considered; an assessment was made
    by somebody on a day. `purpose` is that of one purpose talked about.
    """

    given: datetime
    until: datetime
    purpose: Purpose | str
    explained: Explained
    explained_words: str
    persons_words: str
    language: str = ""
    others_present: str = ""
    interpreter: str = ""
    said: Said | str = ""
    capacity: Capacity | str = ""
    capacity_words: str = ""
    capacity_by: str = ""
    capacity_on: date | None = None


Answers = Mapping[str, Sequence[Line]]
"""What was answered, by purpose."""


@dataclass(frozen=True, slots=True)
class Named:
    """The teams and agencies that the answers name, by number."""

    teams: Mapping[int, Team]
    agencies: Mapping[int, Agency]

    def agency_of(self, line: Line) -> Agency:
        """Whose workers are told."""
        if line.recipient_id is not None:
            return self.teams[line.recipient_id].agency
        return self.agencies[line.recipient_agency_id or 0]


def check_talk(talk: Talk, now: datetime, *, any_yes: bool) -> None:
    """Raise Invalid for a conversation that can't be written down so."""
    wrong: dict[str, str] = {}
    if talk.given > now:
        wrong["given"] = "The day you spoke can’t be in the future"
    if talk.until <= now:
        wrong["until"] = "The day it ends must be in the future"
    elif talk.until > talk.given + LONGEST_CONSENT:
        wrong["until"] = "The day it ends must be within a year of the day you spoke"
    if not talk.explained_words.strip():
        wrong["explained_words"] = "Say how you explained it"
    if any_yes and not talk.persons_words.strip():
        wrong["persons_words"] = "Write what the person said, in their words"
    if any_yes:
        wrong |= _wrong_with_capacity(talk, now)
    if wrong:
        raise Invalid(wrong)


def _wrong_with_capacity(talk: Talk, now: datetime) -> dict[str, str]:
    """A yes counts only from somebody who can decide this (Mental Capacity Act 2005, 1 to 3).

    A no is heard from anybody.
    """
    if talk.capacity == Capacity.LACKS:
        return {
            "capacity": "Somebody who can’t make this decision can’t consent to it, so nothing was"
            " recorded. If sharing is in their best interests, record it under “Share on another"
            " basis”"
        }
    if not talk.capacity:
        return {"capacity": "Say whether they could make this decision"}
    if talk.capacity == Capacity.PRESUMED and not talk.capacity_words.strip():
        return {"capacity_words": "Say how you considered it"}
    if talk.capacity == Capacity.ASSESSED:
        wrong = {}
        if not talk.capacity_by.strip():
            wrong["capacity_by"] = "Say who assessed it"
        if talk.capacity_on is None:
            wrong["capacity_on"] = "Say on which day it was assessed"
        elif talk.capacity_on > timezone.localdate(now):
            wrong["capacity_on"] = "The day of the assessment can’t be in the future"
        return wrong
    return {}


def check_answers(actor: Actor, answers: Answers, now: datetime) -> Named:
    """The teams and agencies named. Raises Invalid or Denied for what can't be written down."""
    every = [line for lines in answers.values() for line in lines]
    if not every:
        raise Invalid({"lines": "Choose at least one answer"})
    named = _named(every, now)
    for line in every:
        told = named.agency_of(line)
        if line.giver_id == told.pk:
            raise Invalid({"lines": "A team needs no consent for its own agency’s record"})
        policy.record(actor, line.giver_id, told.pk)
    _check_workers(every, now)
    for purpose, lines in answers.items():
        if len({(line.giver_id, *line.to, line.category) for line in lines}) < len(lines):
            raise Invalid({"lines": "Something was answered twice"})
        if purpose == ANY_PURPOSE and any(line.answer for line in lines):
            raise Invalid({"lines": "A yes is for a purpose: choose what it is for"})
        _check_identity(lines)
    _check_agreed(answers, named, now)
    return named


def _named(lines: Iterable[Line], now: datetime) -> Named:
    lines = list(lines)
    teams = {
        t.pk: t
        for t in Team.objects.filter(
            pk__in={line.recipient_id for line in lines if line.recipient_id}
        ).select_related("agency")
    }
    numbers = {line.recipient_agency_id for line in lines if line.recipient_agency_id}
    agencies = Agency.objects.in_bulk(numbers | {line.giver_id for line in lines})
    for line in lines:
        if (line.recipient_id is None) == (line.recipient_agency_id is None):
            raise Invalid({"lines": "Each answer is about a team or an agency"})
        team = teams.get(line.recipient_id or 0)
        gone = team is None or (team.closed_on and team.closed_on <= timezone.localdate(now))
        if line.recipient_id is not None and gone:
            raise Invalid({"lines": "One of the teams is closed or doesn’t exist"})
        if line.recipient_agency_id is not None and line.recipient_agency_id not in agencies:
            raise Invalid({"lines": "One of the agencies doesn’t exist"})
        if line.giver_id not in agencies:
            raise Invalid({"lines": "One of the agencies doesn’t exist"})
    return Named(teams, agencies)


def _check_workers(lines: Iterable[Line], now: datetime) -> None:
    named = {(li.recipient_worker_id, li.recipient_id) for li in lines if li.recipient_worker_id}
    if not named:
        return
    members = set(
        Membership.objects.filter(
            worker__in=[worker for worker, _ in named], valid__contains=now
        ).values_list("worker_id", "team_id")
    )
    if not named <= members:
        raise Invalid({"lines": "A named worker is not in the team"})


def _check_identity(lines: Iterable[Line]) -> None:
    yes = {(li.giver_id, *li.to) for li in lines if li.answer}
    no = {
        (li.giver_id, *li.to) for li in lines if not li.answer and li.category is Category.IDENTITY
    }
    if yes & no:
        raise Invalid({"lines": "Nothing can be told about somebody without saying who they are"})


def _check_agreed(answers: Answers, named: Named, now: datetime) -> None:
    """A yes to what the agreement doesn't allow would be a promise that nothing follows from."""
    agreed = queries.agreed(now)
    for purpose, lines in answers.items():
        for line in lines:
            giver, told = named.agencies[line.giver_id], named.agency_of(line)
            if line.answer and not agreed.allows(purpose, giver.kind, told.kind, line.category):
                raise Invalid(
                    {
                        "lines": f"The agreement doesn’t let {giver.name} tell {told.name}"
                        f" “{line.category.label}” {purpose_words(purpose)}"
                    }
                )


def with_identity(lines: Sequence[Line]) -> list[Line]:
    """The answers, with the yes to who they are that each other yes needs."""
    said = {(li.giver_id, *li.to) for li in lines if li.category is Category.IDENTITY}
    added: dict[tuple[int, int | None, int | None], Line] = {}
    for line in lines:
        pair = (line.giver_id, *line.to)
        if line.answer and pair not in said:
            added.setdefault(pair, replace(line, category=Category.IDENTITY))
    return [*added.values(), *lines]
