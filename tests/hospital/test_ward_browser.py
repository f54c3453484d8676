"""A ward worker from admission to the end of the stay, in a real browser; axe at both widths."""

from typing import Any

import pytest
from playwright.sync_api import expect

from lintel.agencies.states import Role
from tests import factories
from tests.hospital.world import NAME, World, make_world
from tests.sharing.test_pages_browser import visit  # noqa: F401
from tests.support import browser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ANSWERS = {
    "Where did they live?": "Rents from a council or housing association",
    "Can they go back there?": "No",
    "Could they lose the home?": "Yes",
    "Is rent owed?": "Not known yet",
    "Are benefits in payment?": "Yes",
    "Is it safe for them there?": "No",
    "Are there pets that need looking after?": "Yes",
    "Does anybody depend on them?": "No",
}


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_admission_to_the_end(visit: Any, script: bool) -> None:  # noqa: F811
    world = make_world()
    ward = visit(world.wanda, script=script)
    page = ward.page
    ward.look("/hospital/", "ward-empty")
    page.get_by_role("button", name="Note an admission").first.click()
    browser.press(page, "Note the admission")
    ward.check("admit-errors")
    page.get_by_label("Full name").fill(NAME)
    page.get_by_label("Date of birth").fill("3/4/72")
    page.get_by_label("When were they admitted?").fill("yesterday 10am")
    page.get_by_label("When are they expected to leave?").fill("in 3 weeks")
    browser.press(page, "Note the admission")
    ward.check("questions")
    for question, answer in ANSWERS.items():
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    browser.press(page, "Save")
    ward.check("stay")
    expect(page.get_by_text("Housing need", exact=True)).to_be_visible()
    page.get_by_role("button", name="Add a step").click()
    ward.check("step-add")
    page.get_by_label("What is it about?").select_option(label="Pets")
    page.get_by_label("What is to be done?").fill("Feed the cat")
    page.get_by_label("Or somebody else").fill("His sister")
    page.get_by_label("By when?").fill("tomorrow")
    browser.press(page, "Add")
    ward.check("stay-step")
    page.get_by_role("link", name="Feed the cat").click()
    page.get_by_label("Done").check()
    page.get_by_label("What came of it?").fill("She has the cat.")
    browser.press(page, "Save")
    expect(page.get_by_text("She has the cat.")).to_be_visible()
    page.get_by_role("button", name="Arrange a meeting").click()
    page.get_by_label("When?").fill("next Friday 2pm")
    page.get_by_label("Where, or how to join?").fill("The ward")
    page.get_by_label("Who comes?").fill("John, and his sister")
    browser.press(page, "Arrange it")
    ward.check("stay-meeting")
    ward.look("/hospital/", "ward")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="End the stay").click()
    ward.check("end")
    page.get_by_label("Home, to where they lived before").check()
    page.get_by_label("When?").fill("today 00:01")
    browser.press(page, "End the stay")
    ward.check("stay-ended")
    expect(page.get_by_text("The stay has ended")).to_be_visible()
    taken_back(visit, world, ward)


def taken_back(visit: Any, world: World, ward: Any) -> None:  # noqa: F811
    """It was another person after all: the ward sees them no more, and the lead sees that."""
    page, stay = ward.page, ward.page.url
    page.get_by_role("link", name="This person isn’t here").click()
    browser.press(page, "Take it back")
    ward.check("mistake-errors")
    page.get_by_label("Something else").check()
    page.get_by_label("What happened, in a few words").fill("Two people of one name")
    ward.check("mistake")
    browser.press(page, "Take it back")
    expect(page.get_by_text("You don’t see this person any more")).to_be_visible()
    page.goto(stay)
    expect(page.get_by_text("This stay was noted by mistake").first).to_be_visible()
    ward.check("taken-back")
    team = factories.team(world.trust)
    lead = visit(factories.worker(team, roles=[Role.INFORMATION_LEAD]))
    lead.look("/safety/patterns/", "patterns-tabs")
    lead.page.get_by_role("link", name="Admissions").click()
    lead.check("admissions")
    expect(lead.page.get_by_role("link", name="Wanda Ward, Housing worker")).to_be_visible()
