"""Somebody reads and somebody writes while the other measures: each's median, p99 and worst.

`python -m bench.beside APP_DSN SUPERUSER_DSN SECONDS`; with 0 seconds until its input ends. A read
is a worker's list and one record of it, under row security. A write touches a person's consent,
which makes that person's sight anew: it takes the locks that the background work takes.
"""

import json
import random
import select
import statistics
import sys
import time

import psycopg

from bench.lists import PATCH, RECORD, workers_by_sight

PAUSE = 0.1


def main() -> None:
    """Read and write in turn until told to stop; say the times as JSON."""
    app = psycopg.connect(sys.argv[1], autocommit=True)
    free = psycopg.connect(sys.argv[2], autocommit=True)
    seconds = float(sys.argv[3])
    worker = list(workers_by_sight(free).values())[1]
    seen = free.execute(
        "SELECT DISTINCT person_id FROM sight WHERE worker_id = %s AND category = 3", [worker]
    ).fetchall()
    consents = free.execute(
        "SELECT person_id FROM sharing_consent ORDER BY hashint8(person_id) LIMIT 5000"
    ).fetchall()
    times: dict[str, list[float]] = {"read": [], "write": []}
    rng = random.Random(5)
    listed = PATCH.format(rule="").replace("{{", "{").replace("}}", "}")
    end = time.monotonic() + seconds if seconds else None

    def read() -> None:
        with app.transaction():
            app.execute("SELECT set_config('lintel.worker', %s, true)", [str(worker)])
            app.execute(listed, {"w": worker}).fetchall()
            app.execute(RECORD, [rng.choice(seen)[0]]).fetchall()

    def write() -> None:
        free.execute(
            "UPDATE sharing_consent SET withdrawn_words = withdrawn_words WHERE person_id = %s",
            [rng.choice(consents)[0]],
        )

    for warm in (read, write):
        for _ in range(5):
            warm()
    while not _over(end):
        for name, do in (("read", read), ("write", write)):
            start = time.perf_counter()
            do()
            times[name].append(time.perf_counter() - start)
            time.sleep(PAUSE)
    sys.stdout.write(json.dumps({name: _said(sorted(found)) for name, found in times.items()}))


def _over(end: float | None) -> bool:
    if end is not None:
        return time.monotonic() > end
    ready, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(ready)


def _said(found: list[float]) -> dict[str, float]:
    return {
        "median": statistics.median(found),
        "p99": found[min(len(found) - 1, int(len(found) * 0.99))],
        "worst": found[-1],
        "times": len(found),
    }


if __name__ == "__main__":
    main()
