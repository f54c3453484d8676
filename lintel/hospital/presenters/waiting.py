"""How waiting is shown: the board's lines, money, and the words of a correction."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.urls import reverse

from lintel.hospital.queries.waiting import BoardRow, WaitingView
from lintel.web.lists import Sort
from lintel.web.words import count_words, date_words

COLUMNS: list[dict[str, Any]] = [
    {"text": "Person", "sort": "person"},
    {"text": "Ward", "sort": "ward"},
    {"text": "Days", "numeric": True, "sort": "days"},
    {"text": "Cost so far", "numeric": True},
    {"text": "Waiting for", "sort": "reason"},
    {"text": "Who could act", "sort": "holder"},
    {"text": "Next step"},
    {"text": "By", "sort": "by"},
]
SORTS = {c["sort"] for c in COLUMNS if "sort" in c}
CSV = (
    "Person",
    "Ward",
    "Ready since (this reason)",
    "Days",
    "Cost so far (pounds)",
    "Waiting for",
    "Whose part",
    "Who could act",
    "Next step",
    "By",
    "Overdue",
)
_KEYS: dict[str, Callable[[BoardRow], Any]] = {
    "person": lambda r: (r.person, r.stay_id),
    "ward": lambda r: (r.ward, -r.days),
    "days": lambda r: (r.days, r.stay_id),
    "reason": lambda r: (r.reason_words, -r.days),
    "holder": lambda r: (r.holder_words, -r.days),
    "by": lambda r: (r.next_by is None, str(r.next_by), -r.days),
}


def pounds(pence: int) -> str:
    """Whole pounds, as people write them."""
    return f"£{round(pence / 100):,}"


def kept(rows: Iterable[BoardRow], chosen: dict[str, str]) -> list[BoardRow]:
    """The rows that fit what was chosen."""
    tests: dict[str, Callable[[BoardRow, str], bool]] = {
        "ward": lambda r, v: str(r.ward_id) == v,
        "reason": lambda r, v: r.housing if v == "housing" else r.reason == v,
        "holder": lambda r, v: r.holder == v,
        "overdue": lambda r, v: r.overdue if v == "yes" else r.next_by is None,
    }
    return [r for r in rows if all(tests[name](r, value) for name, value in chosen.items())]


def ordered(rows: Iterable[BoardRow], sort: Sort) -> list[BoardRow]:
    """Sorted as asked."""
    return sorted(rows, key=_KEYS[sort.key], reverse=sort.down)


def board_cells(rows: Iterable[BoardRow]) -> list[list[Any]]:
    """The board's table."""
    return [
        [
            {"text": r.person, "href": reverse("hospital-waiting:stay", args=[r.stay_id])},
            r.ward,
            str(r.days),
            pounds(r.pence),
            r.reason_words,
            r.holder_words,
            r.next_step,
            by_words(r),
        ]
        for r in rows
    ]


def board_lines(rows: Iterable[BoardRow]) -> list[Sequence[object]]:
    """The board as a file."""
    return [
        (
            r.person,
            r.ward,
            r.since.isoformat(),
            r.days,
            round(r.pence / 100),
            r.reason_words,
            r.attribution_words,
            r.holder_words,
            r.next_step,
            r.next_by.isoformat() if r.next_by else "",
            "yes" if r.overdue else "",
        )
        for r in rows
    ]


def by_words(r: BoardRow | WaitingView) -> str:
    """By when the next step is due, said where it is late."""
    if r.next_by is None:
        return "No day set"
    return f"{date_words(r.next_by)}{' (overdue)' if r.overdue else ''}"


def summary(rows: Sequence[BoardRow]) -> str:
    """The board in one sentence, to begin the call with."""
    days = sum(r.days for r in rows)
    late = sum(r.overdue for r in rows)
    housing = sum(r.housing for r in rows)
    said = (
        f"{count_words(len(rows), 'person waits', 'people wait')}, {housing} for housing: "
        f"{count_words(days, 'day')} so far, {pounds(sum(r.pence for r in rows))}."
    )
    return (
        f"{said} {count_words(late, 'next step is', 'next steps are')} overdue." if late else said
    )


def line_rows(line: WaitingView) -> list[dict[str, str]]:
    """One line of a stay's waiting, as the rows of a summary card."""
    whose = line.attribution_words + (f": {line.council_name}" if line.council else "")
    rows = [
        ("Waiting for", line.reason_words),
        ("Days", f"{line.days:,} ({pounds(line.pence)})"),
        ("Whose part", whose),
        ("Who could act", line.holder_words),
        ("Next step", line.next_step),
        ("By", by_words(line)),
        ("Noted by", f"{line.by}, {date_words(line.recorded)}"),
    ]
    if line.corrects_id is not None:
        rows.append(("Corrected", line.why))
    return [{"key": key, "text": text} for key, text in rows]


def span_words(line: WaitingView) -> str:
    """From when until when."""
    until = f" to {date_words(line.until)}" if line.until else " until now"
    return f"{date_words(line.since)}{until}"


def card(line: WaitingView) -> tuple[WaitingView, str, list[dict[str, str]]]:
    """What the card of one line is made of."""
    return line, span_words(line), line_rows(line)
