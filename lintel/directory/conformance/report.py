"""What was found, and the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Mark(StrEnum):
    """How a check went."""

    GOOD = "ok"
    FAULT = "FAULT"
    NOTE = "note"
    UNKNOWN = "not checked"


LEVELS = {1: "Level 1 (must pass)", 2: "Level 2", 0: "Beside the levels"}
# More of the same kind say nothing new.
MOST_OF_A_KIND = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: on which level it counts (0: on none), how it went, and words."""

    level: int
    mark: Mark
    words: str


@dataclass(slots=True)
class Report:
    """All findings of one run."""

    found: list[Finding] = field(default_factory=list)
    _kinds: dict[tuple[int, str], int] = field(default_factory=dict)

    def add(self, level: int, mark: Mark, words: str) -> None:
        """Write a finding down."""
        self.found.append(Finding(level, mark, words))

    def check(self, level: int, fault: str | None, good: str) -> bool:
        """Write down a fault, or that it is well; whether it is."""
        self.add(level, Mark.FAULT if fault else Mark.GOOD, fault or good)
        return not fault

    def faults(self, level: int, about: str, faults: list[str], good: str) -> None:
        """Write down the faults of one thing, not endlessly many; or that it is well."""
        for fault in faults[:MOST_OF_A_KIND]:
            self.add(level, Mark.FAULT, f"{about}: {fault}")
        if len(faults) > MOST_OF_A_KIND:
            more = len(faults) - MOST_OF_A_KIND
            self.add(level, Mark.FAULT, f"{about}: and {more} more faults like these")
        if not faults:
            self.add(level, Mark.GOOD, f"{about}: {good}")

    def verdict(self, level: int) -> Mark:
        """FAULT if there is one, UNKNOWN if something could not be checked, else GOOD."""
        marks = {one.mark for one in self.found if one.level == level}
        if Mark.FAULT in marks:
            return Mark.FAULT
        return Mark.UNKNOWN if Mark.UNKNOWN in marks or not marks else Mark.GOOD

    def met(self, level: int) -> bool:
        """Whether everything up to this level was checked and is well; for 2, the rest as well."""
        levels = all(self.verdict(each) is Mark.GOOD for each in range(1, level + 1))
        return levels and (level == 1 or self.verdict(0) is not Mark.FAULT)

    def lines(self) -> Iterator[str]:
        """The report, to be read."""
        for level, name in LEVELS.items():
            own = [one for one in self.found if one.level == level]
            if own:
                yield name
                yield from (f"  {one.mark:<12} {one.words}" for one in own)
                yield ""
        words = {Mark.GOOD: "met", Mark.FAULT: "NOT MET", Mark.UNKNOWN: "not known"}
        yield from (f"Level {level}: {words[self.verdict(level)]}" for level in (1, 2))
