"""Who covers this address, for this need, now? The ordered answer, with its reasons in words."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from lintel.directory.catching import Hit
from lintel.directory.entry import Document, Entry, Inside
from lintel.directory.hours import OpenState, state_at
from lintel.directory.models import Area, PartnerEntry, Service
from lintel.directory.place import Place
from lintel.directory.queries.editions import Facts, facts
from lintel.directory.states import CatchmentKind, Need, ServiceState, Status

# As many as a page shows; what is left out is counted.
AT_MOST = 20
# A catchment's priority where nothing else is stated.
USUAL = 5
CHOICES = {
    1: "First choice for this address",
    2: "Second choice for this address",
    3: "Third choice for this address",
    4: "Fourth choice for this address",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Another entry, by its name and address."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """A service that covers the address. `inside` is for workers only, else None."""

    service_id: uuid.UUID
    slug: str
    organisation: str
    team_id: int | None
    entry: Entry
    inside: Inside | None
    priority: int
    reasons: tuple[str, ...]
    open: OpenState
    out_of_hours: Link | None
    checked_on: date | None
    stale: bool


@dataclass(frozen=True, slots=True)
class NotFor:
    """A service that covers the address and the need, but is not for this person's age."""

    slug: str
    name: str
    why: str
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The services that cover a place, best first; emergency services always, apart.

    `more`: how many fit beyond those given. `notes`: what whoever asked should know.
    """

    place: Place
    need: Need | None
    age: int | None
    when: datetime
    options: tuple[Option, ...]
    urgent: tuple[Option, ...]
    not_for: tuple[NotFor, ...]
    more: int
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class TeamHit:
    """A team whose service covers the address, and why; `rank`: how narrow, 0 the narrowest."""

    team_id: int
    service_id: uuid.UUID
    priority: int
    words: str
    rank: int


def route(
    place: Place,
    *,
    need: str | None = None,
    age: int | None = None,
    when: datetime,
    workers: bool = False,
    at_most: int = AT_MOST,
) -> Answer:
    """The services that cover a place for a need and an age (years), at a time.

    Ordered by the stated priority of the catchment that holds the place, then by how narrow that
    catchment is, then those open now, then by name; services that don't run at present come last.
    `workers`: also what is for partners only; a worker must be bound. Queries: at most five,
    however large the directory.
    """
    known = facts()
    on = timezone.localdate(when)
    fitting = known.fitting(need=need, workers=workers)
    hits = known.index.holding(place, on, services=fitting)
    good, aged_out = _by_age(known, hits, age)
    urgent = known.fitting(need=None, workers=workers) & known.emergency
    urgent_hits = known.index.holding(place, on, services=urgent)
    shown = [*good[:at_most], *urgent_hits, *aged_out[:at_most]]
    options = _options(shown, when=when, workers=workers)
    graded = sorted(
        ((hit, options[hit.service]) for hit in good[:at_most] if hit.service in options),
        key=lambda both: (
            both[1].entry.status is not Status.ACTIVE,
            both[0].priority,
            both[0].rank,
            both[1].open.open is not True,
            both[1].entry.name.casefold(),
        ),
    )
    return Answer(
        place=place,
        need=Need(need) if need else None,
        age=age,
        when=when,
        options=tuple(option for _, option in graded),
        urgent=tuple(options[h.service] for h in urgent_hits if h.service in options),
        not_for=tuple(
            NotFor(
                options[h.service].slug,
                options[h.service].entry.name,
                _age_words(known, h),
                options[h.service].team_id,
            )
            for h in aged_out[:at_most]
            if h.service in options
        ),
        more=max(0, len(good) - at_most),
        notes=place.notes,
    )


def teams_covering(
    place: Place,
    *,
    when: datetime,
    team_ids: Collection[int] | None = None,
    need: str | None = None,
) -> list[TeamHit]:
    """The teams whose services cover a place, best first, each once; `team_ids` narrows.

    For requests: by the catchments alone, whoever may read the entries. Queries: at most two.
    """
    known = facts()
    wanted = known.fitting(need=need, workers=True) & (known.team > 0)
    hits = [
        hit
        for hit in known.index.holding(place, timezone.localdate(when), services=wanted)
        if team_ids is None or _team(known, hit) in team_ids
    ]
    names = _area_names(hits)
    best: dict[int, TeamHit] = {}
    for hit in hits:
        team = _team(known, hit)
        best.setdefault(
            team,
            TeamHit(team, uuid.UUID(hit.service), hit.priority, hit_words(hit, names), hit.rank),
        )
    return list(best.values())


def hit_words(hit: Hit, names: dict[str, str]) -> str:
    """Why a catchment holds the place, in words; `names` of areas by code."""
    if hit.label:
        return f"Covers {hit.label}"
    if hit.kind is CatchmentKind.WHOLE:
        return "Covers the whole partnership"
    if hit.kind is CatchmentKind.DRAWN:
        return "Covers an area drawn on the map that holds this address"
    if hit.kind is CatchmentKind.GP:
        return "Covers people registered with this GP practice"
    if hit.kind is CatchmentKind.AREAS:
        return f"Covers {names.get(hit.code, hit.code)}"
    return (
        f"Covers postcodes that begin with {hit.code}" if " " in hit.code else f"Covers {hit.code}"
    )


def _team(known: Facts, hit: Hit) -> int:
    return int(known.team[known.position[uuid.UUID(hit.service)]])


def _by_age(known: Facts, hits: list[Hit], age: int | None) -> tuple[list[Hit], list[Hit]]:
    if age is None:
        return hits, []
    good: list[Hit] = []
    out: list[Hit] = []
    for hit in hits:
        at = known.position[uuid.UUID(hit.service)]
        (good if known.youngest[at] <= age <= known.oldest[at] else out).append(hit)
    return good, out


def _age_words(known: Facts, hit: Hit) -> str:
    at = known.position[uuid.UUID(hit.service)]
    youngest, oldest = int(known.youngest[at]), int(known.oldest[at])
    if youngest and oldest < 999:
        return f"For people aged {youngest} to {oldest}"
    return f"For people aged {youngest} and over" if youngest else f"For people up to {oldest}"


def _options(hits: Iterable[Hit], *, when: datetime, workers: bool) -> dict[str, Option]:
    """Each hit's service in full, by its id; those withdrawn meanwhile are left out."""
    found = list(hits)
    ids = {uuid.UUID(hit.service) for hit in found}
    services = {
        s.pk: s
        for s in Service.objects.filter(pk__in=ids, state=ServiceState.PUBLISHED).select_related(
            "organisation"
        )
    }
    partner = (
        {
            p.service_id: Document.model_validate(p.document)
            for p in PartnerEntry.objects.filter(service_id__in=services)
        }
        if workers
        else {}
    )
    entries = {
        pk: partner[pk].entry if pk in partner else Entry.model_validate(s.document)
        for pk, s in services.items()
        if pk in partner or s.document
    }
    instead = {e.out_of_hours for e in entries.values() if e.out_of_hours}
    others = (
        {
            pk: Link(slug, name)
            for pk, slug, name in Service.objects.filter(
                pk__in=instead, state=ServiceState.PUBLISHED
            )
            .exclude(name="")
            .values_list("pk", "slug", "name")
        }
        if instead
        else {}
    )
    names = _area_names(found)
    return {
        hit.service: _option(
            services[pk],
            entries[pk],
            partner[pk].inside if pk in partner else None,
            hit,
            hit_words(hit, names),
            others,
            when,
        )
        for hit in found
        if (pk := uuid.UUID(hit.service)) in entries
    }


