"""The feeds' pages in a real browser: at both widths, by keyboard, and without script.

With LINTEL_SHOTS set to a folder, a picture of each page at each width is kept there.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import expect

from lintel.agencies.states import Role
from lintel.directory.models import Feed, FeedRun
from tests import factories
from tests.directory.feed_server import Answer, serving
from tests.directory.test_feeds_web import entry, read
from tests.support import browser
from tests.support.axe import WIDTHS, assert_axe_clean
from tests.support.worker import run_jobs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("LINTEL_SHOTS", "")


@pytest.fixture
def visit(live_server: Any) -> Iterator[Any]:
    opened: list[Any] = []

    def start(*, script: bool = True) -> Any:
        who = factories.worker(factories.team())
        factories.role(who, Role.PARTNERSHIP_LEAD)
        client = Client()
        client.force_login(who.user)
        name = django_settings.SESSION_COOKIE_NAME
        context = browser.started().new_context(
            base_url=live_server.url, java_script_enabled=script
        )
        context.set_default_timeout(browser.PATIENCE)
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        opened.append(context)
        return context.new_page()

    yield start
    for one in opened:
        one.close()


def check(page: Any, name: str) -> None:
    """Check the page as it stands; keep pictures if asked for."""
    page.wait_for_load_state("networkidle")
    if SHOTS:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
    assert_axe_clean(page)


def test_a_lead_looks_after_a_feed(visit: Any, settings: Any) -> None:
    """Add, read, look at the faults, let go what is gone, change, stop."""
    settings.LINTEL_FEEDS_PRIVATE = True
    faulty = [entry(1, name=""), entry(2, url="www.x.org", email=""), entry(3, status="?")]
    rows = [*faulty, *(entry(n) for n in range(10, 40))]
    body = {"contents": rows, "last_page": True}
    page = visit()
    with serving(lambda path, query: Answer(body)) as server:
        page.goto("/directory/feeds/")
        check(page, "feeds-none")
        page.get_by_role("button", name="Add a feed").click()
        page.get_by_role("button", name="Add the feed").click()
        check(page, "feed-add-errors")
        page.get_by_label("The directory’s name").fill("Suffield community directory")
        page.get_by_label("The address of its list").fill(f"{server.url}/services")
        page.get_by_label("Open Referral UK 3.0").check()
        page.get_by_label("Licence").fill("Open Government Licence v3.0")
        check(page, "feed-add")
        page.get_by_role("button", name="Add the feed").click()
        check(page, "feed-being-read")
        expect(page.locator("main")).to_contain_text("It is being read now", use_inner_text=True)
        run_jobs()
        page.get_by_role("link", name="Look again").click()
        check(page, "feed")
        page.locator("tbody a").first.click()
        expect(page.locator("main")).to_contain_text("The entry has no name.", use_inner_text=True)
        check(page, "feed-run")
        page.goto(page.url + "?outcome=kept_out")
        check(page, "feed-run-filtered")
        expect(page.locator("table")).not_to_contain_text("blank", use_inner_text=True)
        del rows[20:]
        page.goto("/directory/feeds/")
        page.get_by_role("link", name="Suffield community directory").click()
        page.get_by_role("button", name="Read it now").click()
        check(page, "feed-run-begun")
        run_jobs()
        page.get_by_role("link", name="Look again").click()
        check(page, "feed-run-held")
        page.get_by_role("button", name="Take them out").click()
        run_jobs()
        page.reload()
        expect(page.locator("main")).to_contain_text("They were taken out.", use_inner_text=True)
        check(page, "feed-run-taken-out")
    page.get_by_role("link", name="Suffield community directory").first.click()
    check(page, "feed-history")
    page.get_by_role("button", name="Change").click()
    check(page, "feed-change")
    page.get_by_label("Every week").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Stop").click()
    check(page, "feed-stop")
    page.get_by_label("They stay").check()
    page.get_by_role("button", name="Stop the feed").click()
    check(page, "feed-stopped")
    assert not Feed.objects.get().active


def test_without_script_and_by_keyboard(visit: Any) -> None:
    """A reading's faults are found and filtered with nothing but the page and the keys."""
    feed = Feed.objects.create(name="Next door", url="https://x.example/", version="3.0")
    run = read(feed, [entry(1, name=""), entry(2, email="")])
    page = visit(script=False)
    page.goto(f"/directory/feeds/{feed.pk}/readings/{run.pk}/")
    summary = page.locator("summary", has_text="Filter")
    if summary.count():
        summary.first.focus()
        page.keyboard.press("Enter")
    page.get_by_label("What was done").focus()
    page.get_by_label("What was done").select_option("kept_out")
    page.get_by_role("button", name="Apply").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**outcome=kept_out**")
    expect(page.locator("table")).to_contain_text("The entry has no name.", use_inner_text=True)
    expect(page.locator("table")).not_to_contain_text("blank", use_inner_text=True)
    page.goto(f"/directory/feeds/{feed.pk}/")
    page.get_by_role("button", name="Read it now").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/readings/**")
    assert FeedRun.objects.count() == 2
