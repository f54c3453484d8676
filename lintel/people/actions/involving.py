"""A team's work with a person as it begins, goes to another worker, and ends.

For the domain that knows why (a stay in hospital): it checks who may, and writes the event.
"""

import datetime as dt

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from lintel.kernel.sight.states import Category
from lintel.people.models import Involvement


def begin_involvement(
    *,
    person_id: int,
    owner_id: int,
    category: Category,
    team_id: int,
    worker_id: int,
    role_words: str,
    since: dt.datetime,
) -> int:
    """Write that a team of the agency works with the person from a moment on; its number."""
    made = Involvement(
        person_id=person_id,
        owner_id=owner_id,
        category=category,
        team_id=team_id,
        worker_id=worker_id,
        role_words=role_words,
        valid=DateTimeTZRange(since, None),
    )
    made.save()
    return made.pk


def give_involvement(involvement_id: int, worker_id: int) -> None:
    """Give it to another worker."""
    Involvement.objects.filter(pk=involvement_id).update(worker_id=worker_id)


def end_involvement(involvement_id: int, at: dt.datetime) -> None:
    """End it at a moment, never before it began."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_involvement SET valid = tstzrange(lower(valid), greatest(%s,"
            " lower(valid))) WHERE id = %s",
            [at, involvement_id],
        )
