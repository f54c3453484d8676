"""The partnership lead in a real browser: what is missing, the guidance, a team reorganised.

With LINTEL_SHOTS set to a folder, a picture of each page at each width is kept there.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from lintel.agencies.models import Worker
from lintel.agencies.states import Role, TeamRole
from lintel.directory.models import Feed, Guidance, Misroute
from lintel.directory.states import AreaKind
from tests import factories
from tests.directory import making
from tests.requests.world import World, make_world
from tests.support import browser
from tests.support.axe import WIDTHS, assert_axe_clean
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("LINTEL_SHOTS", "")
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


class Visit:
    """A browser of one worker's."""

    def __init__(self, base_url: str, who: Worker, *, script: bool = True) -> None:
        client = Client()
        client.force_login(who.user)
        name = django_settings.SESSION_COOKIE_NAME
        self.script = script
        self.context = browser.started().new_context(base_url=base_url, java_script_enabled=script)
        self.context.set_default_timeout(browser.PATIENCE)
        self.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": base_url}]
        )
        self.page = self.context.new_page()

    def look(self, path: str, name: str) -> None:
        """Open the page and check it."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        self.check(name)

    def check(self, name: str) -> None:
        """Check the page as it stands; keep pictures if asked for."""
        self.page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if SHOTS:
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is wider than {width} pixels"
        self.page.set_viewport_size({"width": 1280, "height": 900})
        if self.script:
            assert_axe_clean(self.page)

    def press(self, text: str) -> None:
        """Press the button."""
        self.page.get_by_role("button", name=text).first.click()
        self.page.wait_for_load_state()


@pytest.fixture
def visit(live_server: Any) -> Iterator[Any]:
    opened: list[Visit] = []

    def start(who: Worker, **more: Any) -> Visit:
        opened.append(Visit(live_server.url, who, **more))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


def directory() -> None:
    """Something in each list."""
    making.area("C1", AreaKind.COUNCIL, "Shethernley")
    for ward, hoods in (("Market", ("L1", "L2")), ("Quay", ("L3",)), ("Moor End", ("L4",))):
        making.area(ward[:2], name=ward, parent="C1")
        for hood in hoods:
            name = f"{ward} {hood}"
            making.area(hood, AreaKind.LSOA, name, parent=ward[:2], lon=-2.1, lat=53.1)
    agency = factories.agency()
    north, south = (factories.team(agency) for _ in range(2))
    now = timezone.now()
    today = timezone.localdate(now)
    needs = {"needs": ["money", "advice", "crisis"]}
    shared = making.areas("L1", "L3")
    making.published("Advice line", checked_on=today, **needs)
    making.published(
        "North", checked_on=today, catchments=[shared], service={"team": north}, needs=["homeless"]
    )
    making.published(
        "South", checked_on=today, catchments=[shared], service={"team": south}, needs=["homeless"]
    )
    stale = making.published(
        "Long ago", hours=[], checked_on=today - timedelta(days=200), needs=["lonely"]
    )
    with as_role("postgres"):
        for number in range(3):
            Misroute.objects.create(
                service=stale, event_id=number, sector="QX1 2", right_team=north, at=now
            )
        Feed.objects.create(name="Council feed", url="https://feed.example/", version="3.0")
        Guidance.objects.create(
            slug="tonight", kind="landlords", title="Tonight", body="Ring first.\n\n- One\n- Two"
        )


@SCRIPT
def test_what_is_missing(visit: Any, script: bool) -> None:
    directory()
    lead = factories.worker(roles=[Role.PARTNERSHIP_LEAD])
    seen = visit(lead, script=script)
    seen.look("/directory/gaps/", "gaps")
    seen.page.get_by_role("link", name="Needs that nobody covers in a ward").click()
    seen.check("gaps-wards")
    words = seen.page.locator("main").inner_text()
    assert "Nobody" in words
    assert "none in 1 of 2 neighbourhoods" in words
    seen.page.get_by_role("link", name="Only services that everybody may read of").click()
    seen.look("/directory/gaps/overlaps/", "gaps-overlaps")
    expect(seen.page.locator("main")).to_contain_text("2 neighbourhoods", use_inner_text=True)
    seen.look("/directory/gaps/entries/?fault=unchecked", "gaps-entries")
    expect(seen.page.locator("main")).to_contain_text("Long ago", use_inner_text=True)
    seen.look("/directory/gaps/misroutes/", "gaps-misroutes")
    seen.press("Mark as settled")
    seen.check("gaps-settled")
    expect(seen.page.locator("body")).to_contain_text(
        "3 wrong turns marked as settled", use_inner_text=True
    )
    seen.look("/directory/gaps/feeds/", "gaps-feeds")
    expect(seen.page.locator("main")).to_contain_text("Never read", use_inner_text=True)


@SCRIPT
def test_guidance_is_written_previewed_and_brought_back(visit: Any, script: bool) -> None:
    directory()
    lead = factories.worker(roles=[Role.PARTNERSHIP_LEAD])
    seen = visit(lead, script=script)
    seen.look("/directory/keep-guidance/", "guidance-keep")
    seen.page.get_by_role("link", name="Tonight").click()
    seen.check("guidance-edit")
    seen.page.get_by_label("The page", exact=True).fill("## Now\n\nRing twice.")
    seen.press("Preview")
    seen.check("guidance-preview")
    expect(seen.page.get_by_role("heading", name="Now")).to_be_visible()
    assert Guidance.objects.get(slug="tonight").body.startswith("Ring first")
    seen.press("Publish")
    seen.check("guidance-published")
    assert "Ring twice" in Guidance.objects.get(slug="tonight").body
    seen.page.get_by_role("link", name="Version 1").click()
    seen.check("guidance-version")
    seen.press("Publish this text again")
    assert Guidance.objects.get(slug="tonight").body.startswith("Ring first")
    seen.press("It is still right")
    seen.look("/directory/keep-guidance/new/", "guidance-new")


def teams() -> World:
    """Two community teams, one with people, and a lead of each."""
    world = make_world()
    factories.worker(world.other_cmht, team_role=TeamRole.LEAD)
    for number in range(12):
        tenant = factories.tenant(world.officer, f"Tenant {number}")
        factories.involvement(tenant, world.cmht, world.nurse)
    making.published("CMHT", service={"team": world.cmht, "owner": world.nurse})
    return world


@SCRIPT
def test_a_team_becomes_part_of_another(visit: Any, script: bool) -> None:
    world = teams()
    lead = visit(world.partnership_lead, script=script)
    lead.look("/reorganising/", "reorganising")
    lead.page.get_by_role("link", name=world.cmht.name, exact=True).click()
    lead.check("reorganising-team")
    lead.page.get_by_role("link", name="Make it part of another team").click()
    lead.check("reorganising-merge")
    lead.press("Look at it first")
    lead.check("reorganising-merge-empty")
    lead.page.get_by_label("Which team does it become part of?").select_option(
        str(world.other_cmht.pk)
    )
    lead.press("Look at it first")
    lead.check("reorganising-plan-numbers")
    expect(lead.page.locator("main")).to_contain_text(
        "13 are not yours to see by name", use_inner_text=True
    )
    hands = visit(world.cmht_lead, script=script)
    hands.look("/reorganising/", "reorganising-waiting")
    hands.page.get_by_role("link", name="becomes part of").click()
    hands.check("reorganising-plan-names")
    hands.page.get_by_role("link", name="All 13").click()
    hands.check("reorganising-part")
    expect(hands.page.locator("main")).to_contain_text("Tenant 11", use_inner_text=True)
    hands.page.go_back()
    hands.press("Hand over by name")
    hands.check("reorganising-done")
    expect(hands.page.locator("body")).to_contain_text("13 people", use_inner_text=True)
    lead.look(f"/teams/{world.cmht.slug}/", "team-successor")
    expect(lead.page.locator("h1")).to_contain_text(world.other_cmht.name, use_inner_text=True)


@SCRIPT
def test_a_team_is_renamed_and_split(visit: Any, script: bool) -> None:
    world = teams()
    lead = visit(world.partnership_lead, script=script)
    lead.look(f"/reorganising/{world.cmht.pk}/change/", "reorganising-change")
    lead.page.get_by_label("Name of the team").fill("Riverside")
    lead.press("Save and tell everybody")
    lead.check("team-renamed")
    expect(lead.page.locator("h1")).to_contain_text("Riverside", use_inner_text=True)
    lead.look(f"/reorganising/{world.cmht.pk}/split/", "reorganising-split")
    lead.page.get_by_label("Name of the new team").fill("West")
    lead.page.get_by_label("Nia Nurse").check()
    lead.page.get_by_label("Who leads the new team?").select_option(str(world.nurse.pk))
    lead.press("Look at it first")
    lead.check("reorganising-split-plan")
    lead.press("Call it off")
    expect(lead.page.locator("body")).to_contain_text("Nothing was moved", use_inner_text=True)


@SCRIPT
def test_who_belongs_to_a_team(visit: Any, script: bool) -> None:
    world = make_world()
    factories.worker(world.trust, name="Nadia New", job_title="Nurse")
    lead = visit(world.cmht_lead, script=script)
    lead.look(f"/teams/{world.cmht.slug}/", "team")
    lead.press("Who belongs to it")
    lead.check("members")
    lead.press("Add somebody, or name a lead")
    lead.page.get_by_label("Who?").select_option(label="Nadia New, Nurse")
    lead.page.get_by_label("First day").fill("today")
    lead.check("member-add")
    lead.press("Add")
    lead.check("member-added")
    lead.page.get_by_role("link", name="End Nadia New’s place").click()
    lead.check("member-end")
    lead.page.get_by_label("First day no longer in the team").fill("tomorrow")
    lead.press("End it")
    expect(lead.page.locator("body")).to_contain_text(
        "They and the lead of the team are told", use_inner_text=True
    )
