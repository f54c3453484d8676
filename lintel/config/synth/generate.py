"""Generates an area of any size from one seed: the same seed and day give the same area."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from lintel.agencies.states import AgencyKind, TeamKind
from lintel.config.synth import (
    agreement,
    consent_story,
    directory,
    history,
    hospital_story,
    looked_story,
    loop_story,
    notice_story,
    own_view,
    places,
    safety_story,
    story,
    words,
)
from lintel.config.synth.area import Area, Patch, Scale, Team, person_name
from lintel.config.synth.copying import Progress, copy, move_sequences, unguarded
from lintel.kernel.sight.states import Category

Row = Sequence[Any]
ALWAYS = "[2010-01-01 00:00+00,)"
SHIPPED = 1
"""The number of the agreement that Lintel ships with."""

TABLES = (
    "agencies_agency",
    "agencies_team",
    "agencies_user",
    "agencies_worker",
    "agencies_membership",
    "agencies_roleheld",
    "agencies_linkworker",
    "sharing_signature",
    "sharing_training",
    "sharing_acceptance",
    "account_emailaddress",
    "people_patch",
    "people_patchofficer",
    "people_home",
    "people_person",
    "people_tenancy",
    "people_rentaccount",
    "people_contactpoint",
    "people_involvement",
    "people_note",
    "requests_request",
    "requests_handling",
    "requests_notice",
    "requests_step",
)


def generate(
    scale: Scale,
    now: datetime,
    progress: Progress = lambda table, count: None,
    alias: str = "owner",
) -> None:
    """Fill an empty database with an area. Raises ValueError when there are agencies already."""
    area = Area(random.Random(scale.seed), now, scale)  # noqa: S311 - invented data
    with unguarded(TABLES, alias) as cursor:
        cursor.execute("SELECT count(*) FROM agencies_agency")
        if cursor.fetchone()[0]:
            raise ValueError("This database has an area already; the generator fills an empty one.")
        indexes = _drop_search_indexes(cursor)
        places.write(cursor, scale, progress)
        _organisations(cursor, area, progress)
        _people(cursor, area, progress)
        history.write(cursor, area, lambda: _lets(area), progress)
        move_sequences(cursor, [t for t in TABLES if t != "requests_notice"])
        # References are checked at the end of a transaction; indexes can't wait that long.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in indexes:
            cursor.execute(statement)
    _inside(alias)
    directory.fill(now, area.teams.values(), progress)
    own_view.fill(now, alias)
    safety_story.fill(now, alias)
    consent_story.fill(now, alias)
    looked_story.fill(now, alias)
    agreement.fill(now, alias)
    loop_story.fill(now, alias)
    hospital_story.fill(now, alias)
    notice_story.fill(now, alias)
    _after(progress, alias)


def _inside(alias: str) -> None:
    """Who takes part and who is inside the loop: the triggers were away when it was written."""
    from django.db import connections

    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT sharing_derive_part(NULL)")
        cursor.execute("SELECT sharing_derive_loop(NULL)")


def _after(progress: Progress, alias: str) -> None:
    """Sight from its sources, and fresh statistics for the planner."""
    from django.db import connections

    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT sight_recompute_all()")
        progress("sight", cursor.fetchone()[0])
        cursor.execute("ANALYZE")


def _drop_search_indexes(cursor: Any) -> list[str]:
    """Drop the trigram indexes; returns the statements that make them again, all at once."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'people_%%' "
        "AND indexdef LIKE '%%gin_trgm_ops%%'"
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]


# --- Organisations ---------------------------------------------------------------------------


