"""Where somebody is, as routing needs to know it; and postcodes as people write them."""

import re
from dataclasses import dataclass

from lintel.directory.britain import NO_PLACE

# Outward: 1-2 letters, a digit, maybe a digit or letter. Inward: a digit, two letters (Royal Mail).
FULL = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]{2})$")
SECTOR = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?) ([0-9])$")
DISTRICT = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?$")
NORTHERN_IRELAND = "BT"
CROWN_DEPENDENCIES = {"JE": "Jersey", "GY": "Guernsey", "IM": "the Isle of Man"}


class Unplaced(ValueError):
    """What was typed is no place that a service can be looked up for; the words say why."""


class Ambiguous(Unplaced):
    """Several places are called that, or something like it: one is to be chosen.

    `choices`: (code, words) of each, likeliest first; `queries.places.place_of` takes the code.
    """

    def __init__(self, words: str, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__(words)
        self.choices = choices


@dataclass(frozen=True, slots=True)
class Place:
    """A postcode or a point, with the local areas that hold it.

    `postcode`: "QX1 2AB", or a sector or district alone, or "" for a point. `areas`: codes of
    LSOA, ward, council. `gp`: code of the practice where the person is registered. `ours`:
    whether it is inside the partnership; None where that isn't known. `notes`: what to tell
    whoever asked, such as that the postcode has ended.
    """

    postcode: str = ""
    lon: float | None = None
    lat: float | None = None
    areas: frozenset[str] = frozenset()
    gp: str = ""
    name: str = ""
    ours: bool | None = None
    notes: tuple[str, ...] = ()

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The postcode, its sector, district and letters: "QX1 2AB", "QX1 2", "QX1", "QX"."""
        outward, _, inward = self.postcode.partition(" ")
        if not outward:
            return ()
        found = [outward, re.sub(r"[0-9].*$", "", outward)]
        if inward:
            found.insert(0, f"{outward} {inward[0]}")
            if len(inward) == 3:
                found.insert(0, self.postcode)
        return tuple(found)

    @property
    def words(self) -> str:
        """The place as it was asked for."""
        return self.name or self.postcode or "the point on the map"


def tidy_postcode(typed: str) -> str:
    """A whole postcode as it is written: "qx12ab" -> "QX1 2AB".

    Raises Unplaced with words for what can't be one, and for places outside Great Britain.
    """
    letters = re.sub(r"[^A-Za-z0-9]", "", typed).upper()
    refuse_elsewhere(letters)
    found = FULL.fullmatch(letters)
    if found is None:
        raise Unplaced("Enter a full postcode, like QX1 2AB")
    return f"{found[1]} {found[2]}"


def refuse_elsewhere(letters: str) -> None:
    """Raise Unplaced for a postcode (capitals, no spaces) that no address of ours can have.

    It is in Northern Ireland, a Crown dependency or overseas, or it is of no address at all.
    """
    area = re.sub(r"[0-9].*$", "", letters)
    if area == NORTHERN_IRELAND:
        raise Unplaced(
            "That postcode is in Northern Ireland, which this directory does not cover. "
            "Look at nidirect.gov.uk, or ring 999 if somebody is in danger."
        )
    if area in CROWN_DEPENDENCIES:
        raise Unplaced(
            f"That postcode is in {CROWN_DEPENDENCIES[area]}, which this directory does not cover."
        )
    if area in NO_PLACE or letters.startswith("GIR"):
        whose = NO_PLACE.get(area, "a bank’s old postal accounts")
        raise Unplaced(
            f"That postcode is for {whose}, not for a place. "
            "Enter the postcode of the home, or a place name."
        )
