"""Two ways side by side: A B A B ..., the median of each and of their ratio."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Timed = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """One comparison: medians in microseconds, the ratio, and the goal it is held to."""

    name: str
    ours: float
    floor: float
    ratio: float
    goal: float | None
    note: str = ""

    def line(self) -> str:
        """As a row of the report."""
        verdict = "" if self.goal is None else ("ok" if self.ratio <= self.goal else "MISSED")
        goal = "" if self.goal is None else f"<= {self.goal:g}"
        return (
            f"{self.name:58} {self.ours:12,.0f} us {self.floor:12,.0f} us "
            f"{self.ratio:7.2f}x {goal:8} {verdict:7} {self.note}"
        )


def pair(
    name: str,
    ours: Timed,
    floor: Timed,
    *,
    rounds: int = 200,
    goal: float | None = None,
    warm: int = 10,
    note: str = "",
) -> Figure:
    """Time both in turn; the ratio is the median of the pairs' ratios, so that drift cancels."""
    for _ in range(warm):
        ours()
        floor()
    a, b, ratios = [], [], []
    for _ in range(rounds):
        x, y = _once(ours), _once(floor)
        a.append(x)
        b.append(y)
        ratios.append(x / y)
    return Figure(
        name,
        statistics.median(a) * 1e6,
        statistics.median(b) * 1e6,
        statistics.median(ratios),
        goal,
        note,
    )


def _once(timed: Timed) -> float:
    start = time.perf_counter()
    timed()
    return time.perf_counter() - start


def median_of(timed: Timed, rounds: int, warm: int = 3) -> float:
    """The median time of one way, in microseconds."""
    for _ in range(warm):
        timed()
    return statistics.median(_once(timed) for _ in range(rounds)) * 1e6
