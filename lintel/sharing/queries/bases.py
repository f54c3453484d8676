"""Sharing on another basis than consent: who told whom, on whose authority, and who is untold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, models
from django.utils import timezone

from lintel.agencies.models import Membership
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.sharing import policy
from lintel.sharing.models import OtherBasis
from lintel.sharing.states import Basis, purpose_words

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class BasisView:
    """Sharing without consent, as it is written down."""

    id: int
    person_id: int
    person: str
    owner_id: int
    owner: str
    recipient: str
    recipient_agency: str
    categories: tuple[Category, ...]
    purpose_words: str
    basis: Basis
    statute: str
    words: str
    begins: datetime
    until: datetime
    ended: datetime | None
    ended_by: str
    ended_words: str
    recorded: datetime
    recorded_by: str
    recorded_by_id: int
    authoriser: str
    authorised: datetime | None
    authorised_by: str
    authorised_words: str
    told: datetime | None
    told_by: str
    told_words: str
    not_told_words: str
    tell_review: date | None

    @property
    def waits(self) -> bool:
        """Whether a second worker has yet to decide."""
        return self.authorised is None and self.ended is None

    @property
    def untold(self) -> bool:
        """Whether the person has yet to be told. It stays so after the sharing has ended."""
        return self.authorised is not None and self.told is None

    def counts(self, now: datetime) -> bool:
        """Whether it gives sight now."""
        return (
            self.authorised is not None
            and self.begins <= now < self.until
            and (self.ended is None or now < self.ended)
        )

    def days_untold(self, now: datetime) -> int:
        """For how many days the person has not been told."""
        since = timezone.localdate(self.authorised or self.recorded)
        return (timezone.localdate(now) - since).days


@dataclass(frozen=True, slots=True)
class ToldBasis:
    """What was shared about the person without their yes, as they read it themselves."""

    id: int
    owner: str
    recipient: str
    categories: tuple[Category, ...]
    purpose_words: str
    basis: Basis
    statute: str
    words: str
    since: datetime
    until: datetime
    told: datetime
    told_words: str


def bases_of(actor: Actor, person_id: int) -> list[BasisView]:
    """What is shared about one person without consent, as far as the actor may know."""
    return _views(actor, OtherBasis.objects.filter(person_id=person_id))


def basis(actor: Actor, basis_id: int) -> BasisView:
    """One of them. Raises NotFound."""
    if basis_id > LARGEST_ID:
        raise NotFound
    found = _views(actor, OtherBasis.objects.filter(pk=basis_id))
    if not found:
        raise NotFound
    return found[0]


def bases_to_authorise(actor: Actor, *, now: datetime) -> list[BasisView]:
    """What waits for a second worker and may be decided by the actor, the oldest first."""
    rows = OtherBasis.objects.filter(
        owner=actor.agency_id, authorised__isnull=True, ended__isnull=True, until__gt=now
    ).exclude(recorded_by=actor.worker_id)
    if not policy.may_answer_for_bases(actor):
        if not actor.lead_team_ids:
            return []
        led = Membership.objects.filter(team__in=actor.lead_team_ids, valid__contains=now).values(
            "worker"
        )
        rows = rows.filter(authoriser="", recorded_by__in=led)
    return _views(actor, rows, order="recorded")


def bases_untold(actor: Actor, *, now: datetime) -> list[BasisView]:
    """Of whom the person has yet to be told, the longest first.

    For who answers for the agency's sharing, all; for others, what they wrote down.
    """
    rows = OtherBasis.objects.filter(
        owner=actor.agency_id, authorised__isnull=False, told__isnull=True
    )
    if not policy.may_answer_for_bases(actor):
        rows = rows.filter(recorded_by=actor.worker_id)
    return _views(actor, rows, order="authorised")


def bases_mine(actor: Actor, *, now: datetime, limit: int = 100) -> list[BasisView]:
    """What the actor's agency shares so now: all for who answers for it, else one's own."""
    rows = OtherBasis.objects.filter(
        owner=actor.agency_id, ended__isnull=True, until__gt=now, authorised__isnull=False
    )
    if not policy.may_answer_for_bases(actor):
        rows = rows.filter(recorded_by=actor.worker_id)
    return _views(actor, rows)[:limit]


def told_bases() -> list[ToldBasis]:
    """What the person was told of, for their own view: by the account that is bound.

    Row security of the role `lintel_person` shows the person's own, once told.
    """
    told = (
        OtherBasis.objects.filter(authorised__isnull=False, told__isnull=False)
        .select_related("owner", "recipient__agency")
        .order_by("-told", "-id")
    )
    return [
        ToldBasis(
            id=row.pk,
            owner=row.owner.name,
            recipient=f"{row.recipient.name}, {row.recipient.agency.name}",
            categories=tuple(_sorted(row.categories)),
            purpose_words=purpose_words(row.purpose),
            basis=Basis(row.basis),
            statute=row.statute,
            words=row.words,
            since=row.authorised or row.begins,
            until=min(row.until, row.ended) if row.ended else row.until,
            told=row.told or row.begins,
            told_words=row.told_words,
        )
        for row in told
    ]


def leads_worker(actor: Actor, worker_id: int, *, now: datetime) -> bool:
    """Whether the actor leads a team of the worker."""
    return Membership.objects.filter(
        worker=worker_id, team__in=actor.lead_team_ids, valid__contains=now
    ).exists()


def _rows(found: models.QuerySet[OtherBasis]) -> models.QuerySet[OtherBasis]:
    return found.select_related(
        "owner",
        "recipient__agency",
        "recipient_worker",
        "recorded_by",
        "authorised_by",
        "told_by",
        "ended_by",
    )


def _views(
    actor: Actor, found: models.QuerySet[OtherBasis], *, order: str = "-recorded"
) -> list[BasisView]:
    rows = list(_rows(found).order_by(order, "id"))
    if not rows:
        return []
    names = people.names(actor, [row.person_id for row in rows])
    asked = _names_for_who_answers() if policy.may_answer_for_bases(actor) else {}
    return [_view(row, names.get(row.person_id, "") or asked.get(row.pk, "")) for row in rows]


def _names_for_who_answers() -> dict[int, str]:
    """The names in the list of who answers for it, who may not have the person in sight."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT basis_id, name FROM sharing_basis_names()")
        return dict(cursor.fetchall())


