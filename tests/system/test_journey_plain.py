"""The main job without script, and when the session ends in the middle of a form."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.folders import open_folder
from tests.system.visiting import House, Visitor, open_house, write_concern

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TEAM = "Community mental health team, north"
BAGS = "Bags up to the ceiling in the hall."


@pytest.fixture
def house() -> Iterator[House]:
    with open_folder() as folder, open_house(folder / "data") as opened:
        yield opened


def test_without_script(house: House) -> None:
    """A concern, the desk's decision and consent, in browsers that run no script."""
    amina = house.sign_in("Amina Yusuf", script=False)
    daniel = house.sign_in("Daniel Okafor", script=False)
    amina.find("Tressell")
    amina.follow("John Tressell")
    amina.follow("Raise a concern")
    write_concern(amina, BAGS)
    amina.press("Send the concern")
    amina.sees("It is on its way")
    reference = amina.reference()
    house.work_done()
    daniel.go("/requests/inbox/")
    daniel.follow(reference)
    daniel.press("Take it")
    daniel.follow("Decide")
    daniel.press("Save the decision")
    daniel.sees("There is a problem", "Select what you have decided")
    daniel.tick("Not for us")
    daniel.press("Save the decision")
    daniel.sees("There is a problem")
    daniel.fill("Why is it not for you?", "He moves away next week.")
    daniel.fill("What is a better route?", "The team of his new home.")
    daniel.press("Save the decision")
    daniel.sees("Decided")
    amina.go(f"/people/{house.person('John Tressell')}/")
    amina.follow("Record what they agreed to")
    amina.fill("Narrow the list", "mental health team, north")
    amina.press("Narrow")
    amina.tick(TEAM, "To plan care and support")
    amina.press("Continue")
    amina.tick("Yes: how to reach them", "By phone", "Yes, and nothing gave reason to doubt it")
    amina.fill("How did you consider it?", "He said it back in his own words.")
    amina.fill("What did you tell them?", "Who sees what, and that no is fine.")
    amina.fill("What did they say, in their own words?", "“Yes.”")
    amina.press("Record what they said")
    amina.sees("is written down")
    daniel.go(f"/people/{house.person('John Tressell')}/")
    daniel.sees("07700 900143")
    typed_when_the_session_ends(house, amina)


def typed_when_the_session_ends(house: House, amina: Visitor) -> None:
    """The session ends in the middle of the form: what was typed is there after signing in."""
    amina.find("Carl Denby")
    amina.follow("Carl Denby")
    amina.follow("Raise a concern")
    write_concern(amina, "Nobody has seen him since Tuesday.")
    house.query("DELETE FROM django_session RETURNING 1")
    amina.press("Send the concern")
    amina.sees("We kept what you typed")
    assert (
        house.query("SELECT 1 FROM requests_request WHERE seen LIKE 'Nobody has seen him%%'") == []
    )
    house.enter(amina)
    amina.sees("You were signed out. We kept what you typed.")
    assert amina.page.get_by_label("What happened?").input_value().startswith("Nobody has seen him")
    expect(amina.page.get_by_label("Things piling up").first).to_be_checked()
    expect(amina.page.get_by_label("Soon: it is getting worse")).to_be_checked()
    amina.press("Send the concern")
    amina.sees("It is on its way", "Nobody has seen him since Tuesday.")
