"""Letters put on hold, because the person asked for it: who lets their home is told that alone.

The same from whoever asks, a ward, a support worker or the landlord's own officer, so that what
the landlord reads tells nothing of where the person is (issue of breathing spaces too: a creditor
is given no detail of treatment, SI 2020/1311).
"""

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone

from lintel.kernel import access, events
from lintel.kernel.actor import Actor
from lintel.kernel.errors import Invalid
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries
from lintel.people.states import Held

LONGEST_HOLD = dt.timedelta(days=365)
WHY = "The person asked that letters be held."


@transaction.atomic
def hold_letters(
    actor: Actor, *, now: dt.datetime, person_id: int, until: dt.date | None, what: Held
) -> None:
    """Have letters held until a day, or (None) let them come again; it takes the place of before.

    What the landlord reads is `Held`'s words and the day, never who asked or why. Raises NotFound,
    Invalid (a day that isn't ahead, or is more than a year ahead).
    """
    queries.person(actor, person_id)
    today = timezone.localdate(now)
    if until is not None and not today < until <= today + LONGEST_HOLD:
        raise Invalid({"until": "Choose a day in the next twelve months"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT people_hold_letters(%s, %s, %s)", [person_id, until or today, what.label]
        )
    events.record(
        actor,
        "people.letters_held" if until else "people.letters_let",
        now=now,
        subject=("person", person_id),
        person_id=person_id,
        owner_id=actor.agency_id,
    )
    access.record(
        actor,
        AccessVerb.DISCLOSED,
        now=now,
        person_id=person_id,
        owner_id=actor.agency_id,
        categories=[Category.CONTACT],
        why=WHY,
        page="people:letters",
    )
