"""What owners and reviewers read: their entries, one entry with its versions, what relies on whom.

Every worker may read the directory's tables (versions too: row security opens them to workers in
post); who is shown which draft is `policy.sees`, asked here.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, NullIf, TruncDate
from django.utils import timezone

from lintel.agencies.models import Team, Worker
from lintel.agencies.queries import in_post, members_of_teams
from lintel.agencies.states import Role
from lintel.directory import policy
from lintel.directory.entry import Document, Entry
from lintel.directory.models import Misroute, PartnerEntry, Postcode, Service, Version
from lintel.directory.place import tidy_postcode
from lintel.directory.states import (
    OPEN_VERSIONS,
    REMIND_BEFORE_DAYS,
    Audience,
    ServiceState,
    VersionState,
)
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound

# When an entry must be checked again: from the last check, or from when it came in.
STALE_ON = ExpressionWrapper(
    Coalesce(F("checked_on"), TruncDate("modified")) + F("check_every_days"),
    output_field=DateField(),
)
# So long after it went stale an entry is on the partnership lead's own list.
LEFT_UNCHECKED_DAYS = 7
SORTS = {"name": "shown_name", "stale": "stale_on", "misroutes": "misroute_count"}
FILTERS = (
    ("published", "Published"),
    ("draft", "Draft"),
    ("in_review", "Waiting for review"),
    ("returned", "Returned with a comment"),
    ("to_review", "For me to review"),
    ("stale", "Not checked in time"),
    ("misrouted", "Sent people to the wrong team"),
    ("withdrawn", "Taken out"),
)


@dataclass(frozen=True, slots=True)
class Own:
    """One entry as those see it who keep or review it.

    `open`: the version being worked on, `draft` what it holds. `published`: what the directory
    shows, None when it shows nothing. `stale_on`: the day from which it counts as unchecked.
    """

    service: Service
    name: str
    open: Version | None
    draft: Document | None
    published: Document | None
    stale_on: date
    misroutes: int
    keeps: bool
    may_review: bool

    def is_stale(self, today: date) -> bool:
        """Whether it is in the directory and was not checked in time."""
        return self.service.state == ServiceState.PUBLISHED and self.stale_on <= today

    def is_due(self, today: date) -> bool:
        """Whether its check is near, or late."""
        near = self.stale_on - timedelta(days=REMIND_BEFORE_DAYS)
        return self.service.state == ServiceState.PUBLISHED and near <= today


def is_stale(service: Service, today: date) -> bool:
    """Whether a published entry was not checked in time: derived, never stored."""
    since = service.checked_on or timezone.localdate(service.modified)
    late = since + timedelta(days=service.check_every_days) <= today
    return late and service.state == ServiceState.PUBLISHED


def mine(
    actor: Actor, now: datetime, *, state: str = "", words: str = "", sort: str = "", down: bool
) -> QuerySet[Any]:
    """The entries that the actor keeps, and those that wait for the actor's review.

    Each with `shown_name`, `open_state`, `to_review`, `stale_on`, `misroute_count`, `urgency`
    (0 comes first). `state`: one of `FILTERS`. `sort`: a key of `SORTS`, "" for what is urgent.
    """
    today = timezone.localdate(now)
    found = _annotated(actor, today).filter(_kept_by(actor, today) | Q(to_review=True))
    for word in words.split()[:8]:
        found = found.filter(Q(shown_name__icontains=word) | Q(organisation__name__icontains=word))
    found = _filtered(found, state, today)
    order = F(SORTS[sort]) if sort in SORTS else F("urgency")
    ordered = order.desc(nulls_last=True) if down else order.asc(nulls_last=True)
    return found.order_by(ordered, "shown_name", "id")


def _annotated(actor: Actor, today: date) -> QuerySet[Any]:
    of_service = Version.objects.filter(service=OuterRef("pk"))
    newest = of_service.order_by("-number").annotate(its_name=KT("document__entry__name"))
    # Held in a list: a frozenset is no SQL parameter.
    open_states = sorted(OPEN_VERSIONS)
    reviewing = (
        of_service.filter(state=VersionState.IN_REVIEW)
        .exclude(made_by_id=actor.worker_id)
        .exclude(hands__contains=[actor.worker_id])
    )
    misroutes = (
        Misroute.objects.filter(service=OuterRef("pk"), settled_on=None)
        .order_by()
        .values("service")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Service.objects.select_related("organisation", "team", "owner", "deputy", "feed")
        .annotate(
            shown_name=Coalesce(
                NullIf("name", Value("")),
                NullIf("partner__name", Value("")),
                Subquery(newest.values("its_name")[:1]),
                Value("(no name)"),
                output_field=CharField(),
            ),
            open_state=Subquery(of_service.filter(state__in=open_states).values("state")[:1]),
            to_review=Case(
                When(_reviewed_by(actor) & Exists(reviewing), then=Value(True)),
                default=Value(False),
            ),
            stale_on=STALE_ON,
            misroute_count=Coalesce(Subquery(misroutes, output_field=IntegerField()), Value(0)),
        )
        .annotate(urgency=_urgency(today))
    )


def _urgency(today: date) -> Case:
    published = Q(state=ServiceState.PUBLISHED)
    near = today + timedelta(days=REMIND_BEFORE_DAYS)
    return Case(
        When(to_review=True, then=Value(0)),
        When(open_state=VersionState.RETURNED, then=Value(1)),
        When(published & Q(stale_on__lte=today), then=Value(2)),
        When(misroute_count__gt=0, then=Value(3)),
        When(published & Q(stale_on__lte=near), then=Value(4)),
        When(open_state=VersionState.DRAFT, then=Value(5)),
        When(open_state=VersionState.IN_REVIEW, then=Value(6)),
        default=Value(7),
        output_field=IntegerField(),
    )


def _filtered(found: QuerySet[Any], state: str, today: date) -> QuerySet[Any]:
    chosen = {
        "published": Q(state=ServiceState.PUBLISHED),
        "withdrawn": Q(state=ServiceState.WITHDRAWN),
        "draft": Q(open_state=VersionState.DRAFT),
        "in_review": Q(open_state=VersionState.IN_REVIEW),
        "returned": Q(open_state=VersionState.RETURNED),
        "to_review": Q(to_review=True),
        "stale": Q(state=ServiceState.PUBLISHED, stale_on__lte=today),
        "misrouted": Q(misroute_count__gt=0),
    }
    return found.filter(chosen[state]) if state in chosen else found


def _of_agency(agency_id: int) -> Q:
    return (
        Q(organisation__agency_id=agency_id)
        | Q(team__agency_id=agency_id)
        | Q(owner__agency_id=agency_id)
    )


def _kept_by(actor: Actor, today: date) -> Q:
    """As `policy.keeps`; but a partnership lead's list has only what nobody else has checked."""
    found = Q(owner_id=actor.worker_id) | Q(deputy_id=actor.worker_id)
    if actor.lead_team_ids:
        found |= Q(team_id__in=actor.lead_team_ids)
    if actor.has(Role.MANAGER):
        found |= _of_agency(actor.agency_id)
    if actor.has(Role.PARTNERSHIP_LEAD):
        late = today - timedelta(days=LEFT_UNCHECKED_DAYS)
        found |= Q(state=ServiceState.PUBLISHED, feed=None, stale_on__lte=late)
    return found


