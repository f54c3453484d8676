"""Reminding by e-mail of what the agreement waits for: signatures, acceptances, its review.

A message holds a link and nothing else. Nobody gets the same one twice within `REMINDED_EVERY`,
whoever asks and however often a job runs: what was queued is the note of it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from lintel.kernel import messages
from lintel.kernel.actor import as_system
from lintel.kernel.models import Message
from lintel.sharing.models import Agreement
from lintel.sharing.queries import agreement_signing as signing
from lintel.sharing.queries import agreements as queries

REMINDED_EVERY = timedelta(days=6)
# Agencies that haven't signed are reminded by the clock until this long after the version began.
SIGNING_LASTS = timedelta(days=28)
SIGN = "/agreement/signatures/"
ACCEPT = "/agreement/accept/"
REVIEWS = "/agreement/reviews/"


def of_the_day(now: datetime) -> None:
    """What the clock reminds of: versions to sign, and a review that is due soon or late."""
    for version in filter(None, (queries.in_force(now), queries.to_come(now))):
        if version.effective and now < version.effective + SIGNING_LASTS:
            unsigned = signing.without_signature(version.id).values_list("pk", flat=True)
            _send(signing.information_lead_users(now, unsigned), "due", SIGN, now)
    current = queries.in_force(now)
    if current is None or current.review_due is None:
        return
    today = timezone.localdate(now)
    if current.review_due < today + signing.REVIEW_SOON:
        template = "overdue" if current.review_due < today else "due"
        leads = [lead.user_id for lead in signing.partnership_leads(now)]
        _send(leads, template, REVIEWS, now)


def who_waits(agreement_id: int, agency_id: int | None, now: datetime) -> None:
    """Remind those who haven't signed or accepted a version, of one agency or of all.

    Nothing for a version that another has replaced since. Safe to repeat.
    """
    if not Agreement.objects.filter(pk=agreement_id, effective__isnull=False).exists():
        return
    unsigned = set(signing.without_signature(agreement_id).values_list("pk", flat=True))
    workers = signing.yet_to_accept(agreement_id, now)
    if agency_id is not None:
        unsigned &= {agency_id}
        workers = workers.filter(agency_id=agency_id)
    _send(signing.information_lead_users(now, unsigned), "due", SIGN, now)
    _send(workers.order_by("pk").values_list("user_id", flat=True), "due", ACCEPT, now)


def _send(user_ids: Iterable[int], template: str, link: str, now: datetime) -> None:
    """Queue the message for those who haven't had it lately."""
    wanted = list(dict.fromkeys(user_ids))
    with as_system():
        had = set(
            Message.objects.filter(link=link, created__gt=now - REMINDED_EVERY).values_list(
                "to_user_id", flat=True
            )
        )
        for user_id in wanted:
            if user_id not in had:
                messages.queue(to_user_id=user_id, template=template, link=link, now=now)
