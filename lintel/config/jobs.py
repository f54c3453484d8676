"""The jobs of the deployment itself. Here, and only here, the time is the machine's clock."""

from importlib import import_module

from django.conf import settings
from procrastinate.contrib.django import app


@app.periodic(cron="*/10 * * * *")
@app.task(name="config.clear_sessions", queueing_lock="config.clear_sessions")
def clear_sessions(timestamp: int) -> None:
    """Delete the sessions that are over, with the place that their visitors looked up."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
