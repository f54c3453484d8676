"""From admission to the keys: two wards, two councils, a landlord, the person, leads, 30 days.

In real browsers, at simulated times: consent refused at first and given later, the wrong council,
a second ward, the date brought forward and put off, days of waiting. Nothing of it reaches the
landlord but the hold on letters that the person asked for; nothing of a person reaches those who
plan.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lintel.agencies.states import AgencyKind, TeamKind, TeamRole
from lintel.hospital.models import Notice, Stay
from lintel.kernel.clock import LONDON
from lintel.kernel.sight.states import Category as C
from lintel.sharing.states import Purpose
from tests import factories
from tests.hospital.world import NAME, World, make_world
from tests.requests.pump import pump
from tests.sharing.test_pages_browser import visit  # noqa: F401
from tests.support.browser import press
from tests.support.db import as_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
REAL = timezone.now
MINIMUM = [C.IDENTITY, C.CONTACT]
ANSWERS = {
    "Where did they live?": "Rents from a council or housing association",
    "Can they go back there?": "No",
    "Could they lose the home?": "Yes",
    "Is rent owed?": "Yes",
    "Are benefits in payment?": "Not known yet",
    "Is it safe for them there?": "No",
    "Are there pets that need looking after?": "No",
    "Does anybody depend on them?": "No",
}


class Calendar:
    """Simulated time: so many days since the beginning, thirty-two days ago."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = timezone.localdate() - timedelta(days=32)
        self.start = datetime.combine(first, time(10), tzinfo=LONDON)
        self.now = self.start
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)

    def to(self, days: int) -> None:
        """Go on to that day, and let the jobs do their work."""
        self.now = self.start + timedelta(days=days)
        pump(self.now)

    def day(self, days: int) -> str:
        """A day as somebody types it."""
        found: date = (self.start + timedelta(days=days)).date()
        return f"{found.day} {found:%B %Y}"


def consent(world: World, to: Any, when: datetime, *, refused: bool = False) -> None:
    """What the person said about a council's team being told, to find a home."""
    answers = {"refused": MINIMUM} if refused else {}
    factories.consent(
        world.tenant,
        world.wanda,
        to,
        [] if refused else MINIMUM,
        purpose=Purpose.REHOUSING,
        given=when,
        until=when + timedelta(days=180),
        recorded=when,
        **answers,
    )


def write_notice(page: Any, team: str, day: str) -> None:
    """Fill in and send the form."""
    page.get_by_label(team).check()
    page.get_by_label("Homeless, or will be").check()
    page.get_by_label("When are they expected to leave").fill(day)
    page.get_by_label("How can the council reach them?").fill("07700 900123")
    press(page, "Send the notice")


