"""The map in a real browser: by keyboard, with its table, and as a picture without script."""

from collections.abc import Iterator

import pytest
import shapely
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from lintel.directory.states import AreaKind
from tests.directory import making as m
from tests.support import browser
from tests.support.axe import WIDTHS, assert_axe_clean

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(autouse=True)
def some() -> None:
    """Two wards, and three services of which two are on the map."""
    for code, name, west in (("W1", "Market", -2.2), ("W2", "Moor", -2.1)):
        outline = shapely.to_wkb(shapely.box(west, 53.0, west + 0.1, 53.2))
        m.area(code, AreaKind.WARD, name, shape=outline)
    m.published("Debt advice", locations=[m.at(lon=-2.15)])
    m.published("Garden club", locations=[m.at(lon=-2.05)])
    m.published("By telephone", locations=[])


def visited(live_server: LiveServer, *, script: bool) -> Iterator[Page]:
    """The map's page in a browser."""
    context = browser.started().new_context(base_url=live_server.url, java_script_enabled=script)
    context.set_default_timeout(browser.PATIENCE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto("/directory/map/")
    yield page
    assert not wrong
    context.close()


@pytest.fixture
def page(live_server: LiveServer) -> Iterator[Page]:
    """With script."""
    yield from visited(live_server, script=True)


@pytest.fixture
def plain(live_server: LiveServer) -> Iterator[Page]:
    """Without script."""
    yield from visited(live_server, script=False)


def test_by_keyboard_from_mark_to_mark_and_into_an_entry(page: Page) -> None:
    page.wait_for_selector(".leaflet-container")
    mark = page.get_by_role("button", name="2. Garden club")
    expect(mark).to_have_text("2", use_inner_text=True)
    for _ in range(30):
        page.keyboard.press("Tab")
        if mark.evaluate("at => at === document.activeElement"):
            break
    else:
        pytest.fail("The mark can't be reached with Tab.")
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup").get_by_role("link", name="Garden club")
    link.wait_for()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/directory/entry/garden-club-*/")


def test_moved_with_the_arrow_keys(page: Page) -> None:
    page.wait_for_selector(".leaflet-container")
    pane = page.locator(".leaflet-map-pane")
    before = pane.get_attribute("style")
    page.locator(".leaflet-container").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    assert pane.get_attribute("style") != before


def test_the_table_says_the_same_as_the_map(page: Page) -> None:
    rows = page.locator("#map-table tbody tr")
    assert rows.count() == 2
    expect(rows.nth(0)).to_contain_text("Debt advice", use_inner_text=True)
    expect(page.get_by_text("1 service that fits is not on the map")).to_be_visible()


def test_accessible_at_both_widths(page: Page) -> None:
    page.wait_for_selector(".leaflet-container")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_axe_clean(page)
    page.goto("/directory/booklet/")
    assert_axe_clean(page)


def test_without_script_it_is_a_picture_whose_marks_are_links(plain: Page) -> None:
    plain.get_by_role("link", name="2. Garden club").click()
    plain.wait_for_url("**/directory/entry/garden-club-*/")
