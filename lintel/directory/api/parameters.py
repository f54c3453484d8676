"""What may stand after the question mark: read, and described, from one table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from lintel.directory.place import Unplaced, tidy_postcode
from lintel.directory.states import DAYS
from lintel.kernel.clock import LONDON
from lintel.kernel.errors import Invalid

PER_PAGE, MOST_PER_PAGE, LAST_PAGE = 50, 500, 1_000_000
LONGEST_SEARCH = 200
OLDEST = 130
FURTHEST = 200_000
# Both as iCalendar writes it and in full, in the cases in which people type them.
DAY_NAMES = {
    spelt: number
    for number, day in enumerate(DAYS)
    for name in (str(day), str(day.label))
    for spelt in (name, name.lower(), name.upper(), name.capitalize())
}
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?|(24):(00)(?::(00))?")
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?([Zz]|[+ -][0-9]{2}:[0-9]{2})?)?"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: how it is read (ValueError with words for what it can't be), and described."""

    read: Callable[[str], Any]
    words: str
    schema: Mapping[str, Any]


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(typed: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", typed) or not least <= int(typed) <= most:
            raise ValueError(f"Write a whole number from {least} to {most}.")
        return int(typed)

    return read


def _number(words: str, least: int, most: int, default: int | None = None) -> Parameter:
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(
        _whole(least, most), words, schema | ({} if default is None else {"default": default})
    )


def _search(typed: str) -> str:
    if len(typed) > LONGEST_SEARCH or "\0" in typed:
        raise ValueError(f"Write at most {LONGEST_SEARCH} characters.")
    return typed.strip()


def _id(typed: str) -> UUID:
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", typed):
        raise ValueError("Write an id: a UUID, with its four dashes.")
    return UUID(typed)


def _clock(typed: str) -> float:
    found = CLOCK.fullmatch(typed)
    if found is None:
        raise ValueError("Write a time of the day, like 09:30 or 17:00.")
    hours, minutes, seconds = (int(part) for part in [*filter(None, found.groups()), 0][:3])
    return hours * 60 + minutes + seconds / 60


def _day(typed: str) -> int:
    if typed not in DAY_NAMES:
        raise ValueError("Write a day of the week: MO, TU, WE, TH, FR, SA, SU, or its name.")
    return DAY_NAMES[typed]


def _moment(typed: str) -> datetime:
    """A date, or a time; one without an offset is London's, and a lost "+" is put back."""
    try:
        if not MOMENT.fullmatch(typed):
            raise ValueError
        head, tail = typed[:11].upper().replace(" ", "T"), typed[11:].upper().replace(" ", "+")
        found = datetime.fromisoformat(head + re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", tail))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=LONDON)
    except (ValueError, OverflowError):
        words = "Write a date or a time, like 2026-11-01 or 2026-11-01T09:00:00Z."
        raise ValueError(words) from None


def _postcode(typed: str) -> str:
    try:
        return tidy_postcode(typed[:20])
    except Unplaced as error:
        raise ValueError(str(error)) from None


ID = {"type": "string", "format": "uuid"}
TIME = {"type": "string", "pattern": f"^(?:{CLOCK.pattern})$"}
PAGING = ("page", "per_page")
NARROWING = (
    "search",
    "taxonomy_term_id",
    "taxonomy_id",
    "minimum_age",
    "maximum_age",
    "start_time",
    "end_time",
    "day",
    "modified_after",
)
NEARNESS = ("postcode", "proximity")
PARAMETERS: dict[str, Parameter] = {
    "page": _number("The page, from 1. One past the last is empty.", 1, LAST_PAGE, 1),
    "per_page": _number("How many on a page.", 1, MOST_PER_PAGE, PER_PAGE),
    "search": Parameter(
        _search,
        "Words, in any order; “a phrase” in quotation marks, -word for what must not be there.",
        {"type": "string", "maxLength": LONGEST_SEARCH, "pattern": "^[^\\u0000]*$"},
    ),
    "taxonomy_term_id": Parameter(_id, "Only services with this term.", ID),
    "taxonomy_id": Parameter(_id, "Only services with any term of this taxonomy.", ID),
    "minimum_age": _number("Only services whose minimum age is at least this.", 0, OLDEST),
    "maximum_age": _number("Only services whose maximum age is at most this.", 0, OLDEST),
    "start_time": Parameter(_clock, "Only services that open at this time or later.", TIME),
    "end_time": Parameter(_clock, "Only services that close at this time or earlier.", TIME),
    "day": Parameter(
        _day,
        "Only services that open on this day; with a time, the time is of that day.",
        {"type": "string", "enum": sorted(DAY_NAMES)},
    ),
    "modified_after": Parameter(
        _moment,
        "Only services changed at this time or later. A time without an offset is London’s.",
        {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
    ),
    "postcode": Parameter(
        _postcode,
        "Only services whose area holds this postcode, or that name no area; the nearest first.",
        {
            "type": "string",
            "pattern": r"^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}$",
        },
    ),
    "proximity": _number("Only those so many metres from the postcode.", 1, FURTHEST),
}


def read(query: QueryDict, names: tuple[str, ...]) -> dict[str, Any]:
    """The values of the parameters that were given.

    Raises Invalid with what is wrong with each: one that isn't taken here (ignoring it would
    answer another question than was asked), one that is given twice, or can't be read.
    """
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, typed in query.lists():
        if name not in names:
            known = ", ".join(names) or "none"
            wrong["?"] = f"Send only the parameters that are taken here: {known}."
        elif len(typed) > 1:
            wrong[name] = "Send this once."
        else:
            try:
                found[name] = PARAMETERS[name].read(typed[0])
            except ValueError as error:
                wrong[name] = str(error)
    if wrong:
        raise Invalid(wrong)
    return found