def test_from_admission_to_the_keys(
    visit: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    # A month goes by in minutes: nobody signs in again each day.
    settings.SESSION_COOKIE_AGE = 100 * 24 * 3600
    settings.LINTEL_SESSION_HOURS = settings.LINTEL_SESSION_IDLE_MINUTES = 100_000
    world = make_world()
    elsewhere = factories.team(
        factories.agency(AgencyKind.COUNCIL), TeamKind.HOMELESSNESS, covers=["*"]
    )
    wrong_council = visit(factories.worker(elsewhere, name="Erin Elsewhere"))
    viewer = factories.viewer(world.tenant)
    ward, council = visit(world.wanda), visit(world.hazel)
    second, officer = visit(world.other_wanda), visit(world.officer)
    person = visit(viewer)
    lead = visit(factories.worker(world.other_ward, team_role=TeamRole.LEAD, name="Lena Lead"))
    planner = visit(world.commissioner)
    officer.page.goto(f"/people/{world.tenant.pk}/")
    clock = Calendar(monkeypatch)

    # The first day.
    page = ward.page
    page.goto(f"/hospital/wards/{world.ward.slug}/admit/")
    page.get_by_label("Full name").fill(NAME)
    page.get_by_label("Date of birth").fill("3/4/1972")
    page.get_by_label("When were they admitted?").fill(f"{clock.day(0)} 9am")
    page.get_by_label("When are they expected to leave?").fill(clock.day(27))
    press(page, "Note the admission")
    for question, answer in ANSWERS.items():
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    press(page, "Save")
    expect(page.get_by_text("Housing need", exact=True)).to_be_visible()
    with as_role("postgres"):
        stay = Stay.objects.get().pk
    notices = f"/hospital/stays/{stay}/notices/"

    # A no is a no; nobody is told.
    clock.to(2)
    consent(world, world.options, clock.now, refused=True)
    page.goto(f"{notices}new")
    write_notice(page, world.options.name, clock.day(27))
    expect(page.get_by_text("If they said no, nothing is sent").first).to_be_visible()
    with as_role("postgres"):
        assert not Notice.objects.exists()

    # Later a yes; the first council is the wrong one, and says so.
    clock.to(5)
    consent(world, elsewhere, clock.now)
    page.goto(f"{notices}new")
    write_notice(page, elsewhere.name, clock.day(27))
    with as_role("postgres"):
        first = Notice.objects.get().reference
    clock.to(6)
    other = wrong_council.page
    other.goto(f"/hospital/notices/{first}/answer/")
    other.get_by_label("It is another council’s").check()
    wrong_council.check("journey-wrong-council")
    other.get_by_label("Which council is it for").fill("Shethernley: he lived there.")
    press(other, "Send the answer")
    clock.to(7)
    consent(world, world.options, clock.now)
    page.goto(f"{notices}new")
    write_notice(page, world.options.name, clock.day(27))
    with as_role("postgres"):
        reference = Notice.objects.exclude(reference=first).get().reference

    # Letters are held as he asks: the officer reads that, and nothing of a hospital.
    clock.to(8)
    page.goto(f"/people/{world.tenant.pk}/letters")
    page.get_by_label("No letters for a while").check()
    page.get_by_label("Until which day?").fill(f"{REAL() + timedelta(days=40):%d/%m/%Y}")
    press(page, "Pass it on")
    officer.page.goto(f"/people/{world.tenant.pk}/")
    read = officer.page.locator("body").inner_text()
    assert "On hold until" in read
    for word in ("hospital", "Ward", "ward", world.trust.name):
        assert word not in read, word

    # A second ward takes over, and the date is brought forward.
    clock.to(10)
    page.goto(f"/hospital/stays/{stay}/move/{world.other_ward.pk}/")
    page.get_by_label("When did they move?").fill(f"{clock.day(9)} 3pm")
    page.get_by_label("Who works on their housing?").select_option(str(world.other_wanda.pk))
    press(page, "Move")
    assert page.goto(f"/hospital/stays/{stay}/").status == 404
    new = second.page
    new.goto(f"/hospital/notices/{reference}/date")
    new.get_by_label("When are they now expected to leave?").fill(
        f"{REAL() + timedelta(days=1):%d/%m/%Y}"
    )
    new.get_by_label("Why did it change?").fill("He is well sooner.")
    press(new, "Send the new date")
    clock.to(11)
    desk = council.page
    desk.goto(f"/requests/desk/{reference}/")
    expect(desk.get_by_text("He is well sooner.").first).to_be_visible()

    # The council answers twice: an appointment, then a place to live.
    desk.goto(f"/hospital/notices/{reference}/answer/")
    desk.get_by_label("An appointment").check()
    desk.get_by_label("When is it?").fill(f"{REAL() + timedelta(days=2):%d/%m/%Y} 2pm")
    desk.get_by_label("Where is it").fill("The Town Hall")
    press(desk, "Send the answer")
    clock.to(16)
    desk.goto(f"/hospital/notices/{reference}/answer/")
    desk.get_by_label("An offer of a place to live").check()
    desk.get_by_label("What do you offer").fill("Flat 2, Mill Lane, from Monday")
    press(desk, "Send the answer")
    new.goto(f"/hospital/notices/{reference}/")
    expect(new.get_by_text("The Town Hall").first).to_be_visible()
    expect(new.get_by_text("An offer of a place to live").first).to_be_visible()

    # He reads all of it on his own page.
    person.page.set_viewport_size({"width": 375, "height": 800})
    person.look("/me/hospital/", "journey-own")
    mine = person.page.locator("main").inner_text()
    assert "They said: An offer of a place to live" in mine
    assert world.other_ward.name in mine

    # He is well, and waits for the keys: the date is put off, and the lead of the ward sees why.
    clock.to(20)
    new.goto(f"/hospital/stays/{stay}/waiting/")
    new.get_by_role("button", name="They are ready and wait").click()
    new.get_by_label("Since when are they clinically ready?").fill(clock.day(19))
    new.get_by_label("What do they wait for?").select_option(
        label="Waiting for supported accommodation"
    )
    new.get_by_label("Social care", exact=True).check()
    new.get_by_label("Which council?").fill("E06000002")
    new.get_by_label("The council’s housing options team").check()
    new.get_by_label("What happens next?").fill("Hazel asks for the date of the keys")
    new.get_by_label("By when?").fill(clock.day(23))
    press(new, "Save")
    new.goto(f"/hospital/notices/{reference}/date")
    new.get_by_label("When are they now expected to leave?").fill(
        f"{REAL() + timedelta(days=3):%d/%m/%Y}"
    )
    new.get_by_label("Why did it change?").fill("The keys come later.")
    press(new, "Send the new date")
    desk.goto(f"/requests/desk/{reference}/")
    expect(desk.get_by_text("The keys come later.").first).to_be_visible()
    clock.to(24)
    lead.look("/hospital/delays/", "journey-delays")
    expect(lead.page.get_by_text("1 next step is overdue")).to_be_visible()

    # The keys, on the thirtieth day.
    clock.to(30)
    new.goto(f"/hospital/stays/{stay}/end/")
    new.get_by_label("To a new home").check()
    new.get_by_label("When?").fill(f"{clock.day(30)} 9:30am")
    press(new, "End the stay")
    expect(new.get_by_text("The stay has ended")).to_be_visible()
    second.check("journey-ended")
    officer.page.goto(f"/people/{world.tenant.pk}/")
    expect(officer.page.locator("body")).not_to_contain_text("hospital", use_inner_text=True)

    # Nobody waits any more; and those who plan read sums of whole months alone.
    lead.look("/hospital/delays/", "journey-delays-none")
    expect(lead.page.locator("main")).not_to_contain_text(NAME)
    clock.to(31)
    planner.look("/hospital/figures/", "journey-figures")
    expect(planner.page.locator("main")).not_to_contain_text(NAME)
    expect(planner.page.get_by_text("No stay ended in this time.")).to_be_visible()
