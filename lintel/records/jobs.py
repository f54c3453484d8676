"""The jobs of records. Here, and only here, the time is taken from the machine's clock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from lintel.records import actions


@app.periodic(cron="*/15 * * * *")
@app.task(name="lintel.climb_questions", queueing_lock="lintel.climb_questions")
def climb_questions(timestamp: int) -> None:
    """Questions that weren't answered in time climb."""
    actions.climb(now=timezone.now())


@app.periodic(cron="11 4 * * *")
@app.task(name="lintel.list_due", queueing_lock="lintel.list_due")
def list_due(timestamp: int) -> None:
    """List what the agreement says is kept long enough; leads decide, nothing is erased here."""
    actions.list_due()
