"""The rules: what can be wrong with an entry, and what is done about it.

`RULES` is the whole list; the guide shows it. A rule keeps the entry out, or mends it by leaving
out what is wrong or by the one reading that it can have. Nothing is guessed.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from lintel.directory import cleaning

KEPT_OUT: Mapping[str, str] = {
    "not_an_entry": "This is not an entry.",
    "unreadable": "The entry’s JSON can’t be read.",
    "no_id": "The entry has no id, so it can’t be kept in step.",
    "repeated_id": "Another entry with this id came before; the first one counts.",
    "own_entry": "This is an entry of this directory that the other one has from here.",
    "no_name": "The entry has no name.",
    "not_understood": "The entry could not be taken in.",
}
MENDED: Mapping[str, str] = {
    "id_not_uuid": "The id is not a UUID: the entry has one made from it.",
    "id_taken": "The id belongs to another entry here: this one has another.",
    "no_organisation": "No organisation is named: it stands under “Organisation not stated”.",
    "detail_missing": "The entry’s own page could not be read: only what the list says is known.",
    "blank_email": "The e-mail address is blank: left out.",
    "email_mended": "The e-mail address was put right.",
    "bad_email": "This is no e-mail address: left out.",
    "blank_url": "The web address is blank: left out.",
    "url_mended": "The web address was put right.",
    "bad_url": "This is no web address: left out.",
    "bad_phone": "This is no telephone number: left out.",
    "markup_in_name": "Markup or hidden characters were taken out of a name.",
    "too_long": "A text is too long: its end was left out.",
    "too_many": "There are too many of something: the first ones were taken.",
    "wrong_type": "A value has the wrong type: left out, or read as what it can only mean.",
    "unknown_status": "The status is unknown: the entry is marked as not running at present.",
    "no_status": "No status is given: the entry counts as running.",
    "bad_age": "This is no age of a person: left out.",
    "ages_crossed": "The youngest age is above the oldest: both are left out.",
    "bad_date": "This date can’t be right: left out.",
    "bad_hours": "These opening times can’t be read: left out.",
    "hours_in_words": "The opening times are given in words only: they stand in the description.",
    "swapped_point": "Latitude and longitude were the wrong way round.",
    "bad_point": "The point is not in Great Britain: left out.",
    "bad_postcode": "This is no postcode: left out.",
    "bad_area": "The area’s outline can’t be used: left out.",
    "area_in_words": "The area has a name that is not known here: it is shown and routes nobody.",
}
RULES: Mapping[str, tuple[str, bool]] = {
    **{code: (words, True) for code, words in KEPT_OUT.items()},
    **{code: (words, False) for code, words in MENDED.items()},
}
"""Code -> its words, and whether the entry is kept out."""
GONE = "gone"
GONE_HELD = "gone_held"
NOTED: Mapping[str, str] = {
    GONE: "It is no longer in the feed: taken out of the directory.",
    GONE_HELD: "It is no longer in the feed: it stays until a lead decides.",
}
"""What is noted beside the faults; it is no fault of the entry's."""

LINE, TEXT, NAME, LINK = 300, 20_000, 200, 2000
OLDEST_AGE = 130
# Written for "no limit" by many: nobody of 101 is to be turned away by it.
NO_OLDEST = 99
EARLIEST = date(1948, 7, 5)
# Great Britain with its islands, WGS84.
LATITUDES, LONGITUDES = (49.5, 61.2), (-9.0, 2.2)
LARGEST_NUMBER = 1e12
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?")
HTTP = re.compile(r"^https?:", re.IGNORECASE)
DOMAIN = re.compile(r"^[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?$")
PHONE = re.compile(r"^[+(]?\d[\d\s().+/-]{1,38}$")
_url = URLValidator(schemes=["http", "https"])


@dataclass(slots=True)
class Fault:
    """What was wrong with one entry. `detail` says where, and what stood there."""

    code: str
    detail: str = ""

    @property
    def kept_out(self) -> bool:
        """Whether it keeps the entry out."""
        return self.code in KEPT_OUT

    @property
    def words(self) -> str:
        """The rule in words, and the detail."""
        words = RULES[self.code][0]
        return f"{words} {self.detail}"[:500] if self.detail else words


