"""Who has looked, on a phone and without script; and the lead who answers and makes a copy."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from lintel.agencies.states import Role
from lintel.kernel import access
from lintel.kernel.sight.states import Category as C
from lintel.kernel.sight.states import Source
from lintel.kernel.states import AccessVerb
from lintel.records import actions
from tests import factories
from tests.records.scene import Scene, agreement
from tests.support import browser
from tests.support.axe import WIDTHS, assert_axe_clean

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("LINTEL_SHOTS", "")


class Visit:
    """A browser of one account's."""

    def __init__(self, base_url: str, user: Any, *, script: bool = True) -> None:
        client = Client()
        client.force_login(user)
        self.script = script
        name = django_settings.SESSION_COOKIE_NAME
        self.context = browser.started().new_context(base_url=base_url, java_script_enabled=script)
        self.context.set_default_timeout(browser.PATIENCE)
        self.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": base_url}]
        )
        self.page = self.context.new_page()

    def check(self, name: str) -> None:
        """Look at the page as it stands, at both widths."""
        self.page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if SHOTS:
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is wider than {width} pixels"
        if self.script:  # The checker is a script itself.
            assert_axe_clean(self.page)

    def follow(self, name: str) -> None:
        """Follow a link, and wait for the page to be whole."""
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def look(self, path: str, name: str) -> None:
        """Open the page and check it."""
        answer = self.page.goto(path)
        assert answer.status == 200, (path, answer.status)
        self.check(name)


def test_from_looking_to_an_answer_and_a_copy(live_server: Any) -> None:
    scene = Scene()
    agreement(housing=12)
    own = factories.viewer(scene.john)
    factories.role(scene.nurse, Role.INFORMATION_LEAD)
    for verb, categories in (
        (AccessVerb.OPENED, [C.PLAN, C.HEALTH_DETAIL]),
        (AccessVerb.DISCLOSED, [C.PLAN]),
    ):
        access.record(
            factories.actor(scene.nurse),
            verb,
            now=scene.now,
            person_id=scene.john.pk,
            owner_id=scene.trust.pk,
            categories=categories,
            why=Source.CASELOAD.label,
            page="people:person",
        )
    first = Visit(live_server.url, own.user)
    first.look("/me/looked/", "looked")
    first.follow("I don’t understand this one")
    first.check("looked-ask")
    # The person, with no script, on a phone.
    person = Visit(live_server.url, own.user, script=False)
    person.look("/me/looked/", "looked-no-script")
    person.follow("I don’t understand this one")
    person.page.get_by_label("What do you want to know?").fill("Why did he look?")
    browser.press(person.page, "Send my question")
    person.page.get_by_text("We have sent your question").wait_for()
    person.check("looked-questions-no-script")
    first.look("/me/looked/questions/", "looked-questions")

    lead = Visit(live_server.url, scene.trust_lead.user)
    lead.look("/records/", "records-home")
    lead.follow("John Tressell")
    lead.check("records-question")
    lead.page.get_by_label("Your answer").fill("He got ready for your meeting.")
    browser.press(lead.page, "Send the answer")
    lead.look(f"/records/people/{scene.john.pk}/", "records-person")
    lead.look(f"/records/people/{scene.john.pk}/copy/", "records-copy")

    actions.list_due()
    housing = Visit(live_server.url, scene.lead.user)
    housing.look("/records/due/", "records-due")
    housing.look(f"/records/people/{scene.john.pk}/hold", "records-hold")

    person.page.goto("/me/looked/questions/")
    person.page.get_by_text("He got ready for your meeting.").wait_for()
    for one in (first, person, lead, housing):
        one.context.close()