def _organisations(cursor: Any, area: Area, progress: Progress) -> None:
    agencies = list(_agencies(area))
    copy(cursor, "agencies_agency", "id, name, slug, kind", agencies, progress)
    signed = area.now - timedelta(days=200)
    copy(
        cursor,
        "sharing_signature",
        "agreement_id, agency_id, signed, ended_words",
        ((SHIPPED, agency[0], signed, "") for agency in agencies),
        progress,
    )
    teams = list(_teams(area))
    copy(
        cursor,
        "agencies_team",
        "id, agency_id, name, slug, kind, phone, email, description, takes_requests",
        teams,
        progress,
    )
    workers = list(_workers(area))
    copy(
        cursor,
        "agencies_user",
        "id, password, email, is_active, date_joined, sign_in_epoch",
        ((w[0], f"!{w[0]}", w[1], True, area.now - timedelta(days=400), 1) for w in workers),
        progress,
    )
    copy(
        cursor,
        "account_emailaddress",
        'user_id, email, verified, "primary"',
        ((w[0], w[1], True, True) for w in workers),
        progress,
    )
    copy(
        cursor,
        "agencies_worker",
        "id, user_id, agency_id, name, job_title, phone",
        ((w[0], w[0], w[2], w[3], w[4], w[5]) for w in workers),
        progress,
    )
    trained = area.now.date() - timedelta(days=210)
    copy(
        cursor,
        "sharing_training",
        "worker_id, course, done_on, until, recorded, ended_words",
        (
            (
                w[0],
                "Confidentiality and sharing",
                trained,
                trained + timedelta(days=365),
                signed,
                "",
            )
            for w in workers
        ),
        progress,
    )
    copy(
        cursor,
        "sharing_acceptance",
        "agreement_id, worker_id, accepted",
        ((SHIPPED, w[0], signed) for w in workers),
        progress,
    )
    copy(
        cursor,
        "agencies_membership",
        "worker_id, team_id, role, valid",
        (
            (w[0], w[6], role, ALWAYS)
            for w in workers
            for role in (("member", "lead") if w[7] else ("member",))
        ),
        progress,
    )
    copy(cursor, "agencies_roleheld", "worker_id, role, valid", _roles(area), progress)
    copy(
        cursor,
        "agencies_linkworker",
        "worker_id, team_id, towards, covers, cover_id, valid",
        _links(area),
        progress,
    )
    patches = list(_patches(area))
    copy(cursor, "people_patch", "id, agency_id, team_id, name", patches, progress)
    copy(
        cursor,
        "people_patchofficer",
        "patch_id, worker_id, valid",
        ((p.id, p.officer_id, ALWAYS) for p in area.patches.values()),
        progress,
    )


def _agencies(area: Area) -> Iterator[Row]:
    plans = [(a.slug, a.name, a.kind, a.homes) for a in story.AGENCIES]
    plans += [(slug, name, kind, 0.0) for slug, name, kind in story.SMALL_AGENCIES]
    extra = area.scale.agencies - len(plans)
    # A larger area has more landlords and trusts of its own; the story's stay as they are.
    for number in range(1, extra + 1):
        kind = (AgencyKind.LANDLORD, AgencyKind.LANDLORD, AgencyKind.VOLUNTARY, AgencyKind.TRUST)[
            number % 4
        ]
        plans.append((f"agency-{number}", f"Invented {kind.label.lower()} {number}", kind, 0.0))
    for number, (slug, name, kind, homes) in enumerate(plans, start=1):
        area.agencies[slug] = number
        area.agency_kind[number] = AgencyKind(kind)
        if homes:
            area.share[number] = homes
        yield (number, name, slug, str(kind))


