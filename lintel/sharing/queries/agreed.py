"""What the agreement lets a person be asked about: only that is offered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lintel.agencies.models import Agency, Membership, Worker
from lintel.kernel.fields import holds
from lintel.kernel.sight.states import Category
from lintel.sharing.models import Agreement, Allowed
from lintel.sharing.states import Basis, Level


@dataclass(frozen=True, slots=True)
class Agreed:
    """What may be shared on one basis now, cell by cell, and whom of a team each cell tells.

    Before the first version of the agreement (`in_force` is false) nothing limits it.
    """

    in_force: bool
    cells: Mapping[tuple[str, str, str, int], frozenset[str]]

    def allows(self, purpose: str, giver: str, receiver: str, category: Category) -> bool:
        """Whether an agency of the one kind may tell one of the other, for this purpose."""
        return not self.in_force or (purpose, giver, receiver, int(category)) in self.cells

    def levels(
        self, purpose: str, giver: str, receiver: str, categories: Iterable[Category]
    ) -> tuple[Level, ...]:
        """Who of the receiver sees any of these, by how near they are to the person."""
        seen = {
            level
            for category in categories
            for level in self.cells.get((purpose, giver, receiver, int(category)), ())
        }
        return tuple(level for level in Level if level.value in seen)


def agreed(now: datetime, basis: str = Basis.CONSENT) -> Agreed:
    """What the version in force allows on one basis: what a person may be asked about, say.

    The same for everybody.
    """
    cells: dict[tuple[str, str, str, int], set[str]] = {}
    rows = Allowed.objects.filter(basis=basis, valid__contains=now).values_list(
        "use", "giver", "receiver", "category", "level"
    )
    for use, giver, receiver, category, level in rows:
        cells.setdefault((use, giver, receiver, category), set()).add(level)
    return Agreed(
        in_force=Agreement.objects.filter(effective__lte=now).exists(),
        cells={cell: frozenset(levels) for cell, levels in cells.items()},
    )


def authoriser(
    *,
    purpose: str,
    basis: str,
    giver: str,
    receiver: str,
    categories: Iterable[Category],
    now: datetime,
) -> str:
    """Whom the agreement in force names to authorise this, in its words; "" for nobody named."""
    current = Agreement.objects.filter(effective__lte=now).order_by("-effective").first()
    if current is None:
        return ""
    rule = (
        current.rules.filter(
            use=purpose,
            basis=basis,
            givers__contains=[giver],
            receivers__contains=[receiver],
            categories__overlap=[int(c) for c in categories],
        )
        .exclude(authoriser="")
        .first()
    )
    return rule.authoriser if rule else ""


def takes_part(agency: Agency, now: datetime, agreed: Agreed) -> bool:
    """Whether the agency has signed the version in force; before the first, every one does."""
    return not agreed.in_force or holds(agency.takes_part, now)


def members_of(team_ids: Iterable[int], now: datetime) -> dict[int, list[Worker]]:
    """The workers of each team whom a person can name, by name."""
    found: dict[int, list[Worker]] = {}
    places = (
        Membership.objects.filter(team__in=list(team_ids), valid__contains=now)
        .select_related("worker")
        .order_by("worker__name", "worker_id")
    )
    for place in places:
        if place.worker not in found.setdefault(place.team_id, []):
            found[place.team_id].append(place.worker)
    return found
