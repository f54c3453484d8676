"""Writes about people: notes, ways to reach them, handing over. Searches, which are recorded."""

from lintel.people.actions.handing_over import hand_over_involvements, hand_over_patch
from lintel.people.actions.holding import hold_letters
from lintel.people.actions.involving import (
    begin_involvement,
    end_involvement,
    give_involvement,
)
from lintel.people.actions.looking import find, look_through, read_note
from lintel.people.actions.writing import LONGEST_NOTE, add_note, correct_note, record_contact

__all__ = [
    "LONGEST_NOTE",
    "add_note",
    "begin_involvement",
    "correct_note",
    "end_involvement",
    "find",
    "give_involvement",
    "hand_over_involvements",
    "hand_over_patch",
    "hold_letters",
    "look_through",
    "read_note",
    "record_contact",
]
