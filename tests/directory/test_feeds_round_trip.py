"""What this directory publishes, read again: by another Lintel, and by itself."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lintel.directory.actions.publishing import put
from lintel.directory.entry import Document, Entry
from lintel.directory.feeds import v3
from lintel.directory.feeds.run import import_url
from lintel.directory.models import Feed, FeedFault, Organisation, Service
from lintel.directory.states import RunState
from lintel.kernel.actor import as_system

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SAID: dict[str, Any] = {
    "name": "Kiln Street Kitchen",
    "description": "Tea & toast.\n\n- warm\n- free",
    "url": "https://kiln.example/",
    "email": "desk@kiln.example",
    "phones": [{"number": "01632 960 001", "label": "Desk"}],
    "fees": "Free",
    "languages": ["Polish"],
    "needs": ["lonely", "money"],
    "locations": [
        {
            "name": "Hall",
            "address_1": "1 Kiln Street",
            "city": "Shethernley",
            "county": "Shire",
            "postcode": "QX1 2AB",
            "lon": -1.45,
            "lat": 53.05,
            "access": "Ramp",
        }
    ],
    "hours": [
        {"days": ["MO", "TU"], "opens": "09:00", "closes": "17:00"},
        {"days": ["SA"], "weeks": [1], "opens": "22:00", "closes": "02:00"},
    ],
    "rules": [{"kind": "age", "words": "Aged 18 to 65", "minimum": 18, "maximum": 65}],
    "catchments": [
        {
            "pieces": [
                {
                    "kind": "drawn",
                    "label": "Kiln side",
                    "shape": {
                        "type": "Polygon",
                        "coordinates": [
                            [[-1.5, 53.0], [-1.4, 53.0], [-1.4, 53.1], [-1.5, 53.1], [-1.5, 53.0]]
                        ],
                    },
                }
            ]
        }
    ],
    "how_to_ask": "Come in.",
}


def published() -> Service:
    runs = Organisation.objects.create(name="The Kiln", description="A hall.")
    service = Service(id=uuid4(), slug="kiln", organisation=runs, modified=NOW)
    with as_system():
        put([(service, Document(entry=Entry.model_validate(SAID)))], now=NOW)
    return service


@pytest.mark.django_db
def test_another_lintel_reads_what_this_one_publishes() -> None:
    service = published()
    told = Client().get(f"/oruk/v3/services/{service.pk}").json()
    found = v3.read(told, today=date(2026, 11, 22))
    assert [fault.code for fault in found.faults] == []
    assert (found.id, found.runner.name) == (service.pk, "The Kiln")
    said, entry = Entry.model_validate(SAID), found.document.entry
    for name in ("name", "url", "email", "fees", "languages", "needs", "phones"):
        assert getattr(entry, name) == getattr(said, name), name
    assert entry.description.startswith(said.description)
    assert [(h.days, h.weeks, h.opens, h.closes) for h in entry.hours] == [
        (h.days, h.weeks, h.opens, h.closes) for h in said.hours
    ]
    assert (entry.minimum_age, entry.maximum_age) == (18, 65)
    (place,) = entry.locations
    assert place.id == Entry.model_validate(service.document).locations[0].id
    assert (place.name, place.postcode, place.lon, place.lat, place.access) == (
        "Hall", "QX1 2AB", -1.45, 53.05, "Ramp"
    )  # fmt: skip
    assert entry.catchments[0].pieces[0].shape is not None
    assert said.how_to_ask in entry.how_to_ask


@pytest.mark.django_db(transaction=True)
def test_a_directory_that_reads_itself_takes_nothing_in(live_server: Any, settings: Any) -> None:
    """From the root of its interface, over its own pages of services."""
    settings.LINTEL_FEEDS_PRIVATE = True
    service = published()
    feed = Feed.objects.create(name="Mirror", url=f"{live_server.url}/oruk/v3/", version="3.0")
    run = import_url(feed, now=NOW)
    assert (run.state, run.read, run.added, run.kept_out) == (RunState.DONE, 1, 0, 1), run.words
    assert FeedFault.objects.get(run=run).code == "own_entry"
    assert list(Service.objects.values_list("pk", flat=True)) == [service.pk]
