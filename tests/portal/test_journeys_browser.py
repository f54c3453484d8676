"""The tenant on a phone, from the letter's code to taking a yes back; a relative as carer.

In a real browser, at a phone's width and a desk's, every page through axe; with and without
script. With LINTEL_SHOTS set to a folder, a picture of each page at each width is kept there.
"""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category
from lintel.people.models import Note
from lintel.portal import actions
from tests import factories
from tests.portal.world import World, build
from tests.support import browser
from tests.support.axe import WIDTHS, assert_axe_clean
from tests.support.browser import press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("LINTEL_SHOTS", "")
PHONE = {"width": WIDTHS[1], "height": 800}


class Phone:
    """A browser on a phone, with nobody signed in."""

    def __init__(self, base_url: str, *, script: bool = True) -> None:
        self.context = browser.started().new_context(
            base_url=base_url, java_script_enabled=script, viewport=PHONE
        )
        self.context.set_default_timeout(browser.PATIENCE)
        self.page = self.context.new_page()

    def sees(self, name: str, *texts: str) -> None:
        """These words are there; the page is whole, in its width, and accessible at both."""
        for text in texts:
            self.page.get_by_text(text).first.wait_for(state="attached")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            if SHOTS:
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert_axe_clean(self.page)
        self.page.set_viewport_size(PHONE)

    def open_with(self, code: str) -> None:
        """Type a letter's code."""
        self.page.goto("/me/sign-in/")
        self.page.get_by_role("button", name="I have a letter with a code").click()
        self.page.get_by_label("The code from your letter").fill(code)
        press(self.page, "Open the page")


@pytest.fixture
def world(transactional_db: Any) -> World:
    made = build()
    factories.circle(
        made.john,
        made.officer,
        role_words="housing officer",
        reach_words="by phone on Mondays",
        agreed_words="Amina comes by in the first week of each month.",
    )
    return made


@pytest.fixture
def phone(live_server: Any) -> Iterator[Any]:
    opened: list[Phone] = []

    def start(**more: Any) -> Phone:
        opened.append(Phone(more.pop("base_url", live_server.url), **more))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


def letter(world: World) -> str:
    """The code of a letter that the housing officer made."""
    with bound(factories.actor(world.officer)) as actor:
        return actions.make_letter(
            actor, now=timezone.now(), person_id=world.john.pk, proved="by hand"
        )


def nurse_reads(world: World) -> int:
    """How many notes about the home the nurse sees."""
    with bound(factories.actor(world.nurse)):
        return Note.objects.filter(category=Category.TENANCY).count()


def test_the_tenant_from_the_letter_to_taking_a_yes_back(world: World, phone: Any) -> None:
    johns = phone()
    page = johns.page
    johns.open_with("AAAA-BBBB-CCCC")
    johns.sees("own-wrong-code", "This code does not work")
    johns.open_with(letter(world))
    johns.sees("own-start", "Hello John", "Amina Yusuf", "Daniel Okafor", "Leave this page now")

    page.goto("/me/plan/")
    johns.sees("own-plan", "Amina comes by in the first week")
    page.goto("/me/sharing/")
    page.get_by_role("button", name="Say yes or no to something").click()
    press(page, "Send my answer")
    johns.sees("own-answer-wrong", "There is a problem")
    page.get_by_label("Yes, they may tell").check()
    page.get_by_label(world.officer.agency.name).check()
    page.get_by_label("North team").check()
    page.get_by_label("Your home", exact=True).check()
    page.get_by_label("To plan your care").check()
    day = timezone.localdate() + timedelta(days=60)
    page.get_by_label("Until which day?").fill(day.strftime("%d/%m/%Y"))
    press(page, "Send my answer")
    johns.sees("own-sharing", "You said yes. It counts from now.", "North team")
    assert nurse_reads(world) == 1

    page.get_by_role("button", name="Take this back").click()
    johns.sees("own-take-back", "They will stop seeing this")
    press(page, "Yes, take it back")
    page.get_by_text("You took it back").first.wait_for()
    assert nurse_reads(world) == 0

    page.goto("/me/record/")
    johns.sees("own-record", "Neighbour complained about noise.")
    page.get_by_role("link", name=re.compile("Say something about this note")).first.click()
    page.get_by_label("This is my side of it").check()
    page.get_by_label("Your words").fill("It was my radio. I have put it away.")
    press(page, "Send my words")
    johns.sees("own-record-said", "It was my radio. I have put it away.")
    page.get_by_role("link", name="Say that something is wrong").click()
    johns.sees("own-record-fact", "They must look at it and answer you")
    page.get_by_role("radio", name="Landlord").check()
    page.get_by_label("Your home").check()
    page.get_by_label("This is wrong").check()
    page.get_by_label("Your words").fill("I live at number 9.")
    press(page, "Send my words")
    johns.sees("own-record-fact-said", "I live at number 9.")

    page.goto("/me/contact/")
    page.get_by_label("Visit", exact=True).check()
    page.get_by_label("Monday").check()
    press(page, "Keep this")
    johns.sees("own-contact", "Never on: Monday")

    page.goto("/me/help/")
    page.get_by_label("What would help you?").fill("Somebody to read my letters with me")
    page.get_by_label("North team").check()
    page.get_by_label("How can they reach you?").fill("07700 900143")
    press(page, "Ask for help")
    johns.sees("own-help", "We sent it", "They must answer by")

    # Off the page at once; and whoever comes back to it sees nothing.
    with page.expect_request("https://www.bbc.co.uk/**"):
        page.get_by_role("button", name="Leave this page now").click()
    page.goto("/me/help/")
    page.get_by_role("heading", name="Sign in to your page").wait_for()
    assert "letters with me" not in page.content()