class KeptOut(Exception):
    """An entry that can't be taken; `fault` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.fault = Fault(code, detail)


@dataclass(slots=True)
class Mender:
    """Reads the values of one entry and collects what it had to mend."""

    today: date
    faults: list[Fault] = field(default_factory=list)

    def note(self, code: str, where: str = "", value: object = "") -> None:
        """Collect a fault, each once."""
        shown = cleaning.plain(str(value)[:400])[:80] if value not in ("", None) else ""
        quoted = f"“{shown}”" if shown else ""
        fault = Fault(code, ": ".join(part for part in (where, quoted) if part))
        if fault not in self.faults:
            self.faults.append(fault)

    def words(self, value: object, where: str) -> str:
        """The text of a value: numbers are read as text, other types are left out."""
        if value is None or value == "":
            return ""
        if isinstance(value, str):
            return value
        self.note("wrong_type", where)
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return str(value)[:40] if numeric else ""

    def line(self, value: object, where: str, most: int = LINE) -> str:
        """One line of plain text."""
        raw = self.words(value, where)
        return self.cut(cleaning.plain(raw), where, most) if raw else ""

    def name(self, value: object, where: str, most: int = NAME) -> str:
        """A name: a line, and markup in it is worth a note."""
        raw = self.words(value, where)
        text = cleaning.plain(raw)
        hidden = cleaning.visible(raw).split() != raw.split()
        if hidden or cleaning.TAG.search(raw):
            self.note("markup_in_name", where)
        return self.cut(text, where, most)

    def text(self, value: object, where: str, most: int = TEXT) -> str:
        """Plain text with paragraphs."""
        raw = self.words(value, where)
        if len(raw) > cleaning.LONGEST_READ:
            self.note("too_long", where)
        return self.cut(cleaning.clean(raw), where, most) if raw else ""

    def cut(self, text: str, where: str, most: int) -> str:
        """The text, cut at a word if it is too long."""
        if len(text) <= most:
            return text
        self.note("too_long", where)
        begun = text[: most - 1]
        at_word = begun.rsplit(None, 1)[0] if " " in begun[-40:] else begun
        return f"{at_word}…"

    def rows(self, value: object, where: str, most: int = 50) -> list[dict[str, Any]]:
        """A list of objects; one object alone is read as a list of it."""
        if value is None or value == "":
            return []
        if isinstance(value, dict):
            return [value]
        if not isinstance(value, list):
            self.note("wrong_type", where)
            return []
        found = [row for row in value if isinstance(row, dict)]
        if len(found) < len(value):
            self.note("wrong_type", where)
        if len(found) > most:
            self.note("too_many", where)
        return found[:most]

    def email(self, value: object, where: str = "E-mail address") -> str:
        """An e-mail address, the first one of several."""
        raw = self.words(value, where)
        if not raw.strip():
            if value is not None:
                self.note("blank_email", where if where != "E-mail address" else "")
            return ""
        text = cleaning.plain(raw).removeprefix("mailto:")
        address = re.split(r"[;,\s]+", text.strip(" .;,<>"))[0]
        try:
            validate_email(address)
        except ValidationError:
            self.note("bad_email", where, raw)
            return ""
        if len(address) > LINE:
            return ""
        if address != raw:
            self.note("email_mended", where, raw)
        return address

    def url(self, value: object, where: str = "Web address") -> str:
        """An http(s) address; "www.x.uk" is read as "https://www.x.uk"."""
        raw = self.words(value, where)
        text = cleaning.visible(raw).strip()
        if not text:
            if value is not None:
                self.note("blank_url", where if where != "Web address" else "")
            return ""
        if HTTP.match(text):
            found = re.sub(r"^(https?)[:/\\]+(?:https?[:/\\]+)*", r"\1://", text, flags=re.I)
        elif DOMAIN.match(text) and "@" not in text:
            found = f"https://{text}"
        else:
            found = ""
        if not found or not _good_url(found):
            self.note("bad_url", where, raw)
            return ""
        if found != raw:
            self.note("url_mended", where, raw)
        return found

    def phone(self, value: object, where: str = "Telephone") -> str:
        """A number as it is written."""
        raw = self.words(value, where) if not isinstance(value, int) else str(value)
        text = cleaning.plain(raw)
        if not text:
            return ""
        if not PHONE.match(text) or not 3 <= len(re.sub(r"\D", "", text)) <= 20:
            self.note("bad_phone", where, text)
            return ""
        return text

    def number(self, value: object, where: str) -> float | None:
        """A number, also one written as text."""
        if value is None or value == "":
            return None
        if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
            self.note("wrong_type", where)
            return float(value.strip())
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note("wrong_type", where)
            return None
        return float(value) if -LARGEST_NUMBER < value < LARGEST_NUMBER else None

    def whole(self, value: object, where: str) -> int | None:
        """A number of things, none below nothing."""
        found = self.number(value, where)
        return int(found) if found is not None and found >= 0 else None

    def ages(self, youngest: object, oldest: object) -> tuple[int | None, int | None]:
        """The youngest and the oldest age; None for no limit."""
        low, high = self._age(youngest, "Youngest age"), self._age(oldest, "Oldest age")
        if low is not None and high is not None and low > high:
            self.note("ages_crossed", "", f"{low} to {high}")
            return None, None
        return low or None, high if high is not None and high < NO_OLDEST else None

    def _age(self, value: object, where: str) -> int | None:
        found = self.number(value, where)
        if found is None:
            return None
        if not 0 <= found <= OLDEST_AGE:
            self.note("bad_age", where, value)
            return None
        return int(found)

    def day(self, value: object, where: str, *, future: bool = True) -> date | None:
        """A date, also the day of a moment. Before the NHS, or to come where it can't be: none."""
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.note("wrong_type", where)
            return None
        try:
            found = datetime.fromisoformat(value.strip()[:40]).date()
        except ValueError:
            self.note("bad_date", where, value)
            return None
        if found < EARLIEST or found.year > 2200 or (not future and found > self.today):
            self.note("bad_date", where, value)
            return None
        return found

    def days(self, first: object, last: object, where: str) -> tuple[date | None, date | None]:
        """From and to; neither where they cross."""
        begins, ends = self.day(first, where), self.day(last, where)
        if begins and ends and ends < begins:
            self.note("bad_date", where, f"{begins} to {ends}")
            return None, None
        return begins, ends

    def point(self, lat: object, lon: object) -> tuple[float | None, float | None]:
        """(longitude, latitude) in Great Britain, or nothing."""
        north, east = self.number(lat, "Latitude"), self.number(lon, "Longitude")
        if north is None or east is None:
            return None, None
        if _inside(north, east):
            return east, north
        if _inside(east, north):
            self.note("swapped_point")
            return north, east
        self.note("bad_point", "", f"{north}, {east}")
        return None, None


def _inside(lat: float, lon: float) -> bool:
    return LATITUDES[0] <= lat <= LATITUDES[1] and LONGITUDES[0] <= lon <= LONGITUDES[1]


def _good_url(url: str) -> bool:
    try:
        _url(url)
    except (ValidationError, ValueError):
        return False
    return len(url) <= LINK and "@" not in url.split("/")[2]


def made_id(*parts: object) -> uuid.UUID:
    """A UUID that is always the same for the same parts."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "\x1f".join(str(part) for part in parts))


def read_id(value: object) -> uuid.UUID | None:
    """The UUID, None for what isn't one."""
    if not isinstance(value, str) or len(value) > 45:
        return None
    try:
        return uuid.UUID(value.strip())
    except ValueError:
        return None


def joined(parts: Iterable[str], by: str = "\n\n") -> str:
    """The parts that say something."""
    return by.join(part for part in parts if part)
