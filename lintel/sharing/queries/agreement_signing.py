"""Who has signed and accepted versions of the agreement, who hasn't, and what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lintel.agencies.models import Agency, Worker
from lintel.agencies.queries import in_post
from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.sharing import policy
from lintel.sharing.models import Acceptance, Signature
from lintel.sharing.queries.agreements import Stage, Version, counting, every

# How long before it is due a review is brought to mind.
REVIEW_SOON = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Signed:
    """An agency and how it stands towards a version."""

    agency_id: int
    agency: str
    kind: str
    signed: datetime | None
    by: str
    ended: datetime | None
    ended_words: str

    @property
    def stands(self) -> bool:
        """Whether it has signed, and not withdrawn."""
        return self.signed is not None and self.ended is None


@dataclass(frozen=True, slots=True)
class Mine:
    """How the actor stands towards a version."""

    agency_signed: datetime | None
    accepted: datetime | None


def mine(actor: Actor, agreement_id: int) -> Mine:
    """Whether the actor's agency has signed the version, and the actor accepted it."""
    signed = Signature.objects.filter(
        agreement_id=agreement_id, agency_id=actor.agency_id, ended__isnull=True
    ).values_list("signed", flat=True)
    accepted = Acceptance.objects.filter(
        agreement_id=agreement_id, worker_id=actor.worker_id
    ).values_list("accepted", flat=True)
    return Mine(agency_signed=signed.first(), accepted=accepted.first())


def signatures(agreement_id: int) -> list[Signed]:
    """Every agency and how it stands towards a version, by name. Two queries."""
    latest: dict[int, Signature] = {}
    rows = Signature.objects.filter(agreement_id=agreement_id).select_related("signed_by")
    for row in rows.order_by("signed", "pk"):
        latest[row.agency_id] = row
    found = []
    for agency in Agency.objects.order_by("name"):
        one = latest.get(agency.pk)
        found.append(
            Signed(
                agency_id=agency.pk,
                agency=agency.name,
                kind=str(agency.get_kind_display()),
                signed=one.signed if one else None,
                by=one.signed_by.name if one and one.signed_by else "",
                ended=one.ended if one else None,
                ended_words=one.ended_words if one else "",
            )
        )
    return found


def without_signature(agreement_id: int) -> QuerySet[Agency]:
    """The agencies with no standing signature of a version, by name."""
    standing = Signature.objects.filter(agreement_id=agreement_id, ended__isnull=True)
    return Agency.objects.exclude(pk__in=standing.values("agency_id")).order_by("name")


def not_accepted(actor: Actor, agreement_id: int, now: datetime) -> QuerySet[Worker]:
    """The workers in post who have yet to accept a version, by agency and name.

    A partnership lead is given all of them, others those of their own agency. Raises Denied.
    """
    policy.see_unready(actor)
    found = yet_to_accept(agreement_id, now)
    if not actor.has(Role.PARTNERSHIP_LEAD):
        found = found.filter(agency_id=actor.agency_id)
    return found.select_related("agency").order_by("agency__name", "name", "pk")


def yet_to_accept(agreement_id: int, now: datetime) -> QuerySet[Worker]:
    """The workers in post who have yet to accept a version, of agencies that signed any."""
    partners = Signature.objects.filter(ended__isnull=True)
    accepted = Acceptance.objects.filter(agreement_id=agreement_id)
    return (
        in_post(now)
        .filter(agency_id__in=partners.values("agency_id"))
        .exclude(pk__in=accepted.values("worker_id"))
    )


def accepted_counts(agreement_id: int, agency_ids: Iterable[int]) -> dict[int, int]:
    """How many workers of each agency have accepted a version."""
    rows = (
        Acceptance.objects.filter(agreement_id=agreement_id, worker__agency_id__in=list(agency_ids))
        .values("worker__agency_id")
        .annotate(number=Count("pk"))
    )
    return {row["worker__agency_id"]: row["number"] for row in rows}


def partnership_leads(now: datetime) -> list[Worker]:
    """Who leads the partnership, in post at `now`."""
    held = Q(roles_held__role=Role.PARTNERSHIP_LEAD, roles_held__valid__contains=now)
    return list(in_post(now).filter(held).distinct())


def information_lead_users(now: datetime, agency_ids: Iterable[int] | None = None) -> list[int]:
    """The accounts of the information leads in post: of all agencies, or of these."""
    held = Q(roles_held__role=Role.INFORMATION_LEAD, roles_held__valid__contains=now)
    found = in_post(now).filter(held)
    if agency_ids is not None:
        found = found.filter(agency_id__in=list(agency_ids))
    return sorted(set(found.values_list("user_id", flat=True)))


def is_agency(agency_id: int) -> bool:
    """Whether there is such an agency."""
    return Agency.objects.filter(pk=agency_id).exists()


def to_accept(actor: Actor, now: datetime) -> Version | None:
    """The version that the actor has yet to accept: the one in force first, then the next."""
    done = set(
        Acceptance.objects.filter(worker_id=actor.worker_id).values_list("agreement_id", flat=True)
    )
    return next((v for v in counting(now) if v.id not in done), None)


def to_sign(actor: Actor, now: datetime) -> Version | None:
    """The version that waits for the actor's agency to sign it, else the one in force."""
    mine = Signature.objects.filter(agency_id=actor.agency_id, ended__isnull=True)
    done = set(mine.values_list("agreement_id", flat=True))
    waiting = counting(now)
    return next((v for v in waiting if v.id not in done), waiting[0] if waiting else None)


@dataclass(frozen=True, slots=True)
class Wait:
    """Something about the agreement that waits for a worker."""

    what: str
    version: Version
    late: bool = False


def waits(actor: Actor, now: datetime) -> list[Wait]:
    """What waits for the actor: to sign, to accept, to publish, to review. Three queries."""
    found = []
    versions = every(now)
    current = [v for v in reversed(versions) if v.counts]
    if policy.may_sign(actor):
        signed = set(
            Signature.objects.filter(agency_id=actor.agency_id, ended__isnull=True).values_list(
                "agreement_id", flat=True
            )
        )
        found += [
            Wait("sign", v, late=v.stage is Stage.IN_FORCE) for v in current if v.id not in signed
        ]
    accepted = set(
        Acceptance.objects.filter(worker_id=actor.worker_id).values_list("agreement_id", flat=True)
    )
    waiting = next((v for v in current if v.id not in accepted), None)
    if waiting:
        found.append(Wait("accept", waiting, late=waiting.stage is Stage.IN_FORCE))
    if policy.may_draft(actor):
        found += [Wait("draft", v) for v in versions if v.is_draft]
        today = timezone.localdate(now)
        for v in current:
            if v.stage is Stage.IN_FORCE and v.review_due and v.review_due <= today + REVIEW_SOON:
                found.append(Wait("review", v, late=v.review_due < today))
    return found