def test_a_relative_looks_until_they_are_stopped(world: World, phone: Any) -> None:
    johns, alans = phone(), phone(script=False)
    johns.open_with(letter(world))
    page = johns.page
    page.goto("/me/carers/")
    johns.sees("own-carers-none", "Nobody else can look")
    page.get_by_role("button", name="Let somebody look").click()
    page.get_by_label("Family, friend or carer").check()
    page.get_by_label("What do you call them?").fill("Alan, my brother")
    page.get_by_label("What was agreed").check()
    press(page, "Make a code for them")
    johns.sees("own-code", "A code for Alan, my brother")
    code = page.locator(".lintel-code").first.inner_text()

    alans.open_with(code)
    alans.page.get_by_text("You are looking at the page of").wait_for()
    assert "Amina Yusuf" in alans.page.content()
    assert "Daniel Okafor" not in alans.page.content()
    alans.page.get_by_role("link", name="What was agreed", exact=True).click()
    alans.page.get_by_text("Amina comes by").wait_for()
    alans.page.goto("/me/record/")
    alans.page.get_by_text("There are no notes to read here.").wait_for()

    page.goto("/me/carers/")
    johns.sees(
        "own-carers",
        "Alan, my brother",
        "Alan, my brother: Home, What is written about you and What was agreed",
    )
    page.get_by_role("button", name="Stop it").click()
    johns.sees("own-stop", "It stops as soon as you press the button")
    press(page, "Yes, stop it")
    page.get_by_text("They can’t look at your page any more.").first.wait_for()

    # He has the page open still: whatever he presses shows nothing.
    alans.page.get_by_role("link", name="What was agreed", exact=True).click()
    alans.page.get_by_role("heading", name="You cannot use Lintel with this account").wait_for()
    assert "Amina" not in alans.page.content()
    alans.page.goto("/me/plan/")
    alans.page.get_by_role("heading", name="Sign in to your page").wait_for()


def test_a_passkey_opens_the_view_next_time(world: World, phone: Any, live_server: Any) -> None:
    johns = phone(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    page = johns.page
    devtools = johns.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "hasResidentKey": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    johns.open_with(letter(world))
    page.get_by_role("link", name="Choose how you sign in next time").click()
    johns.sees("own-ways", "With your phone’s own lock")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Add the passkey").wait_for()
    johns.sees("own-passkey-add")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_text("You can use your passkey next time.").first.wait_for()
    page.get_by_role("button", name="Sign out").first.click()
    page.get_by_role("heading", name="Sign in to your page").wait_for()
    page.get_by_role("button", name="Use my passkey").click()
    page.get_by_role("button", name="Use my passkey").wait_for()
    johns.sees("own-passkey-in")
    page.get_by_role("button", name="Use my passkey").click()
    page.get_by_role("heading", name="Hello John").wait_for()