def _reviewed_by(actor: Actor) -> Q:
    """As `policy.could_review`."""
    if actor.integration_id is not None:
        return Q(pk=None)
    if actor.has(Role.PARTNERSHIP_LEAD):
        return Q(pk__isnull=False)
    found = Q(team_id__in=actor.lead_team_ids)
    if actor.has(Role.MANAGER) or actor.has(Role.INFORMATION_LEAD):
        found |= _of_agency(actor.agency_id)
    return found


def entry(actor: Actor, service_id: UUID) -> Own:
    """One entry. Raises NotFound where it isn't the actor's to keep or review."""
    service = _annotated(actor, timezone.localdate()).filter(pk=service_id).first()
    if service is None or not policy.sees(actor, service):
        raise NotFound
    version = open_version(service)
    return Own(
        service=service,
        name=service.shown_name,
        open=version,
        draft=Document.model_validate(version.document) if version else None,
        published=published(service),
        stale_on=service.stale_on,
        misroutes=service.misroute_count,
        keeps=policy.keeps(actor, service),
        may_review=bool(
            version
            and version.state == VersionState.IN_REVIEW
            and policy.may_review(actor, service, version)
        ),
    )


def still_sees(actor: Actor, service_id: UUID) -> bool:
    """Whether the entry is still the actor's to see, after it was handed on."""
    service = _annotated(actor, timezone.localdate()).filter(pk=service_id).first()
    return service is not None and policy.sees(actor, service)


