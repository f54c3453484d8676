"""The columns of a tenancy file, in the words of HACT's UK Housing Data Standards.

A landlord whose system uses other names gives a mapping file: TOML, `"Their name" = "OurName"`.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path


class FileRefused(Exception):
    """The file as a whole can't be read; the message says what to mend. Nothing was written."""


@dataclass(frozen=True)
class Column:
    """A column: its name, whether a file must have it, and what it holds."""

    name: str
    required: bool
    words: str


COLUMNS = (
    Column("TenancyReference", True, "the landlord's reference of the tenancy"),
    Column("TenancyStartDate", True, "when it started"),
    Column("TenancyEndDate", False, "when it ended, if it has"),
    Column("TenureType", False, "secure, assured, introductory, fixed, licence or temporary"),
    Column("PersonReference", True, "the landlord's reference of the tenant"),
    Column("FirstName", False, "first names"),
    Column("Surname", True, "surname, or the whole name"),
    Column("KnownAs", False, "what they like to be called"),
    Column("DateOfBirth", False, "date of birth"),
    Column("DateOfDeath", False, "date of death"),
    Column("PropertyReference", True, "the landlord's reference of the home"),
    Column("UPRN", False, "unique property reference number"),
    Column("AddressLine1", True, "address"),
    Column("AddressLine2", False, "address, continued"),
    Column("AddressLine3", False, "address, continued"),
    Column("PostCode", False, "postcode"),
    Column("PatchName", False, "the patch, as named in Lintel"),
    Column("Telephone", False, "phone"),
    Column("EmailAddress", False, "e-mail"),
    Column("RentBalance", False, "pounds owed; below nothing is credit"),
    Column("RentBalanceDate", False, "the day of the balance"),
)
NAMES = tuple(column.name for column in COLUMNS)


def read_mapping(path: Path | None) -> dict[str, str]:
    """Their column name -> ours. Raises FileRefused for a name that isn't one of ours."""
    if path is None:
        return {}
    try:
        mapping = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(f"The mapping file can't be read: {error}") from error
    unknown = sorted(str(ours) for ours in mapping.values() if ours not in NAMES)
    if unknown:
        raise FileRefused(
            f"The mapping file names columns that Lintel doesn't have: {', '.join(unknown)}. "
            f"It has: {', '.join(NAMES)}."
        )
    return {folded(theirs): str(ours) for theirs, ours in mapping.items()}


def folded(name: str) -> str:
    """A column name without case, spaces and punctuation: 'Post Code' is 'PostCode'."""
    return "".join(c for c in name.casefold() if c.isalnum())


def positions(header: list[str], mapping: dict[str, str]) -> dict[str, int]:
    """Our column name -> its place in the file.

    Raises FileRefused when a required column is missing or one is there twice.
    """
    ours = {folded(name): name for name in NAMES}
    found: dict[str, int] = {}
    for place, theirs in enumerate(header):
        key = folded(theirs)
        name = mapping.get(key) or ours.get(key)
        if name is None:
            continue
        if name in found:
            raise FileRefused(f"Two columns hold {name}: number {found[name] + 1} and {place + 1}.")
        found[name] = place
    missing = [c for c in COLUMNS if c.required and c.name not in found]
    if missing:
        listed = "; ".join(f"{c.name} ({c.words})" for c in missing)
        raise FileRefused(
            f"These columns are missing: {listed}. If the file has them under other names, "
            "give a mapping file."
        )
    return found
