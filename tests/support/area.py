"""The generated area in a test's database: made once in a process, and put back from then on."""

from datetime import datetime

from django.db import connections

from lintel.config.synth import Scale, generate
from lintel.config.synth.copying import move_sequences
from tests.support.database import Kept, superuser

_kept: dict[tuple[Scale, datetime], Kept] = {}


def put_area(scale: Scale, now: datetime) -> None:
    """Fill an empty database (a test's that commits) with the area of that scale and time."""
    if kept := _kept.get((scale, now)):
        kept.put_back()
        _number_on(kept)
        return
    generate(scale, now)
    dbname = connections["owner"].settings_dict["NAME"]
    _kept[scale, now] = Kept(dbname, f"with_area_{len(_kept)}")


def _number_on(kept: Kept) -> None:
    """New rows are numbered after those put back, whatever area was here in between."""
    with superuser(kept.dbname) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text FROM pg_attribute"
            " WHERE attname = 'id' AND attidentity <> ''"
        )
        move_sequences(cursor, [table for (table,) in cursor.fetchall()])
