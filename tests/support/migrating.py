"""Migrates a database back and forward again, in a process of its own: `python -m ...migrating`.

Django makes all models anew at each step; here their fields are copied instead, and nothing is
thrown away until the end, which takes a third of the time.
"""

import copy
import gc
import json
import sys
from datetime import UTC, datetime

# Where each app stood before sight followed the agreement; of the others nothing was there.
BEFORE = [
    ("agencies", "0004_drop_covers"),
    ("config", "0005_own_masked"),
    ("kernel", "0004_jobs"),
    ("people", "0003_searched_words"),
    ("plans", "0004_accepted"),
    ("portal", None),
    ("records", None),
    ("requests", "0007_between_receivers"),
    ("sharing", "0004_who_confirms"),
    ("sight", "0002_functions"),
]


def main() -> None:
    """An area, and back to `BEFORE` and forward again; what was seen at each, as JSON."""
    gc.disable()
    import django

    django.setup()
    from django.db import connections, transaction
    from django.db.migrations.executor import MigrationExecutor
    from django.db.models import Field

    from lintel.config.synth import Scale, generate

    Field.clone = copy.deepcopy  # type: ignore[method-assign, assignment]
    owner = connections["owner"]

    def seen() -> list[object]:
        """Who sees whom by what the agency's own work gives, which no agreement takes away."""
        with owner.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), md5(string_agg(DISTINCT concat_ws(' ', worker_id, person_id,"
                " category, owner_id), ',')) FROM sight WHERE source IN ('patch', 'caseload')"
            )
            return list(cursor.fetchone())

    def migrate(targets: list[tuple[str, str | None]] | None = None) -> None:
        executor = MigrationExecutor(owner)
        executor.migrate(targets or executor.loader.graph.leaf_nodes())

    generate(Scale(people=300, tenancies=200, workers=40, agencies=25), datetime.now(UTC))
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        # A stay by mistake beside the real one, which versions before could not hold.
        cursor.execute("SET LOCAL ROLE lintel_import")
        cursor.execute(
            "INSERT INTO hospital_stay (person_id, owner_id, ward_id, housing_worker_id, admitted,"
            " ended, ending, ending_words, involvement_id, recorded)"
            " SELECT person_id, owner_id, ward_id, housing_worker_id, admitted, now(), 'mistake',"
            " 'It was noted twice', 0, now() FROM hospital_stay ORDER BY id LIMIT 1"
        )
        assert cursor.rowcount == 1
    found = {"first": seen()}
    migrate(BEFORE)
    found["back"] = seen()
    migrate()
    found["again"] = seen()
    with owner.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sight_differences()")
        found["differences"] = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM sharing_override WHERE review_due IS NULL")
        found["overrides"] = cursor.fetchone()[0]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
