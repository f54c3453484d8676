"""What differs between two versions of the agreement: prose by section, rules by rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lintel.kernel.sight.states import Category
from lintel.sharing import sentences
from lintel.sharing.states import Detail, Level
from lintel.web.words import listed


class Followed(sentences.Ruling, Protocol):
    """A rule that knows which earlier one it was made from."""

    @property
    def id(self) -> int: ...
    @property
    def follows(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section that differs; an empty side: it isn't in that version."""

    key: str
    heading: str
    before: str
    after: str

    @property
    def verb(self) -> str:
        """Added, removed or changed."""
        if not self.before:
            return "Added"
        return "Changed" if self.after else "Removed"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that differs; None on a side: it isn't in that version."""

    before: Followed | None
    after: Followed | None
    words: Sequence[str] = ()

    @property
    def verb(self) -> str:
        """Added, removed or changed."""
        if self.before is None:
            return "Added"
        return "Changed" if self.after else "Removed"


def sections(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[SectionChange]:
    """The sections that differ, in the order of the later version; removed ones last."""
    old = {s["key"]: s for s in before}
    new = {s["key"]: s for s in after}
    found = []
    for key in [*new, *(k for k in old if k not in new)]:
        one, two = old.get(key), new.get(key)
        if one and two and _shown(one) == _shown(two):
            continue
        heading = (two or one or {})["heading"]
        found.append(SectionChange(key, heading, _words(one), _words(two)))
    return found


def _shown(section: Mapping[str, Any]) -> tuple[str, str, bool]:
    return section["heading"], section["words"], bool(section["public"])


def _words(section: Mapping[str, Any] | None) -> str:
    if section is None:
        return ""
    who = "" if section["public"] else "\n\n(For workers only.)"
    return f"{section['heading']}\n\n{section['words']}{who}"


def content(rule: sentences.Ruling) -> tuple[Any, ...]:
    """Everything that a rule says, for comparing."""
    return (
        rule.use,
        frozenset(rule.categories),
        frozenset(rule.givers),
        frozenset(rule.receivers),
        frozenset(rule.levels),
        rule.basis,
        rule.statute,
        rule.authoriser,
        rule.second,
        rule.detail,
        rule.retention_months,
    )


def rules(
    before: Sequence[Followed],
    after: Sequence[Followed],
    follows: Mapping[int, int | None] | None = None,
) -> list[RuleChange]:
    """The rules that differ: changed, then added, then removed.

    `follows`: of rules between the two versions, which earlier one each was made from. A rule
    with no known ancestor on the other side is paired with one that says the same.
    """
    old = {rule.id: rule for rule in before}
    chain = dict(follows or {}) | {rule.id: rule.follows for rule in after}
    pairs: dict[int, Followed] = {}
    alone: list[Followed] = []
    for rule in after:
        ancestor: int | None = rule.id
        while ancestor is not None and ancestor not in old:
            ancestor = chain.get(ancestor)
        if ancestor is not None and ancestor not in pairs:
            pairs[ancestor] = rule
        else:
            alone.append(rule)
    left = [rule for rule in before if rule.id not in pairs]
    added = []
    for rule in alone:
        same = next((r for r in left if content(r) == content(rule)), None)
        if same is None:
            added.append(RuleChange(None, rule))
        else:
            left.remove(same)
    changed = [
        RuleChange(old[number], rule, difference(old[number], rule))
        for number, rule in pairs.items()
        if content(old[number]) != content(rule)
    ]
    return [*changed, *added, *(RuleChange(rule, None) for rule in left)]


def difference(before: sentences.Ruling, after: sentences.Ruling) -> list[str]:
    """What was changed in a rule, a sentence for each part."""
    found = []
    if before.use != after.use:
        found.append(f"Now “{after.use.label}”, before “{before.use.label}”.")
    found += _moved(
        "What may be told", before.categories, after.categories, lambda c: str(Category(c).label)
    )
    found += _moved("Who may tell", before.givers, after.givers, _kind)
    found += _moved("Who may be told", before.receivers, after.receivers, _kind)
    found += _moved(
        "Which workers", before.levels, after.levels, lambda x: sentences.LEVELS[Level(x)]
    )
    if (before.basis, before.statute) != (after.basis, after.statute):
        old, new = sentences.basis_words(before), sentences.basis_words(after)
        found.append(f"Now {new}; before, {old}.")
    if before.authoriser != after.authoriser:
        found.append(
            f"Now {after.authoriser} must authorise it."
            if after.authoriser
            else f"No longer needs {before.authoriser} to authorise it."
        )
    if before.second != after.second:
        found.append(
            "Now a second worker must agree first."
            if after.second
            else "A second worker need no longer agree."
        )
    if before.detail != after.detail:
        found.append(
            "Now only the facts, not what workers wrote."
            if after.detail == Detail.SUMMARY
            else "Now also what workers wrote, not only the facts."
        )
    if before.retention_months != after.retention_months:
        found.append(
            f"Now kept for {sentences.months_words(after.retention_months)},"
            f" before {sentences.months_words(before.retention_months)}."
        )
    return found


def _kind(kind: str) -> str:
    return sentences.kind_words(kind).lower()


def _moved(what: str, before: Sequence[Any], after: Sequence[Any], words: Any) -> list[str]:
    came = [words(x) for x in after if x not in before]
    went = [words(x) for x in before if x not in after]
    parts = [f"added {listed(came)}"] if came else []
    parts += [f"removed {listed(went)}"] if went else []
    return [f"{what}: {'; '.join(parts)}."] if parts else []
