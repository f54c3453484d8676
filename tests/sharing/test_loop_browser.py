"""A worker is lapsed and restored, in real browsers: their open page loses it on its next request.

With LINTEL_SHOTS set to a folder, a picture of each page at each width is kept there.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lintel.agencies.states import AgencyKind, Role, Side, TeamKind, TeamRole
from lintel.kernel.sight.states import Category as C
from lintel.sharing.models import Training
from lintel.sharing.states import Purpose
from tests import factories
from tests.sharing.test_pages_browser import visit  # noqa: F401
from tests.support import browser
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
DAY = timedelta(days=1)


class Cast:
    """A nurse who sees a tenant because the tenant said so, and the nurse's lead."""

    def __init__(self) -> None:
        office = factories.team(name="Canalside office")
        officer = factories.worker(office, name="Olu Officer")
        self.tenant = factories.tenant(officer, "John Marsden")
        trust = factories.agency(AgencyKind.TRUST, name="The Trust")
        self.team = factories.team(trust, TeamKind.CMHT, name="North CMHT", slug="north-cmht")
        self.lead = factories.worker(
            self.team, name="Lena Lead", team_role=TeamRole.LEAD, roles=[Role.MANAGER]
        )
        self.nurse = factories.worker(self.team, name="Nia Nurse", job_title="Nurse")
        self.new = factories.worker(self.team, name="Ned New", in_loop=False)
        factories.link_worker(self.nurse, self.team, Side.HOUSING)
        factories.role(factories.worker(trust, name="Ida Information"), Role.INFORMATION_LEAD)
        factories.consent(
            self.tenant, officer, self.team, [C.IDENTITY, C.CONTACT], purpose=Purpose.CARE
        )
        today = timezone.localdate()
        with as_role("postgres"):
            Training.objects.filter(worker=self.nurse).update(until=today + 6 * DAY)


def day(ahead: int) -> str:
    return (timezone.localdate() + ahead * DAY).strftime("%d/%m/%Y")


def test_lapsed_and_restored(visit: Any) -> None:  # noqa: F811
    cast = Cast()
    nurse, lead = visit(cast.nurse), visit(cast.lead)
    nurse.look("/", "loop-my-day")
    expect(nurse.page.get_by_text("Your training ends on")).to_be_visible()
    record = f"/people/{cast.tenant.pk}/"
    nurse.page.goto(record)
    expect(nurse.page.get_by_role("heading", name="John Marsden")).to_be_visible()

    lead.look("/training/?state=due", "training")
    lead.look("/loop/soon/", "loop-soon")
    lead.page.get_by_role("link", name="Nia Nurse").click()
    lead.check("training-one")
    lead.page.get_by_role("link", name="It doesn’t count").click()
    browser.press(lead.page, "It doesn’t count")
    lead.check("training-end-errors")
    lead.page.get_by_label("Why doesn’t it count?").fill("It was another course")
    browser.press(lead.page, "It doesn’t count")
    expect(lead.page.get_by_text("Outside the confidentiality loop")).to_be_visible()

    # The nurse's open page, on its next request.
    gone = nurse.page.reload()
    assert gone.status == 404
    expect(nurse.page.get_by_text("You are outside the confidentiality loop")).to_be_visible()
    expect(nurse.page.get_by_text("John Marsden")).to_be_hidden()
    nurse.page.get_by_role("link", name="See why, and what to do").click()
    nurse.check("loop-outside-me")
    expect(nurse.page.get_by_text("out of date since")).to_be_visible()

    lead.look("/loop/outside/", "loop-outside")
    lead.page.goto("/training/record/")
    browser.press(lead.page, "Record")
    lead.check("training-record-errors")
    lead.page.get_by_label("Nia Nurse, Nurse").check()
    lead.page.get_by_label("Ned New").check()
    lead.page.get_by_label("Course").fill("Confidentiality and sharing")
    lead.page.get_by_label("Done on").fill("today")
    lead.page.get_by_label("In date until").fill(day(365))
    browser.press(lead.page, "Record")
    expect(lead.page.get_by_text("Recorded for 2 workers")).to_be_visible()

    assert nurse.page.goto(record).status == 200
    expect(nurse.page.get_by_role("heading", name="John Marsden")).to_be_visible()
    nurse.look("/loop/", "loop-inside-me")


def test_a_list_and_the_team_without_script(visit: Any) -> None:  # noqa: F811
    cast = Cast()
    lead = visit(cast.lead, script=False)
    page = lead.page
    page.goto("/training/import/")
    rows = f"e-mail,course,done on,until\n{cast.new.user.email},Sharing,{day(-1)},{day(0)}"
    page.get_by_label("Or paste the rows").fill(rows + "\nwho@example.test,X,never,1/2/2027")
    browser.press(page, "Record all of it")
    expect(page.get_by_role("link", name="Row 3").first).to_be_visible()
    page.get_by_label("Or paste the rows").fill(rows.replace(day(0), day(300)))
    browser.press(page, "Record all of it")
    expect(page.get_by_text("1 row recorded")).to_be_visible()
    page.goto(f"/teams/{cast.team.slug}/members/")
    expect(page.get_by_role("link", name="End Nia Nurse’s link work")).to_be_visible()
    page.get_by_role("link", name="Name a link worker").click()
    page.get_by_label("Who?").select_option(label="Ned New, Housing officer")
    page.get_by_label("housing", exact=True).check()
    page.get_by_label("First day").fill("today")
    browser.press(page, "Name them")
    expect(page.get_by_text("Named. They are told")).to_be_visible()
    page.goto("/information-leads/")
    expect(page.get_by_role("link", name="End it for Ida Information")).to_be_visible()
