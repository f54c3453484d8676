"""Is sight what its sources say? Checked every night, and put right by a command.

Triggers keep sight right within each transaction; this is the proof in operation that they do.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

CHECK_SQL = "SELECT fault, count(*) FROM sight_differences() GROUP BY fault ORDER BY fault"


def differences(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """How many rows of sight are "missing" or "unfounded"; empty when all is well.

    The connection must act as the owner or as the system.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHECK_SQL)
        return dict(cursor.fetchall())


def recompute(connection: BaseDatabaseWrapper) -> int:
    """Make all of sight what its sources say; answers how many rows were added or removed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sight_recompute_all()")
        (changed,) = cursor.fetchone()
    return int(changed)
