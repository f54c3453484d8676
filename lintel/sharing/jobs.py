"""The jobs of sharing. Here, and only here, the time is taken from the machine's clock."""

import logging

from django.db import connection
from procrastinate.contrib.django import app

from lintel.kernel.actor import as_system
from lintel.sharing import upkeep

logger = logging.getLogger(__name__)


@app.periodic(cron="43 3 * * *")
@app.task(name="lintel.check_sight", queueing_lock="lintel.check_sight")
def check_sight(timestamp: int) -> None:
    """Compare sight with its sources. A difference is a fault to look into: it is logged."""
    with as_system():
        found = upkeep.differences(connection)
    if found:
        logger.error("sight differs from its sources: %s", found)
