"""Versions of the agreement for tests, beside the one that is shipped."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from lintel.agencies.models import Agency, Worker
from lintel.kernel.sight.states import Category as C
from lintel.sharing.models import Acceptance, Agreement, Rule, Signature
from lintel.sharing.ruling import Draft
from lintel.sharing.states import OWN, Basis, Level, Use
from tests.support.db import under

LOAD = "lintel_import"
SECTIONS = [
    {"key": "about", "heading": "What this is", "words": "We tell each other.", "public": True},
    {"key": "breaches", "heading": "Breaches", "words": "Say so at once.", "public": False},
    {"key": "practice", "heading": "Today", "words": "- Ask first.", "public": False},
]
OWN_WORK = Draft(
    use=Use.HOUSING,
    categories=(C.IDENTITY, C.CONTACT, C.TENANCY),
    givers=(OWN,),
    receivers=(OWN,),
    levels=(Level.ASSIGNED, Level.MANAGER),
    basis=Basis.OWN_WORK,
)
ASKED = Draft(
    use=Use.TENANCY_SUPPORT,
    categories=(C.IDENTITY, C.CONTACT),
    givers=("landlord",),
    receivers=("trust",),
    levels=(Level.ASSIGNED, Level.TEAM),
    basis=Basis.CONSENT,
)


@under(LOAD)
def version(
    rules: tuple[Draft, ...] = (OWN_WORK, ASKED), *, effective: datetime | None = None, **more: Any
) -> Agreement:
    """A published version with these rules; in force since an hour, unless `effective` is later."""
    now = timezone.now()
    number = (Agreement.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    values = {
        "title": "How we share",
        "sections": SECTIONS,
        "drafted": now - timedelta(days=9),
        "published": now - timedelta(days=8),
        "effective": effective or now - timedelta(hours=1),
        "review_due": timezone.localdate(now) + timedelta(days=300),
    }
    made = Agreement.objects.create(number=number, **{**values, **more})
    Rule.objects.bulk_create(Rule(agreement=made, **rule.fields()) for rule in rules)
    return made


@under(LOAD)
def signature(of: Agreement, by: Agency, **more: Any) -> Signature:
    """The agency signed the version."""
    values = {"signed": timezone.now() - timedelta(minutes=30)}
    return Signature.objects.create(agreement=of, agency=by, **{**values, **more})


@under(LOAD)
def acceptance(of: Agreement, by: Worker) -> Acceptance:
    """The worker accepted the version."""
    when = timezone.now() - timedelta(minutes=20)
    return Acceptance.objects.create(agreement=of, worker=by, accepted=when)
