"""Everything that can be done about what an agency answers for."""

from lintel.records.actions.copies import (
    WHY,
    extend_copy_request,
    finish_copy_request,
    make_copy,
    record_copy_request,
)
from lintel.records.actions.keeping import (
    erase_asked,
    erase_due,
    keep_due,
    lift_hold,
    list_due,
    place_hold,
    record_erasure_request,
    refuse_erasure,
    review_hold,
)
from lintel.records.actions.questions import answer, ask, climb

__all__ = [
    "WHY",
    "answer",
    "ask",
    "climb",
    "erase_asked",
    "erase_due",
    "extend_copy_request",
    "finish_copy_request",
    "keep_due",
    "lift_hold",
    "list_due",
    "make_copy",
    "place_hold",
    "record_copy_request",
    "record_erasure_request",
    "refuse_erasure",
    "review_hold",
]
