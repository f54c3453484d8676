"""What somebody typed to say where: a point, a postcode or part of one, or a name."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import product

from lintel.directory import britain
from lintel.directory.place import DISTRICT, FULL, SECTOR, Unplaced, refuse_elsewhere

LONGEST = 200
POINT = re.compile(r"^\(?([+-]?\d{1,3}(?:\.\d+)?)°?\s?[,; ]\s?([+-]?\d{1,3}(?:\.\d+)?)°?\)?$")
# A postcode at the end of an address.
AT_THE_END = re.compile(r"[ ,]([A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})$")
# Letters and digits that are mistaken for one another.
ALIKE = {"O": "O0", "0": "0O", "I": "I1", "1": "1I"}
NEVER_INWARD = "CIKMOV"
ASK = "Enter a postcode, like QX1 2AB, or the name of a place."


@dataclass(frozen=True, slots=True)
class Typed:
    """One of them is set. `codes` and `parts`: as typed first, then with O/0 and I/1 put right."""

    point: tuple[float, float] | None = None
    codes: tuple[str, ...] = ()
    # A district, or a sector.
    parts: tuple[str, ...] = ()
    name: str = ""
    # Whether the first of `codes` or `parts` is what was typed, letter by letter.
    as_typed: bool = True


def read(text: str) -> Typed:
    """Make out what was typed. Raises Unplaced, with words, for what can't be a place."""
    words = tidy(text)
    if not words:
        raise Unplaced(ASK)
    if len(words) > LONGEST:
        raise Unplaced(f"That is too long for a postcode or a place. {ASK}")
    point = POINT.fullmatch(words)
    if point:
        return Typed(point=_point(float(point[1]), float(point[2])))
    return _postcode(words.upper()) or Typed(name=_name(words))


def tidy(text: str) -> str:
    """Compatible characters (full-width digits and the like), no control characters, one space."""
    plain = unicodedata.normalize("NFKC", text[: LONGEST * 5]).replace("−", "-")
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())


def _point(lat: float, lon: float) -> tuple[float, float]:
    """Longitude, latitude of "latitude, longitude". Raises Unplaced outside Great Britain."""
    if britain.holds(lon, lat):
        return lon, lat
    if britain.holds(lat, lon):
        raise Unplaced(
            "That point looks the wrong way round: write the latitude first, like 53.38, -1.47"
        )
    raise Unplaced(
        "That point is not in Great Britain. Write latitude and longitude, like 53.38, -1.47"
    )


def _postcode(words: str) -> Typed | None:
    """A postcode or part of one; None where it is a name. Raises Unplaced for an impossible one."""
    letters = re.sub(r"[^A-Z0-9]", "", words)
    at_end = AT_THE_END.search(words)
    if at_end and len(letters) > 7:
        letters = at_end[1].replace(" ", "")
    if letters == "GIR0AA":
        refuse_elsewhere(letters)
    if not any(c.isdigit() for c in letters):
        return None
    codes = [f"{m[1]} {m[2]}" for c in _variants(letters) if (m := FULL.fullmatch(c))]
    if codes:
        _refuse(codes)
        return Typed(codes=tuple(codes), as_typed=codes[0].replace(" ", "") == letters)
    spaced = " ".join(re.sub(r"[^A-Z0-9]", " ", words).split())
    parts = [c for c in _variants(spaced) if DISTRICT.fullmatch(c) or SECTOR.fullmatch(c)]
    if parts:
        _refuse(parts)
        return Typed(parts=tuple(parts), as_typed=parts[0] == spaced)
    _refuse([letters])
    if _like_a_postcode(letters):
        raise Unplaced(_why_not(letters))
    return None


def _variants(letters: str) -> list[str]:
    """As typed, then with each O/0 and I/1 either way. Few: a postcode is short."""
    if len(letters) > 8:
        return []
    return ["".join(one) for one in product(*(ALIKE.get(c, c) for c in letters))]


def _refuse(codes: list[str]) -> None:
    """Refuse what is elsewhere, or in a postcode area that doesn't exist, in all its variants."""
    known = britain.POSTCODE_AREAS | {britain.INVENTED_AREA}
    areas = [re.sub(r"[0-9].*$", "", code) for code in codes]
    if not any(area in known for area in areas):
        for code in codes:
            refuse_elsewhere(code.replace(" ", ""))
        if all(re.fullmatch(r"[A-Z]{1,2}", area) for area in areas) and len(codes[0]) > 1:
            raise Unplaced(f"No postcode begins with {areas[0]}. Check it. {ASK}")


def _like_a_postcode(letters: str) -> bool:
    return bool(re.match(r"[A-Z]{0,3}[0-9]", letters)) and len(letters) <= 8


def _why_not(letters: str) -> str:
    """Why letters and digits are no postcode."""
    if letters.isdigit():
        return f"A postcode has letters as well as numbers. {ASK}"
    if len(letters) > 7:
        return f"That is too long for a postcode: it has 7 letters and numbers at most. {ASK}"
    if re.search(r"[0-9][A-Z]{2}$", letters) and any(c in NEVER_INWARD for c in letters[-2:]):
        return (
            "That can’t be a postcode: its last two letters are never C, I, K, M, O or V. Check it."
        )
    return f"That is not a postcode. {ASK}"


def _name(words: str) -> str:
    if sum(c.isalnum() for c in words) < 3:
        raise Unplaced(f"Enter at least three letters of a place. {ASK}")
    return words
