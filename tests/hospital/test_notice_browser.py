"""An advance notice in a real browser: the ward sends, the council answers, the ward sees.

And the same by a link, to a council without Lintel. With LINTEL_SHOTS set to a folder, a picture
of each page at each width is kept there.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from lintel.hospital import actions
from lintel.hospital.actions import outside, outside_mail
from lintel.hospital.models import Notice, OutsideLink
from lintel.kernel.actor import bound
from lintel.sharing.states import Purpose
from tests import factories
from tests.hospital.world import NAME, make_world
from tests.requests.pump import pump
from tests.sharing.test_pages_browser import SHOTS, visit  # noqa: F401
from tests.support.axe import WIDTHS, assert_axe_clean
from tests.support.browser import press, started
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_from_the_ward_to_the_council_and_back(visit: Any) -> None:  # noqa: F811
    world = make_world()
    stay = world.admit()
    now = timezone.now()
    factories.consent(
        world.tenant, world.wanda, world.options, purpose=Purpose.REHOUSING, given=now
    )
    ward, council = visit(world.wanda), visit(world.hazel, script=False)
    page = ward.page
    page.goto(f"/hospital/stays/{stay}/")
    page.get_by_role("link", name="Notices to councils").click()
    ward.check("notices-empty")
    page.get_by_role("button", name="Send an advance notice").click()
    ward.check("notice-send")
    press(page, "Send the notice")
    ward.check("notice-send-errors")
    page.get_by_label(world.options.name).check()
    page.get_by_label("Homeless, or will be").check()
    page.get_by_label("When are they expected to leave").fill("in 2 weeks")
    page.get_by_label("How can the council reach them?").fill("07700 900123, best after 4pm")
    page.get_by_label("Why may they be vulnerable?").fill("He hears voices.")
    press(page, "Send the notice")
    expect(page.get_by_text("They have not agreed that this council is told").first).to_be_visible()
    assert page.get_by_label("How can the council reach them?").input_value().startswith("07700")
    page.get_by_label("Why may they be vulnerable?").fill("")
    press(page, "Send the notice")
    expect(page.get_by_text("No answer yet", exact=True)).to_be_visible()
    ward.check("notice-sent")
    with as_role("postgres"):
        reference = Notice.objects.get().reference
    pump(timezone.now())

    desk = visit(world.options_lead)
    desk.look("/requests/inbox/", "notice-inbox")
    expect(desk.page.get_by_text("14 days to discharge")).to_be_visible()
    council.page.goto("/requests/inbox/")
    council.page.get_by_role("link", name=reference).click()
    council.page.wait_for_load_state()
    expect(council.page.get_by_text("07700 900123")).to_be_visible()
    council.page.get_by_role("button", name="Answer the notice").click()
    council.page.get_by_label("An appointment").check()
    council.page.get_by_label("When is it?").fill("tomorrow 2pm")
    council.page.get_by_label("Where is it").fill("The Town Hall, room 4")
    press(council.page, "Send the answer")
    expect(council.page.get_by_text("Sent. The ward is told.")).to_be_visible()

    desk.look(f"/requests/desk/{reference}/", "notice-desk")
    desk.look(f"/hospital/notices/{reference}/answer/", "notice-answer")
    ward.look(f"/requests/sent/{reference}/", "notice-request")
    page.goto(f"/hospital/notices/{reference}/")
    expect(page.get_by_text("The Town Hall, room 4")).to_be_visible()
    ward.check("notice-answered")
    page.get_by_role("button", name="Send a new date").click()
    page.get_by_label("When are they now expected to leave?").fill("in 1 week")
    page.get_by_label("Why did it change?").fill("The bed is needed.")
    ward.check("notice-date")
    press(page, "Send the new date")
    expect(page.get_by_text("7 days to discharge")).to_be_visible()
    page.goto(f"/hospital/stays/{stay}/notices/")
    ward.check("notices-list")


def test_a_council_without_lintel(live_server: Any, visit: Any) -> None:  # noqa: F811
    world = make_world()
    stay = world.admit()
    with bound(world.actor("wanda")) as wanda:
        actions.send_notice(
            wanda,
            now=timezone.now(),
            stay_id=stay,
            outside_name="Elsewhere District Council",
            outside_email="housing.options@elsewhere.gov.uk",
            agreed_words="We read it together; he asked for Elsewhere.",
            reason="homeless",
            contact="07700 900123",
            expected=timezone.localdate() + timedelta(days=9),
        )
    with as_role("postgres"):
        key, reference = Notice.objects.values_list("pk", "reference").get()
    outside_mail.send_link(key, now=timezone.now())
    found = re.search(r"/hospital/outside/\w+/", mail.outbox[-1].body)
    assert found
    context = started().new_context(base_url=live_server.url)
    page = context.new_page()

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_axe_clean(page)

    page.goto(found[0])
    look("outside")
    expect(page.get_by_text(NAME)).to_have_count(0)
    press(page, "Send a code")
    with as_role("postgres"):
        link = OutsideLink.objects.get().pk
    outside.send_code(link, now=timezone.now())
    code = re.findall(r"\b\d{6}\b", mail.outbox[-1].body)[0]
    page.get_by_label("The code that we sent").fill("12 34")
    press(page, "Open the notice")
    look("outside-code")
    page.get_by_label("The code that we sent").fill(f"{code[:3]} {code[3:]}")
    press(page, "Open the notice")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    page.get_by_label("Nothing suitable can be offered now").check()
    page.get_by_label("Why can nothing be offered?").fill("Nothing is free. We ring on Monday.")
    page.get_by_label("Your name and job").fill("Ed Else, housing options")
    press(page, "Send the answer")
    expect(page.get_by_text("Nothing is free. We ring on Monday.")).to_be_visible()
    look("outside-notice")
    visit(world.wanda).look(f"/hospital/notices/{reference}/", "notice-outside")
    press(page, "Close it now")
    expect(page.get_by_text(NAME)).to_have_count(0)
    context.close()
    gone = started().new_context(base_url=live_server.url)
    page = gone.new_page()
    page.goto("/hospital/outside/" + "0" * 40 + "/")
    look("outside-gone")
    gone.close()
