"""The registers of an agency: copies asked for, holds, what is due, and erasures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Category
from lintel.records import policy
from lintel.records.models import CopyRequest, Due, Erasure, Hold
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
