"""The jobs of the own view. Here, and only here, the time is the machine's clock."""

from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lintel.portal import listening
from lintel.portal.actions import codes


@app.periodic(cron="*/15 * * * *")
@app.task(name="portal.climb", queueing_lock="portal.climb")
def climb(timestamp: int) -> None:
    """Tell those who lead of what nobody has answered in time."""
    listening.climb(now=timezone.now())


@app.task(name="portal.send_code", retry=RetryStrategy(max_attempts=4, exponential_wait=3))
def send_code(code_id: str) -> None:
    """Send a code for signing in; tried again while its ten minutes last."""
    codes.send_code(UUID(code_id), now=timezone.now())
