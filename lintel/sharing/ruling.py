"""What a rule of the agreement must be like, and what must not be lost without saying so."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lintel.agencies.states import AgencyKind
from lintel.kernel.sight.states import Category
from lintel.sharing import sentences
from lintel.sharing.states import OWN, Basis, Detail, Level, Use
from lintel.web.words import listed

LONGEST_KEPT = 300  # Months: 25 years, the longest that health records of adults are kept.
OWN_USES = frozenset({Use.HOUSING, Use.CARE, Use.TENANCY_SUPPORT})
NEAR_OWN = frozenset({Use.REQUEST, Use.TOGETHER})
EMERGENCY_BASES = frozenset({Basis.VITAL, Basis.SAFEGUARDING, Basis.PUBLIC_INTEREST})
RECEIVED_BY = frozenset({OWN, *(str(kind) for kind in AgencyKind)})


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as it is typed. Shaped as `sentences.Ruling`."""

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

    def fields(self) -> dict[str, Any]:
        """The columns of a `Rule`."""
        return {
            "use": str(self.use),
            "categories": [int(c) for c in sorted(self.categories)],
            "givers": [str(k) for k in self.givers],
            "receivers": [str(k) for k in self.receivers],
            "levels": [str(x) for x in self.levels],
            "basis": str(self.basis),
            "statute": self.statute.strip(),
            "authoriser": self.authoriser.strip(),
            "second": self.second,
            "detail": int(self.detail),
            "retention_months": self.retention_months,
        }


def draft_of(rule: sentences.Ruling) -> Draft:
    """A rule that is kept, as one that is typed."""
    return Draft(
        use=rule.use,
        categories=tuple(rule.categories),
        givers=tuple(rule.givers),
        receivers=tuple(rule.receivers),
        levels=tuple(rule.levels),
        basis=rule.basis,
        statute=rule.statute,
        authoriser=rule.authoriser,
        second=rule.second,
        detail=rule.detail,
        retention_months=rule.retention_months,
    )


def tidy(rule: Draft) -> Draft:
    """Without what its basis has no use for, and spaces around words."""
    return replace(
        rule,
        statute="" if rule.basis in {Basis.OWN_WORK, Basis.CONSENT} else rule.statute.strip(),
        authoriser="" if rule.basis is Basis.OWN_WORK else rule.authoriser.strip(),
        second=rule.second and rule.use is Use.EMERGENCY,
    )


def wrong(rule: Draft) -> dict[str, str]:
    """What is wrong with a rule, by field; empty if nothing is."""
    found: dict[str, str] = {}
    for field, what in (
        ("categories", "Select what may be told"),
        ("givers", "Select who may tell"),
        ("receivers", "Select who may be told"),
        ("levels", "Select which workers may be told"),
    ):
        if not getattr(rule, field):
            found[field] = what
    if rule.basis is Basis.STATUTE and not rule.statute.strip():
        found["statute"] = "Name the law, with its section"
    if rule.basis is Basis.PUBLIC_INTEREST and not rule.authoriser.strip():
        found["authoriser"] = "Say who authorises it: somebody senior"
    if not 1 <= rule.retention_months <= LONGEST_KEPT:
        found["retention_months"] = f"Choose between 1 and {LONGEST_KEPT} months (25 years)"
    found |= _wrong_together(rule)
    return found


def _wrong_together(rule: Draft) -> dict[str, str]:
    """The parts that don't go together."""
    own_only = sentences.is_own(rule)
    if rule.basis is Basis.OWN_WORK:
        if not own_only:
            return {"basis": "An agency’s own work is about its own record: choose own agency only"}
        if rule.use not in OWN_USES:
            return {"use": f"Own work is for {listed((u.label for u in sorted(OWN_USES)), 'or')}"}
        return {}
    if own_only and rule.use not in NEAR_OWN:
        return {"basis": "For an agency’s own record, the basis is its own work"}
    if rule.use is Use.HOUSING:
        return {"use": "Looking after the home is an agency’s own work: choose another purpose"}
    if OWN in {*rule.givers, *rule.receivers} and rule.use not in NEAR_OWN:
        return {"receivers": "Write a rule of its own for an agency’s own workers"}
    if rule.use in NEAR_OWN and rule.basis is not Basis.CONSENT:
        return {"basis": "Requests and circles rest on what the person agreed to: choose consent"}
    if rule.use is Use.EMERGENCY and rule.basis not in EMERGENCY_BASES:
        return {"basis": "In an emergency: a life at risk, safeguarding, or the public interest"}
    return {}


def own_cells(rules: Iterable[sentences.Ruling]) -> set[tuple[Use, Category, Level]]:
    """What agencies' own workers see of their own records by these rules."""
    return {
        (rule.use, category, level)
        for rule in rules
        if sentences.is_own(rule) and rule.basis is Basis.OWN_WORK
        for category in rule.categories
        for level in rule.levels
    }


def own_lost(before: Iterable[sentences.Ruling], after: Iterable[sentences.Ruling]) -> str:
    """What agencies' own workers would no longer see of their own records, in words; "" if nothing.

    Losing these stops ordinary work, so it is asked about before it is done.
    """
    lost = own_cells(before) - own_cells(after)
    if not lost:
        return ""
    parts = []
    for use in Use:
        categories = sorted({c for u, c, _ in lost if u is use})
        if categories:
            levels = sentences.level_words({x for u, _, x in lost if u is use})
            what = "; ".join(str(c.label) for c in categories)
            parts.append(f"{use.label}: {what} ({levels})")
    return "Agencies’ own workers would stop seeing their own records. " + ". ".join(parts) + "."
