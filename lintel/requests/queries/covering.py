"""What the directory says of an address: where it is, and which teams cover it, with reasons."""

from collections.abc import Collection
from datetime import datetime

from lintel.directory import queries as directory
from lintel.directory.place import DISTRICT, SECTOR, Place, Unplaced, tidy_postcode


def place_of(postcode: str) -> Place:
    """Where a postcode is, whole or in part, as somebody typed it.

    Never fails, as nothing is dropped for a typing error: what is blank, badly typed, unknown or
    outside Great Britain is nowhere, and only what covers the whole partnership covers that. A
    postcode that the directory doesn't hold is itself, for the catchments that name postcodes.
    """
    if not postcode.strip():
        return Place()
    try:
        return directory.find(postcode)
    except Unplaced:
        return Place(postcode=_tidied(postcode))


def _tidied(postcode: str) -> str:
    """A postcode, sector or district as it is written; "" for what is none of them."""
    part = " ".join(postcode.upper().split())
    if SECTOR.fullmatch(part) or DISTRICT.fullmatch(part):
        return part
    try:
        return tidy_postcode(postcode)
    except Unplaced:
        return ""


def sector_of(place: Place) -> str:
    """The sector of its postcode ("QX1 2" of "QX1 2AB"), or the district if that is all."""
    outward, _, inward = place.postcode.partition(" ")
    return f"{outward} {inward[:1]}".strip()


def covering(
    place: Place, *, team_ids: Collection[int], now: datetime, need: str = ""
) -> list[directory.TeamHit]:
    """Those of these teams that cover a place, best first, each once.

    `need`: teams with an entry for it come before those without, whatever their priority.
    """
    wanted = set(team_ids)

    def asked(for_need: str | None) -> list[directory.TeamHit]:
        hits = directory.teams_covering(place, when=now, team_ids=wanted, need=for_need)
        # Between equals always the same one: the older team.
        return sorted(hits, key=lambda hit: (hit.priority, hit.rank, hit.team_id))

    hits = asked(None)
    if not need:
        return hits
    fitting = asked(need)
    found = {hit.team_id for hit in fitting}
    return fitting + [hit for hit in hits if hit.team_id not in found]
