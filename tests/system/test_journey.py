"""The main job, in the running product, in real browsers, over four roles and more.

Real PostgreSQL, web server and job worker; everybody signs in by the demonstration's buttons, and
each page goes through axe at both widths. The steps are those of the first case example.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.support.folders import open_folder
from tests.system.visiting import DESK, PHONE, House, Visitor, open_house, write_concern

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]

TEAM = "Community mental health team, north"
BAGS = "Bags up to the ceiling in the hall, and pans left on the stove twice this week."
DETAIL = "Sleep is poor"
COMPLAINT = "Neighbour below complained again about noise"
KITCHEN = "John says he would like help in the kitchen"
DUTY = "Duty nurse, community team north, 01632 960201, 9am to 5pm"
CRISIS = "Crisis team, 01632 960240, day and night"
SITUATION = "A tenant in their fifties has stopped opening the door to everybody."


@pytest.fixture
def house() -> Iterator[House]:
    with open_folder() as folder, open_house(folder / "data") as opened:
        yield opened


@dataclass
class Story:
    """Who takes part, and what they wrote down on the way."""

    house: House
    amina: Visitor
    daniel: Visitor
    joan: Visitor
    priya: Visitor
    john: int
    references: dict[str, str] = field(default_factory=dict)


def test_the_main_job(house: House) -> None:
    first_look(house)
    people = [house.sign_in(n) for n in ("Amina Yusuf", "Daniel Okafor", "Joan Bright")]
    story = Story(house, *people, house.sign_in("Priya Nair"), house.person("John Tressell"))
    my_day(story)
    finding_somebody(story)
    raising_a_concern(story)
    a_second_concern_about_somebody_not_known(story)
    the_same_is_received_for_both(story)
    the_nurse_decides(story)
    what_the_nurse_sees_before_consent(story)
    consent_partly_given(story)
    what_the_nurse_sees_after_consent(story)
    the_masked_thread_is_open(story)
    a_referral_with_what_went_before(story)
    a_joint_visit(story)
    the_circle(story)
    closing_with_whom_to_contact(story)
    advice_without_a_name(story)
    the_access_record(story)


def first_look(house: House) -> None:
    anybody = house.stranger()
    anybody.go("/demo")
    anybody.look("demo", DESK)
    anybody.page.context.close()


def my_day(story: Story) -> None:
    """Step 1: what waits, clocks running, people on the patch with something new."""
    amina = story.amina
    amina.go("/")
    amina.sees("Answers to read", "People with something new")
    amina.look("my-day", DESK, PHONE)
    story.daniel.look("my-day-nurse")
    story.joan.look("my-day-shop")
    story.priya.look("my-day-information-lead")


def finding_somebody(story: Story) -> None:
    """Step 2: slips are forgiven; outside one's sight nobody appears, and one may still ask."""
    amina = story.amina
    amina.go("/people/")
    amina.look("people")
    amina.find("Jon Tresell")
    amina.sees("John Tressell", "Wharf House")
    assert "tres" not in amina.page.url.lower()  # What is looked for stands in no address.
    amina.look("people-found")
    amina.find("Denise Corrigan")
    amina.misses("Chapel Street", f"/people/{story.house.person('Denise Corrigan')}/")
    amina.sees("0 people found", "Ask about someone who isn’t listed")
    amina.look("people-not-listed")
    amina.follow("Ask about someone who isn’t listed")
    amina.sees("We can’t tell you which")
    amina.look("concern-not-listed")
    answer = amina.page.goto(f"/people/{story.house.person('Denise Corrigan')}/")
    assert answer.status == 404


def raising_a_concern(story: Story) -> None:
    """Steps 3 and 4: raised from the person's page, masked, and a double click sends it once."""
    amina, house = story.amina, story.house
    amina.find("Jon Tresell")
    amina.follow("John Tressell")
    amina.sees(COMPLAINT, "Why you can see this")
    amina.misses(DETAIL)
    amina.look("person", DESK)
    amina.follow("Raise a concern")
    amina.sees("What happens to it", "Who may read this")
    amina.look("concern", PHONE)
    amina.press("Send the concern")
    amina.sees("There is a problem", "Select what you have noticed, at least one")
    amina.look("concern-errors")
    write_concern(amina, BAGS)
    amina.look("concern-filled")
    amina.page.get_by_role("button", name="Send the concern").dblclick()
    amina.sees("It is on its way")
    story.references["john"] = amina.reference()
    assert house.query("SELECT count(*) FROM requests_request WHERE seen = %s", BAGS) == [(1,)]
    amina.look("sent-just-now")


