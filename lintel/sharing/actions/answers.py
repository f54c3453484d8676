"""A conversation about sharing and its answers, as a worker gives them to be written down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from lintel.agencies.models import Membership, Team
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid
from lintel.kernel.sight.states import Category
from lintel.sharing import policy
from lintel.sharing.states import LONGEST_CONSENT, Explained, Purpose


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: may the giver (an agency) tell the recipient (a team) this category?"""

    giver_id: int
    recipient_id: int
    category: Category
    answer: bool
    recipient_worker_id: int | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation: what for, until when, how it was explained, and in which words."""

    given: datetime
    until: datetime
    purpose: Purpose
    explained: Explained
    explained_words: str
    persons_words: str
    language: str = ""
    others_present: str = ""


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
    if wrong:
        raise Invalid(wrong)


def check_lines(actor: Actor, lines: Sequence[Line], now: datetime) -> dict[int, Team]:
    """The teams by number. Raises Invalid or Denied for answers that can't be written down."""
    if not lines:
        raise Invalid({"lines": "Choose at least one answer"})
    about = {(line.giver_id, line.recipient_id, line.category) for line in lines}
    if len(about) < len(lines):
        raise Invalid({"lines": "Something was answered twice"})
    teams = {
        t.pk: t
        for t in Team.objects.filter(pk__in={line.recipient_id for line in lines}).select_related(
            "agency"
        )
    }
    for line in lines:
        team = teams.get(line.recipient_id)
        if team is None or (team.closed_on and team.closed_on <= timezone.localdate(now)):
            raise Invalid({"lines": "One of the teams is closed or doesn’t exist"})
        if line.giver_id == team.agency_id:
            raise Invalid({"lines": "A team needs no consent for its own agency’s record"})
        policy.record(actor, line.giver_id, team.agency_id)
    _check_named(lines, now)
    _check_identity(lines)
    return teams


def _check_named(lines: Iterable[Line], now: datetime) -> None:
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
    yes = {(li.giver_id, li.recipient_id) for li in lines if li.answer}
    no = {
        (li.giver_id, li.recipient_id)
        for li in lines
        if not li.answer and li.category is Category.IDENTITY
    }
    if yes & no:
        raise Invalid({"lines": "Nothing can be told about somebody without saying who they are"})


def with_identity(lines: Sequence[Line]) -> list[Line]:
    """The answers, with the yes to who they are that each other yes needs."""
    said = {(li.giver_id, li.recipient_id) for li in lines if li.category is Category.IDENTITY}
    added: dict[tuple[int, int], Line] = {}
    for line in lines:
        pair = (line.giver_id, line.recipient_id)
        if line.answer and pair not in said:
            added.setdefault(pair, replace(line, category=Category.IDENTITY))
    return [*added.values(), *lines]
