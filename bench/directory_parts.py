"""What is measured inside a database of the bench of the directory."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from bench.measure import median_of

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def in_database(size: Any) -> dict[str, float]:
    """Print the figures of this size; answer medians (microseconds) of what must not grow."""
    from lintel.directory.place import Place
    from lintel.directory.queries import route

    place = Place(postcode="QX1 2AB", lon=-1.5, lat=53.0)

    def one_route() -> object:
        with transaction.atomic():
            return route(place, need="crisis", when=NOW)

    assert len(one_route().options) == 8  # type: ignore[attr-defined]
    return {"one route of an address": median_of(one_route, 200)}
