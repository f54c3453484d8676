"""Who the key acts for, whom it may ask about, and where requests may go."""

from typing import Annotated

from ninja import Path, Query, Router
from pydantic import Field

from lintel.agencies import queries as agencies
from lintel.directory import queries as directory
from lintel.kernel import access
from lintel.kernel.errors import Invalid, NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.people import queries as people
from lintel.requests import queries
from lintel.requests.actions import About
from lintel.requests.api import show, told
from lintel.requests.api import texts as t
from lintel.requests.api.auth import ANY, RAISE
from lintel.requests.api.given import About as AboutGiven
from lintel.requests.api.given import PersonId, Tenancy, Unlisted
from lintel.requests.presenters.raising import about_listed
from lintel.web.http import LintelRequest

router = Router(tags=["finding"])
SEVERAL = "More than one person is on this tenancy: say which by person_id"


@router.get("/me", response=told.Me, auth=ANY, operation_id="me")
def me(request: LintelRequest) -> told.Me:
    """For whom this key acts, and what it opens."""
    found = agencies.system_of(request.actor)
    return told.Me(
        name=request.actor.name,
        agency=found.agency,
        integration=found.name,
        scopes=sorted(request.actor.integration_scopes),
        teams=found.team_slugs,
    )


@router.get("/teams", response=told.Teams, auth=ANY, operation_id="teams")
def teams(
    request: LintelRequest,
    postcode: Annotated[
        Annotated[str, Field(max_length=8, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ]*$")] | None, Query()
    ] = None,
) -> told.Teams:
    """The teams that take requests: all, or those that cover a postcode, the best fit first.

    Which teams cover it follows from the catchments of their entries in the directory.
    """
    found = list(queries.open_teams(request.now))
    if postcode is not None:
        offers = queries.services_for(request.actor, postcode=postcode, now=request.now)
        found = [offer.team for offer in offers.covering]
    areas = directory.areas_of_teams([team.pk for team in found], when=request.now)
    return show.teams(found, areas)


@router.get(
    "/people/by-tenancy/{tenancy}",
    response=told.Tenants,
    auth=RAISE,
    operation_id="people_by_tenancy",
)
def by_tenancy(
    request: LintelRequest, tenancy: Annotated[t.TenancyReference, Path()]
) -> told.Tenants:
    """Who is on a tenancy of your own agency, of those within the worker's sight.

    A tenancy that doesn't exist and one outside the worker's sight are answered alike.
    """
    found = people.tenants_of(request.actor, tenancy)
    if not found:
        raise NotFound
    access.record_listed(
        request.actor,
        now=request.now,
        person_ids=found,
        categories=[Category.IDENTITY, Category.TENANCY],
        why="looked up by a tenancy reference of the worker's own agency",
        owner_id=request.actor.agency_id,
        verb=AccessVerb.SEARCHED,
        page="api.people_by_tenancy",
    )
    return told.Tenants(
        tenancy=tenancy,
        people=[told.Tenant(person_id=key, name=name) for key, name in found.items()],
    )


def who(request: LintelRequest, given: PersonId | Tenancy | Unlisted) -> tuple[int | None, About]:
    """Whom a request is about: the person in sight, and what the letter says of them.

    Raises NotFound for somebody absent or out of sight, Invalid for a tenancy of several.
    """
    if isinstance(given, Unlisted):
        return None, _typed(given.about)
    person_id = listed(request, given)
    row = people.rows_of(request.actor, [person_id])[0]
    return person_id, About(**about_listed(row))


def listed(request: LintelRequest, given: PersonId | Tenancy) -> int:
    """The person in sight whom a system names. Raises as `who`."""
    if isinstance(given, PersonId):
        request.asked_about = given.person_id  # type: ignore[attr-defined]
        found = people.names(request.actor, [given.person_id])
    else:
        found = people.tenants_of(request.actor, given.tenancy)
    if not found:
        raise NotFound
    if len(found) > 1:
        raise Invalid({"who/tenancy": SEVERAL})
    return next(iter(found))


def _typed(about: AboutGiven) -> About:
    return About(name=about.name, born=about.born, address=about.address, postcode=about.postcode)


def team_id(request: LintelRequest, slug: str | None) -> int | None:
    """The sender's own team of that name. Raises Invalid for any other."""
    if slug is None:
        return None
    for team in queries.my_desks(request.actor):
        if team.slug == slug:
            return team.pk
    raise Invalid({"team": "Choose one of the worker's own teams"})


def other_team_id(request: LintelRequest, slug: str) -> int:
    """The team that takes requests under that name. Raises Invalid."""
    found = queries.open_teams(request.now).filter(slug=slug).first()
    if found is None:
        raise Invalid({"to_team": "Choose a team that takes requests"})
    return found.pk
