"""What is measured inside a database of the bench of the directory."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from bench.measure import Figure, median_of, pair
from lintel.directory.place import Place
from lintel.directory.queries import route
from lintel.directory.queries.finding import Filters, matching

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def in_database(size: Any) -> dict[str, float]:
    """Print the figures of this size; answer medians (microseconds) of what must not grow."""
    place = Place(postcode="QX1 2AB", lon=-1.5, lat=53.0)

    def one_route() -> object:
        with transaction.atomic():
            return route(place, need="crisis", when=NOW)

    assert len(one_route().options) == 8  # type: ignore[attr-defined]
    if size.services > 1000:
        for figure in searches():
            print(figure.line(), flush=True)
    return {"one route of an address": median_of(one_route, 200)}


PLAIN = """
SELECT id, count(*) OVER () FROM directory_service
WHERE search @@ websearch_to_tsquery('english', %s)
ORDER BY ts_rank(search, websearch_to_tsquery('english', %s)) DESC, name, id LIMIT 25
"""


def searches() -> list[Figure]:
    """Words, need and distance together, against words alone through the same index."""
    place = Place(lon=-1.5, lat=53.0)
    found = []
    for words in ("debt", "garden club", "housing advice"):
        asked = Filters(words=words, need="money", place=place, miles=20, order="near")

        def ours(asked: Filters = asked) -> object:
            return matching(asked)

        def floor(words: str = words) -> object:
            with connection.cursor() as cursor:
                cursor.execute(PLAIN, [words, words])
                return cursor.fetchall()

        rows = len(ours()[0])  # type: ignore[index]
        found.append(
            pair(
                f"search: “{words}”, a need, within 20 miles",
                ours,
                floor,
                rounds=100,
                goal=3,
                note=f"{rows} found; floor: plain indexed text search",
            )
        )
    return found