def a_second_concern_about_somebody_not_known(story: Story) -> None:
    amina = story.amina
    amina.find("Carl Denby")
    amina.follow("Carl Denby")
    amina.follow("Raise a concern")
    write_concern(amina, BAGS)
    amina.press("Send the concern")
    amina.sees("It is on its way")
    story.references["carl"] = amina.reference()


def the_same_is_received_for_both(story: Story) -> None:
    """Step 4: one goes to the nurse's team, one to the one-stop shop, and it can't be told."""
    story.house.work_done()
    john, carl = story.references["john"], story.references["carl"]
    story.daniel.go("/requests/inbox/")
    story.daniel.sees(john)
    story.daniel.misses(carl)
    story.joan.go("/requests/shop/")
    story.joan.sees(carl)
    story.joan.misses(john)
    story.joan.look("shop", DESK)
    assert alike(story, john, "John Tressell") == alike(story, carl, "Carl Denby")
    story.house.set_time_comes()
    first, second = alike(story, john, "John Tressell"), alike(story, carl, "Carl Denby")
    assert first == second
    assert "A service has it." in first
    story.amina.look("sent-received")


def alike(story: Story, reference: str, name: str) -> str:
    """What the sender can read of a request, with what the sender knows anyhow taken out."""
    story.amina.go(f"/requests/sent/{reference}/")
    text = story.amina.text().replace(reference, "REFERENCE").replace(name, "NAME")
    for wanted in (r"Born\s+\S+ \S+ \S+", r"Address\s+[^\n]+", r"\d+:\d\d[ap]m", r"\d+ hours?"):
        text = re.sub(wanted, "…", text)
    return text


def the_nurse_decides(story: Story) -> None:
    """Step 5: acknowledged, taken, decided; the sender sees "decided" when its time has come."""
    daniel, john = story.daniel, story.references["john"]
    daniel.go("/requests/inbox/")
    daniel.look("inbox", DESK)
    daniel.follow(john)
    daniel.sees(BAGS, "Masked")
    daniel.look("desk-received")
    daniel.press("Acknowledge")
    daniel.sees("Acknowledged")
    daniel.press("Take it")
    daniel.sees("Taken")
    daniel.look("desk-taken", DESK)
    daniel.follow("Decide")
    daniel.tick("Acting on it")
    daniel.fill("What will you do, and by when?", "I see him on Thursday and talk about the hall.")
    daniel.look("desk-decide")
    daniel.press("Save the decision")
    daniel.sees("Being acted on")
    daniel.look("desk-acting")
    before = story.house.mails("Amina Yusuf")
    amina = story.amina
    amina.go(f"/requests/sent/{john}/")
    amina.sees("A service has it.")
    amina.go("/")
    amina.sees("Sent, and not decided yet", john)
    story.house.set_time_comes()
    assert story.house.mails("Amina Yusuf") == before + 1
    amina.go("/")
    amina.sees("Answers to read", john)
    amina.follow(john)
    amina.sees("A service looked at it and decided what to do.", "What you may do now")
    amina.misses("Daniel", TEAM, "Thursday")
    amina.look("sent-decided", DESK)


def what_the_nurse_sees_before_consent(story: Story) -> None:
    daniel = story.daniel
    daniel.go(f"/people/{story.john}/")
    daniel.sees(DETAIL)
    daniel.misses(COMPLAINT, KITCHEN, "£214.50", "07700 900143")
    daniel.look("person-nurse-before")


def consent_partly_given(story: Story) -> None:
    """Step 6: what, to whom, for what, until when, how explained, in which words; partly."""
    amina = story.amina
    amina.go(f"/requests/sent/{story.references['john']}/")
    amina.follow("The person agrees to sharing")
    amina.look("thread-open-ask")
    amina.follow("Record")
    amina.fill("Narrow the list", "mental health team, north")
    amina.press("Narrow")
    amina.tick(TEAM, "To help keep the tenancy going well")
    amina.look("consent-teams")
    amina.press("Continue")
    amina.sees("What did they say?")
    ours, theirs = (
        amina.page.locator("table.lintel-answers").nth(0),
        amina.page.locator("table.lintel-answers").nth(1),
    )
    ours.get_by_label("Yes: how to reach them").check()
    ours.get_by_label("Yes: support they need").check()
    ours.get_by_label("No: rent and money").check()
    ours.get_by_label("No: safety").check()
    theirs.get_by_label("Yes: which health services are involved").check()
    theirs.get_by_label("No: health details").check()
    amina.tick("Face to face", "Yes, and nothing gave reason to doubt it")
    amina.fill("How did you consider it?", "He said in his own words who would know what.")
    amina.fill(
        "What did you tell them?",
        "Who would see what, that it is for his tenancy, and that no is fine.",
    )
    amina.fill(
        "What did they say, in their own words?",
        "“Tell Daniel about the kitchen. My money is my own.”",
    )
    amina.look("consent-ask", PHONE)
    amina.press("Record what they said")
    amina.sees("is written down")
    amina.look("consent-recorded")


