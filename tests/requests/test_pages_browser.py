"""Every page of requests in a real browser: accessible at both widths, and worked through.

With LINTEL_SHOTS set to a folder, a picture of each page at each width is kept there.
"""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.kernel.actor import bound
from lintel.kernel.sight.states import Category
from lintel.requests import actions
from lintel.requests.actions import About
from lintel.requests.models import Notice
from tests import factories
from tests.requests.world import World, concern, make_world
from tests.support import browser, worker
from tests.support.axe import WIDTHS, assert_axe_clean
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

SHOTS = os.environ.get("LINTEL_SHOTS", "")


class Visit:
    """A browser of one worker's."""

    def __init__(self, base_url: str, who: Worker) -> None:
        client = Client()
        client.force_login(who.user)
        name = django_settings.SESSION_COOKIE_NAME
        self.context = browser.started().new_context(base_url=base_url)
        self.context.set_default_timeout(browser.PATIENCE)
        self.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": base_url}]
        )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def look(self, path: str, name: str) -> Any:
        """Open the page and check it; keep pictures if asked for."""
        answer = self.page.goto(path)
        assert answer.status == 200, (path, answer.status)
        self.check(name)
        return self.page

    def check(self, name: str) -> None:
        """Check the page as it stands."""
        for width in WIDTHS if SHOTS else ():
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        assert_axe_clean(self.page)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def visits(live_server: Any) -> Iterator[Any]:
    opened: list[Visit] = []

    def visit(who: Worker) -> Visit:
        opened.append(Visit(live_server.url, who))
        return opened[-1]

    yield visit
    for one in opened:
        one.context.close()
        assert one.complaints == []


def ago(**time: int) -> Any:
    return timezone.now() - timedelta(**time)


def run_jobs() -> None:
    """Run all jobs that wait, in a thread: the browser's own loop runs in this one."""

    def run() -> None:
        try:
            worker.run_jobs()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def send(world: World, **more: Any) -> str:
    """A concern about the tenant, delivered; its reference."""
    actor = world.actor("officer")
    now = more.pop("now", ago(hours=1))
    with bound(actor):
        made = actions.raise_concern(actor, now=now, **concern(world.tenant.pk, **more))
    run_jobs()
    return made.reference


def show_all() -> None:
    """Let the sender see what is still held back."""
    with as_role("postgres"):
        Notice.objects.update(show_from=ago(minutes=1))


def by(world: World, name: str, verb: str, **more: Any) -> Any:
    actor = world.actor(name)
    with bound(actor):
        return getattr(actions, verb)(actor, now=timezone.now(), **more)


def test_the_forms(world: World, visits: Any) -> None:
    officer = visits(world.officer)
    officer.look("/requests/new", "start")
    officer.look("/requests/concern/new", "concern-unlisted")
    officer.look(f"/requests/concern/new/{world.tenant.pk}", "concern")
    officer.page.get_by_role("button", name="Send the concern").click()
    officer.check("concern-errors")
    officer.look("/requests/advice/new", "advice")
    officer.look("/requests/message/new", "message")
    officer.look("/requests/referral/new", "referral-whom")
    officer.page.get_by_label("Find the person").fill("John")
    officer.page.get_by_role("button", name="Search").click()
    officer.check("referral-found")
    assert "John" not in officer.page.url
    officer.look(f"/requests/referral/new/{world.tenant.pk}", "referral-service")
    write = f"/requests/referral/new/{world.tenant.pk}/{world.cmht.pk}"
    officer.look(write, "referral-no-consent")
    factories.consent(world.tenant, world.officer, world.cmht, refused=[Category.MONEY])
    officer.look(write, "referral-write")


def test_a_masked_concern_from_both_sides(world: World, visits: Any) -> None:
    officer, nurse = visits(world.officer), visits(world.nurse)
    officer.look(f"/requests/concern/new/{world.tenant.pk}", "concern")
    page = officer.page
    page.get_by_label("Things piling up").check()
    page.get_by_label("What happened?").fill("Bags up to the ceiling.")
    page.get_by_label("Soon: it is getting worse").check()
    page.get_by_label("I have not asked them yet").check()
    page.get_by_role("button", name="Send the concern").click()
    page.get_by_text("It is on its way").wait_for()
    officer.check("sent-just-now")
    reference = page.url.rstrip("/").split("/")[-1]
    run_jobs()
    nurse.look("/requests/inbox/", "inbox")
    nurse.page.get_by_role("link", name=reference).click()
    nurse.check("desk-received")
    nurse.page.get_by_role("button", name="Acknowledge").click()
    nurse.page.get_by_role("button", name="Take it").click()
    nurse.check("desk-taken")
    for act in ("assign", "find-out", "return", "redirect", "note"):
        nurse.look(f"/requests/desk/{reference}/{act}", f"act-{act}")
    nurse.look(f"/requests/desk/{reference}/decide", "act-decide")
    nurse.page.get_by_label("Not for us").check()
    nurse.check("act-decide-open")
    nurse.page.get_by_role("button", name="Save the decision").click()
    nurse.check("act-decide-errors")
    nurse.page.get_by_label("Why is it not for you?").fill("We don’t cover the address.")
    nurse.page.get_by_label("What is a better route?").fill("The east team.")
    nurse.page.get_by_role("button", name="Save the decision").click()
    nurse.check("desk-decided")
    show_all()
    officer.look(f"/requests/sent/{reference}/", "sent-decided")
    officer.look("/requests/sent/", "sent-list")
    officer.look(f"/requests/sent/{reference}/open", "sent-open")


