"""What owners and reviewers read: their entries, one entry with its versions, what relies on whom.

Every worker may read the directory's tables (versions too: row security opens them to workers in
post); who is shown which draft is `policy.sees`, asked here.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from lintel.directory import policy
from lintel.directory.entry import Document, Entry
from lintel.directory.models import Misroute, PartnerEntry, Service, Version
from lintel.directory.queries.own_list import annotated
from lintel.directory.states import (
    OPEN_VERSIONS,
    REMIND_BEFORE_DAYS,
    ServiceState,
    VersionState,
)
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound


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


def entry(actor: Actor, service_id: UUID, *, today: date) -> Own:
    """One entry as it is on a day. Raises NotFound where it isn't the actor's to keep or review."""
    service = annotated(actor, today).filter(pk=service_id).first()
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


def still_sees(actor: Actor, service_id: UUID, *, today: date) -> bool:
    """Whether the entry is still the actor's to see, after it was handed on."""
    service = annotated(actor, today).filter(pk=service_id).first()
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


@dataclass(frozen=True, slots=True)
class Misrouted:
    """Requests from a postcode sector that the entry's area sent to the wrong team."""

    sector: str
    times: int
    last: datetime
    right_team: str


def misrouted(service: Service) -> list[Misrouted]:
    """What is not settled yet, by sector and the team that was right, the most often first."""
    rows = (
        Misroute.objects.filter(service=service, settled_on=None)
        .values("sector", "right_team__name")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-times", "sector", "right_team__name")
    )
    return [
        Misrouted(row["sector"], row["times"], row["last"], row["right_team__name"] or "")
        for row in rows
    ]
