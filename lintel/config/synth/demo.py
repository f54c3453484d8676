"""Loads the demonstration area, and what an older one lacks."""

from datetime import UTC, datetime

from django.db import connections

from lintel.config.synth import directory, places
from lintel.config.synth.area import Scale
from lintel.config.synth.copying import Progress
from lintel.config.synth.generate import generate

# No other area has a landlord of this name: it is the stories'.
LANDMARK = "shethernley-homes"


def load_demo(now: datetime | None = None, progress: Progress = lambda table, count: None) -> bool:
    """Load Shethernley into an empty database, or the directory that its Shethernley lacks.

    False (and nothing done) when there is nothing to load, or when the area is somebody else's.
    """
    moment = now or datetime.now(UTC)
    if not _exists("SELECT 1 FROM agencies_agency"):
        generate(Scale(), moment, progress)
        return True
    if _exists("SELECT 1 FROM directory_service") or not _exists(
        "SELECT 1 FROM agencies_agency WHERE slug = %s", LANDMARK
    ):
        return False
    if not _exists("SELECT 1 FROM directory_area WHERE code = %s", "X06000001"):
        with connections["owner"].cursor() as cursor:
            places.write(cursor, Scale(), progress)
    return directory.fill(moment, progress=progress)


def _exists(sql: str, *values: str) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({sql})", values)
        return bool(cursor.fetchone()[0])
