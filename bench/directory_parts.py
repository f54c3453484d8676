"""What is measured inside a database of the bench of the directory."""

import io
import json
import resource
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.test import Client

from bench.measure import Figure, median_of, pair
from lintel.directory.feeds.run import import_stream
from lintel.directory.models import Feed, Organisation, Service
from lintel.directory.place import Place
from lintel.directory.queries import route
from lintel.directory.queries.finding import Filters, matching
from lintel.directory.states import FeedVersion
from lintel.kernel.actor import as_system

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def in_database(size: Any) -> dict[str, float]:
    """Print the figures of this size; answer medians (microseconds) of what must not grow."""
    place = Place(postcode="QX1 2AB", lon=-1.5, lat=53.0)

    def one_route() -> object:
        with transaction.atomic():
            return route(place, need="crisis", when=NOW)

    assert len(one_route().options) == 8  # type: ignore[attr-defined]
    if size.services > 1000:
        for figure in [*searches(), *feeds()]:
            print(figure.line(), flush=True)
    client = Client()
    answer = client.post("/directory/", {"place": "QX1 2AB", "need": "crisis"})
    assert answer.status_code == 302, answer.status_code
    address = answer.headers["Location"]

    def page() -> object:
        return client.get(address)

    assert page().status_code == 200  # type: ignore[attr-defined]
    return {
        "one route of an address": median_of(one_route, 200),
        "the page that says who covers it": median_of(page, 50),
    }


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


SERVICES = 10_000


def feeds() -> list[Figure]:
    """A feed of 10,000 services read in, again, and its JSON parsed and no more."""
    with as_system():
        # Left by a run that was stopped.
        Service.objects.filter(feed__isnull=False).delete()
        Organisation.objects.filter(feed__isnull=False).delete()
        Feed.objects.all().delete()
    feed = Feed.objects.create(name="The bench", url="", version=FeedVersion.V3)
    content = feed_of(SERVICES)
    try:
        parse = once(lambda: json.loads(content))
        added = once(lambda: import_stream(feed, io.BytesIO(content), now=NOW))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        again = once(lambda: import_stream(feed, io.BytesIO(content), now=NOW))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024
        last = feed.runs.order_by("-pk").first()
        assert last is not None
        assert last.unchanged == SERVICES, last.words
    finally:
        with as_system():
            Service.objects.filter(feed=feed).delete()
            Organisation.objects.filter(feed=feed).delete()
            feed.delete()
    return [
        Figure(
            f"a feed of {SERVICES:,} services, {len(content) / 1e6:.0f} MB",
            added,
            parse,
            added / parse,
            None,
            f"{SERVICES / added * 1e6:,.0f} services a second; floor: json.loads alone",
        ),
        Figure(
            "the same again: nothing to change",
            again,
            parse,
            again / parse,
            None,
            f"{SERVICES / again * 1e6:,.0f} services a second, {grown:.0f} MB more memory",
        ),
    ]


def once(timed: Callable[[], object]) -> float:
    """The time of one call, in microseconds."""
    start = time.perf_counter()
    timed()
    return (time.perf_counter() - start) * 1e6


def feed_of(services: int) -> bytes:
    """A page of Open Referral UK 3.0 with so many services, as council feeds are."""
    words = "Advice and a listening ear for people who want to keep their home. " * 8
    contents = [
        {
            "id": str(uuid.UUID(int=3_000_000 + number)),
            "name": f"Service {number}",
            "description": f"<p>{words}</p>",
            "status": "active",
            "url": "https://example.org/",
            "email": "hello@example.org",
            "organization": {
                "id": str(uuid.UUID(int=4_000_000 + number % 400)),
                "name": f"Organisation {number % 400}",
                "description": "Invented",
            },
            "schedules": [
                {
                    "id": str(uuid.UUID(int=5_000_000 + number)),
                    "freq": "WEEKLY",
                    "byday": "MO,TU,WE",
                    "opens_at": "09:00",
                    "closes_at": "17:00",
                }
            ],
            "service_at_locations": [
                {
                    "id": str(uuid.UUID(int=6_000_000 + number)),
                    "location": {
                        "id": str(uuid.UUID(int=7_000_000 + number)),
                        "location_type": "physical",
                        "latitude": 53.0 + number % 100 / 1000,
                        "longitude": -1.5,
                    },
                }
            ],
        }
        for number in range(services)
    ]
    page = {
        "total_items": services,
        "total_pages": 1,
        "page_number": 1,
        "size": services,
        "first_page": True,
        "last_page": True,
        "empty": False,
        "contents": contents,
    }
    return json.dumps(page).encode()
