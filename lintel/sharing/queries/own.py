"""What the person said yes and no to, for their own view: each takes the account that looks.

Called inside `lintel.kernel.actor.bound_account`: row security says what is found.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from lintel.kernel.actor import Account
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.sharing.models import Consent, ConsentLine, OtherBasis, Viewer
from lintel.sharing.queries.viewing import Viewing, categories_of, in_force
from lintel.sharing.states import ANY_PURPOSE, Basis, Purpose, ViewerKind

LARGEST_ID = 2**63 - 1
NAMES = (
    "recorded_by__id",
    "recorded_by__name",
    "recorded_by__job_title",
)


@dataclass(frozen=True, slots=True)
class MyAnswer:
    """One answer of the person's. `over`: a later answer counts instead.

    The recipient is a team (`recipient_id`) of an agency, or all of the agency.
    """

    giver_id: int
    giver: str
    recipient_id: int | None
    agency_id: int
    recipient: str
    recipient_worker_id: int | None
    recipient_worker: str
    category: Category
    answer: bool
    over: bool


@dataclass(frozen=True, slots=True)
class MyConsent:
    """One time that the person answered. `purpose` is None for a no to everything."""

    id: int
    purpose: Purpose | None
    given: dt.datetime
    until: dt.datetime
    recorded_by: str
    by_me: bool
    persons_words: str
    withdrawn: dt.datetime | None
    lines: tuple[MyAnswer, ...]

    def counts(self, now: dt.datetime) -> bool:
        """Whether a yes of it still counts at `now`, so that it can be taken back."""
        here = self.withdrawn is None and self.until > now
        return here and any(line.answer and not line.over for line in self.lines)


@dataclass(frozen=True, slots=True)
class ToldWithoutAsking:
    """Something that was shared without the person's yes, as they were told."""

    giver: str
    recipient: str
    categories: tuple[Category, ...]
    basis: Basis
    statute: str
    words: str
    begins: dt.datetime
    until: dt.datetime
    ended: dt.datetime | None


def own_consents(account: Account, without: Collection[int] = ()) -> list[MyConsent]:
    """All that the person said yes or no to, the latest first; two queries.

    A carer finds the answers about what they may see themselves. `without`: consents as if they
    had not been said.
    """
    said = Consent.objects.filter(person_id=account.person_id).exclude(pk__in=without)
    return _views(said, account)


def own_consent(account: Account, consent_id: int) -> MyConsent:
    """One of them. Raises NotFound."""
    if consent_id > LARGEST_ID:
        raise NotFound
    for one in own_consents(account):
        if one.id == consent_id:
            return one
    raise NotFound


def told_without_asking(account: Account) -> list[ToldWithoutAsking]:
    """What was shared on another basis than a yes, and told; the latest first."""
    found = (
        OtherBasis.objects.filter(
            person_id=account.person_id, told__isnull=False, authorised__isnull=False
        )
        .select_related("owner", "recipient__agency")
        .order_by("-begins", "-id")
    )
    return [
        ToldWithoutAsking(
            giver=row.owner.name,
            recipient=f"{row.recipient.name}, {row.recipient.agency.name}",
            categories=tuple(Category(c) for c in sorted(row.categories)),
            basis=Basis(row.basis),
            statute=row.statute,
            words=row.words,
            begins=row.begins,
            until=row.until,
            ended=row.ended,
        )
        for row in found
    ]


def own_viewers(account: Account, *, now: dt.datetime) -> list[Viewing]:
    """Who else may look at the person's own view now; the person's own to see."""
    found = (
        in_force(now)
        .filter(person_id=account.person_id)
        .exclude(kind=ViewerKind.SELF)
        .order_by("begins", "id")
    )
    return [_viewing(v, account) for v in found]