def _teams(area: Area) -> Iterator[Row]:
    def made(agency_id: int, plan: story.TeamPlan) -> Row:
        team = Team(len(area.teams) + 1, agency_id, plan.kind, plan.slug, plan.covers)
        area.teams[plan.slug] = team
        return (
            team.id,
            agency_id,
            plan.name,
            plan.slug,
            str(plan.kind),
            plan.phone,
            "",
            "",
            plan.kind != TeamKind.INFORMATION,
        )

    for agency in story.AGENCIES:
        for plan in agency.teams:
            yield made(area.agencies[agency.slug], plan)
    for slug, name, kind in story.SMALL_AGENCIES:
        yield made(area.agencies[slug], story.TeamPlan(f"{slug}-team", name, _team_kind(kind)))
    for slug, agency_id in area.agencies.items():
        if not slug.startswith("agency-"):
            continue
        kind = area.agency_kind[agency_id]
        count = max(1, area.scale.workers // (12 * max(1, area.scale.agencies)))
        for number in range(1, count + 1):
            covers = (f"QX{10 + (agency_id * 7 + number) % 80}",)
            yield made(
                agency_id,
                story.TeamPlan(
                    f"{slug}-team-{number}",
                    f"Invented team {agency_id}-{number}",
                    _team_kind(kind),
                    covers,
                ),
            )


def _team_kind(kind: str) -> TeamKind:
    return {
        AgencyKind.LANDLORD: TeamKind.HOUSING_OFFICE,
        AgencyKind.PRIVATE_LANDLORD: TeamKind.HOUSING_OFFICE,
        AgencyKind.TRUST: TeamKind.CMHT,
        AgencyKind.COUNCIL: TeamKind.HOMELESSNESS,
    }.get(AgencyKind(kind), TeamKind.VOLUNTARY)


def _workers(area: Area) -> Iterator[tuple[int, str, int, str, str, str, int, bool]]:
    """(id, email, agency, name, title, phone, team, leads) for the named and then the rest."""

    def made(name: str, title: str, team: Team, email: str, lead: bool) -> Any:
        number = len(area.worker_names) + 1
        area.worker_names[number] = (name, title, team.id, team.agency_id)
        team.workers.append(number)
        phone = f"01632 96{number % 10000:04d}"
        return (number, email, team.agency_id, name, title, phone, team.id, lead)

    for plan in story.WORKERS:
        team = area.teams[plan.team]
        area.worker_ids[plan.name] = len(area.worker_names) + 1
        email = story.email_of(plan.name, story.AGENCY_OF_TEAM[plan.team])
        yield made(plan.name, plan.title, team, email, plan.lead)
    empty = [t for t in area.teams.values() if not t.workers]
    rest = area.scale.workers - len(story.WORKERS)
    if area.scale.agencies > 25:
        pool = [t for t in area.teams.values() if t.slug.startswith("agency-")]
    else:
        pool = [t for t in area.teams.values() if t.kind != TeamKind.INFORMATION]
    for number in range(rest):
        team = empty[number] if number < len(empty) else pool[number % len(pool)]
        name = f"{area.rng.choice(words.FIRST)} {area.rng.choice(words.LAST)}"
        local = name.lower().replace(" ", ".")
        title = TITLES.get(team.kind, "Worker")
        email = f"{local}.{number + 1}@{_slug_of(area, team.agency_id)}.example"
        yield made(name, title, team, email, not team.workers)


TITLES: dict[str, str] = {
    TeamKind.HOUSING_OFFICE: "Housing officer",
    TeamKind.LETTINGS: "Lettings officer",
    TeamKind.CMHT: "Community mental health nurse",
    TeamKind.WARD: "Ward discharge worker",
    TeamKind.HOMELESSNESS: "Homelessness officer",
    TeamKind.FLOATING_SUPPORT: "Support worker",
    TeamKind.ONE_STOP_SHOP: "Adviser",
}


def _slug_of(area: Area, agency_id: int) -> str:
    return next(slug for slug, number in area.agencies.items() if number == agency_id)


def _roles(area: Area) -> Iterator[Row]:
    for plan in story.WORKERS:
        for role in plan.roles:
            yield (area.worker_ids[plan.name], str(role), ALWAYS)


def _links(area: Area) -> Iterator[Row]:
    named = {plan.team for plan in story.WORKERS if plan.links}
    for plan in story.WORKERS:
        if plan.links:
            team = area.teams[plan.team]
            worker = area.worker_ids[plan.name]
            cover = next((w for w in team.workers if w != worker), None)
            yield (worker, team.id, str(plan.links), "", cover, ALWAYS)
    for team in area.teams.values():
        if team.slug not in named and team.workers and team.slug.startswith("agency-"):
            side = "housing" if team.kind == TeamKind.CMHT else "health"
            yield (team.workers[-1], team.id, side, "", None, ALWAYS)


def _patches(area: Area) -> Iterator[Row]:
    def made(team: Team, name: str, officer: int, district: str) -> Row:
        patch = Patch(len(area.patches) + 1, team.agency_id, team.id, name, officer, district)
        area.patches[(team.agency_id, name)] = patch
        return (patch.id, patch.agency_id, patch.team_id, patch.name)

    officers = {p: area.worker_ids[w.name] for w in story.WORKERS for p in w.patches}
    for agency in story.AGENCIES:
        for plan in agency.teams:
            for name in plan.patches:
                district = (
                    "QX7" if agency.slug == "suffield-homes" else f"QX{1 + len(area.patches) % 4}"
                )
                yield made(area.teams[plan.slug], name, officers[name], district)
    if area.scale.agencies > 25:
        yield from _more_patches(area, made)


def _more_patches(area: Area, made: Any) -> Iterator[Row]:
    """Patches of about 500 homes each, for the landlords of a larger area."""
    teams = [
        t
        for t in area.teams.values()
        if t.slug.startswith("agency-") and t.kind == TeamKind.HOUSING_OFFICE and t.workers
    ]
    wanted = max(1, (area.scale.tenancies - 2000) // 500)
    for number in range(wanted):
        # One large office, whose manager sees up to ten thousand people; the rest in turn.
        team = teams[0] if number < min(20, wanted // 4) else teams[number % len(teams)]
        officer = team.workers[(number // len(teams)) % len(team.workers)]
        yield made(team, f"Patch {number + 1}", officer, f"QX{10 + number % 80}")
        area.share.setdefault(team.agency_id, 0.0)


# --- People ----------------------------------------------------------------------------------


def _people(cursor: Any, area: Area, progress: Progress) -> None:
    """Persons first (streamed), then what refers to them, drawn again from the same seeds."""
    copy(
        cursor,
        "people_person",
        "id, name, known_as, born, died, no_fixed_address, worker_id, created",
        _persons(area),
        progress,
    )
    copy(
        cursor,
        "people_home",
        "id, owner_id, patch_id, reference, uprn, address, postcode",
        _homes(area),
        progress,
    )
    copy(
        cursor,
        "people_tenancy",
        "id, person_id, owner_id, home_id, reference, kind, started, ended, tenant_reference, "
        "folded",
        _tenancies(area),
        progress,
    )
    cursor.execute(
        "UPDATE people_tenancy t "
        "SET folded = fold_words(h.address, ' ', h.postcode, ' ', t.reference) "
        "FROM people_home h WHERE h.id = t.home_id AND t.folded = ''"
    )
    copy(
        cursor,
        "people_rentaccount",
        "person_id, owner_id, tenancy_id, balance_pence, as_of",
        _rents(area),
        progress,
    )
    copy(
        cursor,
        "people_contactpoint",
        "person_id, owner_id, kind, value, note",
        _contacts(area),
        progress,
    )
    copy(
        cursor,
        "people_involvement",
        "person_id, owner_id, category, team_id, worker_id, role_words, valid",
        _involvements(area),
        progress,
    )
    copy(
        cursor,
        "people_note",
        "person_id, owner_id, category, words, written_by_id, written",
        _notes(area),
        progress,
    )


def _persons(area: Area) -> Iterator[Row]:
    created = area.now - timedelta(days=365)
    for number, plan in enumerate(story.PEOPLE, start=1):
        area.story_people.setdefault(plan.name, number)
        worker = area.worker_ids[plan.also_worker] if plan.also_worker else None
        yield (
            number,
            plan.name,
            plan.known_as,
            plan.born,
            plan.died,
            plan.no_fixed_address,
            worker,
            created,
        )
    for number in range(len(story.PEOPLE) + 1, area.scale.people + 1):
        name, born = person_name(area.scale, number)
        died = area.now.date() - timedelta(days=40) if number % 401 == 0 else None
        yield (number, name, "", born, died, number % 997 == 0, None, created)


def _weighted_patches(area: Area) -> list[Patch]:
    """Each patch as often as its landlord's share of homes says (out of 2,000, then in turn)."""
    result: list[Patch] = []
    for patch in area.patches.values():
        siblings = sum(1 for p in area.patches.values() if p.agency_id == patch.agency_id)
        share = area.share.get(patch.agency_id, 0.0)
        weight = max(1, round(40 * share / siblings)) if share else 10
        result += [patch] * weight
    area.rng.shuffle(result)
    return result


def _lets(area: Area) -> Iterator[tuple[int, Patch, str, str]]:
    """(tenancy number, patch, address, postcode) for all but the stories' homes."""
    rng = random.Random(area.scale.seed + 11)  # noqa: S311 - invented data
    patches = _weighted(area)
    first = len(story.PEOPLE) + 1
    for number in range(first, area.scale.tenancies + 1):
        patch = patches[number % len(patches)]
        street = words.STREETS[rng.randrange(len(words.STREETS))]
        house = rng.randrange(1, 140)
        flat = (
            f"Flat {rng.randrange(1, 40)}, {words.BLOCKS[rng.randrange(5)]}, "
            if rng.random() < 0.3
            else ""
        )
        inward = "".join("ABDEFGHJLN"[rng.randrange(10)] for _ in range(2))
        postcode = f"{patch.district} {rng.randrange(1, 9)}{inward}"
        yield number, patch, f"{flat}{house} {street}, Shethernley", postcode


def _weighted(area: Area) -> list[Patch]:
    """`_weighted_patches`, drawn once an area so that homes and tenancies agree."""
    if not area.weighted:
        area.weighted = _weighted_patches(area)
    return area.weighted


def _story_lets(area: Area) -> Iterator[tuple[int, story.PersonPlan, Patch, int]]:
    """(person, plan, patch, home) of the stories; two at one address share the home."""
    homes: dict[tuple[str, str], int] = {}
    for number, plan in enumerate(story.PEOPLE, start=1):
        if not plan.landlord:
            continue
        patch = area.patches[(area.agencies[plan.landlord], plan.patch)]
        home = homes.setdefault((plan.landlord, plan.address), number)
        yield number, plan, patch, home


def _homes(area: Area) -> Iterator[Row]:
    for number, plan, patch, home in _story_lets(area):
        if home == number:
            yield (home, patch.agency_id, patch.id, f"P{home:07d}", "", plan.address, plan.postcode)
    for number, patch, address, postcode in _lets(area):
        yield (number, patch.agency_id, patch.id, f"P{number:07d}", "", address, postcode)


def _tenancies(area: Area) -> Iterator[Row]:
    today = area.now.date()
    for number, plan, patch, home in _story_lets(area):
        reference = f"T{home:07d}"
        yield (
            number,
            number,
            patch.agency_id,
            home,
            reference,
            plan.kind,
            plan.started,
            None,
            f"R{number:07d}",
            "",
        )
    rng = random.Random(area.scale.seed + 12)  # noqa: S311 - invented data
    kinds = ("secure",) * 6 + ("assured",) * 3 + ("introductory",)
    for number, patch, _, _ in _lets(area):
        started = today - timedelta(days=rng.randrange(20, 9000))
        ended = today - timedelta(days=rng.randrange(1, 60)) if number % 211 == 0 else None
        if ended and ended < started:
            ended = None
        kind = kinds[rng.randrange(10)]
        yield (
            number,
            number,
            patch.agency_id,
            number,
            f"T{number:07d}",
            kind,
            started,
            ended,
            f"R{number:07d}",
            "",
        )


def _rents(area: Area) -> Iterator[Row]:
    as_of = area.now.date() - timedelta(days=area.now.weekday() + 1)
    for number, plan, patch, _ in _story_lets(area):
        yield (number, patch.agency_id, number, plan.arrears_pence, as_of)
    rng = random.Random(area.scale.seed + 13)  # noqa: S311 - invented data
    for number, patch, _, _ in _lets(area):
        balance = rng.randrange(1000, 250000) if rng.random() < 0.25 else -rng.randrange(0, 20000)
        yield (number, patch.agency_id, number, balance, as_of)


def _contacts(area: Area) -> Iterator[Row]:
    for number, plan, patch, _ in _story_lets(area):
        for kind, value, note in plan.contacts:
            yield (number, patch.agency_id, kind, value, note)
    for number, patch, _, _ in _lets(area):
        if number % 5:
            yield (number, patch.agency_id, "phone", f"07700 90{number % 10000:04d}", "")


def _health_teams(area: Area) -> list[Team]:
    return [t for t in area.teams.values() if t.kind == TeamKind.CMHT and t.workers]


def _involvements(area: Area) -> Iterator[Row]:
    for number, plan in enumerate(story.PEOPLE, start=1):
        for name, team_slug, role_words in plan.involved:
            team = area.teams[team_slug]
            yield _involved(number, team, area.worker_ids[name], role_words, area.now)
    rng = random.Random(area.scale.seed + 14)  # noqa: S311 - invented data
    health = _health_teams(area)
    support = [t for t in area.teams.values() if t.kind == TeamKind.FLOATING_SUPPORT and t.workers]
    for number in range(len(story.PEOPLE) + 1, area.scale.people + 1):
        draw = rng.random()
        if draw < 0.03:
            team = health[number % len(health)]
            worker = team.workers[(number // len(health)) % len(team.workers)]
            yield _involved(number, team, worker, "Care co-ordinator", area.now)
        elif draw < 0.04:
            team = support[number % len(support)]
            yield _involved(
                number, team, team.workers[number % len(team.workers)], "Support worker", area.now
            )


def _involved(person: int, team: Team, worker: int, role: str, now: datetime) -> Row:
    health = team.kind in {TeamKind.CMHT, TeamKind.WARD, TeamKind.CRISIS, TeamKind.OUTREACH}
    category = Category.HEALTH_INVOLVEMENT if health else Category.SUPPORT_NEEDS
    since = (now - timedelta(days=30 + person % 600)).isoformat()
    return (person, team.agency_id, int(category), team.id, worker, role, f"[{since},)")


def _in_office_hours(day: datetime, number: int) -> datetime:
    """Some time of that day at which people write notes, whenever the area was made."""
    return day.replace(hour=10 + number % 6, minute=number * 7 % 60, second=0, microsecond=0)


def _notes(area: Area) -> Iterator[Row]:
    for number, plan in enumerate(story.PEOPLE, start=1):
        for days, (worker, category, text, agency) in enumerate(plan.notes, start=3):
            written = _in_office_hours(area.now - timedelta(days=days), number)
            yield (number, area.agencies[agency], category, text, area.worker_ids[worker], written)
    rng = random.Random(area.scale.seed + 15)  # noqa: S311 - invented data
    for number, patch, _, _ in _lets(area):
        if rng.random() < 0.15:
            written = _in_office_hours(area.now - timedelta(days=rng.randrange(1, 180)), number)
            text = words.SEEN[rng.randrange(len(words.SEEN))]
            yield (number, patch.agency_id, int(Category.TENANCY), text, patch.officer_id, written)
