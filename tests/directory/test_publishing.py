"""What is published, put where it is read: hundreds of entries in so many statements as one."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lintel.directory.actions.publishing import put, take_out_all
from lintel.directory.entry import Document, Entry, Inside
from lintel.directory.models import (
    At,
    Catchment,
    Opening,
    Organisation,
    PartnerEntry,
    Service,
)
from lintel.directory.states import Audience, ServiceState
from lintel.kernel.actor import as_system

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[-1.5, 53.0], [-1.4, 53.0], [-1.4, 53.1], [-1.5, 53.0]]],
}


def service(**fields: Any) -> Service:
    pk = uuid.uuid4()
    runs = Organisation.objects.create(name="The Kiln")
    return Service(id=pk, slug=f"s-{pk.hex}", organisation=runs, modified=NOW, **fields)


def document(**changes: Any) -> Document:
    entry = {
        "name": "Kiln “Street” \\ Kitchen",
        "description": "Tea\nand 'toast'; 100% {free} ☕",
        "needs": ["carers", "older"],
        "terms": [{"id": uuid.uuid4(), "name": "Food"}],
        "locations": [{"name": "Hall", "lon": -1.45, "lat": 53.05}],
        "hours": [{"days": ["MO", "FR"], "opens": "22:00", "closes": "02:00",
                   "valid_from": "2026-01-01"}],
        "rules": [{"kind": "age", "words": "Aged 18 and over", "minimum": 18}],
        "catchments": [
            {
                "pieces": [
                    {"kind": "drawn", "shape": SQUARE},
                    {"kind": "postcodes", "codes": ["qx1", 'q"x{2}'], "excluding": True},
                ],
                "valid_to": "2026-12-31",
            }
        ],
    }  # fmt: skip
    return Document(
        entry=Entry.model_validate({**entry, **changes}), inside=Inside(direct_line="0163")
    )


def test_all_that_is_put_is_read_back() -> None:
    one, said = service(), document()
    with as_system():
        put([(one, said)], now=NOW)
        partner = PartnerEntry.objects.get(service=one)
    found = Service.objects.get(pk=one.pk)
    assert Entry.model_validate(found.document) == said.entry
    assert (found.state, found.name, found.minimum_age) == ("published", said.entry.name, 18)
    assert (found.needs, found.term_ids) == (["carers", "older"], [said.entry.terms[0].id])
    assert found.modified == NOW
    assert found.words.startswith("The Kiln Tea\nand")
    drawn, left_out = Catchment.objects.filter(service=one).order_by("pk")
    assert shapely.from_wkb(bytes(drawn.shape)).area > 0
    assert (left_out.codes, left_out.excluding) == (["QX1", 'Q"X{2}'], True)
    assert drawn.valid.upper == date(2027, 1, 1)
    opening = Opening.objects.filter(service=one, weekday=0).get()
    assert (opening.opens, opening.closes) == (22 * 60, 26 * 60)
    assert opening.valid.lower == date(2026, 1, 1)
    assert At.objects.get(service=one).document["name"] == "Hall"
    assert (partner.listed, Document.model_validate(partner.document)) == (False, said)


def test_what_is_there_is_replaced_and_nothing_else_of_it() -> None:
    one = service()
    with as_system():
        put([(one, document())], now=NOW)
        Service.objects.filter(pk=one.pk).update(check_every_days=30, feed_digest="kept")
        one.check_every_days, one.feed_digest = 7, "lost"
        put([(one, document(name="New name", hours=[], locations=[]))], now=NOW)
    found = Service.objects.get(pk=one.pk)
    assert (found.name, found.check_every_days, found.feed_digest) == ("New name", 30, "kept")
    assert not Opening.objects.exists()
    assert not At.objects.exists()
    with as_system():
        put([(one, document())], now=NOW, also=["feed_digest"])
    assert Service.objects.get(pk=one.pk).feed_digest == "lost"


def test_what_is_for_partners_leaves_nothing_in_public() -> None:
    one = service()
    with as_system():
        put([(one, document())], now=NOW)
        one.audience = Audience.PARTNERS
        put([(one, document())], now=NOW, also=["audience"])
        partner = PartnerEntry.objects.get(service=one)
    found = Service.objects.get(pk=one.pk)
    assert (found.name, found.words, found.document) == ("", "", {})
    assert (partner.listed, partner.name) == (True, "Kiln “Street” \\ Kitchen")
    assert not Opening.objects.exists()
    assert not At.objects.exists()
    # Says nothing of what the service is.
    assert Catchment.objects.filter(service=one).count() == 2


def test_hundreds_take_as_many_statements_as_one() -> None:
    def statements(number: int) -> int:
        batch = [(service(), document()) for _ in range(number)]
        with (
            as_system(),
            CaptureQueriesContext(
                connection,
            ) as seen,
        ):
            put(batch, now=NOW)
        return len(seen)

    assert statements(60) == statements(1) <= 12


def test_hundreds_are_taken_out() -> None:
    batch = [(service(), document()) for _ in range(3)]
    with as_system():
        put(batch, now=NOW)
        take_out_all([one.pk for one, _ in batch[:2]], now=NOW)
        assert PartnerEntry.objects.count() == 1
    assert Service.objects.filter(state=ServiceState.WITHDRAWN, name="", document={}).count() == 2
    assert Catchment.objects.count() == 2