def _view(row: OtherBasis, name: str) -> BasisView:
    only = f" ({row.recipient_worker.name} only)" if row.recipient_worker else ""
    return BasisView(
        id=row.pk,
        person_id=row.person_id,
        person=name or "Somebody whose name you may not see",
        owner_id=row.owner_id,
        owner=row.owner.name,
        recipient=f"{row.recipient.name}{only}",
        recipient_agency=row.recipient.agency.name,
        categories=tuple(_sorted(row.categories)),
        purpose_words=purpose_words(row.purpose),
        basis=Basis(row.basis),
        statute=row.statute,
        words=row.words,
        begins=row.begins,
        until=row.until,
        ended=row.ended,
        ended_by=row.ended_by.name if row.ended_by else "",
        ended_words=row.ended_words,
        recorded=row.recorded,
        recorded_by=f"{row.recorded_by.name}, {row.recorded_by.job_title}",
        recorded_by_id=row.recorded_by_id,
        authoriser=row.authoriser,
        authorised=row.authorised,
        authorised_by=row.authorised_by.name if row.authorised_by else "",
        authorised_words=row.authorised_words,
        told=row.told,
        told_by=row.told_by.name if row.told_by else "",
        told_words=row.told_words,
        not_told_words=row.not_told_words,
        tell_review=row.tell_review,
    )


def _sorted(categories: Iterable[int]) -> list[Category]:
    return sorted(Category(c) for c in categories)
