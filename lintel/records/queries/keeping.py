"""The registers of an agency: copies asked for, holds, what is due, and erasures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet

from lintel.kernel.actor import Actor
from lintel.kernel.errors import Conflict, NotFound
from lintel.kernel.sight.states import Category
from lintel.records import kept, policy
from lintel.records.models import CopyRequest, Due, Erasure, Hold
from lintel.records.queries.copies import copy_for
from lintel.records.states import TOLD, TOLD_WORDS, Asked


@dataclass(frozen=True, slots=True)
class DueRow:
    """One thing whose time of keeping is over."""

    id: int
    person_id: int | None
    name: str
    what: str
    due_on: date
    rows: int
    keep_words: str
    keep_until: date | None


def copy_requests(actor: Actor) -> QuerySet[CopyRequest]:
    """Who asked the actor's agency for a copy."""
    policy.answer_for(actor)
    return CopyRequest.objects.filter(owner_id=actor.agency_id)


def holds(actor: Actor) -> QuerySet[Hold]:
    """The legal holds of the actor's agency."""
    policy.answer_for(actor)
    return Hold.objects.filter(owner_id=actor.agency_id)


def erasures(actor: Actor) -> QuerySet[Erasure]:
    """Who asked the actor's agency to be erased."""
    policy.answer_for(actor)
    return Erasure.objects.filter(owner_id=actor.agency_id)


def open_erasure(actor: Actor, person_id: int, erasure_id: int) -> Erasure:
    """A person’s request to be erased. Raises NotFound, and Conflict where it is decided."""
    found = erasures(actor).filter(pk=erasure_id, person_id=person_id).first()
    if found is None:
        raise NotFound
    if found.state != Asked.OPEN:
        raise Conflict("It was decided already.")
    return found


def would_go(actor: Actor, person_id: int, *, now: datetime) -> list[tuple[str, int]]:
    """What erasing would take from the actor's agency: each kind with how many, none that is empty.

    Counted from the copy, and what a copy leaves out beside it. Nothing is shown of what any of it
    says, so the access record has no entry for it. Raises NotFound where the agency holds nothing.
    """
    policy.answer_for(actor)
    made = copy_for(person_id, actor.agency_id, now=now)
    if made is None:
        raise NotFound
    stays = {*kept.PERSONS_OWN, "records_erasure"}
    found = [(one.title, len(one.rows)) for one in made.sections if one.table not in stays]
    left_out = made.held_back + made.not_told
    return [*found, *([("What a copy for them leaves out", left_out)] if left_out else [])]


def due(actor: Actor) -> QuerySet[Due]:
    """What is due to be erased at the actor's agency, the longest due first."""
    policy.answer_for(actor)
    found = Due.objects.filter(owner_id=actor.agency_id, erased__isnull=True)
    return found.order_by("due_on", "person_id", "category")


def due_rows(actor: Actor, found: Sequence[Due]) -> list[DueRow]:
    """Rows of the list, with names; one query for all."""
    named = names(actor, [one.person_id for one in found if one.person_id])
    return [
        DueRow(
            id=one.pk,
            person_id=one.person_id,
            name=named.get(one.person_id or 0, "Somebody no longer known")
            if one.person_id
            else "Nobody linked",
            what=TOLD_WORDS if one.category == TOLD else str(Category(one.category).label),
            due_on=one.due_on,
            rows=one.rows,
            keep_words=one.keep_words,
            keep_until=one.keep_until,
        )
        for one in found
    ]


def names(actor: Actor, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of people about whom the lead's agency holds something."""
    policy.answer_for(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name FROM sharing_people_for_lead(NULL, %s::bigint[])",
            [sorted(set(person_ids))],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Registers:
    """What waits in the registers of an agency, with names; `due` counts what nobody decided."""

    copies: list[CopyRequest]
    erasures: list[Erasure]
    holds: list[Hold]
    due: int
    names: dict[int, str]


def registers(actor: Actor) -> Registers:
    """What waits for an information lead, the most urgent first; at most 100 of each."""
    copies = list(copy_requests(actor).filter(done_on__isnull=True).order_by("due_on")[:100])
    asked = list(erasures(actor).filter(state=Asked.OPEN).order_by("due_on")[:100])
    held = list(holds(actor).filter(lifted__isnull=True).order_by("review_on")[:100])
    people = {one.person_id for found in (copies, asked, held) for one in found}
    return Registers(
        copies=copies,
        erasures=asked,
        holds=held,
        due=due(actor).filter(decided="").count(),
        names=names(actor, people) if people else {},
    )
