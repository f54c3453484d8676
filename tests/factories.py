"""Rows for tests, made in the database as the role that may make them.

Agencies and workers are made as the application; people, and what is held about them, as the
import role. Every function has defaults that make sense together, and takes keywords for what
matters to the test. Times default to a year back, so that all is in force now.

    landlord, trust = factories.agency(), factories.agency(AgencyKind.TRUST)
    officer = factories.worker(factories.team(landlord))
    tenant = factories.tenant(officer)          # on the officer's patch: in sight
    with bound(factories.actor(officer)):
        Person.objects.get(pk=tenant.pk)
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from lintel.agencies.models import (
    NO_ADDRESS,
    Agency,
    LinkWorker,
    Membership,
    RoleHeld,
    Team,
    User,
    Worker,
)
from lintel.agencies.states import HEALTH_TEAMS, AgencyKind, Side, TeamKind, TeamRole
from lintel.directory.actions import put
from lintel.directory.entry import Catchment, Document, Entry, Piece
from lintel.directory.models import Organisation, Service
from lintel.directory.states import Audience, CatchmentKind
from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Category
from lintel.people.models import (
    ContactPoint,
    Home,
    Involvement,
    Note,
    Patch,
    PatchOfficer,
    Person,
    RentAccount,
    Tenancy,
)
from lintel.people.states import ContactKind, TenancyKind
from lintel.plans.models import CircleMember
from lintel.sharing.models import (
    Acceptance,
    Consent,
    ConsentLine,
    Override,
    Signature,
    Training,
    Viewer,
)
from lintel.sharing.states import Explained, OverrideReason, Purpose, ViewerKind
from tests.support.db import as_role, under

LOAD = "lintel_import"
SHIPPED = 1
"""The number of the agreement that Lintel ships with."""
_numbers = count(1)


def number() -> int:
    """A number not used before in this process."""
    return next(_numbers)


def year_ago() -> datetime:
    """When everything began, unless a test says otherwise."""
    return timezone.now() - timedelta(days=365)


def since(start: datetime | None = None, end: datetime | None = None) -> DateTimeTZRange:
    """From `start` (a year ago) until `end` (no end)."""
    return DateTimeTZRange(start or year_ago(), end)


# Agencies, teams, workers


def agency(kind: AgencyKind = AgencyKind.LANDLORD, *, signed: bool = True, **fields: Any) -> Agency:
    """An agency that has signed the agreement in force, unless `signed` is false."""
    n = number()
    values = {"name": f"{kind.label} {n}", "slug": f"agency-{n}"}
    made = Agency.objects.create(kind=kind, **{**values, **fields})
    if signed:
        signature(made)
    return made


@under(LOAD)
def signature(of: Agency, agreement_id: int = SHIPPED, **fields: Any) -> Signature:
    """The agency signed a version: the one that Lintel ships with, which is in force."""
    values = {"signed": datetime(2024, 1, 8, tzinfo=UTC)}
    return Signature.objects.create(agreement_id=agreement_id, agency=of, **{**values, **fields})


@under(LOAD)
def let_in(who: Worker, start: datetime | None = None, until: date | None = None) -> None:
    """Let the worker inside the loop: trained, and the version in force accepted."""
    begins = start or year_ago()
    Training.objects.create(
        worker=who,
        course="Confidentiality",
        done_on=timezone.localdate(begins),
        until=until or timezone.localdate() + timedelta(days=365),
        recorded=begins,
    )
    Acceptance.objects.create(agreement_id=SHIPPED, worker=who, accepted=begins)


@under("postgres")
def let_out(who: Worker) -> None:
    """Take the worker out of the loop: what they accepted is forgotten."""
    Acceptance.objects.filter(worker=who).delete()


def team(
    of: Agency | None = None,
    kind: TeamKind = TeamKind.HOUSING_OFFICE,
    *,
    covers: Iterable[str] = (),
    **fields: Any,
) -> Team:
    """A team, of a new agency of the fitting kind if none is given.

    `covers`: postcode districts and sectors, or "*": gives it a published entry (`entry`).
    """
    n = number()
    if of is None:
        of = agency(AgencyKind.TRUST if kind in HEALTH_TEAMS else AgencyKind.LANDLORD)
    values = {"name": f"{kind.label} {n}", "slug": f"team-{n}"}
    made = Team.objects.create(agency=of, kind=kind, **{**values, **fields})
    if codes := list(covers):
        entry(made, [Catchment(pieces=pieces_of(codes))])
    return made


def pieces_of(codes: Iterable[str]) -> list[Piece]:
    """The pieces of a catchment of postcode districts and sectors; "*" is everywhere."""
    found = list(codes)
    named = [code for code in found if code != "*"]
    pieces = [Piece(kind=CatchmentKind.WHOLE)] if "*" in found else []
    return [*pieces, *([Piece(kind=CatchmentKind.POSTCODES, codes=named)] if named else [])]


def everywhere() -> Catchment:
    """A catchment that holds every address."""
    return Catchment(pieces=pieces_of(["*"]))


def entry(of: Team, catchments: list[Catchment], **values: Any) -> Service:
    """A published entry of the team in the directory, for workers, with these catchments.

    `values` are of `lintel.directory.entry.Entry`.
    """
    now = year_ago()
    organisation, _ = Organisation.objects.get_or_create(
        agency=of.agency, defaults={"name": of.agency.name}
    )
    service = Service.objects.create(
        slug=f"service-{number()}",
        organisation=organisation,
        team=of,
        audience=Audience.PARTNERS,
        modified=now,
    )
    written = Entry(**{"name": of.name, "catchments": catchments, **values})
    with as_role(LOAD):
        put([(service, Document(entry=written))], now=now)
    return service


def worker(
    of: Team | Agency | None = None,
    *,
    team_role: TeamRole = TeamRole.MEMBER,
    in_loop: bool = True,
    roles: Iterable[str] = (),
    email: str = "",
    password: str | None = None,
    **fields: Any,
) -> Worker:
    """A worker with an account, a member of the team (of none, if an agency is given).

    Inside the confidentiality loop unless `in_loop` is false. Without `password` the account
    can't sign in by password (hashing one is slow).
    """
    n = number()
    place = of or team()
    user = User.objects.create_user(email or f"worker{n}@example.test", password)
    values = {
        "name": f"Worker {n}",
        "job_title": "Housing officer",
    }
    made = Worker.objects.create(
        user=user,
        agency=place.agency if isinstance(place, Team) else place,
        **{**values, **fields},
    )
    if isinstance(place, Team):
        member(made, place, team_role)
    for held in roles:
        role(made, held)
    if in_loop:
        let_in(made)
        made.refresh_from_db(fields=["loop"])
    return made


def member(
    who: Worker,
    of: Team,
    role: TeamRole = TeamRole.MEMBER,
    valid: DateTimeTZRange | None = None,
) -> Membership:
    """A worker's place in a team."""
    return Membership.objects.create(worker=who, team=of, role=role, valid=valid or since())


