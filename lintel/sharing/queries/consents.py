"""What a person agreed to, as far as the actor may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models

from lintel.agencies.models import Team, Worker
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import Category
from lintel.sharing.models import Consent, ConsentLine
from lintel.sharing.states import AT_ONCE, Explained, Purpose

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class LineView:
    """One answer. `in_force` is whether sight follows from it now (only a yes gives any).

    `recipient_id` is None where everybody of an agency inside the loop is told.
    """

    id: int
    giver_id: int
    giver: str
    recipient_id: int | None
    recipient: str
    recipient_agency_id: int
    worker: str
    category: Category
    answer: bool
    in_force: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One conversation about sharing, with the answers that the actor may know."""

    id: int
    person_id: int
    owner_id: int
    owner: str
    recorded_by: str
    given: datetime
    until: datetime
    purpose: Purpose
    explained: Explained
    explained_words: str
    persons_words: str
    language: str
    others_present: str
    recorded: datetime
    withdrawn: datetime | None
    withdrawn_words: str
    withdrawn_by: str
    lines: tuple[LineView, ...]

    @property
    def refused(self) -> bool:
        """Whether every answer was no."""
        return not any(line.answer for line in self.lines)

    @property
    def in_force(self) -> bool:
        """Whether anything that was agreed still counts."""
        return any(line.in_force and line.answer for line in self.lines)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation of which the actor's agency has yet to confirm a part."""

    consent_id: int
    person_id: int
    person: str
    recorded_by: str
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands now between the actor's agency and one team.

    `consent_id`, `given` and `until` are of the answer about who the person is, without which
    nothing is shared. `categories` and `refused` are what the actor's agency may and may not tell
    the team, in words; `theirs` what the team's agency may tell the actor's teams, and `waiting`
    what it has yet to confirm.
    """

    consent_id: int
    team_id: int
    given: datetime
    until: datetime
    numbers: frozenset[Category]
    categories: tuple[str, ...]
    refused: tuple[str, ...]
    theirs: tuple[str, ...]
    waiting: tuple[str, ...]


def consents_for(actor: Actor, person_id: int, *, now: datetime) -> list[ConsentView]:
    """The conversations about sharing that the actor may know of, the latest first."""
    return _views(Consent.objects.filter(person_id=person_id), person_id, now)


def consent(actor: Actor, consent_id: int, *, person_id: int, now: datetime) -> ConsentView:
    """One conversation. Raises NotFound."""
    if consent_id > LARGEST_ID or person_id > LARGEST_ID:
        raise NotFound
    found = _views(Consent.objects.filter(pk=consent_id, person_id=person_id), person_id, now)
    if not found:
        raise NotFound
    return found[0]


def standing(actor: Actor, *, person_id: int, team_id: int, now: datetime) -> Standing | None:
    """What the actor's agency may tell a team about a person now; None when not even who it is."""
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        return None
    views = consents_for(actor, person_id, now=now)
    told = [
        (view, line)
        for view in views
        for line in view.lines
        if line.giver_id == actor.agency_id and line.recipient_id == team_id and line.in_force
    ]
    who = next((v for v, li in told if li.answer and li.category is Category.IDENTITY), None)
    if who is None:
        return None
    back = [
        line
        for view in views
        for line in view.lines
        if line.giver_id == team.agency_id and line.recipient_id in actor.team_ids and line.answer
    ]
    yes = {line.category for _, line in told if line.answer}
    return Standing(
        consent_id=who.id,
        team_id=team_id,
        given=who.given,
        until=who.until,
        numbers=frozenset(yes),
        categories=_labels(yes),
        refused=_labels({line.category for _, line in told if not line.answer}),
        theirs=_labels({line.category for line in back if line.in_force}),
        waiting=_labels({line.category for line in back if line.waits}),
    )


def consents_standing(person_id: int, giver_id: int, team_id: int, now: datetime) -> set[int]:
    """The consents by which the agency may tell the team anything of the person now.

    Of several answers about one category the latest counts. For the system role too.
    """
    latest: dict[int, ConsentLine] = {}
    lines = (
        ConsentLine.objects.filter(
            person_id=person_id, giver_id=giver_id, recipient_id=team_id, consent__given__lte=now
        )
        .select_related("consent")
        .order_by("consent__given", "consent_id")
    )
    for line in lines:
        latest[line.category] = line
    return {
        line.consent_id
        for line in latest.values()
        if line.answer and line.consent.until > now and line.consent.withdrawn is None
    }


