"""What workers see of what people asked and said in their own view."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.portal.models import Ask, Feedback, Invitation, Remark, Wish
from lintel.portal.queries.own import WishView, wish_view
from lintel.portal.states import RemarkKind
from lintel.sharing.states import ViewerKind

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class AskView:
    """Something that a person asked one of the worker's teams for."""

    id: int
    person_id: int
    name: str
    team: str
    words: str
    reach_words: str
    made: dt.datetime
    due: dt.datetime
    taken: dt.datetime | None
    taken_by: str
    taken_by_me: bool
    answered: dt.datetime | None
    answered_by: str
    answer: str


@dataclass(frozen=True, slots=True)
class RemarkView:
    """What the person said about an entry that the worker may read."""

    id: int
    note_id: int | None
    owner_id: int
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
class LetterView:
    """The last letter that was made for a person."""

    made: dt.datetime
    made_by: str
    expires: dt.datetime
    used: dt.datetime | None
    cancelled: dt.datetime | None

    def waits(self, now: dt.datetime) -> bool:
        """Whether its code would still work."""
        return self.used is None and self.cancelled is None and self.expires > now


def _ask(row: Ask, actor: Actor) -> AskView:
    return AskView(
        id=row.pk,
        person_id=row.person_id,
        name=row.name,
        team=row.team.name,
        words=row.words,
        reach_words=row.reach_words,
        made=row.made,
        due=row.due,
        taken=row.taken,
        taken_by=row.taken_by.name if row.taken_by else "",
        taken_by_me=row.taken_by_id == actor.worker_id,
        answered=row.answered,
        answered_by=row.answered_by.name if row.answered_by else "",
        answer=row.answer,
    )


def asks_waiting(actor: Actor) -> list[AskView]:
    """What people asked the actor's teams for and nobody has answered, the soonest due first."""
    found = Ask.objects.filter(answered__isnull=True).select_related(
        "team", "taken_by", "answered_by"
    )
    return [_ask(row, actor) for row in found.order_by("due", "id")]


def asks_count(actor: Actor) -> int:
    """How many of them there are."""
    return Ask.objects.filter(answered__isnull=True).count() if actor.team_ids else 0


def ask(actor: Actor, ask_id: int) -> AskView:
    """One of them, answered or not. Raises NotFound."""
    found = (
        Ask.objects.select_related("team", "taken_by", "answered_by").filter(pk=ask_id).first()
        if ask_id <= LARGEST_ID
        else None
    )
    if found is None:
        raise NotFound
    return _ask(found, actor)


def wish_of(actor: Actor, person_id: int) -> WishView | None:
    """How the person says that they want to be contacted, where the actor may see contact."""
    return wish_view(Wish.objects.filter(person_id=person_id).order_by("-said").first())


def remarks_about(actor: Actor, person_id: int) -> dict[int | None, list[RemarkView]]:
    """What the person said about what is in sight, by the note's number (None: about a fact)."""
    found = (
        Remark.objects.filter(person_id=person_id)
        .select_related("answered_by", "owner")
        .order_by("said", "id")
    )
    by_note: dict[int | None, list[RemarkView]] = {}
    for row in found:
        by_note.setdefault(row.note_id, []).append(_remark(row))
    return by_note


def remark(actor: Actor, person_id: int, remark_id: int) -> RemarkView:
    """One of them. Raises NotFound."""
    found = None
    if remark_id <= LARGEST_ID and person_id <= LARGEST_ID:
        found = (
            Remark.objects.filter(pk=remark_id, person_id=person_id)
            .select_related("answered_by", "owner")
            .first()
        )
    if found is None:
        raise NotFound
    return _remark(found)


def _remark(row: Remark) -> RemarkView:
    return RemarkView(
        id=row.pk,
        note_id=row.note_id,
        owner_id=row.owner_id,
        owner=row.owner.name,
        category=Category(row.category),
        kind=RemarkKind(row.kind),
        words=row.words,
        said=row.said,
        due=row.due,
        answered=row.answered,
        answered_by=row.answered_by.name if row.answered_by else "",
        answer=row.answer,
    )


def last_letter(actor: Actor, person_id: int) -> LetterView | None:
    """The last letter that was made for the person, if the actor sees the person."""
    found = (
        Invitation.objects.filter(person_id=person_id, kind=ViewerKind.SELF)
        .select_related("made_by")
        .only("made", "expires", "used", "cancelled", "made_by__id", "made_by__name")
        .order_by("-made", "-id")
        .first()
    )
    if found is None:
        return None
    return LetterView(
        made=found.made,
        made_by=found.made_by.name if found.made_by else "",
        expires=found.expires,
        used=found.used,
        cancelled=found.cancelled,
    )


def feedback(actor: Actor) -> QuerySet[Feedback]:
    """What people think of their own pages, the latest first; found by the partnership's lead."""
    return Feedback.objects.order_by("-said", "-id")
