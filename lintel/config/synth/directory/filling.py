"""Writes the planned entries, their versions and the guidance into an empty directory."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import shapely
from django.utils import timezone

from lintel.agencies.models import Agency, Membership, Worker
from lintel.agencies.models import Team as AgencyTeam
from lintel.agencies.states import TeamKind, TeamRole
from lintel.config.synth import places_story
from lintel.config.synth.area import Team
from lintel.config.synth.copying import Progress
from lintel.config.synth.directory import community, guidance, health, housing
from lintel.config.synth.directory.plans import (
    INVENTED,
    Land,
    Plan,
    covering,
    id_of,
    needs,
    office,
    routes,
)
from lintel.config.synth.directory.said import DESCRIPTIONS
from lintel.directory import actions
from lintel.directory.entry import Entry, Inside
from lintel.directory.models import (
    Area,
    Guidance,
    Misroute,
    Organisation,
    Postcode,
    Service,
    Version,
)
from lintel.directory.states import AreaKind, VersionState
from lintel.kernel.actor import as_system

# Entries written at once: put() makes one statement of them.
AT_ONCE = 100
REVIEWER = "Stephen Lowe"
# Keeps the entries of organisations that are no agencies, with Joan in reserve.
KEEPER, DEPUTY = "Tomasz Zieliński", "Joan Bright"
NOBODY = "nobody"
NEEDS: Mapping[str, str] = {
    TeamKind.CMHT: "mental_health low_mood leaving_hospital",
    TeamKind.HOUSING_OFFICE: "neighbours money losing_home",
    TeamKind.VOLUNTARY: "lonely low_mood running_a_home",
}


def fill(
    now: datetime, teams: Iterable[Team] = (), progress: Progress = lambda table, count: None
) -> bool:
    """Fill the directory of an invented area; False (and nothing done) if it has entries.

    `teams`: generated teams (slug "agency-...") of a larger area; each gets a plain entry with
    the districts that it covers.
    """
    with as_system():
        if Service.objects.exists():
            return False
        today = timezone.localdate(now)
        land = _land()
        plans = [
            *health.plans(today, land),
            *housing.plans(today, land),
            *community.plans(today, land),
            *_plain(teams),
        ]
        _write(plans, now, today, progress)
        _misroutes(now)
        if not Guidance.objects.exists():
            Guidance.objects.bulk_create(_page(page, today) for page in guidance.PAGES)
    return True


def _misroutes(now: datetime) -> None:
    """Three people of one sector were sent to the northern team, and were the southern team's."""
    wrong = Service.objects.filter(slug="cmht-north").first()
    right = AgencyTeam.objects.filter(slug="cmht-south").first()
    if wrong is None or right is None:
        return
    Misroute.objects.bulk_create(
        # No event stands behind an invented one: numbers that no event has.
        Misroute(
            service=wrong,
            event_id=-number,
            sector="QX2 3",
            right_team=right,
            at=now - timedelta(days=11 * number),
        )
        for number in (1, 2, 3)
    )


# --- The land, as plans ask for it -------------------------------------------------------------


def _land() -> Land:
    council = places_story.SHETHERNLEY
    wards = Area.objects.filter(kind=AreaKind.WARD, parent=council).order_by("code")
    points = Postcode.objects.filter(
        code__regex=r"^QX[1-7] ", ended=None, lon__isnull=False, lat__isnull=False
    ).values_list("code", "lon", "lat")
    return Land(
        points={code: (lon or 0.0, lat or 0.0) for code, lon, lat in points},
        around=_around,
        ring=_ring,
        wards={ward.name: ward.code for ward in wards},
    )


def _around(council: str) -> dict[str, Any]:
    outline = shapely.from_wkb(bytes(Area.objects.get(code=council).shape or b""))
    return _geojson(shapely.simplify(outline, 0.002).buffer(0.004, quad_segs=2))


def _ring(postcode: str, kilometres: float) -> dict[str, Any]:
    middle = Postcode.objects.get(code=postcode)
    x, y = places_story.KM_PER_DEGREE
    unit = shapely.Point(0, 0).buffer(kilometres, quad_segs=4)
    return _geojson(
        shapely.transform(
            unit, lambda points: points / (x, y) + (middle.lon or 0.0, middle.lat or 0.0)
        )
    )


def _geojson(shape: Any) -> dict[str, Any]:
    rounded = shapely.transform(shape, lambda points: points.round(5))
    found: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return found


def _plain(teams: Iterable[Team]) -> list[Plan]:
    return [
        Plan(
            slug=team.slug,
            organisation=team.slug.rpartition("-team-")[0],
            entry=Entry(
                name=f"Invented service {team.id}",
                summary="An entry of an area made larger",
                needs=needs(NEEDS.get(team.kind, "advice")),
                hours=office(),
                catchments=covering(team.covers),
                referral=routes("self landlord partner"),
            ),
            inside=Inside(direct_line="01632 960999", request_kind="referral"),
            team=team.slug,
            checked=team.id % 120,
        )
        for team in teams
        if team.slug.startswith("agency-")
    ]


