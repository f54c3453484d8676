"""From ready on the ward to the figures of those who plan, in a browser; axe at both widths."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from lintel.agencies.states import TeamKind
from lintel.hospital.models import Ward
from tests import factories
from tests.hospital.test_figures import BEFORE, BEGAN, SINCE, THIS_MONTH, stays, waits
from tests.hospital.test_placements import AWAY
from tests.hospital.world import DAY, NOW, make_world
from tests.sharing.test_pages_browser import visit  # noqa: F401
from tests.support import browser
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_from_ready_to_the_report(visit: Any) -> None:  # noqa: F811
    world = make_world()
    stay = world.admit(admitted=NOW - 30 * DAY)
    ward = visit(world.wanda)
    page = ward.page
    ward.look(f"/hospital/stays/{stay}/waiting/", "waiting-empty")
    page.get_by_role("button", name="They are ready and wait").click()
    browser.press(page, "Save")
    ward.check("waiting-errors")
    page.get_by_label("Since when are they clinically ready?").fill("last Monday")
    page.get_by_label("What do they wait for?").select_option(
        label="Waiting for supported accommodation"
    )
    page.get_by_label("Social care", exact=True).check()
    page.get_by_label("Which council?").fill("E06000002")
    page.get_by_label("The council’s housing options team").check()
    page.get_by_label("What happens next?").fill("Hazel asks for the date of the keys")
    page.get_by_label("By when?").fill("yesterday")
    browser.press(page, "Save")
    ward.check("waiting")
    page.get_by_role("link", name="Correct").first.click()
    page.get_by_label("What was wrong?").fill("The meeting was on the Tuesday")
    page.get_by_label("Which council?").fill("E06000047")
    browser.press(page, "Save")
    ward.check("waiting-corrected")
    expect(page.get_by_text("Noted before, and corrected since")).to_be_visible()
    ward.look("/hospital/delays/", "delays")
    expect(page.get_by_text("1 next step is overdue")).to_be_visible()

    with as_role("postgres"):
        Ward.objects.update(service_began=BEGAN)
    stays(world, BEFORE, BEGAN - timedelta(days=10), need=True)
    for one in stays(world, SINCE, BEGAN + timedelta(days=150), need=False):
        waits(world, one, THIS_MONTH - timedelta(days=50), THIS_MONTH - timedelta(days=20))
    planner = visit(world.commissioner)
    page = planner.page
    planner.look("/", "planner-day")
    page.get_by_role("link", name="Hospital figures").last.click()
    page.get_by_role("link", name="3 years").click()
    planner.check("figures")
    expect(page.get_by_text("£36,575 less a person").first).to_be_visible()
    browser.press(page, "Make a report of these figures")
    planner.check("report")
    planner.look("/hospital/unmet/", "unmet")

    cmht = factories.team(world.trust, TeamKind.CMHT)
    nurse = factories.worker(cmht, name="Nadia Nurse", job_title="Nurse")
    factories.involvement(world.tenant, cmht, nurse)
    away = visit(nurse)
    page = away.page
    away.look(f"/hospital/people/{world.tenant.pk}/placements/add", "placement-add")
    page.get_by_label("Who looks after them there?").fill(AWAY.provider)
    page.get_by_label("In which town?").fill(AWAY.place)
    page.get_by_label("No suitable home with support here").check()
    page.get_by_label("Since when?").fill("1 March 2025")
    page.get_by_label("What does it cost a week, in pounds?").fill("3500")
    page.get_by_label("What would the home here cost a week").fill("600")
    browser.press(page, "Save")
    away.check("placements-person")
    away.look("/hospital/placements/", "placements")
    expect(page.get_by_text("were not randomised")).to_be_visible()
    away.look(f"/hospital/people/{world.tenant.pk}/reviews/add", "review-add")
