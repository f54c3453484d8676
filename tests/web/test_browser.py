"""Pages in a real browser: accessible, tight, and working with and without script."""

import re

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import expect

from tests.support import axe
from tests.support.axe import assert_axe_clean, violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def officer():
    return get_user_model().objects.create_user("officer@example.test")


def sign_in(page, user, base_url):
    """Give the browser a session of `user`."""
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])


@pytest.mark.parametrize(
    "path",
    [
        "/demo/components",
        "/urgent-help/",
        "/privacy/",
        "/accessibility/",
        "/note/",
        "/fail/denied/",
        "/fail/conflict/",
        "/fail/invalid/",
        "/fail/too-many/",
        "/fail/not-found/",
        "/fail/broken/",
    ],
)
def test_each_page_is_accessible_at_both_widths(page, path):
    page.goto(path)
    assert page.url.endswith(path)
    assert_axe_clean(page)


def test_the_component_page_is_accessible_with_all_open(page):
    page.goto("/demo/components")
    page.get_by_label("No", exact=True).first.check()
    page.get_by_text("What happens next").click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Not for us").wait_for()
    assert_axe_clean(page)


def test_the_checker_finds_what_is_wrong(page):
    page.goto("/note/")
    page.evaluate("document.querySelector('label').remove()")
    assert any(line.startswith("label:") for line in violations(page))
    page.set_viewport_size({"width": 375, "height": 800})
    page.evaluate("document.querySelector('h1').textContent = 'x'.repeat(200)")
    with pytest.raises(AssertionError, match="sideways"):
        assert_axe_clean(page)
    assert axe.RULES


def test_the_content_policy_refuses_what_is_inline(page):
    page.goto("/note/")
    refused = page.evaluate(
        """() => new Promise(resolve => {
            const refused = event => resolve(event.effectiveDirective);
            document.addEventListener('securitypolicyviolation', refused);
            const script = document.createElement('script');
            script.textContent = 'window.broken_in = true';
            document.body.append(script);
            setTimeout(() => resolve('nothing'), 2000);
        })"""
    )
    assert refused == "script-src-elem"
    assert page.evaluate("window.broken_in") is None
    page.complaints.clear()


def test_a_wrong_form_leads_to_its_first_field(page):
    page.goto("/note/")
    page.get_by_role("button", name="Send it").click()
    expect(page).to_have_title("Error: A note – Lintel")
    # The summary has the focus, so that it is read first, and each line leads to its field.
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert_axe_clean(page)
    page.get_by_role("link", name="Enter when was it?").or_(
        page.get_by_role("link", name="Answer “When was it?”")
    ).click()
    expect(page.locator("#id_when")).to_be_focused()


def fill(page):
    page.get_by_label("Noise").check()
    page.get_by_label("When was it?").fill("yesterday")
    page.get_by_label("What happened").fill("The lights were on all night.")


@pytest.mark.parametrize("script", [True, False])
def test_a_form_is_sent_with_and_without_script(chromium, live_server, pages, script):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=script)
    opened = context.new_page()
    opened.goto("/note/")
    fill(opened)
    opened.get_by_role("button", name="Send it").click()
    opened.wait_for_load_state()
    assert len(pages.SENT) == 1
    context.close()


def test_a_double_click_sends_once(page, pages):
    page.goto("/note/")
    fill(page)
    page.get_by_role("button", name="Send it").dblclick()
    page.wait_for_load_state("networkidle")
    assert len(pages.SENT) == 1


def test_what_a_choice_reveals_is_shown_without_script_too(chromium, live_server, pages):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    opened = context.new_page()
    opened.goto("/demo/components")
    expect(opened.get_by_label("Why not?").first).to_be_visible()
    expect(opened.get_by_role("button", name="Print this page")).to_be_hidden()
    context.close()


def test_a_session_that_ends_half_way_loses_nothing(page, live_server, officer, pages):
    sign_in(page, officer, live_server.url)
    page.goto("/note/")
    fill(page)
    page.context.clear_cookies(name=django_settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Send it").click()
    page.wait_for_url("**/accounts/login/**")
    assert pages.SENT == []
    # Signing in keeps the anonymous session's content under a new key, as Django's login does.
    cookie = next(
        c for c in page.context.cookies() if c["name"] == django_settings.SESSION_COOKIE_NAME
    )
    client = Client()
    client.cookies[cookie["name"]] = cookie["value"]
    client.force_login(officer)
    page.context.add_cookies(
        [{"name": cookie["name"], "value": client.cookies[cookie["name"]].value,
          "url": live_server.url}]
    )  # fmt: skip
    page.goto("/note/")
    expect(page.get_by_text("We kept what you typed")).to_be_visible()
    expect(page.get_by_label("Noise")).to_be_checked()
    expect(page.get_by_label("When was it?")).to_have_value("yesterday")
    assert_axe_clean(page)
    page.get_by_role("button", name="Send it").click()
    page.wait_for_load_state()
    assert pages.SENT[0]["what"] == "The lights were on all night."


def test_after_signing_out_the_back_button_shows_nothing(page, live_server, officer, pages):
    sign_in(page, officer, live_server.url)
    page.goto("/note/")
    expect(page.get_by_text(officer.email)).to_be_visible()
    page.goto("/urgent-help/")
    page.context.clear_cookies()
    page.go_back()
    page.wait_for_load_state()
    expect(page).to_have_title(re.compile("A note"))
    expect(page.get_by_text(officer.email)).to_have_count(0)


def test_a_table_is_cards_on_a_phone_and_still_a_table_to_those_who_listen(page):
    page.goto("/demo/components")
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.locator(".lintel-table tbody tr").first.bounding_box()["width"] <= 375
    before = "cell => getComputedStyle(cell, '::before').content"
    assert page.locator(".lintel-table td").first.evaluate(before) == '"State: "'
    expect(page.get_by_role("rowheader", name="SH-2026-0417")).to_have_count(1)


def test_the_menu_folds_on_a_phone(page):
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto("/note/")
    inbox = page.get_by_role("link", name="Inbox 7 waiting")
    expect(inbox).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    inbox.click()
    assert page.url.endswith("/privacy/")


def test_the_menu_stands_open_without_script(chromium, live_server, pages):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    opened = context.new_page()
    opened.set_viewport_size({"width": 375, "height": 800})
    opened.goto("/note/")
    expect(opened.get_by_role("link", name="Inbox")).to_be_visible()
    expect(opened.get_by_role("button", name="Menu")).to_be_hidden()
    context.close()


def test_paper_has_no_way_around_the_site(page):
    page.goto("/demo/components")
    page.emulate_media(media="print")
    for gone in (".moj-sub-navigation", ".govuk-button", ".lintel-footer", ".moj-pagination"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".lintel-identity").first).to_be_visible()
    expect(page.locator(".moj-timeline")).to_be_visible()
