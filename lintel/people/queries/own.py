"""What is held about a person, for their own view: each takes the account that looks.

Called inside `lintel.kernel.actor.bound_account`: row security says what is found.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from lintel.agencies.models import Agency
from lintel.kernel.actor import Account
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.people.models import ContactPoint, Involvement, Note, Person, Tenancy
from lintel.people.queries.record import contact_views
from lintel.people.queries.shapes import (
    ContactView,
    NoteView,
    PersonView,
    TenancyView,
)
from lintel.people.states import TenancyKind

# What the role may read of a worker (the migration `portal.0001_own_view`).
WORKER = ("worker__id", "worker__name", "worker__job_title", "worker__phone", "worker__left_on")


@dataclass(frozen=True, slots=True)
class Helper:
    """A team that works with the person now, and their named worker there."""

    category: Category
    team: str
    team_phone: str
    team_email: str
    agency: str
    worker: str
    worker_phone: str
    role_words: str


def own_person(account: Account) -> PersonView:
    """Who the person is. Raises NotFound."""
    found = Person.objects.filter(pk=account.person_id).first()
    if found is None:
        raise NotFound
    return PersonView(
        found.pk, found.name, found.known_as, found.born, found.died, found.no_fixed_address
    )


def own_helpers(account: Account, *, now: dt.datetime) -> list[Helper]:
    """The teams that work with the person at `now`, by name."""
    found = (
        Involvement.objects.filter(person_id=account.person_id, valid__contains=now)
        .select_related("team__agency", "worker")
        .only("category", "role_words", "team", *WORKER)
        .order_by("team__name", "id")
    )
    today = now.date()
    helpers = []
    for row in found:
        worker = row.worker
        if worker and worker.left_on and worker.left_on <= today:
            worker = None
        helpers.append(
            Helper(
                category=Category(row.category),
                team=row.team.name,
                team_phone=row.team.phone,
                team_email=row.team.email,
                agency=row.team.agency.name,
                worker=worker.name if worker else "",
                worker_phone=worker.phone if worker else "",
                role_words=row.role_words,
            )
        )
    return helpers


def own_tenancies(account: Account) -> list[TenancyView]:
    """The person's homes, the present one first; the rent where money may be seen."""
    found = (
        Tenancy.objects.filter(person_id=account.person_id)
        .select_related("home", "owner", "rent")
        .order_by("-started", "-id")
    )
    views = [
        TenancyView(
            id=t.pk,
            owner_id=t.owner_id,
            owner=t.owner.name,
            reference=t.reference,
            kind=TenancyKind(t.kind),
            started=t.started,
            ended=t.ended,
            address=t.home.address,
            postcode=t.home.postcode,
            patch="",
            balance_pence=rent.balance_pence if (rent := getattr(t, "rent", None)) else None,
            as_of=rent.as_of if rent else None,
        )
        for t in found
    ]
    return sorted(views, key=lambda t: t.ended is not None)


def own_contacts(account: Account) -> list[ContactView]:
    """How services say the person can be reached; their wishes come first."""
    return contact_views(account.person_id)


def own_notes(account: Account) -> list[NoteView]:
    """What workers wrote about the person, newest first, without what is held back."""
    found = list(
        Note.objects.filter(person_id=account.person_id)
        .select_related("owner", "written_by")
        .only(
            "owner",
            "category",
            "words",
            "written",
            "corrects_id",
            "written_by__id",
            "written_by__name",
            "written_by__job_title",
        )
        .order_by("-written", "-id")
    )
    corrected = {n.corrects_id: n.pk for n in reversed(found) if n.corrects_id}
    return [
        NoteView(
            id=n.pk,
            owner_id=n.owner_id,
            owner=n.owner.name,
            category=Category(n.category),
            words=n.words,
            written_by_id=n.written_by_id,
            written_by=f"{n.written_by.name}, {n.written_by.job_title}",
            written=n.written,
            corrects_id=n.corrects_id,
            corrected_by=corrected.get(n.pk),
        )
        for n in found
    ]


def own_agencies(account: Account) -> dict[int, str]:
    """The agencies that hold something about the person, by name; one query."""
    held = [
        kind.objects.filter(person_id=account.person_id).order_by().values("owner_id")
        for kind in (Tenancy, Involvement, ContactPoint, Note)
    ]
    found = Agency.objects.filter(
        Q(pk__in=held[0]) | Q(pk__in=held[1]) | Q(pk__in=held[2]) | Q(pk__in=held[3])
    )
    return dict(found.order_by("name").values_list("pk", "name"))


def own_team_agencies(account: Account, *, now: dt.datetime) -> dict[int, str]:
    """The agencies whose teams work with the person at `now`, by name; one query."""
    found = Involvement.objects.filter(person_id=account.person_id, valid__contains=now)
    mine = Agency.objects.filter(pk__in=found.order_by().values("team__agency_id"))
    return dict(mine.order_by("name").values_list("pk", "name"))


def own_teams(account: Account, *, now: dt.datetime) -> dict[int, str]:
    """The teams that work with the person at `now`, each with its agency."""
    found = (
        Involvement.objects.filter(person_id=account.person_id, valid__contains=now)
        .order_by("team__name")
        .values_list("team_id", "team__name", "team__agency__name")
    )
    return {pk: f"{name}, {agency}" for pk, name, agency in found}
