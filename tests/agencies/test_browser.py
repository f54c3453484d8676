"""The sign-in pages in a real browser: a passkey end to end, and each page through axe."""

import pytest
from playwright.sync_api import expect

from lintel.agencies.states import Role, Side, TeamKind
from tests import factories
from tests.support.axe import assert_axe_clean

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PASSWORD = "plinth gannet otherwise"


@pytest.fixture
def worker(settings):
    settings.LINTEL_SECOND_FACTOR = True
    team = factories.team(name="North office", covers=["QX1"])
    return factories.worker(
        team, email="olu@north.example", password=PASSWORD, roles=[Role.INFORMATION_LEAD]
    )


def give_password(page):
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("olu@north.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_passkey_is_the_second_step(page, worker):
    page.goto("/teams/")
    assert_axe_clean(page)
    give_password(page)
    page.get_by_role("heading", name="Your sign-in").wait_for()
    assert_axe_clean(page)
    page.get_by_role("link", name="Add Passkeys").click()
    page.get_by_role("button", name="Add the passkey").wait_for()
    assert_axe_clean(page)
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert_axe_clean(page)
    expect(page.locator("code")).to_have_count(10)
    page.goto("/teams/")
    page.get_by_role("heading", name="Teams").wait_for()
    page.goto("/accounts/2fa/webauthn/")
    assert_axe_clean(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in to Lintel").wait_for()
    give_password(page)
    page.get_by_role("heading", name="Second step of signing in").wait_for()
    assert_axe_clean(page)
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_role("heading", name="My day").wait_for()


def test_an_app_is_set_up_without_a_script(worker, live_server):
    from tests.agencies.test_sign_in import code_for
    from tests.support import browser

    context = browser.started().new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    give_password(page)
    page.get_by_role("link", name="Set up Authenticator app").click()
    secret = page.locator("p:has-text('Secret:') strong").inner_text()
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    context.close()


def test_the_other_pages_are_accessible(page, worker, settings):
    settings.LINTEL_SECOND_FACTOR = False
    for path in ("/accounts/password/reset/", "/accounts/password/reset/done/"):
        page.goto(path)
        assert_axe_clean(page)
    page.goto("/accounts/password/reset/key/x-y/")
    page.get_by_role("heading", name="This link no longer works").wait_for()
    assert_axe_clean(page)
    give_password(page)
    page.get_by_role("heading", name="My day").wait_for()
    team = factories.team(kind=TeamKind.CMHT, name="East CMHT")
    factories.link_worker(factories.worker(team), team, Side.HOUSING)
    own = factories.link_worker(worker, worker.memberships.get().team, Side.HEALTH)
    for path in (
        "/teams/",
        f"/teams/{team.slug}/",
        "/link-workers/",
        f"/link-workers/{own.pk}/away/",
        "/keys/",
        "/keys/new/",
        "/accounts/password/change/",
        "/accounts/2fa/totp/activate/",
        "/accounts/logout/",
    ):
        page.goto(path)
        expect(page.locator("h1")).to_have_count(1)
        assert_axe_clean(page)
    page.goto("/keys/new/")
    page.get_by_role("button", name="Issue the key").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert_axe_clean(page)
    page.get_by_label("Name of the system").fill("Housing system")
    page.get_by_label("Worker it acts for").select_option(index=1)
    page.get_by_label("raise requests").check()
    page.get_by_label("30 days").check()
    page.get_by_role("button", name="Issue the key").click()
    assert page.get_by_label("Key").input_value().startswith("lintel_")
    assert_axe_clean(page)


def test_the_demos_page_is_accessible_and_signs_in(page, worker, settings):
    settings.ROOT_URLCONF = "tests.agencies.urls_for_middleware"
    settings.LINTEL_DEMO = True
    settings.LINTEL_SECOND_FACTOR = False
    page.goto("/demo")
    assert_axe_clean(page)
    page.locator("summary").first.click()
    assert_axe_clean(page)
    page.get_by_role("button", name=worker.name).click()
    page.get_by_role("heading", name="My day").wait_for()


def test_leaving_is_accessible(page, worker, settings):
    settings.LINTEL_SECOND_FACTOR = False
    team = worker.memberships.get().team
    factories.role(worker, Role.MANAGER)
    leaver = factories.worker(team)
    factories.tenant(leaver)
    give_password(page)
    page.get_by_role("heading", name="My day").wait_for()
    for path in ("/leaving/", f"/leaving/{leaver.pk}/"):
        page.goto(path)
        assert_axe_clean(page)
