"""An entry kept in a real browser by two people, with script and without; accessible everywhere.

With LINTEL_SHOTS set to a folder, a picture of each page at each width is kept there.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from lintel.directory import upkeep
from lintel.directory.models import Service
from lintel.directory.states import AreaKind
from lintel.kernel.models import Message
from tests.directory import making
from tests.directory.test_drafting import Scene
from tests.sharing.test_pages_browser import Visit
from tests.support.browser import press
from tests.support.db import under

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def visit(live_server: Any) -> Iterator[Any]:
    opened: list[Visit] = []

    def start(who: Any, **more: Any) -> Visit:
        opened.append(Visit(live_server.url, who, **more))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


@under("lintel_system")
def told(user_id: int) -> list[str]:
    found = Message.objects.filter(to_user_id=user_id).order_by("created")
    return list(found.values_list("template", flat=True))


def test_a_new_entry_from_its_first_line_to_the_directory(scene: Scene, visit: Any) -> None:
    making.area("W1", AreaKind.WARD, "Castle")
    making.postcode("QX1 2AB")
    making.published("Money help", needs=["losing_home"], catchments=[making.areas("W1")])
    owner = visit(scene.owner)
    page = owner.page
    owner.look(reverse("directory:own"), "own-empty")
    press(page, "Start an entry")
    owner.check("own-start")
    page.get_by_label("What is the service called?").fill("Tenancy help")
    press(page, "Start the draft")
    owner.check("own-new")
    page.get_by_role("link", name="About the service").click()
    page.get_by_label("In a sentence, what does it do?").fill("Help to keep a home.")
    page.get_by_label("Telephone numbers").fill("12")
    press(page, "Save")
    owner.check("own-about-errors")
    page.get_by_label("Telephone numbers").fill("01632 960 001, duty desk")
    press(page, "Save")
    page.get_by_role("link", name="Who may read the entry").click()
    owner.check("own-readers")
    press(page, "Save")
    page.get_by_role("link", name="Who it is for").click()
    page.get_by_label("At risk of losing a home").check()
    press(page, "Save")
    press(page, "Add a rule")
    owner.check("own-rule")
    page.get_by_label("Who it is not for").check()
    page.get_by_label("The rule in words").fill("Not for people with a diagnosis of anything")
    page.get_by_label("Where is this written down?").fill("Specification, page 4")
    press(page, "Save")
    owner.check("own-rule-diagnosis")
    page.get_by_label("It leaves people out for a diagnosis").check()
    press(page, "Save")
    owner.check("own-who")
    page.get_by_role("link", name="Tenancy help", exact=True).first.click()
    page.get_by_role("link", name="Where it is").click()
    press(page, "Add a place")
    page.get_by_label("Street").fill("1 Market Street")
    page.get_by_label("Postcode").fill("qx12ab")
    press(page, "Save")
    owner.check("own-where")
    page.goto(reverse("directory:own-section", args=[Service.objects.get(name="").pk, "when"]))
    press(page, "Add opening times")
    owner.check("own-hours")
    for day in ("Friday", "Saturday"):
        page.get_by_label(day).check()
    page.get_by_label("Opening time").fill("10pm")
    page.get_by_label("Closing time").fill("6am")
    press(page, "Save")
    expect(page.get_by_text("Friday and Saturday, 10pm to 6am the next day").first).to_be_attached()
    owner.check("own-when")
    page.goto(reverse("directory:own-section", args=[Service.objects.get(name="").pk, "catchment"]))
    press(page, "Add an area")
    owner.check("own-area")
    page.get_by_label("Wards, councils or neighbourhoods (optional)", exact=True).fill("castle")
    press(page, "Save")
    expect(page.get_by_text("Money help: priority 5 (the same as yours)")).to_have_count(1)
    owner.check("own-catchment")
    for section in ("waiting", "how-to-ask", "inside"):
        at = reverse("directory:own-section", args=[Service.objects.get(name="").pk, section])
        owner.look(at, f"own-{section}")
    page.get_by_label("Direct line").fill("01632 960 009")
    press(page, "Save")
    owner.check("own-tasks")
    press(page, "Check and send for review")
    owner.check("own-send")
    page.get_by_label("What has changed, and why?").fill("A new service.")
    press(page, "Send for review")
    owner.check("own-waiting-for-review")
    lead = visit(scene.lead)
    lead.look(reverse("directory:own"), "own-to-review")
    lead.page.get_by_role("link", name="Tenancy help").click()
    press(lead.page, "Review it")
    lead.check("own-review-new")
    lead.page.get_by_label("Publish it").check()
    press(lead.page, "Decide")
    lead.check("own-published")
    assert Service.objects.get(name="Tenancy help").state == "published"


@pytest.mark.parametrize("script", [True, False])
def test_hours_edited_sent_published_shown_and_an_old_version_restored(
    scene: Scene, visit: Any, script: bool
) -> None:
    service_id = scene.published()
    entry = reverse("directory:own-entry", args=[service_id])
    owner, lead = visit(scene.owner, script=script), visit(scene.lead, script=script)
    page = owner.page
    page.goto(entry)
    press(page, "Change this entry")
    page.get_by_role("link", name="When it is open").click()
    press(page, "Add opening times")
    for day in ("Monday", "Tuesday"):
        page.get_by_label(day).check()
    page.get_by_label("Opening time").fill("9")
    page.get_by_label("Closing time").fill("17:30")
    press(page, "Save")
    assert page.get_by_text("Write 9am or 9pm").count() >= 1
    page.get_by_label("Opening time").fill("9am")
    press(page, "Save")
    page.goto(reverse("directory:own-send", args=[service_id]))
    press(page, "Send for review")
    lead.page.goto(reverse("directory:own-review", args=[service_id]))
    expect(lead.page.get_by_text("Monday and Tuesday, 9am to 5:30pm").first).to_be_attached()
    if script:
        lead.check("own-review-differences")
        lead.page.get_by_label("Return it with a comment").check()
        press(lead.page, "Decide")
        lead.check("own-review-errors")
    lead.page.get_by_label("Publish it").check()
    press(lead.page, "Decide")
    shown = Service.objects.get(pk=service_id).document["hours"]
    assert (shown[0]["opens"], shown[0]["closes"]) == ("09:00", "17:30")
    # And back: the first version, as a draft that says so.
    owner.page.goto(reverse("directory:own-history", args=[service_id]))
    press(page, "Compare")
    owner.page.get_by_role("link", name="Version 1").click()
    press(page, "Bring this version back as a draft")
    expect(page.get_by_text("It brings back version 1")).to_have_count(1)
    page.goto(reverse("directory:own-send", args=[service_id]))
    press(page, "Send for review")
    lead.page.goto(reverse("directory:own-review", args=[service_id]))
    lead.page.get_by_label("Publish it").check()
    press(lead.page, "Decide")
    assert Service.objects.get(pk=service_id).document["hours"] == []


def test_kept_true_and_what_happens_when_it_is_not(scene: Scene, visit: Any) -> None:
    service_id = scene.published()
    late = timezone.localdate() - timedelta(days=95)
    Service.objects.filter(pk=service_id).update(checked_on=late)
    assert upkeep.remind(now=timezone.now()) == 1
    assert told(scene.owner.user_id)[-1] == "overdue"
    owner = visit(scene.owner)
    page = owner.page
    owner.look(reverse("directory:own"), "own-stale")
    page.get_by_role("link", name="Tenancy help").click()
    owner.check("own-entry-stale")
    press(page, "I have checked this: nothing has changed")
    owner.check("own-entry-checked")
    for name in ("waiting", "closed", "hand-over", "withdraw", "history"):
        owner.look(reverse(f"directory:own-{name}", args=[service_id]), f"own-{name}")
    page.goto(reverse("directory:own-closed", args=[service_id]))
    page.get_by_label("First day shut").fill("today")
    page.get_by_label("Last day shut").fill("tomorrow")
    page.get_by_label("Why?").fill("Flood")
    press(page, "Publish")
    owner.look(reverse("directory:own-closed", args=[service_id]), "own-closed-now")
    page.get_by_role("button", name="Take it back").click()
    owner.look(reverse("directory:own-history", args=[service_id]) + "?old=1&new=2", "own-compared")
    owner.look(reverse("directory:own-version", args=[service_id, 1]), "own-version")
    page.goto(reverse("directory:own-withdraw", args=[service_id]))
    page.get_by_label("Why is it taken out?").fill("The funding ended")
    press(page, "Take it out")
    owner.check("own-withdrawn")
    press(page, "Bring the entry back")
    assert Service.objects.get(pk=service_id).name == "Tenancy help"


def test_a_leavers_entries_stand_beside_the_rest(scene: Scene, visit: Any) -> None:
    scene.published()
    lead = visit(scene.lead)
    lead.look(reverse("leaving", args=[scene.owner.pk]), "leaving-with-entries")
    lead.page.get_by_role("link", name="Entries of the directory").click()
    lead.check("leaving-entries")
    lead.page.get_by_label("Who takes over?").select_option(str(scene.colleague.pk))
    press(lead.page, "Hand over")
    assert Service.objects.get().owner == scene.colleague
