"""From opening for safety to its review, over three roles, with and without script.

With LINTEL_SHOTS set to a folder, a picture of each page at each width is kept there.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lintel.agencies.states import Role
from lintel.kernel.sight.states import Category as C
from tests import factories
from tests.requests.pump import pump
from tests.sharing.test_pages import Scene
from tests.sharing.test_pages_browser import Visit
from tests.support.axe import WIDTHS
from tests.support.browser import press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def visit(live_server: Any) -> Iterator[Any]:
    opened: list[Visit] = []

    def start(*args: Any, **more: Any) -> Visit:
        opened.append(Visit(live_server.url, *args, **more))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


def looked(one: Visit, name: str) -> None:
    """Check the page at both widths, where there is script to check it with."""
    if one.script:
        one.check(f"safety-{name}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_opening_to_review(visit: Any, script: bool) -> None:
    scene = Scene()
    manager = factories.worker(scene.landlord, name="Mo Manager", roles=[Role.MANAGER])
    trust_lead = factories.worker(
        scene.trust, name="Tess Lead", roles=[Role.INFORMATION_LEAD], in_loop=True
    )
    factories.emergency(scene.trust, scene.landlord, second=[C.HEALTH_DETAIL])
    factories.note(scene.john, scene.nurse, "Needs insulin twice a day", category=C.HEALTH_DETAIL)

    officer = visit(scene.officer, script=script)
    page = officer.page
    if not script:
        page.set_viewport_size({"width": min(WIDTHS), "height": 800})
    page.goto(f"/people/{scene.john.pk}/safety/")
    looked(officer, "form")
    page.get_by_label("Somebody's life is at risk").check()
    page.get_by_label("What has happened?").fill("Found on the floor. The ambulance asks.")
    page.get_by_label("The Trust").check()
    page.get_by_label("safety", exact=True).check()
    page.get_by_label("health details").check()
    press(page, "Open it now")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    looked(officer, "form-wrong")
    page.get_by_label("Who can agree to it now?").select_option(label="Mo Manager, Housing officer")
    press(page, "Open it now")
    expect(page.get_by_text("Part waits for a second worker")).to_be_visible()
    looked(officer, "waits")
    page.goto(f"/people/{scene.john.pk}/")
    expect(page.get_by_text("part of it waits for a second worker")).to_be_visible()
    pump(timezone.now())

    second = visit(manager, script=script)
    second.page.goto("/")
    expect(second.page.get_by_text("1 colleague asks you to agree, now")).to_be_visible()
    looked(second, "my-day")
    second.page.get_by_role("link", name="1 colleague asks you to agree, now").click()
    looked(second, "asked")
    second.page.get_by_role("link", name="Olu Officer asks to see what The Trust holds").click()
    second.page.wait_for_load_state()
    expect(second.page.get_by_text("John Marsden")).to_have_count(0)
    looked(second, "agree")
    second.page.get_by_label("Yes", exact=True).check()
    press(second.page, "Send your answer")

    page.goto("/link-workers/")
    banner = page.get_by_role("region", name="Open for safety")
    expect(banner).to_contain_text("John Marsden", use_inner_text=True)
    expect(banner).not_to_contain_text("waits", use_inner_text=True)
    looked(officer, "banner")
    page.goto(f"/people/{scene.john.pk}/")
    looked(officer, "record")
    press(page, "Close it now The Trust, John Marsden")
    expect(page.get_by_text("Closed").first).to_be_visible()
    expect(page.get_by_role("region", name="Open for safety")).to_have_count(0)

    lead = visit(trust_lead, script=script)
    lead.page.goto("/")
    lead.page.get_by_role("link", name="1 review to do").click()
    lead.page.wait_for_load_state()
    looked(lead, "reviews")
    lead.page.get_by_role("link", name="John Marsden").click()
    lead.page.wait_for_load_state()
    looked(lead, "one")
    lead.page.get_by_role("button", name="Review it").click()
    lead.page.wait_for_load_state()
    looked(lead, "review")
    press(lead.page, "Close the review")
    looked(lead, "review-wrong")
    lead.page.get_by_label("Yes, it was justified").check()
    lead.page.get_by_label("What did you find?").fill("He was in danger, and it helped.")
    lead.page.get_by_label("Nothing more").check()
    lead.page.get_by_label("Yes", exact=True).check()
    lead.page.get_by_label("What were they told, and how?").fill("On the ward, the next day.")
    press(lead.page, "Close the review")
    expect(lead.page.get_by_text("Justified", exact=True).first).to_be_visible()
    looked(lead, "reviewed")
    lead.page.goto("/safety/patterns/")
    expect(lead.page.get_by_text("Olu Officer, Housing officer").first).to_be_visible()
    looked(lead, "patterns")
    page.goto("/safety/")
    expect(page.get_by_text("Justified", exact=True).first).to_be_visible()
    looked(officer, "home")