def what_the_nurse_sees_after_consent(story: Story) -> None:
    """Exactly what he agreed to, and nothing else."""
    story.house.work_done()
    daniel = story.daniel
    daniel.go(f"/people/{story.john}/")
    daniel.sees(DETAIL, KITCHEN, "07700 900143")
    daniel.misses(COMPLAINT, "£214.50", "Wharf and Kiln")
    daniel.look("person-nurse-after", DESK)
    amina = story.amina
    amina.go(f"/people/{story.john}/")
    amina.sees("Daniel Okafor")
    amina.misses(DETAIL)


def the_masked_thread_is_open(story: Story) -> None:
    amina = story.amina
    amina.go(f"/requests/sent/{story.references['john']}/")
    amina.sees("Daniel Okafor", "They are acting on it")
    amina.look("sent-open")


def a_referral_with_what_went_before(story: Story) -> None:
    """Step 6: what was referred earlier stands above the form, and what the team will see."""
    amina = story.amina
    for words in ("He asks for help in the kitchen.", "He also asks for help with the post."):
        amina.go(f"/people/{story.john}/")
        amina.press("Do something else")
        amina.follow("Refer to a service")
        if words.startswith("He asks"):
            amina.look("referral-service")
        amina.tick(TEAM)
        amina.press("Continue")
        amina.sees("What the team will see", "support they need", "rent and money")
        if "referral" in story.references:
            amina.sees("Referred to this service before", story.references["referral"])
            amina.look("referral", DESK)
        amina.fill("Why are you referring them?", words)
        amina.fill("What does the person hope for?", "“To cook again without a fright.”")
        amina.tick("Routine")
        amina.press("Send the referral")
        amina.sees("Sent. The reference is")
        story.references["referral"] = amina.reference()
    amina.look("referral-sent")
    story.house.work_done()
    daniel = story.daniel
    daniel.go(f"/requests/desk/{story.references['referral']}/")
    daniel.sees("He also asks for help with the post.", "Amina Yusuf")
    daniel.look("desk-referral")


def a_joint_visit(story: Story) -> None:
    """Proposed by the nurse in the thread that was masked, and agreed by the officer."""
    amina, daniel, john = story.amina, story.daniel, story.references["john"]
    daniel.go(f"/requests/desk/{john}/")
    daniel.follow("Propose a joint visit")
    daniel.fill("When?", "next Thursday at 2pm")
    daniel.fill("Where do you meet?", "At the door of Wharf House")
    daniel.fill("What is the visit for?", "The hall. John knows, and wants us both.")
    daniel.look("visit-propose")
    daniel.press("Propose it")
    daniel.sees("Proposed. The sender has been told.")
    amina.go(f"/requests/sent/{john}/")
    amina.sees("At the door of Wharf House")
    amina.page.get_by_role("link", name="Answer").first.click()
    amina.tick("Yes, I will be there")
    amina.look("visit-answer")
    amina.press("Save")
    daniel.go(f"/requests/desk/{john}/")
    daniel.sees("Agreed")
    daniel.look("desk-visit")


def the_circle(story: Story) -> None:
    """Step 7: who works together, as John agreed."""
    amina, daniel = story.amina, story.daniel
    amina.go(f"/people/{story.john}/")
    amina.follow("Gather a circle")
    amina.look("circle-empty")
    amina.follow("Add somebody")
    amina.fill("Who joins the circle?", "Okafor")
    amina.press("Look")
    amina.sees("Daniel Okafor")
    amina.tick("Daniel Okafor")
    amina.fill("What is their part?", "“My nurse”")
    amina.fill("How do the others reach them?", "01632 960201, Monday to Thursday")
    amina.fill("What did the person agree to?", "Asked on Monday. “Yes, you two talk.”")
    amina.look("circle-add")
    amina.press("Add to the circle")
    amina.sees("Asked to join", "No answer yet")
    amina.look("circle-asked")
    daniel.go("/")
    daniel.sees("Asked to join a circle")
    daniel.follow("1 circle to answer")
    daniel.sees("John Tressell", "Amina Yusuf", "“Yes, you two talk.”")
    daniel.look("circle-invitation")
    daniel.press("Accept to join the circle of John Tressell")
    daniel.sees("You are in the circle")
    daniel.go(f"/people/{story.john}/circle/")
    daniel.sees("Amina Yusuf", "Daniel Okafor")
    amina.go(f"/people/{story.john}/circle/")
    amina.sees("“My nurse”", "01632 960201, Monday to Thursday")
    amina.look("circle")