def _option(
    service: Service,
    entry: Entry,
    inside: Inside | None,
    hit: Hit,
    words: str,
    others: dict[uuid.UUID, Link],
    when: datetime,
) -> Option:
    reasons = [words]
    if hit.priority != USUAL:
        reasons.append(CHOICES.get(hit.priority, f"Ask others first (priority {hit.priority})"))
    return Option(
        service_id=service.pk,
        slug=service.slug,
        organisation=service.organisation.name,
        team_id=service.team_id,
        entry=entry,
        inside=inside,
        priority=hit.priority,
        reasons=tuple(reasons),
        open=state_at(entry, when, region=settings.LINTEL_REGION),
        out_of_hours=others.get(entry.out_of_hours) if entry.out_of_hours else None,
        checked_on=service.checked_on,
        stale=is_stale(service.checked_on, service.check_every_days, timezone.localdate(when)),
    )


def is_stale(checked_on: date | None, every_days: int, today: date) -> bool:
    """Whether an entry was not checked by the day that was promised."""
    return checked_on is None or checked_on + timedelta(days=every_days) <= today


def _area_names(hits: Iterable[Hit]) -> dict[str, str]:
    codes = {hit.code for hit in hits if hit.kind is CatchmentKind.AREAS and hit.code}
    if not codes:
        return {}
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
