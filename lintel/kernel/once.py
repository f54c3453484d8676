"""Do it once: a double click, a form sent again after a lost answer, a repeated API call.

The key, the work and the answer are one transaction. A second call with the same key waits for
the first to end: then it is given the first's answer, or does the work if the first failed.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from lintel.kernel.actor import Actor, as_system
from lintel.kernel.errors import Conflict, Invalid
from lintel.kernel.models import Once

T = TypeVar("T")
LONGEST_KEY = 200
OTHER_BODY = "This key was used before, for something else. Use a new key."

# The row is locked by its insertion: the same key elsewhere waits here.
CLAIM_SQL = """
INSERT INTO kernel_once (worker_id, scope, key, fingerprint) VALUES (%s, %s, %s, %s)
ON CONFLICT (worker_id, scope, key) DO NOTHING
"""
ANSWERED_SQL = """
SELECT fingerprint, response FROM kernel_once WHERE worker_id = %s AND scope = %s AND key = %s
"""
ANSWER_SQL = """
UPDATE kernel_once SET response = %s::jsonb WHERE worker_id = %s AND scope = %s AND key = %s
"""


def run(
    actor: Actor, scope: str, key: str, work: Callable[[], T], *, fingerprint: str = ""
) -> T | Any:
    """Call `work` and answer what it answers; for a key used before, answer that again.

    The actor must be bound. `scope` names the form or API operation. The answer must be plain
    data (it is kept as JSON, and comes back as JSON gives it). `fingerprint` is a digest of what
    was sent. Raises Conflict when the key was used with another fingerprint, Invalid when the
    key is empty or longer than 200 characters, and whatever `work` raises; then nothing is kept.
    """
    if not 0 < len(key) <= LONGEST_KEY or "\x00" in key:
        raise Invalid({"": f"The key must have 1 to {LONGEST_KEY} characters."})
    row = (actor.worker_id, scope, key)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM_SQL, [*row, fingerprint])
        if cursor.rowcount == 0:
            cursor.execute(ANSWERED_SQL, row)
            earlier, response = cursor.fetchone()
            if earlier != fingerprint:
                raise Conflict(OTHER_BODY)
            return json.loads(response) if isinstance(response, str) else response
        answer = work()
        cursor.execute(ANSWER_SQL, [json.dumps(answer, cls=DjangoJSONEncoder), *row])
        return answer


def forget(before: datetime) -> int:
    """Drop the answers given before that time, and say how many. For jobs only."""
    with as_system():
        dropped, _ = Once.objects.filter(created__lt=before).delete()
    return dropped
