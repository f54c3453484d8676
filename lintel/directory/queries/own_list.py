"""The entries that somebody keeps or is to review: what needs doing first, narrowed and sorted."""

from datetime import date, datetime, timedelta
from typing import Any

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

from lintel.agencies.states import Role
from lintel.directory.models import Misroute, Service, Version
from lintel.directory.states import (
    OPEN_VERSIONS,
    REMIND_BEFORE_DAYS,
    ServiceState,
    VersionState,
)
from lintel.kernel.actor import Actor

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


def mine(
    actor: Actor, now: datetime, *, state: str = "", words: str = "", sort: str = "", down: bool
) -> QuerySet[Any]:
    """The entries that the actor keeps, and those that wait for the actor's review.

    Each with `shown_name`, `open_state`, `to_review`, `stale_on`, `misroute_count`, `urgency`
    (0 comes first). `state`: one of `FILTERS`. `sort`: a key of `SORTS`, "" for what is urgent.
    """
    today = timezone.localdate(now)
    found = annotated(actor, today).filter(_kept_by(actor, today) | Q(to_review=True))
    for word in words.split()[:8]:
        found = found.filter(Q(shown_name__icontains=word) | Q(organisation__name__icontains=word))
    found = _filtered(found, state, today)
    order = F(SORTS[sort]) if sort in SORTS else F("urgency")
    ordered = order.desc(nulls_last=True) if down else order.asc(nulls_last=True)
    return found.order_by(ordered, "shown_name", "id")


def annotated(actor: Actor, today: date) -> QuerySet[Any]:
    """Every service with what the list shows of it; the caller narrows them to the actor's."""
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
