"""Measures one size of area and prints its figures."""

import sys
from collections.abc import Callable
from typing import Any

import psycopg

from bench import area
from bench.measure import Figure


def main(name: str, only: str, deep: bool = False) -> None:
    """Build if need be, then every part or those named; `deep`: of the whole the long ones too."""
    size = {s.name: s for s in (area.TENTH, area.WHOLE)}[name]
    embedded = area.server()
    area.point_django_at(embedded, size)
    seconds = area.build(embedded, size)
    built = f", built in {seconds:.0f} s" if seconds else ""
    print(
        f"\n{size.name}: {size.people:,} people, {size.tenancies:,} tenancies, "
        f"{size.workers:,} workers{built}"
    )
    print(f"{'':58} {'ours':>15} {'floor':>15} {'ratio':>8} goal")
    from bench import lists, pages, spreading, work

    app = psycopg.connect(embedded.dsn("lintel_app", size.database), autocommit=True)
    free = psycopg.connect(embedded.dsn("postgres", size.database), autocommit=True)
    sides = lists.Sides(app, free)
    parts: dict[str, Callable[[], list[Figure]]] = {
        "decisions": lambda: lists.decisions(sides),
        "lists": lambda: lists.figures(sides),
        "write": lambda: work.write(sides),
        "search": lambda: work.search(sides),
        "imports": lambda: work.imports(free),
        "pages": lambda: pages.figures(whose_pages(free)),
        "spreading": lambda: spreading.figures(embedded, size),
    }
    quick = size is area.TENTH or deep
    wanted = set(only.split(",")) if only else {p for p in parts if quick or p != "spreading"}
    for part, figures in parts.items():
        if part in wanted:
            for figure in figures():
                print(figure.line(), flush=True)


def whose_pages(free: psycopg.Connection[Any]) -> dict[str, tuple[str, list[int]]]:
    """The pages that are measured, and workers whom they are for."""
    officers = [
        row[0]
        for row in free.execute(
            "SELECT worker_id FROM people_patchofficer GROUP BY 1 ORDER BY worker_id LIMIT 24"
        )
    ]
    nurses = [
        row[0]
        for row in free.execute(
            "SELECT m.worker_id FROM agencies_membership m "
            "JOIN agencies_team t ON t.id = m.team_id "
            "WHERE t.kind = 'cmht' AND m.role = 'member' ORDER BY 1 LIMIT 24"
        )
    ]
    person = free.execute(
        "SELECT worker_id, max(person_id) FROM sight WHERE source = 'patch' "
        "AND worker_id = %s GROUP BY 1",
        [officers[0]],
    ).fetchone()
    assert person
    return {
        "My day": ("/", officers),
        "team inbox": ("/requests/inbox/", nurses),
        "requests sent": ("/requests/sent/", officers),
        "person page": (f"/people/{person[1]}/", [person[0]]),
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "", "deep" in sys.argv[3:])
