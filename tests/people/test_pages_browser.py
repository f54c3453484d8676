"""The pages about people and their circle in a real browser: accessible, and worked through."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from lintel.agencies.states import TeamKind
from lintel.kernel.sight.states import Category
from tests import factories
from tests.requests.test_pages_browser import Visit
from tests.support import browser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def visits(live_server: Any) -> Iterator[Any]:
    opened: list[Visit] = []

    def visit(who: Any) -> Visit:
        opened.append(Visit(live_server.url, who))
        opened[-1].context.set_default_timeout(browser.PATIENCE)
        return opened[-1]

    yield visit
    for one in opened:
        one.context.close()
        assert one.complaints == []


def test_an_officer_finds_somebody_and_gathers_their_circle(visits: Any) -> None:
    team = factories.team(name="North office")
    officer = factories.worker(team, name="Olu Officer")
    nurse = factories.worker(factories.team(kind=TeamKind.CMHT), name="Nia Nurse")
    john = factories.tenant(officer, "John Marsden", born=date(1971, 7, 4), known_as="Jack")
    factories.tenant(officer, "John Marsden", born=None)
    factories.tenant(officer, "Edith Colbeck", died=date(2026, 2, 3))
    factories.note(john, factories.worker(team), "A dog, friendly.", Category.SAFETY)
    factories.contact(john, team.agency)

    browser = visits(officer)
    page = browser.page
    browser.look("/", "my-day")
    page.get_by_role("link", name="John Marsden").wait_for()
    browser.look("/people/", "people")
    page.get_by_label("Find a person").fill("marsdne 4.7.71")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="1 person found").wait_for()
    browser.check("found")
    assert "marsd" not in page.url
    page.get_by_label("Find a person").fill("john marsden")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="2 people found").wait_for()
    browser.check("found-twins")
    page.get_by_role("link", name=re.compile("John Marsden.*4 July 1971")).click()
    page.get_by_role("heading", name="John Marsden", level=1).wait_for()
    browser.check("person")

    page.get_by_role("button", name="Add a note").click()
    page.get_by_label("Home and tenancy").check()
    page.get_by_label("Note", exact=True).fill("We had tea.")
    browser.check("note")
    page.get_by_role("button", name="Add the note").click()
    page.get_by_text("We had tea.").first.wait_for()
    page.go_back()
    page.go_back()
    page.get_by_role("heading", name="John Marsden", level=1).wait_for()

    page.get_by_role("link", name="Gather a circle").click()
    browser.check("circle-empty")
    page.get_by_role("button", name="Add somebody").first.click()
    page.get_by_label("Who joins the circle?").fill("nia")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("button", name="Add to the circle").click()
    page.get_by_text("There is a problem").wait_for()
    browser.check("circle-errors")
    page.get_by_label("What is their part?").fill("my nurse")
    page.get_by_label("How do the others reach them?").fill("01632 960 002")
    page.get_by_label("What did the person agree to?").fill("“Yes, do.” On Monday, at home.")
    page.get_by_role("button", name="Add to the circle").click()
    page.get_by_role("heading", name="Nia Nurse").wait_for()
    page.get_by_role("button", name="Say who to contact").click()
    page.get_by_label("When this happens", exact=True).fill("He does not answer")
    page.get_by_label("Contact", exact=True).fill("Duty desk, 01632 960 300")
    browser.check("if-wrong")
    page.get_by_role("button", name="Tell the circle").click()
    page.get_by_role("heading", name="He does not answer").wait_for()
    browser.check("circle")

    other = visits(nurse)
    other.look("/people/circle-invitations/", "invitations")
    other.page.get_by_role("button", name="Say no").click()
    other.check("decline")
    other.page.go_back()
    other.page.get_by_role("button", name="Accept").click()
    other.page.get_by_text("You are in the circle").wait_for()
    other.look(f"/people/{john.pk}/", "nurse-person")
    other.page.get_by_text("Duty desk, 01632 960 300").first.wait_for()
    other.look(f"/people/{john.pk}/circle/", "nurse-circle")
    other.page.get_by_role("link", name="Leave the circle").click()
    other.check("leave")
    other.page.get_by_role("button", name="Leave the circle").click()
    other.page.get_by_text("The circle is told").wait_for()
    assert other.page.goto(f"/people/{john.pk}/").status == 404


def test_the_other_pages(visits: Any) -> None:
    team = factories.team()
    officer = factories.worker(team)
    lead = factories.worker(team, team_role="lead")
    john = factories.tenant(officer, "John Marsden")
    browser = visits(lead)
    browser.look(f"/people/{john.pk}/contact/new", "contact")
    browser.look(f"/people/hand-over/{officer.pk}", "hand-over")
    browser.look("/people/?rent=arrears&why=patch", "people-none")
    nobody = visits(factories.worker(factories.team(), name="New Worker"))
    nobody.look("/", "my-day-empty")
    nobody.look("/people/", "people-empty")
