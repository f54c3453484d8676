"""The jobs of the directory. Here, and only here, the time is taken from the machine's clock."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from lintel.directory import upkeep

logger = logging.getLogger(__name__)


@app.periodic(cron="41 6 * * *")
@app.task(name="directory.remind", queueing_lock="directory.remind")
def remind(timestamp: int) -> None:
    """Put entries that nobody checks before who answers for them."""
    if reminded := upkeep.remind(now=timezone.now()):
        logger.info("%s entries of the directory wait to be checked", reminded)