def open_version(service: Service) -> Version | None:
    """The version that is being worked on."""
    return (
        Version.objects.filter(service=service, state__in=sorted(OPEN_VERSIONS))
        .select_related("made_by", "settled_by")
        .first()
    )


def published(service: Service) -> Document | None:
    """What the directory shows of the service, whole; None while it shows nothing."""
    if service.state != ServiceState.PUBLISHED:
        return None
    partner = PartnerEntry.objects.filter(service=service).first()
    if partner is not None and partner.document:
        return Document.model_validate(partner.document)
    return Document(entry=Entry.model_validate(service.document)) if service.document else None


def last_published(service: Service) -> Version | None:
    """The version that was published last: a quick change may be younger than a draft's number."""
    return (
        Version.objects.filter(service=service, state=VersionState.PUBLISHED)
        .order_by("-settled_at", "-number")
        .first()
    )


def versions(service: Service) -> QuerySet[Version]:
    """Every version, newest first, with who made and settled it."""
    return (
        Version.objects.filter(service=service)
        .select_related("made_by", "settled_by")
        .order_by("-number")
    )


def version(service: Service, number: int) -> Version:
    """One version by its number; raises NotFound."""
    found = versions(service).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def document_of(found: Version) -> Document:
    """What a version holds."""
    return Document.model_validate(found.document)


def own_teams(actor: Actor, now: datetime) -> list[tuple[int, str]]:
    """Number and name of the actor's open teams, for whom entries are started."""
    open_ = Team.objects.filter(pk__in=actor.team_ids).exclude(
        closed_on__lte=timezone.localdate(now)
    )
    return list(open_.order_by("name").values_list("pk", "name"))


def successors(actor: Actor, service: Service, now: datetime) -> list[tuple[int, str]]:
    """Who may own an entry: its team's workers, those of the actor's teams, and the actor."""
    teams = {*actor.team_ids, *([service.team_id] if service.team_id else [])}
    agencies = policy.agencies_of(service)
    members = members_of_teams(teams, now).filter(agency_id__in=agencies)
    found = list(members) + list(
        in_post(now).filter(
            pk__in=[n for n in (actor.worker_id, service.owner_id, service.deputy_id) if n]
        )
    )
    named = {worker.pk: f"{worker.name}, {worker.job_title}" for worker in found}
    return sorted(named.items(), key=lambda pair: pair[1])


def relied_on(worker_id: int) -> int:
    """How many entries in the directory, or on the way there, have the worker as their owner."""
    return Service.objects.filter(owner_id=worker_id).exclude(state=ServiceState.WITHDRAWN).count()


def takers(worker_id: int, now: datetime) -> list[tuple[int, str]]:
    """Colleagues who could take over the entries of a worker: their teams' other workers."""
    teams = Team.objects.filter(
        memberships__worker_id=worker_id, memberships__valid__contains=now
    ).values_list("pk", flat=True)
    workers: QuerySet[Worker] = members_of_teams(list(teams), now).exclude(pk=worker_id)
    return [(worker.pk, f"{worker.name}, {worker.job_title}") for worker in workers]


def entries_named(words: str, *, but: UUID, at_most: int = 6) -> list[tuple[UUID, str]]:
    """Published entries of this name, or with these words in it; an exact name alone if it is."""
    public = Service.objects.filter(state=ServiceState.PUBLISHED, audience=Audience.PUBLIC).exclude(
        pk=but
    )
    exact = public.filter(name__iexact=words)
    found = exact if exact.exists() else public.filter(name__icontains=words)
    return list(found.order_by("name", "id").values_list("pk", "name")[:at_most])


def name_of(service_id: UUID) -> str:
    """The name of an entry that everybody may read; empty for any other."""
    return Service.objects.filter(pk=service_id).values_list("name", flat=True).first() or ""


def point_of(postcode: str) -> dict[str, float | None]:
    """`lon` and `lat` of a postcode, None where it isn't known here (a place outside the area).

    Raises Unplaced for what can't be one.
    """
    found = Postcode.objects.filter(pk=tidy_postcode(postcode)).first()
    return {"lon": found.lon if found else None, "lat": found.lat if found else None}
