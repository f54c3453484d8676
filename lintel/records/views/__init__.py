"""The pages for an agency's information leads, and the partnership's."""

from lintel.records.views.copies import (
    ask_copy,
    ask_erasure,
    copy,
    erase,
    extend,
    given,
    hold,
    lift,
    person,
    refuse,
    review_hold,
)
from lintel.records.views.due import due
from lintel.records.views.questions import answer, home, late

__all__ = [
    "answer",
    "ask_copy",
    "ask_erasure",
    "copy",
    "due",
    "erase",
    "extend",
    "given",
    "hold",
    "home",
    "late",
    "lift",
    "person",
    "refuse",
    "review_hold",
]