def waits_for_me(actor: Actor, view: ConsentView) -> tuple[LineView, ...]:
    """The answers about the actor's own agency that a worker of it has yet to confirm."""
    return tuple(line for line in view.lines if line.waits and line.giver_id == actor.agency_id)


def waiting(actor: Actor, *, now: datetime) -> list[Waiting]:
    """The conversations that wait for the actor's agency to confirm a part, and its actor to do it.

    Only about people whom the actor works with from within the agency, the oldest first.
    """
    own = set(
        Sight.objects.filter(
            worker_id=actor.worker_id,
            owner_id=actor.agency_id,
            category=Category.IDENTITY,
            valid__contains=now,
        ).values_list("person_id", flat=True)
    )
    lines = (
        ConsentLine.objects.filter(
            giver_id=actor.agency_id,
            answer=True,
            confirmed__isnull=True,
            consent__withdrawn__isnull=True,
            consent__until__gt=now,
        )
        .exclude(owner_id=actor.agency_id)
        .exclude(category__in=AT_ONCE)
        .select_related("consent__owner", "person")
        .order_by("consent__recorded", "id")
    )
    found = {
        line.consent_id: Waiting(
            line.consent_id,
            line.person_id,
            line.person.name,
            line.consent.owner.name,
            line.consent.recorded,
        )
        for line in lines
        if line.person_id in own
    }
    return list(found.values())


def _labels(categories: Iterable[Category]) -> tuple[str, ...]:
    return tuple(str(category.label) for category in sorted(categories))


def _in_force(person_id: int, now: datetime) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line_id FROM sharing_answers(%s) WHERE valid @> %s", [person_id, now]
        )
        return {row[0] for row in cursor.fetchall()}


def _views(consents: models.QuerySet[Consent], person_id: int, now: datetime) -> list[ConsentView]:
    rows = list(
        consents.select_related("owner", "recorded_by", "withdrawn_by").order_by("-given", "-id")
    )
    if not rows:
        return []
    in_force = _in_force(person_id, now)
    lines: dict[int, list[LineView]] = {}
    for line in (
        ConsentLine.objects.filter(consent__in=[row.pk for row in rows])
        .select_related("giver", "recipient", "recipient_agency", "recipient_worker")
        .order_by("giver__name", "recipient__name", "category")
    ):
        lines.setdefault(line.consent_id, []).append(_line(line, in_force))
    return [_view(row, lines.get(row.pk, [])) for row in rows]


def _line(line: ConsentLine, in_force: set[int]) -> LineView:
    category = Category(line.category)
    # A constraint of the table: one of the two is there.
    team, agency = line.recipient, line.recipient_agency
    assert team or agency
    needs = line.answer and line.giver_id != line.owner_id and category not in AT_ONCE
    return LineView(
        id=line.pk,
        giver_id=line.giver_id,
        giver=line.giver.name,
        recipient_id=line.recipient_id,
        recipient=team.name if team else f"{agency} (its workers inside the loop)",
        recipient_agency_id=team.agency_id if team else line.recipient_agency_id or 0,
        worker=line.recipient_worker.name if line.recipient_worker else "",
        category=category,
        answer=line.answer,
        in_force=line.pk in in_force,
        waits=needs and line.confirmed is None,
    )


def _view(row: Consent, lines: list[LineView]) -> ConsentView:
    return ConsentView(
        id=row.pk,
        person_id=row.person_id,
        owner_id=row.owner_id,
        owner=row.owner.name,
        recorded_by=_who(row.recorded_by),
        given=row.given,
        until=row.until,
        purpose=Purpose(row.purpose),
        explained=Explained(row.explained),
        explained_words=row.explained_words,
        persons_words=row.persons_words,
        language=row.language,
        others_present=row.others_present,
        recorded=row.recorded,
        withdrawn=row.withdrawn,
        withdrawn_words=row.withdrawn_words,
        withdrawn_by=_withdrawn_by(row),
        lines=tuple(lines),
    )


def _who(worker: Worker | None) -> str:
    """A worker with their post; nobody is the person themselves, in their own view."""
    return f"{worker.name}, {worker.job_title}" if worker else "The person, in their own view"


def _withdrawn_by(row: Consent) -> str:
    if row.withdrawn is None:
        return ""
    return row.withdrawn_by.name if row.withdrawn_by else "The person, in their own view"
