"""The pages about sharing in a real browser: accessible at both widths, and worked without script.

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
from lintel.agencies.states import Role
from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category as C
from lintel.sharing import actions
from tests import factories
from tests.sharing.test_pages import Scene
from tests.support import browser
from tests.support.axe import WIDTHS, assert_axe_clean

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PHONE = "07700 900143"
SHOTS = os.environ.get("LINTEL_SHOTS", "")


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
        assert_axe_clean(self.page)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def visit(live_server: Any) -> Iterator[Any]:
    opened: list[Visit] = []

    def start(who: Worker, **more: Any) -> Visit:
        opened.append(Visit(live_server.url, who, **more))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


def test_consent_is_asked_recorded_confirmed_and_taken_back(scene: Scene, visit: Any) -> None:
    officer = visit(scene.officer)
    officer.look(scene.at, "consents-empty")
    officer.page.get_by_role("button", name="Record what they said").click()
    officer.check("consent-teams")
    officer.page.get_by_label("North CMHT, The Trust").check()
    browser.press(officer.page, "Continue")
    expect(officer.page.get_by_role("link", name="Choose at least one thing")).to_be_visible()
    officer.check("consent-teams-errors")
    officer.page.get_by_label("To help keep the tenancy going well").check()
    officer.page.get_by_label("To plan care and support").check()
    browser.press(officer.page, "Continue")
    officer.check("consent-ask")
    officer.page.get_by_role("button", name="Record what they said").click()
    officer.check("consent-ask-errors")
    page = officer.page
    page.get_by_label("Yes: how to reach them").first.check()
    page.get_by_label("No: rent and money").first.check()
    page.get_by_label("Yes: which health services are involved").first.check()
    page.get_by_label("Yes: health details").first.check()
    # Yes for the one purpose, no for the other.
    page.get_by_label("No: how to reach them").last.check()
    page.get_by_label("Yes: support they need").last.check()
    page.get_by_label("Face to face").check()
    page.get_by_label("Yes, and nothing gave reason to doubt it").check()
    page.get_by_label("How did you consider it?").fill("He said it back to me.")
    page.get_by_label("What did you tell them?").fill("Who sees what, and that no is fine.")
    page.get_by_label("What did they say, in their own words?").fill("Yes, talk with Nia.")
    page.get_by_role("button", name="Record what they said").click()
    officer.check("consent-one")
    one = page.url
    officer.look(f"{one}summary?large", "consent-summary")
    officer.look(f"{one}paper", "consent-paper")
    officer.look(f"{scene.at}form?team={scene.cmht.pk}&purpose=care", "consent-form")
    officer.look("/consent/what-we-ask/", "consent-what-we-ask")
    officer.look(f"{one}withdraw", "consent-withdraw")
    officer.look(scene.at, "consents")
    nurse = visit(scene.nurse)
    nurse.look(one, "consent-confirm")
    nurse.page.get_by_role("button", name="Confirm it").click()
    nurse.check("consent-confirmed")
    # Another nurse has John open, by what he agreed to.
    factories.contact(scene.john, scene.landlord, value=PHONE)
    other = visit(factories.worker(scene.cmht, name="Ola Other"))
    other.look(f"/people/{scene.john.pk}/", "consent-person-by-consent")
    expect(other.page.get_by_text(PHONE).first).to_be_visible()
    page.goto(f"{one}withdraw")
    # One of two purposes first, the one by which she sees him; the other stands.
    page.get_by_label("to plan care and support").uncheck()
    page.get_by_label("to help keep the tenancy going well").check()
    browser.press(page, "Take it back")
    officer.check("consents-withdrawn-in-part")
    page.goto(one)
    expect(page.get_by_text("Taken back in part")).to_be_visible()
    answer = other.page.reload()
    assert answer.status == 404
    assert PHONE not in other.page.content()
    page.goto(f"{one}withdraw")
    browser.press(page, "Take it back")
    officer.check("consents-withdrawn")
    # What stood open there leads nowhere any more, nor does the way back to it.
    other.page.go_back()
    assert PHONE not in other.page.content()
    officer.look(f"{scene.at}refused?team={scene.cmht.pk}", "consent-refused")


def test_another_basis_is_recorded_authorised_and_told(scene: Scene, visit: Any) -> None:
    lead = factories.worker(scene.trust, roles=[Role.INFORMATION_LEAD], name="Lia Lead")
    nurse = visit(scene.nurse)
    page = nurse.page
    nurse.look(f"/people/{scene.john.pk}/other-basis/", "bases-empty")
    browser.press(page, "Share on another basis")
    nurse.check("basis-team")
    page.get_by_label("North office, Shethernley Homes").check()
    browser.press(page, "Continue")
    page.get_by_label("A law that is named").check()
    page.get_by_label("to keep people safe").check()
    page.get_by_label("safety", exact=True).check()
    page.get_by_label("Why must it be shared").fill("A visitor hurts him.")
    page.get_by_label("Until which day?").fill("in 30 days")
    page.get_by_label("Not yet: it could do harm, for now").check()
    page.get_by_label("Why can’t they be told yet?").fill("The visitor reads his letters.")
    page.get_by_label("When is that looked at again?").fill("in 14 days")
    browser.press(page, "Write it down")
    nurse.check("basis-errors")
    page.get_by_label("Which law, and which section?").fill("Care Act 2014, section 42")
    browser.press(page, "Write it down")
    nurse.check("basis-recorded")
    one = page.url
    second = visit(lead)
    second.look("/", "basis-my-day")
    second.page.get_by_role("link", name="1 to authorise or decline").click()
    second.check("bases")
    second.look(one, "basis-to-authorise")
    browser.press(second.page, "Authorise it")
    second.page.get_by_label("Why is it right to share this?").fill("He must be safe.")
    second.check("basis-authorise")
    browser.press(second.page, "Authorise it")
    second.check("basis-authorised")
    page.goto(one)
    expect(page.get_by_text("The person has not been told.")).to_be_visible()
    browser.press(page, "They were told")
    page.get_by_label("How were they told").fill("At home, with his sister. He was glad.")
    browser.press(page, "They were told")
    nurse.check("basis-told")
    expect(page.get_by_text("The person was told").first).to_be_visible()


def test_consent_without_script(scene: Scene, visit: Any) -> None:
    officer = visit(scene.officer, script=False)
    page = officer.page
    page.goto(f"{scene.at}new?team={scene.cmht.pk}&purpose=care")
    page.get_by_label("Yes: how to reach them").first.check()
    page.get_by_label("By phone").check()
    page.get_by_label("Yes, and nothing gave reason to doubt it").check()
    page.get_by_label("How did you consider it?").fill("He said it back to me.")
    page.get_by_label("What did you tell them?").fill("Who sees what.")
    page.get_by_label("What did they say, in their own words?").fill("Yes.")
    browser.press(page, "Record what they said")
    expect(page.get_by_text("In force")).to_have_count(1)


def test_safety_and_the_record(scene: Scene, visit: Any) -> None:
    now = timezone.now() - timedelta(minutes=1)
    factories.emergency(scene.trust, scene.landlord)
    with bound(factories.actor(scene.officer)) as actor:
        actions.open_override(
            actor,
            now=now,
            person_id=scene.john.pk,
            holder_ids=[scene.trust.pk],
            categories=[C.SAFETY],
            reason=actions.safety.OverrideReason.SAFEGUARDING,
            words="Seen with injuries that he could not explain.",
        )
        for minute in range(4):
            actions.open_record(
                actor,
                person_id=scene.john.pk,
                purpose="looking after the tenancy",
                page="people:person",
                now=now + timedelta(seconds=minute),
            )
    officer = visit(scene.officer)
    officer.look(f"/people/{scene.john.pk}/safety/", "safety")
    lead = visit(scene.lead)
    lead.look("/access/", "record")
    lead.page.get_by_label("Find a person or a worker").fill("mars")
    lead.page.get_by_role("button", name="Find").click()
    lead.check("record-found")
    lead.page.get_by_role("link", name="John Marsden").click()
    lead.check("record-person")
    lead.look(f"/access/workers/{scene.officer.pk}/", "record-worker")
