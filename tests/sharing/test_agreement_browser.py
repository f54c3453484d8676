"""A version of the agreement, from the first word to the worker who accepts it, in a browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lintel.agencies.models import Worker
from lintel.agencies.states import Role
from lintel.sharing import previewing, spreading
from lintel.sharing.models import Agreement, Preview, Signature
from tests import factories
from tests.sharing.test_pages_browser import Visit
from tests.sharing.test_previewing import Area
from tests.support import browser
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def visit(live_server: Any) -> Any:
    opened: list[Visit] = []

    def start(who: Worker, **more: Any) -> Visit:
        opened.append(Visit(live_server.url, who, **more))
        # Its pages are long: a machine with much else to do needs a while for the first.
        opened[-1].context.set_default_timeout(browser.PATIENCE)
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


def test_drafted_compared_previewed_published_signed_accepted(visit: Any) -> None:
    area = Area()
    lead = visit(area.stephen)
    page = lead.page
    lead.look("/agreement/", "agreement")
    browser.press(page, "Start a new version")
    lead.check("agreement-edit")
    number = Agreement.objects.get(effective__isnull=True).number
    one = f"/agreement/{number}/"
    page.goto(f"/agreement/{number}/edit/sections/consent/")
    words = page.get_by_label("What it says")
    words.fill(f"We always ask first. {words.input_value()}")
    browser.press(page, "Save")
    rule = (
        page.get_by_role("listitem")
        .filter(has_text="To help keep the tenancy going well")
        .filter(has_text="If the person says yes")
    )
    rule.get_by_role("link", name="Change").first.click()
    lead.check("agreement-rule")
    page.get_by_label("Rent and money").uncheck()
    browser.press(page, "Save")
    expect(page.get_by_text("Saved").first).to_be_attached()
    lead.look(f"{one}compare/", "agreement-compare")
    expect(page.get_by_text("What may be told: removed rent and money.").first).to_be_attached()
    expect(page.locator("ins", has_text="always").first).to_be_attached()
    lead.look(f"{one}rules/?giver=landlord", "agreement-rules")
    lead.look(f"{one}preview/", "agreement-preview-empty")
    browser.press(page, "Count now")
    expect(page.get_by_text("0% counted").first).to_be_attached()
    with as_role("postgres"):
        (asked,) = Preview.objects.values_list("pk", flat=True)
    previewing.count(asked, timezone.now())
    page.get_by_role("link", name="Look again").click()
    lead.check("agreement-preview")
    expect(
        page.get_by_role("row", name="Mental health trusts Rent and money").first
    ).to_be_attached()
    page.goto(f"{one}publish")
    page.get_by_label("From which day does it count?").fill("today")
    browser.press(page, f"Publish version {number}")
    lead.check("agreement-publish-errors")
    day = timezone.localdate() + timedelta(days=14)
    page.get_by_label("From which day does it count?").fill(day.strftime("%d/%m/%Y"))
    browser.press(page, f"Publish version {number}")
    expect(page.get_by_text(f"Version {number} is published").first).to_be_attached()
    lead.look("/agreement/progress/", "agreement-progress")
    spreading.run(timezone.now)
    lead.look(f"{one}waiting/", "agreement-waiting")

    factories.role(area.lead, Role.INFORMATION_LEAD)
    signer = visit(area.lead)
    signer.look("/agreement/signatures/", "agreement-signatures")
    browser.press(signer.page, "Sign for your agency")
    assert Signature.objects.filter(agreement__number=number, agency=area.landlord).exists()

    officer = visit(area.officer)
    officer.look("/agreement/accept/", "agreement-accept")
    browser.press(officer.page, f"Accept version {number}")
    expect(officer.page.get_by_text(f"You have accepted version {number}").first).to_be_attached()
    officer.look("/how-we-share/", "agreement-public")


def test_without_script(visit: Any) -> None:
    area = Area()
    lead = visit(area.stephen, script=False)
    page = lead.page
    page.goto("/agreement/")
    browser.press(page, "Start a new version")
    number = Agreement.objects.get(effective__isnull=True).number
    page.goto(f"/agreement/{number}/edit/rules/new")
    browser.press(page, "Save")
    expect(page.get_by_text("There is a problem")).to_have_count(1)
    page.goto(f"/agreement/{number}/edit/")
    browser.press(page, "Remove For landlords, large and small")
    expect(page.get_by_text("You can put it back below")).to_have_count(1)
    browser.press(page, "Put back For landlords, large and small")
    page.goto(f"/agreement/{number}/publish")
    browser.press(page, f"Publish version {number}")
    expect(page.get_by_text(f"Version {number} is published")).to_have_count(1)