def _viewing(viewer: Viewer, account: Account) -> Viewing:
    return Viewing(
        id=viewer.pk,
        person_id=viewer.person_id,
        person=account.name,
        kind=ViewerKind(viewer.kind),
        categories=categories_of(viewer),
        until=viewer.until,
        relation=viewer.relation,
    )


class _Later:
    """What was answered later, as far as it counts instead of what was answered before."""

    def __init__(self) -> None:
        self._to_teams: set[tuple[object, ...]] = set()
        self._to_agencies: set[tuple[object, ...]] = set()
        self._noes: set[tuple[object, ...]] = set()

    def add(self, line: ConsentLine, purpose: str) -> None:
        """Note an answer; a no to everything is about every purpose."""
        every = [*Purpose.values, ANY_PURPOSE] if purpose == ANY_PURPOSE else [purpose]
        for one in every:
            key = (line.giver_id, _agency_id(line), line.category, one)
            if line.recipient_id is None:
                self._to_agencies.add(key)
            else:
                self._to_teams.add((line.recipient_id, *key))
                if not line.answer:
                    self._noes.add(key)

    def ends(self, line: ConsentLine, purpose: str) -> bool:
        """Whether one of them ends this answer (docs/adr/0023).

        An answer about an agency is about its teams; a no about a team ends a yes about the agency.
        """
        key = (line.giver_id, _agency_id(line), line.category, purpose)
        if key in self._to_agencies:
            return True
        if line.recipient_id is None:
            return key in self._noes
        return (line.recipient_id, *key) in self._to_teams


def _agency_id(line: ConsentLine) -> int:
    if line.recipient is not None:
        return line.recipient.agency_id
    assert line.recipient_agency_id is not None
    return line.recipient_agency_id


def _views(consents: QuerySet[Consent], account: Account) -> list[MyConsent]:
    rows = list(
        consents.select_related("recorded_by")
        .only(
            "person_id",
            "given",
            "until",
            "purpose",
            "persons_words",
            "withdrawn",
            "recorded_by_account_id",
            *NAMES,
        )
        .order_by("-given", "-id")
    )
    lines: dict[int, list[ConsentLine]] = {}
    for line in (
        ConsentLine.objects.filter(person_id=account.person_id)
        .select_related("giver", "recipient__agency", "recipient_agency", "recipient_worker")
        .only(
            "consent_id",
            "giver",
            "recipient",
            "recipient_agency",
            "category",
            "answer",
            "recipient_worker__id",
            "recipient_worker__name",
        )
        .order_by("giver__name", "recipient__name", "category", "id")
    ):
        lines.setdefault(line.consent_id, []).append(line)
    later = _Later()
    found = []
    for row in rows:
        mine = lines.get(row.pk, [])
        found.append(_view(row, mine, later))
        for line in mine:
            later.add(line, row.purpose)
    return found


def _view(row: Consent, lines: list[ConsentLine], later: _Later) -> MyConsent:
    worker = row.recorded_by
    return MyConsent(
        id=row.pk,
        purpose=None if row.purpose == ANY_PURPOSE else Purpose(row.purpose),
        given=row.given,
        until=row.until,
        recorded_by=f"{worker.name}, {worker.job_title}" if worker else "",
        by_me=worker is None,
        persons_words=row.persons_words,
        withdrawn=row.withdrawn,
        lines=tuple(
            MyAnswer(
                giver_id=line.giver_id,
                giver=line.giver.name,
                recipient_id=line.recipient_id,
                agency_id=_agency_id(line),
                recipient=_recipient(line),
                recipient_worker_id=line.recipient_worker_id,
                recipient_worker=line.recipient_worker.name if line.recipient_worker else "",
                category=Category(line.category),
                answer=line.answer,
                over=later.ends(line, row.purpose),
            )
            for line in lines
        ),
    )


def _recipient(line: ConsentLine) -> str:
    if line.recipient:
        return f"{line.recipient.name}, {line.recipient.agency.name}"
    return f"all of {line.recipient_agency.name}" if line.recipient_agency else ""