def test_a_question_comes_back(world: World, visits: Any) -> None:
    reference = send(world)
    by(world, "nurse", "take", reference=reference)
    by(
        world,
        "nurse",
        "return_for_information",
        reference=reference,
        questions=["danger", "told"],
    )
    show_all()
    officer = visits(world.officer)
    officer.look(f"/requests/sent/{reference}/", "sent-returned")
    officer.page.get_by_role("button", name="Answer the questions").click()
    officer.check("sent-answer")
    officer.page.get_by_label("Your answer").fill("No children. He said he was tired.")
    officer.page.get_by_role("button", name="Send the answer").click()
    officer.page.get_by_text("Answered.").wait_for()
    officer.look(f"/requests/sent/{reference}/withdraw", "sent-withdraw")


def test_an_open_referral(world: World, visits: Any) -> None:
    consent = factories.consent(world.tenant, world.officer, world.cmht)
    actor = world.actor("officer")
    with bound(actor):
        made = actions.refer(
            actor,
            now=timezone.now(),
            person_id=world.tenant.pk,
            to_team_id=world.cmht.pk,
            consent_id=consent.pk,
            seen="He asks for somebody to talk to.",
            asked_for="“Somebody who comes by.”",
            urgency="soon",
        )
    run_jobs()
    reference = made.reference
    by(world, "nurse", "take", reference=reference)
    officer, nurse = visits(world.officer), visits(world.nurse)
    nurse.look(f"/requests/desk/{reference}/message", "act-message")
    nurse.page.get_by_label("Your message").fill("I can visit on Monday. Would he like that?")
    nurse.page.get_by_role("button", name="Send").click()
    nurse.look(f"/requests/desk/{reference}/visit", "act-visit")
    nurse.page.get_by_label("When?").fill("next Monday at 2pm")
    nurse.page.get_by_label("Where do you meet?").fill("At his home")
    nurse.page.get_by_role("button", name="Propose it").click()
    nurse.check("desk-open")
    officer.look(f"/requests/sent/{reference}/", "sent-open-thread")
    officer.page.get_by_role("link", name="Answer").first.click()
    officer.check("sent-visit")
    officer.page.get_by_label("Yes, I will be there").check()
    officer.page.get_by_role("button", name="Save").click()
    by(world, "nurse", "decide", reference=reference, decision="acting", words="Visits each week.")
    nurse.look(f"/requests/desk/{reference}/close", "act-close")
    nurse.page.get_by_role("button", name="Close it").click()
    nurse.check("act-close-errors")
    nurse.page.get_by_label("In which circumstances?").first.fill("If he stops opening the door")
    nurse.page.get_by_label("Who to contact, and how?").first.fill("Duty desk, 01632 960 100")
    nurse.page.get_by_role("button", name="Close it").click()
    nurse.check("desk-closed")
    officer.look(f"/requests/sent/{reference}/", "sent-closed")
    officer.page.get_by_text("Duty desk").first.wait_for()


def test_the_one_stop_shop(world: World, visits: Any) -> None:
    actor = world.actor("officer")
    with bound(actor):
        actions.ask_advice(
            actor, now=ago(days=3), seen="A neighbour", asked_for="What now?", urgency="urgent"
        )
        actions.pass_on_message(
            actor, now=ago(days=1), person_id=None, about=About("Jo", "1980"), words="Rang for him."
        )
        for number in range(30):
            actions.ask_advice(
                actor, now=ago(days=1), seen=f"Noise {number}", asked_for="?", urgency="routine"
            )
    run_jobs()
    shop = visits(world.shop_worker)
    visits(world.shop_lead).look("/requests/hand-over/", "hand-over")
    shop.look("/requests/shop/", "shop")
    shop.page.get_by_role("link", name="Overdue").click()
    shop.check("shop-overdue")
    shop.look("/requests/inbox/?view=all&urgency=urgent", "inbox-filtered")
    shop.look("/requests/inbox/?view=all&page=2&sort=-about", "inbox-page-2")
