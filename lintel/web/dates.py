"""Reads dates and times as people write them, in British order.

A reading either succeeds or says, in words fit for the page, what is wrong. Nothing is guessed
that could be read two ways without saying: a page shows the date in words before it counts.
"""

import calendar
import datetime as dt
import re
from typing import Literal

from django.utils import timezone

Prefers = Literal["past", "future", "nearest"]

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {word: i for i, word in enumerate(_COUNTED, 1)}
NUMBERS |= {"a": 1, "an": 1}
EXAMPLE = "like 3 May 2026 or 3/5/2026"


class Unreadable(ValueError):
    """What was written isn't a date; the message says what to write instead."""


def _month(word: str) -> int | None:
    """The month named by `word` or its first three or more letters."""
    word = word.rstrip(".")
    if len(word) < 3:
        return None
    if word == "sept":
        return 9
    return next((i for name, i in MONTHS.items() if name.startswith(word)), None)


def _weekday(word: str) -> int | None:
    """The day of the week (Monday 0) named by `word` or its usual short forms."""
    if len(word) < 3:
        return None
    if word in {"tues", "weds", "thur", "thurs"}:
        word = word[:3]
    return next((i for name, i in DAYS.items() if name.startswith(word)), None)


def _full_year(year: int, digits: int, prefers: Prefers, today: dt.date) -> int:
    """A year of four digits from what was written: 24 is 2024, 62 is 1962.

    Two digits mean the century that puts the date near: never in the future where only the past
    is meant, at most 20 years ahead otherwise.
    """
    if digits > 2:
        return year
    century = today.year - today.year % 100
    reach = 0 if prefers == "past" else 20
    full = century + year
    return full - 100 if full > today.year + reach else full


def _make(day: int, month: int, year: int) -> dt.date:
    """The date; Unreadable with the reason when there is no such day."""
    if not 1 <= month <= 12:
        if 1 <= day <= 12 and 1 <= month <= 31:
            raise Unreadable(
                f"Month {month} does not exist. Write the day before the month, "
                f"like {month} {calendar.month_name[day]} {year}"
            )
        raise Unreadable(f"Month {month} does not exist. Enter a date {EXAMPLE}")
    if not 1800 <= year <= 2200:
        raise Unreadable(f"Year {year} is too far away. Enter a date {EXAMPLE}")
    longest = calendar.monthrange(year, month)[1]
    if not 1 <= day <= longest:
        raise Unreadable(
            f"{calendar.month_name[month]} {year} has {longest} days. "
            f"Enter a day from 1 to {longest}"
        )
    return dt.date(year, month, day)


def _without_year(day: int, month: int, prefers: Prefers, today: dt.date) -> dt.date:
    """The date nearest to today, on the side that is meant (today itself counts for both)."""
    if not 1 <= month <= 12 or day > calendar.monthrange(2024, month)[1]:
        return _make(day, month, today.year)
    found = []
    for year in range(today.year - 8, today.year + 9):  # 29 February may be eight years away
        if day <= calendar.monthrange(year, month)[1]:
            found.append(dt.date(year, month, day))
    if prefers == "past":
        found = [d for d in found if d <= today]
    elif prefers == "future":
        found = [d for d in found if d >= today]
    return min(found, key=lambda d: abs(d - today))


def _from_weekday(word: str, weekday: int, prefers: Prefers, today: dt.date) -> dt.date:
    """The day that `Friday`, `this Friday`, `next Friday` or `last Friday` means.

    `Friday` is the coming one (the one just gone where only the past is meant), never today.
    `next Friday` is the Friday of next week, `last Friday` that of last week.
    """
    monday = today - dt.timedelta(days=today.weekday())
    if word == "next":
        return monday + dt.timedelta(days=7 + weekday)
    if word == "last":
        return monday + dt.timedelta(days=weekday - 7)
    if word == "this":
        return monday + dt.timedelta(days=weekday)
    ahead = (weekday - today.weekday()) % 7 or 7
    if prefers == "past":
        ahead -= 14 if ahead == 7 else 7
    return today + dt.timedelta(days=ahead)


def _relative(text: str, prefers: Prefers, today: dt.date) -> dt.date | None:
    """Today, tomorrow, next Friday, in 2 weeks, 3 days ago; None when it is none of those."""
    plain = {
        "today": 0,
        "now": 0,
        "tomorrow": 1,
        "yesterday": -1,
        "tonight": 0,
        "day after tomorrow": 2,
        "the day after tomorrow": 2,
        "day before yesterday": -2,
        "the day before yesterday": -2,
    }
    if text in plain:
        return today + dt.timedelta(days=plain[text])
    found = re.fullmatch(r"(?:(next|last|this|on) )?([a-z]+)", text)
    if found and (weekday := _weekday(found.group(2))) is not None:
        return _from_weekday(found.group(1) or "", weekday, prefers, today)
    if text in {"next week", "last week"}:
        return today + dt.timedelta(days=7 if text[0] == "n" else -7)
    found = re.fullmatch(r"(in )?([a-z]+|\d{1,3}) (day|week|month|year)s?['’]?( ago| time)?", text)
    if not found or not (found.group(1) or found.group(4)):
        return None
    amount = NUMBERS.get(found.group(2)) or (int(found.group(2)) if found.group(2).isdigit() else 0)
    if not amount:
        return None
    sign = -1 if found.group(4) == " ago" else 1
    return _shift(today, sign * amount, found.group(3))