# --- Rows --------------------------------------------------------------------------------------


class _Staff:
    """Who is there: teams by slug, workers by name, and who leads."""

    def __init__(self) -> None:
        self.teams = {team.slug: team for team in AgencyTeam.objects.all()}
        self.workers: dict[str, Worker] = {}
        for worker in Worker.objects.order_by("-id"):
            self.workers[worker.name] = worker
        # By team: leads first, then by number.
        self.of_team: dict[int, list[int]] = {}
        for team, worker_id in (
            Membership.objects.filter(role__in=[TeamRole.LEAD, TeamRole.MEMBER])
            .order_by("role", "worker_id")  # "lead" before "member"
            .values_list("team_id", "worker_id")
        ):
            members = self.of_team.setdefault(team, [])
            if worker_id not in members:
                members.append(worker_id)

    def keepers(self, plan: Plan) -> tuple[int | None, int | None]:
        """The owner and the deputy of an entry."""
        if plan.owner == NOBODY:
            return None, None
        if plan.team:
            members = self.of_team.get(self.teams[plan.team].pk, [])
            return (members[0] if members else None, members[1] if len(members) > 1 else None)
        owner = self.workers[plan.owner or KEEPER].pk
        return owner, self.workers[KEEPER if plan.owner else DEPUTY].pk


def _write(plans: list[Plan], now: datetime, today: date, progress: Progress) -> None:
    staff = _Staff()
    organisations = _organisations()
    Organisation.objects.bulk_create(organisations.values())
    for start in range(0, len(plans), AT_ONCE):
        some = plans[start : start + AT_ONCE]
        services = [_service(plan, staff, organisations, now, today) for plan in some]
        Service.objects.bulk_create(services)
        rows = zip(services, some, strict=True)
        actions.put([(service, _document(plan)) for service, plan in rows], now=now)
        Version.objects.bulk_create(
            version
            for service, plan in zip(services, some, strict=True)
            for version in _versions(service, plan, staff, now)
        )
        progress("directory_service", start + len(some))


def _organisations() -> dict[str, Organisation]:
    """By an agency's slug, or by name for those that are no agencies."""
    found = {
        agency.slug: Organisation(
            id=id_of("organisation", agency.slug),
            agency=agency,
            name=agency.name,
            description=f"An agency of the partnership. {INVENTED}",
        )
        for agency in Agency.objects.exclude(slug__startswith="private-").order_by("id")
    }
    for name in community.ORGANISATIONS:
        words = "A national service. It is real." if name in community.REAL else INVENTED
        found[name] = Organisation(id=id_of("organisation", name), name=name, description=words)
    return found


def _document(plan: Plan) -> Any:
    """The plan's document, saying that it is invented."""
    if plan.organisation in community.REAL:
        return plan.document
    said = plan.entry.description or DESCRIPTIONS.get(plan.slug, "")
    words = f"{said}\n\n{INVENTED}".strip()
    entry = plan.entry.model_copy(update={"description": words})
    return plan.document.model_copy(update={"entry": entry})


def _service(
    plan: Plan,
    staff: _Staff,
    organisations: dict[str, Organisation],
    now: datetime,
    today: date,
) -> Service:
    owner, deputy = staff.keepers(plan)
    return Service(
        id=id_of("service", plan.slug),
        slug=plan.slug,
        organisation=organisations[plan.organisation],
        team=staff.teams[plan.team] if plan.team else None,
        owner_id=owner,
        deputy_id=deputy,
        audience=plan.audience,
        checked_on=today - timedelta(days=plan.checked),
        modified=now,
    )


def _versions(service: Service, plan: Plan, staff: _Staff, now: datetime) -> Iterable[Version]:
    """The first version, published; and the one that somebody is working on."""
    reviewer = staff.workers[REVIEWER].pk
    made = now - timedelta(days=plan.checked, hours=3)
    document = _document(plan)
    yield Version(
        service=service,
        number=1,
        state=VersionState.PUBLISHED,
        audience=plan.audience,
        document=document.stored(),
        made_by_id=service.owner_id,
        made_at=made,
        note="The first entry.",
        settled_by_id=reviewer,
        settled_at=made + timedelta(hours=2),
    )
    if plan.open is None:
        return
    returned = plan.open.state is VersionState.RETURNED
    changed = document.entry.model_copy(update=dict(plan.open.changes))
    yield Version(
        service=service,
        number=2,
        state=plan.open.state,
        audience=plan.audience,
        document=document.model_copy(update={"entry": changed}).stored(),
        made_by_id=service.deputy_id or service.owner_id,
        made_at=now - timedelta(days=2),
        note=plan.open.note,
        settled_by_id=reviewer if returned else None,
        settled_at=now - timedelta(days=1) if returned else None,
        comment=plan.open.comment,
    )


def _page(page: guidance.Page, today: date) -> Guidance:
    return Guidance(
        slug=page.slug,
        kind=page.kind,
        title=page.title,
        summary=page.summary,
        body=page.body.strip(),
        position=page.position,
        checked_on=today - timedelta(days=page.checked),
    )
