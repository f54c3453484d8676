"""The jobs of the own view. Here, and only here, the time is the machine's clock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from lintel.portal import listening


@app.periodic(cron="*/15 * * * *")
@app.task(name="portal.climb", queueing_lock="portal.climb")
def climb(timestamp: int) -> None:
    """Tell those who lead of what nobody has answered in time."""
    listening.climb(now=timezone.now())
