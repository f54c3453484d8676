"""Whose own view an account may open. Called inside `lintel.kernel.actor.bound_account`."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from lintel.kernel.sight.states import Category
from lintel.sharing.models import Viewer
from lintel.sharing.states import ViewerKind


@dataclass(frozen=True, slots=True)
class Viewing:
    """A permission in force: whose view it opens, and which categories of it."""

    id: int
    person_id: int
    person: str
    kind: ViewerKind
    categories: frozenset[Category]
    until: dt.datetime | None
    # How they are related, in the person's words.
    relation: str = ""


def in_force(now: dt.datetime) -> QuerySet[Viewer]:
    """The permissions that work at `now`; row security says whose are found."""
    return Viewer.objects.filter(begins__lte=now).exclude(Q(until__lte=now) | Q(ended__lte=now))


def viewings(user_id: int, *, now: dt.datetime) -> list[Viewing]:
    """The permissions of an account, its own view first, then by name; one query."""
    found = (
        in_force(now)
        .filter(user_id=user_id)
        .select_related("person")
        .order_by("person__name", "id")
    )
    views = [
        Viewing(
            id=v.pk,
            person_id=v.person_id,
            person=v.person.name,
            kind=ViewerKind(v.kind),
            categories=categories_of(v),
            until=v.until,
            relation=v.relation,
        )
        for v in found
    ]
    return sorted(views, key=lambda v: v.kind is not ViewerKind.SELF)


def categories_of(viewer: Viewer) -> frozenset[Category]:
    """What a permission shows: all for the person; for others what they chose, and who it is."""
    if viewer.kind == ViewerKind.SELF:
        return frozenset(Category)
    return frozenset({Category.IDENTITY, *map(Category, viewer.categories)})