def role(who: Worker, held: str, valid: DateTimeTZRange | None = None) -> RoleHeld:
    """An agency-wide role (`lintel.agencies.states.Role`)."""
    return RoleHeld.objects.create(worker=who, role=held, valid=valid or since())


def link_worker(who: Worker, of: Team, towards: Side = Side.HEALTH, **fields: Any) -> LinkWorker:
    """The worker links the team with the other side."""
    return LinkWorker.objects.create(
        worker=who, team=of, towards=towards, **{"valid": since(), **fields}
    )


def actor(who: Worker) -> Actor:
    """The worker as an actor, with the teams and roles in force now."""
    now = timezone.now()
    places = list(
        Membership.objects.filter(worker=who, valid__contains=now).values_list("team_id", "role")
    )
    held = RoleHeld.objects.filter(worker=who, valid__contains=now).values_list("role", flat=True)
    return Actor(
        worker_id=who.pk,
        user_id=who.user_id,
        agency_id=who.agency_id,
        name=who.name,
        team_ids=frozenset(t for t, _ in places),
        lead_team_ids=frozenset(t for t, r in places if r == TeamRole.LEAD),
        roles=frozenset(held),
    )


# Patches, homes, people


def patch(of: Team, officer: Worker | None = None, **fields: Any) -> Patch:
    """A patch of the team, looked after by the officer if one is given."""
    made = Patch.objects.create(
        agency=of.agency, team=of, **{"name": f"Patch {number()}", **fields}
    )
    if officer:
        patch_officer(made, officer)
    return made


