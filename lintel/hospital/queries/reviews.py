"""Reads of housing at reviews: one person's, and the unmet need of all without a name."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from lintel.hospital.models import Review
from lintel.hospital.queries.figures import scope
from lintel.hospital.states import Need, ReviewKind
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review's four answers, who wrote it, and whether a newer one corrects it."""

    id: int
    person_id: int
    owner_id: int
    owner: str
    kind: str
    kind_words: str
    on: dt.date
    lives_words: str
    suits: bool
    needs: list[str]
    unmet: list[str]
    needs_words: list[str]
    unmet_words: list[str]
    words: str
    district: str
    by: str
    recorded: dt.datetime
    corrected: bool
    corrects_id: int | None


@dataclass(frozen=True, slots=True)
class Unmet:
    """How many people miss something; None where they are too few to show."""

    words: str
    people: int | None


def of_person(actor: Actor, person_id: int) -> list[ReviewView]:
    """A person's reviews in sight, the latest first; two queries."""
    found = list(
        Review.objects.filter(person_id=person_id)
        .select_related("by", "owner")
        .order_by("-on", "-recorded", "-pk")
    )
    corrected = {r.corrects_id for r in found if r.corrects_id is not None}
    return [_view(r, r.pk in corrected) for r in found]


def one(actor: Actor, person_id: int, review_id: int) -> ReviewView:
    """One review of a person's. Raises NotFound."""
    found = next((r for r in of_person(actor, person_id) if r.id == review_id), None)
    if found is None:
        raise NotFound
    return found


def unmet(actor: Actor, *, since: dt.date) -> tuple[list[Unmet], list[Unmet]]:
    """What people miss, by need and by district, from each one's latest review since a day.

    Raises Denied.
    """
    scope(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT dimension, value, people FROM hospital_unmet(%s)", [since])
        found = cursor.fetchall()

    def told(dimension: str) -> list[Unmet]:
        rows = [(value, people) for kind, value, people in found if kind == dimension]
        rows.sort(key=lambda row: (row[0] == "", -(row[1] or 0), row[0]))
        return [Unmet(_words(dimension, value), people) for value, people in rows]

    return told("need"), told("district")


def _words(dimension: str, value: str) -> str:
    if not value:
        return "Others, each too few to show"
    if dimension == "need":
        return str(Need(value).label)
    return "District not known" if value == "?" else value


def _view(r: Review, corrected: bool) -> ReviewView:
    return ReviewView(
        id=r.pk,
        person_id=r.person_id,
        owner_id=r.owner_id,
        owner=r.owner.name,
        kind=r.kind,
        kind_words=ReviewKind(r.kind).label,
        on=r.on,
        lives_words=r.lives_words,
        suits=r.suits,
        needs=list(r.needs),
        unmet=list(r.unmet),
        needs_words=[str(Need(n).label) for n in r.needs],
        unmet_words=[str(Need(n).label) for n in r.unmet],
        words=r.words,
        district=r.district,
        by=r.by.name,
        recorded=r.recorded,
        corrected=corrected,
        corrects_id=r.corrects_id,
    )
