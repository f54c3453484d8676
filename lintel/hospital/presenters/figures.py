"""How figures are shown: tables with their bars, comparisons in words, and the file."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from lintel.hospital import figures as statistics
from lintel.hospital.queries.figures import DIMENSIONS, NEEDS, PERIODS, Figures, Length, Lost
from lintel.web.words import count_words, date_words

FEW = "Too few to show"
CSV = ("What", "Group", "People or stays (to the nearest 5)", "Days or hours", "From", "To")
_HOURS_A_DAY = 24


def few(number: float | None) -> str:
    """A count, or that it is too small."""
    return FEW if number is None else f"{number:,.0f}"


def bar(share: float) -> SafeString:
    """A bar as long as a share of the column; the number stands beside it, so it is not read."""
    return format_html(
        '<svg class="lintel-bar" width="100%" height="16" aria-hidden="true" focusable="false">'
        '<rect width="{}%" height="16" fill="#1d70b8"></rect></svg>',
        f"{max(min(share, 1), 0) * 100:.1f}",
    )


def span_words(found: Figures) -> str:
    """The months that count."""
    return f"{date_words(found.first)} to {date_words(found.until - dt.timedelta(days=1))}"


def lost_columns(dimension: str) -> list[dict[str, Any]]:
    """The columns of a table of days lost."""
    return [
        {"text": DIMENSIONS[dimension]},
        {"text": "People", "numeric": True},
        {"text": "Days", "numeric": True},
        {"text": "Beside each other"},
    ]


def lost_rows(cells: Sequence[Lost]) -> list[list[Any]]:
    """Days lost, each with its bar."""
    most = max((c.days or 0 for c in cells), default=0) or 1
    return [[c.words, few(c.people), few(c.days), bar((c.days or 0) / most)] for c in cells]


def tables(found: Figures) -> list[dict[str, Any]]:
    """The tables of days lost."""
    return [
        {
            "title": f"Days lost by {words.lower()}",
            "columns": lost_columns(name),
            "rows": lost_rows(found.lost[name]),
        }
        for name, words in DIMENSIONS.items()
    ]


LENGTH_COLUMNS: list[dict[str, Any]] = [
    {"text": "Stays"},
    {"text": "How many", "numeric": True},
    {"text": "Days on average", "numeric": True},
    {"text": "Likely between", "numeric": True},
    {"text": "Beside each other"},
]


def length_rows(found: Figures) -> list[list[Any]]:
    """Lengths of stay by period and housing need, each with its interval."""
    most = max((x.mean or 0 for x in found.lengths), default=0) or 1
    return [
        [
            f"{PERIODS[x.period]}: {NEEDS[x.need].lower()}",
            few(x.n),
            few(x.mean),
            _interval(x),
            bar((x.mean or 0) / most),
        ]
        for x in found.lengths
    ]


def comparisons(found: Figures) -> list[str]:
    """Before and since the service, in sentences; the saving never without its caveat."""
    return [words for need in ("all", "need", "no_need") if (words := _compared(found, need))]


def cost_words(found: Figures) -> str:
    """What the days lost come to, at what a night costs on the wards."""
    if found.total.days is None:
        return "The days lost are too few people’s to show."
    days = found.total.days
    low, high = days * found.night_low, days * found.night_high
    said = f"{count_words(days, 'day')} lost"
    if low == high:
        return f"{said}: {statistics.pounds(low)} at {statistics.pounds(found.night_low)} a night."
    return (
        f"{said}: {statistics.pounds(low)} to {statistics.pounds(high)}, at "
        f"{statistics.pounds(found.night_low)} to {statistics.pounds(found.night_high)} a night."
    )


def answer_rows(found: Figures) -> list[list[str]]:
    """From notice to answer."""
    if found.sent == 0:
        return [["Notices sent", "None"]]
    return [
        ["Notices sent", few(found.sent)],
        ["Answered", few(found.answered)],
        ["Half were answered within", hours(found.median_hours)],
        ["Nine of ten were answered within", hours(found.slow_hours)],
    ]


def hours(number: float | None) -> str:
    """Hours up to two days, then days."""
    if number is None:
        return FEW
    if number <= 2 * _HOURS_A_DAY:
        return count_words(round(number), "hour")
    return count_words(round(number / _HOURS_A_DAY), "day")


def lines(found: Figures) -> Iterator[tuple[object, ...]]:
    """All of it as a file."""
    for x in found.lengths:
        low, high = x.group.interval() if x.group else (None, None)
        yield (
            f"Length of stay: {PERIODS[x.period]}",
            NEEDS[x.need],
            few(x.n),
            few(x.mean),
            "" if low is None else round(low),
            "" if high is None else round(high),
        )
    for words in comparisons(found):
        yield ("Comparison", words, "", "", "", "")
    yield ("Days lost", "All", few(found.total.people), few(found.total.days), "", "")
    for name, words in DIMENSIONS.items():
        for c in found.lost[name]:
            yield (f"Days lost: {words}", c.words, few(c.people), few(c.days), "", "")
    yield ("Cost of the days lost", cost_words(found), "", "", "", "")
    yield ("Notices", "Sent", few(found.sent), "", "", "")
    yield ("Notices", "Answered", few(found.answered), "", "", "")
    yield ("Notices", "Median hours to the answer", "", few(found.median_hours), "", "")


def since_words(corrected: int, late: int) -> str:
    """What was corrected after a report; "" for nothing."""
    said = []
    if corrected:
        verb = "was" if corrected == 1 else "were"
        said.append(f"{count_words(corrected, 'row')} {verb} corrected")
    if late:
        verb = "was" if late == 1 else "were"
        said.append(f"{count_words(late, 'row')} {verb} noted late")
    return f"Since this report was made, {' and '.join(said)}." if said else ""


def _interval(x: Length) -> str:
    if x.group is None:
        return ""
    low, high = x.group.interval()
    return f"{low:.0f} and {high:.0f}"


def _compared(found: Figures, need: str) -> str:
    gap = found.difference(need)
    before, after = found.length("before", need), found.length("after", need)
    if gap is None or before is None or after is None:
        return ""
    words = (
        f"{NEEDS[need]}: {few(before.mean)} days on average before the service, "
        f"{few(after.mean)} since."
    )
    if gap.could_be_chance:
        return f"{words} The difference could be chance. {statistics.NOT_RANDOMISED}"
    shorter = "shorter" if gap.days > 0 else "longer"
    low, high = sorted((abs(gap.low), abs(gap.high)))
    words += (
        f" That is {abs(gap.days):.0f} days {shorter}, likely between {low:.0f} and {high:.0f}."
    )
    saving = statistics.stay_saving(
        gap, night_pence=found.night_low, highest_pence=found.night_high
    )
    return f"{words} {saving}"
