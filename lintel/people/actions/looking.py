"""Looking at people in lists and searches: recorded, but for what was typed."""

import datetime as dt
from collections.abc import Collection

from django.core.paginator import Page

from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Category, Source
from lintel.kernel.states import AccessVerb
from lintel.people import queries
from lintel.people.queries import Filters, NoteView, Row

# What a row of a list or a search shows.
IN_A_LIST = (Category.IDENTITY, Category.TENANCY)


def find(
    actor: Actor, *, words: str, now: dt.datetime, page: int = 1, per_page: int = queries.PER_PAGE
) -> Page[Row]:
    """Search among the people in sight, and record who was shown. What was typed isn't kept.

    A search that found nobody is recorded, too: many of them are noticed.
    """
    found = queries.search(actor, words=words, now=now, page=page, per_page=per_page)
    access.record_listed(
        actor,
        now=now,
        person_ids=[row.person.id for row in found],
        categories=IN_A_LIST,
        why="searched among the people that the worker may see",
        verb=AccessVerb.SEARCHED,
        page="people:found",
    )
    return found


def look_through(
    actor: Actor,
    *,
    now: dt.datetime,
    filters: Filters | None = None,
    sort: str = "name",
    down: bool = False,
    page: int = 1,
    new: Collection[int] = (),
) -> Page[Row]:
    """The list of the actor's own people (`queries.patch`), and record who was shown in it."""
    found = queries.patch(actor, now=now, filters=filters, sort=sort, down=down, page=page, new=new)
    given = sorted({source for row in found for source in row.sources})
    money = any(row.balance_pence is not None for row in found)
    access.record_listed(
        actor,
        now=now,
        person_ids=[row.person.id for row in found],
        categories=(*IN_A_LIST, Category.MONEY) if money else IN_A_LIST,
        why="; ".join(Source(source).label for source in given),
        page="people:list",
    )
    return found


def read_note(
    actor: Actor, *, now: dt.datetime, person_id: int, note_id: int, page: str
) -> NoteView:
    """One note of a person, read apart from the record; that is recorded. Raises NotFound."""
    found = queries.note(actor, note_id, person_id=person_id)
    given = queries.sources(actor, now=now, person_id=person_id).get(person_id, ())
    access.record(
        actor,
        AccessVerb.OPENED,
        now=now,
        person_id=person_id,
        owner_id=found.owner_id,
        categories=[found.category],
        why="; ".join(source.label for source in given),
        page=page,
    )
    return found
