"""An ended tenancy and a team's finished work, under an agreement with schedules."""

from datetime import datetime, timedelta

from django.utils import timezone

from lintel.agencies.states import AgencyKind, Role, TeamKind
from lintel.kernel.sight.states import Category as C
from lintel.sharing.models import Agreement, Rule
from lintel.sharing.states import OWN, Basis, Level
from tests import factories
from tests.support.db import as_role, under


@under("lintel_import")
def agreement(**months: int) -> Agreement:
    """In force, with a schedule: months by use (housing, care, tenancy_support, request)."""
    made = Agreement.objects.create(
        number=(Agreement.objects.order_by("-number").values_list("number", flat=True).first() or 0)
        + 1,
        title="For tests",
        drafted=factories.year_ago(),
        published=factories.year_ago(),
        # Each after the one before, and all before the test's transaction began.
        effective=factories.year_ago() + timedelta(minutes=factories.number()),
    )
    for use, kept in months.items():
        own = use != "request"
        Rule.objects.create(
            agreement=made,
            use=use,
            categories=[int(c) for c in C],
            givers=[OWN] if own else [str(k) for k in AgencyKind],
            receivers=[OWN] if own else [str(k) for k in AgencyKind],
            levels=[str(level) for level in Level],
            basis=Basis.DIRECT_CARE,
            retention_months=kept,
        )
    return made


class Scene:
    """A landlord whose tenancy ended `ago`, and a trust that still works with the person."""

    def __init__(self, ago: timedelta = timedelta(days=400)) -> None:
        self.now: datetime = timezone.now()
        self.landlord = factories.agency(name="Shethernley Homes", slug="homes")
        self.office = factories.team(self.landlord, name="North office")
        self.officer = factories.worker(self.office, name="Amina Yusuf")
        self.lead = factories.worker(self.landlord, roles=[Role.INFORMATION_LEAD], name="Lee Lead")
        self.trust = factories.agency(AgencyKind.TRUST, name="The Trust", slug="trust")
        self.cmht = factories.team(self.trust, TeamKind.CMHT, name="North CMHT")
        self.nurse = factories.worker(self.cmht, name="Daniel Okafor", job_title="Nurse")
        self.trust_lead = factories.worker(self.trust, roles=[Role.INFORMATION_LEAD])
        self.john = factories.person("John Tressell")
        self.ended = (self.now - ago).date()
        with as_role("lintel_import"):
            self.tenancy = factories.tenancy(
                self.john,
                factories.home(factories.patch(self.office, self.officer)),
                balance_pence=1200,
                started=self.ended - timedelta(days=900),
                ended=self.ended,
            )
        factories.involvement(self.john, self.cmht, self.nurse)
        self.note = factories.note(
            self.john, self.officer, "Left the keys.", written=self.now - ago - timedelta(days=2)
        )
        self.health = factories.note(self.john, self.nurse, "Sleeps better.", C.HEALTH_DETAIL)
