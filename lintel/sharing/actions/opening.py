"""Opening a person's record: an act with a purpose, written down with what allowed it."""

from dataclasses import dataclass
from datetime import datetime

from lintel.kernel import access
from lintel.kernel.actor import Actor
from lintel.kernel.errors import NotFound
from lintel.kernel.sight.states import Category
from lintel.kernel.states import AccessVerb
from lintel.sharing import queries


@dataclass(frozen=True, slots=True)
class Opened:
    """What the actor sees of a person, by holding agency and category, each with its words."""

    person_id: int
    reasons: dict[tuple[int, Category], tuple[str, ...]]

    @property
    def categories(self) -> frozenset[Category]:
        """Everything seen, whoever holds it."""
        return frozenset(category for _, category in self.reasons)

    def why(self, category: Category) -> tuple[str, ...]:
        """The words for one category, whoever holds it, each said once."""
        found = [w for (_, c), words in self.reasons.items() if c is category for w in words]
        return tuple(dict.fromkeys(found))


def open_record(actor: Actor, *, person_id: int, purpose: str, page: str, now: datetime) -> Opened:
    """Open a person's record: a row in the access record for each agency whose record it shows.

    `purpose`: in words, or "". `page`: the page's name, never its address. Raises NotFound for
    somebody absent or outside the actor's sight.
    """
    reasons = queries.why_words(queries.why(actor, person_id))
    if not any(category is Category.IDENTITY for _, category in reasons):
        raise NotFound
    by_owner: dict[int, dict[str, str]] = {}
    for (owner_id, category), words in reasons.items():
        by_owner.setdefault(owner_id, {})[category.name.lower()] = "; ".join(words)
    access.record_each(
        actor,
        AccessVerb.OPENED,
        now=now,
        person_id=person_id,
        seen=[access.Seen(owner_id, why.keys(), why) for owner_id, why in by_owner.items()],
        purpose=purpose,
        page=page,
    )
    return Opened(person_id, reasons)