def _shift(day: dt.date, amount: int, unit: str) -> dt.date:
    """`day` moved by `amount` days, weeks, months or years; a month's end stays a month's end."""
    if unit in {"day", "week"}:
        return day + dt.timedelta(days=amount * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def parse_date(text: str, *, today: dt.date, prefers: Prefers = "nearest") -> dt.date:
    """The date that `text` means on the day `today`.

    `prefers` settles a year or week that was left out. Raises Unreadable with what to write.
    """
    plain = " ".join(text.lower().replace(",", " ").split())
    plain = re.sub(r"\b(\d{1,2})(st|nd|rd|th)\b", r"\1", plain)
    plain = re.sub(r"\bof\b ?", "", plain)
    if not plain:
        raise Unreadable(f"Enter a date {EXAMPLE}")
    if (found := _relative(plain, prefers, today)) is not None:
        return found
    # A day of the week before a date is checked against it, as a slip in one is common.
    head, _, rest = plain.partition(" ")
    weekday = _weekday(head)
    if weekday is not None and rest:
        return _checked(rest, weekday, today, prefers)
    return _absolute(plain, today, prefers)


def _checked(rest: str, weekday: int, today: dt.date, prefers: Prefers) -> dt.date:
    """The date in `rest`, which must fall on `weekday`; Unreadable names the day it really is."""
    day = _absolute(rest, today, prefers)
    if day.weekday() != weekday:
        names = list(calendar.day_name)
        raise Unreadable(
            f"{day.day} {day:%B %Y} is a {names[day.weekday()]}, not a {names[weekday]}. "
            "Check the date"
        )
    return day


_NUMBERS_ONLY = r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})(?:\s*[-/. ]\s*(\d{2}|\d{4}))?"


def _absolute(plain: str, today: dt.date, prefers: Prefers) -> dt.date:
    """A date with a day and a month, and perhaps a year, in any of the usual forms."""
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", plain):
        year, month, day = (int(g) for g in found.groups())
        return _make(day, month, year)
    if found := re.fullmatch(r"(\d{2})(\d{2})(\d{2}|\d{4})", plain):
        return _dated(int(found[1]), int(found[2]), found[3], prefers, today)
    if found := re.fullmatch(_NUMBERS_ONLY, plain):
        return _dated(int(found[1]), int(found[2]), found[3], prefers, today)
    if found := re.fullmatch(r"(\d{1,2})[- /]?([a-z]{3,9})\.?(?:[- /]?'?(\d{2}|\d{4}))?", plain):
        day, word, written = int(found[1]), found[2], found[3]
    elif found := re.fullmatch(r"([a-z]{3,9})\.?[- ]?(\d{1,2})(?:[- ](\d{4}))?", plain):
        day, word, written = int(found[2]), found[1], found[3]
    else:
        raise Unreadable(f"“{plain[:40]}” is not a date we can read. Enter a date {EXAMPLE}")
    month_number = _month(word)
    if month_number is None:
        raise Unreadable(f"“{word}” is not a month. Enter a date {EXAMPLE}")
    return _dated(day, month_number, written, prefers, today)


def _dated(day: int, month: int, year: str | None, prefers: Prefers, today: dt.date) -> dt.date:
    """The date from its written parts, the year perhaps left out."""
    if year is None:
        return _without_year(day, month, prefers, today)
    return _make(day, month, _full_year(int(year), len(year), prefers, today))


_TIME = re.compile(
    r"(?:^|[\s,]|\bat\b)\s*(?:at\s+)?(?:(?P<word>midday|noon|midnight)"
    r"|(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>am|pm|a\.m\.?|p\.m\.?)"
    r"|(?P<hour24>\d{1,2})[:.](?P<minute24>\d{2}))\s*$"
)
TIME_EXAMPLE = "like 4:45pm or 16:45"


def parse_time(text: str) -> dt.time:
    """The time of day that `text` is: 4:45pm, 16.45, 9am, midday. Raises Unreadable."""
    found = _TIME.search(text.lower().strip())
    if not found or found.start() > 0:
        raise Unreadable(f"Enter a time {TIME_EXAMPLE}")
    return _time_of(found)


def _time_of(found: re.Match[str]) -> dt.time:
    """The time in a match of _TIME; Unreadable when there is no such time."""
    if found["word"]:
        return dt.time(0 if found["word"] == "midnight" else 12)
    if found["hour24"]:
        hour, minute = int(found["hour24"]), int(found["minute24"])
    else:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if not 1 <= hour <= 12:
            raise Unreadable(f"{hour}{found['half']} is not a time. Enter a time {TIME_EXAMPLE}")
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise Unreadable(f"{hour}:{minute:02} is not a time. Enter a time {TIME_EXAMPLE}")
    return dt.time(hour, minute)


def parse_datetime(text: str, *, now: dt.datetime, prefers: Prefers = "nearest") -> dt.datetime:
    """The moment that `text` means (aware, in the deployment's time zone).

    A time alone means today. Raises Unreadable where the date, the time or the hour is wrong
    (the hour that is left out when clocks go forward does not exist).
    """
    plain = " ".join(text.lower().split())
    found = _TIME.search(plain)
    local = timezone.localtime(now)
    if not found:
        parse_date(plain, today=local.date(), prefers=prefers)  # a wrong date is said first
        raise Unreadable(f"Add a time to the date, {TIME_EXAMPLE}")
    clock = _time_of(found)
    before = plain[: found.start()].strip().removesuffix(" at").rstrip(" ,")
    day = parse_date(before, today=local.date(), prefers=prefers) if before else local.date()
    made = timezone.make_aware(dt.datetime.combine(day, clock))
    there_and_back = timezone.localtime(made.astimezone(dt.UTC))
    if there_and_back.replace(tzinfo=None) != made.replace(tzinfo=None):
        raise Unreadable("The clocks go forward then: that time does not exist. Enter another")
    return made
