"""Checks one row: what is taken, what is put right (and how), what is refused (and why)."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from lintel.people.states import TenancyKind

OLDEST = date(1895, 1, 1)
# What systems write when the date of birth is not known.
NOT_KNOWN = {date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1901, 1, 1)}
POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028\u2029\ufeff]")
ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
BRITISH = re.compile(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})(?: .*)?$")
WORDS = re.compile(r"^(\d{1,2})[ \-]([A-Za-z]{3,9})[ \-](\d{4})$")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

KINDS = {
    **{kind.value: kind for kind in TenancyKind},
    "secure tenancy": TenancyKind.SECURE,
    "assured tenancy": TenancyKind.ASSURED,
    "assured shorthold": TenancyKind.FIXED,
    "assured shorthold tenancy": TenancyKind.FIXED,
    "starter": TenancyKind.INTRODUCTORY,
    "starter tenancy": TenancyKind.INTRODUCTORY,
    "introductory tenancy": TenancyKind.INTRODUCTORY,
    "fixed term": TenancyKind.FIXED,
    "licence to occupy": TenancyKind.LICENCE,
    "temporary accommodation": TenancyKind.TEMPORARY,
}


class Staged(NamedTuple):
    """A row as it goes to the database."""

    row: int
    tenancy_reference: str
    started: date
    ended: date | None
    kind: str
    person_reference: str
    name: str
    known_as: str
    born: date | None
    died: date | None
    property_reference: str
    uprn: str
    address: str
    postcode: str
    patch: str
    phone: str
    email: str
    balance_pence: int | None
    balance_on: date | None


@dataclass
class Checked:
    """What became of one row."""

    staged: Staged | None = None
    corrections: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


@lru_cache(maxsize=100_000)
def read_date(text: str) -> date | None:
    """A date as systems and people write it, day first; None when it isn't one."""
    if match := ISO.match(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := BRITISH.match(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := WORDS.match(text):
        if match[2][:3].lower() not in MONTHS:
            return None
        day, month, year = int(match[1]), MONTHS.index(match[2][:3].lower()) + 1, int(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=50_000)
def read_postcode(text: str) -> str | None:
    """A postcode with one space before its last three letters; None when it isn't one."""
    tight = text.replace(" ", "").upper()
    return f"{tight[:-3]} {tight[-3:]}" if POSTCODE.match(tight) else None


def clean(text: str) -> str:
    """Without control and invisible characters, and with single spaces."""
    if not text:
        return ""
    if not text.isascii() or not text.isprintable():
        text = CONTROL.sub(" ", text)
    return " ".join(text.split())


class Checker:
    """Checks rows of one file, given where each column stands."""

    def __init__(self, places: dict[str, int], today: date) -> None:
        self.places = places
        self.today = today
        self.width = max(places.values()) + 1
        self.seen: set[tuple[str, str]] = set()

    def check(self, number: int, cells: list[str]) -> Checked:
        """Take the row, put right what can be, or refuse it; never raises."""
        result = Checked()
        if len(cells) < self.width:
            cells = cells + [""] * (self.width - len(cells))
        get = {name: clean(cells[place]) for name, place in self.places.items()}
        staged = Staged(
            number,
            self._needed(get, "TenancyReference", 60, result),
            self._started(get, result),
            self._ended(get, result),
            self._kind(get.get("TenureType", ""), result),
            self._needed(get, "PersonReference", 60, result),
            self._name(get, result),
            get.get("KnownAs", "")[:100],
            self._born(get.get("DateOfBirth", ""), result),
            self._died(get.get("DateOfDeath", ""), result),
            self._needed(get, "PropertyReference", 60, result),
            self._uprn(get.get("UPRN", ""), result),
            self._address(get, result),
            self._postcode(get.get("PostCode", ""), result),
            get.get("PatchName", ""),
            get.get("Telephone", "")[:250],
            self._email(get.get("EmailAddress", ""), result),
            self._balance(get.get("RentBalance", ""), result),
            self._balance_on(get.get("RentBalanceDate", ""), result),
        )
        self._consistent(staged, result)
        if not result.refusals:
            result.staged = staged
        return result

    def _consistent(self, row: Staged, result: Checked) -> None:
        if row.ended and row.ended < row.started:
            result.refusals.append("The tenancy ends before it starts.")
        if row.born and row.died and row.died < row.born:
            result.refusals.append("The date of death is before the date of birth.")
        key = (row.tenancy_reference, row.person_reference)
        if not result.refusals:
            if key in self.seen:
                result.refusals.append("The same tenant of the same tenancy is in an earlier row.")
            self.seen.add(key)

    def _needed(self, get: dict[str, str], name: str, most: int, result: Checked) -> str:
        value = get[name]
        if not value:
            result.refusals.append(f"{name} is missing.")
        elif len(value) > most:
            result.refusals.append(f"{name} is longer than {most} characters.")
        return value

    def _started(self, get: dict[str, str], result: Checked) -> date:
        text = get["TenancyStartDate"]
        found = read_date(text)
        if found is None:
            words = f"“{text}” is not a date" if text else "is missing"
            result.refusals.append(f"TenancyStartDate {words}.")
            return self.today
        return found

    def _ended(self, get: dict[str, str], result: Checked) -> date | None:
        text = get.get("TenancyEndDate", "")
        found = read_date(text)
        if text and found is None:
            # A tenancy that may be over must not be taken as running.
            result.refusals.append(f"TenancyEndDate “{text}” is not a date.")
        if found and found.year >= 2999:
            result.corrections.append("TenancyEndDate is far in the future: taken as not ended.")
            return None
        return found

    def _kind(self, text: str, result: Checked) -> str:
        if not text:
            return TenancyKind.SECURE.value
        kind = KINDS.get(text.casefold())
        if kind is None:
            result.corrections.append(f"TenureType “{text}” is not known: taken as secure.")
            return TenancyKind.SECURE.value
        return kind.value

    def _name(self, get: dict[str, str], result: Checked) -> str:
        name = f"{get.get('FirstName', '')} {get['Surname']}".strip()
        if not get["Surname"]:
            result.refusals.append("Surname is missing.")
        if "," in name and not get.get("FirstName"):
            last, _, first = name.partition(",")
            name = f"{first.strip()} {last.strip()}".strip()
            result.corrections.append("The name was turned round at its comma.")
        if len(name) > 3 and name.isupper():
            name = name.title()
            result.corrections.append("The name was all capitals.")
        if len(name) > 200:
            result.refusals.append("The name is longer than 200 characters.")
        return name

    def _born(self, text: str, result: Checked) -> date | None:
        if not text:
            return None
        found = read_date(text)
        if found is None:
            result.corrections.append("DateOfBirth is not a date: left out.")
        elif found in NOT_KNOWN:
            result.corrections.append("DateOfBirth stands for “not known”: left out.")
            return None
        elif found > self.today or found < OLDEST:
            result.corrections.append("DateOfBirth is not possible: left out.")
            return None
        return found

    def _died(self, text: str, result: Checked) -> date | None:
        if not text:
            return None
        found = read_date(text)
        if found is None or found > self.today:
            # To take a living person for dead, or the reverse, does harm either way.
            result.refusals.append("DateOfDeath is not a date in the past.")
            return None
        return found

    def _uprn(self, text: str, result: Checked) -> str:
        if text and not (text.isdigit() and len(text) <= 12):
            result.corrections.append("UPRN is not a number of up to 12 digits: left out.")
            return ""
        return text

    def _address(self, get: dict[str, str], result: Checked) -> str:
        lines = (get["AddressLine1"], get.get("AddressLine2", ""), get.get("AddressLine3", ""))
        address = ", ".join(line for line in lines if line)
        if not address:
            result.refusals.append("AddressLine1 is missing.")
        if len(address) > 250:
            result.corrections.append("The address was cut to 250 characters.")
        return address[:250]

    def _postcode(self, text: str, result: Checked) -> str:
        if not text:
            return ""
        found = read_postcode(text)
        if found is None:
            result.corrections.append("PostCode is not a postcode: left out.")
        elif found != text:
            # Only its spacing and case: not worth a line in the report.
            return found
        return found or ""

    def _email(self, text: str, result: Checked) -> str:
        if text and ("@" not in text or " " in text or len(text) > 250):
            result.corrections.append("EmailAddress is not an address: left out.")
            return ""
        return text

    def _balance(self, text: str, result: Checked) -> int | None:
        if not text:
            return None
        bare = text.replace("£", "").replace(",", "").replace(" ", "")
        if bare.startswith("(") and bare.endswith(")"):
            bare = "-" + bare[1:-1]
        try:
            pence = round(float(bare) * 100)
        except (ValueError, OverflowError):
            pence = 10**12
        if abs(pence) > 2_000_000_00:
            result.corrections.append("RentBalance is not a sum of money: left out.")
            return None
        return pence

    def _balance_on(self, text: str, result: Checked) -> date | None:
        found = read_date(text)
        if text and (found is None or found > self.today):
            result.corrections.append("RentBalanceDate is not a date in the past: taken as today.")
            return self.today
        return found
