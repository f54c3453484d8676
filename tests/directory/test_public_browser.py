"""The directory in a real browser: anybody, a private landlord, a worker; with and without script.

With LINTEL_SHOTS set to a folder, a picture of each page at each width is kept there.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import expect

from lintel.agencies.states import TeamRole
from lintel.directory.entry import Inside, Rule, Waiting
from lintel.directory.models import Guidance
from lintel.directory.states import Audience, GuidanceKind, ReferralRoute, RuleKind
from tests import factories
from tests.directory import making
from tests.support import browser
from tests.support.axe import WIDTHS, assert_axe_clean

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("LINTEL_SHOTS", "")


class Visit:
    """A browser of one visitor's; of a worker's, if one is given."""

    def __init__(self, base_url: str, who: Any = None, *, script: bool = True) -> None:
        self.context = browser.started().new_context(base_url=base_url, java_script_enabled=script)
        self.context.set_default_timeout(browser.PATIENCE)
        self.script = script
        if who is not None:
            client = Client()
            client.force_login(who.user)
            name = django_settings.SESSION_COOKIE_NAME
            cookie = {"name": name, "value": client.cookies[name].value, "url": base_url}
            self.context.add_cookies([cookie])
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def look(self, path: str, name: str) -> None:
        """Open the page and check it."""
        answer = self.page.goto(path)
        assert answer.status == 200, (path, answer.status)
        self.check(name)

    def check(self, name: str) -> None:
        """Check the page as it stands: no wider than the window, and accessible."""
        assert "QX1" not in self.page.url
        if SHOTS:
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 900})
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            self.page.set_viewport_size({"width": 1280, "height": 900})
        if self.script:
            assert_axe_clean(self.page)
        assert self.complaints == []


@pytest.fixture
def visit(live_server: Any) -> Iterator[Any]:
    opened: list[Visit] = []

    def start(who: Any = None, **more: Any) -> Visit:
        opened.append(Visit(live_server.url, who, **more))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


@pytest.fixture
def area() -> dict[str, Any]:
    making.geography()
    making.postcode()
    crisis = making.published(
        "Shethern crisis team",
        emergency=True,
        needs=["crisis", "mental_health"],
        always_open=True,
        catchments=[making.postcodes("QX1", priority=1)],
    )
    team = factories.team(name="North CMHT")
    factories.worker(team, team_role=TeamRole.DUTY, name="Dora Duty", phone="01632 960777")
    cmht = making.published(
        "North community mental health team",
        needs=["mental_health"],
        catchments=[making.postcodes("QX1", but=("QX1 9",))],
        out_of_hours=crisis.pk,
        out_of_hours_words="Ring the crisis team.",
        how_to_ask="Ring the duty desk, or ask a GP.",
        referral=[ReferralRoute.LANDLORD, ReferralRoute.GP],
        waiting=Waiting(days=42, as_of=making.CHECKED),
        languages=["English", "Polish"],
        rules=[
            Rule(kind=RuleKind.AGE, words="Adults", minimum=18, source="Contract 2025"),
            Rule(kind=RuleKind.EXCLUSION, words="Not for a first visit", diagnosis_alone=True),
        ],
        inside=Inside(
            direct_line="01632 960555 (duty nurse, workers only, not at lunch)",
            thresholds="Risk within a week.",
        ),
        service={"team": team},
    )
    making.published(
        "Young people’s service",
        needs=["mental_health"],
        rules=[Rule(kind=RuleKind.AGE, words="To 17", maximum=17)],
    )
    making.published("Duty rota", audience=Audience.PARTNERS, needs=["mental_health"])
    Guidance.objects.create(
        slug="overdose",
        kind=GuidanceKind.EMERGENCY,
        title="After an overdose",
        summary="What to do",
        body="## First\n\n- Ring 999\n- Stay\n\nThen wait.",
        checked_on=making.CHECKED,
    )
    Guidance.objects.create(
        slug="access", kind=GuidanceKind.LANDLORDS, title="Going in", body="Ask first."
    )
    return {"crisis": crisis, "cmht": cmht}


@pytest.mark.parametrize("script", [True, False])
def test_anybody_finds_who_covers_an_address(visit: Any, area: Any, script: bool) -> None:
    anybody = visit(script=script)
    page = anybody.page
    anybody.look("/accounts/login/", "sign-in")
    page.get_by_role("link", name="Find one here").click()
    anybody.check("start")
    page.get_by_role("button", name="Find who covers it").click()
    anybody.check("start-error")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Postcode or place").fill("qx12ab")
    page.get_by_label("What help is needed?").select_option(
        label="Worried about somebody’s mental health"
    )
    page.get_by_text("An age, or another time").click()
    page.get_by_label("Age of the person").fill("44")
    page.get_by_role("button", name="Find who covers it").click()
    anybody.check("who-covers")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Who covers QX1 2AB", use_inner_text=True
    )
    assert page.get_by_text("For people up to 17").count() or page.get_by_text("up to 17").count()
    expect(page.get_by_text("Duty rota")).to_have_count(0)
    page.get_by_role("link", name="North community mental health team").click()
    anybody.check("entry")
    expect(page.get_by_text("01632 960555")).to_have_count(0)
    page.get_by_role("link", name="Report something wrong with this entry").click()
    anybody.check("report")
    page.get_by_label("What is wrong?").fill("The number does not answer.")
    page.get_by_role("button", name="Send").click()
    anybody.check("reported")
    page.get_by_role("link", name="Crisis teams and what to do").click()
    anybody.check("emergencies")
    page.get_by_role("link", name="After an overdose").click()
    anybody.check("guidance-page")
    anybody.look("/directory/guidance/", "guidance")
    anybody.look("/directory/who-covers/?need=hoarding", "who-covers-nothing")
    browser.press(page, "Forget this place")
    expect(page.get_by_text("QX1 2AB")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_anybody_searches(visit: Any, area: Any, script: bool) -> None:
    anybody = visit(script=script)
    page = anybody.page
    anybody.look("/directory/", "start-again")
    page.get_by_label("What are you looking for?").fill("mental health")
    page.get_by_role("button", name="Search").click()
    anybody.check("search")
    expect(page.locator(".lintel-service")).to_have_count(3)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Open now").check()
    page.get_by_label("Age of the person").fill("30")
    page.get_by_role("button", name="Apply").click()
    anybody.check("search-filtered")
    expect(page.get_by_role("link", name="Shethern crisis team")).to_have_count(1)
    page.get_by_label("What are you looking for?").fill("shethrn crissis")
    page.get_by_role("button", name="Search").click()
    anybody.check("search-nothing")
    expect(page.get_by_text("Did you mean")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_a_private_landlord_at_night(visit: Any, area: Any, script: bool) -> None:
    landlord = visit(script=script)
    page = landlord.page
    landlord.look("/directory/", "start-landlord")
    page.get_by_role("link", name="You rent out a home and are worried about your tenant").click()
    landlord.check("private-landlords")
    for heading in ("Whom to ring tonight", "Tonight", "Tomorrow", "Never"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_have_count(1)
    assert page.get_by_role("link", name="999").first.get_attribute("href") == "tel:999"
    page.get_by_label("Postcode or place").fill("QX1 2AB")
    page.get_by_role("button", name="Find who covers it").click()
    landlord.check("landlord-who-covers")
    expect(page.get_by_role("heading", name="If somebody may come to harm")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_a_worker_reads_more(visit: Any, area: Any, script: bool) -> None:
    worker = visit(factories.worker(factories.team()), script=script)
    page = worker.page
    worker.look("/directory/", "worker-start")
    page.get_by_label("Postcode or place").fill("QX1 2AB")
    page.get_by_role("button", name="Find who covers it").click()
    worker.check("worker-who-covers")
    expect(page.get_by_text("Duty rota").first).to_be_attached()
    page.get_by_role("link", name="North community mental health team").click()
    worker.check("worker-entry")
    expect(page.get_by_text("01632 960555")).to_have_count(1)
    expect(page.get_by_text("Dora Duty")).to_have_count(1)
    page.get_by_role("button", name="Refer somebody to this service").click()
    worker.check("worker-use")
    expect(page.get_by_text("To North CMHT. Who is it for?")).to_have_count(1)
