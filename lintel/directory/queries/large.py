"""Large selections of the directory are read one at a time.

Anybody may ask for a booklet or a file of thousands of services, which takes seconds of one of a
server's few processes. One of them is then left for each who looks for help.
"""

from django.db import connection

# So many services take under a second.
LARGE = 500
TURN = "SELECT pg_try_advisory_xact_lock(hashtext('lintel large selection'))"


def may_be_read(count: int) -> bool:
    """Whether so many services may be read now: not while another large selection is being made.

    The turn lasts until the transaction ends.
    """
    if count <= LARGE:
        return True
    with connection.cursor() as cursor:
        cursor.execute(TURN)
        return bool(cursor.fetchone()[0])
