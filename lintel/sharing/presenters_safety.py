"""Words and shapes for the pages about records opened for safety."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from lintel.sharing.queries import AskedView, AskView, Looked, OverrideRow, Patterns
from lintel.sharing.queries.patterns import DIMENSIONS
from lintel.sharing.queries.record import category_words
from lintel.web.words import count_words, datetime_words, listed

SOMEBODY = "Somebody about whom your agency holds nothing"
FEW = "1 to 4"


def status(row: OverrideRow, now: datetime) -> dict[str, str]:
    """The tag: how far it is."""
    if row.review is not None:
        if row.review.justified:
            return {"text": "Justified", "colour": "green"}
        return {"text": "Not justified", "colour": "red"}
    if row.ends > now:
        if row.waits:
            return {"text": "Part waits for a second worker", "colour": "yellow"}
        return {"text": "Open", "colour": "blue"}
    if row.review_due is not None and row.review_due <= now:
        return {"text": "Review overdue", "colour": "red"}
    return {"text": "To be reviewed", "colour": "yellow"}


def line(row: OverrideRow, now: datetime, *, by: bool = True, new: bool = False) -> dict[str, Any]:
    """An override in a list. `by`: whether to say who opened it."""
    who = f"{row.worker}, {row.job_title}, {row.agency}"
    return {
        "href": reverse("sharing:safety-one", args=[row.id]),
        "title": row.person or SOMEBODY,
        "what": f"{row.holder}: {_categories(row)}",
        "by": who if by else "",
        "when": datetime_words(row.opened),
        "reason": str(row.reason.label),
        "tag": status(row, now),
        "new": new,
        "due": row.review_due if row.review is None else None,
    }


def ask_line(ask: AskedView) -> dict[str, Any]:
    """An ask in a list."""
    return {
        "href": reverse("sharing:safety-ask", args=[ask.id]),
        "title": f"{ask.asked_by} asks to see what {ask.holder} holds",
        "about": ask.person or "Somebody who is not in your sight",
        "until": ask.ends,
        "when": datetime_words(ask.at),
    }


def facts(row: OverrideRow) -> list[dict[str, str]]:
    """What was opened, by whom and why, as rows of a summary."""
    rows = [
        ("Person", row.person or SOMEBODY),
        ("Opened by", f"{row.worker}, {row.job_title}, {row.agency}"),
        ("Whose record", row.holder),
        ("What", _categories(row)),
        ("Reason", str(row.reason.label)),
        ("What had happened", row.words),
        ("Opened", datetime_words(row.opened)),
        ("Closed" if row.ends < row.until else "Until", datetime_words(row.ends)),
    ]
    return [{"key": key, "text": text} for key, text in rows]


def second(row: OverrideRow, asked: Iterable[AskView]) -> list[dict[str, str]]:
    """What a second worker had to agree to, and what they said."""
    what = listed([str(c.label) for c in row.second])
    rows = [("Needed for", what[:1].upper() + what[1:])]
    for one in asked:
        said = "Has not answered"
        if one.answered is not None:
            said = f"{'Agreed' if one.yes else 'Said no'}, {datetime_words(one.answered)}"
            said += f": {one.words}" if one.words else ""
        rows.append((f"{one.name}, {one.job_title}", said))
    return [{"key": key, "text": text} for key, text in rows]


def found(row: OverrideRow) -> list[dict[str, str]]:
    """What the review found."""
    review = row.review
    if review is None:
        return []
    rows = [
        ("Outcome", "Justified" if review.justified else "Not justified"),
        ("What was found", review.findings),
        ("What follows", listed([str(c.label) for c in review.consequences])),
        (
            "The person was told" if review.told else "Why the person was not told yet",
            review.told_words,
        ),
        ("Reviewed by", f"{review.by}, {datetime_words(review.reviewed)}"),
    ]
    return [{"key": key, "text": text} for key, text in rows]


def asked_facts(asks: Sequence[AskedView]) -> list[dict[str, str]]:
    """What a second worker must know to decide. Asks made together are read together."""
    first = asks[0]
    rows = [
        ("Who asks", f"{first.asked_by}, {first.job_title}, {first.agency}"),
        ("About", first.person or "Somebody who is not in your sight: you need not know who"),
        ("Reason", str(first.reason.label)),
        ("What has happened", first.said),
    ]
    rows += [(one.holder, listed([str(c.label) for c in one.categories])) for one in asks]
    rows.append(("Until", datetime_words(first.ends)))
    return [{"key": key, "text": text} for key, text in rows]


def pattern_rows(found: Patterns) -> list[list[Any]]:
    """The lines of a table of patterns."""
    return [
        [one.words, one.times, one.outside, one.waiting, one.unjustified] for one in found.lines
    ]


def pattern_columns(by: str) -> list[str]:
    """Its headings."""
    return [DIMENSIONS[by], "Times", "Outside working hours", "Not reviewed yet", "Not justified"]


def few(times: int | None) -> str:
    """A count that may say nothing of one person."""
    return FEW if times is None else str(times)


def overdue_words(late: int) -> str:
    """How many reviews are late."""
    return count_words(late, "review")


def _categories(row: OverrideRow) -> str:
    return listed([str(c.label) for c in row.categories])


def looked(found: Iterable[Looked]) -> list[list[str]]:
    """What the worker looked at while it was open, as rows of a table."""
    return [
        [datetime_words(one.at), str(one.verb.label), listed(category_words(one.categories))]
        for one in found
    ]
