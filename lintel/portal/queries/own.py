"""What the person said and asked in their own view: each takes the account that looks."""

import datetime as dt
from dataclasses import dataclass

from lintel.agencies.models import Team
from lintel.agencies.states import TeamKind
from lintel.kernel.actor import Account
from lintel.kernel.models import Event
from lintel.kernel.sight.states import Category
from lintel.people import queries as people
from lintel.portal.models import Ask, Invitation, Reach, Remark, Wish
from lintel.portal.states import Day, RemarkKind, Way
from lintel.sharing.states import ViewerKind

LOOKS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A team that the person can ask for help."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class WishView:
    """How the person wants to be contacted."""

    said: dt.datetime
    ways: tuple[Way, ...]
    by_whom: str
    language: str
    large_print: bool
    never_on: tuple[Day, ...]
    words: str

    @property
    def not_ways(self) -> tuple[Way, ...]:
        """The ways that are not fine."""
        return tuple(way for way in Way if way not in self.ways)


@dataclass(frozen=True, slots=True)
class MyAsk:
    """Something that the person asked for, and how it went."""

    id: int
    team: str
    words: str
    made: dt.datetime
    due: dt.datetime
    taken_by: str
    answered: dt.datetime | None
    answered_by: str
    answer: str


@dataclass(frozen=True, slots=True)
class MyRemark:
    """What the person said about an entry, and what was answered."""

    id: int
    note_id: int | None
    owner: str
    category: Category
    kind: RemarkKind
    words: str
    said: dt.datetime
    due: dt.datetime
    answered: dt.datetime | None
    answered_by: str
    answer: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A code for a carer that nobody has used yet."""

    id: int
    kind: ViewerKind
    relation: str
    categories: tuple[Category, ...]
    expires: dt.datetime


@dataclass(frozen=True, slots=True)
class Look:
    """A carer or advocate looked at a page, on a day."""

    at: dt.datetime
    relation: str
    page: str


def helpers_to_ask(account: Account, *, now: dt.datetime) -> list[ToAsk]:
    """The teams that work with the person, then the one-stop shops, which help with anything."""
    teams = [ToAsk(pk, name) for pk, name in people.own_teams(account, now=now).items()]
    shops = Team.objects.filter(kind=TeamKind.ONE_STOP_SHOP, closed_on__isnull=True).order_by(
        "name"
    )
    there = {one.id for one in teams}
    return teams + [ToAsk(t.pk, t.name) for t in shops if t.pk not in there]


def own_wish(account: Account) -> WishView | None:
    """How the person wants to be contacted, as last said; None when they never said."""
    return wish_view(Wish.objects.filter(person_id=account.person_id).order_by("-said").first())


def wish_view(row: Wish | None) -> WishView | None:
    """A wish as pages need it."""
    if row is None:
        return None
    return WishView(
        said=row.said,
        ways=tuple(Way(way) for way in row.ways),
        by_whom=row.by_whom,
        language=row.language,
        large_print=row.large_print,
        never_on=tuple(Day(day) for day in row.never_on),
        words=row.words,
    )


def own_asks(account: Account) -> list[MyAsk]:
    """What the person asked for, the latest first."""
    found = (
        Ask.objects.filter(person_id=account.person_id)
        .select_related("team", "taken_by", "answered_by")
        .only(
            "words",
            "made",
            "due",
            "answered",
            "answer",
            "team",
            "taken_by__id",
            "taken_by__name",
            "answered_by__id",
            "answered_by__name",
        )
        .order_by("-made", "-id")
    )
    return [
        MyAsk(
            id=a.pk,
            team=a.team.name,
            words=a.words,
            made=a.made,
            due=a.due,
            taken_by=a.taken_by.name if a.taken_by else "",
            answered=a.answered,
            answered_by=a.answered_by.name if a.answered_by else "",
            answer=a.answer,
        )
        for a in found
    ]


def own_remarks(account: Account) -> dict[int | None, list[MyRemark]]:
    """What the person said, by the note's number (None: about a fact), the earliest first."""
    found = (
        Remark.objects.filter(person_id=account.person_id)
        .select_related("answered_by", "owner")
        .only(
            "note_id",
            "category",
            "owner__name",
            "kind",
            "words",
            "said",
            "due",
            "answered",
            "answer",
            "answered_by__id",
            "answered_by__name",
        )
        .order_by("said", "id")
    )
    by_note: dict[int | None, list[MyRemark]] = {}
    for r in found:
        by_note.setdefault(r.note_id, []).append(
            MyRemark(
                id=r.pk,
                note_id=r.note_id,
                owner=r.owner.name,
                category=Category(r.category),
                kind=RemarkKind(r.kind),
                words=r.words,
                said=r.said,
                due=r.due,
                answered=r.answered,
                answered_by=r.answered_by.name if r.answered_by else "",
                answer=r.answer,
            )
        )
    return by_note


def own_invitations(account: Account, *, now: dt.datetime) -> list[Waiting]:
    """The codes for carers that can still be used, the latest first."""
    found = (
        Invitation.objects.filter(
            person_id=account.person_id,
            used__isnull=True,
            cancelled__isnull=True,
            expires__gt=now,
        )
        .exclude(kind=ViewerKind.SELF)
        .only("kind", "relation", "categories", "expires")
        .order_by("-made", "-id")
    )
    return [
        Waiting(
            id=i.pk,
            kind=ViewerKind(i.kind),
            relation=i.relation,
            categories=tuple(Category(c) for c in i.categories),
            expires=i.expires,
        )
        for i in found
    ]


def looks(account: Account) -> list[Look]:
    """What carers and advocates looked at, the latest first; for the person alone."""
    found = Event.objects.filter(person_id=account.person_id, verb="portal.looked").order_by("-id")
    return [
        Look(at=e.at, relation=e.data.get("relation", ""), page=e.data.get("page", ""))
        for e in found[:LOOKS_SHOWN]
    ]


def own_reaches(account: Account) -> list[tuple[int, str, str, bool]]:
    """Where codes are sent for the account: number, kind, address, and whether news goes there."""
    found = Reach.objects.filter(
        user_id=account.user_id, confirmed__isnull=False, ended__isnull=True
    )
    return [(r.pk, r.kind, r.value, r.news) for r in found.order_by("kind")]
