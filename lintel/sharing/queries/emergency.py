"""What the agreement lets an agency tell another in an emergency, and who may agree to it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models.expressions import RawSQL

from lintel.agencies.models import Agency, Worker
from lintel.agencies.queries import in_post
from lintel.kernel.actor import Actor
from lintel.kernel.sight.states import Category
from lintel.sharing.models import Allowed
from lintel.sharing.states import Level, Use

SECONDS = "SELECT worker_id FROM override_seconds(%s)"


@dataclass(frozen=True, slots=True)
class Holder:
    """An agency whose record may be opened: which categories, and which need a second worker."""

    id: int
    name: str
    categories: frozenset[Category]
    second: frozenset[Category]


def emergency_holders(
    actor: Actor, *, now: datetime, ids: Collection[int] | None = None
) -> list[Holder]:
    """The agencies that may be opened in an emergency by the actor's, by name.

    Those that take part in the agreement as the actor's own does, and whose kind it lets tell
    the actor's kind something. The same for every person: it says nothing of who holds what.
    """
    mine = Agency.objects.filter(pk=actor.agency_id, takes_part__contains=now).first()
    if mine is None:
        return []
    found = Agency.objects.filter(takes_part__contains=now).exclude(pk=mine.pk).order_by("name")
    if ids is not None:
        found = found.filter(pk__in=ids)
    allowed = _allowed(mine.kind, now)
    return [
        Holder(a.pk, a.name, *allowed[a.kind])
        for a in found.only("pk", "name", "kind")
        if a.kind in allowed
    ]


def seconds(actor: Actor, *, now: datetime) -> list[Worker]:
    """Who at the actor's agency may agree to their override, by name; never the actor."""
    return list(
        in_post(now)
        .filter(pk__in=RawSQL(SECONDS, [actor.agency_id]))  # noqa: S611 - no typed text in it
        .exclude(pk=actor.worker_id)
        .order_by("name", "id")
    )


def _allowed(
    receiver: str, now: datetime
) -> dict[str, tuple[frozenset[Category], frozenset[Category]]]:
    """By kind of giver: what it may tell the receiver's kind; of that, what needs a second."""
    rows = Allowed.objects.filter(
        use=Use.EMERGENCY, receiver=receiver, level=Level.ASSIGNED, valid__contains=now
    ).values_list("giver", "category", "second")
    needs: dict[str, dict[Category, bool]] = {}
    for giver, category, second in rows:
        of = needs.setdefault(giver, {})
        # Where one sentence asks for a second worker and another doesn't, none is needed.
        of[Category(category)] = of.get(Category(category), True) and second
    return {
        giver: (frozenset(of), frozenset(c for c, second in of.items() if second))
        for giver, of in needs.items()
    }


def all_second(holders: Iterable[Holder]) -> set[Category]:
    """The categories that need a second worker at any of these agencies."""
    return {category for holder in holders for category in holder.second}
