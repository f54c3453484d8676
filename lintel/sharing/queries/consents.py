"""What a person agreed to, as far as the actor may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, models

from lintel.agencies.models import Worker
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import Category
from lintel.sharing.models import Consent, ConsentLine
from lintel.sharing.states import AT_ONCE, Capacity, Explained, Said, purpose_words

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
    recipient_worker_id: int | None
    worker: str
    category: Category
    answer: bool
    in_force: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What was said about one purpose, with the answers that the actor may know.

    `conversation` is the same for every purpose that was talked about together. `purpose` is one
    of `Purpose`, or `ANY_PURPOSE` in a refusal of everything.
    """

    id: int
    person_id: int
    owner_id: int
    owner: str
    recorded_by: str
    given: datetime
    until: datetime
    conversation: UUID | None
    purpose: str
    explained: Explained
    explained_words: str
    persons_words: str
    language: str
    interpreter: str
    others_present: str
    said: Said | None
    capacity: Capacity | None
    capacity_words: str
    capacity_by: str
    capacity_on: date | None
    recorded: datetime
    withdrawn: datetime | None
    withdrawn_words: str
    withdrawn_by: str
    lines: tuple[LineView, ...]

    @property
    def purpose_words(self) -> str:
        """What it is for, in words that the person reads."""
        return purpose_words(self.purpose)

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


def conversation(
    actor: Actor, consent_id: int, *, person_id: int, now: datetime
) -> tuple[ConsentView, ...]:
    """What was said about each purpose in the conversation that a consent belongs to.

    By purpose; as much of it as the actor may know. Raises NotFound.
    """
    one = consent(actor, consent_id, person_id=person_id, now=now)
    if one.conversation is None:
        return (one,)
    together = Consent.objects.filter(person_id=person_id, conversation=one.conversation)
    return tuple(sorted(_views(together, person_id, now), key=lambda view: view.purpose))


def conversations(views: Iterable[ConsentView]) -> list[tuple[ConsentView, ...]]:
    """The views of one conversation together, in the order in which they come."""
    found: dict[object, list[ConsentView]] = {}
    for view in views:
        found.setdefault(view.conversation or view.id, []).append(view)
    return [tuple(sorted(group, key=lambda view: view.purpose)) for group in found.values()]


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
        recipient=team.name if team else f"everybody at {agency} who has signed up",
        recipient_agency_id=team.agency_id if team else line.recipient_agency_id or 0,
        recipient_worker_id=line.recipient_worker_id,
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
        conversation=row.conversation,
        purpose=row.purpose,
        explained=Explained(row.explained),
        explained_words=row.explained_words,
        persons_words=row.persons_words,
        language=row.language,
        interpreter=row.interpreter,
        others_present=row.others_present,
        said=Said(row.said) if row.said else None,
        capacity=Capacity(row.capacity) if row.capacity else None,
        capacity_words=row.capacity_words,
        capacity_by=row.capacity_by,
        capacity_on=row.capacity_on,
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
