"""Measures one size of area and prints its figures."""

import sys

import psycopg

from bench import area


def main(name: str, only: str) -> None:
    """Build if need be, then every part (or those named)."""
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
    from bench import lists

    wanted = set(only.split(",")) if only else {"decisions", "lists"}
    app = psycopg.connect(embedded.dsn("lintel_app", size.database), autocommit=True)
    free = psycopg.connect(embedded.dsn("postgres", size.database), autocommit=True)
    sides = lists.Sides(app, free)
    parts = {"decisions": lists.decisions, "lists": lists.figures}
    for part, figures in parts.items():
        if part in wanted:
            for figure in figures(sides):
                print(figure.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
