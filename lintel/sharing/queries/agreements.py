"""Reads of the agreement: its versions, their rules, and who has signed and accepted.

The agreement is about agencies and workers, and open to all of them. Drafts are for those who
write them and those who will sign (`version`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Subquery

from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.sharing import policy
from lintel.sharing.models import (
    Agreement,
    AgreementReview,
    Rule,
    Spread,
)
from lintel.sharing.states import Basis, Detail, Level, ReviewDecision, Use


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


def versions(actor: Actor, now: datetime) -> list[Version]:
    """Every version that the actor may read, newest first."""
    found = every(now)
    return found if policy.may_read_draft(actor) else [v for v in found if not v.is_draft]


def version(actor: Actor | None, number: int, now: datetime) -> Version:
    """One version; NotFound for a draft, unless the actor writes or signs agreements."""
    for one in every(now):
        if one.number == number:
            if one.is_draft and (actor is None or not policy.may_read_draft(actor)):
                break
            return one
    raise NotFound


def in_force(now: datetime) -> Version | None:
    """The version that counts now; None before the first."""
    return next((v for v in every(now) if v.stage is Stage.IN_FORCE), None)


def to_come(now: datetime) -> Version | None:
    """The next version that is published and not yet in force."""
    found = [v for v in every(now) if v.stage is Stage.TO_COME]
    return found[-1] if found else None


def draft(now: datetime) -> Version | None:
    """The version that is being written; there is one at most."""
    return next((v for v in every(now) if v.is_draft), None)


def before(one: Version, now: datetime) -> Version | None:
    """The published version before this one; for a draft, the newest that is published."""
    published = [v for v in every(now) if v.effective is not None]
    if one.effective is None:
        return published[0] if published else None
    return next((v for v in published if v.effective and v.effective < one.effective), None)


def every(now: datetime) -> list[Version]:
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


def version_of(row: Agreement) -> Version:
    """A row that is a draft, as a value."""
    return _version(row, Stage.DRAFT, None)


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
        review_due=getattr(row, "moved", None) or row.review_due,
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


@dataclass(frozen=True, slots=True)
class Review:
    """The record of a yearly review."""

    id: int
    number: int
    held_on: date
    found: str
    decision: str
    next_due: date
    recorded: datetime
    by: str


def reviews() -> list[Review]:
    """All reviews, the newest first."""
    rows = AgreementReview.objects.select_related("agreement", "recorded_by")
    return [
        Review(
            id=row.pk,
            number=row.agreement.number,
            held_on=row.held_on,
            found=row.found,
            decision=ReviewDecision(row.decision).label,
            next_due=row.next_due,
            recorded=row.recorded,
            by=row.recorded_by.name,
        )
        for row in rows.order_by("-held_on", "-recorded")
    ]


def review(review_id: int) -> Review:
    """One review; raises NotFound."""
    for one in reviews():
        if one.id == review_id:
            return one
    raise NotFound


def ancestry() -> dict[int, int | None]:
    """Which earlier rule each rule was made from, over all versions."""
    return dict(Rule.objects.values_list("pk", "follows_id"))


def counting(now: datetime) -> list[Version]:
    """The version in force, then those to come in the order in which they begin."""
    return [v for v in reversed(every(now)) if v.counts]


def spreads(at_most: int = 20) -> list[Spread]:
    """The background work of versions and signatures, the newest first."""
    rows = Spread.objects.select_related("agreement", "agency").order_by("-began", "-pk")
    return list(rows[:at_most])
