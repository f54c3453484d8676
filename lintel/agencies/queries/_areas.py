"""Which areas teams cover. The directory knows, a domain above: it says how to ask.

Without a directory nothing is known, and nothing is left out for it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class Areas(Protocol):
    """What is asked of whoever knows the areas of teams."""

    def naming(self, word: str, now: datetime) -> set[int]:
        """The teams that cover what a searched word names."""

    def words(self, team_id: int, now: datetime) -> list[str]:
        """What a team covers, in names; "*" for all."""

    def sharing(self, mine: Collection[int], others: Collection[int], now: datetime) -> set[int]:
        """Which of the other teams cover something that one of mine covers."""


class _Unknown:
    def naming(self, word: str, now: datetime) -> set[int]:
        return set()

    def words(self, team_id: int, now: datetime) -> list[str]:
        return []

    def sharing(self, mine: Collection[int], others: Collection[int], now: datetime) -> set[int]:
        return set()


_known: list[Areas] = [_Unknown()]


def set_areas(known: Areas) -> None:
    """Say who knows; called when Django starts (`AppConfig.ready`)."""
    _known[:] = [known]


def areas() -> Areas:
    """Whoever knows the areas of teams."""
    return _known[0]
