"""The demonstration's stay: on its ward, on the delay board, with somebody placed away."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from lintel.agencies.models import User
from lintel.config.synth import Scale, generate

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NOW = datetime.now(UTC)


def test_the_ward_worker_finds_femi_on_each_page() -> None:
    generate(Scale(people=300, tenancies=200, workers=60, agencies=25), NOW)
    client = Client()
    client.force_login(User.objects.get(email__startswith="kwame-boateng@"))
    ward = client.get("/hospital/", follow=True).content.decode()
    assert "Femi" in ward
    board = client.get("/hospital/delays/").content.decode()
    assert "Femi" in board
    assert "Offer a flat near his aunt" in board
