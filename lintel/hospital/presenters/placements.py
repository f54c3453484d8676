"""How placements away are shown: the table with its total, the group picture, one person's."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from lintel.hospital import figures
from lintel.hospital.figures import pounds
from lintel.hospital.queries.placements import PlacementView, group
from lintel.web.words import count_words, date_words

COLUMNS: list[dict[str, Any]] = [
    {"text": "Person"},
    {"text": "Where"},
    {"text": "Miles", "numeric": True},
    {"text": "Why"},
    {"text": "Since"},
    {"text": "A week", "numeric": True},
    {"text": "Last visit"},
    {"text": "Home by"},
    {"text": "Home here, a week", "numeric": True},
]
CSV = (
    "Person",
    "Provider",
    "Place",
    "Miles from home",
    "Why",
    "Since",
    "Days",
    "Cost a week (pounds)",
    "Who visits",
    "Last visit",
    "What would bring them home",
    "Home by",
    "Home here, a week (pounds)",
)
NOT_KNOWN = "Not known"


def cells(rows: Sequence[PlacementView]) -> list[list[Any]]:
    """The table, with its total in the last row."""
    found: list[list[Any]] = [
        [
            {"text": r.person, "href": reverse("hospital-waiting:placement", args=[r.id])},
            f"{r.provider}, {r.place}",
            NOT_KNOWN if r.miles is None else f"{r.miles:,}",
            r.reason_words,
            date_words(r.since),
            pounds(r.week_pence),
            visit_words(r),
            home_words(r),
            NOT_KNOWN if r.home_week_pence is None else pounds(r.home_week_pence),
        ]
        for r in rows
    ]
    if rows:
        found.append(
            [
                f"All, {count_words(len(rows), 'person', 'people')}",
                "",
                "",
                "",
                "",
                pounds(sum(r.week_pence for r in rows)),
                "",
                "",
                pounds(sum(r.home_week_pence or 0 for r in rows)),
            ]
        )
    return found


def lines(rows: Sequence[PlacementView]) -> list[Sequence[object]]:
    """The table as a file."""
    return [
        (
            r.person,
            r.provider,
            r.place,
            "" if r.miles is None else r.miles,
            r.reason_words,
            r.since.isoformat(),
            r.days,
            round(r.week_pence / 100),
            r.visitor,
            r.last_visit.isoformat() if r.last_visit else "",
            r.would_take,
            r.home_by.isoformat() if r.home_by else "",
            "" if r.home_week_pence is None else round(r.home_week_pence / 100),
        )
        for r in rows
    ]


def picture(rows: Sequence[PlacementView]) -> list[str]:
    """The group picture in sentences; a difference never without its caveat."""
    found = group(list(rows))
    every = sum(r.year_pence for r in rows)
    said = [
        f"{count_words(found.people, 'person is', 'people are')} placed away, "
        f"at {pounds(every)} a year."
    ]
    if found.priced:
        of = "all of them" if found.priced == found.people else f"{found.priced} of them"
        said.append(
            f"For {of} it is known what a home here would cost: {pounds(found.home_pence)} a year, "
            f"against {pounds(found.away_pence)} away. {figures.away_saving(found)}"
        )
    if len(rows) > found.priced:
        said.append("A home that nobody has priced yet is in neither sum.")
    places: dict[str, int] = {}
    for r in rows:
        places[r.place] = places.get(r.place, 0) + 1
    if len(places) > 1:
        by = sorted(places.items(), key=lambda pair: (-pair[1], pair[0]))
        said.append("Where: " + ", ".join(f"{name} {n}" for name, n in by) + ".")
    return said


def card(r: PlacementView) -> list[dict[str, str]]:
    """One placement, as the rows of a summary card."""
    rows = [
        ("Where", ", ".join(filter(None, [r.provider, r.place, r.postcode]))),
        # Of who is home again it says nothing: their home may be another.
        *([("How far from home", miles_words(r))] if r.until is None else []),
        ("Why", ". ".join(filter(None, [r.reason_words, r.why_words]))),
        ("Since", f"{date_words(r.since)} ({count_words(r.days, 'day')})"),
        ("Cost", f"{pounds(r.week_pence)} a week, {pounds(r.year_pence)} a year"),
        ("Who visits", r.visitor or "Nobody is named"),
        ("Last visit", visit_words(r)),
        ("What would bring them home", r.would_take or "Nobody has said yet"),
        ("Home by", home_words(r)),
        (
            "The home here",
            NOT_KNOWN if r.home_week_pence is None else f"{pounds(r.home_week_pence)} a week",
        ),
        ("Held by", r.owner),
    ]
    if r.until is not None:
        rows.append(("Left", f"{date_words(r.until)}. {r.ended_words}"))
    return [{"key": key, "text": text} for key, text in rows]


def miles_words(r: PlacementView) -> str:
    """How far from home they are, or what it would need to say so."""
    if r.miles is None:
        return f"{NOT_KNOWN}. It needs the place’s postcode, and a home of theirs that you see"
    said = count_words(r.miles, "mile") if r.miles else "Less than a mile"
    return f"{said}, as the crow flies"


def visit_words(r: PlacementView) -> str:
    """The last visit, said where it is long ago."""
    said = date_words(r.last_visit) if r.last_visit else "None noted"
    return f"{said} (a visit is due)" if r.visit_late else said


def home_words(r: PlacementView) -> str:
    """By when they are to be home."""
    if r.home_by is None:
        return "No day yet"
    return f"{date_words(r.home_by)}{' (has passed)' if r.home_late else ''}"
