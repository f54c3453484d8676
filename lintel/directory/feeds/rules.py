"""The rules: what can be wrong with an entry, and what is done about it.

`RULES` is the whole list; the guide shows it. A rule keeps the entry out, or mends it by leaving
out what is wrong or by the one reading that it can have. Nothing is guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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
