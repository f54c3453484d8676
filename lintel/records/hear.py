"""What follows from an event of records, after its commit and in a job of its own."""

from django.db import transaction
from django.utils import timezone

from lintel.agencies import queries as agencies
from lintel.kernel import messages
from lintel.kernel.actor import as_system
from lintel.kernel.events import Happened


def tell_leads(event: Happened) -> None:
    """Tell the information leads of the agency that a person asks about its worker.

    A repeat may send a message twice, which does no harm.
    """
    now = timezone.now()
    leads = agencies.information_leads(event.owner_id, now) if event.owner_id else []
    with transaction.atomic(), as_system():
        for lead in leads:
            messages.queue(to_user_id=lead.user_id, template="new", link="/records/", now=now)
