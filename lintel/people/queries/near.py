"""Who works with whom by name, and what has lately begun: for the domains above."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, QuerySet

from lintel.people.models import Involvement, PatchOfficer, Person, Tenancy


def assigned_teams(worker_id: int, now: dt.datetime) -> set[str]:
    """The names of the teams in which the worker works with people by name.

    As the officer of a patch, or the named worker of somebody in the actor's sight.
    """
    patches = PatchOfficer.objects.filter(worker_id=worker_id, valid__contains=now)
    cases = Involvement.objects.filter(worker_id=worker_id, valid__contains=now)
    return set(patches.values_list("patch__team__name", flat=True)) | set(
        cases.values_list("team__name", flat=True)
    )


def tenancies_since(agency_id: int, since: dt.date, today: dt.date) -> QuerySet[Tenancy]:
    """The agency's tenancies in sight that began on the day `since` or later, the latest first."""
    return (
        Tenancy.objects.filter(
            Q(ended__isnull=True) | Q(ended__gt=today), owner=agency_id, started__gte=since
        )
        .select_related("person")
        .order_by("-started")
    )


def involvements_since(
    agency_id: int,
    since: dt.datetime,
    now: dt.datetime,
    *,
    worker_id: int,
    team_ids: Collection[int],
) -> QuerySet[Involvement]:
    """The agency's involvements that began since then: the worker's own, or of these teams."""
    return (
        Involvement.objects.filter(
            owner=agency_id, valid__contains=now, valid__startswith__gte=since
        )
        .filter(Q(worker=worker_id) | Q(team__in=team_ids))
        .select_related("person", "team")
        .order_by("-valid")
    )


def home_postcodes(person_ids: Collection[int], today: dt.date) -> dict[int, tuple[str, int]]:
    """The postcode of each person's present home in sight, and which landlord says so."""
    found = (
        Tenancy.objects.filter(
            Q(ended__isnull=True) | Q(ended__gt=today), person__in=person_ids, started__lte=today
        )
        .exclude(home__postcode="")
        .order_by("started", "pk")
    )
    return {
        person: (postcode, owner)
        for person, postcode, owner in found.values_list("person_id", "home__postcode", "owner_id")
    }


def in_sight() -> QuerySet[Person]:
    """Everybody in the bound worker's sight."""
    return Person.objects.all()
