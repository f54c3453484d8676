"""Values of a feed's entries, read by the rules (`rules.RULES`): mended, and each fault noted."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from lintel.directory import cleaning
from lintel.directory.feeds.rules import Fault

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
