"""Who somebody is, and by what the actor sees them."""

import datetime as dt
from collections.abc import Iterable

from lintel.agencies.models import Agency
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.models import Sight
from lintel.kernel.sight.states import ALL_OF_IT, Category, Source
from lintel.people.models import Person, Tenancy
from lintel.people.queries.shapes import PersonView

LARGEST_ID = 2**63 - 1


def _view(person: Person) -> PersonView:
    return PersonView(
        person.pk,
        person.name,
        person.known_as,
        person.born,
        person.died,
        person.no_fixed_address,
    )


def person(actor: Actor, person_id: int) -> PersonView:
    """Who somebody is. Raises NotFound for somebody absent or outside the actor's sight."""
    found = Person.objects.filter(pk=person_id).first() if person_id <= LARGEST_ID else None
    if found is None:
        raise NotFound
    return _view(found)


def is_worker(actor: Actor, person_id: int, worker_id: int) -> bool:
    """Whether somebody in sight is this worker: a worker has no part in what is about them."""
    return Person.objects.filter(pk=person_id, worker_id=worker_id).exists()


def agency_names(agency_ids: Iterable[int]) -> dict[int, str]:
    """The names of agencies, by their numbers."""
    return dict(Agency.objects.filter(pk__in=set(agency_ids)).values_list("pk", "name"))


def names(actor: Actor, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of those of these people who are in sight, by id."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "name"))


def sources(
    actor: Actor, *, now: dt.datetime, person_id: int | None = None
) -> dict[int, tuple[Source, ...]]:
    """The people whose identity the actor may see at `now`, each with what gives that sight."""
    mine = Sight.objects.filter(
        worker_id=actor.worker_id, category=Category.IDENTITY, valid__contains=now
    )
    if person_id is not None:
        mine = mine.filter(person_id=person_id)
    found: dict[int, tuple[Source, ...]] = {}
    for who, source in mine.values_list("person_id", "source").distinct():
        found[who] = (*found.get(who, ()), Source(source))
    return found


def own_categories(actor: Actor, person_id: int, *, now: dt.datetime) -> set[Category]:
    """What the actor may read all of at `now`, and so write, in their own agency's record.

    Not what they see a summary of: nobody writes where they can't read what they wrote.
    """
    return {
        Category(category)
        for category in Sight.objects.filter(
            worker_id=actor.worker_id,
            person_id=person_id,
            owner_id=actor.agency_id,
            detail=ALL_OF_IT,
            valid__contains=now,
        ).values_list("category", flat=True)
    }


def tenants_of(actor: Actor, reference: str) -> dict[int, str]:
    """Who in sight is on a tenancy of the actor's own agency: names by id, none for no tenancy.

    Of a reference used again, the tenancies that haven't ended count.
    """
    found = list(
        Tenancy.objects.filter(owner_id=actor.agency_id, reference=reference)
        .order_by("id")
        .values_list("person_id", "ended")
    )
    current = [person_id for person_id, ended in found if ended is None]
    return names(actor, current or [person_id for person_id, _ in found])