def closing_with_whom_to_contact(story: Story) -> None:
    """Step 7: when the nurse closes, everyone relying on it is told whom to contact when."""
    amina, daniel, john = story.amina, story.daniel, story.references["john"]
    before = story.house.mails("Amina Yusuf")
    daniel.go(f"/requests/desk/{john}/")
    daniel.follow(re.compile(r"^\s*Close\s*$"))
    daniel.fill("What was done, and how do things stand?", "The hall is clear. He cooks with us.")
    for number, (when, who) in enumerate(
        (("If he stops opening the door", DUTY), ("At night or at a weekend", CRISIS))
    ):
        daniel.page.get_by_label("In which circumstances?").nth(number).fill(when)
        daniel.page.get_by_label("Who to contact, and how?").nth(number).fill(who)
    daniel.look("desk-close", PHONE)
    daniel.press("Close it")
    daniel.sees("Closed. Everyone relying on it is told.")
    story.house.work_done()
    assert story.house.mails("Amina Yusuf") > before
    amina.go("/")
    amina.sees("Answers to read", john)
    amina.look("my-day-closed")
    amina.follow(john)
    amina.sees("Who to contact from now on", DUTY, CRISIS)
    amina.look("sent-closed", DESK)
    amina.go(f"/people/{story.john}/")
    amina.sees("If things go wrong", "If he stops opening the door", DUTY)
    amina.look("person-circle", DESK)


def advice_without_a_name(story: Story) -> None:
    """Step 8: asked, answered within its clock, and turned into a referral later."""
    amina, joan = story.amina, story.joan
    amina.go("/")
    amina.follow("Ask for advice without a name")
    amina.fill("What is the situation?", SITUATION)
    amina.fill("What do you want to know?", "Who could visit, and what should I not do?")
    amina.tick("Urgent: somebody may come to harm in days")
    amina.look("advice")
    amina.press("Ask")
    amina.sees("Sent. The reference is")
    reference = amina.reference()
    story.house.work_done()
    joan.go("/requests/shop/")
    joan.sees(reference)
    joan.follow(reference)
    joan.sees(SITUATION)
    joan.press("Take it")
    joan.follow("Decide")
    joan.tick("Advice to the sender")
    joan.fill("Your advice", "Put a card with your name through the door. Ring us before a letter.")
    joan.look("advice-answer")
    joan.press("Save the decision")
    joan.sees("Decided")
    late = story.house.query(
        "SELECT 1 FROM requests_step s JOIN requests_request r ON r.id = s.request_id"
        " WHERE r.reference = %s AND s.verb = 'escalate'",
        reference,
    )
    assert late == []
    story.house.work_done()
    amina.go("/")
    amina.follow(reference)
    amina.sees("Put a card with your name through the door")
    amina.look("advice-answered")
    amina.follow("Turn it into a referral")
    amina.fill("Find the person", "Tressel")
    amina.press("Search")
    amina.look("advice-referral-whom")
    amina.follow("John Tressell")
    amina.tick(TEAM)
    amina.press("Continue")
    expect(amina.page.get_by_label("Why are you referring them?")).to_have_value(SITUATION)
    amina.fill("What does the person hope for?", "“Somebody who comes by.”")
    amina.press("Send the referral")
    amina.sees("Sent. The reference is")


def the_access_record(story: Story) -> None:
    """Step 9: by person and by worker, with why each could see it."""
    priya = story.priya
    priya.go("/")
    priya.follow("Access record")
    priya.fill("Find a person or a worker", "Tressell")
    priya.press("Find")
    priya.look("record-found")
    priya.follow("John Tressell")
    priya.sees("Who sees it now", "Daniel Okafor", "consented on", "patch")
    priya.look("record-person", DESK)
    priya.go("/access/")
    priya.fill("Find a person or a worker", "Amina")
    priya.press("Find")
    priya.follow("Amina Yusuf")
    priya.sees("John Tressell", "patch")
    priya.look("record-worker")
