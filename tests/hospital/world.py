"""A small partnership for the tests of stays: two wards, a council, a landlord, a lead."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from lintel.agencies.models import Agency, Team, Worker
from lintel.agencies.states import AgencyKind, Role, TeamKind, TeamRole
from lintel.hospital import actions
from lintel.hospital.models import Stay, Ward
from lintel.kernel.actor import Actor, bound
from lintel.kernel.clock import LONDON
from lintel.people.models import Person
from tests import factories
from tests.support.db import under

# A morning some days back: sight in the database goes by the database's own clock.
NOW = (timezone.now().astimezone(LONDON) - timedelta(days=4)).replace(
    hour=9, minute=30, second=0, microsecond=0
)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BORN = date(1972, 4, 3)
NAME = "John Invented"


@dataclass
class World:
    """Everybody. The officer's tenant is who comes to the ward."""

    trust: Agency
    council: Agency
    landlord: Agency
    ward: Team
    other_ward: Team
    options: Team
    office: Team
    wanda: Worker
    ward_lead: Worker
    ward_nurse: Worker
    other_wanda: Worker
    hazel: Worker
    options_lead: Worker
    officer: Worker
    partnership_lead: Worker
    commissioner: Worker
    tenant: Person
    more: dict[str, Any] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """One of them, as an actor."""
        return factories.actor(getattr(self, name))

    def admit(self, **given: Any) -> int:
        """Admit the tenant to the ward; the number of the stay."""
        with bound(self.actor("wanda")) as wanda:
            return actions.admit(
                wanda,
                **{
                    "now": NOW,
                    "ward_team_id": self.ward.pk,
                    "name": NAME,
                    "born": BORN,
                    "admitted": NOW - HOUR,
                    "housing_worker_id": self.wanda.pk,
                    **given,
                },
            )


def a_ward(of: Agency, kind: TeamKind = TeamKind.WARD, **fields: Any) -> Team:
    """A ward of the trust, with its beds."""
    team = factories.team(of, kind)
    Ward.objects.create(team=team, **{"beds": 18, **fields})
    return team


def make_world() -> World:
    """The partnership, with nobody in hospital."""
    trust = factories.agency(AgencyKind.TRUST)
    council = factories.agency(AgencyKind.COUNCIL)
    landlord = factories.agency(AgencyKind.LANDLORD)
    commissioning = factories.agency(AgencyKind.COMMISSIONER)
    ward, other_ward = a_ward(trust), a_ward(trust)
    options = factories.team(council, TeamKind.HOMELESSNESS, covers=["*"])
    office = factories.team(landlord)
    officer = factories.worker(office, name="Olu Officer")
    return World(
        trust=trust,
        council=council,
        landlord=landlord,
        ward=ward,
        other_ward=other_ward,
        options=options,
        office=office,
        wanda=factories.worker(ward, name="Wanda Ward", job_title="Housing worker"),
        ward_lead=factories.worker(ward, team_role=TeamRole.LEAD, job_title="Ward manager"),
        ward_nurse=factories.worker(ward, name="Nina Nurse", job_title="Nurse"),
        other_wanda=factories.worker(other_ward, name="Wilma Ward", job_title="Housing worker"),
        hazel=factories.worker(options, name="Hazel Options", job_title="Housing options officer"),
        options_lead=factories.worker(options, team_role=TeamRole.LEAD),
        officer=officer,
        partnership_lead=factories.worker(council, roles=[Role.PARTNERSHIP_LEAD]),
        commissioner=factories.worker(
            factories.team(commissioning, TeamKind.COMMISSIONING), name="Corin Commissioner"
        ),
        tenant=factories.tenant(officer, NAME, born=BORN),
    )


@under("postgres")
def stay(of: Person, on: Team, admitted: datetime, ended: datetime | None = None) -> Stay:
    """A stay written down past the rules, for figures."""
    return Stay.objects.create(
        person=of,
        owner=on.agency,
        ward=on,
        admitted=admitted,
        ended=ended,
        ending="home" if ended else "",
        involvement_id=0,
        recorded=admitted,
    )