def patch_officer(of: Patch, who: Worker, valid: DateTimeTZRange | None = None) -> PatchOfficer:
    """Who looks after the patch."""
    return PatchOfficer.objects.create(patch=of, worker=who, valid=valid or since())


def home(of: Patch | None = None, owner: Agency | None = None, **fields: Any) -> Home:
    """A home, on the patch if one is given."""
    n = number()
    landlord = of.agency if of else owner or agency()
    values = {"reference": f"H{n}", "address": f"{n} Example Street", "postcode": "SY1 2AB"}
    return Home.objects.create(owner=landlord, patch=of, **{**values, **fields})


@under(LOAD)
def person(name: str = "", **fields: Any) -> Person:
    """A person nobody holds anything about: in nobody's sight."""
    values = {"name": name or f"Person {number()}", "born": date(1972, 4, 3), "created": year_ago()}
    return Person.objects.create(**{**values, **fields})


@under(LOAD)
def tenancy(of: Person, at: Home, *, balance_pence: int | None = None, **fields: Any) -> Tenancy:
    """The person's tenancy of the home; with a rent account if a balance is given."""
    values = {
        "reference": f"T{number()}",
        "kind": TenancyKind.SECURE,
        "started": year_ago().date(),
        "folded": f"{at.address} {at.postcode}".lower(),
    }
    made = Tenancy.objects.create(person=of, owner=at.owner, home=at, **{**values, **fields})
    if balance_pence is not None:
        RentAccount.objects.create(
            person=of,
            owner=at.owner,
            tenancy=made,
            balance_pence=balance_pence,
            as_of=timezone.now().date(),
        )
    return made


def tenant(of: Worker, name: str = "", **fields: Any) -> Person:
    """A tenant on a patch of this officer, whose first team it is."""
    place = of.memberships.order_by("id").first()
    assert place is not None, "The officer needs a team."
    held = of.patches_held.order_by("id").first()
    made = person(name, **fields)
    tenancy(made, home(held.patch if held else patch(place.team, of)))
    return made


@under(LOAD)
def involvement(
    with_: Person, team: Team, worker: Worker | None = None, **fields: Any
) -> Involvement:
    """A team working with the person; its named worker if one is given."""
    health = team.kind in HEALTH_TEAMS
    values = {
        "category": Category.HEALTH_INVOLVEMENT if health else Category.SUPPORT_NEEDS,
        "role_words": "care coordinator" if health else "support worker",
        "valid": since(),
    }
    return Involvement.objects.create(
        person=with_, owner=team.agency, team=team, worker=worker, **{**values, **fields}
    )


@under(LOAD)
def contact(
    of: Person, owner: Agency, value: str = "", kind: ContactKind = ContactKind.PHONE, **fields: Any
) -> ContactPoint:
    """A way to reach the person, held by the agency."""
    return ContactPoint.objects.create(
        person=of, owner=owner, kind=kind, value=value or f"01632 {number():06d}", **fields
    )


@under(LOAD)
def note(
    about: Person, by: Worker, words: str = "", category: Category = Category.TENANCY, **fields: Any
) -> Note:
    """Something the worker wrote down."""
    return Note.objects.create(
        person=about,
        owner_id=by.agency_id,
        written_by=by,
        category=category,
        words=words or f"Note {number()}",
        **{"written": timezone.now(), **fields},
    )


