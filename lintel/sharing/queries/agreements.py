"""Reads of the agreement: its versions, their rules, and who has signed and accepted.

The agreement is about agencies and workers, and open to all of them. Drafts are for those who
write them and those who will sign (`version`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from lintel.agencies.models import Agency, Worker
from lintel.agencies.queries import in_post
from lintel.agencies.states import Role
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.sharing import policy
from lintel.sharing.models import Acceptance, Agreement, AgreementReview, Rule, Signature
from lintel.sharing.states import Basis, Detail, Level, Use


class Stage(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    TO_COME = "to come"
    IN_FORCE = "in force"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the agreement, without its rules."""

    id: int
    number: int
    title: str
    sections: Sequence[Mapping[str, Any]]
    changes: str
    stage: Stage
    drafted: datetime
    drafted_by: str
    published: datetime | None
    published_by: str
    effective: datetime | None
    ended: datetime | None
    review_due: date | None

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.stage is Stage.DRAFT

    @property
    def counts(self) -> bool:
        """Whether it can be signed and accepted: in force or to come."""
        return self.stage in {Stage.IN_FORCE, Stage.TO_COME}


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule of a version. `follows`: the rule of an earlier version that it was made from."""

    id: int
    use: Use
    categories: tuple[Category, ...]
    givers: tuple[str, ...]
    receivers: tuple[str, ...]
    levels: tuple[Level, ...]
    basis: Basis
    statute: str = ""
    authoriser: str = ""
    second: bool = False
    detail: Detail = Detail.FULL
    retention_months: int = 72
    follows: int | None = None


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


def versions(actor: Actor, now: datetime) -> list[Version]:
    """Every version that the actor may read, newest first."""
    found = _all(now)
    return found if policy.may_read_draft(actor) else [v for v in found if not v.is_draft]


def version(actor: Actor | None, number: int, now: datetime) -> Version:
    """One version; NotFound for a draft, unless the actor writes or signs agreements."""
    for one in _all(now):
        if one.number == number:
            if one.is_draft and (actor is None or not policy.may_read_draft(actor)):
                break
            return one
    raise NotFound


def in_force(now: datetime) -> Version | None:
    """The version that counts now; None before the first."""
    return next((v for v in _all(now) if v.stage is Stage.IN_FORCE), None)


def to_come(now: datetime) -> Version | None:
    """The next version that is published and not yet in force."""
    found = [v for v in _all(now) if v.stage is Stage.TO_COME]
    return found[-1] if found else None


def draft(now: datetime) -> Version | None:
    """The version that is being written; there is one at most."""
    return next((v for v in _all(now) if v.is_draft), None)


def before(one: Version, now: datetime) -> Version | None:
    """The published version before this one; for a draft, the newest that is published."""
    published = [v for v in _all(now) if v.effective is not None]
    if one.effective is None:
        return published[0] if published else None
    return next((v for v in published if v.effective and v.effective < one.effective), None)


def _all(now: datetime) -> list[Version]:
    """All versions, drafts first, then by the day they begin to count, newest first."""
    last_review = AgreementReview.objects.filter(agreement=OuterRef("pk")).order_by("-recorded")
    rows = list(
        Agreement.objects.select_related("drafted_by", "published_by")
        .annotate(moved=Subquery(last_review.values("next_due")[:1]))
        .order_by("-effective", "-number")
    )
    rows.sort(key=lambda row: row.effective is not None)  # Stable: drafts to the front.
    found = []
    later: datetime | None = None
    for row in rows:
        ended = None
        if row.effective is None:
            stage = Stage.DRAFT
        else:
            ended, later = later, row.effective
            if row.effective > now:
                stage = Stage.TO_COME
            else:
                stage = Stage.PAST if ended is not None and ended <= now else Stage.IN_FORCE
        found.append(_version(row, stage, ended))
    return found


def _version(row: Any, stage: Stage, ended: datetime | None) -> Version:
    return Version(
        id=row.pk,
        number=row.number,
        title=row.title,
        sections=row.sections,
        changes=row.changes,
        stage=stage,
        drafted=row.drafted,
        drafted_by=row.drafted_by.name if row.drafted_by else "",
        published=row.published,
        published_by=row.published_by.name if row.published_by else "",
        effective=row.effective,
        ended=ended,
        review_due=row.moved or row.review_due,
    )


def rules(agreement_id: int) -> list[RuleView]:
    """The rules of a version, by what they are for and in the order in which they were written."""
    order = {use: place for place, use in enumerate(Use)}
    found = [view_of(rule) for rule in Rule.objects.filter(agreement_id=agreement_id)]
    return sorted(found, key=lambda rule: (order[rule.use], rule.id))


def view_of(rule: Rule) -> RuleView:
    """A row as the value that pages, comparisons and exports use."""
    return RuleView(
        id=rule.pk,
        use=Use(rule.use),
        categories=tuple(sorted(Category(c) for c in rule.categories)),
        givers=tuple(rule.givers),
        receivers=tuple(rule.receivers),
        levels=tuple(level for level in Level if level in rule.levels),
        basis=Basis(rule.basis),
        statute=rule.statute,
        authoriser=rule.authoriser,
        second=rule.second,
        detail=Detail(rule.detail),
        retention_months=rule.retention_months,
        follows=rule.follows_id,
    )


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
    """The workers in post, of agencies that signed, who have yet to accept a version; by name.

    A partnership lead is given all of them, others those of their own agency. Raises Denied.
    """
    policy.see_unready(actor)
    found = yet_to_accept(agreement_id, now)
    if not actor.has(Role.PARTNERSHIP_LEAD):
        found = found.filter(agency_id=actor.agency_id)
    return found.select_related("agency").order_by("agency__name", "name", "pk")


def yet_to_accept(agreement_id: int, now: datetime) -> QuerySet[Worker]:
    """The same of everybody, for the jobs."""
    standing = Signature.objects.filter(agreement_id=agreement_id, ended__isnull=True)
    accepted = Acceptance.objects.filter(agreement_id=agreement_id)
    return (
        in_post(now)
        .filter(agency_id__in=standing.values("agency_id"))
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
