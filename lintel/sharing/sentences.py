"""A rule of the agreement in words: for pages, for everybody, for exports and comparisons.

The one place where a rule becomes a sentence. Nobody writes by hand what the rules say.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from lintel.agencies.states import AgencyKind
from lintel.kernel.sight.states import Category
from lintel.sharing.states import OWN, Basis, Detail, Level, Use
from lintel.web.words import count_words, listed

KINDS = {
    AgencyKind.LANDLORD: "landlords",
    AgencyKind.TRUST: "mental health trusts",
    AgencyKind.COUNCIL: "councils",
    AgencyKind.VOLUNTARY: "voluntary organisations",
    AgencyKind.COMMISSIONER: "commissioners",
    AgencyKind.PRIVATE_LANDLORD: "private landlords",
}
LEVELS = {
    Level.ASSIGNED: "the assigned worker",
    Level.LINK: "link workers",
    Level.DUTY: "duty workers",
    Level.TEAM: "other members of the team",
    Level.MANAGER: "managers of the team",
    Level.INFORMATION_LEAD: "information leads",
}
BASES = {
    Basis.OWN_WORK: "because it is that agency’s own work",
    Basis.CONSENT: "if the person says yes",
    Basis.DIRECT_CARE: "as part of care that the person expects",
    Basis.STATUTE: "where a law allows it",
    Basis.SAFEGUARDING: "to protect somebody from abuse or neglect",
    Basis.VITAL: "where somebody’s life is at risk",
    Basis.PUBLIC_INTEREST: "where serious harm to others makes it right",
}
# Words for the rules that nobody is asked about by form: what gives them, beside the basis.
GIVEN_BY = {
    Use.REQUEST: "once a worker has taken a request about them that names them",
    Use.TOGETHER: "once both are in the person’s circle",
}
ALL_KINDS = frozenset(str(kind) for kind in AgencyKind)
ALL_LEVELS = frozenset(Level)
OF_THE_TEAM = ALL_LEVELS - {Level.INFORMATION_LEAD}
# With so few left out, what isn't told is shorter to say, and clearer.
FEW_LEFT_OUT = 3


class Ruling(Protocol):
    """What a sentence is made from: `queries.agreements.RuleView`, or a rule that is typed."""

    @property
    def use(self) -> Use: ...
    @property
    def categories(self) -> Sequence[Category]: ...
    @property
    def givers(self) -> Sequence[str]: ...
    @property
    def receivers(self) -> Sequence[str]: ...
    @property
    def levels(self) -> Sequence[Level]: ...
    @property
    def basis(self) -> Basis: ...
    @property
    def statute(self) -> str: ...
    @property
    def authoriser(self) -> str: ...
    @property
    def second(self) -> bool: ...
    @property
    def detail(self) -> Detail: ...
    @property
    def retention_months(self) -> int: ...


def sentence(rule: Ruling) -> str:
    """The whole rule: what for, who may tell whom what, on which basis, and how long it is kept."""
    return " ".join([first_sentence(rule), *conditions(rule)])


def first_sentence(rule: Ruling) -> str:
    """What for, who may tell whom, and what."""
    start = f"{capital(str(rule.use.label))}, "
    what = category_words(rule.categories)
    if is_own(rule):
        levels = level_words(rule.levels)
        return f"{start}{levels} of an agency may see what it holds itself: {what}."
    if rule.use is Use.EMERGENCY:
        who = f"a worker of {receiver_words(rule.receivers)}"
        return f"{start}{who} may open what {giver_words(rule.givers)} hold: {what}."
    whom = f"{receiver_words(rule.receivers)} ({level_words(rule.levels)})"
    return f"{start}{giver_words(rule.givers)} may tell {whom}: {what}."


def conditions(rule: Ruling) -> list[str]:
    """The basis, who authorises, how much of it is seen, and how long it is kept."""
    found = [f"{capital(basis_words(rule))}."]
    if rule.authoriser:
        found.append(f"{capital(rule.authoriser)} must authorise it.")
    if rule.second:
        found.append("A second worker must agree first.")
    if rule.detail == Detail.SUMMARY:
        found.append("Only the facts, not what workers wrote.")
    end = "after the work has ended" if is_own(rule) else "after the reason to share has ended"
    found.append(f"Kept for {months_words(rule.retention_months)} {end}.")
    return found


def is_own(rule: Ruling) -> bool:
    """Whether the rule is about an agency's own record."""
    return set(rule.givers) == {OWN} and set(rule.receivers) == {OWN}


def basis_words(rule: Ruling) -> str:
    """The basis, with the law that it names."""
    if rule.use in GIVEN_BY and rule.basis is Basis.CONSENT:
        return GIVEN_BY[rule.use]
    words = BASES[rule.basis]
    return f"{words}: {rule.statute}" if rule.statute else words


def category_words(categories: Iterable[Category]) -> str:
    """What may be told."""
    found = set(categories)
    left_out = [c for c in Category if c not in found]
    if not left_out:
        return "anything that they hold"
    if len(left_out) <= FEW_LEFT_OUT:
        return f"anything that they hold, but not {_separated(left_out, 'or')}"
    return _separated(sorted(found), "and")


def _separated(categories: list[Category], last: str) -> str:
    # Labels have commas inside brackets; a semicolon between keeps them apart.
    words = [str(c.label) for c in categories]
    return f"{'; '.join(words[:-1])}; {last} {words[-1]}" if len(words) > 1 else "".join(words)


def giver_words(kinds: Iterable[str]) -> str:
    """Who may tell."""
    return _kind_words(kinds, "agencies that signed")


def receiver_words(kinds: Iterable[str]) -> str:
    """Who may be told."""
    return _kind_words(kinds, "any agency that signed")


def _kind_words(kinds: Iterable[str], everyone: str) -> str:
    found = set(kinds)
    if found >= ALL_KINDS:
        return everyone
    words = [name for kind, name in KINDS.items() if str(kind) in found]
    return listed([*words, *(["the worker’s own agency"] if OWN in found else [])])


def kind_words(kind: str) -> str:
    """One kind of agency as the head of a column or row."""
    return "Own agency" if kind == OWN else capital(KINDS[AgencyKind(kind)])


def level_words(levels: Iterable[Level]) -> str:
    """The levels of need to know."""
    found = set(levels)
    if found >= ALL_LEVELS:
        return "any worker"
    if found == OF_THE_TEAM:
        return "any worker of the team"
    return listed(LEVELS[x] for x in Level if x in found)


def months_words(months: int) -> str:
    """6 years, 18 months."""
    if months % 12 == 0:
        return count_words(months // 12, "year")
    return count_words(months, "month")


def capital(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]