@under(LOAD)
def circle(of: Person, who: Worker, added_by: Worker | None = None, **fields: Any) -> CircleMember:
    """The worker is in the person's circle, the one that all who are put here share."""
    values = {
        "circle": UUID(int=of.pk),
        "accepted": fields.get("joined") or year_ago(),
        "role_words": who.job_title,
        "reach_words": "by phone",
        "agreed_words": "Agreed together",
        "joined": year_ago(),
    }
    return CircleMember.objects.create(
        person=of,
        owner_id=who.agency_id,
        worker=who,
        added_by=added_by or who,
        **{**values, **fields},
    )


# Sharing


@under(LOAD)
def consent(
    of: Person,
    by: Worker,
    to: Team,
    categories: Iterable[Category] = (Category.IDENTITY, Category.CONTACT),
    *,
    refused: Iterable[Category] = (),
    giver: Agency | None = None,
    to_worker: Worker | None = None,
    **fields: Any,
) -> Consent:
    """The person's answers about what `giver` (the recorder's agency) may tell a team."""
    now = timezone.now()
    values = {
        "given": now - timedelta(minutes=1),
        "until": now + timedelta(days=180),
        "purpose": Purpose.TENANCY_SUPPORT,
        "explained": Explained.FACE_TO_FACE,
        "explained_words": "What it means, and that no is fine.",
        "persons_words": "Yes, tell them.",
        "recorded": now,
    }
    made = Consent.objects.create(
        person=of, owner_id=by.agency_id, recorded_by=by, **{**values, **fields}
    )
    answers = [(c, True) for c in categories] + [(c, False) for c in refused]
    ConsentLine.objects.bulk_create(
        ConsentLine(
            consent=made,
            person=of,
            owner_id=by.agency_id,
            giver=giver or by.agency,
            recipient=to,
            recipient_worker=to_worker,
            category=category,
            answer=answer,
        )
        for category, answer in answers
    )
    return made


@under(LOAD)
def override(
    of: Person,
    by: Worker,
    holder: Agency,
    categories: Iterable[Category] = (Category.IDENTITY, Category.CONTACT),
    **fields: Any,
) -> Override:
    """The worker opened what the agency holds about the person, for safety, for an hour."""
    now = timezone.now()
    values = {
        "reason": OverrideReason.VITAL_INTERESTS,
        "words": "Found unwell.",
        "opened": fields.get("opened") or now - timedelta(minutes=1),
    }
    values["until"] = values["opened"] + timedelta(hours=1)
    values["review_due"] = values["opened"] + timedelta(days=7)
    return Override.objects.create(
        person=of, worker=by, holder=holder, categories=list(categories), **{**values, **fields}
    )


@under(LOAD)
def viewer(
    of: Person,
    kind: ViewerKind = ViewerKind.SELF,
    categories: Iterable[Category] = (),
    user: User | None = None,
    **fields: Any,
) -> Viewer:
    """An account that sees the person's own view: theirs, or somebody's whom they let look."""
    account = user or own_account()
    return Viewer.objects.create(
        user=account,
        person=of,
        kind=kind,
        categories=list(categories),
        **{"begins": year_ago(), **fields},
    )


@under("postgres")
def own_account() -> User:
    """An account that is nobody's at work: a person's own."""
    return User.objects.create_user(f"p{number()}{NO_ADDRESS}")


@under("postgres")
def emergency(
    giver: Agency,
    receiver: Agency,
    categories: Iterable[Category] = tuple(Category),
    second: Iterable[Category] = (),
) -> None:
    """In an emergency the agreement lets agencies of the one kind tell those of the other.

    `second`: what needs a second worker.
    """
    needs = set(second)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sharing_allowed WHERE use = 'emergency' AND giver = %s AND receiver = %s",
            [giver.kind, receiver.kind],
        )
        cursor.executemany(
            "INSERT INTO sharing_allowed (use, basis, category, giver, receiver, level, detail,"
            " second, valid) VALUES ('emergency', 'vital', %s, %s, %s, 'assigned', 2, %s, '(,)')",
            [(int(c), giver.kind, receiver.kind, c in needs) for c in categories],
        )
