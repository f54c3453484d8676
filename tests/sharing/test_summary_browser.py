"""What somebody sees who is told the facts alone: the circle and a stay; axe at both widths."""

from typing import Any

import pytest
from playwright.sync_api import expect

from lintel.kernel.sight.models import Sight
from lintel.sharing.states import Detail
from tests import factories
from tests.hospital.world import make_world
from tests.sharing.test_pages_browser import visit  # noqa: F401
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_summary_says_that_it_is_one(visit: Any) -> None:  # noqa: F811
    world = make_world()
    stay = world.admit()
    factories.circle(world.tenant, world.ward_lead)
    factories.contact(world.tenant, world.trust, "01632 960001", note="Only his sister")
    factories.circle(world.tenant, world.wanda, agreed_words="Reads his letters with him")
    with as_role("postgres"):
        assert Sight.objects.filter(worker_id=world.wanda.pk).update(detail=Detail.SUMMARY)
    ward = visit(world.wanda)
    ward.look(f"/hospital/stays/{stay}/", "summary-stay")
    expect(ward.page.get_by_text("You see a summary of this stay")).to_be_visible()
    ward.look(f"/people/{world.tenant.pk}/circle/", "summary-circle")
    expect(ward.page.get_by_text("You see a summary")).to_be_visible()
    expect(ward.page.get_by_text("Reads his letters with him")).to_be_visible()
    ward.look(f"/people/{world.tenant.pk}/", "summary-person")
    expect(ward.page.get_by_text("01632 960001")).to_be_visible()
    expect(ward.page.get_by_text("Only his sister")).to_have_count(0)
