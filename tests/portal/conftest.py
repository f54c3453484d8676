"""What the tests of the own view stand on."""

import pytest


@pytest.fixture
def world(db):
    """John and those around him (`tests.portal.world.World`)."""
    from tests.portal.world import build

    return build()
