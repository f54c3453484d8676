"""How closely the area that a team covers fits an address."""

WHOLE_PARTNERSHIP = "*"
INWARD = 3


def closeness(covers: list[str], postcode: str) -> int:
    """How closely an area fits a postcode: -1 not at all, 0 all of the partnership, or letters.

    "SY1" is a district and covers SY1 2AB but not SY12 3AB; "SY1 2" is a sector.
    """
    letters = "".join(c for c in postcode.upper() if c.isalnum())
    full = f"{letters[:-INWARD]} {letters[-INWARD:]}" if len(letters) > INWARD else letters
    best = -1
    for area in covers:
        wanted = " ".join(area.upper().split())
        if wanted == WHOLE_PARTNERSHIP:
            best = max(best, 0)
        elif wanted and (
            full.startswith(wanted) if " " in wanted else full.split()[:1] == [wanted]
        ):
            best = max(best, len(wanted))
    return best
