"""Every write of requests: one function a verb. See the modules for what each does."""

from lintel.requests.actions.desk import (
    acknowledge,
    assign,
    close,
    decide,
    find_out,
    hand_over_desk,
    lock_desk,
    reopen,
    return_for_information,
    review,
    take,
)
from lintel.requests.actions.posting import About
from lintel.requests.actions.raising import (
    ask_advice,
    pass_on_message,
    raise_concern,
    raise_request,
    refer,
)
from lintel.requests.actions.redirecting import redirect
from lintel.requests.actions.reorganised import desks_moved, moved_to_shop
from lintel.requests.actions.sending import (
    add_information,
    amend,
    answer_questions,
    hand_over_sent,
    mark_seen,
    move_sent,
    note_for_own_side,
    open_thread,
    withdraw,
)
from lintel.requests.actions.thread import answer_visit, propose_visit, write_message

__all__ = [
    "About",
    "acknowledge",
    "add_information",
    "amend",
    "answer_questions",
    "answer_visit",
    "ask_advice",
    "assign",
    "close",
    "decide",
    "desks_moved",
    "find_out",
    "hand_over_desk",
    "hand_over_sent",
    "lock_desk",
    "mark_seen",
    "move_sent",
    "moved_to_shop",
    "note_for_own_side",
    "open_thread",
    "pass_on_message",
    "propose_visit",
    "raise_concern",
    "raise_request",
    "redirect",
    "refer",
    "reopen",
    "return_for_information",
    "review",
    "take",
    "withdraw",
    "write_message",
]
