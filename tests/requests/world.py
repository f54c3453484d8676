"""A small partnership for the tests of requests: a landlord, a trust, a council with its shop."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from lintel.agencies.models import Agency, Team, Worker
from lintel.agencies.states import AgencyKind, Role, Side, TeamKind, TeamRole
from lintel.kernel.actor import Actor
from lintel.kernel.clock import LONDON
from lintel.people.models import Person
from lintel.requests.actions import About
from tests import factories

# A Tuesday morning with no bank holiday near it, past for good: `show_from <= now()` in SQL holds.
NOW = datetime(2026, 10, 6, 9, 30, tzinfo=LONDON)
# After all that happens in a test, and not after the database's own clock.
LATER = timezone.now()
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class World:
    """Everybody. The officer's tenant is worked with by the nurse's team if asked for."""

    landlord: Agency
    trust: Agency
    council: Agency
    office: Team
    cmht: Team
    other_cmht: Team
    shop: Team
    officer: Worker
    colleague: Worker
    office_lead: Worker
    office_link: Worker
    nurse: Worker
    nurse_two: Worker
    cmht_lead: Worker
    cmht_link: Worker
    other_nurse: Worker
    shop_worker: Worker
    shop_lead: Worker
    partnership_lead: Worker
    landlord_information_lead: Worker
    tenant: Person

    def actor(self, name: str) -> Actor:
        """One of them, as an actor."""
        return factories.actor(getattr(self, name))


def make_world(*, known: bool = True) -> World:
    """The partnership; `known`: the tenant has the nurse as care coordinator."""
    landlord = factories.agency(AgencyKind.LANDLORD)
    trust = factories.agency(AgencyKind.TRUST)
    council = factories.agency(AgencyKind.COUNCIL)
    office = factories.team(landlord)
    cmht = factories.team(trust, TeamKind.CMHT, covers=["*"])
    other_cmht = factories.team(trust, TeamKind.CMHT, covers=["*"])
    shop = factories.team(council, TeamKind.ONE_STOP_SHOP, covers=["*"])
    officer = factories.worker(office, name="Olu Officer")
    office_link = factories.worker(office)
    factories.link_worker(office_link, office, Side.HEALTH)
    cmht_link = factories.worker(cmht, job_title="Link nurse")
    factories.link_worker(cmht_link, cmht, Side.HOUSING)
    tenant = factories.tenant(officer, "John Invented")
    nurse = factories.worker(cmht, name="Nia Nurse", job_title="Nurse")
    if known:
        factories.involvement(tenant, cmht, nurse)
    return World(
        landlord=landlord,
        trust=trust,
        council=council,
        office=office,
        cmht=cmht,
        other_cmht=other_cmht,
        shop=shop,
        officer=officer,
        colleague=factories.worker(office),
        office_lead=factories.worker(office, team_role=TeamRole.LEAD),
        office_link=office_link,
        nurse=nurse,
        nurse_two=factories.worker(cmht, name="Noor Nurse", job_title="Nurse"),
        cmht_lead=factories.worker(cmht, team_role=TeamRole.LEAD),
        cmht_link=cmht_link,
        other_nurse=factories.worker(other_cmht),
        shop_worker=factories.worker(shop, name="Sam Shop"),
        shop_lead=factories.worker(shop, team_role=TeamRole.LEAD),
        partnership_lead=factories.worker(council, roles=[Role.PARTNERSHIP_LEAD]),
        landlord_information_lead=factories.worker(office, roles=[Role.INFORMATION_LEAD]),
        tenant=tenant,
    )


def concern(person_id: int | None, about: About | None = None, **more: object) -> dict:
    """What `raise_concern` takes, with defaults."""
    return {
        "person_id": person_id,
        "about": about or About("John Invented", "3 April 1972", "1 Example Street", "SY1 2AB"),
        "signs": ["hoarding", "noise"],
        "seen": "Bin bags up to the window, and up all night.",
        "done": "Knocked twice.",
        "asked_for": "Somebody to visit.",
        "urgency": "routine",
        "person_knows": "not_asked",
        **more,
    }
