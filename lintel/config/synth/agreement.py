"""The agreement of the demonstration area: version 1 was reviewed, version 2 is being written."""

from datetime import datetime, timedelta

from django.db import connections, transaction
from django.utils import timezone

from lintel.agencies.models import Worker
from lintel.kernel.sight.states import Category
from lintel.sharing.models import Agreement, AgreementReview, Rule
from lintel.sharing.states import Basis, Detail, Level, ReviewDecision, Use

LEAD = "Stephen Lowe"
REVIEWED = timedelta(days=330)
DRAFTED = timedelta(days=12)
FOUND = "\n\n".join(
    (
        "Held at The Door, with four tenants, two people who have stayed on Larch Ward, and the"
        " information leads of all agencies.",
        "- Asking at sign-up works. Most people said yes to something, and nobody who said no was"
        " treated worse.\n"
        "- Some had agreed to share “everything” for a move, and were surprised that a lettings"
        " team could read about their rent and benefits. It did not need to.\n"
        "- Overrides were few, and each was looked at afterwards. In one, a phone call would have"
        " done.\n"
        "- Link workers are who people ring. Two offices had no cover for theirs over the summer.",
        "We carry on, and write a new version about moves: less about money.",
    )
)
CHANGES = (
    "For a move, lettings teams no longer see rent and money: the review found that they did not"
    " need it. Managers of housing offices see the facts of rent, and no longer what was written"
    " about it. We say more plainly that cover must be named when a link worker is away."
)
COVER = ("when they are away.", "when they are away: in the directory, and before they go.")


def fill(now: datetime, alias: str = "owner") -> None:
    """Write both, if the partnership lead of the stories is there."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lintel_import")
        lead = Worker.objects.using(alias).filter(name=LEAD).first()
        one = Agreement.objects.using(alias).filter(number=1).first()
        if lead is not None and one is not None:
            _review(one, lead, now, alias)
            _draft(one, lead, now, alias)
        cursor.execute("RESET ROLE")


def _review(one: Agreement, lead: Worker, now: datetime, alias: str) -> None:
    held = timezone.localdate(now - REVIEWED)
    AgreementReview.objects.using(alias).create(
        agreement=one,
        held_on=held,
        found=FOUND,
        decision=ReviewDecision.CHANGE,
        next_due=held + timedelta(days=365),
        recorded=now - REVIEWED,
        recorded_by=lead,
    )


def _draft(one: Agreement, lead: Worker, now: datetime, alias: str) -> None:
    sections = [
        {**s, "words": s["words"].replace(*COVER)} if s["key"] == "expect" else s
        for s in one.sections
    ]
    made = Agreement.objects.using(alias).create(
        number=2,
        title=one.title,
        sections=sections,
        changes=CHANGES,
        drafted=now - DRAFTED,
        drafted_by=lead,
    )
    kept = [f.name for f in Rule._meta.concrete_fields if f.name not in {"id", "agreement"}]
    for rule in Rule.objects.using(alias).filter(agreement=one).order_by("id"):
        copy = Rule(agreement=made, **{name: getattr(rule, name) for name in kept})
        copy.follows = rule
        moves = rule.use == Use.REHOUSING and rule.basis == Basis.CONSENT
        housing = rule.use == Use.HOUSING and Category.MONEY in rule.categories
        if moves or housing:
            copy.categories = [c for c in rule.categories if c != Category.MONEY]
        copy.save(using=alias)
        if housing:
            for level, detail in ((Level.ASSIGNED, Detail.FULL), (Level.MANAGER, Detail.SUMMARY)):
                copy.pk, copy.follows, copy._state.adding = None, None, True
                copy.categories, copy.levels = [Category.MONEY], [str(level)]
                copy.detail = detail
                copy.save(using=alias)
