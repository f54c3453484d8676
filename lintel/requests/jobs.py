"""The jobs of requests: the relay between the desks, and the clocks.

Run by the job worker as the application's role; arguments are ids only. Here, and only here, the
time is taken from the machine's clock.
"""

import logging

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lintel.kernel.events import Happened
from lintel.requests import climbing, relay

logger = logging.getLogger(__name__)

AGAIN = RetryStrategy(max_attempts=10, exponential_wait=4)


@app.task(name="requests.deliver", retry=AGAIN)
def deliver(request_id: int) -> None:
    """Put a request on the desk it goes to."""
    relay.deliver(request_id, now=timezone.now())


@app.task(name="requests.withdrawn", retry=AGAIN)
def withdrawn(request_id: int) -> None:
    """Take a withdrawn request off the desk."""
    relay.withdrawn(request_id, now=timezone.now())


@app.task(name="requests.written", retry=AGAIN)
def written(request_id: int, message_id: str) -> None:
    """Take what the sender wrote to the desk."""
    relay.written(request_id, message_id, now=timezone.now())


@app.task(name="requests.amended", retry=AGAIN)
def amended(request_id: int) -> None:
    """Take what the sender changed in a letter to the desk."""
    relay.amended(request_id, now=timezone.now())


@app.task(name="requests.sender_changed", retry=AGAIN)
def sender_changed(request_id: int) -> None:
    """Tell the desk who the sender is now."""
    relay.sender_changed(request_id, now=timezone.now())


@app.task(name="requests.try_open", retry=AGAIN)
def try_open(request_id: int) -> None:
    """Open the thread if consent covers it."""
    relay.try_open(request_id, now=timezone.now())


def hear_consent(event: Happened) -> None:
    """A subscriber of what happens to consent (see `apps.py`). Looks at what stands now."""
    if event.person_id is not None:
        relay.consent_changed(event.person_id, now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="requests.climb", queueing_lock="requests.climb")
def climb(timestamp: int) -> None:
    """Let what is overdue climb, and tell senders."""
    now = timezone.now()
    climbed, told = climbing.climb(now=now), climbing.tell_senders(now=now)
    if climbed or told:
        logger.info("%s requests climbed or closed by themselves, %s senders told", climbed, told)


@app.periodic(cron="3-59/10 * * * *")
@app.task(name="requests.sweep", queueing_lock="requests.sweep")
def sweep(timestamp: int) -> None:
    """The safety net: what was never delivered, whose worker left, what consent opens or ends."""
    now = timezone.now()
    climbing.undelivered(now=now)
    climbing.back_to_teams(now=now)
    relay.check_consents(now=now)
